package pack

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/geo"
)

// One bit that is altered, anywhere, and any cut, is evidence.
func TestEveryBitCounts(t *testing.T) {
	base, _, delta, list := seeds(t)
	_, vkey := logKey(t)
	for name, file := range map[string][]byte{"pack": base.Bytes(), "list": list, "delta": delta} {
		open := func(data []byte) error {
			switch name {
			case "pack":
				_, err := Open(data, vkey)
				return err
			case "list":
				_, err := Open(data, "")
				return err
			}
			_, err := Apply(base, data, vkey)
			return err
		}
		if err := open(file); err != nil {
			t.Fatal(name, err)
		}
		for i := range file {
			bad := bytes.Clone(file)
			bad[i] ^= 1 << (i % 8)
			if err := open(bad); truce.CodeOf(err) != truce.CodeTampered {
				t.Fatalf("%s, byte %d of %d: %v", name, i, len(file), err)
			}
			if err := open(file[:i]); truce.CodeOf(err) != truce.CodeTampered {
				t.Fatalf("%s, cut at %d of %d: %v", name, i, len(file), err)
			}
		}
		if err := open(append(bytes.Clone(file), 0)); truce.CodeOf(err) != truce.CodeTampered {
			t.Errorf("%s, a byte more: %v", name, err)
		}
	}
}

// Whoever writes the checksum anew does not get past the signature: not in the header, the note or the content. (Other
// bytes of the compressed frame may unpack to the same content, which is what was signed.)
func TestEveryBitIsSigned(t *testing.T) {
	base, _, _, _ := seeds(t)
	_, vkey := logKey(t)
	file := base.Bytes()[:len(base.Bytes())-32]
	for i := range file {
		bad := bytes.Clone(file)
		bad[i] ^= 1 << (i % 8)
		p, err := Open(seal(bad), vkey)
		if err == nil && (!bytes.Equal(p.content, base.content) || !bytes.Equal(p.json(), base.json())) {
			t.Fatalf("byte %d of %d", i, len(file))
		}
	}
}

func otherKey(t testing.TB, name string) (note.Signer, string) {
	t.Helper()
	signer, vkey, err := NewSigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

func TestWhoSigned(t *testing.T) {
	base, _, _, list := seeds(t)
	_, vkey := logKey(t)
	signer, other := otherKey(t, "register.example/t")
	_, stranger := otherKey(t, "elsewhere.example/t")
	made := func(h Header, s note.Signer, key string) []byte {
		data, err := Make(Contents{Header: h, MadeAt: base.Made()}, s, key)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	longer := base.Header
	longer.LogSize++
	theirs, log := base.Header, base.Header
	theirs.Origin = "other.example/t"
	good, vk := logKey(t)
	for name, c := range map[string]struct {
		data []byte
		key  string
	}{
		"by another key of that name":             {base.Bytes(), other},
		"by a key of another name":                {base.Bytes(), stranger},
		"a list in the place of a pack":           {list, vkey},
		"another key, checkpoint of the log":      {made(log, signer, other), other},
		"another size than in the checkpoint":     {made(longer, good, vk), vkey},
		"another register than in the checkpoint": {made(theirs, good, vk), vkey},
		"it names a key that did not sign":        {made(log, good, other), ""},
		"signed, and it does not say with what":   {made(Header{Source: FromFile, Origin: "x"}, good, ""), ""},
	} {
		if _, err := Open(c.data, c.key); truce.CodeOf(err) != truce.CodeTampered {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(base.Bytes(), "no key"); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a key that is none: %v", err)
	}
	if _, err := Open(base.Bytes(), ""); err != nil {
		t.Errorf("with the key that it names: %v", err)
	}
}

// A checkpoint's signature does not pass for that of a pack, nor the other way round.
func TestNoteIsNoCheckpoint(t *testing.T) {
	base, _, _, _ := seeds(t)
	_, vkey := logKey(t)
	f, err := unmarshal(base.Bytes(), magicPack)
	if err != nil {
		t.Fatal(err)
	}
	if err := verify([]byte(base.Checkpoint), f.header, vkey); truce.CodeOf(err) != truce.CodeTampered {
		t.Error("a checkpoint passes for the note of a pack:", err)
	}
	h := base.Header
	h.Checkpoint = string(f.note)
	if err := h.bound(vkey); truce.CodeOf(err) != truce.CodeTampered {
		t.Error("the note of a pack passes for a checkpoint:", err)
	}
}

func TestFreshness(t *testing.T) {
	base, _, _, _ := seeds(t) // counts for 24 h
	for _, c := range []struct {
		after time.Duration
		stale bool
	}{{0, false}, {-4 * time.Minute, false}, {-6 * time.Minute, true}, {24 * time.Hour, false}, {24*time.Hour + time.Second, true}} {
		now := made.Add(c.after)
		if err := base.Fresh(now); (truce.CodeOf(err) == truce.CodeStale) != c.stale {
			t.Errorf("%s later: %v", c.after, err)
		}
		a, err := base.Check(Query{Shape: geo.PointShape(geo.Point{Lat: 1, Lon: 1}, 0)}, now)
		if err != nil || a.Stale != c.stale || a.AsOf.Pack.Stale != c.stale {
			t.Errorf("%s later: an answer is %+v, %v", c.after, a, err)
		}
		if want := max(0, c.after.Seconds()); !c.stale && (a.AsOf.Pack.AgeS != want || a.AsOf.AgeS != max(0, c.after.Seconds()+3600)) {
			t.Errorf("%s later: ages %v and %v", c.after, a.AsOf.Pack.AgeS, a.AsOf.AgeS)
		}
	}
}

func TestFollows(t *testing.T) {
	base, next, _, _ := seeds(t)
	for _, c := range []struct {
		h    *Header
		size int64
		root string
		want truce.Code
	}{{&next.Header, base.LogSize, base.Root, ""}, {&base.Header, next.LogSize, next.Root, truce.CodeTampered},
		{&base.Header, base.LogSize, base.Root, ""}, {&base.Header, base.LogSize, next.Root, truce.CodeTampered}} {
		if err := c.h.Follows(c.size, c.root); truce.CodeOf(err) != c.want {
			t.Errorf("%d after %d: %v", c.h.LogSize, c.size, err)
		}
	}
}

func TestHeaderAlone(t *testing.T) {
	base, next, delta, _ := seeds(t)
	for _, c := range []struct {
		data []byte
		want Header
	}{{base.Bytes(), base.Header}, {delta, next.Header}} {
		h, err := ReadHeader(c.data)
		if err != nil || string(h.json()) != string(c.want.json()) {
			t.Errorf("%+v %v", h, err)
		}
	}
	if _, err := ReadHeader([]byte(`{"type":"FeatureCollection"}`)); truce.CodeOf(err) != truce.CodeTampered {
		t.Error(err)
	}
	text := strings.Replace(string(base.json()), formatPack, "truce-pack-v9", 1)
	if _, err := parseHeader([]byte(text)); truce.CodeOf(err) != truce.CodeInvalid {
		t.Error("a format of the future:", err)
	}
}
