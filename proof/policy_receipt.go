package proof

import (
	"slices"
	"strings"
	"time"

	"truce"
)

// VerifyReceiptUnder is VerifyReceipt for whoever holds a policy instead of one
// key: the log must be one of the policy's, and its witnesses must have cosigned
// the checkpoint in the receipt. Where too few have it is CodeTampered, where
// their cosignatures are older than maxAge (0 asks for no age) CodeStale.
func VerifyReceiptUnder(data []byte, p *Policy, now time.Time, maxAge time.Duration) (*Verified, *Judgement, error) {
	r, err := ParseReceipt(data)
	if err != nil {
		return nil, nil, err
	}
	key, err := p.KeyOf(r.Checkpoint)
	if err != nil {
		return nil, nil, err
	}
	v, err := VerifyReceipt(data, key)
	if err != nil {
		return nil, nil, err
	}
	cp, err := OpenCheckpoint(r.Checkpoint, key)
	if err != nil {
		return nil, nil, err
	}
	j := p.Judge(cp, now, maxAge)
	if err := j.Err(p); err != nil {
		return nil, j, err
	}
	v.Caveats = slices.DeleteFunc(v.Caveats, func(c string) bool {
		return c == CaveatCosigners || c == CaveatOneView && len(j.Cosigned) > 0
	})
	return v, j, nil
}

// Err is what keeps a checkpoint from counting under p; nil when it counts.
func (j *Judgement) Err(p *Policy) error {
	switch {
	case !j.Met:
		return truce.E(truce.CodeTampered, "the checkpoint is not cosigned as the policy demands: %d of %d witnesses have, the quorum is %q", len(j.Cosigned), len(p.Witnesses), clip(p.Quorum)).
			WithHint("missing: %s; an unwitnessed checkpoint may be one that is shown to you alone", clip(strings.Join(j.Missing, ", ")))
	case !j.Fresh:
		return truce.E(truce.CodeStale, "the cosignatures are older than was asked for, the newest is of %s", j.Newest().Format(time.RFC3339)).
			WithHint("ask for a newer checkpoint; a log that is frozen cannot show one")
	}
	return nil
}
