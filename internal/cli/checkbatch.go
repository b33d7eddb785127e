package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
	"truce/pack"
)

type batchFormat string

const (
	batchCSV     batchFormat = "csv"
	batchNDJSON  batchFormat = "ndjson"
	batchGeoJSON batchFormat = "geojson"
)

// checkedAtOnce is how many questions are put to the register together.
const checkedAtOnce = 256

// asking answers a batch, in order, some questions at a time.
type asking struct {
	*shell
	ctx    context.Context
	r      *register
	pack   *packAsker // answers instead of r where it is set
	bar    *bar
	lang   i18n.Lang
	base   question // what holds for every row that does not say otherwise
	queue  []waiting
	failed int
	found  int
	rows   int
}

// waiting is a question that waits for its answer, or for its error to be told.
type waiting struct {
	row   int
	id    json.RawMessage
	query check.Query
	slips []geo.Slip
	err   error
}

func (sh *shell) checkBatch(ctx context.Context, r *register, f checkFlags, p *pack.Pack) error {
	base, err := f.question()
	if err != nil {
		return err
	}
	in, err := sh.openInput(f.batch)
	if err != nil {
		return err
	}
	defer in.Close()
	var source io.Reader = in
	if f.batch == "-" {
		source = sh.In // which may be a file, and is then not held in memory
	}
	a := &asking{shell: sh, ctx: ctx, r: r, lang: i18n.Match(f.lang), base: base, bar: sh.batchBar()}
	if p != nil {
		a.pack = &packAsker{pack: p, lang: a.lang}
	}
	err = a.read(source, f.batch, batchFormat(f.format))
	if flushed := a.flush(); err == nil {
		err = flushed
	}
	a.bar.end()
	if err != nil {
		return inFile(f.batch, err)
	}
	if p != nil {
		if err := p.Fresh(time.Now()); err != nil {
			return inFile(f.pack, err)
		}
	}
	if a.failed > 0 {
		return truce.E(truce.CodeInvalid, "%d of %d rows could not be answered", a.failed, a.rows).
			WithHint("their lines hold an error; it says nothing about what is there")
	}
	return applies(f, a.found)
}

func (a *asking) read(in io.Reader, name string, format batchFormat) error {
	head := bufio.NewReaderSize(in, 64<<10)
	if format == "" {
		format = formatOf(name, head)
	}
	switch format {
	case batchNDJSON:
		if a.pack != nil {
			return a.packedLines(resumed(in, head))
		}
		return a.lines(head)
	case batchGeoJSON:
		return a.features(head)
	}
	return a.table(in, head, name)
}

// formatOf tells the form by the name and, where that says nothing, by how the
// content begins.
func formatOf(name string, head *bufio.Reader) batchFormat {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".ndjson", ".jsonl":
		return batchNDJSON
	case ".geojson":
		return batchGeoJSON
	}
	begin, _ := head.Peek(64 << 10)
	begin = bytes.TrimLeft(bytes.TrimPrefix(begin, []byte("\xef\xbb\xbf")), " \t\r\n\x1e")
	if !bytes.HasPrefix(begin, []byte("{")) {
		return batchCSV
	}
	for _, member := range []string{`"type"`, `"features"`, `"geometry"`, `"coordinates"`} {
		if firstMember(begin) == member {
			return batchGeoJSON
		}
	}
	return batchNDJSON
}

// firstMember is the name of the first member of a JSON object, with its quotes.
func firstMember(object []byte) string {
	rest := bytes.TrimLeft(object[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '"' {
		return ""
	}
	end := bytes.IndexByte(rest[1:], '"')
	if end < 0 {
		return ""
	}
	return string(rest[:end+2])
}

func (a *asking) lines(in *bufio.Reader) error {
	for row := 1; ; row++ {
		line, err := readLine(in, 128<<10)
		if err != nil && err != io.EOF {
			return err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			q := a.start()
			if bad := strictQuestion(line, &q); bad != nil {
				a.add(waiting{row: row, err: bad})
			} else {
				a.ask(row, q)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err := a.full(); err != nil {
			return err
		}
	}
}

func strictQuestion(line []byte, q *question) error {
	if err := truce.CheckJSON(line, truce.MaxDepth); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	err := dec.Decode(q)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return truce.E(truce.CodeInvalid, "a %s cannot stand here", wrong.Value).At(wrong.Field)
	}
	if err != nil {
		return truce.E(truce.CodeInvalid, "the line is not a question: %s", strings.TrimPrefix(err.Error(), "json: ")).
			WithHint(`such as {"at":"36.2128, 37.1166","radiusM":500}`)
	}
	return nil
}

func (a *asking) features(in io.Reader) error {
	return geo.ReadGeoJSON(in, geo.Limits{}, func(f geo.Feature) error {
		err := f.Err
		if err == nil && f.Shape.IsZero() {
			err = truce.E(truce.CodeInvalid, "the feature has no geometry").At("/geometry")
		}
		if err != nil {
			a.add(waiting{row: f.Index + 1, id: f.ID, err: err})
			return a.full()
		}
		q := a.start()
		q.shape, q.ID = f.Shape, f.ID
		a.ask(f.Index+1, q)
		return a.full()
	})
}

// start is a question before its row was read: with what the flags say, but for
// the time, which counts where the row gives none.
func (a *asking) start() question {
	q := a.base
	q.Time, q.From, q.Until = "", "", ""
	return q
}

func (a *asking) ask(row int, q question) {
	if q.Time+q.From+q.Until == "" {
		q.Time, q.From, q.Until = a.base.Time, a.base.From, a.base.Until
	}
	query, slips, err := q.query(a.lang)
	a.add(waiting{row, q.ID, query, slips, err})
}

func (a *asking) add(w waiting) {
	a.rows++
	a.queue = append(a.queue, w)
}

func (a *asking) full() error {
	if len(a.queue) < checkedAtOnce {
		return a.ctx.Err()
	}
	return a.flush()
}

// flush answers what waits.
func (a *asking) flush() error {
	if a.pack != nil {
		return a.flushPack()
	}
	queries := make([]check.Query, 0, len(a.queue))
	for _, w := range a.queue {
		if w.err == nil {
			queries = append(queries, w.query)
		}
	}
	results := a.r.Check(a.ctx, queries)
	for _, w := range a.queue {
		res := checked{Err: w.err}
		if w.err == nil {
			res, results = results[0], results[1:]
		}
		if err := a.tell(w, res); err != nil {
			return err
		}
	}
	a.queue = a.queue[:0]
	return a.ctx.Err()
}

func (a *asking) tell(w waiting, res checked) error {
	if res.Err != nil {
		a.failed++
	} else {
		a.found += applying(res.Answer)
	}
	return compactJSON(a.Out, batchAnswer{w.row, w.id, res.Answer, w.slips, problemOf(res.Err)})
}
