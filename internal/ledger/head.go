package ledger

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

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

// sector is what a disk writes whole or not at all, in bytes. A head without
// cosignatures is shorter at every length of origin (truce.ValidOrigin).
const sector = 512

// writeHeadFile makes note the head on the disk. A head file that is there is
// overwritten in place and flushed: the note lies in one sector, and is never
// shorter than the one before it, so that after a loss of power the old or the
// new one is there. That takes a sixth of the time of a new file, a rename and a
// flushed folder, which every group of statements would have to wait for. Where
// no such file is, or it is longer, it is replaced in that way.
func writeHeadFile(path string, note []byte) error {
	err := overwrite(path, note)
	if errors.Is(err, errReplace) {
		err = replaceFile(path, note)
	}
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the head file cannot be written").
			WithHint("look at free space and permissions of the folder of %s", filepath.Base(path))
	}
	return nil
}

// errReplace says that a file cannot be overwritten in place.
var errReplace = errors.New("the file must be replaced")

func overwrite(path string, note []byte) error {
	if len(note) > sector {
		return errReplace
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return errReplace
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > int64(len(note)) || info.Size() == 0 {
		return errReplace
	}
	if _, err := f.WriteAt(note, 0); err != nil {
		return err
	}
	return flushData(f)
}

// replaceFile puts a new file in the place of the old one, so that after a crash
// at any instant one of the two is there, whole.
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

// readHead reads the head file and checks its signature; nil where there is no
// file. It reads again before it calls a file damaged: a running register may
// be overwriting it.
func readHead(path, verifier string) (*proof.Checkpoint, error) {
	for try := 1; ; try++ {
		data, err := readHeadFile(path)
		if err != nil || data == nil {
			return nil, err
		}
		cp, err := proof.OpenCheckpoint(data, verifier)
		if err == nil {
			return cp, nil
		}
		if try == 3 {
			return nil, truce.Wrap(truce.CodeTampered, err, "head file").
				WithHint("the file was changed; restore it, or ask a mirror for the newest checkpoint it saw")
		}
		time.Sleep(10 * time.Millisecond)
	}
}
