package durable

import (
	"errors"
	"os"
	"path/filepath"

	"truce"
)

// Replace puts data into the file at path, in the place of what is there: after
// a crash at any instant the old or the new content is there, whole. The folder
// must exist. Errors are CodeUnavailable.
func Replace(path string, data []byte, mode os.FileMode) error {
	if err := replace(path, data, mode); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the file %s cannot be written", filepath.Base(path)).
			WithHint("look at free space and permissions of its folder")
	}
	return nil
}

func replace(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // after the rename there is nothing to remove
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
