package keyfile

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/ssh"

	"truce"
	"truce/proof"
)

func newKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	key, err := New(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keyID(key ed25519.PrivateKey) string { return proof.KeyID(key.Public().(ed25519.PublicKey)) }

func answer(s string) Ask { return func() ([]byte, error) { return []byte(s), nil } }

func wantCode(t *testing.T, err error, code truce.Code, part string) {
	t.Helper()
	if truce.CodeOf(err) != code || !strings.Contains(err.Error(), part) {
		t.Fatalf("error %v (%s), want %s with %q", err, truce.CodeOf(err), code, part)
	}
}

func TestNew(t *testing.T) {
	key, err := New(bytes.NewReader(make([]byte, 32)))
	if err != nil || !key.Equal(ed25519.NewKeyFromSeed(make([]byte, 32))) {
		t.Errorf("%x, %v", key, err)
	}
	_, err = New(iotest.ErrReader(errors.New("no entropy")))
	wantCode(t, err, truce.CodeUnavailable, "randomness")
	_, err = New(bytes.NewReader(make([]byte, 31)))
	wantCode(t, err, truce.CodeUnavailable, "randomness")
}

func TestSaveAndLoad(t *testing.T) {
	for name, passphrase := range map[string]string{"open": "", "protected": "correct horse"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, key := filepath.Join(dir, "desk.key"), newKey(t)
			if err := Save(path, key, []byte(passphrase), "desk of the cell"); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
			f, err := Load(path, answer(passphrase))
			if err != nil || !f.Key.Equal(key) || f.KeyID != keyID(key) || f.Protected != (passphrase != "") {
				t.Fatalf("loaded %+v, %v", f, err)
			}
			if f.Signer().KeyID() != f.KeyID {
				t.Error("it signs with another key")
			}
			shown, err := Inspect(path)
			if err != nil || shown.KeyID != f.KeyID || shown.Protected != f.Protected || (shown.Key == nil) != f.Protected {
				t.Errorf("inspected %+v, %v", shown, err)
			}
			if left, _ := os.ReadDir(dir); len(left) != 1 {
				t.Errorf("%d files are in the folder", len(left))
			}
		})
	}
}

func TestSaveNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	for name, lay := range map[string]func(path string) error{
		"file":          func(path string) error { return os.WriteFile(path, []byte("precious"), 0o600) },
		"folder":        func(path string) error { return os.Mkdir(path, 0o700) },
		"link":          func(path string) error { return os.Symlink(filepath.Join(dir, "file"), path) },
		"dangling link": func(path string) error { return os.Symlink(filepath.Join(dir, "nowhere"), path) },
	} {
		path := filepath.Join(dir, name)
		if err := lay(path); err != nil {
			t.Fatal(err)
		}
		err := Save(path, newKey(t), nil, "")
		wantCode(t, err, truce.CodeConflict, "never overwritten")
		err = createInPlace(path, []byte("key"), 0o600)
		if !errors.Is(err, os.ErrExist) {
			t.Errorf("%s: without links it is overwritten: %v", name, err)
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "file")); err != nil || string(data) != "precious" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestSaveRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "new.key")
	wantCode(t, Save(path, nil, nil, ""), truce.CodeInvalid, "bytes")
	wantCode(t, Save(path, newKey(t), nil, "two\nlines"), truce.CodeInvalid, "comment")
	wantCode(t, Save(path, newKey(t), make([]byte, maxPassphrase+1), ""), truce.CodeTooLarge, "passphrase")
	wantCode(t, Save(filepath.Join(dir, "none", "new.key"), newKey(t), nil, ""), truce.CodeNotFound, "no such file or folder")
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Error("something was written")
	}
}

func TestCreateInPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := createInPlace(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != 1 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestLoadPassphrase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := Save(path, newKey(t), []byte("right"), ""); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path, answer("wrong"))
	wantCode(t, err, truce.CodeRefused, "passphrase is wrong")
	if truce.HintOf(err) == "" {
		t.Error("there is no hint")
	}
	_, err = Load(path, nil)
	wantCode(t, err, truce.CodeRefused, "none was given")
	_, err = Load(path, answer(strings.Repeat("x", maxPassphrase+1)))
	wantCode(t, err, truce.CodeTooLarge, "passphrase")
	_, err = Load(path, func() ([]byte, error) { return nil, truce.E(truce.CodeUnavailable, "no terminal") })
	wantCode(t, err, truce.CodeUnavailable, "no terminal")
	given := []byte("right")
	if _, err := Load(path, func() ([]byte, error) { return given, nil }); err != nil || !bytes.Equal(given, make([]byte, 5)) {
		t.Errorf("the passphrase is left in memory: %q, %v", given, err)
	}
}

func TestLoadRefusesOpenFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := Save(path, newKey(t), nil, ""); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o610, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path, nil)
		wantCode(t, err, truce.CodeRefused, "others on this machine")
		if !strings.Contains(truce.HintOf(err), "chmod 600 "+path) {
			t.Errorf("the hint is %q", truce.HintOf(err))
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, nil); err != nil {
		t.Errorf("a read-only file is refused: %v", err)
	}
}

func TestLoadRefusesFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		path string
		code truce.Code
		part string
	}{
		{filepath.Join(dir, "missing"), truce.CodeNotFound, "no such file"},
		{dir, truce.CodeInvalid, "ordinary file"},
		{write("empty", nil), truce.CodeInvalid, "not a private key"},
		{write("text", []byte("hello")), truce.CodeInvalid, "not a private key"},
		{write("public", []byte("ssh-ed25519 AAAA")), truce.CodeInvalid, "not a private key"},
		{write("huge", make([]byte, maxFile+1)), truce.CodeTooLarge, "at most"},
		{write("cut", []byte("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n")), truce.CodeInvalid, "not a private key"},
		{write("old", []byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n")), truce.CodeInvalid, "old format"},
	} {
		for _, read := range []func(string) error{
			func(path string) error { _, err := Load(path, nil); return err },
			func(path string) error { _, err := Inspect(path); return err },
		} {
			err := read(c.path)
			wantCode(t, err, c.code, c.part)
			if e, _ := errors.AsType[*truce.Error](err); e.Field != c.path {
				t.Errorf("the error names %q, not the file", e.Field)
			}
		}
	}
}

func TestLoadRefusesOtherKinds(t *testing.T) {
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	block := func(key any, passphrase string) []byte {
		b, err := ssh.MarshalPrivateKey(key, "")
		if passphrase != "" {
			b, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
		}
		if err != nil {
			t.Fatal(err)
		}
		return pem.EncodeToMemory(b)
	}
	for _, c := range []struct {
		data []byte
		kind string
	}{
		{block(rsaKey, ""), "RSA"}, {block(ecKey, ""), "ECDSA"}, {block(ecKey, "x"), "ECDSA"},
		{pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey)}), "RSA"},
	} {
		asked := false
		_, err := parse(c.data, func() ([]byte, error) { asked = true; return []byte("x"), nil })
		wantCode(t, err, truce.CodeInvalid, "of the kind "+c.kind+";")
		if asked {
			t.Errorf("%s: a passphrase was asked for that is of no use", c.kind)
		}
	}
	key := newKey(t)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parse(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
	if err != nil || f.KeyID != keyID(key) {
		t.Errorf("an Ed25519 key of openssl is refused: %v", err)
	}
}

// Keys whose halves do not belong together are found out before they sign.
func TestLoadDamaged(t *testing.T) {
	key := newKey(t)
	bent := bytes.Clone(key)
	bent[40] ^= 1
	block, err := ssh.MarshalPrivateKey(ed25519.PrivateKey(bent), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = parse(pem.EncodeToMemory(block), nil)
	wantCode(t, err, truce.CodeTampered, "halves")

	block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(block.Bytes, key[32:])
	block.Bytes[at] ^= 1 // the public key outside the protected part
	_, err = parse(pem.EncodeToMemory(block), answer("x"))
	wantCode(t, err, truce.CodeTampered, "does not belong")
}

// OpenSSH reads what we write, and we read what it writes.
func TestSSHKeygen(t *testing.T) {
	tool, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not on this machine")
	}
	dir := t.TempDir()
	for name, passphrase := range map[string]string{"open": "", "protected": "correct horse"} {
		ours, key := filepath.Join(dir, name), newKey(t)
		if err := Save(ours, key, []byte(passphrase), "desk"); err != nil {
			t.Fatal(err)
		}
		shown, err := exec.Command(tool, "-y", "-P", passphrase, "-f", ours).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %s", name, shown)
		}
		pub, comment, _, _, err := ssh.ParseAuthorizedKey(shown)
		if err != nil || comment != "desk" {
			t.Fatalf("%s: comment %q, %v", name, comment, err)
		}
		if id, err := publicID(pub); err != nil || id != keyID(key) {
			t.Errorf("%s: ssh-keygen sees %q, %v", name, id, err)
		}
		theirs := filepath.Join(dir, name+"-theirs")
		if out, err := exec.Command(tool, "-q", "-t", "ed25519", "-N", passphrase, "-f", theirs).CombinedOutput(); err != nil {
			t.Fatalf("%s", out)
		}
		if f, err := Load(theirs, answer(passphrase)); err != nil || f.Protected != (passphrase != "") {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func FuzzKeyfile(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	open, err := ssh.MarshalPrivateKey(key, "open")
	if err != nil {
		f.Fatal(err)
	}
	locked, err := ssh.MarshalPrivateKeyWithPassphrase(key, "locked", []byte("x"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(pem.EncodeToMemory(open))
	f.Add(pem.EncodeToMemory(locked))
	f.Add([]byte("-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parse(data, nil) // no passphrase: the derivation is slow by design
		if err != nil {
			if _, ok := errors.AsType[*truce.Error](err); !ok {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if got.KeyID != keyID(got.Key) || len(got.Key) != ed25519.PrivateKeySize {
			t.Fatalf("a key is accepted that is none: %+v", got)
		}
	})
}
