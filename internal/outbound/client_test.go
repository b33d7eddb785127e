package outbound

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"truce"
)

func TestPublic(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "127.0.0.1": false, "127.9.9.9": false, "::1": false, "10.0.0.1": false, "172.16.0.1": false,
		"172.32.0.1": true, "192.168.1.1": false, "169.254.169.254": false, "fe80::1": false, "fc00::1": false, "fd12::1": false, "100.64.0.1": false,
		"0.0.0.0": false, "::": false, "255.255.255.255": false, "224.0.0.1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:8.8.8.8": true,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "198.18.0.1": false, "192.0.2.1": false, "203.0.113.9": false, "2001:db8::1": false, "fec0::1": false,
		"240.0.0.1": false, "2001::1": false,
	} {
		if got := Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

// TestPrivate: the name and the address of this machine are refused when the
// connection is made, and reached where that is allowed.
func TestPrivate(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "127.1"} {
		if _, err := Client(Options{}).Get("http://" + host + ":" + port); err == nil || asked > 0 {
			t.Fatalf("%s was reached: %v", host, err)
		}
	}
	if _, err := Client(Options{}).Get(srv.URL); truce.CodeOf(unwrapped(err)) != truce.CodeRefused {
		t.Errorf("not a refusal: %v", err)
	}
	if _, err := Client(Options{AllowPrivate: true}).Get(srv.URL); err != nil || asked != 1 {
		t.Errorf("allowed: %v, asked %d times", err, asked)
	}
}

func unwrapped(err error) error {
	for err != nil {
		if _, ok := err.(*truce.Error); ok {
			return err
		}
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = u.Unwrap()
	}
	return nil
}

// TestRedirects: within one host a few, to another none.
func TestRedirects(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other host was asked") }))
	defer other.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/once":
			http.Redirect(w, r, "/there", http.StatusFound)
		}
	}))
	defer srv.Close()
	c := Client(Options{AllowPrivate: true})
	for path, ok := range map[string]bool{"/away": false, "/round": false, "/once": true} {
		if _, err := c.Get(srv.URL + path); (err == nil) != ok {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestSlow: who sends nothing, headers or body, is left.
func TestSlow(t *testing.T) {
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			io.WriteString(w, strings.Repeat("x", 100))
			w.(http.Flusher).Flush()
		}
		<-release
	}))
	defer srv.Close()
	defer close(release)
	c := Client(Options{AllowPrivate: true, Idle: 50 * time.Millisecond})
	if _, err := c.Get(srv.URL + "/head"); err == nil {
		t.Error("no headers, and no error")
	}
	res, err := c.Get(srv.URL + "/body")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("half a body, and no error")
	}
}
