package keyfile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/proof"
)

const origin = "register.example/aleppo"

func TestLogKey(t *testing.T) {
	for name, passphrase := range map[string]string{"open": "", "protected": "correct horse"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "log.key")
			skey, vkey, err := proof.NewLogKey(origin)
			if err != nil {
				t.Fatal(err)
			}
			if err := SaveLogKey(path, skey, []byte(passphrase)); err != nil {
				t.Fatal(err)
			}
			signer, err := LoadLogKey(path, vkey+"\n", answer(passphrase))
			if err != nil {
				t.Fatal(err)
			}
			c, err := proof.SignCheckpoint(signer, 3, tlog.Hash{1})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := proof.OpenCheckpoint(c.Note, vkey); err != nil || got.Origin != origin {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestLogKeyRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.key")
	skey, vkey, err := proof.NewLogKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	if err := SaveLogKey(path, skey, nil); err != nil {
		t.Fatal(err)
	}
	_, other, err := proof.NewLogKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	_, err = LoadLogKey(path, other, nil)
	wantCode(t, err, truce.CodeTampered, "not the one of the log")
	_, err = LoadLogKey(path, "nonsense", nil)
	wantCode(t, err, truce.CodeInvalid, "log key")
	_, err = LoadLogKey(path+"x", vkey, nil)
	wantCode(t, err, truce.CodeNotFound, "no such file")
	for _, bad := range []string{"", "nonsense", skey + "x", strings.Replace(skey, "PRIVATE", "PUBLIC", 1)} {
		err := SaveLogKey(path+"2", bad, nil)
		wantCode(t, err, truce.CodeInvalid, "cannot be read")
		if strings.Contains(err.Error(), skey[len(skey)-20:]) {
			t.Fatal("the error shows the secret")
		}
	}
	wantCode(t, SaveLogKey(path, skey, nil), truce.CodeConflict, "never overwritten")
}

// The key lies under the name that note gives it, so the line in the public
// file and the private key cannot drift apart.
func TestLoadLogKeySameSigner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.key")
	skey, vkey, err := proof.NewLogKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	want, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	if err := SaveLogKey(path, skey, nil); err != nil {
		t.Fatal(err)
	}
	got, err := LoadLogKey(path, vkey, nil)
	if err != nil || got.Name() != want.Name() || got.KeyHash() != want.KeyHash() {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPublic(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.pub")
	if err := SavePublic(path, "a+b+c"); err != nil {
		t.Fatal(err)
	}
	if line, err := LoadPublic(path); err != nil || line != "a+b+c" {
		t.Errorf("%q, %v", line, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info, err)
	}
	wantCode(t, SavePublic(path, "again"), truce.CodeConflict, "never overwritten")
	wantCode(t, SavePublic(path+"2", "two\nlines"), truce.CodeInvalid, "one line")
	wantCode(t, SavePublic(path+"2", ""), truce.CodeInvalid, "one line")
	for name, data := range map[string]string{"empty": "", "two": "a\nb\n"} {
		file := path + name
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := LoadPublic(file)
		wantCode(t, err, truce.CodeInvalid, "one line")
	}
	if err := os.WriteFile(path+"huge", make([]byte, maxPublic+1), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := LoadPublic(path + "huge")
	wantCode(t, err, truce.CodeTooLarge, "at most")
}
