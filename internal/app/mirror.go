package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"truce"
	"truce/internal/api"
	"truce/internal/auth"
	"truce/internal/durable"
	"truce/internal/keyfile"
	"truce/internal/ledger"
	"truce/internal/mirror"
	"truce/internal/store"
	cosigning "truce/internal/witness"
	"truce/proof"
)

// mirrorFile says that a folder holds a mirror, and of what.
func (f Folder) mirrorFile() string { return filepath.Join(string(f), "mirror.json") }

// Evidence is the folder of findings of a mirror.
func (f Folder) Evidence() string { return filepath.Join(string(f), "evidence") }

// Receipts is the folder of the receipts that the mirrored log has to keep.
func (f Folder) Receipts() string { return filepath.Join(string(f), "receipts") }

// MirrorKey is the file of the key with which a mirror cosigns what it stores.
func (f Folder) MirrorKey() string { return filepath.Join(f.keys(), "mirror.key") }

// WitnessKey is the file of the key with which a mirror cosigns as a witness.
func (f Folder) WitnessKey() string { return filepath.Join(f.keys(), "witness.key") }

// IsMirror reports whether the folder holds a mirror.
func (f Folder) IsMirror() bool {
	_, err := os.Stat(f.mirrorFile())
	return err == nil
}

// MirrorSettings are what a mirror was made with; mirror.json in its folder.
type MirrorSettings struct {
	From string `json:"from"`           // where it copies from: a URL or a folder
	Name string `json:"name,omitempty"` // of its cosigners, host and path; "" cosigns nothing
}

const maxSettings = 64 << 10 // bytes of mirror.json

func (f Folder) mirrorSettings() (*MirrorSettings, error) {
	data, err := os.ReadFile(f.mirrorFile())
	if err != nil || len(data) > maxSettings {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the file mirror.json cannot be read")
	}
	var s MirrorSettings
	if err := json.Unmarshal(data, &s); err != nil || s.Name != "" && !truce.ValidOrigin(s.Name) {
		return nil, truce.E(truce.CodeInvalid, "the file mirror.json is damaged").WithHint("run truce mirror with its flags again")
	}
	return &s, nil
}

// MirrorOptions say how a mirror is opened.
type MirrorOptions struct {
	MirrorSettings
	LogKey   string // of the log; needed for a new mirror, compared for an old one
	Source   mirror.Source
	Feed     mirror.Feed   // see mirror.Config
	Policy   *proof.Policy // nil for none
	MaxAge   time.Duration // see mirror.Config
	Lag      time.Duration // see mirror.Config
	Ask      keyfile.Ask   // gives the passphrase of the cosigners' keys
	Fresh    keyfile.Ask   // gives the one of new keys; nil leaves them without
	Logger   *slog.Logger
	Now      func() time.Time
	Progress func(done, total int64)
}

// OpenMirror opens the mirror in a folder, or makes one in a folder that is new
// or empty: log.pub, an empty copy and, where it has a name, its two keys. The
// register it gives is the copy: it answers like the original and takes nothing.
func OpenMirror(ctx context.Context, dir Folder, o MirrorOptions) (_ *Register, _ *mirror.Mirror, err error) {
	if err := dir.prepareMirror(o); err != nil {
		return nil, nil, err
	}
	reg, err := open(ctx, dir, Options{Ask: o.Ask, Logger: o.Logger, Now: o.Now})
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			reg.Close()
		}
	}()
	if o.LogKey != "" && o.LogKey != reg.LogKey {
		return nil, nil, truce.E(truce.CodeConflict, "the folder mirrors a log with another public key than the one given").
			WithHint("name another folder for another log")
	}
	cosigner, err := dir.cosigner(dir.MirrorKey(), o.Name, "", o.Ask)
	if err != nil {
		return nil, nil, err
	}
	m := mirror.New(mirror.Config{Log: reg.Ledger, Source: o.Source, Feed: o.Feed, Cosigner: cosigner, Policy: o.Policy, MaxAge: o.MaxAge, Lag: o.Lag,
		Evidence: dir.Evidence(), Receipts: dir.Receipts(), KeyEntries: reg.keyEntries, Rebuild: reg.rebuildCopy, Now: o.Now, Logger: o.Logger, Progress: o.Progress})
	return reg, m, nil
}

// prepareMirror makes what a new mirror needs before it is opened.
func (f Folder) prepareMirror(o MirrorOptions) error {
	if !f.IsMirror() {
		if o.LogKey == "" {
			return truce.E(truce.CodeUsage, "a new mirror needs the public key of the log").WithHint("--log-key log.pub")
		}
		if err := f.prepare(); err != nil {
			return err
		}
		if err := keyfile.SavePublic(f.LogPublic(), o.LogKey); err != nil {
			return err
		}
	}
	if o.Name != "" {
		for _, path := range []string{f.MirrorKey(), f.WitnessKey()} {
			if err := f.makeCosignerKey(path, o); err != nil {
				return err
			}
		}
	}
	data, err := json.MarshalIndent(o.MirrorSettings, "", "  ")
	if err != nil {
		return truce.Wrap(truce.CodeInternal, err, "the settings cannot be written")
	}
	return durable.Replace(f.mirrorFile(), append(data, '\n'), 0o644)
}

func (f Folder) makeCosignerKey(path string, o MirrorOptions) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	priv, err := keyfile.New(rand.Reader)
	if err != nil {
		return err
	}
	var passphrase []byte
	if o.Fresh != nil {
		if passphrase, err = o.Fresh(); err != nil {
			return err
		}
	}
	return keyfile.Save(path, priv, passphrase, o.Name)
}

// cosigner reads a cosigner's key; nil where the mirror has no name.
func (f Folder) cosigner(path, name, suffix string, ask keyfile.Ask) (*proof.Cosigner, error) {
	if name == "" {
		return nil, nil
	}
	key, err := keyfile.Load(path, ask)
	if err != nil {
		return nil, err
	}
	return proof.NewCosigner(name+suffix, key.Key)
}

// witnessSuffix sets the witness of a mirror apart from the mirror: what their
// cosignatures say is not the same (C2SP tlog-mirror).
const witnessSuffix = "/witness"

// Witness is the C2SP tlog-witness of a mirror; nil where the folder holds a
// register, or a mirror without a name. Its memory lies in the folder.
func (r *Register) Witness() (*cosigning.Witness, error) {
	if !r.Folder.IsMirror() {
		return nil, nil
	}
	s, err := r.Folder.mirrorSettings()
	if err != nil || s.Name == "" {
		return nil, err
	}
	cosigner, err := r.Folder.cosigner(r.Folder.WitnessKey(), s.Name, witnessSuffix, r.ask)
	if err != nil {
		return nil, err
	}
	return cosigning.New(cosigning.Config{Dir: filepath.Join(string(r.Folder), "witness"), Cosigner: cosigner, Logs: []string{r.LogKey},
		Now: r.now, Conflict: r.keepConflict})
}

// keepConflict writes down that somebody asked our witness to cosign another
// root for a size that it had cosigned. Where that fails the refusal stands.
func (r *Register) keepConflict(older, newer *proof.Checkpoint) {
	e := &proof.Evidence{Kind: proof.SplitView, Origin: r.Origin, LogKey: r.LogKey, FoundAt: r.now().UTC(), Older: string(older.Note), Newer: string(newer.Note),
		Told: "the witness was asked to cosign another root for a size that it had cosigned"}
	path := filepath.Join(r.Folder.Evidence(), "witness-"+hex.EncodeToString(newer.Root[:8])+".json")
	err := os.MkdirAll(r.Folder.Evidence(), 0o700)
	if err == nil {
		err = durable.Replace(path, e.Marshal(), 0o600)
	}
	r.Logger.Error("the log signed two roots for one size", "size", newer.Size, "evidence", path, "error", err)
}

// CosignerKeys are the public keys with which a mirror cosigns, as policies hold
// them: what it stores, and as a witness. Both are "" where it has no name.
func (r *Register) CosignerKeys() (stores, witnesses string, err error) {
	s, err := r.Folder.mirrorSettings()
	if err != nil || s.Name == "" {
		return "", "", err
	}
	a, err := r.Folder.cosigner(r.Folder.MirrorKey(), s.Name, "", r.ask)
	if err != nil {
		return "", "", err
	}
	b, err := r.Folder.cosigner(r.Folder.WitnessKey(), s.Name, witnessSuffix, r.ask)
	if err != nil {
		return "", "", err
	}
	return a.Key(), b.Key(), nil
}

// openCopy opens the copy in the folder of a mirror, or makes an empty one.
func openCopy(ctx context.Context, cfg ledger.Config) (*ledger.Ledger, error) {
	cfg.Copy = true
	l, err := ledger.Open(ctx, cfg)
	if truce.CodeOf(err) == truce.CodeNotFound {
		return ledger.CreateCopy(ctx, cfg)
	}
	return l, err
}

// keyEntries are the entries that say whose keys are whose.
func (r *Register) keyEntries(ctx context.Context) (all []int64, err error) {
	err = r.DB.View(ctx, func(q store.Reader) error {
		all, err = r.Parties.KeyEntries(ctx, q)
		return err
	})
	return all, err
}

// rebuildCopy rebuilds the views of a copy, and erases what its entries erase.
func (r *Register) rebuildCopy(ctx context.Context) error {
	size, erasers := r.Ledger.Head().Size, map[string]int64{}
	err := r.Views.Rebuild(ctx, r.DB, size, func(ctx context.Context, q store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
		return r.Ledger.Replay(ctx, q, from, to, func(e *ledger.Entry) error {
			if e.Statement != nil && e.Statement.Kind == truce.EraseContent {
				erasers[e.Statement.Subject] = e.Number
			}
			return fn(e)
		})
	})
	if err != nil {
		return err
	}
	erased, err := r.erasedBy(ctx, erasers)
	if err != nil {
		return err
	}
	return r.Ledger.Rebuilt(ctx, erased)
}

// erasedBy are the entries that still hold content about subjects that later
// entries erase: number -> number of the entry that erases it.
func (r *Register) erasedBy(ctx context.Context, erasers map[string]int64) (map[int64]int64, error) {
	erased := map[int64]int64{}
	if len(erasers) == 0 {
		return erased, nil
	}
	err := r.DB.View(ctx, func(q store.Reader) error {
		return r.Ledger.Replay(ctx, q, 0, r.Ledger.Head().Size, func(e *ledger.Entry) error {
			if e.Statement == nil {
				return nil
			}
			if by, ok := erasers[e.Statement.Subject]; ok && e.Number < by {
				erased[e.Number] = by
			}
			return nil
		})
	})
	return erased, err
}

// HandOver gives what a viewer may read of the entries from (inclusive) to until
// (exclusive), or of the first of them, as a server hands it to a mirror.
func (r *Register) HandOver(ctx context.Context, viewer auth.Viewer, from, until int64) (*proof.Handover, error) {
	return api.HandOver(ctx, r.server("", nil).Config, viewer, from, until)
}

// ShownHead is the newest head with its cosignatures, where witnesses have
// cosigned it, and the bare head where they have not.
func (r *Register) ShownHead() *proof.Checkpoint {
	head := r.Ledger.Head()
	data, err := os.ReadFile(r.Folder.Witnessed())
	if err != nil {
		return head
	}
	cp, err := proof.OpenCheckpoint(data, r.LogKey)
	if err != nil || cp.Size != head.Size || cp.Root != head.Root {
		return head
	}
	return cp
}
