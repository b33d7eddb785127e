package compose

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/proof"
)

const origin = "register.example/aleppo"

func signer(name string) proof.Signer {
	seed := sha256.Sum256([]byte(name))
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

var hospital = map[string]any{"function": "hospital", "notes": "north <gate> & yard",
	"geometry": map[string]any{"type": "Point", "coordinates": []float64{37.1166, 36.2128}}}

func TestStatementRoundTrip(t *testing.T) {
	at := time.Date(2016, 8, 11, 13, 0, 0, 0, time.FixedZone("", 3*3600))
	version := strings.Repeat("a", 64)
	s, err := Statement(truce.SiteAmend, origin, "msf", NewSubject("site"), hospital, MadeAt(at), Replaces(version),
		To("public"), To("party:syria"), As(truce.Exercise), Lang("ar"), Seen(7, strings.Repeat("A", 43)+"="))
	if err != nil {
		t.Fatal(err)
	}
	env, err := Sign(s, signer("one"), signer("two"))
	if err != nil {
		t.Fatal(err)
	}
	if err := env.Verify(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(env.Payload), "north <gate> & yard") {
		t.Errorf("the text is not written as it was given: %s", env.Payload)
	}
	got, err := truce.ParseStatement(env.Payload)
	if err != nil {
		t.Fatal(err)
	}
	if text(got) != text(s) {
		t.Errorf("read %+v, want %+v", got, s)
	}
	if got.MadeAt != at.UTC() || got.Seen.Size != 7 || fmt.Sprint(got.Audience) != "[public party:syria]" {
		t.Errorf("options got lost: %+v", got)
	}
}

func text(s *truce.Statement) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestStatementDefaults(t *testing.T) {
	s, err := Statement(truce.SiteRegister, origin, "msf", NewSubject("site"), hospital)
	if err != nil || s.Status != truce.Actual || s.MadeAt.IsZero() || s.Nonce == "" {
		t.Errorf("got %+v, %v", s, err)
	}
	if other, _ := Statement(truce.SiteRegister, origin, "msf", s.Subject, hospital); other.Nonce == s.Nonce {
		t.Error("two statements have one nonce")
	}
}

func TestSameInputSamePayload(t *testing.T) {
	fixed := []Option{Nonce("AAAAAAAAAAAAAAAA"), MadeAt(time.Unix(1470909600, 0))}
	var texts []string
	for range 2 {
		s, err := Statement(truce.SiteRegister, origin, "msf", "site-1", hospital, fixed...)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Payload(s)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(p))
	}
	if texts[0] != texts[1] {
		t.Errorf("%s\n%s", texts[0], texts[1])
	}
}

func TestPayloadRefusesWhatTheRegisterWould(t *testing.T) {
	for name, s := range map[string]func() (*truce.Statement, error){
		"unknown member": func() (*truce.Statement, error) {
			return Statement(truce.SiteRegister, origin, "msf", "site-1", map[string]any{"function": "hospital", "colour": 1})
		},
		"kind": func() (*truce.Statement, error) { return Statement("site.destroy", origin, "msf", "site-1", hospital) },
		"long": func() (*truce.Statement, error) {
			return Statement(truce.SiteRegister, origin, "msf", "site-1", map[string]any{"notes": strings.Repeat("x", truce.MaxStatement)})
		},
	} {
		st, err := s()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Sign(st, signer("one")); truce.CodeOf(err) != truce.CodeInvalid && truce.CodeOf(err) != truce.CodeTooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Statement(truce.SiteRegister, origin, "msf", "site-1", func() {}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a body that is no JSON: %v", err)
	}
}

func TestNewSubject(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		id := NewSubject("movement")
		if !truce.ValidSubject(id) || len(id) != len("movement-")+26 || seen[id] {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

func TestNewInvitation(t *testing.T) {
	code, hash := NewInvitation()
	sum := sha256.Sum256([]byte(code))
	if hash != "sha256:"+hex.EncodeToString(sum[:]) || len(code) != len("truce-")+26 {
		t.Errorf("code %q, hash %q", code, hash)
	}
	if again, _ := NewInvitation(); again == code {
		t.Error("two invitations have one code")
	}
}

func TestGenesis(t *testing.T) {
	f := Founding{Register: origin, Status: truce.Exercise, Party: "cell", Names: []truce.Name{{Text: "Cell"}}, Threshold: 2,
		Roots: []proof.Signer{signer("r1"), signer("r2"), signer("r3")},
		Keys:  []SigningKey{{Signer: signer("k"), Scopes: truce.Scopes(), Label: "desk"}}}
	envs, err := Genesis(f)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		kind       truce.Kind
		signatures int
	}{{truce.PartyEnrol, 3}, {truce.KeyList, 4}} {
		s, err := truce.ParseStatement(envs[i].Payload)
		if err != nil || envs[i].Verify() != nil || s.Kind != want.kind || s.Status != truce.Exercise || len(envs[i].Signatures) != want.signatures {
			t.Errorf("entry %d: %+v, %v", i, s, err)
		}
	}
}
