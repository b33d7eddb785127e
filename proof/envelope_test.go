package proof

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"truce"
)

// The example of the DSSE specification, protocol.md.
func TestPAEVector(t *testing.T) {
	got := string(PAE("http://example.com/HelloWorld", []byte("hello world")))
	if want := "DSSEv1 29 http://example.com/HelloWorld 11 hello world"; got != want {
		t.Errorf("PAE is %q, want %q", got, want)
	}
}

// Whatever is signed verifies, with as many signatures as there were signers. That
// the DSSE library thinks so too is tested in oracle/.
func TestSignThenVerify(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payloadType := rapid.StringMatching(`[a-zA-Z0-9/+.]{1,40}`).Draw(t, "type")
		payload := rapid.SliceOf(rapid.Byte()).Draw(t, "payload")
		var signers []Signer
		for i := range rapid.IntRange(1, 4).Draw(t, "signers") {
			signers = append(signers, testKey(byte(i)))
		}
		e, err := Sign(payloadType, payload, signers...)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseEnvelope(e.JSON())
		if err != nil || back.Verify() != nil || len(back.Signatures) != len(signers) || !bytes.Equal(back.Payload, payload) {
			t.Fatalf("%+v: %v, %v", back, err, back.Verify())
		}
	})
}

// An envelope written in another way (spaces, order of members, escapes, order
// of signatures) is the same statement and the same record.
func TestReencoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		payload := rapid.SliceOf(rapid.Byte()).Draw(t, "payload")
		e, err := Sign("application/x+json", payload, testKey(1), testKey(2), testKey(3))
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseEnvelope([]byte(scramble(t, e)))
		if err != nil {
			t.Fatal(err)
		}
		if again.ID() != e.ID() || !bytes.Equal(again.Record(), e.Record()) || again.Verify() != nil {
			t.Fatal("the envelope written in another way is another statement")
		}
		back, err := ParseRecord(e.Record())
		if err != nil || back.ID() != e.ID() || !bytes.Equal(back.Payload, payload) || back.Verify() != nil {
			t.Fatalf("the record does not give the envelope back: %v", err)
		}
	})
}

// scramble writes an envelope as another program might.
func scramble(t *rapid.T, e *Envelope) string {
	space := func() string { return rapid.StringOfN(rapid.SampledFrom([]rune(" \t\r\n")), 0, 3, -1).Draw(t, "space") }
	quote := func(s string) string {
		if rapid.Bool().Draw(t, "escape") {
			s = strings.NewReplacer("+", `\u002B`, "/", `\/`).Replace(s)
		}
		return space() + `"` + s + `"` + space()
	}
	object := func(members ...string) string {
		return space() + "{" + strings.Join(rapid.Permutation(members).Draw(t, "order"), ",") + "}" + space()
	}
	var sigs []string
	for _, s := range rapid.Permutation(e.Signatures).Draw(t, "signatures") {
		sigs = append(sigs, object(space()+`"keyid":`+quote(s.KeyID), space()+`"sig":`+quote(base64.StdEncoding.EncodeToString(s.Sig))))
	}
	return object(space()+`"payloadType"`+space()+":"+quote(e.PayloadType), space()+`"payload":`+quote(base64.StdEncoding.EncodeToString(e.Payload)),
		space()+`"signatures"`+space()+":"+space()+"["+strings.Join(sigs, ",")+"]")
}

// Each case changes a good envelope in one place; it must be refused for that.
func TestParseEnvelopeRefuses(t *testing.T) {
	e, err := Sign("t/x", []byte("payload!"), testKey(1), testKey(2))
	if err != nil {
		t.Fatal(err)
	}
	good := string(e.JSON())
	id, sig := testKey(1).KeyID(), base64.StdEncoding.EncodeToString(e.Signatures[0].Sig)
	many := strings.Repeat(`{"keyid":"a","sig":"AAAA"},`, 33)
	for _, c := range []struct {
		name, old, new string
		field, part    string
	}{
		{"not JSON", good, "hello", "", "not JSON"},
		{"no object", good, "[]", "", "object"},
		{"other case", `"payload":`, `"Payload":`, "/Payload", "not known"},
		{"other case in a signature", `"keyid"`, `"keyID"`, "/signatures/0/keyID", "not known"},
		{"escaped name", `"payload":`, `"p\u0061yload":`, "", "escapes"},
		{"unknown member", `{"payloadType"`, `{"x":1,"payloadType"`, "/x", "not known"},
		{"twice", `{"payloadType"`, `{"payload":"","payloadType"`, "", "twice"},
		{"missing", `"payloadType":"t/x",`, ``, "", "must all be there"},
		{"null", `"payloadType":"t/x"`, `"payloadType":null`, "/payloadType", "text"},
		{"empty type", `"payloadType":"t/x"`, `"payloadType":""`, "/payloadType", "1 to 128"},
		{"number", `"payload":"cGF5bG9hZCE="`, `"payload":7`, "/payload", "text"},
		{"no padding", `cGF5bG9hZCE=`, `cGF5bG9hZCE`, "/payload", "base64"},
		{"set trailing bits", `cGF5bG9hZCE=`, `cGF5bG9hZCF=`, "/payload", "base64"},
		{"line end in base64", `cGF5bG9hZCE=`, `cGF5\nbG9hZCE=`, "/payload", "base64"},
		{"base64url", sig[:20], strings.Repeat("-", 20), "/signatures/0/sig", "base64"},
		{"signatures no list", `"signatures":[`, `"signatures":{`, "", "not JSON"},
		{"signatures an object", good, `{"payloadType":"a","payload":"","signatures":{}}`, "/signatures", "list"},
		{"no signature", good, `{"payloadType":"a","payload":"","signatures":[]}`, "/signatures", "no signature"},
		{"too many", `"signatures":[`, `"signatures":[` + many, "/signatures", "at most 32"},
		{"key twice", testKey(2).KeyID(), id, "/signatures/1/keyid", "twice"},
		{"empty sig", sig, "", "/signatures/0/sig", "1 to 128"},
		{"deep", `"payload":"`, `"payload":[[[[]]]],"x":"`, "", "deeper"},
		{"trailing text", good, good + "{}", "", "not JSON"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Replace(good, c.old, c.new, 1)
			if bad == good {
				t.Fatal("the case changes nothing")
			}
			_, err := ParseEnvelope([]byte(bad))
			wantCode(t, err, truce.CodeInvalid, c.part)
			if e, _ := errors.AsType[*truce.Error](err); e.Field != c.field {
				t.Errorf("the error names %q, want %q", e.Field, c.field)
			}
		})
	}
	_, err = ParseEnvelope(make([]byte, MaxEnvelope+1))
	wantCode(t, err, truce.CodeTooLarge, "at most")
}

func TestVerifyRefuses(t *testing.T) {
	weak := KeyID(append([]byte{1}, make([]byte, 31)...))
	for _, c := range []struct {
		name string
		bend func(e *Envelope)
		part string
	}{
		{"payload", func(e *Envelope) { e.Payload[0] ^= 1 }, "does not verify"},
		{"type", func(e *Envelope) { e.PayloadType = "t/y" }, "does not verify"},
		{"second signature", func(e *Envelope) { e.Signatures[1].Sig[63] ^= 1 }, testKey(2).KeyID()},
		{"S not reduced", func(e *Envelope) { addOrder(e.Signatures[0].Sig[32:]) }, "does not verify"},
		{"swapped keys", func(e *Envelope) {
			e.Signatures[0].KeyID, e.Signatures[1].KeyID = e.Signatures[1].KeyID, e.Signatures[0].KeyID
		}, "does not verify"},
		{"short", func(e *Envelope) { e.Signatures[0].Sig = e.Signatures[0].Sig[:63] }, "63 bytes"},
		{"twice", func(e *Envelope) { e.Signatures[1] = e.Signatures[0] }, "signs twice"},
		{"none", func(e *Envelope) { e.Signatures = nil }, "no signature"},
		{"unknown key form", func(e *Envelope) { e.Signatures[1].KeyID = "somebody" }, `"somebody"`},
		{"weak key", func(e *Envelope) { e.Signatures[1].KeyID = weak }, "small order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := Sign("t/x", []byte("payload"), testKey(1), testKey(2))
			if err != nil || e.Verify() != nil {
				t.Fatal("a good envelope is refused")
			}
			c.bend(e)
			wantCode(t, e.Verify(), truce.CodeUnsigned, c.part)
		})
	}
}

// addOrder adds the group order to a scalar, little-endian: the malleable twin.
func addOrder(s []byte) {
	order := []byte{0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 31: 0x10}
	carry := 0
	for i := range s {
		sum := int(s[i]) + int(order[i]) + carry
		s[i], carry = byte(sum), sum>>8
	}
}

type failing struct{ Signer }

func (failing) Sign([]byte) ([]byte, error) {
	return nil, truce.E(truce.CodeRefused, "the passphrase is wrong")
}

func TestSignRefuses(t *testing.T) {
	_, err := Sign("t/x", nil)
	wantCode(t, err, truce.CodeInvalid, "no signature")
	_, err = Sign("t/x", nil, testKey(1), testKey(1))
	wantCode(t, err, truce.CodeInvalid, "twice")
	_, err = Sign("t/x", nil, failing{testKey(1)})
	wantCode(t, err, truce.CodeRefused, "passphrase")
}

// What ParseRecord accepts is written in exactly one way.
func TestParseRecordRefuses(t *testing.T) {
	e, err := Sign("t/x", []byte("payload"), testKey(1), testKey(2))
	if err != nil {
		t.Fatal(err)
	}
	good := e.Record()
	for n := range len(good) {
		if _, err := ParseRecord(good[:n]); err == nil {
			t.Fatalf("a record cut at %d of %d bytes is accepted", n, len(good))
		}
	}
	if _, err := ParseRecord(append(bytes.Clone(good), 0)); err == nil {
		t.Error("a record with a byte too many is accepted")
	}
	swapped := &Envelope{PayloadType: e.PayloadType, Payload: e.Payload, Signatures: []Signature{e.Signatures[1], e.Signatures[0]}}
	if !bytes.Equal(swapped.Record(), good) {
		t.Error("the order of signatures shows in the record")
	}
	one := 2 + len(e.Signatures[0].KeyID) + 64
	turned := append(append(bytes.Clone(good[:len(good)-2*one]), good[len(good)-one:]...), good[len(good)-2*one:len(good)-one]...)
	_, err = ParseRecord(turned)
	wantCode(t, err, truce.CodeInvalid, "order")
	_, err = ParseRecord(make([]byte, MaxEnvelope+1))
	wantCode(t, err, truce.CodeTooLarge, "at most")
}

func FuzzParseEnvelope(f *testing.F) {
	e, err := Sign("t/x", []byte("payload"), testKey(1), testKey(2))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.JSON())
	f.Add([]byte(`{"payloadType":"a","payload":"","signatures":[{"keyid":"\u0041","sig":"AAAA"}]}`))
	f.Add([]byte(`{"signatures":[ ],"payload":"AA==","payloadType":"\ud800"}`))
	f.Add([]byte(`[{"keyid":{"keyid":[]}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEnvelope(data)
		if err != nil {
			return
		}
		again, err := ParseEnvelope(e.JSON())
		if err != nil || again.ID() != e.ID() || !bytes.Equal(again.Record(), e.Record()) {
			t.Fatalf("the envelope changes when it is written again: %v", err)
		}
		if back, err := ParseRecord(e.Record()); err != nil || back.ID() != e.ID() {
			t.Fatalf("the record is not read back: %v", err)
		}
		_ = e.Verify()
	})
}

func FuzzParseRecord(f *testing.F) {
	e, err := Sign("t/x", []byte("payload"), testKey(1), testKey(2))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.Record())
	f.Add([]byte(recordTag + "\x00\x00\x00\x01a\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseRecord(data)
		if err == nil && !bytes.Equal(e.Record(), data) {
			t.Fatal("a record is accepted that Record would write in another way")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	e, err := Sign(truce.PayloadType, bytes.Repeat([]byte("x"), 1024), testKey(1))
	if err != nil {
		b.Fatal(err)
	}
	data := e.JSON()
	for name, run := range map[string]func(){
		"parse":  func() { _, _ = ParseEnvelope(data) },
		"verify": func() { _ = e.Verify() },
		"id":     func() { _ = e.ID() },
		"record": func() { _ = e.Record() },
		"ed25519": func() {
			key, _ := ParseKey(e.Signatures[0].KeyID)
			_ = ed25519.Verify(key, PAE(e.PayloadType, e.Payload), e.Signatures[0].Sig)
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
