package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"truce"
	"truce/internal/keyfile"
)

// Folder is the data folder of a register; ARCHITECTURE.md lists what is in it.
type Folder string

// Database, Head and the others are the paths of the files of the folder.
func (f Folder) Database() string { return filepath.Join(string(f), "truce.db") }

// Head is the file of the last signed checkpoint.
func (f Folder) Head() string { return filepath.Join(string(f), "head") }

// LogPublic is the file of the log's public key, one line.
func (f Folder) LogPublic() string { return filepath.Join(string(f), "log.pub") }

// LogPrivate is the file of the log's private key.
func (f Folder) LogPrivate() string { return filepath.Join(string(f), "log.key") }

func (f Folder) keys() string { return filepath.Join(string(f), "keys") }

// RegistrarKey is the file of the registrar's key in use.
func (f Folder) RegistrarKey() string { return filepath.Join(f.keys(), "registrar.key") }

// RegistrarRoot is the file of the registrar's root key, best kept elsewhere.
func (f Folder) RegistrarRoot() string { return filepath.Join(f.keys(), "registrar-root.key") }

func (f Folder) lock() string { return filepath.Join(string(f), "lock") }

// check says what is wrong with a folder that is to be opened.
func (f Folder) check() error {
	info, err := os.Stat(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return truce.E(truce.CodeNotFound, "there is no folder %q", string(f)).
			WithHint("make a register with: truce init %s --origin register.example/name", ShellWord(string(f)))
	}
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be read").WithHint("look at its permissions")
	}
	if !info.IsDir() {
		return truce.E(truce.CodeUsage, "%q is a file, not the folder of a register", string(f)).
			WithHint("name the folder that truce init made")
	}
	if _, err := os.Stat(f.Database()); errors.Is(err, fs.ErrNotExist) {
		return truce.E(truce.CodeNotFound, "the folder %q holds no register", string(f)).
			WithHint("make one with: truce init %s --origin register.example/name", ShellWord(string(f)))
	}
	return nil
}

// prepare makes the folder for a new register. It refuses one that holds
// anything: nothing is ever overwritten.
func (f Folder) prepare() error {
	entries, err := os.ReadDir(string(f))
	if err == nil && len(entries) > 0 {
		return truce.E(truce.CodeConflict, "the folder %q is not empty", string(f)).
			WithHint("name a folder that does not exist yet")
	}
	if err := os.MkdirAll(f.keys(), 0o700); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be made").
			WithHint("look at the permissions of the folder above it, and that the disk is neither full nor read-only")
	}
	return nil
}

// probeBytes is more than a file system has left when it is full.
const probeBytes = 64 << 10

// writable tries whether the folder takes a file.
func (f Folder) writable() error {
	probe, err := os.CreateTemp(string(f), ".probe-*")
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be written to").
			WithHint("check its permissions, and that the disk is neither full nor read-only")
	}
	_, err = probe.Write(make([]byte, probeBytes))
	probe.Close()
	os.Remove(probe.Name())
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the disk does not take a file").WithHint("make room on the disk")
	}
	return nil
}

// LogKey reads the log's public key.
func (f Folder) LogKey() (string, error) { return keyfile.LoadPublic(f.LogPublic()) }
