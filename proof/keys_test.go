package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"truce"

	"github.com/oasisprotocol/curve25519-voi/curve"
	"pgregory.net/rapid"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestKeyIDRoundTrip(t *testing.T) {
	for n := range byte(20) {
		s := testKey(n)
		key, err := ParseKey(s.KeyID())
		if err != nil || KeyID(key) != s.KeyID() {
			t.Fatalf("key %d: %v", n, err)
		}
		key[0] ^= 1 // what is handed out must not be the remembered copy
		again, err := ParseKey(s.KeyID())
		if err != nil || bytes.Equal(key, again) {
			t.Fatal("a caller can change the remembered key")
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	good := testKey(1).KeyID()
	raw := func(hexKey string) string {
		b, err := hex.DecodeString(hexKey)
		if err != nil {
			t.Fatal(err)
		}
		return KeyID(b)
	}
	for _, c := range []struct{ name, id, part string }{
		{"empty", "", "not the id"},
		{"other algorithm", "rsa" + good[7:], "not the id"},
		{"padding", good + "=", "not the id"},
		{"short", good[:50], "not the id"},
		{"set trailing bits", good[:50] + string(good[50]+1), "not the id"},
		{"line end inside", good[:49] + "\n" + good[50:], "not the id"},
		{"standard alphabet", "ed25519:" + strings.Repeat("+", 43), "not the id"},
		{"identity", raw("01" + strings.Repeat("00", 31)), "small order"},
		{"order 8", raw("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "small order"},
		{"y = p", raw("ed" + strings.Repeat("ff", 30) + "7f"), "not canonical"},
		{"minus zero", raw("01" + strings.Repeat("00", 30) + "80"), "not canonical"},
		{"off the curve", raw("02" + strings.Repeat("00", 31)), "no point"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseKey(c.id)
			wantCode(t, err, truce.CodeInvalid, c.part)
		})
	}
}

func TestNewSigner(t *testing.T) {
	good := ed25519.NewKeyFromSeed(make([]byte, 32))
	bent := slices.Clone(good)
	bent[40] ^= 1 // a damaged public half
	sig, err := NewSigner(bent).Sign([]byte("x"))
	if err != nil || !ed25519.Verify(good.Public().(ed25519.PublicKey), []byte("x"), sig) {
		t.Error("the public half of the key was trusted")
	}
	if _, err := NewSigner(good[:31]).Sign([]byte("x")); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a short key signs: %v", err)
	}
}

// TestCCTV runs the vectors of C2SP/CCTV ed25519: every key that has a low-order
// part or is not canonical is refused; for the others the verdict is that of
// crypto/ed25519, and a signature of the doubtful kinds never holds.
func TestCCTV(t *testing.T) {
	var vectors []struct {
		Number        int
		Key, Sig, Msg string
		Flags         []string
	}
	sharedFile(t, "vectors/ed25519/cctv_ed25519vectors.json.gz", &vectors)
	if len(vectors) != 914 {
		t.Fatalf("%d vectors instead of 914", len(vectors))
	}
	refused, held := 0, 0
	for _, v := range vectors {
		key, err1 := hex.DecodeString(v.Key)
		sig, err2 := hex.DecodeString(v.Sig)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		weak := slices.Contains(v.Flags, "low_order_A") || slices.Contains(v.Flags, "non_canonical_A") || slices.Contains(v.Flags, "low_order_component_A")
		_, err := ParseKey(KeyID(key))
		if weak != (err != nil) {
			t.Errorf("vector %d, %v: the key gives %v", v.Number, v.Flags, err)
		}
		s := Signature{KeyID: KeyID(key), Sig: sig}
		ok := s.verify([]byte(v.Msg)) == nil
		if want := !weak && ed25519.Verify(key, []byte(v.Msg), sig); ok != want {
			t.Errorf("vector %d, %v: verifies %v, want %v", v.Number, v.Flags, ok, want)
		}
		if ok && (slices.Contains(v.Flags, "low_order_residue") || slices.Contains(v.Flags, "non_canonical_R")) {
			t.Errorf("vector %d, %v verifies", v.Number, v.Flags)
		}
		if weak {
			refused++
		}
		if ok {
			held++
		}
	}
	t.Logf("%d of %d keys refused, %d signatures hold", refused, len(vectors), held)
}

// TestWycheproof runs the Ed25519 vectors of C2SP/wycheproof.
func TestWycheproof(t *testing.T) {
	var file struct {
		NumberOfTests int
		TestGroups    []struct {
			PublicKey struct{ PK string }
			Tests     []struct {
				TcID                      int
				Comment, Msg, Sig, Result string
			}
		}
	}
	sharedFile(t, "vectors/ed25519/wycheproof_ed25519_test.json.gz", &file)
	ran := 0
	for _, g := range file.TestGroups {
		key, err := hex.DecodeString(g.PublicKey.PK)
		if err != nil {
			t.Fatal(err)
		}
		weak := weakness([32]byte(key)) != ""
		for _, c := range g.Tests {
			msg, err1 := hex.DecodeString(c.Msg)
			sig, err2 := hex.DecodeString(c.Sig)
			if err := errors.Join(err1, err2); err != nil {
				t.Fatal(err)
			}
			s := Signature{KeyID: KeyID(key), Sig: sig}
			if got, want := s.verify(msg) == nil, c.Result == "valid" && !weak; got != want {
				t.Errorf("test %d (%s): verifies %v, want %v", c.TcID, c.Comment, got, want)
			}
			ran++
		}
		if weak {
			t.Logf("weak key %s refused in %d tests", base64.StdEncoding.EncodeToString(key), len(g.Tests))
		}
	}
	if ran != file.NumberOfTests || ran != 151 {
		t.Fatalf("%d tests ran, the file has %d", ran, file.NumberOfTests)
	}
}

// TestVerifiesAsTheStandardLibraryDoes holds the verifier against crypto/ed25519,
// over keys, messages and what can happen to a signature on its way.
func TestVerifiesAsTheStandardLibraryDoes(t *testing.T) {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	rapid.Check(t, func(t *rapid.T) {
		priv := ed25519.NewKeyFromSeed(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		pub := priv.Public().(ed25519.PublicKey)
		message := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "message")
		sig := ed25519.Sign(priv, message)
		if !(&Signature{KeyID: KeyID(pub), Sig: sig}).holds(message) {
			t.Fatal("a true signature is refused")
		}
		switch rapid.SampledFrom([]string{"bit", "message", "key", "s+l", "random r"}).Draw(t, "fault") {
		case "bit":
			sig[rapid.IntRange(0, 63).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		case "message":
			message = append(message, 0)
		case "key":
			pub = ed25519.NewKeyFromSeed(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "other")).Public().(ed25519.PublicKey)
		case "s+l":
			s := new(big.Int).SetBytes(reversed(sig[32:]))
			copy(sig[32:], reversed(s.Add(s, order).FillBytes(make([]byte, 32))))
		case "random r":
			copy(sig, rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "r"))
		}
		if got, want := (&Signature{KeyID: KeyID(pub), Sig: sig}).holds(message), ed25519.Verify(pub, message, sig); got != want {
			t.Fatalf("verifies %v, and in the standard library %v", got, want)
		}
	})
}

func (s *Signature) holds(message []byte) bool { return s.verify(message) == nil }

func reversed(b []byte) []byte {
	b = slices.Clone(b)
	slices.Reverse(b)
	return b
}

// TestTorsionIsSeen puts each point of small order into a good key's point.
func TestTorsionIsSeen(t *testing.T) {
	good := curve.CompressedEdwardsY(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))
	var p curve.EdwardsPoint
	if _, err := p.SetCompressedY(&good); err != nil {
		t.Fatal(err)
	}
	for i, torsion := range curve.EIGHT_TORSION {
		var sum curve.EdwardsPoint
		var key curve.CompressedEdwardsY
		key.SetEdwardsPoint(sum.Add(&p, torsion))
		if want := map[bool]string{true: "", false: "it lies outside the prime-order subgroup"}[i == 0]; weakness(key) != want {
			t.Errorf("torsion point %d: %q, want %q", i, weakness(key), want)
		}
	}
}
