package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"truce"
	"truce/proof"
)

// signInType is the DSSE payload type of a signed challenge.
const signInType = "application/vnd.truce.signin+json"

// Token is one sign-in.
type Token struct {
	Token     string        `json:"token"`
	ExpiresAt time.Time     `json:"expiresAt"`
	Party     truce.PartyID `json:"party"`
	Role      truce.Role    `json:"role"`
	Scopes    []truce.Scope `json:"scopes"`
}

// SignIn signs a challenge of the register and remembers the token. It need not
// be called: whatever asks signs in by itself. Without a signer it is CodeSignIn.
func (c *Client) SignIn(ctx context.Context) (*Token, error) {
	if c.opts.Signer == nil {
		return nil, truce.E(truce.CodeSignIn, "there is no key to sign in with")
	}
	envelope, err := c.signedChallenge(ctx)
	if err != nil {
		return nil, err
	}
	data, err := c.ask(ctx, request{method: http.MethodPost, path: "/v1/auth/token", media: mediaJSON, body: envelope.JSON(), open: true, limit: maxSmall})
	if err != nil {
		return nil, err
	}
	var t Token
	if err := readAnswer(data, &t); err != nil {
		return nil, err
	}
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	c.token.text, c.token.party, c.token.expires = t.Token, t.Party, t.ExpiresAt
	return &t, nil
}

// signedChallenge asks for a challenge and signs it, for this register only: a
// server that passes on the challenge of another gets no signature for it.
func (c *Client) signedChallenge(ctx context.Context) (*proof.Envelope, error) {
	key := c.opts.Signer.KeyID()
	ask, _ := json.Marshal(map[string]string{"key": key}) // strings always marshal
	data, err := c.ask(ctx, request{method: http.MethodPost, path: "/v1/auth/challenge", media: mediaJSON, body: ask, open: true, limit: maxSmall})
	if err != nil {
		return nil, err
	}
	var given struct{ Challenge, Register string }
	if err := readAnswer(data, &given); err != nil {
		return nil, err
	}
	if given.Register != c.origin {
		return nil, truce.E(truce.CodeTampered, "the server asks to sign in to another register than the one meant").
			WithHint("the log key is that of %s", c.origin)
	}
	payload, err := json.Marshal(struct {
		Register  string    `json:"register"`
		Challenge string    `json:"challenge"`
		Key       string    `json:"key"`
		MadeAt    time.Time `json:"madeAt"`
	}{c.origin, given.Challenge, key, c.opts.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the sign-in cannot be written")
	}
	return proof.Sign(signInType, payload, c.opts.Signer)
}

// SignOut ends the session at the register.
func (c *Client) SignOut(ctx context.Context) error {
	c.token.mu.Lock()
	signedIn := c.token.text != ""
	c.token.mu.Unlock()
	if !signedIn {
		return nil
	}
	_, err := c.ask(ctx, request{method: http.MethodDelete, path: "/v1/auth/token", limit: maxSmall})
	c.token.mu.Lock()
	defer c.token.mu.Unlock()
	c.token.text = ""
	return err
}

// tokenFor is the token to send with r, "" for the public. fresh asks for a new one.
func (c *Client) tokenFor(ctx context.Context, r request, fresh bool) (string, error) {
	if r.open || c.opts.Signer == nil {
		return "", nil
	}
	c.token.mu.Lock()
	text, expires := c.token.text, c.token.expires
	c.token.mu.Unlock()
	const early = 20 * time.Second // the two clocks may differ a little
	if text != "" && !fresh && c.opts.Now().Before(expires.Add(-early)) {
		return text, nil
	}
	t, err := c.SignIn(ctx)
	if err != nil {
		return "", err
	}
	return t.Token, nil
}
