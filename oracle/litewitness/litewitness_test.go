package litewitness

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/internal/keyfile"
	cosigning "truce/internal/witness"
	"truce/proof"
)

const (
	origin = "register.example/aleppo"
	name   = "witness.example/lite"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// foreign is a running litewitness that knows one log.
type foreign struct {
	url, key string
	stop     func()
}

// build builds the program once.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "litewitness")
	out, err := exec.Command("go", "build", "-o", path, "filippo.io/torchwood/cmd/litewitness").CombinedOutput()
	if err != nil {
		t.Skipf("litewitness cannot be built here: %v\n%s", err, out)
	}
	return path
}

// keyAgent answers as an ssh-agent that holds one key.
func keyAgent(t *testing.T, dir string) (socket, fingerprint string, public ed25519.PublicKey) {
	t.Helper()
	priv := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))
	ring := agent.NewKeyring()
	must(t, ring.Add(agent.AddedKey{PrivateKey: priv}))
	signers, err := ring.Signers()
	must(t, err)
	socket = filepath.Join(dir, "agent")
	ln, err := net.Listen("unix", socket)
	must(t, err)
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go agent.ServeAgent(ring, c)
		}
	}()
	return socket, ssh.FingerprintSHA256(signers[0].PublicKey()), priv.Public().(ed25519.PublicKey)
}

// enter writes the log into the witness's database, as witnessctl would.
func enter(t *testing.T, path, logKey string) {
	t.Helper()
	db, err := sqlite.OpenConn(path, 0)
	must(t, err)
	must(t, sqlitex.ExecScript(db, `
		CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL, tree_hash TEXT NOT NULL);
		CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL, FOREIGN KEY(origin) REFERENCES log(origin));`))
	empty, err := tlog.TreeHash(0, nil)
	must(t, err)
	must(t, sqlitex.Execute(db, "INSERT INTO log VALUES (?, 0, ?)", &sqlitex.ExecOptions{Args: []any{origin, empty.String()}}))
	must(t, sqlitex.Execute(db, "INSERT INTO key VALUES (?, ?)", &sqlitex.ExecOptions{Args: []any{origin, logKey}}))
	must(t, db.Close())
}

func start(t *testing.T, program, dir, logKey string) *foreign {
	t.Helper()
	socket, fingerprint, public := keyAgent(t, dir)
	db := filepath.Join(dir, "witness.db")
	enter(t, db, logKey)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := ln.Addr().String()
	must(t, ln.Close())
	cmd := exec.Command(program, "-db", db, "-name", name, "-key", fingerprint, "-ssh-agent", socket, "-listen", addr, "-obscurity")
	var said bytes.Buffer
	cmd.Stderr = &said
	must(t, cmd.Start())
	f := &foreign{url: "http://" + addr, stop: func() { cmd.Process.Kill(); cmd.Wait() }}
	t.Cleanup(f.stop)
	cosigner, err := torchwood.NewCosignatureSigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	must(t, err)
	if f.key = cosigner.Verifier().String(); !strings.HasPrefix(f.key, name+"+") || len(public) != 32 {
		t.Fatal(f.key)
	}
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return f
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("it does not listen:\n%s", said.String())
	return nil
}

// ours is a register of ours, served with a policy that names the witness.
type ours struct {
	t      *testing.T
	dir    app.Folder
	reg    *app.Register
	signer note.Signer
	key    proof.Signer
	url    string
}

func register(t *testing.T) *ours {
	t.Helper()
	o := &ours{t: t, dir: app.Folder(filepath.Join(t.TempDir(), "register"))}
	must(t, app.Create(t.Context(), o.dir, app.Founding{Origin: origin}, nil))
	var err error
	o.reg, err = app.Open(t.Context(), o.dir, app.Options{})
	must(t, err)
	t.Cleanup(func() { o.reg.Close() })
	o.signer, err = keyfile.LoadLogKey(o.dir.LogPrivate(), o.reg.LogKey, nil)
	must(t, err)
	k, err := keyfile.Load(o.dir.RegistrarKey(), nil)
	must(t, err)
	o.key = k.Signer()
	return o
}

func (o *ours) serve(p *proof.Policy) {
	o.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- o.reg.Serve(ctx, app.ServeOptions{Addr: "127.0.0.1:0", Version: "test", Policy: p, Patience: cosigning.Forever, AllowPrivate: true,
			Ready: func(url string) { ready <- url }})
	}()
	o.t.Cleanup(func() { cancel(); <-done })
	select {
	case o.url = <-ready:
	case err := <-done:
		o.t.Fatal(err)
	}
}

// grow submits n sites.
func (o *ours) grow(n int) {
	o.t.Helper()
	for i := range n {
		body := map[string]any{"names": []truce.Name{{Text: fmt.Sprint("Clinic ", i)}}, "function": "clinic",
			"geometry": map[string]any{"type": "Point", "coordinates": []float64{37.1, 36.2}, "accuracyM": 10}}
		s, err := compose.Statement(truce.SiteRegister, origin, app.RegistrarID, compose.NewSubject("site"), body)
		must(o.t, err)
		e, err := compose.Sign(s, o.key)
		must(o.t, err)
		must(o.t, o.reg.Intake.Submit(o.t.Context(), [][]byte{e.JSON()})[0].Err)
	}
}

func get(url string) (int, []byte) {
	res, err := http.Get(url)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	data, _ := io.ReadAll(res.Body)
	return res.StatusCode, data
}

// published waits until the head of that size is shown.
func (o *ours) published(size int64) *proof.Checkpoint {
	o.t.Helper()
	for range 500 {
		if status, data := get(o.url + "/log/checkpoint"); status == http.StatusOK {
			cp, err := proof.OpenCheckpoint(data, o.reg.LogKey)
			must(o.t, err)
			if cp.Size == size {
				return cp
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	o.t.Fatalf("the head of %d entries was never shown", size)
	return nil
}

// TestForeignWitness: a witness by others cosigns our heads as the log grows, its
// own library believes our receipts under a policy, and our forks it refuses.
func TestForeignWitness(t *testing.T) {
	o := register(t)
	w := start(t, build(t), t.TempDir(), o.reg.LogKey)
	text := "log " + o.reg.LogKey + "\nwitness lite " + w.key + " " + w.url + "\nquorum lite\n"
	p, err := proof.ParsePolicy([]byte(text))
	must(t, err)
	o.serve(p)
	o.published(2)
	for size := int64(2); size < 300; {
		o.grow(59)
		size += 59
		cp := o.published(size)
		if j := p.Judge(cp, time.Now(), time.Minute); !j.Fresh || len(j.Cosigned) != 1 {
			t.Fatalf("at %d: %+v\n%s", size, j, cp.Note)
		}
	}
	o.receipts(t, text, p)
	o.forks(t, w)
}

// receipts are verified by the other's library, with its own reading of the policy.
func (o *ours) receipts(t *testing.T, text string, p *proof.Policy) {
	t.Helper()
	theirs, err := torchwood.ParsePolicy([]byte(text))
	must(t, err)
	for _, n := range []int64{0, 1, 255, 256, 290} {
		status, receipt := get(fmt.Sprintf("%s/v1/entries/%d/receipt", o.url, n))
		if status == http.StatusNotFound { // not for the public: with the folder's own
			cp := o.published(o.reg.Ledger.Head().Size)
			r, err := o.reg.Ledger.ReceiptUnder(t.Context(), n, false, cp)
			must(t, err)
			receipt = r.Marshal()
		}
		r, err := proof.ParseReceipt(receipt)
		must(t, err)
		if err := torchwood.VerifyProof(theirs, proof.LeafHash(r.Leaf()), receipt); err != nil {
			t.Errorf("entry %d: their library: %v", n, err)
		}
		if _, _, err := proof.VerifyReceiptUnder(receipt, p, time.Now(), time.Minute); err != nil {
			t.Errorf("entry %d: ours: %v", n, err)
		}
		if err := torchwood.VerifyProof(theirs, proof.LeafHash([]byte("another")), receipt); err == nil {
			t.Errorf("entry %d: their library takes another leaf", n)
		}
		r.Checkpoint = o.reg.Ledger.Head().Note
		if err := torchwood.VerifyProof(theirs, proof.LeafHash(r.Leaf()), r.Marshal()); err == nil {
			t.Errorf("entry %d: their library takes a head that nobody cosigned", n)
		}
	}
}

// forks are heads that only the operator can sign: each is refused.
func (o *ours) forks(t *testing.T, w *foreign) {
	t.Helper()
	head := o.reg.Ledger.Head()
	forged := func(size int64) []byte {
		cp, err := proof.SignCheckpoint(o.signer, size, tlog.RecordHash([]byte("another history")))
		must(t, err)
		return cp.Note
	}
	post := func(old int64, hashes []tlog.Hash, note []byte) (int, string) {
		body := fmt.Sprintf("old %d\n", old)
		for _, h := range hashes {
			body += h.String() + "\n"
		}
		res, err := http.Post(w.url+"/add-checkpoint", "text/plain", strings.NewReader(body+"\n"+string(note)))
		must(t, err)
		defer res.Body.Close()
		data, err := io.ReadAll(res.Body)
		must(t, err)
		return res.StatusCode, string(data)
	}
	path, err := o.reg.Ledger.ConsistencyProof(t.Context(), 100, head.Size)
	must(t, err)
	for what, c := range map[string]struct {
		old    int64
		hashes []tlog.Hash
		note   []byte
		want   []int
	}{
		"another root for the same size": {head.Size, nil, forged(head.Size), []int{409, 422}},
		"a longer log with another past": {head.Size, path, forged(head.Size + 50), []int{422}},
		"a shorter log":                  {head.Size, nil, forged(100), []int{400}},
		"from another size":              {100, path, forged(head.Size + 1), []int{409}},
		"the same head once more":        {head.Size, nil, head.Note, []int{200}},
		"signed by nobody":               {head.Size, nil, bytes.Replace(head.Note, fmt.Appendf(nil, "\n%d\n", head.Size), fmt.Appendf(nil, "\n%d\n", head.Size+1), 1), []int{403}},
	} {
		status, said := post(c.old, c.hashes, c.note)
		ok := false
		for _, want := range c.want {
			ok = ok || status == want
		}
		if !ok || strings.Contains(said, "—") != (status == 200) {
			t.Errorf("%s: %d %q, want %v", what, status, said, c.want)
		}
	}
}

// TestSameAnswers: what the two witnesses answer to the same requests.
func TestSameAnswers(t *testing.T) {
	o := register(t)
	o.grow(20)
	theirs := start(t, build(t), t.TempDir(), o.reg.LogKey)
	cosigner, err := proof.NewCosigner("witness.example/ours", ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32)))
	must(t, err)
	mine, err := cosigning.New(cosigning.Config{Dir: filepath.Join(t.TempDir(), "w"), Cosigner: cosigner, Logs: []string{o.reg.LogKey}})
	must(t, err)
	at := func(size int64) *proof.Checkpoint {
		root, err := o.reg.Ledger.RootAt(t.Context(), size)
		must(t, err)
		cp, err := proof.SignCheckpoint(o.signer, size, root)
		must(t, err)
		return cp
	}
	body := func(old, size int64) string {
		text := fmt.Sprintf("old %d\n", old)
		if old > 0 && old < size {
			path, err := o.reg.Ledger.ConsistencyProof(t.Context(), old, size)
			must(t, err)
			for _, h := range path {
				text += h.String() + "\n"
			}
		}
		return text + "\n" + string(at(size).Note)
	}
	for i, b := range []string{
		body(0, 5), body(0, 5), body(5, 5), body(4, 9), body(5, 9), body(9, 7), strings.Replace(body(9, 20), "old 9\n", "old 9\nAAAA\n", 1),
		strings.Replace(body(9, 20), "\n20\n", "\n21\n", 1), strings.Replace(body(9, 20), origin, "register.example/none", 2), "old x\n\n", "", body(9, 20), body(9, 20), body(20, 20),
	} {
		res, err := http.Post(theirs.url+"/add-checkpoint", "text/plain", strings.NewReader(b))
		must(t, err)
		said, err := io.ReadAll(res.Body)
		must(t, err)
		res.Body.Close()
		own := mine.AddCheckpoint([]byte(b))
		if own.Status != res.StatusCode || own.Status == http.StatusConflict && string(own.Body) != string(said) {
			t.Errorf("request %d: ours %d %q, theirs %d %q", i, own.Status, own.Body, res.StatusCode, said)
		}
	}
}
