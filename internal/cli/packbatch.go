package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/term"

	"truce"
	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
	"truce/internal/packnotice"
	"truce/pack"
)

// packBatchAnswer is one line of the answer to a batch out of a pack: an answer or an error, which is never to be read as
// nothing being there.
type packBatchAnswer struct {
	Row int             `json:"row"`
	ID  json.RawMessage `json:"id,omitempty"`
	*pack.Answer
	Slips []geo.Slip `json:"slips,omitempty"`
	problem
}

// packRow is one question of a batch on its way.
type packRow struct {
	row   int
	id    json.RawMessage
	quick bool // point is the whole question
	point pack.PointQuery
	full  *fullRow // otherwise
}

// fullRow is a question that is more than a point, or why it cannot be read.
type fullRow struct {
	query check.Query
	slips []geo.Slip
	err   error
}

// tally is what became of rows.
type tally struct{ rows, failed, found int }

func (t *tally) add(o tally) {
	t.rows, t.failed, t.found = t.rows+o.rows, t.failed+o.failed, t.found+o.found
}

// packAsker answers rows out of a pack. Any number of goroutines may share it.
type packAsker struct {
	pack *pack.Pack
	lang i18n.Lang

	mu     sync.Mutex
	teller *pack.Teller
	since  time.Time
}

// tellerAge is how long a teller is used: rows that name no time ask about now.
const tellerAge = time.Second

func (p *packAsker) current() (*pack.Teller, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.teller != nil && now.Sub(p.since) < tellerAge {
		return p.teller, nil
	}
	t, err := p.pack.Teller(now, func(asOf *pack.AsOf, n pack.Named) string { return packnotice.Of(asOf, n, p.pack, p.lang) })
	if err == nil {
		p.teller, p.since = t, now
	}
	return t, err
}

// answer writes the lines of rows behind out, in order.
func (p *packAsker) answer(rows []packRow, t *pack.Teller, out []byte) ([]byte, tally, error) {
	b := &packAnswers{packAsker: p, teller: t, rows: rows, out: out}
	queries := make([]pack.PointQuery, 0, len(rows))
	for i := range rows {
		if rows[i].quick {
			queries = append(queries, rows[i].point)
		}
	}
	err := t.Batch(queries, b.quick)
	if err == nil {
		err = b.slowUntil(len(rows))
	}
	return b.out, b.tally, err
}

// packAnswers are the answers to some rows.
type packAnswers struct {
	*packAsker
	teller *pack.Teller
	rows   []packRow
	at     int // next row
	out    []byte
	tally
}

// quick writes the answer to the next quick row, behind those to the slow ones before it.
func (b *packAnswers) quick(_ int, answer []byte, n pack.Named, err error) error {
	next := b.at
	for !b.rows[next].quick {
		next++
	}
	if err := b.slowUntil(next); err != nil {
		return err
	}
	r := &b.rows[b.at]
	b.at++
	if err != nil {
		return b.problem(r, err)
	}
	b.tally.add(tally{rows: 1, found: n.Applying})
	b.out = strconv.AppendInt(append(b.out, `{"row":`...), int64(r.row), 10)
	if len(r.id) > 0 {
		b.out = append(append(b.out, `,"id":`...), r.id...)
	}
	b.out = append(append(append(b.out, ','), answer...), "}\n"...)
	return nil
}

func (b *packAnswers) slowUntil(end int) error {
	for ; b.at < end; b.at++ {
		r := &b.rows[b.at]
		if err := b.slow(r); err != nil {
			return err
		}
	}
	return nil
}

func (b *packAnswers) slow(r *packRow) error {
	err := r.full.err
	if err == nil {
		err = knows(b.pack, &r.full.query)
	}
	if err != nil {
		return b.problem(r, err)
	}
	a, err := answerFrom(b.pack, r.full.query, time.UnixMilli(b.teller.Now()).UTC())
	if err != nil {
		return b.problem(r, err)
	}
	b.tally.add(tally{rows: 1, found: a.Named().Applying})
	return b.line(packBatchAnswer{Row: r.row, ID: r.id, Answer: a, Slips: r.full.slips})
}

// knows is nil where a pack knows as much of the log as a question asks for.
func knows(p *pack.Pack, q *check.Query) error {
	switch {
	case q.AsKnownAt > 0:
		return truce.E(truce.CodeUsage, "as known at a number of entries is for a register; a pack knows one state of the log").At("/asKnownAt").
			WithHint("truce pack info says which")
	case q.MinEntry > 0 && q.MinEntry >= p.LogSize:
		return truce.E(truce.CodeStale, "entry %d is asked for, and the pack knows %d entries", q.MinEntry, p.LogSize).At("/minEntry").WithHint("fetch a newer pack")
	}
	return nil
}

// problem writes why there is no answer. That the pack is stale is told by the exit code for all rows.
func (b *packAnswers) problem(r *packRow, err error) error {
	t := tally{rows: 1}
	if truce.CodeOf(err) != truce.CodeStale || b.pack.Fresh(time.UnixMilli(b.teller.Now())) == nil {
		t.failed = 1
	}
	b.tally.add(t)
	line := packBatchAnswer{Row: r.row, ID: r.id, problem: problemOf(err)}
	if r.full != nil {
		line.Slips = r.full.slips
	}
	return b.line(line)
}

func (b *packAnswers) line(a packBatchAnswer) error {
	w := bytes.NewBuffer(b.out)
	err := compactJSON(w, a)
	b.out = w.Bytes()
	return err
}

// readRow is a row that was read in full.
func readRow(row int, id json.RawMessage, f fullRow, now int64) packRow {
	r := packRow{row: row, id: id}
	if f.err == nil && len(f.slips) == 0 && f.query.AsKnownAt == 0 && f.query.MinEntry == 0 {
		r.point, r.quick = pointOf(&f.query, now)
	}
	if !r.quick {
		r.full = &f
	}
	return r
}

// pointOf is the question as one about a point, where it is no more than that.
func pointOf(q *check.Query, now int64) (pack.PointQuery, bool) {
	if q.Shape.Type != geo.TypePoint || !whole(q.From) || !whole(q.Until) || q.From.IsZero() && !q.Until.IsZero() {
		return pack.PointQuery{}, false
	}
	at := q.Shape.Points[0]
	p := pack.PointQuery{Lat: at.Lat, Lon: at.Lon, AccuracyM: q.Shape.AccuracyM, RadiusM: q.RadiusM, From: now, Until: now}
	if !q.From.IsZero() {
		p.From, p.Until = q.From.UnixMilli(), q.From.UnixMilli()
	}
	if !q.Until.IsZero() {
		p.Until = q.Until.UnixMilli()
	}
	return p, at.Valid() && !at.IsNull() && p.Until >= p.From
}

// whole reports whether t is in whole milliseconds.
func whole(t time.Time) bool { return t.Nanosecond()%1_000_000 == 0 }

// flushPack answers what waits out of the pack.
func (a *asking) flushPack() error {
	t, err := a.pack.current()
	if err != nil {
		return err
	}
	rows := make([]packRow, len(a.queue))
	for i, w := range a.queue {
		rows[i] = readRow(w.row, w.id, fullRow{w.query, w.slips, w.err}, t.Now())
	}
	out, n, err := a.pack.answer(rows, t, nil)
	a.queue = a.queue[:0]
	if err != nil {
		return err
	}
	a.failed, a.found = a.failed+n.failed, a.found+n.found
	a.bar.of(int64(a.rows), 0)
	if _, err := a.Out.Write(out); err != nil {
		return fileError("-", err)
	}
	return a.ctx.Err()
}

// batchBar shows the progress of a batch, but not among answers on a terminal.
func (sh *shell) batchBar() *bar {
	if f, ok := sh.Out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return sh.progress("checking")
}
