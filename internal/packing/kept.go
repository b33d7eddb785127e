package packing

import (
	"slices"
	"time"

	"truce/internal/auth"
	"truce/pack"
)

// Bounds of what stays in memory: so many packs, so many bytes of files, for so long. What was erased meanwhile is in them
// too: they are compared with, and handed to nobody.
const (
	maxKept      = 64
	maxKeptBytes = 128 << 20
	keptFor      = time.Hour
)

// kept are the packs used last, the newest at the end.
type kept struct {
	all   []keptPack
	bytes int
}

type keptPack struct {
	viewer auth.Viewer
	pack   *pack.Pack
	since  time.Time
}

// keep puts a pack at the end, and drops the oldest ones that are too many or too old.
func (k *kept) keep(v auth.Viewer, p *pack.Pack, now time.Time) {
	k.all = append(k.all, keptPack{v, p, now})
	k.bytes += len(p.Bytes())
	for len(k.all) > maxKept || len(k.all) > 1 && (k.bytes > maxKeptBytes || now.Sub(k.all[0].since) > keptFor) {
		k.bytes -= len(k.all[0].pack.Bytes())
		k.all = slices.Delete(k.all, 0, 1)
	}
}

// newest is the last pack made for the viewer, or nil.
func (k *kept) newest(v auth.Viewer) *pack.Pack {
	for _, x := range slices.Backward(k.all) {
		if x.viewer == v && x.pack.Source == pack.FromRegister {
			return x.pack
		}
	}
	return nil
}

// find is a pack of the viewer with that content, or nil.
func (k *kept) find(v auth.Viewer, sum [32]byte) *pack.Pack {
	for _, x := range slices.Backward(k.all) {
		if x.viewer == v && x.pack.Hash() == sum {
			return x.pack
		}
	}
	return nil
}
