package demo

import (
	"truce"
	"truce/internal/compose"
)

// desk is a duty desk of the exercise. Where each party kept its own is not
// public: names and lines are made up, and say so.
type desk struct {
	short, name, echelon, above string
	party                       truce.PartyID
	order                       int
	senior                      bool
	line                        string
	duties                      []string
	kinds                       []string
	covers                      fields
	tests                       []string // what came of trying its line, one after the other
}

var desks = []desk{
	{short: "ru-hq", name: "Coordination centre, duty officer (exercise)", echelon: "headquarters", party: russia, senior: true, line: "exercise line 1",
		duties: []string{"duty officer"}, tests: []string{"answered"}},
	{short: "ru-air", name: "Control of aircraft, duty controller (exercise)", echelon: "air", above: "ru-hq", party: russia, order: 1, line: "exercise line 2",
		duties: []string{"duty controller"}, tests: []string{"answered"}},
	{short: "us-hq", name: "Ceasefire monitoring desk, watch officer (exercise)", echelon: "headquarters", party: usa, senior: true, line: "exercise line 3",
		duties: []string{"watch officer"}, tests: []string{"no-answer", "answered"}},
	{short: "us-air", name: "Air operations desk (exercise)", echelon: "air", above: "us-hq", party: usa, order: 1, line: "exercise line 4",
		duties: []string{"duty controller"}},
	{short: "sy-hq", name: "Liaison office (exercise)", echelon: "headquarters", party: syria, senior: true, line: "exercise line 5",
		duties: []string{"liaison officer"}, tests: []string{"answered"}},
	{short: "sy-road", name: "Checkpoints of the Ramouseh road (exercise)", echelon: "checkpoint", above: "sy-hq", party: syria, order: 1, line: "exercise channel 6",
		kinds: []string{"movement", "window"}, covers: fields{"type": "Circle", "coordinates": []float64{37.150, 36.165}, "radiusM": 6000}, tests: []string{"answered"}},
	{short: "relief", name: "Convoy desk (exercise)", echelon: "relief", party: relief, line: "exercise channel 0", duties: []string{"convoy duty officer"}, tests: []string{"answered"}},
}

// deskBody is the content of desk.register, as far as the exercise states it.
type deskBody struct {
	Name     string   `json:"name"`
	Echelon  string   `json:"echelon"`
	Parent   string   `json:"parent,omitempty"`
	Order    int      `json:"order,omitempty"`
	Senior   bool     `json:"senior,omitempty"`
	Channels []fields `json:"channels"`
	Roster   []fields `json:"roster,omitempty"`
	Kinds    []string `json:"kinds,omitempty"`
	Covers   fields   `json:"covers,omitempty"`
	Lang     string   `json:"lang"`
}

func (d *desk) body(above string) deskBody {
	b := deskBody{Name: d.name, Echelon: d.echelon, Parent: above, Order: d.order, Senior: d.senior, Kinds: d.kinds, Covers: d.covers, Lang: "en",
		Channels: []fields{{"kind": "voice", "address": d.line}}}
	for _, duty := range d.duties {
		b.Roster = append(b.Roster, fields{"duty": duty})
	}
	return b
}

// openDesks: each side says where it can be reached, by duty and not by person. Of
// local group B nobody is known who answers.
func (s *script) openDesks() error {
	for i := range desks {
		d := &desks[i]
		subject := compose.NewSubject("desk")
		version, err := s.say(d.party, truce.DeskRegister, subject, d.body(s.objects[d.above].subject), "")
		if err != nil {
			return err
		}
		s.objects[d.short] = registered{subject, version, d.party}
	}
	return nil
}

// testLines: the notification cell tries every line before the convoy's day. One
// was answered at the second attempt only; one was never tried.
func (s *script) testLines() error {
	for i := range desks {
		for n, outcome := range desks[i].tests {
			at := truce.When{At: [...]string{"2016-08-14T18:00:00+03:00", "2016-08-14T18:20:00+03:00"}[n], Precision: truce.Exact, Zone: "Asia/Damascus"}
			if _, err := s.say(cell, truce.ContactTest, s.objects[desks[i].short].subject, fields{"channel": "voice", "at": at, "outcome": outcome}, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
