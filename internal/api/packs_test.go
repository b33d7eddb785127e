package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/pack"
)

// shelf is a Packer that has one pack, and a delta for whoever has the pack of two entries.
type shelf struct{ pack *pack.Pack }

func (s shelf) Pack(_ context.Context, v auth.Viewer) (*pack.Pack, error) {
	if v.Party == "" {
		return nil, truce.E(truce.CodeSignIn, "who asks?")
	}
	return s.pack, nil
}

func (s shelf) Delta(ctx context.Context, v auth.Viewer, from int64, base [32]byte) (*pack.Pack, []byte, error) {
	p, err := s.Pack(ctx, v)
	if from == 2 && base == [32]byte{0xab} {
		return p, []byte("a delta"), err
	}
	return p, nil, err
}

func TestPacks(t *testing.T) {
	w := newWorld(t, Limits{})
	data, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "a list"}, MadeAt: time.Unix(0, 0)}, nil, "")
	w.must(err)
	p, err := pack.Open(data, "")
	w.must(err)
	w.api.Packs = shelf{p}
	base := "ab" + strings.Repeat("00", 31)
	for _, c := range []struct {
		as, query   string
		status      int
		media, body string
	}{
		{"", "", http.StatusUnauthorized, mediaProblem, ""},
		{"cell", "", http.StatusOK, mediaPack, string(data)},
		{"cell", "?from=2&base=" + base, http.StatusOK, mediaDelta, "a delta"},
		{"cell", "?from=1&base=" + base, http.StatusOK, mediaPack, string(data)},
		{"cell", "?from=3", http.StatusBadRequest, mediaProblem, ""},
		{"cell", "?base=" + base, http.StatusBadRequest, mediaProblem, ""},
		{"cell", "?from=3&base=ab", http.StatusBadRequest, mediaProblem, ""},
		{"cell", "?from=99999&base=" + base, http.StatusBadRequest, mediaProblem, ""},
	} {
		res := w.get("/v1/packs"+c.query, c.as)
		if res.status != c.status || res.header.Get("Content-Type") != c.media {
			t.Errorf("%q %s: %d %s", c.as, c.query, res.status, res.header.Get("Content-Type"))
		}
		if c.body != "" && string(res.body) != c.body {
			t.Errorf("%q %s gives %d bytes", c.as, c.query, len(res.body))
		}
	}
	tag := w.get("/v1/packs", "cell").header.Get("ETag")
	if res := w.do("GET", "/v1/packs", "cell", nil, "If-None-Match", tag); tag == "" || res.status != http.StatusNotModified || len(res.body) > 0 {
		t.Errorf("the same again: %d", res.status)
	}
}
