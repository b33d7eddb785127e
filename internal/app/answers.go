package app

import (
	"context"
	"encoding/json"
	"sync"

	"truce"
	"truce/internal/api"
	"truce/internal/notify/email"
	"truce/internal/view/inbox"
)

// answers are the links of e-mails. One is used when a delivery.record with its
// delivery says so: it stays used over a restart.
type answers struct {
	*teller
	links *email.Links
	mu    sync.Mutex // one link is used once, however many press at once
}

// Look reads a link.
func (a *answers) Look(ctx context.Context, token string) (*api.AnswerLink, error) {
	l, err := a.links.Open(token)
	if err != nil {
		return nil, err
	}
	used, err := a.used(ctx, l)
	return &api.AnswerLink{Party: l.Party, Entry: l.Entry, Lang: l.Lang, Used: used}, err
}

// answered is what is read of a record of a delivery.
type answered struct {
	Delivery string `json:"delivery"`
	Outcome  string `json:"outcome"`
}

func (a *answers) used(ctx context.Context, l *email.Answer) (bool, error) {
	said, err := a.Said(ctx, inbox.Filter{Subject: l.Subject, Party: l.Party, Object: "delivery", After: l.Entry, AsOf: truce.Now})
	for _, s := range said {
		var r answered
		if json.Unmarshal(s.Body, &r) == nil && r.Delivery == l.Delivery && r.Outcome == "answered" {
			return true, err
		}
	}
	return false, err
}

// Use records that the link was used.
func (a *answers) Use(ctx context.Context, token string) (before bool, err error) {
	l, err := a.links.Open(token)
	if err != nil {
		return false, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if before, err = a.used(ctx, l); err != nil || before {
		return before, err
	}
	return false, a.State(ctx, truce.DeliveryRecord, l.Subject, map[string]any{"recipient": l.Party, "desk": l.Desk, "channel": "email", "version": l.Version,
		"reason": "change", "delivery": l.Delivery, "attempt": 1, "outcome": "answered"})
}
