package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"truce"
	"truce/geo"
	"truce/internal/check"
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
		all, err := many(data)
		if err != nil {
			return err
		}
		defer all.free()
		return c.checkResults(all)
	}
	return c.checkOne(data)
}

// maxBatch bounds a JSON, CSV or GeoJSON body of queries, in bytes.
const maxBatch = 8 << 20

func (c *call) checkOne(data []byte) error {
	one := room(1)
	defer one.free()
	one.text(data, 0)
	err := one.about[0].err
	if err != nil {
		return err
	}
	told := c.ask(one, func(p *page, i int, res check.Result) {
		if err = res.Err; err == nil {
			p.answer(res.Answer, one.about[i].slips)
		}
	})
	defer told.free()
	if err != nil {
		return err
	}
	return c.sendAll(http.StatusOK, mediaJSON, told.between("", "\n"))
}

// checkResults answers in one text of JSON: each query with its whole answer or, for
// whom prefers that, with what they share told once.
func (c *call) checkResults(all *asking) error {
	if c.prefers("return=minimal") {
		c.w.Header().Set("Preference-Applied", "return=minimal")
		return c.checkBriefly(all)
	}
	told := c.ask(all, func(p *page, i int, res check.Result) {
		p.comma(i)
		p.result(&all.about[i], res)
	})
	defer told.free()
	return c.sendAll(http.StatusOK, mediaJSON, told.between(`{"results":[`, "]}\n"))
}

// checkLines answers a batch of a stream of queries.
func (c *call) checkLines(batch []line) ([]byte, error) {
	all := room(len(batch))
	defer all.free()
	for _, l := range batch {
		if l.err != nil {
			all.add(check.Query{}, about{line: l.number, err: l.err})
		} else {
			all.text(l.data, l.number)
		}
	}
	told := c.resultLines(all)
	defer told.free()
	return bytes.Join(told.between("", ""), nil), nil
}

// resultLines answers each query with a line.
func (c *call) resultLines(all *asking) pages {
	return c.ask(all, func(p *page, i int, res check.Result) {
		p.result(&all.about[i], res)
		p.out = append(p.out, '\n')
	})
}

// checkFeatures answers a GeoJSON text, feature by feature.
func (c *call) checkFeatures() error {
	radius, err := c.radius()
	if err != nil {
		return err
	}
	all := room(0)
	defer all.free()
	limits := geo.Limits{Bytes: maxBatch, Features: maxQuestions}
	err = geo.ReadGeoJSON(c.r.Body, limits, func(f geo.Feature) error {
		with := about{line: f.Index + 1, id: f.ID, err: f.Err}
		if f.Err == nil && f.Shape.IsZero() {
			with.err = truce.E(truce.CodeInvalid, "the feature has no geometry").At("/geometry")
		}
		all.add(check.Query{Shape: f.Shape, RadiusM: radius}, with)
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
	defer rows.free()
	told := c.resultLines(rows)
	defer told.free()
	return c.sendAll(http.StatusOK, mediaNDJSON, told.between("", ""))
}
