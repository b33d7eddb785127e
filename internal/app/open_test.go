package app

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"truce"
	"truce/proof"
)

func truceSum(data []byte) []byte {
	sum := sha256.Sum256(data)
	return sum[:8]
}

// TestTwoProcesses: the second one is told who has the register.
func TestTwoProcesses(t *testing.T) {
	dir, _ := create(t, t.TempDir())
	s := start(t, dir, nil)
	for _, o := range []Options{{}, {ReadOnly: true}} {
		_, err := Open(t.Context(), dir, o)
		wantRefusal(t, err, truce.CodeUnavailable, fmt.Sprintf("(pid %d)", s.cmd.Process.Pid))
	}
	if a := s.get("/readyz"); a.status != http.StatusOK {
		t.Errorf("the first one: %d %s", a.status, a.body)
	}
	s.kill()
	whole(t, dir)
}

func TestOpenTwiceInOneProcess(t *testing.T) {
	dir, _ := create(t, t.TempDir())
	r := reopen(t, dir)
	_, err := Open(t.Context(), dir, Options{})
	wantRefusal(t, err, truce.CodeUnavailable, fmt.Sprintf("(pid %d)", os.Getpid()))
	must(t, r.Close())
	must(t, r.Close())
	must(t, reopen(t, dir).Close())
}

func TestCreateRefuses(t *testing.T) {
	used, _ := create(t, t.TempDir())
	fresh := Folder(filepath.Join(t.TempDir(), "fresh"))
	for name, c := range map[string]struct {
		dir   Folder
		f     Founding
		code  truce.Code
		words string
	}{
		"used folder":    {used, Founding{Origin: "test.example/x"}, truce.CodeConflict, "is not empty"},
		"no origin":      {fresh, Founding{}, truce.CodeUsage, "cannot name a register"},
		"URL for origin": {fresh, Founding{Origin: "https://test.example/x"}, truce.CodeUsage, "cannot name a register"},
		"party":          {fresh, Founding{Origin: "test.example/x", Party: "The Cell"}, truce.CodeUsage, "id of a party"},
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, Create(t.Context(), c.dir, c.f, nil), c.code, c.words) })
	}
	if _, err := os.Stat(string(fresh)); !os.IsNotExist(err) {
		t.Error("a folder was made all the same")
	}
	whole(t, used)
}

// TestCreateWithPassphrase: nothing opens for writing without it.
func TestCreateWithPassphrase(t *testing.T) {
	dir := Folder(filepath.Join(t.TempDir(), "register"))
	must(t, Create(t.Context(), dir, Founding{Origin: "test.example/x", Exercise: true, Passphrase: []byte("correct horse")}, nil))
	_, err := Open(t.Context(), dir, Options{Ask: given([]byte("wrong"))})
	if truce.CodeOf(err) != truce.CodeRefused {
		t.Errorf("with a wrong passphrase: %v", err)
	}
	r, err := Open(t.Context(), dir, Options{Ask: given([]byte("correct horse"))})
	must(t, err)
	if !r.Exercise {
		t.Error("the register is not an exercise")
	}
	party, signer, err := r.Registrar(t.Context())
	if err != nil || party != RegistrarID || signer == nil {
		t.Errorf("%v %v", party, err)
	}
	must(t, r.Close())
	r, err = Open(t.Context(), dir, Options{ReadOnly: true})
	must(t, err)
	must(t, r.Close())
}

// TestReceipt: what the register hands out verifies with the log's key alone.
func TestReceipt(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	add(t, r, by, 3)
	receipt, err := r.Receipt(t.Context(), 3)
	must(t, err)
	v, err := proof.VerifyReceipt(receipt.Marshal(), r.LogKey)
	must(t, err)
	if v.Statement.Kind != truce.SiteRegister || len(v.Signers) != 1 || v.Signers[0].Party != RegistrarID {
		t.Errorf("%+v", v)
	}
}

func TestServeRefuses(t *testing.T) {
	dir, _ := create(t, t.TempDir())
	r := reopen(t, dir)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer taken.Close()
	wantRefusal(t, r.Serve(t.Context(), ServeOptions{Addr: taken.Addr().String()}), truce.CodeUnavailable, "cannot listen")
	wantRefusal(t, r.Serve(t.Context(), ServeOptions{Addr: "127.0.0.1:0", CertFile: "cert.pem"}), truce.CodeUsage, "belong together")
	wantRefusal(t, r.Serve(t.Context(), ServeOptions{Addr: "127.0.0.1:0", CertFile: "no.pem", KeyFile: "no.pem"}), truce.CodeUsage, "cannot be read")
}

// TestServeEnds: the end of the context ends the server, without an error.
func TestServeEnds(t *testing.T) {
	dir, _ := create(t, t.TempDir())
	r := reopen(t, dir)
	ctx, stop := context.WithCancel(t.Context())
	must(t, r.Serve(ctx, ServeOptions{Addr: "127.0.0.1:0", Ready: func(url string) {
		go func() {
			defer stop()
			if a, err := ask(http.DefaultClient, "GET", url+"/readyz?verbose", "", nil); err != nil || a.status != http.StatusOK {
				t.Errorf("%v %+v", err, a)
			}
		}()
	}}))
}
