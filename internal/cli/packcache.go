package cli

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"truce/pack"
	"truce/pack/index"
)

// The index of a pack is built on this machine and kept in the user's own cache folder, named by the hash of the pack's
// content. It is never taken from beside the pack: a pack that came on a stick is signed, an index beside it would not be,
// and could leave something out.

const (
	cachedFrom = 5000 // parts; the index of fewer is built in less time than a file takes
	maxCached  = 6    // indexes that are kept
)

// useIndex lets the pack answer out of its cached index, or builds and keeps one. Whatever is wrong with the cache, the
// pack answers: the index is then built in memory.
func (sh *shell) useIndex(p *pack.Pack) error {
	if p.Header.Zones < cachedFrom {
		return nil
	}
	dir := sh.cacheFolder()
	if dir == "" {
		return nil
	}
	sum := p.Hash()
	path := filepath.Join(dir, hex.EncodeToString(sum[:])+".index")
	if err := cachedIndex(p, path); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		sh.say("the index that was kept of the pack does not match it, and is built again")
	}
	if err := keepIndex(p, path); err != nil {
		sh.say("the index of the pack cannot be kept: %s", err.Error())
		return nil
	}
	return cachedIndex(p, path)
}

// cacheFolder is the folder of indexes (XDG base directories), "" where there is none that is the user's own.
func (sh *shell) cacheFolder() string {
	base := sh.Env("XDG_CACHE_HOME")
	if base == "" {
		home := sh.Env("HOME")
		if home == "" {
			return ""
		}
		base = filepath.Join(home, ".cache")
	}
	dir := filepath.Join(base, "truce", "index")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()&0o022 != 0 { // others could write what is answered from
		return ""
	}
	return dir
}

// cachedIndex maps the index at path and lets the pack answer out of it, once all of it was compared with its checksums.
func cachedIndex(p *pack.Pack, path string) error {
	data, err := mapFile(path)
	if err != nil {
		return err
	}
	x, err := index.Open(data, p.Hash())
	if err == nil {
		err = x.Verify()
	}
	if err == nil {
		err = p.Use(x)
	}
	return err
}

// keepIndex builds the index of the pack into the file at path, whole or not at all.
func keepIndex(p *pack.Pack, path string) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".building-*")
	if err != nil {
		return fileError(dir, err)
	}
	defer os.Remove(f.Name())
	_, err = index.BuildTo(f, p.Zones(), p.Hash(), index.Params{})
	if e := f.Close(); err == nil && e != nil {
		err = fileError(dir, e)
	}
	if err != nil {
		return err
	}
	dropOld(dir)
	return os.Rename(f.Name(), path)
}

// dropOld removes the indexes that were made first, so that one more can come.
func dropOld(dir string) {
	found, _ := filepath.Glob(filepath.Join(dir, "*.index"))
	age := func(path string) int64 {
		info, err := os.Stat(path)
		if err != nil {
			return 0
		}
		return info.ModTime().UnixNano()
	}
	slices.SortFunc(found, func(a, b string) int { return int(min(1, max(-1, age(a)-age(b)))) })
	for _, path := range found[:max(0, len(found)-maxCached+1)] {
		os.Remove(path) // one that stays does no harm
	}
}
