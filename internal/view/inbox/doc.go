// Package inbox is a view of stage 3 VIEWS: it reads the entries that the ledger
// hands on and writes who can be reached where (duty desks and tests of their
// lines) and what was said about telling: deliveries, acknowledgements, alarms,
// and reports of movements on their day. Evaluation of who knows what reads it.
//
// Every row carries the number of the entry that made it, so that each question
// can be asked as known at any log size. Rows about a subject go with the
// erasure of its content, and so does the content of their entries: what a
// recipient read back tells where the object is.
package inbox
