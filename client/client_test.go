package client_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"truce"
	"truce/client"
	"truce/geo"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/proof"
)

const origin = "register.example/aleppo"

// house is a register served from a folder.
type house struct {
	testing.TB
	dir    app.Folder
	reg    *app.Register
	url    string
	signer proof.Signer
	party  truce.PartyID
}

func newHouse(t testing.TB) *house {
	dir := app.Folder(filepath.Join(t.TempDir(), "d"))
	if err := app.Create(t.Context(), dir, app.Founding{Origin: origin}, nil); err != nil {
		t.Fatal(err)
	}
	return serve(t, dir)
}

// serve opens a folder and serves it until the test ends.
func serve(t testing.TB, dir app.Folder) *house {
	t.Helper()
	reg, err := app.Open(t.Context(), dir, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{TB: t, dir: dir, reg: reg}
	if h.party, h.signer, err = reg.Registrar(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- reg.Serve(ctx, app.ServeOptions{Addr: "127.0.0.1:0", Version: "test", Ready: func(url string) { ready <- url }})
	}()
	select {
	case h.url = <-ready:
	case err := <-done:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error("the server ends with", err)
		}
		reg.Close()
	})
	return h
}

func (h *house) client(url string, opts ...func(*client.Options)) *client.Client {
	h.Helper()
	o := client.Options{LogKey: h.reg.LogKey, Signer: h.signer}
	for _, f := range opts {
		f(&o)
	}
	c, err := client.New(url, o)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

func (h *house) site(lat, lon float64, opts ...compose.Option) *proof.Envelope {
	h.Helper()
	body := map[string]any{"function": "hospital", "names": []truce.Name{{Text: "Al-Salam"}}, "geometry": geo.PointShape(geo.Point{Lat: lat, Lon: lon}, 10)}
	s, err := compose.Statement(truce.SiteRegister, origin, h.party, compose.NewSubject("site"), body, opts...)
	if err != nil {
		h.Fatal(err)
	}
	e, err := compose.Sign(s, h.signer)
	if err != nil {
		h.Fatal(err)
	}
	return e
}

// fill registers n sites.
func (h *house) fill(n int) {
	h.Helper()
	for i := range n {
		if res := h.reg.Intake.Submit(h.Context(), [][]byte{h.site(36+float64(i)/1000, 37.1).JSON()}); res[0].Err != nil {
			h.Fatal(res[0].Err)
		}
	}
}

func TestEndToEnd(t *testing.T) {
	h := newHouse(t)
	c := h.client(h.url)
	info, err := c.Info(t.Context())
	if err != nil || info.Origin != origin || info.LogSize != 2 || info.Checkpoint.Size != 2 || info.Exercise {
		t.Fatal(info, err)
	}
	e := h.site(36.2128, 37.1166)
	a, err := c.Submit(t.Context(), e)
	if err != nil || a.Entry != 2 || a.Known || !a.Verified.AuthorProven || a.ID != e.ID() {
		t.Fatalf("%+v %v", a, err)
	}
	if again, err := c.Submit(t.Context(), e); err != nil || !again.Known || again.Entry != 2 {
		t.Fatal(again, err)
	}
	ans, err := c.Check(t.Context(), client.Query{At: "36.2128, 37.1166", RadiusM: 500})
	if err != nil || len(ans.Protections) != 1 || ans.Protections[0].Name != "Al-Salam" || ans.AsOf.LogSize != 3 {
		t.Fatalf("%+v %v", ans, err)
	}
	s, err := c.Statement(t.Context(), e.ID())
	if err != nil || s.Envelope == nil || s.Entry != 2 || s.Kind != truce.SiteRegister {
		t.Fatalf("%+v %v", s, err)
	}
	for _, name := range []string{e.ID(), "2"} {
		if file, v, err := c.Receipt(t.Context(), name); err != nil || v.ID != e.ID() || len(file) == 0 {
			t.Fatal(v, err)
		}
	}
	it, err := c.Object(t.Context(), "site", s.Subject, client.Listing{})
	if err != nil || it.Version != e.ID() || it.State != "inForce" {
		t.Fatal(it, err)
	}
	if _, err := c.History(t.Context(), "site", s.Subject); err != nil {
		t.Fatal(err)
	}
	if err := c.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestListsPageByPage(t *testing.T) {
	h := newHouse(t)
	h.fill(25)
	c := h.client(h.url)
	n := 0
	for it, err := range c.Objects(t.Context(), "site", client.Listing{Limit: 10, State: "inForce"}) {
		if err != nil || it.Object != "site" || it.AsOf.LogSize != 27 {
			t.Fatal(it, err)
		}
		n++
	}
	if n != 25 {
		t.Errorf("%d sites", n)
	}
	n = 0
	for s, err := range c.Entries(t.Context()) {
		if err != nil || s.Entry != int64(n) {
			t.Fatal(s, err)
		}
		n++
	}
	if n != 27 {
		t.Errorf("%d entries", n)
	}
	public := h.client(h.url, func(o *client.Options) { o.Signer = nil })
	for it, err := range public.Objects(t.Context(), "site", client.Listing{}) {
		t.Fatal("the public sees", it, err)
	}
	if _, err := public.Statement(t.Context(), "5"); truce.CodeOf(err) != truce.CodeNotFound {
		t.Error(err)
	}
}

func TestSubmitMany(t *testing.T) {
	h := newHouse(t)
	c := h.client(h.url)
	var all []*proof.Envelope
	for i := range 700 {
		all = append(all, h.site(36+float64(i)/1000, 37.1))
	}
	all[100] = h.site(0, 0) // where records without a position end up
	all[300] = all[299]
	i, answered := 0, 0
	err := c.SubmitMany(t.Context(), func() (*proof.Envelope, error) {
		if i == len(all) {
			return nil, nil
		}
		i++
		return all[i-1], nil
	}, func(r client.Result) error {
		answered++
		switch {
		case r.Line != answered:
			return fmt.Errorf("line %d, want %d", r.Line, answered)
		case r.Line == 101:
			if truce.CodeOf(r.Err) != truce.CodeInvalid {
				return fmt.Errorf("line 101: %v", r.Err)
			}
		case r.Err != nil || r.ID != all[r.Line-1].ID() || r.Known != (r.Line == 301):
			return fmt.Errorf("line %d: %+v", r.Line, r)
		}
		return nil
	})
	if err != nil || answered != 700 || c.Checkpoint().Size != 2+698 {
		t.Fatal(answered, c.Checkpoint(), err)
	}
}

func TestSubmitManyEndsWithItsCaller(t *testing.T) {
	h := newHouse(t)
	c := h.client(h.url)
	halt := truce.E(truce.CodeInvalid, "enough")
	n := 0
	next := func() (*proof.Envelope, error) {
		if n++; n > 3 {
			return nil, halt
		}
		return h.site(36, 37), nil
	}
	if err := c.SubmitMany(t.Context(), next, func(client.Result) error { return nil }); err != halt {
		t.Error(err)
	}
	forever := func() (*proof.Envelope, error) { return h.site(36, 37), nil }
	if err := c.SubmitMany(t.Context(), forever, func(client.Result) error { return halt }); err != halt {
		t.Error(err)
	}
}

func TestCheckMany(t *testing.T) {
	h := newHouse(t)
	h.fill(3)
	c := h.client(h.url)
	lat, lon := 36.0, 37.1
	queries := make([]client.Query, 2300)
	for i := range queries {
		queries[i] = client.Query{Lat: &lat, Lon: &lon, RadiusM: 10}
	}
	queries[7] = client.Query{At: "nowhere"}
	got, err := c.CheckMany(t.Context(), queries)
	if err != nil || len(got) != len(queries) {
		t.Fatal(len(got), err)
	}
	for i, r := range got {
		if i == 7 {
			if truce.CodeOf(r.Err) != truce.CodeInvalid {
				t.Error(r.Err)
			}
			continue
		}
		if r.Err != nil || len(r.Answer.Protections) != 1 {
			t.Fatal(i, r)
		}
	}
}

// What a server tells once for all its answers is in each of them, in the bytes of a
// server that tells it in every one.
func TestCheckManyBriefly(t *testing.T) {
	h := newHouse(t)
	h.fill(3)
	lat, lon, far := 36.0, 37.1, 10.0
	queries := []client.Query{{Lat: &lat, Lon: &lon, RadiusM: 10}, {Lat: &far, Lon: &lon}, {At: "nowhere"}, {At: "37S CA 31 90"}, {Lat: &lat, Lon: &lon, AsKnownAt: 3}}
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range queries {
		queries[i].Time = &at
	}
	briefly := 0
	brief, err := h.client(h.proxy(swapped("/v1/check", func(b []byte) []byte { briefly = bytes.Count(b, []byte(`"notice"`)); return b }))).CheckMany(t.Context(), queries)
	if err != nil || briefly != 0 {
		t.Fatal(err, briefly)
	}
	whole, err := h.client(h.unpreferred()).CheckMany(t.Context(), queries)
	if err != nil {
		t.Fatal(err)
	}
	for i := range queries {
		a, b := brief[i], whole[i]
		if fmt.Sprint(a.Err) != fmt.Sprint(b.Err) {
			t.Errorf("query %d: %v, %v", i, a.Err, b.Err)
		}
		if a.Err == nil && (ageless(a.Answer.Raw()) != ageless(b.Answer.Raw()) || len(a.Answer.Protections) != len(b.Answer.Protections) || a.Answer.AsOf != b.Answer.AsOf) {
			t.Errorf("query %d:\n%s\n%s", i, a.Answer.Raw(), b.Answer.Raw())
		}
	}
}

// ageless is a text without what the clock says.
func ageless(raw []byte) string {
	return string(regexp.MustCompile(`"ageS":[0-9.]+|, [0-9,]+ seconds? old`).ReplaceAll(raw, nil))
}

// unpreferred is the register behind a proxy that does not pass on what is preferred.
func (h *house) unpreferred() string {
	u, err := url.Parse(h.url)
	if err != nil {
		h.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(u)
	direct := p.Director
	p.Director = func(r *http.Request) { direct(r); r.Header.Del("Prefer") }
	s := httptest.NewServer(p)
	h.Cleanup(s.Close)
	return s.URL
}

// proxy stands between client and register and changes answers.
func (h *house) proxy(change func(path string, status int, body []byte) (int, []byte)) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		req, _ := http.NewRequest(r.Method, h.url+r.URL.RequestURI(), bytes.NewReader(body))
		req.Header = r.Header.Clone()
		req.Header.Del("Accept-Encoding") // the transport unpacks what it asked for itself
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		data, _ := io.ReadAll(res.Body)
		status, data := change(r.URL.Path, res.StatusCode, data)
		w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
		w.WriteHeader(status)
		w.Write(data)
	}))
	h.Cleanup(s.Close)
	return s.URL
}

// swapped replaces every old by new in answers to paths with that beginning.
func swapped(prefix string, change func([]byte) []byte) func(string, int, []byte) (int, []byte) {
	return func(path string, status int, body []byte) (int, []byte) {
		if strings.HasPrefix(path, prefix) {
			return status, change(body)
		}
		return status, body
	}
}

// Every lie, and that it is shown as evidence.
func TestLiesAreShown(t *testing.T) {
	h := newHouse(t)
	h.fill(300)
	oldNote := bytes.Clone(h.reg.Ledger.Head().Note)
	h.fill(5)
	other := base64.StdEncoding.EncodeToString(make([]byte, 32))
	root := h.reg.Ledger.Head().RootText()
	for name, c := range map[string]struct {
		change func(string, int, []byte) (int, []byte)
		ask    func(*client.Client) error
	}{
		"a checkpoint that nobody signed": {swapped("/log/checkpoint", func(b []byte) []byte { return bytes.Replace(b, []byte("\n307\n"), []byte("\n308\n"), 1) }),
			func(c *client.Client) error { _, err := c.Update(t.Context()); return err }},
		"a checkpoint of before": {swapped("/log/checkpoint", func([]byte) []byte { return oldNote }),
			func(c *client.Client) error {
				if _, err := c.Info(t.Context()); err != nil {
					return fmt.Errorf("too early: %w", err)
				}
				_, err := c.Update(t.Context())
				return err
			}},
		"another name": {swapped("/v1", func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"origin":"`+origin), []byte(`"origin":"register.example/other`), 1)
		}),
			func(c *client.Client) error { _, err := c.Info(t.Context()); return err }},
		"another root in an answer": {swapped("/v1/check", func(b []byte) []byte { return bytes.Replace(b, []byte(root), []byte(other), 1) }),
			func(c *client.Client) error {
				_, err := c.Check(t.Context(), client.Query{At: "36.2, 37.1"})
				return err
			}},
		"more entries than there are": {swapped("/v1/check", func(b []byte) []byte { return bytes.Replace(b, []byte(`"logSize":307`), []byte(`"logSize":309`), 1) }),
			func(c *client.Client) error {
				_, err := c.Check(t.Context(), client.Query{At: "36.2, 37.1"})
				return err
			}},
		"another root in a list": {swapped("/v1/sites", func(b []byte) []byte { return bytes.Replace(b, []byte(root), []byte(other), 1) }),
			func(c *client.Client) error {
				for _, err := range c.Objects(t.Context(), "site", client.Listing{}) {
					return err
				}
				return nil
			}},
		"an altered receipt": {swapped("/v1/entries/7/receipt", func(b []byte) []byte { b[len(b)/2] ^= 1; return b }),
			func(c *client.Client) error { _, _, err := c.Receipt(t.Context(), "7"); return err }},
		"an altered envelope": {swapped("/v1/entries/7", func(b []byte) []byte { return bytes.Replace(b, []byte(`"sig":"`), []byte(`"sig":"A`), 1) }),
			func(c *client.Client) error { _, err := c.Statement(t.Context(), "7"); return err }},
		"a challenge of another register": {swapped("/v1/auth/challenge", func(b []byte) []byte {
			return bytes.Replace(b, []byte(origin), []byte("register.example/other"), 1)
		}), func(c *client.Client) error { _, err := c.SignIn(t.Context()); return err }},
		"altered tiles": {swapped("/log/tile/", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }),
			func(c *client.Client) error { return grown(t, h, c) }},
		"tiles cut short": {swapped("/log/tile/", func(b []byte) []byte { return b[:len(b)-1] }),
			func(c *client.Client) error { return grown(t, h, c) }},
	} {
		t.Run(name, func(t *testing.T) {
			if err := c.ask(h.client(h.proxy(c.change))); truce.CodeOf(err) != truce.CodeTampered {
				t.Errorf("%v", err)
			}
		})
	}
}

// grown has the client see the log before and after it grew. What was asked for
// in between is the register's own: it must not be in the way of other cases.
func grown(t *testing.T, h *house, c *client.Client) error {
	dir := t.TempDir()
	file := filepath.Join(dir, "seen")
	if _, err := c.Update(t.Context()); err != nil {
		return fmt.Errorf("too early: %w", err)
	}
	if err := os.WriteFile(file, c.Checkpoint().Note, 0o600); err != nil {
		return err
	}
	_, err := c.Check(t.Context(), client.Query{At: "36.2, 37.1", AsKnownAt: 100})
	return err
}

func TestAReceiptOfAnotherStatement(t *testing.T) {
	h := newHouse(t)
	h.fill(2)
	var receipt2 []byte
	c := h.client(h.url)
	receipt2, _, err := c.Receipt(t.Context(), "2")
	if err != nil {
		t.Fatal(err)
	}
	liar := h.client(h.proxy(swapped("/v1/entries/3/receipt", func([]byte) []byte { return receipt2 })))
	if _, _, err := liar.Receipt(t.Context(), "3"); truce.CodeOf(err) != truce.CodeTampered {
		t.Error(err)
	}
	liar = h.client(h.proxy(swapped("/v1/statements/", func(b []byte) []byte {
		var m map[string]any
		json.Unmarshal(b, &m)
		m["proof"] = string(receipt2)
		out, _ := json.Marshal(m)
		return out
	})))
	if _, err := liar.Submit(t.Context(), h.site(36, 37)); truce.CodeOf(err) != truce.CodeTampered {
		t.Error(err)
	}
}

// copy copies the folder, private files staying private.
func (h *house) copy(name string) app.Folder {
	h.Helper()
	to := filepath.Join(h.TempDir(), name)
	if err := os.CopyFS(to, os.DirFS(string(h.dir))); err != nil {
		h.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			err = os.Chmod(path, 0o600)
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return app.Folder(to)
}

// A register that shows two histories: the folder is copied, and both go on.
func TestSplitView(t *testing.T) {
	h := newHouse(t)
	h.fill(3)
	h.reg.Ledger.Close()
	h.reg.DB.Close()
	copied, twin := h.copy("first"), h.copy("twin")
	a, b := serve(t, copied), serve(t, twin)
	a.fill(2)
	b.fill(4)
	var now atomic.Pointer[house]
	now.Store(a)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		res, err := http.Get(now.Load().url + r.URL.RequestURI())
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		io.Copy(w, res.Body)
	}))
	defer front.Close()
	store := client.FileStore{Path: filepath.Join(t.TempDir(), "seen")}
	keep := func(o *client.Options) { o.Store, o.Signer = store, nil }
	if _, err := a.client(front.URL, keep).Info(t.Context()); err != nil {
		t.Fatal(err)
	}
	now.Store(b)
	// Another run of the client remembers what the first one saw.
	if _, err := a.client(front.URL, keep).Info(t.Context()); truce.CodeOf(err) != truce.CodeTampered {
		t.Error("the other history is believed:", err)
	}
	if note, err := store.Load(); err != nil || !bytes.Contains(note, []byte("\n7\n")) {
		t.Errorf("the evidence was replaced: %s %v", note, err)
	}
}

func TestStoredCheckpointOfAnother(t *testing.T) {
	h := newHouse(t)
	path := filepath.Join(t.TempDir(), "seen")
	if err := os.WriteFile(path, []byte("register.example/aleppo\n1\nAAAA\n\n— x AAAA\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := client.New(h.url, client.Options{LogKey: h.reg.LogKey, Store: client.FileStore{Path: path}}); truce.CodeOf(err) != truce.CodeTampered {
		t.Error(err)
	}
}

// The network and its servers at their worst.
func TestBadServers(t *testing.T) {
	h := newHouse(t)
	for name, c := range map[string]struct {
		handle http.HandlerFunc
		want   truce.Code
	}{
		"redirect to another host": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://other.example/v1", http.StatusFound)
		}, truce.CodeRefused},
		"endless answer": {func(w http.ResponseWriter, r *http.Request) {
			line := bytes.Repeat([]byte(" "), 1<<20)
			for {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}, truce.CodeTooLarge},
		"a page of a hotel": {func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<html>welcome</html>") }, truce.CodeUnavailable},
		"a broken proxy":    {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusBadGateway) }, truce.CodeUnavailable},
		"no such page":      {func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotFound) }, truce.CodeNotFound},
		"hangs up":          {func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, truce.CodeUnavailable},
		"cut short": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "99")
			fmt.Fprint(w, "{")
		}, truce.CodeUnavailable},
		"a code of tomorrow": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(409)
			fmt.Fprint(w, `{"status":409,"code":"novel","detail":"x"}`)
		}, truce.CodeConflict},
	} {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewServer(c.handle)
			defer s.Close()
			_, err := h.client(s.URL, func(o *client.Options) { o.Signer = nil }).Info(t.Context())
			if truce.CodeOf(err) != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	h := newHouse(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	ln.Close()
	_, err = h.client("http://" + address).Info(t.Context())
	if truce.CodeOf(err) != truce.CodeUnavailable || truce.CodeOf(err).Exit() != truce.ExitUnavailable {
		t.Error(err)
	}
}

// A token that the register does not know any more is replaced without a word.
func TestSignsInAgain(t *testing.T) {
	h := newHouse(t)
	h.fill(1)
	first := true
	c := h.client(h.proxy(func(path string, status int, body []byte) (int, []byte) {
		if path == "/v1/entries/2" && first {
			first = false
			return 401, []byte(`{"code":"sign_in","status":401,"detail":"the token does not count"}`)
		}
		return status, body
	}))
	if s, err := c.Statement(t.Context(), "2"); err != nil || s.Envelope == nil {
		t.Error(s, err)
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	h := newHouse(t)
	for _, base := range []string{"", "register.example", "ftp://register.example", "http://", "http://u:p@register.example", "http://register.example/?x=1"} {
		if _, err := client.New(base, client.Options{LogKey: h.reg.LogKey}); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%q: %v", base, err)
		}
	}
	if _, err := client.New(h.url, client.Options{}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Error(err)
	}
	c := h.client(h.url)
	for _, id := range []string{"", "x", "-1", "1.5", strings.Repeat("f", 63), strconv.FormatInt(1<<62, 10) + "000"} {
		if _, _, err := c.Receipt(t.Context(), id); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Several goroutines share a client while the log grows.
func TestShared(t *testing.T) {
	h := newHouse(t)
	c := h.client(h.url)
	errs := make(chan error, 8)
	for i := range 8 {
		go func() {
			var err error
			for range 5 {
				if i%2 == 0 {
					_, err = c.Submit(t.Context(), h.site(36, 37))
				} else {
					_, err = c.Check(t.Context(), client.Query{At: "36.2, 37.1"})
				}
				if err != nil {
					break
				}
			}
			errs <- err
		}()
	}
	for range 8 {
		select {
		case err := <-errs:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("stuck")
		}
	}
}

func TestEvents(t *testing.T) {
	h := newHouse(t)
	h.fill(3)
	c := h.client(h.url)
	enough := errors.New("enough")
	var got []int64
	err := c.Events(t.Context(), 1, func(s *client.Statement) error {
		got = append(got, s.Entry)
		switch len(got) {
		case 3:
			h.fill(2)
		case 5:
			return enough
		}
		return nil
	})
	if err != enough || fmt.Sprint(got) != "[2 3 4 5 6]" {
		t.Error(got, err)
	}
	if err := c.Events(t.Context(), 99, func(*client.Statement) error { return nil }); truce.CodeOf(err) != truce.CodeUsage {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Events(ctx, -1, func(*client.Statement) error { return enough }); err != nil {
		t.Error(err)
	}
}

// A stream that breaks off goes on where it was: nothing twice, nothing missing.
func TestEventsGoOn(t *testing.T) {
	h := newHouse(t)
	h.fill(6)
	broken := h.proxyOnce()
	c := h.client(broken)
	enough := errors.New("enough")
	var got []int64
	err := c.Events(t.Context(), -1, func(s *client.Statement) error {
		if got = append(got, s.Entry); s.Entry == 7 {
			return enough
		}
		return nil
	})
	if err != enough || fmt.Sprint(got) != "[0 1 2 3 4 5 6 7]" {
		t.Error(got, err)
	}
}

// proxyOnce breaks the first stream of events off in the middle of one.
func (h *house) proxyOnce() string {
	var streams atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		req, _ := http.NewRequestWithContext(r.Context(), r.Method, h.url+r.URL.RequestURI(), bytes.NewReader(body))
		req.Header = r.Header.Clone()
		req.Header.Del("Accept-Encoding") // the transport unpacks what it asked for itself
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return
		}
		defer res.Body.Close()
		w.WriteHeader(res.StatusCode)
		if r.URL.Path == "/v1/events" && streams.Add(1) == 1 {
			io.CopyN(w, res.Body, 1000)
			panic(http.ErrAbortHandler)
		}
		buffer := make([]byte, 512)
		for {
			n, err := res.Body.Read(buffer)
			w.Write(buffer[:n])
			http.NewResponseController(w).Flush()
			if err != nil {
				return
			}
		}
	}))
	h.Cleanup(s.Close)
	return s.URL
}
