package api

import (
	"context"
	"encoding/hex"
	"net/http"

	"truce"
	"truce/internal/auth"
	"truce/pack"
)

// The media types of a pack and of the delta between two of them.
const (
	mediaPack  = "application/vnd.truce.pack"
	mediaDelta = "application/vnd.truce.pack-delta"
)

// Packer makes signed packs of what viewers may be told.
type Packer interface {
	// Pack is the newest one of a viewer. CodeSignIn for the public.
	Pack(ctx context.Context, v auth.Viewer) (*pack.Pack, error)
	// Delta leads to the newest one from that of a log of from entries with the content hash base; it is nil where it
	// cannot be made.
	Delta(ctx context.Context, v auth.Viewer, from int64, base [32]byte) (to *pack.Pack, delta []byte, err error)
}

func packRoutes() []*route {
	return []*route{{method: "GET", path: "/v1/packs", name: "getPack", tag: "Check", signedIn: true, gives: []string{mediaPack, mediaDelta}, handle: (*call).sendPack,
		errors: []int{http.StatusForbidden},
		query: []param{{"from", "log size of the pack that you have: a delta is given where one can be made; goes with base", "integer", ""},
			{"base", "SHA-256 of the content of the pack that you have, 64 hex digits", "string", ""}},
		doc: "Gives everything that you were told as one signed pack, to check places against it without a network. The ETag names its bytes; If-None-Match answers 304. " +
			"A quiet register's pack is made anew every minute, since it says when it was made. With from and base the answer may be a delta instead: look at its media type, and be ready for a whole pack."}}
}

// sendPack answers with the viewer's pack, or with what leads to it.
func (c *call) sendPack() error {
	if c.Packs == nil {
		return truce.E(truce.CodeUnavailable, "this server makes no packs")
	}
	from, err := c.number("from", 0, 0, c.Log.Head().Size)
	if err != nil {
		return err
	}
	base, err := c.packBase(from)
	if err != nil {
		return err
	}
	media := mediaPack
	p, delta, err := c.packed(from, base)
	if err != nil {
		return err
	}
	data := p.Bytes()
	if delta != nil {
		media, data = mediaDelta, delta
	}
	if c.unchanged(tagOf(data)) {
		return nil
	}
	return c.send(http.StatusOK, media, data)
}

func (c *call) packed(from int64, base [32]byte) (*pack.Pack, []byte, error) {
	if from == 0 {
		p, err := c.Packs.Pack(c.ctx, c.viewer)
		return p, nil, err
	}
	return c.Packs.Delta(c.ctx, c.viewer, from, base)
}

func (c *call) packBase(from int64) (sum [32]byte, err error) {
	text, ok := c.query["base"]
	raw, bad := hex.DecodeString(text)
	if ok != (from > 0) || ok && (bad != nil || len(raw) != len(sum)) {
		return sum, truce.E(truce.CodeUsage, "from and base belong together; base is 64 hex digits").At("base")
	}
	copy(sum[:], raw)
	return sum, nil
}
