package intake

import (
	"context"
	"encoding/base64"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// checkSeen compares the checkpoint that a signer says it saw with our history.
// A difference is evidence: either this register showed it another history, or
// the statement is not true. It is CodeTampered; admit refuses and logs it once it
// is certain who says so, so that no stranger can raise a false alarm.
func (in *Intake) checkSeen(ctx context.Context, s *truce.Statement) error {
	if s.Seen == nil || s.Seen.Size == 0 {
		return nil // no history, nothing to compare
	}
	if head := in.Ledger.Head(); s.Seen.Size > head.Size {
		return truce.E(truce.CodeTampered, "the statement has seen %d entries, this register has %d", s.Seen.Size, head.Size).At("/seen").
			WithHint("keep the checkpoint that you saw: if this register signed it, history was cut off")
	}
	root, err := in.roots.at(ctx, in.Ledger, s.Seen.Size)
	if err != nil {
		return err
	}
	if base64.StdEncoding.EncodeToString(root[:]) != s.Seen.Root {
		return truce.E(truce.CodeTampered, "the root that the statement has seen at %d entries is not that of this register", s.Seen.Size).At("/seen").
			WithHint("keep the checkpoint that you saw: if this register signed it, it shows two histories")
	}
	return nil
}

// rootCache remembers roots by size. They never change.
type rootCache struct {
	mu    sync.Mutex
	roots map[int64]tlog.Hash
}

// rootsKept bounds the cache: signers have seen one of the newest checkpoints.
const rootsKept = 1024

func (c *rootCache) at(ctx context.Context, log Log, size int64) (tlog.Hash, error) {
	if head := log.Head(); head.Size == size {
		return head.Root, nil
	}
	c.mu.Lock()
	root, ok := c.roots[size]
	c.mu.Unlock()
	if ok {
		return root, nil
	}
	root, err := log.RootAt(ctx, size)
	if err != nil {
		return root, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.roots == nil || len(c.roots) >= rootsKept {
		c.roots = make(map[int64]tlog.Hash, rootsKept)
	}
	c.roots[size] = root
	return root, nil
}
