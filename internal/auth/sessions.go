package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"

	"truce"
	"truce/proof"
)

const (
	tokenLife   = 15 * time.Minute
	maxSessions = 1 << 16 // sessions at one time
	maxPerKey   = 256     // sessions of one key; the oldest falls
	tokenPrefix = "truce_"
	tokenLen    = len(tokenPrefix) + 43
)

// Directory tells whose a key is, as the log stands now. Answers MUST hold until
// Size changes.
type Directory interface {
	// Key is the state of a key; nil when it was never stated.
	Key(ctx context.Context, key string) (*truce.KeyState, error)
	// Party is the state of a party; nil when it was never enrolled.
	Party(ctx context.Context, id truce.PartyID) (*truce.PartyState, error)
	// Size is the number of entries in the log.
	Size() int64
}

// Session is one sign-in.
type Session struct {
	Key     string // key id that signed
	Party   truce.PartyID
	Role    truce.Role
	Scopes  []truce.Scope
	Expires time.Time // UTC
}

// Viewer is the party that signed in.
func (s *Session) Viewer() Viewer { return Viewer{Party: s.Party, Role: s.Role} }

// Config is what sessions need. Every member but Now is required.
type Config struct {
	Register  string           // origin of the register
	Directory Directory        // whose a key is
	Now       func() time.Time // the clock; time.Now when nil
}

// Sessions gives challenges and tokens, and knows who a token stands for. It is
// safe for use by several goroutines.
type Sessions struct {
	register   string
	directory  Directory
	now        func() time.Time
	challenges *challenges

	mu   sync.Mutex
	open map[[32]byte]*session // by SHA-256 of the token
}

type session struct {
	Session
	seenAt int64 // log size at which the key was last looked up
}

// NewSessions makes sessions with fresh secrets: nobody is signed in.
func NewSessions(c Config) *Sessions {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Sessions{register: c.Register, directory: c.Directory, now: c.Now,
		challenges: newChallenges(c.Now), open: map[[32]byte]*session{}}
}

// Challenge gives the text that a key has to sign, and when it runs out (UTC).
// The answer is formed the same whether or not the key is known. A text that is
// not the id of a key at all is CodeInvalid.
func (s *Sessions) Challenge(key string) (challenge string, expires time.Time, err error) {
	if !looksLikeKey(key) {
		return "", time.Time{}, truce.E(truce.CodeInvalid, "it must be the id of a key").At("/key").
			WithHint("ed25519: and 43 characters of base64url")
	}
	challenge, expires = s.challenges.give(key)
	return challenge, expires, nil
}

func looksLikeKey(key string) bool {
	const prefix = "ed25519:"
	if len(key) != len(prefix)+43 || key[:len(prefix)] != prefix {
		return false
	}
	_, err := base64.RawURLEncoding.DecodeString(key[len(prefix):])
	return err == nil
}

// SignIn opens a session for a signed challenge and gives its token, which is
// shown once and kept as a hash only. A signature, key or challenge that does not
// hold is CodeUnsigned or CodeRefused; whether a key is unknown, retired, revoked
// or a root key is not told apart.
func (s *Sessions) SignIn(ctx context.Context, e *proof.Envelope) (token string, _ *Session, err error) {
	in, err := openSignIn(e, s.register)
	if err != nil {
		return "", nil, err
	}
	size := s.directory.Size()
	found, err := s.holder(ctx, in.Key)
	if err != nil {
		return "", nil, err
	}
	if err := s.challenges.redeem(in.Challenge, in.Key); err != nil {
		return "", nil, err
	}
	found.Expires = s.now().Add(tokenLife).UTC().Truncate(time.Second)
	token, hash := newToken()
	return token, found, s.keep(hash, &session{*found, size})
}

// holder is the session that a key may have now.
func (s *Sessions) holder(ctx context.Context, key string) (*Session, error) {
	k, err := s.directory.Key(ctx, key)
	if err != nil {
		return nil, err
	}
	if !k.Usable() || k.Root {
		return nil, notListed()
	}
	p, err := s.directory.Party(ctx, k.Party)
	if err != nil {
		return nil, err
	}
	if !p.Active() {
		return nil, notListed()
	}
	return &Session{Key: key, Party: p.ID, Role: p.Role, Scopes: k.Scopes}, nil
}

func notListed() error {
	return truce.E(truce.CodeUnsigned, "the key is not in the list of keys of a party").
		WithHint("sign in with a key that stands in your party's latest key.list")
}

func newToken() (token string, hash [32]byte) {
	var b [32]byte
	rand.Read(b[:])
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(b[:])
	return token, sha256.Sum256([]byte(token))
}

func (s *Sessions) keep(hash [32]byte, n *session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) >= maxSessions {
		s.expire()
	}
	if len(s.open) >= maxSessions {
		return truce.E(truce.CodeBusy, "too many sessions at the moment").WithHint("try again in a few minutes")
	}
	s.dropOldest(n.Key)
	s.open[hash] = n
	return nil
}

func (s *Sessions) expire() {
	now := s.now()
	for hash, o := range s.open {
		if !now.Before(o.Expires) {
			delete(s.open, hash)
		}
	}
}

// dropOldest keeps one key from filling the table.
func (s *Sessions) dropOldest(key string) {
	var oldest [32]byte
	count, first := 0, time.Time{}
	for hash, o := range s.open {
		if o.Key != key {
			continue
		}
		if count++; first.IsZero() || o.Expires.Before(first) {
			oldest, first = hash, o.Expires
		}
	}
	if count >= maxPerKey {
		delete(s.open, oldest)
	}
}

// Who gives the session of a token. A token that is unknown, has run out, or
// whose key or party counts no more is CodeSignIn.
func (s *Sessions) Who(ctx context.Context, token string) (*Session, error) {
	if len(token) != tokenLen {
		return nil, signInAgain()
	}
	hash := sha256.Sum256([]byte(token))
	found := s.find(hash)
	if found == nil {
		return nil, signInAgain()
	}
	size := s.directory.Size()
	if found.seenAt == size {
		return &found.Session, nil
	}
	return s.lookAgain(ctx, hash, found, size)
}

func signInAgain() error {
	return truce.E(truce.CodeSignIn, "the token does not count, or not any more").
		WithHint("sign in again: POST /v1/auth/challenge, then /v1/auth/token")
}

// find gives a copy, so that what is handed out does not change.
func (s *Sessions) find(hash [32]byte) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.open[hash]
	if o == nil {
		return nil
	}
	if !s.now().Before(o.Expires) {
		delete(s.open, hash)
		return nil
	}
	c := *o
	return &c
}

// lookAgain asks whether key and party still count, the log having grown.
func (s *Sessions) lookAgain(ctx context.Context, hash [32]byte, o *session, size int64) (*Session, error) {
	now, err := s.holder(ctx, o.Key)
	if err != nil && truce.CodeOf(err) != truce.CodeUnsigned {
		return nil, err
	}
	if err != nil || now.Party != o.Party {
		s.forget(hash)
		return nil, signInAgain()
	}
	now.Expires = o.Expires
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[hash] == nil {
		return nil, signInAgain()
	}
	s.open[hash] = &session{*now, size}
	return now, nil
}

// SignOut ends the session of a token; a token that does not count is no error.
func (s *Sessions) SignOut(token string) { s.forget(sha256.Sum256([]byte(token))) }

func (s *Sessions) forget(hash [32]byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, hash)
}
