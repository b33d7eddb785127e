package ledger

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"truce"
	"truce/proof"
)

// maxHead bounds a head file, in bytes.
const maxHead = 1 << 20

// readHeadFile reads the head kept outside the database; nil where none is.
func readHeadFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the head file cannot be read").
			WithHint("look at the permissions of the data folder")
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxHead+1))
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the head file cannot be read").
			WithHint("look at what is in its place, and at the state of the disk")
	}
	if len(data) > maxHead {
		return nil, tampered("the head file is longer than %d bytes", maxHead)
	}
	return data, nil
}

// writeHeadFile replaces the head file so that after a crash at any instant the
// old or the new one is there, whole.
func writeHeadFile(path string, note []byte) error {
	err := replaceFile(path, note)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the head file cannot be written").
			WithHint("look at free space and permissions of the folder of %s", filepath.Base(path))
	}
	return nil
}

func replaceFile(path string, data []byte) error {
	next := path + ".new"
	if err := writeDurably(next, data); err != nil {
		os.Remove(next) // half a file is worth nothing
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func writeDurably(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// openHead checks the signature of a head file's content.
func openHead(data []byte, verifier string) (*proof.Checkpoint, error) {
	cp, err := proof.OpenCheckpoint(data, verifier)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "head file").
			WithHint("the file was changed; restore it, or ask a mirror for the newest checkpoint it saw")
	}
	return cp, nil
}
