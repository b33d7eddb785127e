package proof

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"truce"
)

func TestLeafRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Min(0).Draw(t, "number")
		at := time.UnixMilli(rapid.Int64Range(-62167219200000, 253402300799999).Draw(t, "ms"))
		c := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "commitment"))
		line := LeafData(n, at.In(time.FixedZone("x", 3*3600)), c)
		n2, at2, c2, err := ParseLeaf(line)
		if err != nil || n2 != n || !at2.Equal(at) || c2 != c {
			t.Fatalf("%q is read as %d, %v, %x, %v", line, n2, at2, c2, err)
		}
		if len(line) > 128 || bytes.Count(line, []byte("\n")) != 1 {
			t.Fatalf("the leaf %q is not one short line", line)
		}
		i := rapid.IntRange(0, len(line)-1).Draw(t, "place")
		bent := bytes.Clone(line)
		bent[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if n3, at3, c3, err := ParseLeaf(bent); err == nil && n3 == n && at3.Equal(at) && c3 == c {
			t.Fatalf("%q is another spelling of %q", bent, line)
		}
	})
}

func TestParseLeafRefuses(t *testing.T) {
	good := string(LeafData(7, time.UnixMilli(1470898800250), [32]byte{1}))
	for _, c := range []struct{ name, old, new string }{
		{"no line end", "\n", ""},
		{"two line ends", "\n", "\n\n"},
		{"other tag", "truce-leaf-v1", "truce-leaf-v2"},
		{"negative", " 7 ", " -7 "},
		{"leading zero", " 7 ", " 07 "},
		{"sign", " 7 ", " +7 "},
		{"two spaces", " 7 ", "  7 "},
		{"no decimals", ".250Z", "Z"},
		{"more decimals", ".250Z", ".2501Z"},
		{"offset", ".250Z", ".250+00:00"},
		{"hash", "AQAA", "AQ"},
		{"long", "\n", strings.Repeat("A", 100) + "\n"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if _, _, _, err := ParseLeaf([]byte(bad)); bad == good || truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s: %q gives %v", c.name, bad, err)
		}
	}
}

// Each part of an entry changes its commitment.
func TestCommitmentCoversEverything(t *testing.T) {
	e := Entry{Number: 1, Time: time.UnixMilli(2), Record: []byte("record")}
	want := e.Commitment()
	for name, bend := range map[string]func(e *Entry){
		"number": func(e *Entry) { e.Number++ },
		"time":   func(e *Entry) { e.Time = e.Time.Add(time.Millisecond) },
		"salt":   func(e *Entry) { e.Salt[31] ^= 1 },
		"record": func(e *Entry) { e.Record = []byte("recore") },
		"length": func(e *Entry) { e.Record = []byte("record\x00") },
	} {
		other := e
		if bend(&other); other.Commitment() == want {
			t.Errorf("the commitment does not cover the %s", name)
		}
	}
	if same := (&Entry{Number: 1, Time: e.Time.In(time.FixedZone("x", 60)), Record: e.Record}); same.Commitment() != want {
		t.Error("the commitment depends on the time zone")
	}
}

// logOf is a register of n entries that hold nothing in particular.
func logOf(t testing.TB, n int) *register {
	r := newRegister(t)
	for range n {
		r.append([]byte("record"))
	}
	return r
}

// For every size and number: good paths are taken and bent ones refused. oracle/
// holds the same against transparency-dev/merkle.
func TestInclusion(t *testing.T) {
	for size := 1; size <= 20; size++ {
		r := logOf(t, size)
		c := r.checkpoint()
		for n := range int64(size) {
			path, leaf := r.path(n), r.entries[n].Leaf()
			if LeafHash(leaf) != tlog.RecordHash(leaf) {
				t.Fatal("the leaf hash differs from x/mod's")
			}
			if err := c.CheckInclusion(n, leaf, path); err != nil {
				t.Fatalf("entry %d of %d: %v", n, size, err)
			}
			wantCode(t, c.CheckInclusion(n, append(leaf, 'x'), path), truce.CodeTampered, "does not lead to the root")
			wantCode(t, c.CheckInclusion(n, leaf, append(path, tlog.Hash{})), truce.CodeTampered, "does not lead to the root")
			if len(path) > 0 {
				path[0][0] ^= 1
				wantCode(t, c.CheckInclusion(n, leaf, path), truce.CodeTampered, "does not lead to the root")
			}
		}
		wantCode(t, c.CheckInclusion(int64(size), nil, nil), truce.CodeTampered, "not among")
		wantCode(t, c.CheckInclusion(-1, nil, nil), truce.CodeTampered, "not among")
	}
}

func TestConsistency(t *testing.T) {
	const most = 20
	whole := logOf(t, most)
	var heads []*Checkpoint
	for n := 0; n <= most; n++ {
		part := &register{t: t, signer: whole.signer, entries: whole.entries[:n], hashes: whole.hashes}
		heads = append(heads, part.checkpoint())
	}
	for i, older := range heads {
		for j, newer := range heads[i:] {
			path := consistency(t, whole, int64(i+j), int64(i))
			if err := CheckConsistency(older, newer, path); err != nil {
				t.Fatalf("%d to %d: %v", i, i+j, err)
			}
			wantCode(t, CheckConsistency(older, newer, append(path, tlog.Hash{})), truce.CodeTampered, "")
			if j > 0 && i > 0 {
				wantCode(t, CheckConsistency(newer, older, path), truce.CodeTampered, "shrank")
				bent := *older
				bent.Root[5] ^= 1
				wantCode(t, CheckConsistency(&bent, newer, path), truce.CodeTampered, "does not continue")
			}
		}
	}
	split := *heads[3]
	split.Root[0] ^= 1
	wantCode(t, CheckConsistency(heads[3], &split, nil), truce.CodeTampered, "two different roots")
	split.Origin = "another.example/log"
	wantCode(t, CheckConsistency(heads[3], &split, nil), truce.CodeTampered, "another.example/log")
}

func consistency(t *testing.T, r *register, newer, older int64) []tlog.Hash {
	t.Helper()
	if older == 0 || older == newer {
		return nil
	}
	path, err := tlog.ProveTree(newer, older, r)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpenCheckpoint(t *testing.T) {
	r := logOf(t, 5)
	made := r.checkpoint()
	c, err := OpenCheckpoint(made.Note, "\n "+r.vkey+"\r\n")
	if err != nil || c.Size != 5 || c.Root != made.Root || c.Origin != origin || !bytes.Equal(c.Note, made.Note) {
		t.Fatalf("%+v, %v", c, err)
	}
	if c.RootText() != base64.StdEncoding.EncodeToString(c.Root[:]) {
		t.Error("the text of the root is not base64")
	}
	empty, err := SignCheckpoint(r.signer, 0, tlog.Hash{})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = OpenCheckpoint(empty.Note, r.vkey); err != nil || c.Size != 0 {
		t.Errorf("the checkpoint of an empty log: %+v, %v", c, err)
	}
	if _, err := SignCheckpoint(r.signer, -1, tlog.Hash{}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a negative size is signed: %v", err)
	}
}

// Signatures by witnesses, whose kinds we need not know, may stand beside.
func TestOpenCheckpointCosigned(t *testing.T) {
	r := logOf(t, 5)
	line := "— witness.example/w1 " + base64.StdEncoding.EncodeToString(append([]byte{1, 2, 3, 4}, make([]byte, 72)...)) + "\n"
	mldsa := "— witness.example/w2 " + base64.StdEncoding.EncodeToString(make([]byte, 4+8+2420)) + "\n"
	cosigned := append(r.checkpoint().Note, line+mldsa...)
	c, err := OpenCheckpoint(cosigned, r.vkey)
	if err != nil || c.Size != 5 || !bytes.Equal(c.Note, cosigned) {
		t.Fatalf("a cosigned checkpoint is refused: %v", err)
	}
	bent := strings.Replace(string(cosigned), "AA==\n", "AB==\n", 1)
	_, err = OpenCheckpoint([]byte(bent), r.vkey)
	wantCode(t, err, truce.CodeTampered, "canonical")
	extended, err := note.Sign(&note.Note{Text: origin + "\n5\n" + r.checkpoint().RootText() + "\nan extension\n"}, r.signer)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := OpenCheckpoint(extended, r.vkey); err != nil || c.Size != 5 {
		t.Errorf("an extension line is refused: %v", err)
	}
}

func TestOpenCheckpointRefuses(t *testing.T) {
	r := logOf(t, 5)
	good, root := string(r.checkpoint().Note), r.checkpoint().RootText()
	_, otherKey, err := note.GenerateKey(sameByte(1), origin)
	if err != nil {
		t.Fatal(err)
	}
	resign := func(text string) string {
		signed, err := note.Sign(&note.Note{Text: text}, r.signer)
		if err != nil {
			t.Fatal(err)
		}
		return string(signed)
	}
	for _, c := range []struct{ name, note, vkey, part string }{
		{"other key", good, otherKey, "not signed by the log"},
		{"text changed", strings.Replace(good, "\n5\n", "\n6\n", 1), r.vkey, "does not match its text"},
		{"no note", "hello", r.vkey, "not a signed note"},
		{"other origin", resign("elsewhere.example/x\n5\n" + root + "\n"), r.vkey, "elsewhere.example/x"},
		{"size with zeros", resign(origin + "\n05\n" + root + "\n"), r.vkey, "not origin, size and root"},
		{"huge size", resign(origin + "\n18446744073709551615\n" + root + "\n"), r.vkey, "not origin, size and root"},
		{"short root", resign(origin + "\n5\nAAAA\n"), r.vkey, "not origin, size and root"},
		{"no root", resign(origin + "\n5\n"), r.vkey, "not origin, size and root"},
		{"too long", good + strings.Repeat("x", maxNote), r.vkey, "longer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := OpenCheckpoint([]byte(c.note), c.vkey)
			wantCode(t, err, truce.CodeTampered, c.part)
		})
	}
}

func TestParseLogKey(t *testing.T) {
	_, vkey := fixedLogKey(t)
	name, id, err := ParseLogKey(vkey + "\n")
	if err != nil || name != origin || id != testKey(0x64).KeyID() {
		t.Errorf("%q, %q, %v", name, id, err)
	}
	weak, err := note.NewEd25519VerifierKey(origin, append([]byte{1}, make([]byte, 31)...))
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{"empty": "", "secret": "PRIVATE+KEY+x", "weak": weak, "hash": strings.Replace(vkey, "+", "+0", 1)} {
		if _, _, err := ParseLogKey(bad); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := NewLogKey("https://Register"); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("an origin that is none gets a key: %v", err)
	}
	if _, vkey, err := NewLogKey(origin); err != nil || !strings.HasPrefix(vkey, origin+"+") {
		t.Errorf("no log key: %q, %v", vkey, err)
	}
}

func FuzzOpenCheckpoint(f *testing.F) {
	r := logOf(f, 3)
	good := r.checkpoint().Note
	f.Add(good)
	f.Add(append(bytes.Clone(good), "— w AAAAAAAA\n"...))
	f.Add([]byte(origin + "\n3\n\n\n— " + origin + " AAAAAAAA\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := OpenCheckpoint(data, r.vkey)
		if err != nil {
			if truce.CodeOf(err) != truce.CodeTampered {
				t.Fatalf("the error is no evidence: %v", err)
			}
			return
		}
		if !bytes.HasPrefix(data, good[:bytes.Index(good, []byte("\n\n"))]) || c.Size != 3 {
			t.Fatal("a checkpoint that was never signed is accepted")
		}
	})
}

func FuzzParseLeaf(f *testing.F) {
	f.Add(LeafData(7, time.UnixMilli(1470898800250), [32]byte{1}))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, at, c, err := ParseLeaf(data)
		if err == nil && !bytes.Equal(LeafData(n, at, c), data) {
			t.Fatal("a leaf is accepted that LeafData would write in another way")
		}
	})
}
