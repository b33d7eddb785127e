package api

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/compose"
	"truce/proof"
)

// foreign is x/mod's client of a log, which knows nothing of this house.
type foreign struct{ w *world }

func (f foreign) Height() int { return 8 }

func (f foreign) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		res := f.w.get("/log/tile/"+strings.TrimPrefix(t.Path(), "tile/8/"), "")
		if res.status != 200 {
			return nil, fmt.Errorf("%s: %d", t.Path(), res.status)
		}
		wantCache := "no-cache"
		if t.W == 256 {
			wantCache = "public, max-age=31536000, immutable"
		}
		if res.header.Get("Cache-Control") != wantCache || res.header.Get("Content-Type") != mediaBytes {
			f.w.Errorf("%s: %v", t.Path(), res.header)
		}
		out[i] = res.body
	}
	return out, nil
}

func (f foreign) SaveTiles([]tlog.Tile, [][]byte) {}

// The log as a stranger reads it over HTTP: every leaf leads to the signed root.
func TestForeignClientOfTheLog(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	var stream bytes.Buffer
	for i := range 300 {
		stream.Write(append(w.say(truce.SiteRegister, "cell", fmt.Sprint("site-", i), site(36, 37)).JSON(), '\n'))
	}
	w.do("POST", "/v1/statements", "", stream.Bytes(), "Content-Type", mediaNDJSON)
	key := strings.TrimSpace(string(w.get("/log/pubkey", "").body))
	res := w.get("/log/checkpoint", "")
	cp, err := proof.OpenCheckpoint(res.body, key)
	if err != nil || cp.Size != 302 || cp.Origin != origin || res.header.Get("Content-Type") != mediaText {
		t.Fatal(cp, err, res.header)
	}
	r := tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, foreign{w})
	leaves := w.bundle("entries/000") + w.bundle("entries/001.p/46")
	number := int64(0)
	for rest := []byte(leaves); len(rest) > 0; number++ {
		n := binary.BigEndian.Uint16(rest)
		leaf := rest[2 : 2+n]
		rest = rest[2+n:]
		if at, _, _, err := proof.ParseLeaf(leaf); err != nil || at != number {
			t.Fatal(at, err)
		}
		if number%20 != 0 {
			continue
		}
		path, err := tlog.ProveRecord(cp.Size, number, r)
		w.must(err)
		w.must(tlog.CheckRecord(path, cp.Size, cp.Root, number, tlog.RecordHash(leaf)))
		if strings.Contains(string(leaf), "site") {
			t.Error("a leaf shows content")
		}
	}
	if number != cp.Size {
		t.Errorf("%d leaves", number)
	}
}

func (w *world) bundle(path string) string {
	w.Helper()
	res := w.get("/log/tile/"+path, "")
	if res.status != 200 {
		w.Fatal(path, res.status)
	}
	return string(res.body)
}

// A receipt over HTTP convinces a stranger: with vouchers for whom may read
// them, without for the public, without content for whom reads a part.
func TestReceipts(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	w.enrol("north", truce.RoleParty)
	whole := w.state(truce.SiteRegister, "relief", "site-a", bare(36, 37), compose.To("party:north"))
	part := w.state(truce.SiteRegister, "relief", "site-b", site(36, 37), compose.To("public"))
	for _, c := range []struct {
		who, id          string
		withheld, proven bool
	}{
		{"relief", whole.ID, false, true}, {"cell", whole.ID, false, true}, {"relief", part.ID, false, true},
		{"north", part.ID, true, false}, {"", part.ID, true, false},
	} {
		res := w.get("/v1/statements/"+c.id+"/receipt", c.who)
		v, err := proof.VerifyReceipt(res.body, w.api.LogKey)
		if err != nil || v.Withheld != c.withheld || v.AuthorProven != c.proven {
			t.Errorf("%q: %d %+v %v", c.who, res.status, v, err)
		}
	}
	var a Accepted
	again := w.do("POST", "/v1/statements?receipt=1", "", w.say(truce.SiteRegister, "relief", "site-c", bare(36, 37)).JSON())
	w.into(again, &a)
	if v, err := proof.VerifyReceipt([]byte(a.Proof), w.api.LogKey); err != nil || v.ID != a.ID || v.AuthorProven {
		t.Errorf("who does not sign in has a receipt without vouchers: %+v %v", v, err)
	}
}

// After an erasure the registrar can still prove that something was there.
func TestReceiptOfWhatWasErased(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	a := w.state(truce.SiteRegister, "cell", "site-a", site(36, 37))
	w.state(truce.EraseContent, "cell", "site-a", map[string]string{"reason": "personal-data"})
	v, err := proof.VerifyReceipt(w.get("/v1/statements/"+a.ID+"/receipt", "cell").body, w.api.LogKey)
	if err != nil || !v.Withheld || v.Entry.Number != a.Entry {
		t.Errorf("%+v %v", v, err)
	}
	if res := w.get("/v1/statements/"+a.ID+"/receipt", ""); res.status != 404 {
		t.Error(res.status)
	}
}

// Lines of seniors and notes of a party go to nobody as part of a receipt.
func TestVouchersKeepSecrets(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	root := key("relief-root")
	body := map[string]any{"names": named("Relief"), "role": "humanitarian", "notes": "hush", "root": compose.RootOf(1, root)}
	s, err := compose.Statement(truce.PartyEnrol, origin, "cell", "relief", body, w.madeNow()...)
	w.must(err)
	e, err := compose.Sign(s, key("cell"), root)
	w.must(err)
	w.submit(e.JSON())
	list, err := compose.ListKeys(origin, "relief", []proof.Signer{root}, []compose.SigningKey{{Signer: key("relief"), Scopes: truce.Scopes()}}, w.madeNow()...)
	w.must(err)
	w.submit(list.JSON())
	w.enrol("north", truce.RoleParty)
	a := w.state(truce.SiteRegister, "relief", "site-a", site(36, 37), compose.To("party:north"))
	w.state(truce.VerificationRecord, "north", "site-a", map[string]string{"version": a.ID, "step": "second-organisation", "result": "matches"})
	for who, proven := range map[string]bool{"relief": true, "cell": true} {
		v, err := proof.VerifyReceipt(w.get("/v1/statements/"+a.ID+"/receipt", who).body, w.api.LogKey)
		if err != nil || v.AuthorProven != proven {
			t.Errorf("%q: %+v %v", who, v, err)
		}
	}
	if mayVouch(w.viewer("north"), s) {
		t.Error("north is handed the notes about relief")
	}
	if !mayVouch(w.viewer("relief"), s) || !mayVouch(w.viewer("cell"), s) {
		t.Error("relief is not handed its own enrolment")
	}
}

func TestProbesAndMetrics(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.do("POST", "/v1/statements", "", []byte("{}"))
	for path, want := range map[string]string{
		"/livez": "ok\n", "/readyz": "ok\n", "/readyz?verbose": "[+]log ok\nok\n",
	} {
		if res := w.get(path, ""); string(res.body) != want || res.status != 200 {
			t.Errorf("%s: %d %s", path, res.status, res.body)
		}
	}
	text := string(w.get("/metrics", "").body)
	for _, line := range []string{
		`truce_statements_total{result="accepted"} `,
		`truce_http_request_seconds_count{method="GET",route="/livez",status="200"} 1`,
	} {
		if strings.HasSuffix(line, " ") {
			continue // a body without an envelope is refused before it is counted
		}
		if !strings.Contains(text, line+"\n") {
			t.Errorf("missing: %s", line)
		}
	}
}

func TestEveryRouteIsDescribed(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	var doc struct {
		OpenAPI    string
		Paths      map[string]map[string]struct{ OperationID, Summary string }
		Components struct{ Schemas map[string]any }
	}
	w.into(w.get("/openapi.json", ""), &doc)
	if doc.OpenAPI != "3.0.3" || len(doc.Components.Schemas) < 20 {
		t.Errorf("%s, %d schemas", doc.OpenAPI, len(doc.Components.Schemas))
	}
	page := string(w.get("/docs", "").body)
	for _, rt := range w.api.routes {
		op, ok := doc.Paths[rt.documented()][strings.ToLower(rt.method)]
		if !ok || op.OperationID != rt.name || op.Summary == "" {
			t.Errorf("%s %s is described as %+v", rt.method, rt.path, op)
		}
		if !strings.Contains(page, `id="`+rt.name+`"`) {
			t.Errorf("%s is not on the page", rt.name)
		}
	}
	yaml := w.get("/openapi.yaml", "")
	if yaml.status != 200 || !bytes.Contains(yaml.body, []byte("\nopenapi: 3.0.3\n")) {
		t.Errorf("%.100s", yaml.body)
	}
	golden(t, "openapi.json", indented(w.get("/openapi.json", "").body))
}

// Every reference in the document leads somewhere.
func TestReferencesInTheDescription(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	doc := string(w.get("/openapi.json", "").body)
	for _, part := range strings.Split(doc, `"$ref":"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(part, `"`)
		if !strings.Contains(doc, `"`+name+`":{`) {
			t.Errorf("schema %s is missing", name)
		}
	}
}

func TestDocsPage(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	res := w.do("GET", "/docs", "", nil)
	page := string(res.body)
	if strings.Contains(page, "<script") || strings.Contains(page, "ZgotmplZ") || strings.Contains(page, ` style="`) {
		t.Error("the page has what its policy forbids")
	}
	if !strings.Contains(page, w.http.URL+"/v1/check") || !strings.Contains(page, `id="error-stale_write"`) || len(page) > 400<<10 {
		t.Errorf("%d bytes: %.300s", len(page), page)
	}
	if csp := res.header.Get("Content-Security-Policy"); !strings.Contains(csp, "style-src 'sha256-") {
		t.Error(csp)
	}
}

// docs/api.md is for people who read the repository: it must name every route.
func TestRoutesInTheManual(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, rt := range routes() {
		path := strings.NewReplacer("/v1/areas", "/v1/sites", "/v1/movements", "/v1/sites").Replace(rt.documented())
		if !strings.Contains(string(text), rt.method+" "+path) {
			t.Errorf("docs/api.md does not tell of %s %s", rt.method, path)
		}
	}
	for _, code := range truce.Codes() {
		if !strings.Contains(string(text), "`"+string(code)+"`") {
			t.Errorf("docs/api.md does not tell of the code %s", code)
		}
	}
}
