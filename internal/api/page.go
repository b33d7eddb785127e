package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
)

// page is the text of the answers to a stretch of queries, as it is being written.
type page struct {
	check.Encoder
	first   int // number of the first query
	out     []byte
	notices [16]noticed // of brief answers, each in the place of its length
	newest  bool        // of brief answers: the newest state is told once
}

var spare = sync.Pool{New: func() any { return &page{} }}

// maxSpare is the largest page that is kept to be used again, in bytes.
const maxSpare = 1 << 20

// pages are all of a batch, in its order.
type pages []*page

// between are the texts with a head before and a tail behind them.
func (p pages) between(head, tail string) [][]byte {
	out := make([][]byte, 0, len(p)+2)
	out = append(out, []byte(head))
	for _, one := range p {
		out = append(out, one.out)
	}
	return append(out, []byte(tail))
}

// free lets the pages be used again.
func (p pages) free() {
	for _, one := range p {
		if cap(one.out) <= maxSpare {
			spare.Put(one)
		}
	}
}

// ask asks the check, and lets write say on a page what came of each query: in order
// on a page, and several pages at a time. A query that could not be read does not keep
// others from their answers; its result is the error that it has.
func (c *call) ask(all *asking, write func(p *page, i int, res check.Result)) pages {
	start, lang := time.Now(), i18n.Match(c.r.Header.Get("Accept-Language"))
	for i := range all.queries {
		all.queries[i].Viewer, all.queries[i].Lang = c.viewer, lang
	}
	var mu sync.Mutex
	var out pages
	c.Check.CheckEach(c.ctx, all.queries, func(first int, results []check.Result) {
		p := spare.Get().(*page)
		p.first, p.out, p.notices, p.newest = first, p.out[:0], [16]noticed{}, false
		for i := range results {
			res := results[i]
			if err := all.about[first+i].err; err != nil {
				res = check.Result{Err: err}
			}
			write(p, first+i, res)
		}
		mu.Lock()
		defer mu.Unlock()
		out = append(out, p)
	})
	slices.SortFunc(out, func(a, b *page) int { return cmp.Compare(a.first, b.first) })
	c.w.Header().Set("Content-Language", string(lang))
	c.Metrics.Checked(all.count(), time.Since(start))
	return out
}

func (p *page) comma(i int) {
	if i > 0 {
		p.out = append(p.out, ',')
	}
}

// answer writes a Checked.
func (p *page) answer(a *check.Answer, slips []geo.Slip) {
	p.out = p.Members(append(p.out, '{'), a)
	p.slips(slips)
	p.out = append(p.out, '}')
}

func (p *page) slips(slips []geo.Slip) {
	if len(slips) > 0 {
		p.out = append(append(p.out, `,"slips":`...), encodeJSON(slips)...)
	}
}

// result writes a CheckResult. Those of a batch have lines.
func (p *page) result(with *about, res check.Result) {
	p.begin(with)
	if res.Err != nil {
		p.problem(res.Err)
		return
	}
	p.out = append(p.out, `,"answer":`...)
	p.answer(res.Answer, with.slips)
	p.out = append(p.out, '}')
}

func (p *page) begin(with *about) {
	p.out = strconv.AppendInt(append(p.out, `{"line":`...), int64(with.line), 10)
	if len(with.id) > 0 {
		p.out = appendCompact(append(p.out, `,"id":`...), with.id)
	}
}

func (p *page) problem(err error) {
	p.out = append(append(p.out, `,"problem":`...), encodeJSON(problemOf(err, ""))...)
	p.out = append(p.out, '}')
}

// appendCompact appends JSON without the white space between its words.
func appendCompact(out []byte, raw json.RawMessage) []byte {
	if !bytes.ContainsAny(raw, whiteSpace) {
		return append(out, raw...)
	}
	b := bytes.NewBuffer(out)
	if json.Compact(b, raw) != nil {
		return append(out, "null"...) // it was read as JSON
	}
	return b.Bytes()
}
