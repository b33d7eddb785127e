package client

import (
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"

	"truce"
	"truce/pack"
)

// maxPack bounds a pack that a server gives, in bytes.
const maxPack = 1 << 30

// Pulled is a pack that was fetched and verified.
type Pulled struct {
	*pack.Pack
	Received int  // bytes that the register sent for it
	Delta    bool // it was made out of what was there and a delta
}

// PullPack fetches everything that the party of the signer was told as one signed pack. It verifies every byte, the
// signature by the log's key, that the log of its checkpoint only grew since the last one seen, that it was made for
// that party, and that it is not older than have. With have, the pack that is there already (nil for none), the register
// is asked for the delta that leads on from it; where that does not lead to a pack that verifies, the whole one is
// fetched. What does not match is CodeTampered. Without a signer it is CodeSignIn.
func (c *Client) PullPack(ctx context.Context, have *pack.Pack) (*Pulled, error) {
	if have != nil && have.Source == pack.FromRegister && have.LogSize > 0 {
		p, err := c.pullDelta(ctx, have)
		if p != nil || err != nil {
			return p, err
		}
	}
	data, err := c.askPack(ctx, nil)
	if err != nil {
		return nil, err
	}
	return c.pulled(ctx, data, have)
}

// pullDelta gives nil where the whole pack has to be fetched.
func (c *Client) pullDelta(ctx context.Context, have *pack.Pack) (*Pulled, error) {
	sum := have.Hash()
	data, err := c.askPack(ctx, url.Values{"from": {strconv.FormatInt(have.LogSize, 10)}, "base": {hex.EncodeToString(sum[:])}})
	if err != nil {
		return nil, err
	}
	if !pack.IsDelta(data) {
		return c.pulled(ctx, data, have)
	}
	p, err := pack.Apply(have, data, c.opts.LogKey)
	if err != nil {
		return nil, nil
	}
	return &Pulled{p, len(data), true}, c.believePack(ctx, p, have)
}

func (c *Client) askPack(ctx context.Context, query url.Values) ([]byte, error) {
	return c.ask(ctx, request{method: http.MethodGet, path: "/v1/packs", query: query, limit: maxPack})
}

func (c *Client) pulled(ctx context.Context, data []byte, have *pack.Pack) (*Pulled, error) {
	p, err := pack.Open(data, c.opts.LogKey)
	if err != nil {
		return nil, err
	}
	return &Pulled{p, len(data), false}, c.believePack(ctx, p, have)
}

// believePack checks what the pack alone cannot show.
func (c *Client) believePack(ctx context.Context, p, have *pack.Pack) error {
	if p.Source != pack.FromRegister {
		return truce.E(truce.CodeTampered, "the server gives a pack that is not from a register")
	}
	c.token.mu.Lock()
	party := c.token.party
	c.token.mu.Unlock()
	if p.Audience.Party != party {
		return truce.E(truce.CodeTampered, "the server gives a pack that was made for another party").WithHint("what your party was told is not in it")
	}
	if have != nil && have.Source == pack.FromRegister && have.Audience.Party == party {
		if err := p.Follows(have.LogSize, have.Root); err != nil {
			return err
		}
	}
	_, err := c.believe(ctx, []byte(p.Checkpoint))
	return err
}
