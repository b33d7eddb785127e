package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"runtime"
	"sync"

	"truce"
	"truce/internal/check"
	"truce/pack"
)

// Bounds of a stream of lines: what is read at a time, and a line.
const (
	chunkBytes = 192 << 10
	maxAskLine = 128 << 10
)

// chunk is some whole lines on their way through a worker.
type chunk struct {
	data []byte
	row  int // of its first line, from 1
	out  []byte
	rows []packRow
	tally
	err  error
	done chan struct{}
}

// packLines answers a stream of questions, one a line, out of a pack: one goroutine reads, one a processor answers, and
// what they wrote goes out in order. Some chunks are under way at a time, however long the stream is.
type packLines struct {
	a       *asking
	base    check.Query // time of rows that give none
	parse   func(n int, line []byte, now int64) (r packRow, ok bool)
	free    sync.Pool
	work    chan *chunk
	ordered chan *chunk
	stop    chan struct{}
	readErr error
}

func (a *asking) packedLines(in io.Reader) error {
	l, err := a.packLines()
	if err != nil {
		return err
	}
	l.parse = func(n int, line []byte, now int64) (packRow, bool) {
		if len(bytes.TrimSpace(line)) == 0 {
			return packRow{}, false
		}
		return l.row(n, line, now), true
	}
	return l.run(in, 1, sizeOf(in))
}

func (a *asking) packLines() (*packLines, error) {
	base, err := a.baseTime()
	workers := runtime.GOMAXPROCS(0)
	l := &packLines{a: a, base: base, work: make(chan *chunk, workers), ordered: make(chan *chunk, 2*workers), stop: make(chan struct{})}
	l.free.New = func() any { return &chunk{data: make([]byte, 0, chunkBytes), done: make(chan struct{}, 1)} }
	return l, err
}

// run answers the lines of in, of which the first is the row with number row.
func (l *packLines) run(in io.Reader, row int, size int64) error {
	var all sync.WaitGroup
	for range cap(l.work) {
		all.Go(l.answer)
	}
	all.Go(func() { l.readErr = l.read(in, row) })
	err := l.write(size)
	close(l.stop)
	for range l.ordered { // what was under way when writing failed
	}
	all.Wait()
	return firstOf(err, l.readErr)
}

// baseTime is the time that the flags name.
func (a *asking) baseTime() (check.Query, error) {
	var q check.Query
	base := a.base
	return q, base.times(&q)
}

// resumed reads what head has taken from in already, and then in itself. A file is read from its beginning again.
func resumed(in io.Reader, head *bufio.Reader) io.Reader {
	if f, ok := in.(*os.File); ok && sizeOf(f) > 0 {
		if _, err := f.Seek(-int64(head.Buffered()), io.SeekCurrent); err == nil {
			head.Reset(nil)
			return f
		}
	}
	return head
}

// sizeOf is the length of a regular file, 0 for anything else.
func sizeOf(in io.Reader) int64 {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return 0
}

// read cuts the stream into chunks of whole lines. What has arrived is handed on without waiting for more.
func (l *packLines) read(in io.Reader, row int) error {
	defer close(l.ordered)
	defer close(l.work)
	c := l.free.Get().(*chunk)
	for {
		if len(c.data) == cap(c.data) {
			c.data = append(c.data, 0)[:len(c.data)]
		}
		n, err := in.Read(c.data[len(c.data):cap(c.data)])
		c.data = c.data[:len(c.data)+n]
		end := bytes.LastIndexByte(c.data, '\n') + 1
		if err == io.EOF {
			end = len(c.data)
		}
		if end > 0 {
			next := l.free.Get().(*chunk)
			next.data = append(next.data[:0], c.data[end:]...)
			c.data, c.row = c.data[:end], row
			row += bytes.Count(c.data, []byte{'\n'})
			if !l.send(c) {
				return nil
			}
			c = next
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fileError("-", err)
		case len(c.data) > maxAskLine && bytes.IndexByte(c.data, '\n') < 0:
			return truce.E(truce.CodeTooLarge, "a line has at most %d bytes", maxAskLine).WithHint("one question stands on a line")
		}
	}
}

func (l *packLines) send(c *chunk) bool {
	select {
	case l.ordered <- c:
	case <-l.stop:
		return false
	}
	l.work <- c
	return true
}

func (l *packLines) answer() {
	for c := range l.work {
		c.err = l.answerChunk(c)
		c.done <- struct{}{}
	}
}

func (l *packLines) answerChunk(c *chunk) error {
	if err := l.a.ctx.Err(); err != nil {
		return err
	}
	t, err := l.a.pack.current()
	if err != nil {
		return err
	}
	c.rows = c.rows[:0]
	row := c.row
	for rest := c.data; len(rest) > 0; row++ {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line, rest = rest[:i], rest[i+1:]
		} else {
			rest = nil
		}
		if r, ok := l.parse(row, line, t.Now()); ok {
			c.rows = append(c.rows, r)
		}
	}
	c.out, c.tally, err = l.a.pack.answer(c.rows, t, c.out[:0])
	return err
}

// row reads a line: quickly where it asks about a point, in full otherwise.
func (l *packLines) row(n int, line []byte, now int64) packRow {
	r := packRow{row: n}
	var s check.Spot
	if s.ReadAll(line) && s.AsKnownAt == 0 && s.MinEntry == 0 && l.timed(&s, &r.point, now) {
		r.id, r.quick = s.ID, true
		return r
	}
	id, f := l.full(line)
	return readRow(n, id, f, now)
}

func (l *packLines) full(line []byte) (id json.RawMessage, f fullRow) {
	if len(line) > maxAskLine {
		f.err = truce.E(truce.CodeTooLarge, "a line has at most %d bytes", maxAskLine)
		return nil, f
	}
	q := l.a.start()
	if f.err = strictQuestion(line, &q); f.err != nil {
		return nil, f
	}
	return q.ID, l.timedFull(q)
}

// timedFull makes the question out of what was read in full and the flags.
func (l *packLines) timedFull(q question) (f fullRow) {
	if q.Time+q.From+q.Until == "" {
		q.Time, q.From, q.Until = l.a.base.Time, l.a.base.From, l.a.base.Until
	}
	f.query, f.slips, f.err = q.query(l.a.lang)
	return f
}

// timed makes the question out of what was read and the flags.
func (l *packLines) timed(s *check.Spot, p *pack.PointQuery, now int64) bool {
	*p = pack.PointQuery{Lat: s.Lat, Lon: s.Lon, RadiusM: s.RadiusM, AccuracyM: s.AccuracyM, From: s.From, Until: s.Until}
	if !s.HasRadius {
		p.RadiusM = l.a.base.RadiusM
	}
	if s.HasTime {
		return true
	}
	q := l.base
	if !whole(q.From) || !whole(q.Until) || q.From.IsZero() && !q.Until.IsZero() {
		return false
	}
	p.From, p.Until = now, now
	if !q.From.IsZero() {
		p.From, p.Until = q.From.UnixMilli(), q.From.UnixMilli()
	}
	if !q.Until.IsZero() {
		p.Until = q.Until.UnixMilli()
	}
	return p.Until >= p.From
}

// write hands out what the workers wrote, in order.
func (l *packLines) write(size int64) error {
	a, done := l.a, int64(0)
	for c := range l.ordered {
		<-c.done
		if c.err != nil {
			return c.err
		}
		a.rows, a.failed, a.found = a.rows+c.tally.rows, a.failed+c.failed, a.found+c.found
		if _, err := a.Out.Write(c.out); err != nil {
			return fileError("-", err)
		}
		if done += int64(len(c.data)); size > 0 {
			a.bar.of(done, size)
		} else {
			a.bar.of(int64(a.rows), 0)
		}
		l.free.Put(c)
	}
	return nil
}
