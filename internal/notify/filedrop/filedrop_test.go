package filedrop

import (
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/view/inbox"
	"truce/proof"
)

func key(name string) proof.Signer {
	var seed [32]byte
	copy(seed[:], name)
	return proof.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
}

func message(address string) *notify.Message {
	return &notify.Message{ID: "0123abcd", Attempt: 1, Register: "register.example/t", Party: "army", Desk: &inbox.Desk{ID: "desk-a"}, Channel: inbox.Channel{Kind: "file", Address: address},
		Reason: "release", At: time.Now().UTC(), Line: &notify.Line{Entry: 7, Subject: "site-a", What: "new", Item: json.RawMessage(`{"entry":7}`)}}
}

// TestSend: one file a message, signed, however often it is sent.
func TestSend(t *testing.T) {
	root := t.TempDir()
	s := New(Options{Root: root, Signer: key("register")})
	for range 2 {
		if _, err := s.Send(t.Context(), message("army/hq")); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "army", "hq", "*.json"))
	if err != nil || len(files) != 1 || filepath.Base(files[0]) != "000000000007-0123abcd.json" {
		t.Fatalf("%v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	e, err := proof.ParseEnvelope(data)
	if err != nil || e.Verify() != nil || e.PayloadType != PayloadType || e.Signatures[0].KeyID != key("register").KeyID() {
		t.Errorf("%s: %v", data, err)
	}
}

// TestFolders: no address leads out of the drop folder.
func TestFolders(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	s := New(Options{Root: root, Signer: key("register")})
	for _, a := range []string{"", "..", "../x", "/etc", "a/../../b", "a//b", "a\\b", ".hidden", "a/acks", "acks", "link", "link/a", strings.Repeat("a/", 9) + "a", "a\x00b"} {
		if _, err := s.Send(t.Context(), message(a)); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%q: %v", a, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(outside, "*", "*.json")); left != nil {
		t.Errorf("written outside: %v", left)
	}
	if _, err := New(Options{Signer: key("register")}).Send(t.Context(), message("a")); truce.CodeOf(err) != truce.CodeRefused {
		t.Errorf("without a root: %v", err)
	}
}

// TestCollect: an acknowledgement is handed in once; what cannot be decided stays.
func TestCollect(t *testing.T) {
	root := t.TempDir()
	s := New(Options{Root: root, Signer: key("register")})
	c := inbox.Channel{Kind: "file", Address: "army", Key: key("army").KeyID()}
	statement, err := compose.Statement(truce.AckReceive, "register.example/t", "army", "site-a", map[string]any{"version": strings.Repeat("0", 64)})
	if err != nil {
		t.Fatal(err)
	}
	sign := func(k string) []byte {
		e, err := compose.Sign(statement, key(k))
		if err != nil {
			t.Fatal(err)
		}
		return e.JSON()
	}
	if err := s.Collect(t.Context(), c, nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"a.json": sign("army"), "b.json": sign("other"), "c.json": []byte("nonsense"), "d.json": make([]byte, maxAck+1), "e.txt": []byte("left alone")} {
		if err := os.WriteFile(filepath.Join(root, "army", "acks", name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	taken, fault := 0, error(truce.E(truce.CodeUnavailable, "the disk is full"))
	take := func([]byte) error { taken++; return fault }
	for _, want := range []int{1, 2, 2} {
		if err := s.Collect(t.Context(), c, take); err != nil || taken != want {
			t.Fatalf("handed in %d times, want %d: %v", taken, want, err)
		}
		fault = nil
	}
	var names []string
	left, _ := os.ReadDir(filepath.Join(root, "army", "acks"))
	for _, f := range left {
		names = append(names, f.Name())
	}
	if got := strings.Join(names, " "); got != "a.json.taken b.json.refused c.json.refused d.json.refused e.txt" {
		t.Error(got)
	}
}
