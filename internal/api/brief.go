package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"truce/geo"
	"truce/internal/check"
)

// BriefResults are CheckResults in which what answers share is told once: for whom
// sends "Prefer: return=minimal" (RFC 7240).
type BriefResults struct {
	AsOf    *check.AsOf   `json:"asOf,omitempty" doc:"as of what every answer holds that has no asOf of its own"`
	Notices []string      `json:"notices" doc:"what is to be said with the answers: each names its own by number"`
	Results []BriefResult `json:"results"`
}

// BriefResult is what became of one query of many.
type BriefResult struct {
	Line    int             `json:"line" doc:"number of the row or feature, from 1"`
	ID      json.RawMessage `json:"id,omitempty" doc:"id of the query"`
	Answer  *BriefAnswer    `json:"answer,omitempty"`
	Problem *Problem        `json:"problem,omitempty" doc:"why there is no answer; never read it as nothing being there"`
}

// BriefAnswer is a Checked without what it shares with others.
type BriefAnswer struct {
	AsOf        *check.AsOf        `json:"asOf,omitempty" doc:"where it is not that of all: of a query with asKnownAt"`
	Query       check.Echo         `json:"query"`
	Protections []check.Protection `json:"protections"`
	Agreements  []json.RawMessage  `json:"agreements"`
	Windows     []json.RawMessage  `json:"windows"`
	NoticeAt    int                `json:"noticeAt" doc:"number of the notice among notices, from 0: show it to whoever asked"`
	Slips       []geo.Slip         `json:"slips,omitempty" doc:"what may be wrong with the coordinate as it was typed; nothing was changed"`
}

// prefers reports whether the client prefers something (RFC 7240, 2).
func (c *call) prefers(what string) bool {
	for _, line := range c.r.Header.Values("Prefer") {
		for one := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.ReplaceAll(one, " ", ""), what) {
				return true
			}
		}
	}
	return false
}

// shared is what the answers of a batch share.
type shared struct {
	mu      sync.Mutex
	asOf    *check.AsOf
	notices []string
}

// noticed is a notice with its number among those that are shared.
type noticed struct {
	text string
	n    int
}

func (c *call) checkBriefly(all *asking) error {
	var s shared
	told := c.ask(all, func(p *page, i int, res check.Result) {
		p.comma(i)
		p.brief(&s, &all.about[i], res)
	})
	defer told.free()
	return c.sendAll(http.StatusOK, mediaJSON, told.between(s.head(), "]}\n"))
}

func (s *shared) head() string {
	head := `{"notices":`
	if s.asOf != nil {
		head = `{"asOf":` + string(encodeJSON(s.asOf)) + `,"notices":`
	}
	return head + string(encodeJSON(append([]string{}, s.notices...))) + `,"results":[`
}

// brief writes a BriefResult.
func (p *page) brief(s *shared, with *about, res check.Result) {
	p.begin(with)
	if res.Err != nil {
		p.problem(res.Err)
		return
	}
	p.out = append(p.out, `,"answer":{`...)
	if !s.holds(p, res.Answer) {
		p.out = append(append(append(p.out, `"asOf":`...), p.AsOf(res.Answer.AsOf)...), ',')
	}
	p.out = append(p.Found(p.out, res.Answer), `,"noticeAt":`...)
	p.out = strconv.AppendInt(p.out, int64(s.number(p, res.Answer.Notice)), 10)
	p.slips(with.slips)
	p.out = append(p.out, "}}"...)
}

// holds reports whether the answer is as of what most are: of the newest log size. The
// batch has one.
func (s *shared) holds(p *page, a *check.Answer) bool {
	if a.Query.AsKnownAt != 0 {
		return false
	}
	if !p.newest {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.asOf == nil {
			asOf := a.AsOf
			s.asOf = &asOf
		}
		p.newest = *s.asOf == a.AsOf
	}
	return p.newest
}

// number is that of a notice.
func (s *shared) number(p *page, text string) int {
	kept := &p.notices[len(text)%len(p.notices)]
	if kept.text == text && text != "" {
		return kept.n
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := slices.Index(s.notices, text)
	if n < 0 {
		n = len(s.notices)
		s.notices = append(s.notices, text)
	}
	*kept = noticed{text, n}
	return n
}
