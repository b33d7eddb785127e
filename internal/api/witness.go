package api

import (
	"context"
	"net/http"

	"truce"
	"truce/proof"
)

// Heads says which heads of the log others are shown, where witnesses have to
// cosign them first.
type Heads interface {
	// Publish is the head to show; nil where none may be shown yet. witnessed is
	// false where it is shown without the quorum of its policy.
	Publish() (cp *proof.Checkpoint, witnessed bool)
	// Witnessed is the newest head with its quorum; nil where there is none.
	Witnessed() *proof.Checkpoint
}

// Cosign answers an add-checkpoint request (C2SP tlog-witness).
type Cosign func(body []byte) (status int, media string, reply []byte)

// headUnwitnessed marks a checkpoint that is shown without its quorum.
const headUnwitnessed = "Truce-Unwitnessed"

// published is the head to show.
func (c *call) published() (*proof.Checkpoint, error) {
	if c.Heads == nil {
		return c.Log.Head(), nil
	}
	cp, witnessed := c.Heads.Publish()
	if cp == nil {
		return nil, truce.E(truce.CodeUnavailable, "no head of the log is cosigned by its witnesses yet").WithHint("try again in a few seconds")
	}
	if !witnessed {
		c.w.Header().Set(headUnwitnessed, "1")
	}
	return cp, nil
}

// heldBack is the size of the head to show, 0 where it is the newest one.
func (c *call) heldBack(head *proof.Checkpoint) int64 {
	if c.Heads == nil {
		return 0
	}
	cp, _ := c.Heads.Publish()
	if cp == nil || cp.Size == head.Size {
		return 0
	}
	return cp.Size
}

// addCheckpoint lets the witness answer, where this server has one.
func (c *call) addCheckpoint() error {
	if c.Cosign == nil {
		return truce.E(truce.CodeNotFound, "this server is no witness")
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	status, media, reply := c.Cosign(body)
	c.w.Header().Set("Cache-Control", "no-store")
	return c.send(status, media, reply)
}

// proving makes receipts under the newest head that witnesses have cosigned,
// where that reaches the entry: what was acknowledged a moment ago is proved
// under the newest head, without them.
type proving struct {
	provable
	heads Heads
}

// Receipt is the receipt of an entry, without vouchers.
func (p proving) Receipt(ctx context.Context, number int64, withContent bool) (*proof.Receipt, error) {
	if cp := p.heads.Witnessed(); cp != nil && cp.Size > number {
		return p.Proofs.ReceiptUnder(ctx, number, withContent, cp)
	}
	return p.Proofs.Receipt(ctx, number, withContent)
}

func (c *call) proving() proving {
	if c.Heads == nil {
		return proving{provable{c.Log, c.Proofs}, noWitness{}}
	}
	return proving{provable{c.Log, c.Proofs}, c.Heads}
}

// noWitness is for a register without a policy.
type noWitness struct{}

// Publish is not asked.
func (noWitness) Publish() (*proof.Checkpoint, bool) { return nil, false }

// Witnessed is none.
func (noWitness) Witnessed() *proof.Checkpoint { return nil }

func witnessRoute() *route {
	return &route{method: "POST", path: "/witness/add-checkpoint", name: "addCheckpoint", tag: "Log", open: true, gives: []string{mediaText}, limit: 400 << 10,
		errors: []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity}, handle: (*call).addCheckpoint,
		doc: "Cosigns a newer head of a log (C2SP tlog-witness). The body is a line \"old N\", the hashes of a consistency proof, an empty line and a signed checkpoint. Only a mirror with a name is a witness."}
}
