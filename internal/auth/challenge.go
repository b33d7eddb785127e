package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"sync"
	"time"

	"truce"
)

const (
	challengeLife = 2 * time.Minute // between giving a challenge and its token
	maxUsed       = 1 << 16         // challenges used within one life that are remembered
	nonceLen      = 16
	challengeLen  = 8 + nonceLen + sha256.Size
)

// challenges gives challenges without remembering them, and remembers each one
// that was used until it would have run out anyway.
type challenges struct {
	secret [32]byte // of this process; a restart ends open challenges
	now    func() time.Time

	mu   sync.Mutex
	used map[[nonceLen]byte]time.Time // until when
}

func newChallenges(now func() time.Time) *challenges {
	c := &challenges{now: now, used: map[[nonceLen]byte]time.Time{}}
	rand.Read(c.secret[:])
	return c
}

// give makes a challenge for a key: when it runs out (Unix milliseconds, 8 bytes,
// big-endian), 16 random bytes, and an HMAC over both and the key, all in
// base64url. Nothing is looked up, so it costs the same for any key.
func (c *challenges) give(key string) (challenge string, expires time.Time) {
	expires = c.now().Add(challengeLife).UTC().Truncate(time.Millisecond)
	b := binary.BigEndian.AppendUint64(make([]byte, 0, challengeLen), uint64(expires.UnixMilli()))
	b = b[:8+nonceLen]
	rand.Read(b[8:])
	return base64.RawURLEncoding.EncodeToString(append(b, c.mac(b, key)...)), expires
}

func (c *challenges) mac(head []byte, key string) []byte {
	h := hmac.New(sha256.New, c.secret[:])
	h.Write([]byte("truce challenge v1\n"))
	h.Write(head)
	h.Write([]byte(key))
	return h.Sum(nil)
}

// redeem accepts a challenge once, for the key it was given for, in time.
func (c *challenges) redeem(challenge, key string) error {
	if strings.ContainsAny(challenge, "\r\n") {
		return notOurs()
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(challenge)
	if err != nil || len(b) != challengeLen || !hmac.Equal(b[8+nonceLen:], c.mac(b[:8+nonceLen], key)) {
		return notOurs()
	}
	expires := time.UnixMilli(int64(binary.BigEndian.Uint64(b)))
	if !c.now().Before(expires) {
		return truce.E(truce.CodeUnsigned, "the challenge has run out").WithHint("ask for a new one; it holds for %s", challengeLife)
	}
	return c.mark([nonceLen]byte(b[8:]), expires)
}

func notOurs() error {
	return truce.E(truce.CodeUnsigned, "the challenge is not one that this register gave for this key").
		WithHint("ask for a new one")
}

func (c *challenges) mark(nonce [nonceLen]byte, expires time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, again := c.used[nonce]; again {
		return truce.E(truce.CodeUnsigned, "the challenge was used already").WithHint("ask for a new one; each serves once")
	}
	if len(c.used) >= maxUsed {
		c.forget()
	}
	if len(c.used) >= maxUsed {
		return truce.E(truce.CodeBusy, "too many sign-ins at the moment").WithHint("try again in a minute")
	}
	c.used[nonce] = expires
	return nil
}

// forget drops challenges that have run out: the clock refuses them from now on.
func (c *challenges) forget() {
	now := c.now()
	for nonce, expires := range c.used {
		if !now.Before(expires) {
			delete(c.used, nonce)
		}
	}
}
