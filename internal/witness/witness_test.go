package witness

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"truce"
	"truce/proof"
)

// TestAddCheckpoint goes through what C2SP tlog-witness says, step by step.
func TestAddCheckpoint(t *testing.T) {
	h := newHistory(t)
	dir := t.TempDir()
	w := newWitness(t, dir, h.vkey)
	key, err := proof.ParseCosignerKey(w.Key())
	must(t, err)
	say := func(name string, body []byte, status int, text string) {
		t.Helper()
		r := w.AddCheckpoint(body)
		if r.Status != status || text != "" && string(r.Body) != text {
			t.Errorf("%s: %d %q, want %d %q", name, r.Status, r.Body, status, text)
		}
		if (r.Media == MediaSize) != (status == http.StatusConflict) {
			t.Errorf("%s: media type %s", name, r.Media)
		}
		if status == http.StatusOK {
			if _, err := key.ReadReply(h.Head(), r.Body); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	say("an empty log", h.ask(0), 200, "")
	h.grow(5, "a")
	say("the first", h.ask(0), 200, "")
	say("the same again, from before", h.ask(0), 409, "5\n")
	say("the same again", h.ask(5), 200, "")
	fork := h.fork()
	h.grow(7, "a")
	say("grown, from another size", h.ask(4), 409, "5\n")
	say("grown", h.ask(5), 200, "")
	fork.grow(7, "b")
	say("a fork of the same size", fork.ask(12), 409, "12\n")
	fork.grow(3, "b")
	say("a fork that is larger", fork.ask(12), 422, "")
	say("a rollback", withOld(newHistoryLike(h, 5).ask(0), 12), 400, "")
	say("older, honestly asked", newHistoryLike(h, 5).ask(5), 409, "12\n")
	h.grow(1, "a")
	say("no proof where one is needed", withoutProof(h.ask(12)), 422, "")
	say("a proof where none is needed", withProof(withOld(h.ask(0), 12), 1), 422, "")
	say("grown again", h.ask(12), 200, "")
	say("another log", newHistory(t).grow(1, "a").ask(0), 403, "")
	say("an unknown log", bytes.Replace(h.ask(13), []byte(origin), []byte("register.example/none"), 2), 404, "")
	say("an altered size", bytes.Replace(h.ask(13), []byte("\n13\n"), []byte("\n14\n"), 1), 403, "")
	if got := newWitness(t, dir, h.vkey).Last(origin); got == nil || got.Size != 13 || got.Root != h.Head().Root {
		t.Errorf("after a restart: %+v", got)
	}
	if w.Last("register.example/none") != nil {
		t.Error("it remembers a log that it does not know")
	}
}

// newHistoryLike is the first n leaves of a history of leaves "a".
func newHistoryLike(h *history, n int) *history {
	return &history{t: h.t, signer: h.signer, vkey: h.vkey, leaves: int64(n), hashes: h.hashes, changed: make(chan struct{})}
}

func withOld(body []byte, old int) []byte {
	_, rest, _ := bytes.Cut(body, []byte("\n"))
	return append(fmt.Appendf(nil, "old %d\n", old), rest...)
}

func withoutProof(body []byte) []byte {
	head, note, _ := bytes.Cut(body, []byte("\n\n"))
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return slices.Concat(first, []byte("\n\n"), note)
}

func withProof(body []byte, n int) []byte {
	first, rest, _ := bytes.Cut(body, []byte("\n"))
	hash := strings.Repeat("A", 43) + "=\n"
	return slices.Concat(first, []byte("\n"), []byte(strings.Repeat(hash, n)), rest)
}

func TestRequestForm(t *testing.T) {
	h := newHistory(t).grow(3, "a")
	w := newWitness(t, t.TempDir(), h.vkey)
	good := h.ask(0)
	for name, body := range map[string][]byte{
		"nothing": nil, "no old line": good[6:], "a leading zero": bytes.Replace(good, []byte("old 0"), []byte("old 00"), 1), "a sign": bytes.Replace(good, []byte("old 0"), []byte("old +0"), 1),
		"negative": bytes.Replace(good, []byte("old 0"), []byte("old -1"), 1), "two spaces": bytes.Replace(good, []byte("old 0"), []byte("old  0"), 1),
		"no checkpoint": []byte("old 0\n\n"), "no empty line": []byte("old 0\n"), "64 hashes": withProof(good, 64), "a hash of 31 bytes": bytes.Replace(withProof(good, 1), []byte("AAAA=\n"), []byte("AAA==\n"), 1),
		"base64 with spare bits": bytes.Replace(withProof(good, 1), []byte("A=\n"), []byte("B=\n"), 1), "carriage returns": bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")),
		"too long": append(bytes.Clone(good), make([]byte, MaxRequest)...), "more than it can be": bytes.Replace(good, []byte("old 0"), []byte("old 99999999999999999999"), 1),
	} {
		if r := w.AddCheckpoint(body); r.Status != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, r.Status, r.Body)
		}
	}
	if w.Last(origin) != nil {
		t.Error("a request that was refused left something behind")
	}
}

// TestRace: of many requests at once the memory never goes back, and no two
// cosigned heads contradict each other.
func TestRace(t *testing.T) {
	h := newHistory(t).grow(1, "a")
	w := newWitness(t, t.TempDir(), h.vkey)
	var bodies [][]byte
	for n := 1; n <= 30; n++ {
		for old := max(0, n-3); old < n; old++ {
			bodies = append(bodies, newHistoryLike(h, n).ask(int64(old)))
		}
		h.grow(1, "a")
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			last := int64(0)
			for range 20 {
				for _, b := range bodies {
					w.AddCheckpoint(b)
					if now := sizeOf(w.Last(origin)); now < last {
						t.Errorf("the memory went back from %d to %d", last, now)
					} else {
						last = now
					}
				}
			}
		})
	}
	wait.Wait()
	if last := w.Last(origin); last == nil || last.Size != 30 {
		t.Errorf("after all: %+v", last)
	}
}

// TestDiskFails: without a memory on the disk there is no cosignature.
func TestDiskFails(t *testing.T) {
	h := newHistory(t).grow(2, "a")
	dir := filepath.Join(t.TempDir(), "w")
	w := newWitness(t, dir, h.vkey)
	must(t, os.RemoveAll(dir))
	if r := w.AddCheckpoint(h.ask(0)); r.Status != http.StatusInternalServerError || strings.Contains(string(r.Body), "—") {
		t.Errorf("%d %s", r.Status, r.Body)
	}
	if w.Last(origin) != nil {
		t.Error("it believes to have cosigned")
	}
	must(t, os.MkdirAll(dir, 0o700))
	if r := w.AddCheckpoint(h.ask(0)); r.Status != http.StatusOK {
		t.Errorf("when there is room again: %d %s", r.Status, r.Body)
	}
}

func TestMemory(t *testing.T) {
	h := newHistory(t).grow(2, "a")
	dir := t.TempDir()
	must(t, func() error {
		if r := newWitness(t, dir, h.vkey).AddCheckpoint(h.ask(0)); r.Status != 200 {
			return fmt.Errorf("%d", r.Status)
		}
		return nil
	}())
	files, err := filepath.Glob(filepath.Join(dir, "*.note"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	must(t, os.WriteFile(files[0], []byte("x"), 0o600))
	if _, err := New(Config{Dir: dir, Cosigner: testCosigner(t, "w.example/one", 1), Logs: []string{h.vkey}}); truce.CodeOf(err) != truce.CodeTampered {
		t.Errorf("a damaged memory: %v", err)
	}
	if _, err := New(Config{Dir: dir, Logs: []string{"x"}}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("no log key: %v", err)
	}
	if _, err := New(Config{Dir: t.TempDir(), Logs: []string{h.vkey, h.vkey}}); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a log twice: %v", err)
	}
}

// TestConflict: two roots for one size are told of, with both heads.
func TestConflict(t *testing.T) {
	h := newHistory(t).grow(3, "a")
	fork := h.fork().grow(2, "b")
	h.grow(2, "a")
	var older, newer *proof.Checkpoint
	w, err := New(Config{Dir: t.TempDir(), Cosigner: testCosigner(t, "w.example/one", 1), Logs: []string{h.vkey},
		Conflict: func(a, b *proof.Checkpoint) { older, newer = a, b }})
	must(t, err)
	w.AddCheckpoint(h.ask(0))
	if w.AddCheckpoint(fork.ask(3)); older == nil || older.Root != h.Head().Root || newer.Root != fork.Head().Root {
		t.Errorf("%v %v", older, newer)
	}
}

func FuzzRequest(f *testing.F) {
	h := newHistory(f).grow(3, "a")
	w := newWitness(f, f.TempDir(), h.vkey)
	f.Add(h.ask(0))
	f.Add(withProof(h.ask(0), 3))
	f.Add([]byte("old 1\n\n\n\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if r := w.AddCheckpoint(body); r.Status == http.StatusOK && !bytes.Contains(body, h.Head().LogOnly().Note) {
			t.Fatal("a head was cosigned that the log did not sign")
		}
		r, err := parseRequest(body)
		if err == nil && !bytes.Equal(r.body(), body) {
			t.Fatal("a request is accepted that we would write in another way")
		}
	})
}
