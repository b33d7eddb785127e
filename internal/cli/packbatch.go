package cli

import (
	"encoding/json"
	"time"

	"truce"
	"truce/geo"
	"truce/pack"
)

// packBatchAnswer is one line of the answer to a batch out of a pack: an answer or an error, which is never to be read as
// nothing being there.
type packBatchAnswer struct {
	Row int             `json:"row"`
	ID  json.RawMessage `json:"id,omitempty"`
	*pack.Answer
	Slips []geo.Slip `json:"slips,omitempty"`
	problem
}

// flushPack answers what waits out of the pack.
func (a *asking) flushPack() error {
	now := time.Now().UTC()
	for _, w := range a.queue {
		var found *pack.Answer
		err := w.err
		if err == nil {
			found, err = answerFrom(a.pack, w.query, now)
		}
		switch {
		case err == nil:
			a.found += len(found.Protections)
		case truce.CodeOf(err) != truce.CodeStale: // the exit code says that all are stale
			a.failed++
		}
		if err := compactJSON(a.Out, packBatchAnswer{w.row, w.id, found, w.slips, problemOf(err)}); err != nil {
			return err
		}
	}
	a.queue = a.queue[:0]
	return a.ctx.Err()
}
