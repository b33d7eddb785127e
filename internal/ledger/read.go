package ledger

import (
	"context"
	"encoding/hex"
	"strings"
	"time"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// row is one stored entry as it lies in the table.
type row struct {
	number     int64
	ms         int64 // milliseconds since 1970-01-01 UTC
	id         blob
	commitment blob
	erasedBy   int64 // -1 where the content is there
	salt       blob  // nil once erased
	record     blob  // nil once erased
}

// blob is a column that must be one: a database that has it as text was altered,
// even where the bytes are the same.
type blob []byte

// Scan takes bytes or NULL (nil); see sql.Scanner.
func (b *blob) Scan(src any) error {
	x, ok := src.([]byte)
	if !ok && src != nil {
		return tampered("a column that holds bytes has become a %T", src)
	}
	*b = x
	return nil
}

const rowColumns = "number, time, id, commitment, COALESCE(erased_by, -1), salt, record"

func (w *row) scan(rows store.Rows) error {
	return rows.Scan(&w.number, &w.ms, &w.id, &w.commitment, &w.erasedBy, &w.salt, &w.record)
}

func (w *row) time() time.Time { return time.UnixMilli(w.ms).UTC() }

// check sees that the row is whole and that its content is what its commitment
// says. The commitment itself is checked against the tree by Verify and Receipt.
func (w *row) check() error {
	if w.withheld() {
		return w.checkWithheld()
	}
	if len(w.id) != 32 || len(w.commitment) != 32 {
		return tampered("entry %d: its id or commitment does not have 32 bytes", w.number)
	}
	if w.record == nil {
		if w.erasedBy <= w.number || w.salt != nil {
			return tampered("entry %d: its content is gone, and no later entry erased it", w.number)
		}
		return nil
	}
	if w.erasedBy >= 0 || len(w.salt) != 32 {
		return tampered("entry %d: its salt is damaged, or it is marked as erased", w.number)
	}
	if e := w.entry(); e.Commitment() != [32]byte(w.commitment) {
		return tampered("entry %d: its content does not match its commitment", w.number)
	}
	return nil
}

// entry is the row in package proof's form; the record must be there.
func (w *row) entry() proof.Entry {
	return proof.Entry{Number: w.number, Time: w.time(), Salt: [32]byte(w.salt), Record: w.record}
}

// leaf is the public line of the entry, content there or not.
func (w *row) leaf() []byte {
	return proof.LeafData(w.number, w.time(), [32]byte(w.commitment))
}

// parse checks the row and reads its content. The statement was validated when
// it came in, and the commitment shows that it is the same still, so that it is
// only decoded here.
func (l *Ledger) parse(w *row) (*Entry, error) {
	if err := l.takes(w); err != nil {
		return nil, err
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	if w.withheld() {
		return w.parseWithheld(l.cfg.Origin)
	}
	e := &Entry{Number: w.number, Time: w.time(), ID: hex.EncodeToString(w.id)}
	if w.record == nil {
		return e, nil
	}
	env, err := proof.ParseRecord(w.record)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: the record cannot be read", w.number)
	}
	if env.ID() != e.ID {
		return nil, tampered("entry %d: its id is not that of its content", w.number)
	}
	e.Envelope, e.Salt = env, [32]byte(w.salt)
	if e.Statement, err = truce.ReadStatement(env.Payload); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: the statement cannot be read", w.number)
	}
	return e, nil
}

// Entry reads one entry. A number that is not under Head is CodeNotFound. Its
// content is checked against its commitment: CodeTampered where they differ.
func (l *Ledger) Entry(ctx context.Context, number int64) (*Entry, error) {
	w, err := l.row(ctx, "SELECT "+rowColumns+" FROM entry WHERE number = ?", number)
	if err != nil {
		return nil, err
	}
	return l.parse(w)
}

// EntryByID reads the entry of a statement id, like Entry.
func (l *Ledger) EntryByID(ctx context.Context, id string) (*Entry, error) {
	raw, err := hex.DecodeString(id)
	if err != nil || !truce.IsStatementID(id) {
		return nil, truce.E(truce.CodeInvalid, "a statement id has 64 hex digits")
	}
	w, err := l.row(ctx, "SELECT "+rowColumns+" FROM entry WHERE id = ?", raw)
	if err != nil {
		return nil, err
	}
	return l.parse(w)
}

// Unread is an entry as it lies in the log, not yet looked at.
type Unread struct {
	l *Ledger
	w *row
}

// Read is what Entry gives. It may be called by several goroutines for several
// entries at once.
func (u *Unread) Read() (*Entry, error) { return u.l.parse(u.w) }

// atOnce bounds how many entries one question asks for.
const atOnce = 128

// ByID finds the entries of statement ids that are likely to stand at the numbers
// near (as many), under Head. Those that are not there are nil.
func (l *Ledger) ByID(ctx context.Context, r store.Reader, ids []string, near []int64) ([]*Unread, error) {
	found := make(map[string]*Unread, len(ids))
	if err := l.collect(ctx, r, "number", len(near), func(i int) any { return near[i] }, found); err != nil {
		return nil, err
	}
	var other [][]byte
	for _, id := range ids {
		if raw, err := hex.DecodeString(id); found[id] == nil && err == nil && truce.IsStatementID(id) {
			other = append(other, raw)
		}
	}
	if err := l.collect(ctx, r, "id", len(other), func(i int) any { return other[i] }, found); err != nil {
		return nil, err
	}
	out := make([]*Unread, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// collect reads the rows whose column has one of n values, by statement id. The last
// value stands for those that are missing to a full question, so that there is one
// question to prepare.
func (l *Ledger) collect(ctx context.Context, r store.Reader, column string, n int, value func(i int) any, into map[string]*Unread) error {
	query := "SELECT " + rowColumns + " FROM entry WHERE " + column + " IN (?" + strings.Repeat(",?", atOnce-1) + ")"
	size := l.Head().Size
	for from := 0; from < n; from += atOnce {
		args := make([]any, atOnce)
		for i := range args {
			args[i] = value(min(from+i, n-1))
		}
		err := store.Each(ctx, r, query, args, func(rows store.Rows) error {
			w := new(row)
			err := w.scan(rows)
			if err == nil && w.number < size {
				into[hex.EncodeToString(w.id)] = &Unread{l, w}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// row reads the one row of query, if it is under Head.
func (l *Ledger) row(ctx context.Context, query string, arg any) (*row, error) {
	var w *row
	err := l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		w, err = oneRow(ctx, r, query, arg)
		return err
	})
	if err == nil && (w == nil || w.number >= l.Head().Size) {
		err = truce.E(truce.CodeNotFound, "there is no such entry")
	}
	return w, err
}

// oneRow is the first row of query, nil where there is none.
func oneRow(ctx context.Context, r store.Reader, query string, arg any) (*row, error) {
	rows, err := r.Query(ctx, query, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, rows.Err()
	}
	w := new(row)
	return w, w.scan(rows)
}
