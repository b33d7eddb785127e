package app

import (
	"context"
	"encoding/json"

	"truce/internal/check"
	"truce/internal/inforce"
)

// agreed tells checks what was agreed about a place.
type agreed struct{ engine *inforce.Engine }

var _ check.Agreed = agreed{}

// Agreed answers as known at size. The newest state is asked for first, because
// it is at hand; where the log has grown since the check began, it is asked again
// for that size. Most places have nothing near them, which is told without an answer.
func (a agreed) Agreed(ctx context.Context, q check.Query, size int64) (agreements, windows []json.RawMessage, err error) {
	m, err := a.engine.Model(ctx, q.AsKnownAt)
	if err == nil && m.Size == size && !m.Concerns(q.Shape, q.RadiusM) {
		return []json.RawMessage{}, []json.RawMessage{}, nil
	}
	ask := inforce.Query{Shape: q.Shape, RadiusM: q.RadiusM, At: q.From, Until: q.Until, AsKnownAt: q.AsKnownAt, Statuses: q.Statuses, Viewer: q.Viewer}
	answer, err := a.engine.Now(ctx, ask)
	if err == nil && answer.LogSize > size {
		ask.AsKnownAt = size
		answer, err = a.engine.Now(ctx, ask)
	}
	if err != nil {
		return nil, nil, err
	}
	x, y := answer.Brief()
	if agreements, err = rawList(x); err == nil {
		windows, err = rawList(y)
	}
	return agreements, windows, err
}

func rawList[T any](all []T) ([]json.RawMessage, error) {
	out := make([]json.RawMessage, len(all))
	for i := range all {
		raw, err := json.Marshal(all[i])
		if err != nil {
			return nil, err
		}
		out[i] = raw
	}
	return out, nil
}
