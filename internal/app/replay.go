package app

import (
	"context"
	"crypto/rand"

	"truce"
	"truce/internal/api"
)

// Replay puts on record that what is behind an entry is to be sent again over a line
// of a desk; the worker of the line sees it in the log, and sends.
func (a *answers) Replay(ctx context.Context, q api.Replay) error {
	return a.State(ctx, truce.DeliveryRecord, q.Party, ReplayRecord(q))
}

// ReplayRecord is the body of the delivery.record that asks for a replay; its subject
// is the party.
func ReplayRecord(q api.Replay) map[string]any {
	return map[string]any{"recipient": q.Party, "desk": q.Desk, "channel": q.Channel, "upTo": q.After, "reason": "replay", "why": q.Why,
		"delivery": "replay " + rand.Text(), "attempt": 1, "outcome": "queued"}
}
