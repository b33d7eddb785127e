package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares with a file in testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it):\n%s", path, got)
	}
}

// Bodies of problems are part of the interface: one golden file of all of them.
func TestProblems(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	first := w.state(truce.SiteRegister, "relief", "site-a", site(36.2, 37.1), compose.To("public"))
	second := w.state(truce.SiteAmend, "relief", "site-a", site(36.3, 37.1), compose.To("public"), compose.Replaces(first.ID))
	w.state(truce.SiteRegister, "relief", "site-gone", site(36.2, 37.1))
	w.state(truce.EraseContent, "relief", "site-gone", map[string]string{"reason": "operator-risk"})
	amend := w.say(truce.SiteAmend, "relief", "site-a", site(36.4, 37.1), compose.Replaces(first.ID))
	fresh := w.say(truce.SiteAmend, "relief", "site-a", site(36.4, 37.1), compose.Replaces(second.ID))
	relief := w.token("relief")
	var all bytes.Buffer
	for _, c := range []struct {
		name string
		r    reply
	}{
		{"no such path", w.get("/v2", "")},
		{"wrong method", w.do("POST", "/v1/sites", "", []byte("{}"))},
		{"unknown parameter", w.get("/v1/sites?near=here", "")},
		{"parameter twice", w.get("/v1/sites?limit=1&limit=2", "")},
		{"limit out of bounds", w.get("/v1/sites?limit=0", "")},
		{"unknown state", w.get("/v1/sites?state=calm", "")},
		{"bbox the wrong way", w.get("/v1/sites?bbox=1,2", "")},
		{"time that is none", w.get("/v1/sites?in-force-at=yesterday", "")},
		{"size beyond the log", w.get("/v1/sites?as-known-at=999", "")},
		{"foreign cursor", w.get("/v1/sites?cursor=AAAA", "")},
		{"broken query string", w.get("/v1/sites?limit=%zz", "")},
		{"nothing there", w.get("/v1/sites/site-b", "")},
		{"erased", w.get("/v1/sites/site-gone", relief)},
		{"token that does not count", w.get("/v1/sites", "truce_x")},
		{"sign-in needed", w.do("DELETE", "/v1/auth/token", "", nil)},
		{"wrong media type", w.do("POST", "/v1/check", "", []byte("x"), "Content-Type", "image/png")},
		{"wrong charset", w.do("POST", "/v1/check", "", []byte("x"), "Content-Type", "application/json; charset=latin1")},
		{"not JSON", w.do("POST", "/v1/check", "", []byte("{"))},
		{"member twice", w.do("POST", "/v1/check", "", []byte(`{"at":"1","at":"2"}`))},
		{"unknown member", w.do("POST", "/v1/check", "", []byte(`{"target":"x"}`))},
		{"wrong type", w.do("POST", "/v1/check", "", []byte(`{"radiusM":"x"}`))},
		{"no place", w.do("POST", "/v1/check", "", []byte(`{}`))},
		{"envelope without signature", w.do("POST", "/v1/statements", "", []byte(`{"payloadType":"x","payload":"","signatures":[]}`))},
		{"id of another", w.do("PUT", "/v1/statements/"+first.ID, "", amend.JSON())},
		{"id that is none", w.do("PUT", "/v1/statements/x", "", amend.JSON())},
		{"stale", w.do("PUT", "/v1/statements/"+amend.ID(), "", amend.JSON())},
		{"seen another history", w.do("POST", "/v1/statements", "", w.say(truce.SiteRegister, "relief", "site-z", site(36.2, 37.1), compose.Seen(3, base64.StdEncoding.EncodeToString(make([]byte, 32)))).JSON())},
		{"no If-Match", w.do("PUT", "/v1/sites/site-a", relief, fresh.JSON())},
		{"old If-Match", w.do("PUT", "/v1/sites/site-a", relief, fresh.JSON(), "If-Match", `"`+first.ID+`.x"`)},
		{"about another object", w.do("PUT", "/v1/sites/site-a", relief, w.say(truce.SiteAmend, "relief", "site-c", site(1, 2), compose.Replaces(second.ID)).JSON(), "If-Match", "*")},
		{"not an amendment", w.do("PUT", "/v1/sites/site-a", relief, w.say(truce.SiteRegister, "relief", "site-a", site(1, 2)).JSON(), "If-Match", "*")},
		{"no such tile", w.get("/log/tile/9/000", "")},
		{"tile that is none", w.get("/log/tile/x", "")},
		{"event that was not", w.do("GET", "/v1/events", "", nil, "Last-Event-ID", "999")},
	} {
		p := w.problem(c.r)
		if p.Trace != "0123456789abcdef" || p.Status != c.r.status || truce.Code(p.Code).Title() == "" {
			t.Errorf("%s: %+v", c.name, p)
		}
		fmt.Fprintf(&all, "%s\n%d %s", c.name, c.r.status, hashes.ReplaceAll(c.r.body, []byte("<hash>")))
	}
	golden(t, "problems.txt", all.Bytes())
}

// hashes are ids that follow from the log's key, which is fresh each time.
var hashes = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

func TestStaleWriteNamesTheNewest(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	first := w.state(truce.SiteRegister, "cell", "site-a", site(36.2, 37.1))
	cell := w.token("cell")
	res := w.get("/v1/sites/site-a", cell)
	tag := res.header.Get("ETag")
	if !strings.HasPrefix(tag, `"`+first.ID+".") {
		t.Fatalf("ETag %s", tag)
	}
	// Somebody verifies it: what is shown changes, the version does not.
	w.state(truce.VerificationRecord, "cell", "site-a", map[string]string{"version": first.ID, "step": "read-back", "result": "matches"})
	if again := w.get("/v1/sites/site-a", cell).header.Get("ETag"); again == tag {
		t.Error("the tag is the same although a step was taken")
	}
	amend := w.say(truce.SiteAmend, "cell", "site-a", site(36.3, 37.1), compose.Replaces(first.ID))
	var a Accepted
	w.into(w.do("PUT", "/v1/sites/site-a", cell, amend.JSON(), "If-Match", tag), &a)
	late := w.say(truce.SiteAmend, "cell", "site-a", site(36.4, 37.1), compose.Replaces(first.ID))
	for _, res := range []reply{
		w.do("PUT", "/v1/sites/site-a", cell, late.JSON(), "If-Match", tag),
		w.do("PUT", "/v1/sites/site-a", cell, late.JSON(), "If-Match", "*"), // intake sees it then
		w.do("POST", "/v1/statements", "", late.JSON()),
	} {
		if p := w.problem(res); p.Status != 412 || p.Current != a.ID {
			t.Errorf("%+v, want 412 and %s", p, a.ID)
		}
	}
	if size := w.log.Head().Size; size != 5 {
		t.Errorf("%d entries", size)
	}
}

func TestConditionalReading(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	id := w.state(truce.SiteRegister, "cell", "site-a", site(36.2, 37.1), compose.To("public")).ID
	for _, path := range []string{"/v1/sites/site-a", "/v1/statements/" + id, "/openapi.json"} {
		tag := w.get(path, "").header.Get("ETag")
		if res := w.do("GET", path, "", nil, "If-None-Match", `"x", W/`+tag); res.status != 304 || len(res.body) > 0 || res.header.Get("ETag") != tag {
			t.Errorf("%s: %d %s", path, res.status, res.body)
		}
		if res := w.do("GET", path, "", nil, "If-None-Match", `"x"`); res.status != 200 {
			t.Errorf("%s: %d", path, res.status)
		}
	}
	if as := w.get("/v1/sites/site-a", w.token("cell")).header.Get("ETag"); as == w.get("/v1/sites/site-a", "").header.Get("ETag") {
		t.Error("two viewers who see different things have the same tag")
	}
}

func TestHeadersOnEveryAnswer(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	for _, path := range []string{"/v1", "/v1/sites", "/v1/nothing", "/docs", "/livez", "/log/checkpoint", "/metrics"} {
		res := w.get(path, "")
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Request-Id": "0123456789abcdef", "Referrer-Policy": "no-referrer"} {
			if res.header.Get(name) != want {
				t.Errorf("%s: %s is %q", path, name, res.header.Get(name))
			}
		}
		if csp := res.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %s", path, csp)
		}
		if res.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s permits other sites", path)
		}
	}
	res := w.do("GET", "/v1", "", nil, "X-Request-Id", "a\tb<script>")
	if id := res.header.Get("X-Request-Id"); len(id) != 16 || strings.Contains(id, "<") {
		t.Errorf("request id %q", id)
	}
}

// What is hostile ends in a clear refusal, and the server answers on.
func TestHostileRequests(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	deep := []byte(strings.Repeat(`{"shape":`, 100_000) + "1" + strings.Repeat("}", 100_000))
	for _, c := range []struct {
		name   string
		r      reply
		status int
	}{
		{"64 MiB to the check", w.do("POST", "/v1/check", "", bytes.Repeat([]byte(" "), 64<<20)), 413},
		{"64 MiB to the statements", w.do("POST", "/v1/statements", "", bytes.Repeat([]byte("x"), 64<<20)), 413},
		{"1 MiB to the challenge", w.do("POST", "/v1/auth/challenge", "", bytes.Repeat([]byte("x"), 1<<20)), 413},
		{"a body where none belongs", w.do("GET", "/v1/sites", "", bytes.Repeat([]byte("x"), 1<<20)), 200},
		{"deep JSON", w.do("POST", "/v1/check", "", deep), 422},
		{"deep envelope", w.do("POST", "/v1/statements", "", deep), 413},
		{"not UTF-8", w.do("POST", "/v1/check", "", []byte("{\"at\":\"\xff\"}")), 422},
		{"a long query string", w.get("/v1/sites?cursor="+strings.Repeat("a", 5000), ""), 413},
		{"10,001 queries", w.do("POST", "/v1/check", "", []byte(`{"queries":[`+strings.TrimSuffix(strings.Repeat(`{"at":"1,2"},`, 10_001), ",")+`]}`)), 413},
		{"latitude 95", w.do("POST", "/v1/check", "", []byte(`{"lat":95,"lon":37}`)), 422},
		{"a radius of the Earth", w.do("POST", "/v1/check", "", []byte(`{"lat":35,"lon":37,"radiusM":1e9}`)), 422},
		{"a number that is none", w.do("POST", "/v1/check", "", []byte(`{"lat":1e999,"lon":37}`)), 422},
		{"a path with a zero", w.get("/v1/sites/site%00a", ""), 404},
		{"an id of 10 kB", w.get("/v1/sites/"+strings.Repeat("a", 10_000), ""), 404},
		{"the number of an entry in octal", w.get("/v1/entries/00", ""), 404},
	} {
		if c.r.status != c.status {
			t.Errorf("%s: %d, want %d: %.200s", c.name, c.r.status, c.status, c.r.body)
		}
		if c.status >= 400 {
			w.problem(c.r)
		}
	}
	if res := w.get("/livez", ""); res.status != 200 {
		t.Error("the server is gone")
	}
}

// Serve with its bounds: slow bodies and heaps of headers.
func TestServeBounds(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	addr, stop := serveWorld(t, w)
	req, _ := http.NewRequest("GET", "http://"+addr+"/v1", nil)
	for i := range 100_000 {
		req.Header.Set(fmt.Sprintf("X-%d", i), "1")
	}
	res, err := http.DefaultClient.Do(req)
	if err == nil {
		res.Body.Close()
		if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("100,000 headers: %d", res.StatusCode)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func serveWorld(t *testing.T, w *world) (addr string, stop func() error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ln, w.api, Files{}, w.api.Logger, w.api.Close) }()
	return ln.Addr().String(), func() error { cancel(); return <-done }
}

// A client that sends its body drop by drop is cut off.
func TestSlowBody(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1, Sending: 500 * time.Millisecond})
	conn, err := net.Dial("tcp", w.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), " 408 ") {
		t.Errorf("%q %v", answer, err)
	}
}

func TestShutdownLetsRequestsFinish(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	addr, stop := serveWorld(t, w)
	stream, err := http.Get("http://" + addr + "/v1/events")
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	if _, err := io.ReadAll(stream.Body); err != nil {
		t.Error("the stream does not end cleanly:", err)
	}
	if _, err := http.Get("http://" + addr + "/livez"); err == nil {
		t.Error("it still answers")
	}
}

func TestServeWithoutItsCertificate(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	err = Serve(t.Context(), ln, http.NotFoundHandler(), Files{Cert: "none.pem", Key: "none.key"}, newWorld(t, Limits{}).api.Logger, func() {})
	if truce.CodeOf(err) != truce.CodeUsage {
		t.Error(err)
	}
}

func TestRateOfOneAddress(t *testing.T) {
	w := newWorld(t, Limits{Rate: 5})
	ask := func(path, from string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", path, nil)
		r.RemoteAddr = from
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, r)
		return rec
	}
	const far = "192.0.2.1:1234"
	for range 10 {
		if res := ask("/v1", far); res.Code != 200 {
			t.Fatal(res.Code)
		}
	}
	res := ask("/v1", far)
	if res.Code != 429 || res.Header().Get("Retry-After") == "" || !strings.Contains(res.Body.String(), `"code":"busy"`) {
		t.Errorf("%d %v %s", res.Code, res.Header(), res.Body)
	}
	for path, from := range map[string]string{"/livez": far, "/v1": "192.0.2.2:1", "/v1/parties": "127.0.0.1:9"} {
		if res := ask(path, from); res.Code != 200 {
			t.Errorf("%s from %s: %d", path, from, res.Code)
		}
	}
	w.pass(time.Second)
	if res := ask("/v1", far); res.Code != 200 {
		t.Error("it does not end")
	}
}

// Long answers are compressed for whom takes that, and say the same.
func TestCompression(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	for i := range 5 {
		w.state(truce.SiteRegister, "cell", fmt.Sprint("site-", i), site(36, 37))
	}
	plain := w.do("GET", "/v1/sites", "cell", nil, "Accept-Encoding", "identity")
	packed := w.do("GET", "/v1/sites", "cell", nil, "Accept-Encoding", "br, gzip;q=0.5")
	z, err := gzip.NewReader(bytes.NewReader(packed.body))
	w.must(err)
	body, err := io.ReadAll(z)
	w.must(err)
	if packed.header.Get("Content-Encoding") != "gzip" || !bytes.Equal(body, plain.body) || len(packed.body) >= len(plain.body) {
		t.Errorf("%v: %d of %d bytes", packed.header, len(packed.body), len(plain.body))
	}
	for accept, want := range map[string]bool{"": false, "gzip": true, "GZIP ; q=1": true, "gzip;q=0": false, "gzip;q=0.0": false, "br": false, "x-gzip": false} {
		if takesGzip(accept) != want {
			t.Errorf("%q", accept)
		}
	}
	if res := w.do("GET", "/v1/sites/site-1", "cell", nil, "Accept-Encoding", "gzip"); res.header.Get("Content-Encoding") != "" {
		t.Error("what has a tag is compressed")
	}
}

func TestServeWithTLS(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	files, pool := certificate(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ln, w.api, files, w.api.Logger, w.api.Close) }()
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	res, err := c.Get("https://" + ln.Addr().String() + "/livez")
	w.must(err)
	res.Body.Close()
	if res.StatusCode != 200 || res.TLS.Version < tls.VersionTLS12 || res.ProtoMajor != 2 {
		t.Errorf("%+v", res)
	}
	c.CloseIdleConnections()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// certificate is one of this machine's own, in files.
func certificate(t *testing.T) (Files, *x509.CertPool) {
	t.Helper()
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, pub, priv)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	files := Files{Cert: filepath.Join(t.TempDir(), "cert.pem"), Key: filepath.Join(t.TempDir(), "key.pem")}
	for path, block := range map[string]*pem.Block{files.Cert: {Type: "CERTIFICATE", Bytes: der}, files.Key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return files, pool
}

func TestNetworks(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.7:1234": "192.0.2.7/32", "[2001:db8:1:2:3::4]:99": "2001:db8:1:2::/64", "[::ffff:192.0.2.7]:1": "192.0.2.7/32",
		"[fe80::1%eth0]:1": "fe80::/64", "unix": "invalid Prefix", "": "invalid Prefix",
	} {
		if got := network(remote).String(); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}

func TestRatesForgetAddresses(t *testing.T) {
	now := time.Now()
	r := newRates(1, func() time.Time { return now })
	for i := range maxAddresses + 100 {
		r.take(fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255))
	}
	if len(r.buckets) > maxAddresses {
		t.Errorf("%d addresses are remembered", len(r.buckets))
	}
}

// Many at once: readers of every kind while statements come in. With -race this
// is the test of the whole server.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	cell := w.token("cell")
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for j := range 5 {
				id := fmt.Sprintf("site-%d-%d", i, j)
				s := w.say(truce.SiteRegister, "cell", id, site(36+float64(i)/10, 37+float64(j)/10), compose.To("public")).JSON()
				if res := w.do("POST", "/v1/statements?receipt=1", "", s); res.status != 201 {
					t.Errorf("%d %s", res.status, res.body)
				}
				for _, path := range []string{"/v1", "/v1/sites?limit=3", "/v1/sites/" + id, "/v1/entries?limit=5", "/v1/parties", "/log/checkpoint", "/metrics", "/readyz?verbose"} {
					if res := w.get(path, cell); res.status != 200 {
						t.Errorf("%s: %d %s", path, res.status, res.body)
					}
				}
				if res := w.do("POST", "/v1/check", cell, []byte(`{"at":"36.2, 37.1","radiusM":50000}`)); res.status != 200 {
					t.Errorf("%d %s", res.status, res.body)
				}
			}
		})
	}
	group.Wait()
	var info Register
	w.into(w.get("/v1", ""), &info)
	if info.LogSize != 22 {
		t.Errorf("%d entries", info.LogSize)
	}
}

func TestInfo(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	var info Register
	w.into(w.get("/v1", ""), &info)
	if info.Origin != origin || info.LogSize != 2 || info.Exercise || info.LogKey != w.api.LogKey || !json.Valid(encodeJSON(info)) {
		t.Errorf("%+v", info)
	}
}
