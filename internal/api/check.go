package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
)

// Checked is the answer to one query.
type Checked struct {
	*check.Answer
	Slips []geo.Slip `json:"slips,omitempty" doc:"what may be wrong with the coordinate as it was typed; nothing was changed"`
}

// CheckResult is what became of one query of many.
type CheckResult struct {
	Line    int             `json:"line,omitempty" doc:"number of the line, row or feature, from 1"`
	ID      json.RawMessage `json:"id,omitempty" doc:"id of the query"`
	Answer  *Checked        `json:"answer,omitempty"`
	Problem *Problem        `json:"problem,omitempty" doc:"why there is no answer; never read it as nothing being there"`
}

// CheckResults are the answers to many queries, in their order.
type CheckResults struct {
	Results []CheckResult `json:"results"`
}

// asked is one query on its way.
type asked struct {
	line  int
	id    json.RawMessage
	query check.Query
	slips []geo.Slip
	err   error
}

func (q *Question) asked(line int) asked {
	query, slips, err := q.Query()
	return asked{line, q.ID, query, slips, err}
}

// check answers what is registered at places. No coordinate leaves this function
// but to the one who asked.
func (c *call) check() error {
	c.w.Header().Set("Cache-Control", "no-store")
	switch c.media {
	case mediaNDJSON:
		return c.streamed(c.checkLines)
	case mediaCSV:
		return c.checkCSV()
	case mediaGeoJSON:
		return c.checkFeatures()
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	if hasQueries(data) {
		return c.checkMany(data)
	}
	var q Question
	if err := strictJSON(data, &q, truce.MaxDepth); err != nil {
		return err
	}
	res := c.ask([]asked{q.asked(0)})[0]
	if res.err != nil {
		return res.err
	}
	return c.json(http.StatusOK, res.Answer)
}

// maxBatch bounds a JSON, CSV or GeoJSON body of queries, in bytes.
const maxBatch = 8 << 20

// hasQueries reports whether a body is a Questions. It looks at the beginning
// alone, which is bounded: what follows is read strictly in either case.
func hasQueries(data []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{"))
	return ok && bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(`"queries"`))
}

func (c *call) checkMany(data []byte) error {
	var in Questions
	if err := strictJSON(data, &in, truce.MaxDepth); err != nil {
		return err
	}
	if len(in.Queries) > maxQuestions {
		return truce.E(truce.CodeTooLarge, "at most %d queries are possible at once, these are %d", maxQuestions, len(in.Queries)).
			At("/queries").WithHint("send more as application/x-ndjson")
	}
	all := make([]asked, len(in.Queries))
	for i := range in.Queries {
		all[i] = in.Queries[i].asked(i + 1)
	}
	return c.checkResults(all)
}

func (c *call) checkResults(all []asked) error {
	out := CheckResults{Results: make([]CheckResult, 0, len(all))}
	for _, res := range c.ask(all) {
		out.Results = append(out.Results, res.CheckResult)
	}
	return c.json(http.StatusOK, out)
}

// replied is the result of a query, with the error itself for a single one.
type replied struct {
	CheckResult
	err error
}

// ask asks the check. A query that cannot be read does not keep others from
// their answers.
func (c *call) ask(all []asked) []replied {
	start := time.Now()
	lang := i18n.Match(c.r.Header.Get("Accept-Language"))
	queries := make([]check.Query, 0, len(all))
	for _, a := range all {
		if a.err == nil {
			a.query.Viewer, a.query.Lang = c.viewer, lang
			queries = append(queries, a.query)
		}
	}
	results := c.Check.CheckMany(c.ctx, queries)
	out := make([]replied, len(all))
	for i, a := range all {
		res := check.Result{Err: a.err}
		if a.err == nil {
			res, results = results[0], results[1:]
		}
		out[i] = a.reply(res)
	}
	c.w.Header().Set("Content-Language", string(lang))
	c.Metrics.Checked(len(queries), time.Since(start))
	return out
}

func (a asked) reply(res check.Result) replied {
	if res.Err != nil {
		return replied{CheckResult{Line: a.line, ID: a.id, Problem: problemOf(res.Err, "")}, res.Err}
	}
	return replied{CheckResult{Line: a.line, ID: a.id, Answer: &Checked{Answer: res.Answer, Slips: a.slips}}, nil}
}

// checkLines answers a batch of a stream of queries.
func (c *call) checkLines(batch []line) ([][]byte, error) {
	all := make([]asked, len(batch))
	for i, l := range batch {
		all[i] = l.asked()
	}
	out := make([][]byte, len(all))
	for i, res := range c.ask(all) {
		out[i] = encodeJSON(res.CheckResult)
	}
	return out, nil
}

func (l line) asked() asked {
	if l.err != nil {
		return asked{line: l.number, err: l.err}
	}
	var q Question
	if err := strictJSON(l.data, &q, truce.MaxDepth); err != nil {
		return asked{line: l.number, err: err}
	}
	return q.asked(l.number)
}

// checkFeatures answers a GeoJSON text, feature by feature.
func (c *call) checkFeatures() error {
	radius, err := c.radius()
	if err != nil {
		return err
	}
	var all []asked
	limits := geo.Limits{Bytes: maxBatch, Features: maxQuestions}
	err = geo.ReadGeoJSON(c.r.Body, limits, func(f geo.Feature) error {
		a := asked{line: f.Index + 1, id: f.ID, err: f.Err, query: check.Query{Shape: f.Shape, RadiusM: radius}}
		if f.Err == nil && f.Shape.IsZero() {
			a.err = truce.E(truce.CodeInvalid, "the feature has no geometry").At("/geometry")
		}
		all = append(all, a)
		return nil
	})
	if err != nil {
		return bodyError(err)
	}
	return c.checkResults(all)
}

// radius is how near counts for queries that do not say so themselves. It is no
// coordinate, and may stand in the query string.
func (c *call) radius() (float64, error) {
	text, ok := c.query["radiusM"]
	if !ok {
		return 0, nil
	}
	m, err := strconv.ParseFloat(text, 64)
	if err != nil || m < 0 || m > check.MaxRadiusM {
		return 0, truce.E(truce.CodeUsage, "radiusM must be metres from 0 to %d", check.MaxRadiusM).At("radiusM")
	}
	return m, nil
}

// checkCSV answers rows with a header, one line of JSON a row.
func (c *call) checkCSV() error {
	radius, err := c.radius()
	if err != nil {
		return err
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	rows, err := readCSV(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))), radius)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", mediaNDJSON)
	var b bytes.Buffer
	for len(rows) > 0 {
		n := min(len(rows), batchSize)
		for _, res := range c.ask(rows[:n]) {
			b.Write(encodeJSON(res.CheckResult))
			b.WriteByte('\n')
		}
		rows = rows[n:]
	}
	return c.send(http.StatusOK, mediaNDJSON, b.Bytes())
}
