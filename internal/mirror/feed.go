package mirror

import (
	"context"
	"fmt"
	"iter"

	"truce"
	"truce/client"
	"truce/proof"
)

// Feed is what a register tells the reader that it was told: client.Client.
type Feed interface {
	// Feed gives the lines behind the entry after, without a gap; a gap ends it
	// with CodeTampered.
	Feed(ctx context.Context, after int64) iter.Seq2[*client.FeedItem, error]
}

// compareFeed sees that what the feed shows of entries was handed over to the copy
// too: the same register says both, by two ways, and one that leaves something out
// of one of them is found out.
func (r *run) compareFeed(ctx context.Context) []error {
	if r.cfg.Feed == nil {
		return nil
	}
	var faults []error
	for item, err := range r.cfg.Feed.Feed(ctx, truce.NoEntry) {
		if tampered(err) {
			return append(faults, r.keep(&proof.Evidence{Kind: proof.Omission, Newer: string(r.cp.Note), Given: []byte(err.Error()), Told: err.Error()}))
		}
		if err != nil {
			return append(faults, err)
		}
		if item.Entry >= r.cp.Size || item.Statement == nil || item.Statement.Entry >= r.cp.Size {
			continue // told since, or nothing of it may be read any more
		}
		for _, s := range []*client.Statement{item.Statement, item.Content} {
			if err := r.compareItem(ctx, item, s); err != nil {
				faults = append(faults, err)
			}
		}
		if len(faults) >= maxOdd {
			break
		}
	}
	return faults
}

// compareItem sees that a statement in a line of the feed was handed over; nil is none.
func (r *run) compareItem(ctx context.Context, item *client.FeedItem, s *client.Statement) error {
	if s == nil || s.Entry >= r.cp.Size {
		return nil
	}
	e, err := r.cfg.Log.Entry(ctx, s.Entry)
	if err != nil {
		return err
	}
	if e.Statement != nil && (e.ID == "" || e.ID == s.ID) {
		return nil
	}
	return r.keep(&proof.Evidence{Kind: proof.Omission, Newer: string(r.cp.Note), Given: item.Raw,
		Told: fmt.Sprintf("the feed shows the statement of entry %d, and it was not handed over", s.Entry)})
}
