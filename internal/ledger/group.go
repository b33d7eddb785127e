package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// decide takes pieces through one transaction, or, where the follower fails on
// one of them, through one each, so that only that one is refused.
func (l *Ledger) decide(pieces []*piece) {
	at, err := l.ready()
	if err != nil {
		refuseAll(pieces, err)
		return
	}
	err = l.transact(pieces, at)
	if _, ok := errors.AsType[*followerError](err); ok && len(pieces) > 1 {
		l.cfg.Logger.Error("a view failed; the group is decided one by one", "error", err)
		for i := range pieces {
			l.decide(pieces[i : i+1])
		}
		return
	}
	if err != nil {
		l.unsure = true
		refuseAll(pieces, err)
	}
}

func refuseAll(pieces []*piece, err error) {
	for _, p := range pieces {
		*p.result = Result{ID: p.ID, Err: err}
	}
}

// ready checks what must hold before anything is added, and gives the time that
// the group gets.
func (l *Ledger) ready() (time.Time, error) {
	if l.unsure {
		l.settle()
		if err := l.resync(); err != nil {
			return time.Time{}, err
		}
	}
	if l.behind.Load() {
		l.settle()
		if err := l.publish(l.newest); err != nil {
			return time.Time{}, err
		}
	}
	return l.tick()
}

// resync reads the state of the log again after a transaction failed: a commit
// that was answered with an error may yet have happened. What is found must
// continue what was known.
func (l *Ledger) resync() error {
	ctx := context.Background()
	now := &Ledger{cfg: l.cfg}
	err := l.cfg.DB.View(ctx, func(r store.Reader) error {
		if err := now.load(ctx, r); err != nil {
			return err
		}
		known := l.newest.edge
		if now.newest.edge.size < known.size {
			return tampered("an older copy of the database was put back (it had %d entries, now %d)", known.size, now.newest.edge.size)
		}
		root, err := tlog.TreeHash(known.size, hashesFrom(ctx, r, now.newest.edge))
		if err == nil && root != known.root() {
			err = tampered("the database has another history than the one known so far")
		}
		return err
	})
	if err != nil {
		return err
	}
	l.unsure = false
	l.last, l.newest, l.day = now.last, now.newest, now.day
	l.behind.Store(l.newest.cp.Size > l.Head().Size)
	return nil
}

// patience is how long a clock that is behind is waited for.
const patience = time.Second

// tick reads the clock in whole milliseconds. It never gives a time before the
// newest entry's.
func (l *Ledger) tick() (time.Time, error) {
	deadline := time.Now().Add(patience) // the monotonic clock: it does not go backwards
	for {
		now := l.cfg.Now().UTC().Truncate(time.Millisecond)
		if !now.Before(l.last) {
			return now, nil
		}
		if time.Now().After(deadline) {
			return now, truce.E(truce.CodeUnavailable, "the clock went backwards: it is %s behind the newest entry", l.last.Sub(now)).
				WithHint("set the clock right; the register goes on once it has passed %s", l.last.Format(time.RFC3339))
		}
		time.Sleep(min(l.last.Sub(now), 50*time.Millisecond))
	}
}

// transact runs one group: everything, or nothing.
func (l *Ledger) transact(pieces []*piece, at time.Time) error {
	g := &group{l: l, at: at, edge: l.newest.edge.clone(), known: map[string]earlier{}}
	err := l.cfg.DB.Update(context.Background(), func(tx store.Tx) error {
		g.tx = tx
		return g.run(context.Background(), pieces)
	})
	if err != nil {
		return err
	}
	if g.checkpoint == nil { // nothing was added
		return nil
	}
	l.last, l.newest, l.day = g.at, shown{g.checkpoint, g.edge}, dayOf(g.at)
	l.scrub = l.scrub || g.erased
	return nil
}

// group is one transaction of the writer.
type group struct {
	l          *Ledger
	tx         store.Tx
	at         time.Time
	edge       *edge
	full       []tile
	known      map[string]earlier // by id
	salts      []byte
	erased     bool
	checkpoint *proof.Checkpoint // nil when nothing was added
}

type earlier struct {
	number int64
	at     time.Time
}

func (g *group) run(ctx context.Context, pieces []*piece) error {
	if err := g.alone(ctx); err != nil {
		return err
	}
	if err := g.lookUp(ctx, pieces); err != nil {
		return err
	}
	g.salts = make([]byte, 32*len(pieces))
	if _, err := io.ReadFull(g.l.cfg.Rand, g.salts); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "there is no randomness to be had")
	}
	for i, p := range pieces {
		if err := g.one(ctx, p, [32]byte(g.salts[32*i:])); err != nil {
			return err
		}
	}
	return g.seal(ctx)
}

// alone refuses to go on when somebody else has written to the log.
func (g *group) alone(ctx context.Context) error {
	var size int64
	_, err := store.One(ctx, g.tx, "SELECT MAX(size) FROM checkpoint", nil, &size)
	if err == nil && size != g.edge.size {
		err = truce.E(truce.CodeUnavailable, "another process has written to the log: it has %d entries, not %d", size, g.edge.size).
			WithHint("only one process may serve a register: stop the other one, and submit again")
	}
	return err
}

// one decides on one candidate. The error it returns ends the group. Whether the
// statement is in the log already is asked when it is refused or its row cannot
// be written: of a new one, which most are, the index says so by the way.
func (g *group) one(ctx context.Context, p *piece, salt [32]byte) error {
	if g.answerKnown(p) {
		return nil
	}
	number := g.edge.size
	if err := g.admit(ctx, p, number); err != nil {
		return g.refuse(ctx, p, err)
	}
	e := &proof.Entry{Number: number, Time: g.at, Salt: salt, Record: p.record}
	added, err := g.add(ctx, p, e)
	if err != nil || !added {
		return cmp.Or(err, g.repeated(ctx, p))
	}
	*p.result = Result{ID: p.ID, Number: number, Time: g.at}
	return g.follow(ctx, p, number)
}

// refuse answers with a refusal, unless the statement is in the log already: what
// was taken once is not refused later.
func (g *group) refuse(ctx context.Context, p *piece, refusal error) error {
	*p.result = Result{ID: p.ID, Err: refusal}
	if err := databaseError(refusal); err != nil {
		return err
	}
	if err := g.find(ctx, findOne, []any{p.id}); err != nil {
		return err
	}
	g.answerKnown(p)
	return nil
}

// repeated answers with the entry of then where a row of this id is there.
func (g *group) repeated(ctx context.Context, p *piece) error {
	err := g.find(ctx, findOne, []any{p.id})
	if err == nil && !g.answerKnown(p) {
		err = tampered("a statement is in the index of the log and not in the log")
	}
	return err
}

// answerKnown answers with the entry of then, if that was looked up.
func (g *group) answerKnown(p *piece) bool {
	e, ok := g.known[string(p.id)]
	if ok {
		*p.result = Result{ID: p.ID, Number: e.number, Time: e.at, Known: true}
	}
	return ok
}

// admit asks the candidate's Admit; a panic there refuses this candidate.
func (g *group) admit(ctx context.Context, p *piece, number int64) (err error) {
	defer func() {
		if r := recover(); r != nil {
			g.l.cfg.Logger.Error("admission failed", "id", p.ID, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = truce.E(truce.CodeInternal, "admission failed")
		}
	}()
	return p.Admit(ctx, g.tx, number, g.at)
}

// databaseError is err when the database cannot go on; the group ends then.
// Nothing that a candidate is refused for has this code.
func databaseError(err error) error {
	if truce.CodeOf(err) == truce.CodeUnavailable {
		return err
	}
	return nil
}

// add writes the entry's row and its leaf; not where a row has its id already.
func (g *group) add(ctx context.Context, p *piece, e *proof.Entry) (added bool, err error) {
	commitment := e.Commitment()
	n, err := g.tx.Exec(ctx, `INSERT INTO entry (number, time, id, commitment, salt, record) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO NOTHING`, e.Number, e.Time.UnixMilli(), p.id, commitment[:], e.Salt[:], e.Record)
	if err != nil || n == 0 {
		return false, err
	}
	leaf := tlog.RecordHash(proof.LeafData(e.Number, e.Time, commitment))
	g.full = append(g.full, g.edge.append(leaf)...)
	return true, nil
}

// followerError says that the follower, not the database, could not take an entry.
type followerError struct{ err error }

func (e *followerError) Error() string { return "a view failed: " + e.err.Error() }
func (e *followerError) Unwrap() error { return e.err }

// follow lets the views work the entry in, and erases what it erases.
func (g *group) follow(ctx context.Context, p *piece, number int64) error {
	if g.l.cfg.Follower == nil {
		return nil
	}
	numbers, err := g.apply(ctx, &Entry{Number: number, Time: g.at, ID: p.ID, Envelope: p.Envelope, Statement: p.Statement})
	if err != nil {
		return notWorkedIn(err)
	}
	for _, n := range numbers {
		if err := g.erase(ctx, n, number); err != nil {
			return err
		}
	}
	return nil
}

// notWorkedIn tells a follower that failed from a database that did.
func notWorkedIn(err error) error {
	if databaseError(err) != nil || truce.CodeOf(err) == truce.CodeTampered {
		return err
	}
	return &followerError{truce.Wrap(truce.CodeInternal, err, "the statement could not be worked into the views")}
}

// apply calls the follower; its panic is its failure.
func (g *group) apply(ctx context.Context, e *Entry) (numbers []int64, err error) {
	defer func() {
		if r := recover(); r != nil {
			g.l.cfg.Logger.Error("a view panicked", "entry", e.Number, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = truce.E(truce.CodeInternal, "a view panicked")
		}
	}()
	if f, ok := g.l.cfg.Follower.(GroupFollower); ok {
		return f.Work(ctx, g.tx, e)
	}
	return g.l.cfg.Follower.Apply(ctx, g.tx, e)
}

// erase removes content and salt of an earlier entry; id, time and commitment stay.
func (g *group) erase(ctx context.Context, number, by int64) error {
	if number < 0 || number >= by {
		return &followerError{truce.E(truce.CodeInternal, "entry %d cannot erase entry %d", by, number)}
	}
	_, err := g.tx.Exec(ctx, `UPDATE entry SET salt = NULL, record = NULL, erased_by = ?
		WHERE number = ? AND erased_by IS NULL`, by, number)
	g.erased = true
	return err
}

// seal writes the finished tiles and the signed checkpoint over all that was added.
func (g *group) seal(ctx context.Context) error {
	before := g.l.newest.edge.size
	if g.edge.size == before {
		return nil
	}
	if f, ok := g.l.cfg.Follower.(GroupFollower); ok {
		if err := f.Mark(ctx, g.tx, before, g.edge.size); err != nil {
			return notWorkedIn(err)
		}
	}
	if err := writeTiles(ctx, g.tx, g.full); err != nil {
		return err
	}
	cp, err := proof.SignCheckpoint(g.l.cfg.Signer, g.edge.size, g.edge.root())
	if err != nil {
		return err
	}
	g.checkpoint = cp
	return g.putCheckpoint(ctx, cp)
}

// putCheckpoint stores cp in the place of the one before, which stays only when
// it was the last of its day, or the one of size 0.
func (g *group) putCheckpoint(ctx context.Context, cp *proof.Checkpoint) error {
	before, day := g.l.newest.cp.Size, dayOf(g.at)
	if before == 0 || day != g.l.day {
		return insertCheckpoint(ctx, g.tx, cp, day)
	}
	_, err := g.tx.Exec(ctx, "UPDATE checkpoint SET size = ?, note = ? WHERE size = ?", cp.Size, cp.Note, before)
	return err
}
