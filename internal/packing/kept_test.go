package packing

import (
	"testing"
	"time"

	"truce/internal/auth"
	"truce/pack"
)

func TestKept(t *testing.T) {
	made := func(name string) *pack.Pack {
		data, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: name}, MadeAt: time.Unix(0, 0),
			Objects: []pack.Object{{ID: name, Status: "actual"}}}, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		p, err := pack.Open(data, "")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	var k kept
	a, b := auth.Viewer{Party: "a"}, auth.Viewer{Party: "b"}
	first, now := made("first"), time.Unix(0, 0)
	k.keep(a, first, now)
	if k.find(a, first.Hash()) != first || k.find(b, first.Hash()) != nil {
		t.Error("what one viewer holds is not what another does")
	}
	if k.newest(a) != nil {
		t.Error("what was worked out again is handed out")
	}
	for range maxKept {
		k.keep(b, made("more"), now)
	}
	if k.find(a, first.Hash()) != nil || len(k.all) != maxKept {
		t.Error("the oldest stays")
	}
	k.keep(a, first, now.Add(2*keptFor))
	if len(k.all) != 1 || k.bytes != len(first.Bytes()) {
		t.Errorf("%d packs of %d bytes stay for ever", len(k.all), k.bytes)
	}
}
