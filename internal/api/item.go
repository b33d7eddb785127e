package api

import (
	"encoding/json"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/view/protected"
)

// Item is one protected object as one viewer may read it. A member that is not
// for the viewer is absent, and so is one that has nothing in it.
type Item struct {
	ID       string        `json:"id" doc:"subject of the statements about it"`
	Object   string        `json:"object" doc:"site, area or movement"`
	Relation auth.Relation `json:"relation" doc:"what you are to it; decides what you see"`
	Status   truce.Status  `json:"status,omitempty" doc:"actual, exercise or test"`
	Owner    truce.PartyID `json:"owner,omitempty" doc:"party that registered it"`

	State        protected.State `json:"state,omitempty" doc:"inForce, stale, later, lapsed or withdrawn at the time asked for"`
	Contested    bool            `json:"contested" doc:"a challenge of it is open"`
	Verification *Ladder         `json:"verification,omitempty"`

	Version    string          `json:"version,omitempty" doc:"statement id of the version in force; name it in replaces and in If-Match"`
	Entry      *int64          `json:"entry,omitempty" doc:"number of that version in the log"`
	Received   *time.Time      `json:"received,omitempty" doc:"when the log received it, UTC"`
	Registered *int64          `json:"registered,omitempty" doc:"number of the entry that registered it"`
	Audience   truce.Audience  `json:"audience,omitempty"`
	Lang       string          `json:"lang,omitempty" doc:"BCP 47 tag of the texts"`
	Content    json.RawMessage `json:"content,omitempty" doc:"body of its last register or amend, as far as you may read it"`

	Withdrawn  *Withdrawal       `json:"withdrawn,omitempty"`
	Steps      []StepTaken       `json:"steps,omitempty" doc:"steps of verification"`
	Challenges []Contest         `json:"challenges,omitempty"`
	Consents   []Grant           `json:"consents,omitempty"`
	Releases   []Grant           `json:"releases,omitempty" doc:"to whom it was released; only your own unless it is yours"`
	Links      map[string]string `json:"links,omitempty"`
}

// Ladder is how far the position was verified (domain.md 3.3).
type Ladder struct {
	Step    string `json:"step" doc:"highest step that matched"`
	Entry   int64  `json:"entry" doc:"entry that says so"`
	Differs bool   `json:"differs" doc:"some step found another position, and none since the same"`
}

// Withdrawal says how an object was withdrawn.
type Withdrawal struct {
	Entry    int64         `json:"entry"`
	Received time.Time     `json:"received"`
	By       truce.PartyID `json:"by,omitempty"`
	Reason   string        `json:"reason"`
	Text     string        `json:"text,omitempty"`
}

// StepTaken is one step of verification.
type StepTaken struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Received time.Time       `json:"received"`
	By       truce.PartyID   `json:"by"`
	Step     string          `json:"step"`
	Result   string          `json:"result"`
	Body     json.RawMessage `json:"body"`
}

// Contest is one challenge.
type Contest struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Received time.Time       `json:"received"`
	By       truce.PartyID   `json:"by"`
	Reason   string          `json:"reason"`
	Body     json.RawMessage `json:"body"`
	Answers  []Remark        `json:"answers,omitempty"`
	Closed   *Remark         `json:"closed,omitempty"`
	Outcome  string          `json:"outcome,omitempty"`
}

// Remark is one statement in the course of a challenge.
type Remark struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Received time.Time       `json:"received"`
	By       truce.PartyID   `json:"by"`
	Body     json.RawMessage `json:"body"`
}

// Grant is a consent or a release for one recipient.
type Grant struct {
	Recipient truce.PartyID `json:"recipient"`
	By        truce.PartyID `json:"by,omitempty"`
	Entry     int64         `json:"entry"`
	Ended     *int64        `json:"ended,omitempty" doc:"entry that ended it"`
}

// item is what was shown of an object, in force at the time at, with its links.
func item(kind string, s *auth.Shown, at time.Time) (*Item, error) {
	it, err := ItemOf(kind, s, at)
	if err != nil {
		return nil, err
	}
	it.Links = map[string]string{"self": "/v1/" + kind + "s/" + it.ID}
	if it.Version != "" {
		it.Links["history"] = it.Links["self"] + "/history"
		it.Links["receipt"] = "/v1/statements/" + it.Version + "/receipt"
	}
	return it, nil
}

// ItemOf is what was shown of an object of a kind, in force at the time at, without
// links. The command line shows the same of a data folder.
func ItemOf(kind string, s *auth.Shown, at time.Time) (*Item, error) {
	o := s.Object
	it := &Item{ID: o.Subject, Object: kind, Relation: s.Relation, Status: o.Status, Owner: o.Owner, Contested: s.Contested,
		Consents: grants(o.Consents), Releases: grants(o.Releases)}
	if o.Version.ID == "" {
		return it, nil // a former recipient
	}
	v := o.Version
	it.Version, it.Entry, it.Received, it.Registered = v.ID, &v.Entry, &v.At, &o.First
	it.Audience, it.Lang, it.Content = v.Audience, o.Content.Lang, o.Content.Body
	it.Verification = &Ladder{s.Verification.Step, s.Verification.Entry, s.Verification.Differs}
	it.said(o)
	return it, it.lives(o, at)
}

// said fills in what others said of it.
func (it *Item) said(o *protected.Object) {
	if w := o.Withdrawn; w != nil {
		it.Withdrawn = &Withdrawal{w.Entry, w.At, w.Author, w.Reason, w.Text}
	}
	for _, s := range o.Steps {
		it.Steps = append(it.Steps, StepTaken{s.Entry, s.ID, s.At, s.Author, s.Step, s.Result, s.Body})
	}
	for _, c := range o.Challenges {
		contest := Contest{Entry: c.Entry, ID: c.ID, Received: c.At, By: c.Author, Reason: c.Reason, Body: c.Body, Outcome: c.Outcome}
		for _, a := range c.Answers {
			contest.Answers = append(contest.Answers, remark(a))
		}
		if c.Closed != nil {
			closed := remark(*c.Closed)
			contest.Closed = &closed
		}
		it.Challenges = append(it.Challenges, contest)
	}
}

func remark(s protected.Said) Remark { return Remark{s.Entry, s.ID, s.At, s.Author, s.Body} }

// lives works out the state from what was shown: its dates are of the group that
// everybody sees to whom the object exists.
func (it *Item) lives(o *protected.Object, at time.Time) error {
	content, err := truce.ParseContent(o.Content.Body)
	if err != nil {
		return err
	}
	life, err := o.Life(content)
	if err == nil {
		it.State = life.At(at, at)
	}
	return err
}

func grants(all []protected.Grant) []Grant {
	var out []Grant
	for _, g := range all {
		grant := Grant{Recipient: g.Recipient, By: g.Author, Entry: g.Entry}
		if !g.InForce() {
			grant.Ended = &g.Ended
		}
		out = append(out, grant)
	}
	return out
}
