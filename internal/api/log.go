package api

import (
	"encoding/binary"
	"net/http"
	"strings"

	"truce"
)

// checkpoint answers with the signed head that is published (C2SP tlog-tiles).
func (c *call) checkpoint() error {
	cp, err := c.published()
	if err != nil {
		return err
	}
	c.w.Header().Set("Cache-Control", "no-cache")
	return c.send(http.StatusOK, mediaText, cp.Note)
}

// pubkey answers with the log's public key: one line, "origin+hash+base64".
func (c *call) pubkey() error {
	c.w.Header().Set("Cache-Control", "public, max-age=3600")
	return c.send(http.StatusOK, mediaText, []byte(c.LogKey+"\n"))
}

// tile answers with a tile of hashes or a bundle of leaves. They show number and
// time of entries and nothing of their content, so everybody may have them.
func (c *call) tile() error {
	data, immutable, err := c.Proofs.Tile(c.ctx, "tile/"+c.r.PathValue("path"))
	if code := truce.CodeOf(err); code == truce.CodeNotFound || code == truce.CodeInvalid {
		return truce.E(truce.CodeNotFound, "there is no such tile").WithHint("see C2SP tlog-tiles for the paths; a tile ends where the log does")
	}
	if err != nil {
		return err
	}
	known, err := c.number("from", 0, 0, 256)
	if err != nil {
		return err
	}
	if known > 0 {
		data, immutable = withoutFirst(data, int(known)), false
	}
	c.w.Header().Set("Cache-Control", "no-cache")
	if immutable {
		c.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	c.packs = strings.HasPrefix(c.r.PathValue("path"), "entries/") // hashes do not become shorter
	return c.send(http.StatusOK, mediaBytes, data)
}

// withoutFirst is a bundle without its first n leaves, which the asker has. Other
// servers of tiles do not know of it, and hand over all of them.
func withoutFirst(bundle []byte, n int) []byte {
	for range n {
		if len(bundle) < 2 {
			break
		}
		bundle = bundle[2+min(int(binary.BigEndian.Uint16(bundle)), len(bundle)-2):]
	}
	return bundle
}
