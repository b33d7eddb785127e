package client

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"truce"
)

// FileStore keeps the checkpoint in a file, which is replaced as a whole.
type FileStore struct{ Path string }

// Load gives the checkpoint, nil where the file is not there.
func (s FileStore) Load() ([]byte, error) {
	data, err := os.ReadFile(s.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the last checkpoint cannot be read")
	}
	return data, nil
}

// Save replaces the file.
func (s FileStore) Save(checkpoint []byte) error {
	if err := s.save(checkpoint); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the last checkpoint cannot be kept")
	}
	return nil
}

func (s FileStore) save(checkpoint []byte) error {
	f, err := os.CreateTemp(filepath.Dir(s.Path), ".checkpoint-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(checkpoint)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), s.Path)
	}
	return err
}
