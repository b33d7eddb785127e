package protected

import (
	"encoding/json"

	"truce"
	"truce/internal/store"
)

// The columns that the scans below read, in order.
const (
	versionColumns = `v.subject, v.entry, v.id, v.act, v.author, v.at, v.audience, v.lang, v.body, v.object, v.owner, v.status, v.first, v.placed`
	saidColumns    = `s.subject, s.entry, s.part, s.act, s.id, s.author, s.at, s.ref, s.placed, s.body`
	grantColumns   = `g.subject, g.what, g.recipient, g.author, g.entry, g.ended`
)

// fold gathers the rows of some objects, each table in order of entry.
type fold struct {
	asOf    int64
	objects map[string]*Object
	order   []*Object // in order of their first row
}

func newFold(asOf int64) *fold { return &fold{asOf: asOf, objects: map[string]*Object{}} }

// version takes a version row. The rows of an object begin with its content.
func (f *fold) version(rows store.Rows) error {
	o, v, err := scanVersion(rows)
	if err != nil {
		return err
	}
	known := f.objects[o.Subject]
	if known == nil {
		known = o
		f.objects[o.Subject] = o
		f.order = append(f.order, o)
	}
	known.Version, known.Placed = *v, o.Placed
	return known.take(v)
}

// histories is a fold that keeps all versions, and is handed those from the first on.
type histories struct {
	*fold
	out map[string]*History
}

// version takes a version row. What stands before the content of an object counts
// for nothing in it.
func (h *histories) version(rows store.Rows) error {
	o, v, err := scanVersion(rows)
	if err != nil {
		return err
	}
	history := h.out[o.Subject]
	if history == nil {
		history = &History{}
		h.out[o.Subject] = history
	}
	history.Versions = append(history.Versions, *v)
	if known := h.objects[o.Subject]; known != nil && v.Act != "register" && v.Act != "amend" {
		known.Version, known.Placed = *v, o.Placed
		return known.take(v)
	}
	h.objects[o.Subject] = o
	o.Version = *v
	return o.take(v)
}

func scanVersion(rows store.Rows) (*Object, *Version, error) {
	var o Object
	var v Version
	var at int64
	var audience, status string
	var body []byte
	err := rows.Scan(&o.Subject, &v.Entry, &v.ID, &v.Act, &v.Author, &at, &audience, &v.Lang, &body,
		&o.Kind, &o.Owner, &status, &o.First, &o.Placed)
	if err != nil {
		return nil, nil, err
	}
	o.Status, v.At, v.Body = truce.Status(status), timeOf(at), body
	v.Audience, err = audienceOf(audience)
	return &o, &v, err
}

func (o *Object) take(v *Version) error {
	switch v.Act {
	case "register", "amend":
		o.Content, o.Withdrawn, o.Freshened = *v, nil, nil
	case "revalidate":
		o.Freshened = v
	case "withdraw":
		w := &Withdrawal{Entry: v.Entry, ID: v.ID, Author: v.Author, At: v.At}
		o.Withdrawn = w
		return read(v.Body, &struct {
			Reason *string `json:"reason"`
			Text   *string `json:"text"`
		}{&w.Reason, &w.Text})
	}
	return nil
}

// said takes a row of what was said about an object. Rows of objects that are
// not gathered, and consents and releases, which have a table of their own, pass by.
func (f *fold) said(rows store.Rows) error {
	var subject, part, act, ref string
	var placed, at int64
	var s Said
	var body []byte
	if err := rows.Scan(&subject, &s.Entry, &part, &act, &s.ID, &s.Author, &at, &ref, &placed, &body); err != nil {
		return err
	}
	s.At, s.Body = timeOf(at), body
	o := f.objects[subject]
	switch {
	case o == nil:
		return nil
	case part == partStep:
		return o.step(s, ref, placed)
	case part == partChallenge && act == "open":
		c := Challenge{Entry: s.Entry, ID: s.ID, Author: s.Author, At: s.At, Body: s.Body}
		err := read(s.Body, &struct {
			Reason *string `json:"reason"`
		}{&c.Reason})
		o.Challenges = append(o.Challenges, c)
		return err
	case part == partChallenge:
		return o.reply(s, act, ref)
	}
	return nil
}

func (o *Object) step(s Said, version string, placed int64) error {
	step := Step{Entry: s.Entry, ID: s.ID, Author: s.Author, At: s.At, Version: version, Placed: placed, Body: s.Body}
	err := read(s.Body, &struct {
		Step   *string `json:"step"`
		Result *string `json:"result"`
	}{&step.Step, &step.Result})
	o.Steps = append(o.Steps, step)
	return err
}

// reply takes an answer or the closing of a challenge. The first closing counts.
func (o *Object) reply(s Said, act, challenge string) error {
	for i := range o.Challenges {
		c := &o.Challenges[i]
		if c.ID != challenge {
			continue
		}
		if act == "answer" {
			c.Answers = append(c.Answers, s)
			return nil
		}
		if c.Closed != nil {
			return nil
		}
		c.Closed = &s
		return read(s.Body, &struct {
			Outcome *string `json:"outcome"`
		}{&c.Outcome})
	}
	return nil
}

// grant takes a row of a consent or a release.
func (f *fold) grant(rows store.Rows) error {
	var subject, what string
	var g Grant
	if err := rows.Scan(&subject, &what, &g.Recipient, &g.Author, &g.Entry, &g.Ended); err != nil {
		return err
	}
	if g.Ended >= f.asOf {
		g.Ended = truce.NoEntry // not known yet
	}
	o := f.objects[subject]
	switch {
	case o == nil:
	case what == partConsent:
		o.Consents = append(o.Consents, g)
	default:
		o.Releases = append(o.Releases, g)
	}
	return nil
}

// read reads members of a body that intake has checked.
func read(body json.RawMessage, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return truce.Wrap(truce.CodeTampered, err, "a body in the view cannot be read")
	}
	return nil
}
