package witness

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"truce"
	"truce/internal/outbound"
	"truce/proof"
)

// stage is a register's log with witnesses around it.
type stage struct {
	*history
	policy strings.Builder
	cfg    GatherConfig
}

func newStage(t testing.TB) *stage {
	s := &stage{history: newHistory(t).grow(3, "a")}
	fmt.Fprintf(&s.policy, "log %s\n", s.vkey)
	s.cfg = GatherConfig{Log: s.history, LogKey: s.vkey, HTTP: outbound.Client(outbound.Options{AllowPrivate: true}), Path: filepath.Join(t.TempDir(), "witnessed"),
		Timeout: 300 * time.Millisecond, Pause: time.Millisecond, Renew: 20 * time.Millisecond}
	return s
}

// add serves a witness; in front of it stands what handle does, if anything.
func (s *stage) add(name string, n byte, handle func(w http.ResponseWriter, r *http.Request, real http.Handler)) *Witness {
	s.t.Helper()
	w, err := New(Config{Dir: s.t.(*testing.T).TempDir(), Cosigner: testCosigner(s.t, "w.example/"+name, n), Logs: []string{s.vkey}})
	must(s.t, err)
	real := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/add-checkpoint" || r.Method != http.MethodPost {
			rw.WriteHeader(http.StatusNotFound)
			return
		}
		reply := w.AddCheckpoint(body)
		rw.Header().Set("Content-Type", reply.Media)
		rw.WriteHeader(reply.Status)
		rw.Write(reply.Body)
	})
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body) // so that the server notices when the client goes
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if handle == nil {
			real(rw, r)
			return
		}
		handle(rw, r, real)
	}))
	s.t.(*testing.T).Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
	fmt.Fprintf(&s.policy, "witness %s %s %s\n", name, w.Key(), srv.URL)
	return w
}

// start runs a gatherer under the policy so far, with that end.
func (s *stage) start(quorum string) *Gatherer {
	s.t.Helper()
	g := s.make(quorum)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { g.Run(ctx); close(done) }()
	s.t.(*testing.T).Cleanup(func() { cancel(); <-done })
	return g
}

func (s *stage) make(quorum string) *Gatherer {
	s.t.Helper()
	p, err := proof.ParsePolicy([]byte(s.policy.String() + quorum))
	must(s.t, err)
	s.cfg.Policy = p
	g, err := NewGatherer(s.cfg)
	must(s.t, err)
	return g
}

// until waits for what is going to happen, or fails.
func until(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not happen: %s", what)
		}
	}
}

func (g *Gatherer) has(size int64, witnessed bool) func() bool {
	return func() bool {
		cp, w := g.Publish()
		return cp != nil && cp.Size == size && w == witnessed
	}
}

func TestGather(t *testing.T) {
	s := newStage(t)
	s.add("one", 1, nil)
	s.add("two", 2, nil)
	s.cfg.Patience = Forever
	g := s.start("group both all one two\nquorum both\n")
	until(t, "the first head", g.has(3, true))
	for size := int64(4); size < 20; size += 5 {
		s.grow(5, "a")
		until(t, "a later head", g.has(size+4, true))
	}
	cp := g.Witnessed()
	if j := s.cfg.Policy.Judge(cp, time.Now(), time.Minute); !j.Fresh || len(j.Cosigned) != 2 {
		t.Errorf("%+v", j)
	}
	if kept, err := os.ReadFile(s.cfg.Path); err != nil || !bytes.Contains(kept, []byte("w.example/two")) {
		t.Errorf("kept: %s, %v", kept, err)
	}
	again := s.make("group both all one two\nquorum both\n")
	if !again.has(cp.Size, true)() {
		t.Error("what was witnessed is lost with a restart")
	}
	first := g.Witnessed().Note
	until(t, "a renewed cosignature", func() bool { return !bytes.Equal(g.Witnessed().Note, first) || time.Now().Nanosecond() < 0 })
}

// TestWitnessesThatFail: the quorum is reached beside every kind of bad witness.
func TestWitnessesThatFail(t *testing.T) {
	for name, handle := range map[string]func(http.ResponseWriter, *http.Request, http.Handler){
		"is down":      func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusBadGateway) },
		"says nothing": func(_ http.ResponseWriter, r *http.Request, _ http.Handler) { <-r.Context().Done() },
		"drips":        drip,
		"never stops":  func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { flood(w) },
		"leads away": func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusTemporaryRedirect)
		},
		"signs rubbish": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			io.WriteString(w, "— w.example/bad AAAA\n")
		},
		"knows another size": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, "999\n")
		},
		"always another size": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, "1\n")
		},
		"cannot say the size": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusConflict)
			io.WriteString(w, "-3\n")
		},
		"refuses": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusUnprocessableEntity)
		},
		"cosigns another head": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			if name == "cosigns another head" {
				other := newHistory(t).grow(9, "z").Head()
				handle = func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					io.WriteString(w, testCosigner(t, "w.example/bad", 9).Cosign(other, time.Now()).Line)
				}
			}
			s.add("bad", 9, handle)
			s.add("good", 1, nil)
			s.cfg.Patience = Forever
			g := s.start("group any any bad good\nquorum any\n")
			until(t, "the first head", g.has(3, true))
			s.grow(4, "a")
			until(t, "the second head", g.has(7, true))
			if j := s.cfg.Policy.Judge(g.Witnessed(), time.Now(), 0); len(j.Missing) != 1 || j.Missing[0] != "bad" {
				t.Errorf("%+v", j)
			}
		})
	}
}

func drip(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, "—"); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		time.Sleep(5 * time.Millisecond)
	}
}

func flood(w http.ResponseWriter) {
	for block := bytes.Repeat([]byte("x"), 1<<16); ; {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// TestPatience: without its quorum a head is held back, and then shown and marked.
func TestPatience(t *testing.T) {
	now := noon
	s := newStage(t)
	var down atomic.Bool
	s.add("one", 1, func(w http.ResponseWriter, r *http.Request, real http.Handler) {
		if down.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		real.ServeHTTP(w, r)
	})
	s.cfg.Patience, s.cfg.Now = time.Minute, func() time.Time { return now }
	g := s.make("quorum one\n")
	if cp, witnessed := g.Publish(); witnessed || cp.Size != 3 {
		t.Errorf("before the first: %v %v", cp, witnessed)
	}
	g.round(t.Context(), s.Head())
	if !g.has(3, true)() {
		t.Error("cosigned, and not shown as such")
	}
	down.Store(true)
	s.grow(2, "a")
	g.round(t.Context(), s.Head())
	if !g.has(3, true)() {
		t.Error("a head is shown before its time")
	}
	now = now.Add(2 * time.Minute)
	if !g.has(5, false)() {
		t.Error("after its time the newest head is not shown")
	}
	now = now.Add(-2 * time.Minute)
	if cp, _ := g.Publish(); cp.Size < 5 {
		t.Error("what is shown became smaller")
	}
	down.Store(false)
	g.round(t.Context(), s.Head())
	if !g.has(5, true)() {
		t.Error("cosigned later, and not shown as such")
	}
	forever := newStage(t)
	forever.add("one", 1, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusBadGateway) })
	forever.cfg.Patience = Forever
	if cp, witnessed := forever.make("quorum one\n").Publish(); cp != nil || witnessed {
		t.Errorf("shown without its quorum: %v", cp)
	}
}

// TestSlowWitness: neither the log nor the other witnesses wait for it.
func TestSlowWitness(t *testing.T) {
	s := newStage(t)
	s.cfg.Timeout = time.Minute
	release := make(chan struct{})
	var once sync.Once
	t.Cleanup(func() { once.Do(func() { close(release) }) })
	s.add("slow", 1, func(w http.ResponseWriter, r *http.Request, real http.Handler) {
		<-release
		real.ServeHTTP(w, r)
	})
	s.add("quick", 2, nil)
	s.cfg.Patience = Forever
	g := s.start("group any any slow quick\nquorum any\n")
	for size := int64(3); size < 40; size++ {
		until(t, "a head", g.has(size, true))
		s.grow(1, "a")
	}
	once.Do(func() { close(release) })
	until(t, "the slow one catches up", func() bool {
		return g.Witnessed().Size == 40 && len(s.cfg.Policy.Judge(g.Witnessed(), time.Now(), 0).Missing) == 0
	})
}

// TestEvidenceOfAWitness: a register that was put back is refused at its start,
// and one that was forked by every witness that saw more.
func TestEvidenceOfAWitness(t *testing.T) {
	s := newStage(t)
	w := s.add("one", 1, nil)
	s.grow(5, "a")
	g := s.make("quorum one\n")
	g.round(t.Context(), s.Head())
	before := &history{t: t, signer: s.signer, vkey: s.vkey, leaves: 3, hashes: s.hashes, changed: make(chan struct{})}
	s.cfg.Log = before
	if _, err := NewGatherer(s.cfg); truce.CodeOf(err) != truce.CodeTampered {
		t.Errorf("an older copy goes on: %v", err)
	}
	must(t, os.Remove(s.cfg.Path))
	fork := newHistoryLike(s.history, 3).fork().grow(20, "b")
	var logged bytes.Buffer
	s.cfg.Log, s.cfg.Logger = fork, slog.New(slog.NewTextHandler(&logged, nil))
	g, err := NewGatherer(s.cfg)
	must(t, err)
	g.round(t.Context(), fork.Head())
	if g.Witnessed() != nil || w.Last(origin).Size != 8 || !strings.Contains(logged.String(), "refuses the log") {
		t.Errorf("%v, %v\n%s", g.Witnessed(), w.Last(origin), logged.String())
	}
}

func TestGathererConfig(t *testing.T) {
	s := newStage(t)
	other := newHistory(t)
	for name, text := range map[string]string{
		"another log":           "log " + other.vkey + "\nquorum none\n",
		"nobody has an address": "log " + s.vkey + "\nwitness w " + testCosigner(t, "w.example/w", 1).Key() + "\nquorum w\n",
	} {
		p, err := proof.ParsePolicy([]byte(text))
		must(t, err)
		s.cfg.Policy = p
		if _, err := NewGatherer(s.cfg); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	g := s.make("quorum none\n")
	if cp, ok := g.Publish(); !ok || cp.Size != 3 {
		t.Errorf("without witnesses: %v %v", cp, ok)
	}
	must(t, os.WriteFile(s.cfg.Path, []byte("x"), 0o600))
	if _, err := NewGatherer(s.cfg); truce.CodeOf(err) != truce.CodeTampered {
		t.Errorf("a damaged file: %v", err)
	}
}

// TestPrivateWitness: a witness at a private address is not asked unless that is
// allowed.
func TestPrivateWitness(t *testing.T) {
	s := newStage(t)
	asked := false
	s.add("one", 1, func(http.ResponseWriter, *http.Request, http.Handler) { asked = true })
	s.cfg.HTTP = outbound.Client(outbound.Options{})
	g := s.make("quorum one\n")
	g.round(t.Context(), s.Head())
	if asked || g.Witnessed() != nil {
		t.Error("a private address was asked")
	}
}
