// Package agreement is a view of stage 3 VIEWS: it reads the entries that the
// ledger hands on and writes agreements and windows with their versions, and
// everything that was said about them: acceptances, reservations, suspensions,
// denunciations, attestations, passages, counts. Intake and the evaluation
// (package inforce) read it. It says of nothing that it is in force: that is
// worked out on reading.
//
// Every row carries the number of the entry that made it, so that each question
// can be asked as known at any log size. What is accepted of a version are its
// terms (truce.TermsHash): versions that follow one another with the same terms
// share the number of the first of them, and an acceptance counts for all of
// those. No row of a subject outlives the erasure of its content: a tombstone
// stays, made of nothing but the erase statement itself, so that a replay, which no
// longer has the content, writes the same bytes.
//
// A statement whose status (actual, exercise, test) is not that of its subject,
// or that names a version that its subject never had, is listed as void.
package agreement
