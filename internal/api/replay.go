package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"truce"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/view/inbox"
)

// Replays has desks told again.
type Replays interface {
	// Replay puts the request on record; the line sends when it sees it there.
	Replay(ctx context.Context, q Replay) error
}

// Replay asks that what a party was told behind an entry is sent again over a line of
// one of its desks, under the delivery ids that it had.
type Replay struct {
	Party   truce.PartyID
	Desk    string
	Channel string // see truce.ChannelCodes
	After   int64  // entry
	Why     string // who asked, and the reason
}

// ReplayRequest is the body of a request to be told again.
type ReplayRequest struct {
	Channel string `json:"channel" doc:"kind of the desk's line: webhook, email, file or sms"`
	After   *int64 `json:"after" doc:"entry; what was told behind it is sent again"`
	Why     string `json:"why" doc:"the reason, in words; it stands in the log"`
}

// ReplayAnswer says that it will be sent again.
type ReplayAnswer struct {
	Desk    string        `json:"desk"`
	Party   truce.PartyID `json:"party"`
	Channel string        `json:"channel"`
	After   int64         `json:"after"`
	Why     string        `json:"why" doc:"as it stands in the log"`
}

// SentOver are the kinds of lines over which a register sends by itself; see
// truce.ChannelCodes. Over others nothing would be sent again.
var SentOver = []string{"webhook", "email", "file", "sms"}

// maxWhy bounds the stated reason, in characters.
const maxWhy = 300

// postReplay has a desk told again, for its party or the registrar. To others the desk
// does not exist.
func (c *call) postReplay() error {
	id, err := c.id("id", truce.ValidSubject)
	if err != nil {
		return err
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	q, err := c.replayOf(id, data)
	if err != nil {
		return err
	}
	if c.Replays == nil {
		return truce.E(truce.CodeUnavailable, "this register tells nobody by itself").WithHint("its operator serves it with --tell")
	}
	if err := c.Replays.Replay(c.ctx, *q); err != nil {
		return err
	}
	return c.json(http.StatusAccepted, ReplayAnswer{Desk: q.Desk, Party: q.Party, Channel: q.Channel, After: q.After, Why: q.Why})
}

func (c *call) replayOf(id string, data []byte) (*Replay, error) {
	var in ReplayRequest
	if err := strictJSON(data, &in, truce.MaxDepth); err != nil {
		return nil, err
	}
	desk, err := c.ownDesk(id)
	if err != nil {
		return nil, err
	}
	in.Why = strings.TrimSpace(in.Why)
	size := c.Log.Head().Size
	switch {
	case !slices.ContainsFunc(desk.Content.Channels, func(l inbox.Channel) bool { return l.Kind == in.Channel }):
		return nil, truce.E(truce.CodeInvalid, "the desk has no such line").At("/channel").WithHint("GET /v1/desks shows its lines")
	case !slices.Contains(SentOver, in.Channel):
		return nil, truce.E(truce.CodeInvalid, "nothing is sent over that line by itself").At("/channel").WithHint("one of %s; GET /v1/feed gives what is behind an entry", strings.Join(SentOver, ", "))
	case in.After == nil || *in.After < 0 || *in.After >= size:
		return nil, truce.E(truce.CodeInvalid, "after is the number of an entry").At("/after").WithHint("from 0; the log has %d entries", size)
	case in.Why == "" || len([]rune(in.Why)) > maxWhy:
		return nil, truce.E(truce.CodeInvalid, "the reason is between 1 and %d characters", maxWhy).At("/why").WithHint("it stands in the log")
	}
	return &Replay{Party: desk.Party, Desk: desk.ID, Channel: in.Channel, After: *in.After, Why: "asked for by " + c.viewer.Party + ": " + in.Why}, nil
}

// ownDesk is a desk that is there, of the viewer's party, or any for a registrar.
func (c *call) ownDesk(id string) (desk *inbox.Desk, err error) {
	err = c.read(func(r store.Reader) error {
		desk, err = c.Told.Inbox.Desk(c.ctx, r, id, truce.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	if desk != nil {
		switch auth.BystanderOf(c.viewer, auth.ToldFacts{Author: desk.Party}) {
		case auth.ByRegistrar, auth.ByAuthor:
			if desk.Withdrawn {
				return nil, truce.E(truce.CodeConflict, "the desk was withdrawn").WithHint("ask for another one")
			}
			return desk, nil
		}
	}
	return nil, notFound()
}
