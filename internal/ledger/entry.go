package ledger

import (
	"context"
	"time"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// Entry is one numbered statement as it lies in the log.
type Entry struct {
	Number    int64            // position in the log, from 0
	Time      time.Time        // when it was received, UTC, whole milliseconds
	ID        string           // statement id, 64 hex digits; kept when the content is erased
	Envelope  *proof.Envelope  // nil once the content is erased
	Statement *truce.Statement // nil once the content is erased
	Salt      [32]byte         // of the commitment; zero once the content is erased

	// Withheld says that this is a copy of the log and the content was not handed
	// to it: ID is then empty and Envelope nil, and Statement is nil or what was
	// told of it in part.
	Withheld bool
	Part     *Partial // what was told of it in part, of parties and keys too; nil for nothing
}

// Erased reports whether the content is not there: it is gone, or was not handed
// to this copy.
func (e *Entry) Erased() bool { return e.Envelope == nil && e.Statement == nil }

// Follower works out what an entry means. It is called once an entry, in order,
// inside the transaction that commits it. Apply MUST depend on nothing but the
// entry and what it wrote itself, so that a replay gives the same bytes. An
// erased entry is applied too (it has no statement). It returns the numbers of
// earlier entries whose content this entry erases.
type Follower interface {
	Apply(ctx context.Context, tx store.Tx, e *Entry) (erase []int64, err error)
}

// GroupFollower is a Follower that notes once a group which entry comes next,
// not at each of its entries. Where a Follower is one, the writer of the log
// calls Work in the place of Apply, and Mark behind the last entry of the group.
type GroupFollower interface {
	Follower
	// Work is Apply, without the note.
	Work(ctx context.Context, tx store.Tx, e *Entry) (erase []int64, err error)
	// Mark notes that the entries from number from up to but not including next
	// were worked in. It fails where from is not the entry that was noted to come.
	Mark(ctx context.Context, tx store.Tx, from, next int64) error
}

// Candidate is a statement that intake has parsed and whose signatures it has
// verified; Admit decides, with the views as they stand just before its number,
// whether it enters. Admit MUST only read. An error of Admit refuses this
// candidate alone.
type Candidate struct {
	Envelope  *proof.Envelope
	Statement *truce.Statement
	ID        string // statement id
	Admit     func(ctx context.Context, r store.Reader, number int64, at time.Time) error
}

// Result is what became of one candidate.
type Result struct {
	ID     string
	Number int64     // when Err is nil
	Time   time.Time // when Err is nil
	Known  bool      // it was in the log already; Number and Time are those of then
	Err    error
}
