package api

import (
	"encoding/json"
	"net/http"

	"truce"
	"truce/internal/auth"
	"truce/internal/receipt"
)

// receipt answers with the receipt of one statement: with its content for whom
// may read all of it, with the commitment alone for whom may read a part.
func (c *call) receipt() error {
	e, v, err := c.find()
	if err != nil && (e == nil || truce.CodeOf(err) != truce.CodeGone) {
		return err
	}
	// What was erased can still be shown to have been there.
	text, err := c.receiptOf(e.Number, v != nil && v.Whole)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Disposition", `attachment; filename="`+e.ID[:16]+`.proof"`)
	return c.send(http.StatusOK, mediaText, text)
}

// receiptOf makes the file. Vouchers go with the content, where the viewer may
// read each of them; without them a receipt says what was signed by which key,
// and not whose key it is.
func (c *call) receiptOf(number int64, whole bool) ([]byte, error) {
	maker := receipt.Maker{Log: c.proving(), Parties: c.Parties, DB: c.DB}
	r, err := maker.Make(c.ctx, number, whole, func(s *truce.Statement) bool { return mayVouch(c.viewer, s) })
	if err != nil {
		return nil, err
	}
	return r.Marshal(), nil
}

// provable is the log as package receipt wants it.
type provable struct {
	Log
	Proofs
}

// mayVouch reports whether the viewer may be handed a whole statement about a
// party or its keys. Public keys and used invitations are no secrets among
// parties; lines of seniors, notes and reasons are.
func mayVouch(v auth.Viewer, s *truce.Statement) bool {
	body, whole, ok := aboutParty(v, s)
	if whole || !ok {
		return ok
	}
	rest := missing(s.Body, body)
	for _, open := range []string{"invitation", "invitationUntil", "threshold", "keys", "key"} {
		delete(rest, open)
	}
	return len(rest) == 0
}

// missing are the members of whole that are not in part.
func missing(whole, part json.RawMessage) map[string]json.RawMessage {
	var all, some map[string]json.RawMessage
	if json.Unmarshal(whole, &all) != nil || json.Unmarshal(part, &some) != nil {
		return map[string]json.RawMessage{"": whole}
	}
	for name := range some {
		delete(all, name)
	}
	return all
}
