package webhook

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"truce"
	"truce/internal/outbound"
)

// names answers questions about names (RFC 1035) with the addresses that answer gives,
// until the test ends, in the place of the system's servers of names.
func names(t *testing.T, answer func(question int64) netip.Addr) {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	before, asked := net.DefaultResolver, new(atomic.Int64)
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
	t.Cleanup(func() { pc.Close(); net.DefaultResolver = before })
	go func() {
		for b := make([]byte, 512); ; {
			n, from, err := pc.ReadFrom(b)
			if err != nil {
				return
			}
			pc.WriteTo(named(b[:n], answer, asked), from)
		}
	}()
}

// named answers one question; addresses of the other family than asked for are none.
func named(question []byte, answer func(int64) netip.Addr, asked *atomic.Int64) []byte {
	end := 12 + bytes.IndexByte(question[12:], 0) + 5 // behind name, type and class
	out := bytes.Clone(question[:end])
	binary.BigEndian.PutUint16(out[2:], 0x8180)
	binary.BigEndian.PutUint16(out[10:], 0) // nothing additional
	kind := binary.BigEndian.Uint16(question[end-4:])
	if kind != 1 && kind != 28 {
		return out
	}
	a := answer(asked.Add(1))
	if (kind == 1) != a.Is4() {
		return out
	}
	binary.BigEndian.PutUint16(out[6:], 1)
	out = append(out, 0xc0, 12)
	out = binary.BigEndian.AppendUint16(out, kind)
	out = append(out, 0, 1, 0, 0, 0, 0) // class, and no time to live
	out = binary.BigEndian.AppendUint16(out, uint16(a.BitLen()/8))
	return append(out, a.AsSlice()...)
}

// TestNames: what a name leads to is looked at when the connection is made, so that
// one that leads elsewhere each time it is asked for (DNS rebinding) reaches nothing
// that is not public, and neither does one address dressed as another.
func TestNames(t *testing.T) {
	hit := false
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hit = true }))
	defer srv.Close()
	_, port, _ := net.SplitHostPort(srv.Listener.Addr().String())
	strict := New(Options{Signer: key("register"), AllowHTTP: true})
	for _, a := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "10.1.2.3", "172.31.0.1", "192.168.0.1", "169.254.169.254", "fe80::1", "fd00:ec2::254", "0.0.0.0", "64:ff9b::a9fe:a9fe"} {
		at := netip.MustParseAddr(a)
		names(t, func(int64) netip.Addr { return at })
		if _, err := strict.Send(t.Context(), message("http://hook.example:"+port+"/")); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%s: %v", a, err)
		}
	}
	names(t, func(int64) netip.Addr { return netip.MustParseAddr("127.0.0.1") })
	if looked, err := net.LookupHost("hook.example"); err != nil || looked[0] != "127.0.0.1" {
		t.Fatalf("the server of names is not asked: %v, %v", looked, err)
	}
	if _, err := sender().Send(t.Context(), message("http://hook.example:"+port+"/")); err != nil || !hit {
		t.Fatalf("where that is allowed it is reached: %v", err)
	}
	hit = false
	names(t, func(question int64) netip.Addr {
		if question <= 2 {
			return netip.MustParseAddr("93.184.215.14") // who looks first sees this
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	if looked, err := net.LookupHost("hook.example"); err != nil || looked[0] != "93.184.215.14" {
		t.Fatalf("%v, %v", looked, err)
	}
	if _, err := strict.Send(t.Context(), message("http://hook.example:"+port+"/")); truce.CodeOf(err) != truce.CodeRefused || hit {
		t.Errorf("a name that was public a moment ago: %v", err)
	}
}

// TestLeads: no redirect is followed, wherever it leads, and no address smuggles in a
// line of its own.
func TestLeads(t *testing.T) {
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer inner.Close()
	var got http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		if code := r.URL.Query().Get("code"); code != "" {
			w.Header().Set("Location", inner.URL)
			var status int
			fmt.Sscan(code, &status)
			w.WriteHeader(status)
		}
	}))
	defer srv.Close()
	for _, code := range []int{301, 302, 303, 307, 308} {
		if _, err := sender().Send(t.Context(), message(fmt.Sprint(srv.URL, "/?code=", code))); truce.CodeOf(err) != truce.CodeUnavailable {
			t.Errorf("%d: %v", code, err)
		}
	}
	for _, a := range []string{"/\r\nX-Evil: 1", "/ HTTP/1.1\r\nHost: evil\r\n\r\n", "/\nX-Evil: 1", "/\x00"} {
		if _, err := sender().Send(t.Context(), message(srv.URL+a)); truce.CodeOf(err) != truce.CodeRefused {
			t.Errorf("%q: %v", a, err)
		}
	}
	for _, a := range []string{"/%0d%0aX-Evil:%201", "/?x=%0d%0aX-Evil:%201", "/#\u2028X-Evil: 1"} {
		if _, err := sender().Send(t.Context(), message(srv.URL+a)); err != nil || got.Get("X-Evil") != "" {
			t.Errorf("%q: %v, %v", a, err, got)
		}
	}
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	if _, err := sender().Send(t.Context(), message(secure.URL)); truce.CodeOf(err) != truce.CodeUnavailable {
		t.Errorf("a certificate that nobody knows: %v", err)
	}
}

// raw is a receiver that writes what it likes, until the other side goes.
func raw(t *testing.T, write func(w io.Writer) error) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				c.Read(make([]byte, 4096))
				for write(c) == nil {
				}
			}()
		}
	}()
	return "http://" + ln.Addr().String()
}

// once writes begin at the first call, and then goes on.
func once(begin string, more func(w io.Writer) error) func(io.Writer) error {
	var begun atomic.Bool
	return func(w io.Writer) error {
		if begun.CompareAndSwap(false, true) {
			_, err := io.WriteString(w, begin)
			return err
		}
		return more(w)
	}
}

// dribble writes a piece every few milliseconds, without an end.
func dribble(piece string) func(io.Writer) error {
	return func(w io.Writer) error {
		time.Sleep(5 * time.Millisecond)
		_, err := io.WriteString(w, piece)
		return err
	}
}

// flood writes a piece as fast as it is taken.
func flood(piece string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, piece); return err }
}

// TestReceiversThatHoldUp: however a receiver draws out its answer, or swells it, it is
// left within the time of one exchange, and holds no more than a reply may have.
func TestReceiversThatHoldUp(t *testing.T) {
	impatient := sender()
	if impatient.http.Timeout <= 0 || impatient.http.Timeout > 30*time.Second {
		t.Fatalf("an exchange may take %s", impatient.http.Timeout)
	}
	again := impatient.http.CheckRedirect
	impatient.http = outbound.Client(outbound.Options{AllowPrivate: true, Timeout: 400 * time.Millisecond, Idle: 100 * time.Millisecond})
	impatient.http.CheckRedirect = again
	ok := "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	bomb := gzipped(64 << 20)
	for name, c := range map[string]struct {
		write func(io.Writer) error
		want  truce.Code // "" where the status says that it was taken
	}{
		"headers, a byte at a time":   {once("HTTP/1.1 200 OK\r\nX: ", dribble("x")), truce.CodeUnavailable},
		"headers without an end":      {once("HTTP/1.1 200 OK\r\n", flood("X-Y: "+strings.Repeat("z", 1000)+"\r\n")), truce.CodeUnavailable},
		"one header without an end":   {once("HTTP/1.1 200 OK\r\nX: ", flood(strings.Repeat("z", 1000))), truce.CodeUnavailable},
		"a status line without end":   {flood(strings.Repeat("H", 1000)), truce.CodeUnavailable},
		"interim answers without end": {flood("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), truce.CodeUnavailable},
		"a body, a byte at a time":    {once(ok+"\r\n", dribble(" ")), ""},
		"a body without an end":       {once(ok+"\r\n", flood(strings.Repeat(" ", 4096))), ""},
		"a length that is not kept":   {once(ok+"Content-Length: 1000000000\r\n\r\n", dribble(" ")), ""},
		"chunks without an end":       {once(ok+"Transfer-Encoding: chunked\r\n\r\n", flood("1\r\n \r\n")), ""},
		"a chunk of all there is":     {once(ok+"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n", flood(" ")), ""},
		"a gzip bomb":                 {once(ok+fmt.Sprintf("Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(bomb), bomb), dribble("")), ""},
		"no HTTP":                     {flood("SSH-2.0-OpenSSH_9.2\r\n"), truce.CodeUnavailable},
		"nothing":                     {func(io.Writer) error { return io.EOF }, truce.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			r, err := impatient.Send(ctx, message(raw(t, c.write)))
			if truce.CodeOf(err) != c.want || r != nil && len(r.Acks) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
			if ctx.Err() != nil {
				t.Error("it was waited for without an end")
			}
		})
	}
}

// TestRepliesAreBounded: of an answer without an end no more is taken than a reply may
// have, and what lies between.
func TestRepliesAreBounded(t *testing.T) {
	var written atomic.Int64
	url := raw(t, once("HTTP/1.1 200 OK\r\n\r\n", func(w io.Writer) error {
		n, err := io.WriteString(w, strings.Repeat(" ", 64<<10))
		written.Add(int64(n))
		return err
	}))
	if _, err := sender().Send(t.Context(), message(url)); err != nil {
		t.Fatal(err)
	}
	if written.Load() > maxReply+(16<<20) { // the system keeps some on the way
		t.Errorf("%d bytes were taken", written.Load())
	}
}

// gzipped is that many spaces.
func gzipped(n int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.CopyN(z, spaces{}, int64(n))
	z.Close()
	return b.String()
}

type spaces struct{}

func (spaces) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
