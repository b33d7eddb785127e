package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"

	"truce"
	"truce/geo"
	"truce/internal/check"
)

// asking are queries on their way, and what is to be said beside each.
type asking struct {
	queries []check.Query
	about   []about
	points  [][1]geo.Point // room for the places of queries
}

// about is what belongs to a query, and is no part of it.
type about struct {
	line  int
	id    json.RawMessage
	slips []geo.Slip
	err   error // why it cannot be asked
}

var askings = sync.Pool{New: func() any { return &asking{} }}

// room is an asking in which n queries have their place. It is to be freed.
func room(n int) *asking {
	a := askings.Get().(*asking)
	a.queries, a.about, a.points = slices.Grow(a.queries[:0], n), slices.Grow(a.about[:0], n), slices.Grow(a.points[:0], n)
	return a
}

// free lets the memory be used again; no place that was asked about stays in it.
func (a *asking) free() {
	clear(a.queries)
	clear(a.about)
	clear(a.points[:cap(a.points)])
	askings.Put(a)
}

// count is how many can be asked.
func (a *asking) count() (n int) {
	for i := range a.about {
		if a.about[i].err == nil {
			n++
		}
	}
	return n
}

// add puts a query behind the others; what cannot be asked has its place too.
func (a *asking) add(query check.Query, with about) {
	a.queries, a.about = append(a.queries, query), append(a.about, with)
}

// question adds a query that was read in full.
func (a *asking) question(q *Question, line int) {
	query, slips, err := q.Query()
	a.add(query, about{line, q.ID, slips, err})
}

// spot adds a query that was read quickly.
func (a *asking) spot(s *check.Spot, line int) {
	if len(a.points) == cap(a.points) {
		a.points = make([][1]geo.Point, 0, 2*cap(a.points)+1) // the one before stays where it is
	}
	a.points = a.points[:len(a.points)+1]
	a.add(s.Query(&a.points[len(a.points)-1]), about{line: line, id: s.ID})
}

// text adds the query that a text of JSON is; what is wrong with it is told in its place.
func (a *asking) text(data []byte, line int) {
	var s check.Spot
	if s.ReadAll(data) {
		a.spot(&s, line)
		return
	}
	var q Question
	if err := strictJSON(data, &q, truce.MaxDepth); err != nil {
		a.add(check.Query{}, about{line: line, err: err})
		return
	}
	a.question(&q, line)
}

// many reads a Questions: quickly where it holds nothing but points, else in full. Of
// a text that is none the error is the one of the full reader.
func many(data []byte) (*asking, error) {
	if all, ok := spots(data); ok {
		return all, nil
	}
	var in Questions
	if err := strictJSON(data, &in, truce.MaxDepth); err != nil {
		return nil, err
	}
	if len(in.Queries) > maxQuestions {
		return nil, truce.E(truce.CodeTooLarge, "at most %d queries are possible at once, these are %d", maxQuestions, len(in.Queries)).
			At("/queries").WithHint("send more as application/x-ndjson")
	}
	all := room(len(in.Queries))
	for i := range in.Queries {
		all.question(&in.Queries[i], i+1)
	}
	return all, nil
}

// spots reads a Questions of points alone.
func spots(data []byte) (*asking, bool) {
	rest, ok := opened(data)
	if !ok {
		return nil, false
	}
	all := room(min(bytes.Count(rest, []byte{'}'}), maxQuestions))
	for line := 1; line <= maxQuestions; line++ {
		var s check.Spot
		if rest, ok = s.Read(rest); !ok {
			return nil, false
		}
		all.spot(&s, line)
		if rest, ok = cut(rest, ','); !ok {
			rest, ok = cut(rest, ']')
			rest, end := cut(rest, '}')
			return all, ok && end && len(bytes.TrimLeft(rest, whiteSpace)) == 0
		}
	}
	return nil, false
}

// whiteSpace is that of JSON (RFC 8259, 2).
const whiteSpace = " \t\r\n"

// opened is what follows the [ of a Questions.
func opened(data []byte) (rest []byte, ok bool) {
	rest, ok = cut(data, '{')
	if !ok {
		return nil, false
	}
	if rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, whiteSpace), []byte(`"queries"`)); !ok {
		return nil, false
	}
	if rest, ok = cut(rest, ':'); !ok {
		return nil, false
	}
	return cut(rest, '[')
}

// cut takes c away, and the white space before it.
func cut(text []byte, c byte) (rest []byte, ok bool) {
	for len(text) > 0 && bytes.IndexByte([]byte(whiteSpace), text[0]) >= 0 {
		text = text[1:]
	}
	if len(text) == 0 || text[0] != c {
		return text, false
	}
	return text[1:], true
}

// hasQueries reports whether a body is a Questions. It looks at the beginning
// alone, which is bounded: what follows is read strictly in either case.
func hasQueries(data []byte) bool {
	rest, ok := cut(data, '{')
	return ok && bytes.HasPrefix(bytes.TrimLeft(rest, whiteSpace), []byte(`"queries"`))
}
