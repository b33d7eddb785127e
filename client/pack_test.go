package client_test

import (
	"bytes"
	"testing"

	"truce"
	"truce/client"
	"truce/pack"
)

func TestPullPack(t *testing.T) {
	h := newHouse(t)
	c := h.client(h.url)
	h.fill(40)
	whole, err := c.PullPack(t.Context(), nil)
	if err != nil || whole.Len() != 40 || whole.Delta {
		t.Fatal(whole, err)
	}
	h.fill(1)
	next, err := c.PullPack(t.Context(), whole.Pack)
	if err != nil || next.Len() != 41 || !next.Delta || next.Received > whole.Received {
		t.Fatalf("%+v %v", next, err)
	}
	again, err := c.PullPack(t.Context(), nil)
	if err != nil || again.Made().Equal(next.Made()) && !bytes.Equal(again.Bytes(), next.Bytes()) {
		t.Fatal("whole and delta differ", err)
	}
	if _, err := c.PullPack(t.Context(), next.Pack); err != nil {
		t.Error("where nothing changed:", err)
	}
	public := h.client(h.url, func(o *client.Options) { o.Signer = nil })
	if _, err := public.PullPack(t.Context(), nil); truce.CodeOf(err) != truce.CodeSignIn {
		t.Error("the public:", err)
	}
}

// A server that gives something else than the newest pack of this party is found out.
func TestPullPackFromALiar(t *testing.T) {
	h := newHouse(t)
	h.fill(20)
	old, err := h.client(h.url).PullPack(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	h.fill(1)
	next, err := h.client(h.url).PullPack(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(next.Bytes())
	flipped[len(flipped)/2] ^= 4
	list, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: origin}, MadeAt: next.Made()}, nil, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string][]byte{"an older one": old.Bytes(), "an altered one": flipped, "a cut one": next.Bytes()[:1000], "a plain list": list} {
		url := h.proxy(func(path string, status int, body []byte) (int, []byte) {
			if path == "/v1/packs" {
				return status, answer
			}
			return status, body
		})
		if _, err := h.client(url).PullPack(t.Context(), next.Pack); truce.CodeOf(err) != truce.CodeTampered {
			t.Errorf("%s: %v", name, err)
		}
	}
}
