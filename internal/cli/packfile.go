package cli

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"truce"
	"truce/pack"
)

// maxPack bounds a pack that is read, in bytes.
const maxPack = 1 << 30

// packTrust says what a pack is held against.
type packTrust struct {
	logKey string // file of the public key; empty = the one that this machine met first
	after  int64  // number of entries that it must know at least
}

// openPack reads a pack and verifies it: every byte, the signature, the checkpoint, and that it is not older than one
// that this machine has seen of the same register for the same party.
func (sh *shell) openPack(path string, t packTrust) (*pack.Pack, error) {
	data, err := sh.readInput(path, maxPack)
	if err != nil {
		return nil, err
	}
	p, err := sh.trustPack(data, t)
	return p, inFile(path, err)
}

func (sh *shell) trustPack(data []byte, t packTrust) (*pack.Pack, error) {
	vkey, err := sh.packKey(data, t.logKey)
	if err != nil {
		return nil, err
	}
	p, err := pack.Open(data, vkey)
	if err != nil {
		return nil, err
	}
	if p.LogSize < t.after {
		return nil, truce.E(truce.CodeTampered, "the pack knows %d entries, and one of %d was seen before it", p.LogSize, t.after).
			WithHint("somebody put an older pack in the place of a newer one: fetch it again")
	}
	if p.Source == pack.FromFile {
		return p, nil
	}
	if t.logKey != "" {
		sh.rememberKey(&p.Header)
	}
	return p, sh.notRolledBack(p)
}

// packKey is the public key that a pack must be signed with. That of a register is the one of --log-key, or one that this
// machine has met under the register's name; of a plain list nothing is remembered.
func (sh *shell) packKey(data []byte, logKey string) (string, error) {
	if logKey != "" {
		return readLogKey(logKey)
	}
	h, err := pack.ReadHeader(data)
	if err != nil || h.Source == pack.FromFile {
		return "", err
	}
	met, err := sh.packKeys(h.Origin)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(met, h.Key):
		return h.Key, nil
	case len(met) > 0:
		return met[len(met)-1], nil // with which it does not verify
	}
	if _, err := pack.Open(data, h.Key); err != nil { // nothing is remembered of a pack that does not hold together
		return "", err
	}
	sh.say("the public key of the log is taken from the pack itself: %s", h.Key)
	sh.say("compare it with the one that the registrar gave you, and name its file with --log-key")
	sh.rememberKey(h)
	return h.Key, nil
}

// maxKeys bounds how many keys are remembered for one name, and maxRemembered a file of what is remembered, in bytes.
const maxKeys, maxRemembered = 64, 64 << 10

// packKeys are the keys that this machine has met under the name of a register: the first one, and those of registers that
// lay in a folder here or whose key was given. The last one met stands last.
func (sh *shell) packKeys(origin string) ([]string, error) {
	dir := sh.stateFolder()
	if dir == "" {
		return nil, nil
	}
	path := filepath.Join(dir, "pack-keys-"+fileName(origin))
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || len(data) > maxRemembered {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the keys of registers that were met cannot be read").At(path)
	}
	return strings.Fields(string(data)), nil
}

// rememberKey keeps the key of a register that a person named, or whose folder or pack was met first.
func (sh *shell) rememberKey(h *pack.Header) {
	met, err := sh.packKeys(h.Origin)
	dir := sh.stateFolder()
	if err == nil && dir != "" && !slices.Contains(met, h.Key) {
		met = append(met, h.Key)
		met = met[max(0, len(met)-maxKeys):]
		err = replaceFile(filepath.Join(dir, "pack-keys-"+fileName(h.Origin)), []byte(strings.Join(met, "\n")+"\n"))
	}
	if err != nil {
		sh.say("the key cannot be kept for the next time: %s", err.Error())
	}
}

// seenPack is what is remembered of the newest pack of a register for one party.
type seenPack struct {
	LogSize int64  `json:"logSize"`
	Root    string `json:"root"`
}

// notRolledBack compares a pack with the newest one seen, and remembers it where it is newer.
func (sh *shell) notRolledBack(p *pack.Pack) error {
	dir := sh.stateFolder()
	if dir == "" {
		return nil
	}
	path := filepath.Join(dir, "pack-seen-"+fileName(p.Key)+"-"+fileName(string(p.Audience.Party)))
	var seen seenPack
	data, err := os.ReadFile(path)
	if err == nil && json.Unmarshal(data, &seen) == nil {
		if err := p.Follows(seen.LogSize, seen.Root); err != nil {
			return err
		}
	}
	if seen.LogSize == p.LogSize && seen.Root == p.Root {
		return nil
	}
	now, err := json.Marshal(seenPack{p.LogSize, p.Root})
	if err == nil {
		err = replaceFile(path, now)
	}
	if err != nil {
		sh.say("the age of the pack cannot be remembered: %s", err.Error())
	}
	return nil
}

// replaceFile puts data in the place of a file, whole or not at all.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fileError(path, err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fileError(path, err)
	}
	return nil
}

// writePack writes a pack. In the place of another pack it goes whole; nothing else is overwritten.
func (sh *shell) writePack(path string, data []byte) error {
	if path == "-" {
		return sh.writeFile(path, data)
	}
	f, err := os.Open(path)
	if err != nil {
		return sh.writeFile(path, data)
	}
	begin := make([]byte, 32)
	n, _ := io.ReadFull(f, begin)
	f.Close()
	if !pack.IsPack(begin[:n]) {
		return sh.writeFile(path, data) // says that it is there
	}
	return replaceFile(path, data)
}
