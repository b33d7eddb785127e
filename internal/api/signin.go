package api

import (
	"net/http"
	"time"

	"truce"
	"truce/proof"
)

// ChallengeRequest asks for a text to sign.
type ChallengeRequest struct {
	Key string `json:"key" doc:"id of the key that will sign: ed25519: and 43 characters of base64url"`
}

// Challenge is a text to sign.
type Challenge struct {
	Challenge string    `json:"challenge" doc:"goes into the payload of the sign-in; serves once"`
	Register  string    `json:"register" doc:"goes into the payload too; refuse to sign for another register than the one you mean"`
	ExpiresAt time.Time `json:"expiresAt" doc:"UTC"`
}

// Token is one sign-in.
type Token struct {
	Token     string        `json:"token" doc:"goes into the header Authorization: Bearer …; a secret"`
	ExpiresAt time.Time     `json:"expiresAt" doc:"UTC"`
	Party     truce.PartyID `json:"party"`
	Role      truce.Role    `json:"role"`
	Scopes    []truce.Scope `json:"scopes" doc:"of the key"`
}

// maxSmall bounds bodies of a few members, in bytes.
const maxSmall = 16 << 10

func (c *call) challenge() error {
	var in ChallengeRequest
	if err := c.readJSON(&in, 2); err != nil {
		return err
	}
	text, expires, err := c.Sessions.Challenge(in.Key)
	if err != nil {
		return err
	}
	c.w.Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, Challenge{Challenge: text, Register: c.Origin, ExpiresAt: expires})
}

func (c *call) token() error {
	data, err := c.body()
	if err != nil {
		return err
	}
	envelope, err := proof.ParseEnvelope(data)
	if err != nil {
		return err
	}
	token, s, err := c.Sessions.SignIn(c.ctx, envelope)
	if err != nil {
		return err
	}
	c.w.Header().Set("Cache-Control", "no-store")
	return c.json(http.StatusOK, Token{Token: token, ExpiresAt: s.Expires, Party: s.Party, Role: s.Role, Scopes: s.Scopes})
}

func (c *call) signOut() error {
	token, _ := bearer(c.r)
	c.Sessions.SignOut(token)
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
