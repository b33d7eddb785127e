// Package protected is a view of stage 3 VIEWS: it reads the entries that the
// ledger hands on and writes what is protected, where, and from when to when:
// sites, areas and movements with their versions, and everything that was said
// about them. Checks, lists and intake read it.
//
// Three facts shape its tables. A site.register writes one row. Every row
// carries the number of the entry that made it, and the number of the one that
// ended it, so that each question can be asked as known at any log size; what
// is in force at a time is worked out on reading (Object.StateAt). And no row of
// a subject outlives the erasure of its content: a tombstone stays, made of
// nothing but the erase statement itself, so that a replay, which no longer has
// the content, writes the same bytes.
//
// A statement whose status (actual, exercise, test) is not that of the object it
// speaks about is listed and changes nothing: an exercise cannot move, withdraw
// or contest what is actual. So is whatever would amend what was withdrawn: it is
// registered anew instead.
package protected
