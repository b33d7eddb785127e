package pack

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/geo"
	"truce/holds"
	"truce/proof"
)

// world makes objects like those of a country's register.
type world struct{ *rand.Rand }

func newWorld(seed uint64) *world { return &world{rand.New(rand.NewPCG(seed, 1))} }

func (w *world) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.Uint32())
	}
	return b
}

func (w *world) pick(from ...string) string { return from[w.IntN(len(from))] }

// point is a place in Syria, with as many decimals as people write.
func (w *world) point() geo.Point {
	at := func(lo, span float64) float64 {
		d := []float64{1e4, 1e5, 1e6, 1e7}[w.IntN(4)]
		return float64(int64((lo+span*w.Float64())*d)) / d
	}
	return geo.Point{Lat: at(33, 4), Lon: at(36, 6)}
}

var syllables = []string{"al", "ha", "mad", "kar", "sa", "qu", "ba", "lat", "dar", "izza", "mar", "idl", "ib", "tel", "ri", "faat", "jis", "ma", "ar", "rat"}

func (w *world) name() string {
	s := ""
	for range 2 + w.IntN(3) {
		s += w.pick(syllables...)
	}
	return w.pick("Hospital ", "Clinic ", "School ", "Bakery ", "Pumping station ", "Shelter ", "") + s
}

func (w *world) object(first int64) Object {
	o := Object{ID: w.pick("site", "site", "site", "site", "area", "movement") + "-" + base32ID.EncodeToString(w.bytes(16)), Kind: "site", First: first, Entry: first,
		Type: w.pick("hospital", "clinic", "school", "water", "bakery", "shelter"), Operator: w.pick("", "", "Aid A", "Aid B", "Directorate of health"),
		Names:        []truce.Name{{Text: w.name(), Lang: w.pick("", "en", "ar")}},
		Verification: w.pick("entered", "sane", "imagery", "read-back"), Status: truce.Actual, Version: hex.EncodeToString(w.bytes(32)),
		RevalidateBy: start.Add(time.Duration(w.IntN(400)) * 24 * time.Hour)}
	o.Parts = []Part{{Shape: geo.PointShape(w.point(), float64(w.IntN(3)*10)), Leg: -1}}
	if w.IntN(4) == 0 {
		from := start.Add(time.Duration(w.IntN(1000)) * time.Hour)
		o.Parts[0].Periods = []Period{PeriodOf(from, time.Time{})}
	}
	return o
}

var start = time.Date(2016, 8, 1, 0, 0, 0, 0, time.UTC)

// change does to an object what statements do.
func (w *world) change(o *Object, entry int64) {
	switch w.IntN(5) {
	case 0:
		o.Verification = w.pick("imagery", "second-organisation", "recipient-read-back")
	case 1:
		o.Contested = !o.Contested
	case 2:
		o.Withdrawn, o.WithdrawnAt, o.Entry, o.Version = "closed", start.Add(time.Duration(entry)*time.Minute), entry, hex.EncodeToString(w.bytes(32))
	case 3:
		o.RevalidateBy, o.Entry, o.Version = o.RevalidateBy.AddDate(0, 6, 0), entry, hex.EncodeToString(w.bytes(32))
	default:
		o.Parts = []Part{{Shape: geo.PointShape(w.point(), 20), Leg: -1}}
		o.Names, o.Entry, o.Version = []truce.Name{{Text: w.name()}}, entry, hex.EncodeToString(w.bytes(32))
	}
}

// logKey is the key of a register of the tests.
func logKey(t testing.TB) (note.Signer, string) {
	t.Helper()
	seed := sha256.Sum256([]byte("a key for tests"))
	signer, vkey, err := NewSigner("register.example/t", ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	return signer, vkey
}

// packOf is a pack of a register of the tests.
func packOf(t testing.TB, objects []Object, size int64, at time.Time, agreed ...*holds.Record) *Pack {
	t.Helper()
	signer, vkey := logKey(t)
	root := tlog.Hash(sha256.Sum256([]byte(fmt.Sprint("root", size))))
	cp, err := proof.SignCheckpoint(signer, size, root)
	if err != nil {
		t.Fatal(err)
	}
	data, err := Make(Contents{Header: Header{Source: FromRegister, Origin: "register.example/t", LogSize: size, Root: base64.StdEncoding.EncodeToString(root[:]),
		Checkpoint: string(cp.Note), Audience: &Audience{"party-x", truce.RoleParty}}, MadeAt: at, LastEntryTime: at.Add(-time.Hour),
		MaxAge: 24 * time.Hour, Objects: objects, Agreed: agreed}, signer, vkey)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Open(data, vkey)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// encoded is the content of objects.
func encoded(objects []Object) ([]byte, error) {
	b := NewBuilder()
	for i := range objects {
		if err := b.Add(&objects[i]); err != nil {
			return nil, err
		}
	}
	return b.enc.content(), b.enc.fault
}

// listed reads a plain list whole.
func listed(text []byte) ([]Object, *List, error) {
	var out []Object
	list, err := ReadGeoJSON(bytes.NewReader(text), func(o *Object) error {
		out = append(out, *o)
		return nil
	})
	return out, list, err
}
