package mirror

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"truce"
	"truce/client"
	"truce/internal/ledger"
	"truce/internal/outbound"
	"truce/proof"
)

// export writes a register's log into a folder, contents for everybody.
func (r *register) export(dir string) Folder {
	r.t.Helper()
	size := len(r.entries)
	_, err := ExportRecords(r.t.Context(), dir, int64(size), r.Records)
	must(r.t, err)
	write := func(path string, data []byte) {
		path = filepath.Join(dir, filepath.FromSlash(path))
		must(r.t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(r.t, os.WriteFile(path, data, 0o644))
	}
	for n := 0; n*tileWidth < size; n++ {
		path := bundlePath(int64(n), min(tileWidth, size-n*tileWidth))
		data, err := r.readTile(path)
		must(r.t, err)
		write(path, data)
	}
	write("checkpoint", r.head(size).Note)
	return Folder(dir)
}

// TestFolder: by hand, again and again, with what comes late.
func TestFolder(t *testing.T) {
	t.Parallel()
	r := newRegister(t)
	r.page = 100
	dir := t.TempDir()
	c := newCopy(t, Folder(dir), r.vkey)
	hidden := int64(40)
	r.records = func(h *proof.Handover) {
		for i := len(h.Entries) - 1; i >= 0; i-- {
			if h.Entries[i].Number == hidden {
				h.Entries = append(h.Entries[:i:i], h.Entries[i+1:]...)
			}
		}
	}
	for _, size := range []int{100, 256, 300, 600} {
		r.grow(size-len(r.entries), "a")
		r.export(dir)
		c.sync()
		if got := c.sameAs(r); got.Withheld != 1 {
			t.Errorf("at %d: %+v", size, got)
		}
	}
	hidden = -1
	r.export(dir)
	c.sync()
	if got := c.sameAs(r); got.Withheld != 0 {
		t.Errorf("what was handed over late is missing: %+v", got)
	}
	must(t, os.RemoveAll(filepath.Join(dir, "records")))
	r.grow(3, "a")
	if err := os.Rename(filepath.Join(string(r.export(t.TempDir())), "checkpoint"), filepath.Join(dir, "checkpoint")); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sync(t.Context()); truce.CodeOf(err) != truce.CodeNotFound {
		t.Errorf("a tile is missing: %v", err)
	}
}

// TestHostileFolder: what somebody put on the stick.
func TestHostileFolder(t *testing.T) {
	t.Parallel()
	packed := func(data []byte) []byte {
		z, err := zstd.NewWriter(nil)
		must(t, err)
		return z.EncodeAll(data, nil)
	}
	for name, put := range map[string]func(dir string) error{
		"a bomb":         func(d string) error { return os.WriteFile(d+"/records/000.zst", packed(make([]byte, 200<<20)), 0o600) },
		"no compression": func(d string) error { return os.WriteFile(d+"/records/000.zst", []byte("x"), 0o600) },
		"an empty file":  func(d string) error { return os.WriteFile(d+"/records/000.zst", nil, 0o600) },
		"no records":     func(d string) error { return os.Remove(d + "/records/000.zst") },
		"other records": func(d string) error {
			return os.WriteFile(d+"/records/000.zst", packed([]byte("truce records v1\n")), 0o600)
		},
		"records of other entries": func(d string) error {
			return os.WriteFile(d+"/records/000.zst", packed((&proof.Handover{From: 256, To: 306}).Marshal()), 0o600)
		},
		"records of a shorter log": func(d string) error {
			return os.WriteFile(d+"/records/000.zst", packed((&proof.Handover{To: 49}).Marshal()), 0o600)
		},
		"a folder for a file":  func(d string) error { os.Remove(d + "/records/000.zst"); return os.Mkdir(d+"/records/000.zst", 0o700) },
		"an endless tile":      func(d string) error { return os.Truncate(d+"/tile/entries/000.p/50", 1<<30) },
		"an endless head":      func(d string) error { return os.Truncate(d+"/checkpoint", 1<<30) },
		"a head of zero bytes": func(d string) error { return os.Truncate(d+"/checkpoint", 0) },
	} {
		r := newRegister(t).grow(50, "a")
		dir := string(r.export(t.TempDir()))
		must(t, put(dir))
		c := newCopy(t, Folder(dir), r.vkey)
		if _, err := c.Sync(t.Context()); err == nil || c.cfg.Log.Head().Size != 0 {
			t.Errorf("%s: %v, %d entries", name, err, c.cfg.Log.Head().Size)
		}
	}
}

// TestHostileServer: what a server may do to a connection. Nothing is taken, and
// the mirror does not wait.
func TestHostileServer(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(5, "a")
	for name, answer := range map[string]http.HandlerFunc{
		"says nothing": func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() },
		"drips":        func(w http.ResponseWriter, q *http.Request) { drip(w, q, 5*time.Millisecond) },
		"never stops":  flood,
		"a redirect": func(w http.ResponseWriter, q *http.Request) {
			http.Redirect(w, q, "http://169.254.169.254/latest", http.StatusFound)
		},
		"round and round": func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, q.URL.Path, http.StatusFound) },
		"a page":          func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") },
		"half a body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte("x"))
		},
		"a bomb":       bomb,
		"many headers": func(w http.ResponseWriter, _ *http.Request) { manyHeaders(w) },
		"an error":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(answer)
			t.Cleanup(func() { srv.CloseClientConnections(); srv.Close() })
			src, err := client.New(srv.URL, client.Options{LogKey: r.vkey, HTTP: outbound.Client(outbound.Options{AllowPrivate: true, Timeout: 400 * time.Millisecond, Idle: 100 * time.Millisecond})})
			must(t, err)
			c := newCopy(t, src, r.vkey)
			if _, err := c.Sync(t.Context()); err == nil || c.cfg.Log.Head().Size != 0 {
				t.Errorf("%v, %d entries", err, c.cfg.Log.Head().Size)
			}
		})
	}
}

func drip(w http.ResponseWriter, q *http.Request, every time.Duration) {
	for q.Context().Err() == nil {
		if _, err := io.WriteString(w, "x"); err != nil {
			return
		}
		w.(http.Flusher).Flush()
		time.Sleep(every)
	}
}

func flood(w http.ResponseWriter, _ *http.Request) {
	for block := bytes.Repeat([]byte("x"), 1<<16); ; {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// bomb answers with a megabyte that unpacks to a gigabyte.
func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	for range 1 << 10 {
		if _, err := z.Write(make([]byte, 1<<20)); err != nil {
			return
		}
	}
	z.Close()
}

func manyHeaders(w http.ResponseWriter) {
	for i := range 5000 {
		w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("y", 100))
	}
}

// TestServerOfTiles: a static web server with the same files is a source too.
func TestServerOfTiles(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(300, "a")
	dir := string(r.export(t.TempDir()))
	mux := http.NewServeMux()
	mux.Handle("/log/", http.StripPrefix("/log", http.FileServer(http.Dir(dir))))
	mux.HandleFunc("/v1/records", func(w http.ResponseWriter, _ *http.Request) {
		w.Write((&proof.Handover{From: 0, To: 300}).Marshal())
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	src, err := client.New(srv.URL, client.Options{LogKey: r.vkey})
	must(t, err)
	c := newCopy(t, src, r.vkey)
	c.sync()
	if got := c.sameAs(r); got.Withheld != 300 {
		t.Errorf("%+v", got)
	}
}

// TestCancelled: a mirror that is told to stop stops, and goes on later.
func TestCancelled(t *testing.T) {
	t.Parallel()
	r := newRegister(t).grow(600, "a")
	r.page = 100
	c := newCopy(t, r, r.vkey)
	ctx, cancel := context.WithCancel(t.Context())
	r.fail = func(call string) error {
		if call == "records 200" {
			cancel()
			return ctx.Err()
		}
		return nil
	}
	if _, err := c.Sync(ctx); err == nil {
		t.Fatal("it went on")
	}
	r.fail = func(call string) error {
		if strings.HasPrefix(call, "tile/entries") || call == "records 0" || call == "records 100" {
			return fmt.Errorf("%s is fetched again", call)
		}
		return nil
	}
	c.sync()
	c.sameAs(r)
}

func FuzzSplitBundle(f *testing.F) {
	r := newRegister(f).grow(3, "a")
	good, err := r.readTile("tile/entries/000.p/3")
	must(f, err)
	f.Add(good)
	f.Add([]byte{0, 0})
	f.Add([]byte{0, 200, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		leaves, err := ledger.SplitBundle(data, 0)
		if err != nil {
			return
		}
		for i, leaf := range leaves {
			if n, _, _, err := proof.ParseLeaf(leaf); err != nil || n != int64(i) {
				t.Fatalf("leaf %d: %d, %v", i, n, err)
			}
		}
	})
}

func FuzzReadRecords(f *testing.F) {
	z, err := zstd.NewWriter(nil)
	must(f, err)
	f.Add(z.EncodeAll((&proof.Handover{From: 0, To: 9, Entries: []proof.Handed{{Number: 4, Record: []byte("r")}}}).Marshal(), nil))
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd})
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := readRecords(bytes.NewReader(data)); err == nil && h == nil {
			t.Fatal("nothing, and no error")
		}
	})
}

func FuzzParsePartial(f *testing.F) {
	f.Add([]byte(`{"id":"","kind":"site.register","subject":"site-a","status":"actual","body":{}}`))
	f.Add([]byte(`{"kind":"a","subject":"b","body":[[[[]]]]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		leaf := proof.LeafData(0, noon, [32]byte{})
		s, err := ledger.CheckContent(origin, leaf, &ledger.Content{Partial: data})
		if err != nil && truce.CodeOf(err) != truce.CodeTampered {
			t.Fatal(err)
		}
		if s != nil && (s.Kind.Object() == "party" || s.Kind.Object() == "key") {
			t.Fatal("who is who was told in part, and is used")
		}
	})
}
