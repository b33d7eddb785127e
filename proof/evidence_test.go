package proof

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// forkOf is a log whose first n entries are those of r, and of which the rest is
// another.
func forkOf(t testing.TB, r *register, n, size int) *register {
	t.Helper()
	f := newRegister(t)
	for i := range size {
		record := []byte{byte(i), 'x'}
		if i < n {
			record = r.entries[i].Record
		}
		f.append(record)
	}
	return f
}

// staged are pieces of evidence as a mirror would keep them.
func staged(t testing.TB) map[string]*Evidence {
	r := logOf(t, 9)
	other, longer := forkOf(t, r, 4, 9), forkOf(t, r, 4, 12)
	cp, cp2, cp3 := r.checkpoint(), other.checkpoint(), longer.checkpoint()
	root, err := tlog.TreeHash(9, longer)
	if err != nil {
		t.Fatal(err)
	}
	path, err := tlog.ProveTree(12, 9, longer)
	if err != nil {
		t.Fatal(err)
	}
	w := testCosigner(t, "w.example/a", 1)
	seen := cp.WithCosignatures(w.Cosign(cp, noon)) // entries are of the 11th of August, 7:00
	receipt := &Receipt{Entry: Entry{Number: 6, Time: r.entries[6].Time}, Commitment: r.entries[6].Commitment(), Proof: r.path(6), Checkpoint: cp.Note}
	all := map[string]*Evidence{
		"split":         {Kind: SplitView, Older: string(cp.Note), Newer: string(cp2.Note)},
		"fork":          {Kind: Fork, Older: string(cp.Note), Newer: string(cp3.Note), OtherRoot: root[:], Proof: RawPath(path)},
		"rollback":      {Kind: Rollback, Older: string(cp3.Note), Newer: string(cp.Note)},
		"freeze":        {Kind: Freeze, Newer: string(cp.Note)},
		"another entry": {Kind: Omission, Newer: string(cp2.Note), Receipt: receipt.Marshal(), Leaf: string(other.entries[6].Leaf()), LeafProof: RawPath(other.path(6))},
		"too short":     {Kind: Omission, Newer: string(logOf(t, 3).checkpoint().Note), Receipt: receipt.Marshal()},
		"announced":     {Kind: Omission, Newer: string(cp.Note)},
		"back-dated":    {Kind: BackDated, Older: string(seen.Note), Newer: string(cp3.Note), Witness: w.Key(), Leaf: string(longer.entries[10].Leaf()), LeafProof: RawPath(longer.path(10))},
		"no cosigner":   {Kind: BackDated, Older: string(cp.Note), Newer: string(cp3.Note), SeenAt: "2016-08-12T12:00:00Z", Leaf: string(longer.entries[10].Leaf()), LeafProof: RawPath(longer.path(10))},
		"mismatch":      {Kind: Mismatch, Newer: string(cp.Note), Given: []byte("x")},
	}
	for _, e := range all {
		e.Origin, e.LogKey, e.FoundAt, e.Told, e.Format = origin, r.vkey, noon, "something was found", evidenceFormat
	}
	return all
}

func TestEvidence(t *testing.T) {
	proven := map[string]bool{"split": true, "fork": true, "another entry": true}
	for name, e := range staged(t) {
		data := e.Marshal()
		back, err := ParseEvidence(data)
		if err != nil || !reflect.DeepEqual(back, e) || !IsEvidence(data) {
			t.Errorf("%s: %v\n%+v\n%+v", name, err, back, e)
			continue
		}
		f, err := back.Check(e.LogKey)
		if err != nil || f.Proven != proven[name] || len(f.Shows) == 0 || !f.Proven && len(f.Claims) == 0 {
			t.Errorf("%s: %+v, %v", name, f, err)
			continue
		}
		if text := e.Text(f); !strings.Contains(text, string(e.Kind)) || !strings.Contains(text, f.Shows[0]) || !strings.Contains(text, e.Newer) {
			t.Errorf("%s: the text says too little:\n%s", name, text)
		}
	}
}

// TestEvidenceThatIsNone: nobody can accuse a log of what it did not do.
func TestEvidenceThatIsNone(t *testing.T) {
	r := logOf(t, 9)
	cp, grown := r.checkpoint(), logOf(t, 12).checkpoint()
	path, err := tlog.ProveTree(12, 9, logOf(t, 12))
	if err != nil {
		t.Fatal(err)
	}
	change := func(name string, how func(*Evidence)) *Evidence {
		e := staged(t)[name]
		how(e)
		return e
	}
	for name, e := range map[string]*Evidence{
		"the same head twice":        change("split", func(e *Evidence) { e.Newer = e.Older }),
		"a head that grew":           change("split", func(e *Evidence) { e.Newer = string(grown.Note) }),
		"a fork that is none":        change("fork", func(e *Evidence) { e.Newer, e.OtherRoot, e.Proof = string(grown.Note), cp.Root[:], RawPath(path) }),
		"a fork with a made-up root": change("fork", func(e *Evidence) { e.OtherRoot = make([]byte, 32) }),
		"a fork without proof":       change("fork", func(e *Evidence) { e.Proof = nil }),
		"a hash cut short":           change("fork", func(e *Evidence) { e.Proof[0] = e.Proof[0][:31] }),
		"a rollback that grew":       change("rollback", func(e *Evidence) { e.Older, e.Newer = e.Newer, e.Older }),
		"no head":                    change("freeze", func(e *Evidence) { e.Newer = "" }),
		"the entry is there": change("another entry", func(e *Evidence) {
			e.Newer, e.Leaf, e.LeafProof = string(cp.Note), string(r.entries[6].Leaf()), RawPath(r.path(6))
		}),
		"a leaf from nowhere":      change("another entry", func(e *Evidence) { e.Leaf = string(r.entries[5].Leaf()) }),
		"a receipt of nothing":     change("another entry", func(e *Evidence) { e.Receipt = []byte("x") }),
		"an entry before the look": change("back-dated", func(e *Evidence) { e.Leaf, e.LeafProof = string(r.entries[2].Leaf()), RawPath(r.path(2)) }),
		"a look before the entry": change("back-dated", func(e *Evidence) {
			w := testCosigner(t, "w.example/a", 1)
			e.Older = string(cp.WithCosignatures(w.Cosign(cp, noon.Add(-100*time.Hour))).Note)
		}),
		"nobody cosigned":    change("back-dated", func(e *Evidence) { e.Older = string(cp.Note) }),
		"no answer":          change("mismatch", func(e *Evidence) { e.Given = nil }),
		"another kind":       change("mismatch", func(e *Evidence) { e.Kind = "treason" }),
		"a head of nobody":   change("split", func(e *Evidence) { e.Newer = strings.Replace(e.Newer, "\n9\n", "\n8\n", 1) }),
		"another log's head": change("freeze", func(e *Evidence) { e.LogKey = "x" }),
	} {
		if f, err := e.Check(r.vkey); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func FuzzParseEvidence(f *testing.F) {
	_, vkey := fixedLogKey(f)
	for _, e := range staged(f) {
		f.Add(e.Marshal())
	}
	f.Add([]byte(`{"format":"truce-evidence-v1","kind":"fork"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEvidence(data)
		if err != nil {
			return
		}
		if found, err := e.Check(vkey); err == nil {
			e.Text(found)
		}
	})
}

func TestHandover(t *testing.T) {
	h := &Handover{From: 3, To: 900, Entries: []Handed{
		{Number: 3, Salt: [32]byte{1, 2}, Record: []byte("record")}, {Number: 4, Partial: []byte(`{"a":1}`)}, {Number: 700, Record: []byte{0}}}}
	data := h.Marshal()
	back, err := ParseHandover(data)
	if err != nil || !reflect.DeepEqual(back, h) {
		t.Fatalf("%+v, %v", back, err)
	}
	none := &Handover{From: 1, To: 1}
	if back, err := ParseHandover(none.Marshal()); err != nil || back.To != 1 || len(back.Entries) != 0 {
		t.Errorf("empty: %+v, %v", back, err)
	}
	for i := range data {
		if _, err := ParseHandover(data[:i]); truce.CodeOf(err) != truce.CodeInvalid {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	if _, err := ParseHandover(append(bytes.Clone(data), 0)); err == nil {
		t.Error("a byte too many is taken")
	}
	if _, err := ParseHandover(make([]byte, MaxHandover+1)); truce.CodeOf(err) != truce.CodeTooLarge {
		t.Errorf("too long: %v", err)
	}
}

func FuzzParseHandover(f *testing.F) {
	f.Add((&Handover{From: 3, To: 9, Entries: []Handed{{Number: 3, Record: []byte("r")}, {Number: 8, Partial: []byte("{}")}}}).Marshal())
	f.Add([]byte(handoverTag + "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"))
	f.Add([]byte(handoverTag + "\x00\x01\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := ParseHandover(data)
		if err == nil && !bytes.Equal(h.Marshal(), data) {
			t.Fatal("a handover is accepted that Marshal would write in another way")
		}
	})
}
