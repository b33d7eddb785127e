package told

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"truce"
	"truce/internal/store"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// Parties tells who takes part.
type Parties interface {
	Parties(ctx context.Context, r store.Reader, asOf int64) ([]truce.PartyState, error)
}

// Tellings tells what anybody was told of a subject, and somebody of anything.
type Tellings interface {
	ToldOf(ctx context.Context, r store.Reader, subject string, asOf int64) ([]view.Telling, error)
	ToldOfAll(ctx context.Context, r store.Reader, subjects []string, asOf int64) (map[string][]view.Telling, error)
	Told(ctx context.Context, r store.Reader, to []string, after, asOf int64, limit int) ([]view.Telling, error)
	ToldBefore(ctx context.Context, r store.Reader, to []string, upTo int64) (int64, error)
}

// Inbox tells what was said about telling.
type Inbox interface {
	Said(ctx context.Context, r store.Reader, f inbox.Filter) ([]inbox.Said, error)
	Desks(ctx context.Context, r store.Reader, party truce.PartyID, asOf int64) ([]*inbox.Desk, error)
	Desk(ctx context.Context, r store.Reader, subject string, asOf int64) (*inbox.Desk, error)
	OpenAlarms(ctx context.Context, r store.Reader, asOf int64) ([]inbox.Said, error)
}

// Views are what is read.
type Views struct {
	Parties  Parties
	Tellings []Tellings // of each view whose objects somebody can be told of
	Inbox    Inbox
}

// History is all that is known of the telling of one subject.
type History struct {
	Subject  string
	Parties  []truce.PartyState
	Tellings []view.Telling
	Said     []inbox.Said                    // about the subject
	Feeds    map[truce.PartyID][]Step        // acknowledgements of whole feeds, by their party
	Desks    map[truce.PartyID][]*inbox.Desk // of the parties that were told
}

// Reading is the views on one snapshot, as known at one log size. It serves one
// request.
type Reading struct {
	Views
	ctx     context.Context
	r       store.Reader
	asOf    int64
	parties []truce.PartyState
	desks   map[truce.PartyID][]*inbox.Desk
	feeds   map[truce.PartyID][]Step
}

// At begins a reading as known at log size asOf (truce.Now for the newest).
func (v Views) At(ctx context.Context, r store.Reader, asOf int64) (*Reading, error) {
	parties, err := v.Parties.Parties(ctx, r, asOf)
	return &Reading{Views: v, ctx: ctx, r: r, asOf: asOf, parties: parties,
		desks: map[truce.PartyID][]*inbox.Desk{}, feeds: map[truce.PartyID][]Step{}}, err
}

// Party is one of the parties; nil when there is none of that id.
func (q *Reading) Party(id truce.PartyID) *truce.PartyState {
	for i := range q.parties {
		if q.parties[i].ID == id {
			return &q.parties[i]
		}
	}
	return nil
}

// History gathers the history of a subject.
func (q *Reading) History(subject string) (*History, error) {
	h := &History{Subject: subject, Parties: q.parties, Feeds: q.feeds, Desks: q.desks}
	for _, t := range q.Tellings {
		lines, err := t.ToldOf(q.ctx, q.r, subject, q.asOf)
		if err != nil {
			return nil, err
		}
		h.Tellings = append(h.Tellings, lines...)
	}
	var err error
	if h.Said, err = q.Inbox.Said(q.ctx, q.r, inbox.Filter{Subject: subject, After: truce.NoEntry, AsOf: q.asOf}); err != nil {
		return nil, err
	}
	for i := range h.Parties {
		if p := &h.Parties[i]; len(h.lines(p)) > 0 {
			if err := q.about(p.ID); err != nil {
				return nil, err
			}
		}
	}
	return h, nil
}

// about reads the desks of a party and what it acknowledged of its whole feed, once.
func (q *Reading) about(id truce.PartyID) error {
	if _, ok := q.desks[id]; ok {
		return nil
	}
	desks, err := q.Inbox.Desks(q.ctx, q.r, id, q.asOf)
	if err != nil {
		return err
	}
	feed, err := q.Inbox.Said(q.ctx, q.r, inbox.Filter{Subject: id, Party: id, Object: "ack", After: truce.NoEntry, AsOf: q.asOf})
	if err != nil {
		return err
	}
	q.desks[id] = desks
	q.feeds[id], err = stepsOf(feed)
	return err
}

// stepsOf reads acknowledgements.
func stepsOf(said []inbox.Said) (out []Step, err error) {
	for _, s := range said {
		if !isAck(s.Kind) {
			continue
		}
		step, err := stepOf(s)
		if err != nil {
			return nil, err
		}
		out = append(out, step)
	}
	return out, nil
}

// Tests are the tests of the lines of the desks of the parties that were told of a
// subject.
func (q *Reading) Tests(h *History) ([]inbox.Said, error) {
	var out []inbox.Said
	for _, desks := range h.Desks {
		for _, d := range desks {
			tests, err := q.Inbox.Said(q.ctx, q.r, inbox.Filter{Subject: d.ID, Object: "contact", After: truce.NoEntry, AsOf: q.asOf})
			if err != nil {
				return nil, err
			}
			out = append(out, tests...)
		}
	}
	return out, nil
}

// Names are how audiences name a party of that id and role.
func Names(id truce.PartyID, role truce.Role) []string {
	if id == "" {
		return []string{truce.AudiencePublic}
	}
	return []string{"party:" + id, "role:" + string(role), truce.AudiencePublic}
}

// lines are the tellings that reach a party and ask for an answer, one an entry.
func (h *History) lines(p *truce.PartyState) []view.Telling {
	var out []view.Telling
	for _, l := range newReach(Names(p.ID, p.Role)[:2]).all(h.Tellings) {
		if view.AsksForAnswer(l.What) {
			out = append(out, l.Telling)
		}
	}
	return out
}

// answer is the reading of an acknowledgement's body.
type answer struct {
	Version string `json:"version"`
	UpTo    *struct {
		Entries int64 `json:"entries"`
	} `json:"upTo"`
	Desk    string     `json:"desk"`
	Echelon string     `json:"echelon"`
	Method  string     `json:"method"`
	At      truce.When `json:"at"`
	Text    string     `json:"text"`
	Coord   *struct {
		Entered string `json:"entered"`
		Format  string `json:"format"`
	} `json:"coord"`
	ToEchelon string `json:"toEchelon"`
	ToDesk    string `json:"toDesk"`
	Pack      string `json:"pack"`
	Entries   int64  `json:"entries"`
	System    string `json:"system"`
	Reason    string `json:"reason"`
}

func answerOf(s inbox.Said) (*answer, error) {
	var a answer
	if err := json.Unmarshal(s.Body, &a); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", s.Entry)
	}
	return &a, nil
}

// delivery is the reading of a delivery's body.
type delivery struct {
	Recipient truce.PartyID `json:"recipient"`
	Desk      string        `json:"desk"`
	Channel   string        `json:"channel"`
	Version   string        `json:"version"`
	UpTo      *int64        `json:"upTo"`
	Reason    string        `json:"reason"`
	Why       string        `json:"why"`
	Delivery  string        `json:"delivery"`
	Attempt   int           `json:"attempt"`
	Outcome   string        `json:"outcome"`
	Detail    string        `json:"detail"`
}

func isAck(k truce.Kind) bool { return strings.HasPrefix(string(k), "ack.") }

// moment is t, or nothing for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
