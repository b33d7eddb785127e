package app

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"os"

	"truce"
	"truce/internal/compose"
	"truce/internal/keyfile"
	"truce/proof"
)

// Founding says what a new register is to be.
type Founding struct {
	Origin     string        // name of the log: host and path, no scheme
	Party      truce.PartyID // id of the registrar; "registrar" when empty
	Name       string        // its name
	Exercise   bool          // everything in it is an exercise
	Passphrase []byte        // protects the key files; nil leaves them open to whoever reads the disk
}

// RegistrarID is the id of the registrar where none is chosen.
const RegistrarID truce.PartyID = "registrar"

func (f *Founding) complete() error {
	if !truce.ValidOrigin(f.Origin) {
		return truce.E(truce.CodeUsage, "%q cannot name a register", f.Origin).
			WithHint("use lower case, a host and a path without a scheme, such as register.example/aleppo")
	}
	if f.Party == "" {
		f.Party = RegistrarID
	}
	if !truce.ValidPartyID(f.Party) {
		return truce.E(truce.CodeUsage, "%q cannot be the id of a party", f.Party).WithHint("use a-z, 0-9, '-' and '.'")
	}
	if f.Name == "" {
		f.Name = "Registrar of " + f.Origin
	}
	return nil
}

// Create makes a register in an empty or new folder: log key, registrar with
// its root and its key, database, and the first two entries. Where it fails it
// takes away what it made.
func Create(ctx context.Context, dir Folder, f Founding, logger *slog.Logger) (err error) {
	if err := f.complete(); err != nil {
		return err
	}
	_, statErr := os.Stat(string(dir))
	if err := dir.prepare(); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			dir.clear(os.IsNotExist(statErr))
		}
	}()
	if err := dir.makeKeys(f); err != nil {
		return err
	}
	reg, err := open(ctx, dir, Options{Logger: logger, Ask: given(f.Passphrase), create: &f.Origin})
	if err != nil {
		return err
	}
	defer reg.Close()
	return reg.found(ctx, f)
}

// clear takes away what a failed Create left; the folder itself only where it
// did not exist before.
func (f Folder) clear(whole bool) {
	if whole {
		os.RemoveAll(string(f))
		return
	}
	for _, p := range []string{f.Database(), f.Database() + "-wal", f.Database() + "-shm", f.Head(), f.LogPublic(), f.LogPrivate(), f.lock()} {
		os.Remove(p)
	}
	os.RemoveAll(f.keys())
}

func (f Folder) makeKeys(c Founding) error {
	skey, vkey, err := proof.NewLogKey(c.Origin)
	if err != nil {
		return err
	}
	if err := keyfile.SaveLogKey(f.LogPrivate(), skey, c.Passphrase); err != nil {
		return err
	}
	if err := keyfile.SavePublic(f.LogPublic(), vkey); err != nil {
		return err
	}
	for _, path := range []string{f.RegistrarRoot(), f.RegistrarKey()} {
		_, priv, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return truce.Wrap(truce.CodeUnavailable, err, "no key can be made")
		}
		if err := keyfile.Save(path, priv, c.Passphrase, string(c.Party)); err != nil {
			return err
		}
	}
	return nil
}

// found writes the genesis: entries 0 and 1.
func (r *Register) found(ctx context.Context, f Founding) error {
	root, err := keyfile.Load(r.Folder.RegistrarRoot(), r.ask)
	if err != nil {
		return err
	}
	key, err := keyfile.Load(r.Folder.RegistrarKey(), r.ask)
	if err != nil {
		return err
	}
	status := truce.Actual
	if f.Exercise {
		status = truce.Exercise
	}
	envelopes, err := compose.Genesis(compose.Founding{
		Register: f.Origin, Status: status, Party: f.Party, Names: []truce.Name{{Text: f.Name}}, Threshold: 1,
		Roots: []proof.Signer{root.Signer()},
		Keys:  []compose.SigningKey{{Signer: key.Signer(), Scopes: truce.Scopes(), Label: "registrar"}},
	})
	if err != nil {
		return err
	}
	for _, e := range envelopes {
		if res := r.Intake.Submit(ctx, [][]byte{e.JSON()}); res[0].Err != nil {
			return res[0].Err
		}
	}
	return nil
}
