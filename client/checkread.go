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
	noticeAt int64  // number of its notice where the answer has none itself; -1
	own      bool   // asOf is told in the answer
	text     string // of the answer
	from, to int    // of the member noticeAt in text
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
	r.parts, r.spare = make([]part, 0, n), make([]Protection, 0, n)
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
	if err == nil && p.text == "" && p.problem == nil {
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
			p.to = r.Pos()
			return err
		case "protections":
			return r.protections(p)
		}
		_, err = r.Value()
		return err
	})
	p.text = strings.TrimSpace(r.Between(from, r.Pos()))
	if p.noticeAt >= 0 {
		p.to -= r.Pos() - len(p.text)
		p.from = strings.LastIndex(p.text[:p.to], `"noticeAt"`)
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

// complete gives every answer what it shares with others, and its text as if it had
// been told alone.
func (r *reading) complete() error {
	need := 0
	for i := range r.parts {
		p := &r.parts[i]
		if p.problem == nil && !p.own && r.asOfText == "" || p.noticeAt >= int64(len(r.notices)) {
			return errSilent
		}
		if p.noticeAt >= 0 {
			need += len(p.text) + len(r.noticeTexts[p.noticeAt]) + len(r.asOfText) + len(`"asOf":,"notice":`)
		}
	}
	room := make([]byte, 0, need)
	for i := range r.parts {
		p := &r.parts[i]
		if p.noticeAt < 0 {
			p.answer.Raw = json.RawMessage(p.text)
			if !p.own && p.problem == nil {
				return errSilent
			}
			continue
		}
		begin := len(room)
		room = append(room, '{')
		if !p.own {
			p.answer.AsOf = r.asOf
			room = append(append(append(room, `"asOf":`...), r.asOfText...), ',')
		}
		room = append(append(room, p.text[1:p.from]...), `"notice":`...)
		room = append(append(room, r.noticeTexts[p.noticeAt]...), p.text[p.to:]...)
		p.answer.Notice, p.answer.Raw = r.notices[p.noticeAt], room[begin:len(room):len(room)]
	}
	return nil
}
