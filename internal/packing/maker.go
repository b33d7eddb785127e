package packing

import (
	"context"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/holds"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/pack"
	"truce/proof"
)

// Source tells what a viewer may be told (check.Engine).
type Source interface {
	// Contents are the objects that a check tells the viewer of, at a log size; 0 for the newest.
	Contents(ctx context.Context, v auth.Viewer, size int64) (check.Head, []pack.Object, error)
}

// Agreed tells what a viewer may know of agreements and windows (inforce.Engine).
type Agreed interface {
	// Told are the records of those, at a log size.
	Told(ctx context.Context, v auth.Viewer, size int64) ([]*holds.Record, error)
}

// Log gives the newest signed checkpoint.
type Log interface {
	Head() *proof.Checkpoint
}

// MaxAge is how long a pack counts where nothing else is said.
const MaxAge = 24 * time.Hour

// Config is what a Maker needs. Everything but MaxAge and Now is required.
type Config struct {
	Source   Source
	Agreed   Agreed
	Log      Log
	Origin   string
	Exercise bool
	Signer   note.Signer      // the log's key; without it no pack is made
	LogKey   string           // its public half
	MaxAge   time.Duration    // how long a pack counts; MaxAge when 0
	Now      func() time.Time // time.Now when nil
}

// Maker makes packs. It is safe for use by several goroutines; those who ask for the same wait for one another.
type Maker struct {
	cfg  Config
	mu   sync.Mutex // held by the one that makes
	kept kept
}

// New makes a Maker. It reads nothing yet.
func New(c Config) *Maker {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MaxAge == 0 {
		c.MaxAge = MaxAge
	}
	return &Maker{cfg: c}
}

// freshFor is how long a pack is handed out again while the log does not grow: it says when it was made, and that should
// not be long ago.
const freshFor = time.Minute

// Pack is the pack of the viewer as the log is now. The public is told no positions and has none (CodeSignIn); an auditor
// is told of no objects and has none (CodeRefused). CodeUnavailable where the register is open for reading only.
func (m *Maker) Pack(ctx context.Context, v auth.Viewer) (*pack.Pack, error) {
	switch {
	case v.Party == "":
		return nil, truce.E(truce.CodeSignIn, "a pack holds what a party was told").WithHint("sign in with a key of your party")
	case v.Role == truce.RoleAuditor:
		return nil, truce.E(truce.CodeRefused, "an auditor sees hashes, and no objects to take along")
	case m.cfg.Signer == nil:
		return nil, truce.E(truce.CodeUnavailable, "the register is open for reading only, and a pack has to be signed")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.newest(ctx, v)
}

func (m *Maker) newest(ctx context.Context, v auth.Viewer) (*pack.Pack, error) {
	now := m.cfg.Now().UTC()
	if p := m.kept.newest(v); p != nil && p.LogSize == m.cfg.Log.Head().Size && now.Sub(p.Made()) < freshFor && !now.Before(p.Made()) {
		return p, nil
	}
	cp, held, err := m.read(ctx, v)
	if err != nil {
		return nil, err
	}
	p, err := m.make(v, cp, held, now)
	if err != nil {
		return nil, err
	}
	m.kept.keep(v, p, m.cfg.Now())
	return p, nil
}

// told is what a viewer may be told at one log size.
type told struct {
	head    check.Head
	objects []pack.Object
	agreed  []*holds.Record
}

// at reads it; of size 0 at the newest.
func (m *Maker) at(ctx context.Context, v auth.Viewer, size int64) (t told, err error) {
	if t.head, t.objects, err = m.cfg.Source.Contents(ctx, v, size); err == nil {
		t.agreed, err = m.cfg.Agreed.Told(ctx, v, t.head.Size)
	}
	return t, err
}

// read gives a checkpoint and the contents at its size; the log may grow between the two.
func (m *Maker) read(ctx context.Context, v auth.Viewer) (*proof.Checkpoint, told, error) {
	for range 8 {
		t, err := m.at(ctx, v, 0)
		if err != nil {
			return nil, t, err
		}
		if cp := m.cfg.Log.Head(); cp.Size == t.head.Size {
			return cp, t, nil
		}
	}
	cp := m.cfg.Log.Head()
	t, err := m.at(ctx, v, cp.Size)
	return cp, t, err
}

func (m *Maker) make(v auth.Viewer, cp *proof.Checkpoint, t told, now time.Time) (*pack.Pack, error) {
	data, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromRegister, Origin: m.cfg.Origin, Exercise: m.cfg.Exercise,
		LogSize: cp.Size, Root: cp.RootText(), Checkpoint: string(cp.Note), Audience: &pack.Audience{Party: v.Party, Role: v.Role}},
		MadeAt: m.madeAt(now, t.head), LastEntryTime: t.head.LastEntryTime, MaxAge: m.cfg.MaxAge, Objects: t.objects, Agreed: t.agreed}, m.cfg.Signer, m.cfg.LogKey)
	if err != nil {
		return nil, err
	}
	return pack.Open(data, m.cfg.LogKey)
}

// Delta is what leads the viewer from the pack that it has, as the log had from entries, to the newest; base is the
// SHA-256 of the content of what it has. It is nil where no delta can be made: what the viewer held cannot be worked out any
// more (content was erased since, its role changed), or a whole pack is smaller. Errors are those of Pack.
func (m *Maker) Delta(ctx context.Context, v auth.Viewer, from int64, base [32]byte) (to *pack.Pack, delta []byte, err error) {
	if to, err = m.Pack(ctx, v); err != nil || from <= 0 || from > to.LogSize {
		return to, nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	old, err := m.held(ctx, v, from, base)
	if err != nil || old == nil {
		return to, nil, err
	}
	delta, err = pack.Diff(old, to)
	if err != nil || len(delta) >= len(to.Bytes()) {
		return to, nil, err
	}
	return to, delta, nil
}

// held is the pack that the viewer has: one kept, or one worked out again.
func (m *Maker) held(ctx context.Context, v auth.Viewer, from int64, base [32]byte) (*pack.Pack, error) {
	if p := m.kept.find(v, base); p != nil {
		return p, nil
	}
	t, err := m.at(ctx, v, from)
	if err != nil {
		return nil, err
	}
	// Header and signature do not count: it never leaves this function.
	data, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: m.cfg.Origin},
		MadeAt: t.head.LastEntryTime, Objects: t.objects, Agreed: t.agreed}, nil, "")
	if err != nil {
		return nil, err
	}
	p, err := pack.Open(data, "")
	if err != nil || p.Hash() != base {
		return nil, err
	}
	m.kept.keep(v, p, m.cfg.Now())
	return p, nil
}

// Lasting is a Maker of packs that count for d instead; 0 leaves it as it is.
func (m *Maker) Lasting(d time.Duration) *Maker {
	if d == 0 || d == m.cfg.MaxAge {
		return m
	}
	c := m.cfg
	c.MaxAge = d
	return New(c)
}

// madeAt is the time that a pack says: cut to a minute, or to a small part of the time that it counts, so that packs of
// one log size made shortly after one another are the same bytes; never before the last entry in it.
func (m *Maker) madeAt(now time.Time, head check.Head) time.Time {
	made := now.UTC().Truncate(min(time.Minute, max(time.Millisecond, m.cfg.MaxAge/60)))
	if last := head.LastEntryTime.UTC(); made.Before(last) {
		made = last
	}
	return made.Truncate(time.Millisecond)
}
