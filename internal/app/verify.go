package app

import (
	"context"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/internal/view"
	"truce/proof"
)

// trialPrefix begins the names of folders in which views are replayed on trial.
const trialPrefix = ".verify-"

// VerifyViews replays the log into views of its own, in a database that is thrown
// away, and compares them with those of the register, which it does not touch.
// A view that is not what the log says is CodeTampered and named. The database is
// made inside the data folder, so that the content of entries goes nowhere else,
// unless that cannot be written to.
func (r *Register) VerifyViews(ctx context.Context) error {
	dir, err := os.MkdirTemp(string(r.Folder), trialPrefix+"*")
	if err != nil {
		dir, err = os.MkdirTemp("", "truce-verify-*")
	}
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the views cannot be replayed beside the register").
			WithHint("look at free space and permissions of the data folder")
	}
	defer wipe(dir)
	db, err := openDatabase(filepath.Join(dir, "views.db"), false)
	if err != nil {
		return err
	}
	defer db.Close()
	return r.DB.View(ctx, func(q store.Reader) error {
		have, err := r.digest(ctx, q)
		if err != nil {
			return err
		}
		want, err := r.replayInto(ctx, q, db)
		if err != nil {
			return err
		}
		return compareDigests(have, want)
	})
}

// wipe overwrites the files of a folder and removes it: a copy of content must
// not outlive the erasure of that content on the disk.
func wipe(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if f, err := os.OpenFile(filepath.Join(dir, e.Name()), os.O_WRONLY, 0); err == nil {
			zero(f)
			f.Close()
		}
	}
	os.RemoveAll(dir)
}

func zero(f *os.File) {
	info, err := f.Stat()
	if err != nil {
		return
	}
	block := make([]byte, 1<<20)
	for left := info.Size(); left > 0; left -= int64(len(block)) {
		if _, err := f.Write(block[:min(left, int64(len(block)))]); err != nil {
			return
		}
	}
	f.Sync() // without it the zeros may never reach the disk
}

// sweep wipes what a verification that was killed left in the folder.
func (f Folder) sweep() {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), trialPrefix) {
			wipe(filepath.Join(string(f), e.Name()))
		}
	}
}

// digest is that of the views as they stand; rows that cannot be read are the
// work of somebody else than the views.
func (r *Register) digest(ctx context.Context, q store.Reader) (map[string][32]byte, error) {
	have, err := r.Views.Digest(ctx, q)
	if err != nil && truce.CodeOf(err) == truce.CodeInternal {
		err = truce.Wrap(truce.CodeTampered, err, "the views cannot be read").WithHint("run: truce views rebuild")
	}
	return have, err
}

// replayInto works the log, as q shows it, into views in db and gives their digest.
func (r *Register) replayInto(ctx context.Context, q store.Reader, db store.DB) (want map[string][32]byte, err error) {
	size, err := r.Views.Position(ctx, q)
	if err != nil {
		return nil, err
	}
	var replay view.Replayer = func(ctx context.Context, _ store.Reader, from, to int64, fn func(*ledger.Entry) error) error {
		return r.Ledger.Replay(ctx, q, from, to, fn)
	}
	if err := r.Views.Rebuild(ctx, db, size, replay); err != nil {
		return nil, err
	}
	err = db.View(ctx, func(q store.Reader) error {
		want, err = r.Views.Digest(ctx, q)
		return err
	})
	return want, err
}

func compareDigests(have, want map[string][32]byte) error {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if have[name] != want[name] {
			return truce.E(truce.CodeTampered, "view %s: its rows are not what the log says", name).
				WithHint("the log itself is not in doubt; truce views rebuild works the view out again")
		}
	}
	return nil
}

// ViewDigests are the SHA-256 digests of the views, in hex, by name.
func (r *Register) ViewDigests(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	err := r.DB.View(ctx, func(q store.Reader) error {
		digests, err := r.digest(ctx, q)
		for name, d := range digests {
			out[name] = hex.EncodeToString(d[:])
		}
		return err
	})
	return out, err
}

// VerifyLog verifies the log of a folder that Open refuses, and says where the
// damage is: errors are those of ledger.Verify. A log that it finds nothing wrong
// with may still be one that Open refuses.
func VerifyLog(ctx context.Context, dir Folder, progress func(done, total int64)) error {
	lock, fixed, err := lockFile(dir.lock(), true)
	if err != nil {
		return err
	}
	if lock != nil {
		defer unlock(lock)
	}
	vkey, err := dir.LogKey()
	if err != nil {
		return err
	}
	origin, _, err := proof.ParseLogKey(vkey)
	if err != nil {
		return err
	}
	db, err := openDatabase(dir.Database(), fixed)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = ledger.Verify(ctx, ledger.Config{DB: db, Origin: origin, Verifier: vkey, HeadPath: dir.Head(), Copy: dir.IsMirror()}, progress)
	return err
}
