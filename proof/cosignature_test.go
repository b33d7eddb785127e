package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"truce"
)

var noon = time.Date(2016, 8, 12, 12, 0, 0, 0, time.UTC)

func testCosigner(t testing.TB, name string, n byte) *Cosigner {
	t.Helper()
	c, err := NewCosigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func cosignerKey(t testing.TB, vkey string) *CosignerKey {
	t.Helper()
	k, err := ParseCosignerKey(vkey)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestCosign: what we sign is what the library of others verifies, and the other
// way round.
func TestCosign(t *testing.T) {
	cp := logOf(t, 5).checkpoint()
	w := testCosigner(t, "witness.example/w1", 41)
	c := w.Cosign(cp, noon.Add(700*time.Millisecond))
	if !c.At.Equal(noon) || c.Name != "witness.example/w1" {
		t.Errorf("%+v", c)
	}
	theirs, err := fnote.NewVerifierForCosignatureV1(w.Key())
	if err != nil {
		t.Fatal(err)
	}
	signed := cp.WithCosignatures(c)
	n, err := note.Open(signed.Note, note.VerifierList(theirs))
	if err != nil || len(n.Sigs) != 1 {
		t.Fatalf("the library does not verify it: %v", err)
	}
	if at, err := fnote.CoSigV1Timestamp(n.Sigs[0]); err != nil || !at.Equal(noon) {
		t.Errorf("time %v, %v", at, err)
	}
	got, ok := cosignerKey(t, w.Key()).Of(signed)
	if !ok || got != c {
		t.Errorf("%+v, want %+v", got, c)
	}
	if _, err := OpenCheckpoint(signed.Note, logOf(t, 0).vkey); err != nil {
		t.Errorf("the log's own signature was lost: %v", err)
	}
}

// TestCosignMLDSA: cosignatures of others with ML-DSA-44 are verified.
func TestCosignMLDSA(t *testing.T) {
	cp := logOf(t, 5).checkpoint()
	skey, vkey, err := fnote.GenerateMLDSAKey("witness.example/pq")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := fnote.NewMLDSASigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := splitNote(cp.Note)
	cosigned, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		t.Fatal(err)
	}
	_, lines := splitNote(cosigned)
	k := cosignerKey(t, vkey)
	c, err := k.ReadReply(cp, lines)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := k.Of(cp.WithCosignatures(c)); !ok || got.Line != string(lines) {
		t.Errorf("%v %q", ok, got.Line)
	}
	other := logOf(t, 6).checkpoint()
	if _, err := k.ReadReply(other, lines); truce.CodeOf(err) != truce.CodeTampered {
		t.Errorf("a cosignature of another head is taken: %v", err)
	}
}

func TestWithCosignatures(t *testing.T) {
	cp := logOf(t, 3).checkpoint()
	a, b := testCosigner(t, "w.example/a", 1), testCosigner(t, "w.example/b", 2)
	both := cp.WithCosignatures(a.Cosign(cp, noon), b.Cosign(cp, noon))
	again := both.WithCosignatures(a.Cosign(cp, noon.Add(time.Hour)))
	if n := strings.Count(string(again.Note), "\n— "); n != 3 {
		t.Errorf("%d signature lines, want 3:\n%s", n, again.Note)
	}
	if c, _ := cosignerKey(t, a.Key()).Of(again); !c.At.Equal(noon.Add(time.Hour)) {
		t.Errorf("the older line stayed: %v", c.At)
	}
	if !bytes.Equal(again.LogOnly().Note, cp.Note) {
		t.Errorf("without cosignatures:\n%s", again.LogOnly().Note)
	}
}

func TestReadReply(t *testing.T) {
	cp := logOf(t, 3).checkpoint()
	a, b := testCosigner(t, "w.example/a", 1), testCosigner(t, "w.example/b", 2)
	good := a.Cosign(cp, noon).Line
	other := logOf(t, 4).checkpoint()
	broken := []byte(good)
	broken[len(broken)-10] ^= 1
	for name, c := range map[string]struct {
		reply string
		want  truce.Code
	}{
		"one line":                 {good, ""},
		"two cosigners":            {b.Cosign(cp, noon).Line + good, ""},
		"nothing":                  {"", truce.CodeTampered},
		"no line end":              {strings.TrimSuffix(good, "\n"), truce.CodeTampered},
		"only another's":           {b.Cosign(cp, noon).Line, truce.CodeTampered},
		"of another head":          {a.Cosign(other, noon).Line, truce.CodeTampered},
		"damaged":                  {string(broken), truce.CodeTampered},
		"a page":                   {"<html>\n", truce.CodeTampered},
		"a text before the lines":  {"x\n\n" + good, truce.CodeTampered},
		"text between the lines":   {good + "\nregister.example/other\n1\nAA==\n\n" + good, truce.CodeTampered},
		"more than is ever needed": {strings.Repeat(good, 1000), truce.CodeTampered},
	} {
		if _, err := cosignerKey(t, a.Key()).ReadReply(cp, []byte(c.reply)); truce.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestParseCosignerKey(t *testing.T) {
	good := testCosigner(t, "w.example/a", 1).Key()
	_, logKey := fixedLogKey(t)
	identity := append([]byte{cosignEd25519, 1}, make([]byte, 31)...)
	weak := "w.example/a+" + hex8(cosignerHash("w.example/a", cosignEd25519, identity[1:])) + "+" + base64.StdEncoding.EncodeToString(identity)
	for name, key := range map[string]string{
		"a log's key": logKey, "weak": weak, "no key": "x", "empty": "", "another name": strings.Replace(good, "w.example/a", "w.example/b", 1),
		"upper case hash": strings.ToUpper(good), "cut": good[:len(good)-4], "long name": strings.Repeat("n", 256) + good,
	} {
		if _, err := ParseCosignerKey(key); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if k := cosignerKey(t, good); k.Name() != "w.example/a" {
		t.Errorf("name %q", k.Name())
	}
}

func hex8(h uint32) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 8)
	for i := range out {
		out[i] = digits[h>>(28-4*i)&15]
	}
	return string(out)
}

func TestNewCosigner(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	for _, name := range []string{"", "with space", "plus+", "https://w.example"} {
		if _, err := NewCosigner(name, key); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := NewCosigner("w.example/a", key[:10]); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("half a key: %v", err)
	}
}

func FuzzReadReply(f *testing.F) {
	cp := logOf(f, 3).checkpoint()
	a := testCosigner(f, "w.example/a", 1)
	k := cosignerKey(f, a.Key())
	f.Add([]byte(a.Cosign(cp, noon).Line))
	f.Add([]byte("— w.example/a AAAA\n"))
	f.Add([]byte("— \n\n— x y\n"))
	f.Fuzz(func(t *testing.T, reply []byte) {
		c, err := k.ReadReply(cp, reply)
		if err != nil {
			return
		}
		if got, ok := k.Of(cp.WithCosignatures(c)); !ok || got != c {
			t.Fatal("a cosignature is taken that does not verify below the checkpoint")
		}
	})
}
