package cli

import (
	"context"

	"truce"
	"truce/client"
	"truce/proof"
)

// Submit hands in one envelope with its receipt, or many as a stream.
func (r *remote) Submit(ctx context.Context, envelopes [][]byte) []outcome {
	out := make([]outcome, len(envelopes))
	parsed, at := []*proof.Envelope{}, []int{}
	for i, data := range envelopes {
		e, err := proof.ParseEnvelope(data)
		if err != nil {
			out[i].Err = err
			continue
		}
		parsed, at = append(parsed, e), append(at, i)
	}
	if len(parsed) == 1 {
		out[at[0]] = r.submitOne(ctx, parsed[0])
		return out
	}
	r.submitMany(ctx, parsed, func(i int, o outcome) { out[at[i]] = o })
	return out
}

func (r *remote) submitOne(ctx context.Context, e *proof.Envelope) outcome {
	a, err := r.Client.Submit(ctx, e)
	if err != nil {
		return outcome{ID: e.ID(), Err: err}
	}
	return outcome{ID: a.ID, Entry: &a.Entry, Received: &a.Received, Known: a.Known}
}

// submitMany tells what became of each. Those that a stream which broke off did
// not answer have its error.
func (r *remote) submitMany(ctx context.Context, envelopes []*proof.Envelope, tell func(int, outcome)) {
	sent, answered := 0, 0
	err := r.SubmitMany(ctx, func() (*proof.Envelope, error) {
		if sent == len(envelopes) {
			return nil, nil
		}
		sent++
		return envelopes[sent-1], nil
	}, func(res client.Result) error {
		if answered < len(envelopes) {
			o := outcome{ID: res.ID, Err: res.Err, Known: res.Known}
			if res.Err == nil {
				o.Entry, o.Received = &res.Entry, &res.Received
			}
			tell(answered, o)
		}
		answered++
		return nil
	})
	if err == nil {
		err = truce.E(truce.CodeUnavailable, "the server did not answer for this statement").WithHint("submit it again; what is registered stays")
	}
	for i := answered; i < len(envelopes); i++ {
		tell(i, outcome{ID: envelopes[i].ID(), Err: err})
	}
}
