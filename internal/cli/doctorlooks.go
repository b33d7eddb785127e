package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"truce"
	"truce/internal/app"
	"truce/internal/keyfile"
	"truce/internal/store"
	"truce/proof"
)

// examine makes every look that the ones before it permit.
func (d *doctor) examine(ctx context.Context) {
	if !d.folder() {
		return
	}
	d.disk()
	vkey := d.logPublic()
	d.keys(vkey)
	r, err := app.Open(ctx, d.dir, app.Options{ReadOnly: true})
	if err != nil {
		d.closed(err)
		return
	}
	defer r.Close()
	d.ok("lock", "no other process has the register open")
	d.ok("head", fmt.Sprintf("the head file and the database agree: %d entries", r.Ledger.Head().Size))
	d.registrar(ctx, r)
	d.clock(ctx, r)
	d.views(ctx, r)
}

// folder looks whether there is a register at all, and who may reach it.
func (d *doctor) folder() bool {
	info, err := os.Stat(string(d.dir))
	if err != nil {
		d.fault("folder", fileError(string(d.dir), err))
		return false
	}
	if !info.IsDir() {
		d.fault("folder", truce.E(truce.CodeUsage, "this is a file, not the folder of a register").At(string(d.dir)))
		return false
	}
	if _, err := os.Stat(d.dir.Database()); err != nil {
		d.fault("folder", truce.E(truce.CodeNotFound, "the folder holds no register: there is no truce.db").
			WithHint("name another folder, or restore a backup into this one: truce backup restore FILE %s", app.ShellWord(string(d.dir))))
		return false
	}
	if d.open(string(d.dir), info, "chmod 700") || d.openFile(d.dir.Database()) {
		return true
	}
	d.ok("folder", "only its owner can reach it")
	return true
}

// open takes note of a file that others on the machine can reach.
func (d *doctor) open(path string, info fs.FileInfo, mend string) bool {
	mode := info.Mode().Perm()
	if mode&0o077 == 0 || runtime.GOOS == "windows" {
		return false
	}
	d.fault("permissions", truce.E(truce.CodeRefused, "others on this machine can reach it: its mode is %04o", mode).At(path).
		WithHint("%s %s", mend, app.ShellWord(path)))
	return true
}

func (d *doctor) openFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && d.open(path, info, "chmod 600")
}

// roomLow is how much room a disk should have besides the size of the database,
// in bytes: a backup or a vacuum takes that size again.
const roomLow = 100 << 20

func (d *doctor) disk() {
	probe, err := os.CreateTemp(string(d.dir), ".probe-*")
	if err != nil {
		d.fault("disk", truce.Wrap(truce.CodeUnavailable, err, "nothing can be written into the folder").
			WithHint("the disk may be full or read-only, or the folder of another user; reading still works"))
		return
	}
	probe.Close()
	os.Remove(probe.Name())
	free, known := freeSpace(string(d.dir))
	size := int64(0)
	if info, err := os.Stat(d.dir.Database()); err == nil {
		size = info.Size()
	}
	switch {
	case !known:
		d.ok("disk", "the folder can be written to")
	case free < roomLow:
		d.fault("disk", truce.E(truce.CodeUnavailable, "the disk has %d MiB left", free>>20).WithHint("make room before it is full"))
	case free < size+roomLow:
		d.note("disk", fmt.Sprintf("the disk has %d MiB left, the database takes %d MiB", free>>20, size>>20), "a backup on this disk will not fit")
	default:
		d.ok("disk", fmt.Sprintf("%d MiB are left", free>>20))
	}
}

// logPublic looks at log.pub and gives the key, "" where there is none.
func (d *doctor) logPublic() string {
	vkey, err := readLogKey(d.dir.LogPublic())
	if d.fault("log.pub", err) {
		return ""
	}
	d.ok("log.pub", vkey)
	return vkey
}

// keys looks at the private keys, as far as that goes without their passphrase,
// and tries the passphrase where one can be had.
func (d *doctor) keys(vkey string) {
	files := []struct{ look, path, without string }{
		{"log.key", d.dir.LogPrivate(), "the register can be read, and takes no statements"},
		{"registrar", d.dir.RegistrarKey(), "commands with --data can read, and state nothing"},
	}
	protected, found := []string{}, 0
	for _, k := range files {
		f, err := keyfile.Inspect(k.path)
		if truce.CodeOf(err) == truce.CodeNotFound {
			err = truce.E(truce.CodeNotFound, "the key is not there: %s", k.without).At(k.path).WithHint("put it back from where it is kept")
		}
		if err == nil && k.look == "log.key" {
			err = belongs(f, vkey)
		}
		if d.fault(k.look, err) {
			continue
		}
		found++
		if f.Protected {
			protected = append(protected, k.path)
		}
		d.ok(k.look, f.KeyID)
	}
	d.rootKey()
	if found > 0 {
		d.passphrase(protected)
	}
}

// belongs compares the private key of the log with its public key.
func belongs(f *keyfile.File, vkey string) error {
	_, id, err := proof.ParseLogKey(vkey)
	if err != nil || id == f.KeyID {
		return nil // a public key that cannot be read is told of already
	}
	return truce.E(truce.CodeTampered, "the private key is not the one of log.pub").
		WithHint("put back the two files that belong together")
}

func (d *doctor) rootKey() {
	if _, err := os.Stat(d.dir.RegistrarRoot()); err == nil {
		d.note("root key", "the registrar's root key lies in the folder", "move "+filepath.Base(d.dir.RegistrarRoot())+
			" to a place that is offline; it is needed to change keys only")
	}
}

func (d *doctor) passphrase(protected []string) {
	switch {
	case len(protected) == 0:
		d.note("passphrase", "the keys have none: whoever can read the disk can sign as the register",
			"ssh-keygen -p -f FILE sets one")
		return
	case !d.pass.possible():
		d.note("passphrase", "a passphrase protects the keys; it was not tried", "give --passphrase-file FILE to try it")
		return
	}
	for _, path := range protected {
		if _, err := keyfile.Load(path, d.pass.of(string(d.dir))); d.fault("passphrase", err) {
			return
		}
	}
	d.ok("passphrase", "it opens the keys")
}

// closed says why the register cannot be opened: the lock, the head, the database.
func (d *doctor) closed(err error) {
	look := "database"
	if truce.CodeOf(err) == truce.CodeUnavailable {
		look = "lock"
	}
	if _, statErr := os.Stat(d.dir.Head()); errors.Is(statErr, fs.ErrNotExist) {
		look = "head"
		err = truce.E(truce.CodeTampered, "the head file is missing").WithHint("without it an older copy of the database cannot be told from the newest; "+
			"put it back, or, if you know why it is gone: truce doctor --data %s --accept-missing-head", app.ShellWord(string(d.dir)))
	}
	d.fault(look, err)
}

// registrar looks whether the key in the folder counts.
func (d *doctor) registrar(ctx context.Context, r *app.Register) {
	f, err := keyfile.Inspect(d.dir.RegistrarKey())
	if err != nil {
		return // told of already
	}
	var state *truce.KeyState
	err = r.DB.View(ctx, func(q store.Reader) error {
		state, err = r.Parties.Key(ctx, q, f.KeyID, truce.Now)
		return err
	})
	if err == nil && !state.Usable() {
		err = truce.E(truce.CodeRefused, "the registrar's key in the folder is not in use").
			WithHint("truce key list shows the keys in use; put the file of one of them in its place")
	}
	if !d.fault("registrar", err) {
		d.ok("registrar", "its key is in use by "+state.Party)
	}
}

// clock looks whether time stands where entries can follow: the log does not
// write while the clock is behind its newest entry.
func (d *doctor) clock(ctx context.Context, r *app.Register) {
	last, err := r.Ledger.Entry(ctx, r.Ledger.Head().Size-1)
	if d.fault("clock", err) {
		return
	}
	if behind := time.Until(last.Time); behind > time.Second {
		d.fault("clock", truce.E(truce.CodeUnavailable, "the clock is %s behind the newest entry", behind.Round(time.Second)).
			WithHint("set the clock; the log takes nothing before it has caught up"))
		return
	}
	d.ok("clock", "it is not behind the newest entry")
}

func (d *doctor) views(ctx context.Context, r *app.Register) {
	if d.quick {
		d.note("views", "not looked at", "truce log verify replays them")
		return
	}
	if !d.fault("views", r.VerifyViews(ctx)) {
		d.ok("views", "a replay of the log gives the same")
	}
}
