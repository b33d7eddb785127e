package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/keyfile"
	"truce/proof"
)

// The environment of a test binary that is run as a server of its own, to be
// killed or kept from writing.
const (
	childFolder = "TRUCE_APP_CHILD" // data folder to serve
	childLimit  = "TRUCE_APP_LIMIT" // bytes that no file of it may grow beyond
	childTells  = "TRUCE_APP_TELLS" // it tells desks over webhooks
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		fmt.Fprintln(os.Stderr, "child:", serveFolder(Folder(dir)))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// serveFolder serves a register on a free port until it is killed or its
// standard input ends, and prints the URL.
func serveFolder(dir Folder) error {
	raise := func() {}
	if limit, err := strconv.ParseUint(os.Getenv(childLimit), 10, 64); err == nil {
		raise = limitFiles(limit)
	}
	r, err := Open(context.Background(), dir, Options{})
	if err != nil {
		return err
	}
	go func() {
		in := bufio.NewScanner(os.Stdin)
		for in.Scan() { // one line: there is space again
			raise()
		}
		os.Exit(0)
	}()
	return r.Serve(context.Background(), ServeOptions{Addr: "127.0.0.1:0", Version: "test", Ready: func(url string) { fmt.Println(url) }, Notify: childLines()})
}

// server is a register that another process serves.
type server struct {
	t   testing.TB
	cmd *exec.Cmd
	in  io.WriteCloser
	url string
}

// start runs this binary as the server of a folder. Its url is empty when it
// ended before it had one; soon is called as soon as it runs.
func start(t testing.TB, dir Folder, soon func(*server), env ...string) *server {
	t.Helper()
	s := &server{t: t, cmd: exec.Command(os.Args[0])}
	s.cmd.Env = append(append(os.Environ(), childFolder+"="+string(dir)), env...)
	s.cmd.Stderr = os.Stderr
	var err error
	s.in, err = s.cmd.StdinPipe()
	must(t, err)
	out, err := s.cmd.StdoutPipe()
	must(t, err)
	must(t, s.cmd.Start())
	t.Cleanup(s.kill)
	if soon != nil {
		soon(s)
	}
	line, _ := bufio.NewReader(out).ReadString('\n') // nothing when it was killed first
	s.url = strings.TrimSpace(line)
	return s
}

// kill ends the process at once, as kill -9 does.
func (s *server) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait() // killed: that is the point
}

// answer is what came back over HTTP.
type answer struct {
	status int
	media  string
	body   []byte
}

// problem reads the body as problem+json.
func (a *answer) problem(t testing.TB) (p struct{ Title, Detail, Code, Hint string }) {
	t.Helper()
	if a.media != "application/problem+json" {
		t.Fatalf("%d %s: %s", a.status, a.media, a.body)
	}
	must(t, json.Unmarshal(a.body, &p))
	return p
}

// ask sends one request. The error is that of the connection.
func ask(c *http.Client, method, url, media string, body []byte) (*answer, error) {
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return &answer{res.StatusCode, res.Header.Get("Content-Type"), data}, err
}

func (s *server) get(path string) *answer {
	s.t.Helper()
	a, err := ask(http.DefaultClient, "GET", s.url+path, "", nil)
	must(s.t, err)
	return a
}

func (s *server) post(path string, body []byte) *answer {
	s.t.Helper()
	a, err := ask(http.DefaultClient, "POST", s.url+path, "application/json", body)
	must(s.t, err)
	return a
}

// from is a client with an address of its own, where the system has such: the
// server bounds the requests of one address.
func from(address string) *http.Client {
	plain := &net.Dialer{}
	own := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	dial := func(ctx context.Context, network, to string) (net.Conn, error) {
		if c, err := own.DialContext(ctx, network, to); err == nil {
			return c, nil
		}
		return plain.DialContext(ctx, network, to)
	}
	return &http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: 20 * time.Second}
}

// registrar signs for the register in a folder, as another process would.
type registrar struct {
	t      testing.TB
	origin string
	logKey string
	signer proof.Signer
}

// create makes a register in a new folder.
func create(t testing.TB, dir string) (Folder, *registrar) {
	t.Helper()
	folder := Folder(dir + "/register")
	must(t, Create(t.Context(), folder, Founding{Origin: "test.example/register"}, nil))
	key, err := keyfile.Load(folder.RegistrarKey(), nil)
	must(t, err)
	logKey, err := folder.LogKey()
	must(t, err)
	return folder, &registrar{t, "test.example/register", logKey, key.Signer()}
}

// sign makes an envelope of the registrar.
func (r *registrar) sign(kind truce.Kind, subject string, body any, opts ...compose.Option) *proof.Envelope {
	s, err := compose.Statement(kind, r.origin, RegistrarID, subject, body, opts...)
	if err != nil {
		panic(err) // it may be another goroutine than the test's
	}
	e, err := compose.Sign(s, r.signer)
	if err != nil {
		panic(err)
	}
	return e
}

// site is a new site with so many bytes of description.
func (r *registrar) site(n, bytes int) *proof.Envelope {
	return r.sign(truce.SiteRegister, compose.NewSubject("site"), siteBody(n, bytes))
}

func siteBody(n, bytes int) map[string]any {
	return map[string]any{"names": []truce.Name{{Text: fmt.Sprintf("Clinic %d", n), Lang: "en"}}, "function": "clinic",
		"geometry":    map[string]any{"type": "Point", "coordinates": []float64{37 + float64(n%1000)/1000, 36}, "accuracyM": 10},
		"description": strings.Repeat("x", max(bytes, 1))}
}

// reopen opens the register of a folder until the test ends.
func reopen(t testing.TB, dir Folder) *Register {
	t.Helper()
	r, err := Open(t.Context(), dir, Options{})
	must(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

// add submits n sites and gives the results.
func add(t testing.TB, r *Register, by *registrar, n int) {
	t.Helper()
	envelopes := make([][]byte, n)
	for i := range envelopes {
		envelopes[i] = by.site(i, 10).JSON()
	}
	for _, res := range r.Intake.Submit(t.Context(), envelopes) {
		must(t, res.Err)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantRefusal wants an error of the code that says the words and what to do.
func wantRefusal(t testing.TB, err error, code truce.Code, words string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s: %s", code, words)
	}
	if truce.CodeOf(err) != code || !strings.Contains(err.Error(), words) {
		t.Errorf("got %s: %v\nwant %s: %s", truce.CodeOf(err), err, code, words)
	}
	if truce.HintOf(err) == "" {
		t.Errorf("no hint in: %v", err)
	}
}

// entryOf is the number in the answer to a statement that was taken.
func entryOf(t testing.TB, a *answer) int64 {
	t.Helper()
	got := struct{ Entry int64 }{-1}
	if err := json.Unmarshal(a.body, &got); err != nil || got.Entry < 0 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	return got.Entry
}
