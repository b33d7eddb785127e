package client

import (
	"encoding/json"
	"strings"

	"truce"
)

// part is what a server says of one query.
type part struct {
	answer   Answer
	problem  *problem
	noticeAt int64 // number of its notice where the answer has none itself; -1
	own      bool  // asOf is told in the answer
}

// told is the text of an answer, and of what it shares with others.
type told struct {
	text         string
	from, to     int    // of the member noticeAt in text; 0 where the text is all
	asOf, notice string // empty where they stand in text
}

func (t *told) raw() json.RawMessage {
	if t.to == 0 {
		return json.RawMessage(t.text)
	}
	out := append(make([]byte, 0, len(t.text)+len(t.asOf)+len(t.notice)+20), '{')
	if t.asOf != "" {
		out = append(append(append(out, `"asOf":`...), t.asOf...), ',')
	}
	out = append(append(out, t.text[1:t.from]...), `"notice":`...)
	return append(append(out, t.notice...), t.text[t.to:]...)
}

// maxDepth is how deep an answer nests at most.
const maxDepth = 64

// reading reads the answers to checks: those that tell everything, and those that
// tell once what they share. Members that it does not know are passed over.
type reading struct {
	*truce.JSONReader
	asOf        AsOf
	asOfText    string
	notices     []string
	noticeTexts []string
	parts       []part
	spare       []Protection // room for those of many answers
}

func newReading(data []byte) (*reading, error) {
	r, err := truce.NewJSONReader(data, maxDepth)
	return &reading{JSONReader: r}, err
}

// readOne reads the answer to one query.
func readOne(data []byte) (*part, error) {
	r, err := newReading(data)
	if err != nil {
		return nil, err
	}
	p := &part{noticeAt: -1}
	if err := r.answer(p); err != nil {
		return nil, err
	}
	r.parts = []part{*p}
	if err := r.complete(); err != nil {
		return nil, err
	}
	return &r.parts[0], r.End()
}

// readMany reads the answers to about n queries.
func readMany(data []byte, n int) ([]part, error) {
	r, err := newReading(data)
	if err != nil {
		return nil, err
	}
	r.parts, r.spare = make([]part, 0, n), make([]Protection, 0, n/4)
	err = r.Object(func(name string) (err error) {
		switch name {
		case "results":
			return r.Array(r.result)
		case "asOf":
			r.asOf, r.asOfText, err = r.state()
			return err
		case "notices":
			return r.Array(r.notice)
		}
		_, err = r.Value()
		return err
	})
	if err == nil {
		err = r.End()
	}
	if err == nil {
		err = r.complete()
	}
	return r.parts, err
}

func (r *reading) notice() error {
	from := r.Pos()
	text, err := r.Text()
	if err != nil {
		return err
	}
	r.notices = append(r.notices, text)
	r.noticeTexts = append(r.noticeTexts, strings.TrimSpace(r.Between(from, r.Pos())))
	return nil
}

func (r *reading) result() error {
	r.parts = append(r.parts, part{noticeAt: -1})
	p := &r.parts[len(r.parts)-1]
	err := r.Object(func(name string) error {
		switch name {
		case "answer":
			return r.answer(p)
		case "problem":
			text, err := r.Value()
			if err != nil {
				return err
			}
			p.problem = &problem{}
			return json.Unmarshal([]byte(text), p.problem)
		}
		_, err := r.Value()
		return err
	})
	if err == nil && p.answer.told.text == "" && p.problem == nil {
		return truce.E(truce.CodeUnavailable, "a query has neither answer nor problem").WithHint("do not rely on it")
	}
	return err
}

func (r *reading) answer(p *part) error {
	from := r.Pos()
	err := r.Object(func(name string) (err error) {
		switch name {
		case "asOf":
			p.own = true
			p.answer.AsOf, _, err = r.state()
			return err
		case "notice":
			p.answer.Notice, err = r.Text()
			return err
		case "noticeAt":
			p.noticeAt, err = r.Int()
			p.answer.told.to = r.Pos()
			return err
		case "protections":
			return r.protections(p)
		}
		_, err = r.Value()
		return err
	})
	t := &p.answer.told
	t.text = strings.TrimSpace(r.Between(from, r.Pos()))
	if t.to != 0 && p.noticeAt < 0 {
		return errSilent
	}
	if p.noticeAt >= 0 {
		t.to -= r.Pos() - len(t.text)
		t.from = strings.LastIndex(t.text[:t.to], `"noticeAt"`)
	}
	return err
}

func (r *reading) state() (a AsOf, text string, err error) {
	from := r.Pos()
	err = r.Object(func(name string) (err error) {
		switch name {
		case "logSize":
			a.LogSize, err = r.Int()
		case "root":
			a.Root, err = r.Text()
		default:
			_, err = r.Value()
		}
		return err
	})
	return a, strings.TrimSpace(r.Between(from, r.Pos())), err
}

func (r *reading) protections(p *part) error {
	first := len(r.spare)
	err := r.Array(func() error {
		r.spare = append(r.spare, Protection{})
		return r.protection(&r.spare[len(r.spare)-1])
	})
	p.answer.Protections = r.spare[first:len(r.spare):len(r.spare)]
	if p.answer.Protections == nil {
		p.answer.Protections = []Protection{}
	}
	return err
}

func (r *reading) protection(p *Protection) error {
	return r.Object(func(name string) (err error) {
		switch name {
		case "id":
			p.ID, err = r.Text()
		case "kind":
			p.Kind, err = r.Text()
		case "type":
			p.Type, err = r.Text()
		case "name":
			p.Name, err = r.Text()
		case "distanceM":
			p.DistanceM, err = r.Number()
		case "state":
			p.State, err = r.Text()
		case "contested":
			p.Contested, err = r.Bool()
		case "entry":
			p.Entry, err = r.Int()
		case "version":
			p.Version, err = r.Text()
		default:
			_, err = r.Value()
		}
		return err
	})
}

// complete gives every answer what it shares with others.
func (r *reading) complete() error {
	for i := range r.parts {
		p := &r.parts[i]
		a := &p.answer
		switch {
		case p.problem != nil:
			continue
		case !p.own && r.asOfText == "" || p.noticeAt >= int64(len(r.notices)):
			return errSilent
		case !p.own:
			a.AsOf, a.told.asOf = r.asOf, r.asOfText
		}
		switch {
		case p.noticeAt >= 0:
			a.Notice, a.told.notice = r.notices[p.noticeAt], r.noticeTexts[p.noticeAt]
		case !p.own:
			return errSilent
		}
	}
	return nil
}
