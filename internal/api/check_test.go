package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"truce"
	"truce/internal/check"
	"truce/internal/compose"
)

// askable has a hospital of relief at a place, released to north, and a public one.
func askable(t *testing.T) *world {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	w.enrol("north", truce.RoleParty)
	w.state(truce.SiteRegister, "relief", "site-a", site(36.2128, 37.1166), compose.To("party:north"))
	return w
}

func TestCheckOne(t *testing.T) {
	w := askable(t)
	for body, want := range map[string]int{
		`{"at":"36.2128, 37.1166"}`:                                                                  1,
		`{"at":"37S CA 31 90"}`:                                                                      0,
		`{"at":"36°12'46\"N 37°7'0\"E","radiusM":50}`:                                                1,
		`{"lat":36.2128,"lon":37.1166}`:                                                              1,
		`{"lat":36.2228,"lon":37.1166}`:                                                              0,
		`{"lat":36.2228,"lon":37.1166,"accuracyM":1200}`:                                             1,
		`{"shape":{"type":"Circle","coordinates":[37.1166,36.2],"radiusM":2000}}`:                    1,
		`{"shape":{"type":"LineString","coordinates":[[37,36.2128],[37.2,36.2128]],"bufferM":5}}`:    1,
		`{"lat":36.2128,"lon":37.1166,"asKnownAt":5}`:                                                0,
		`{"lat":36.2128,"lon":37.1166,"from":"2016-08-11T10:00:00Z","until":"2016-08-12T10:00:00Z"}`: 1,
	} {
		var a Checked
		w.into(w.do("POST", "/v1/check", "north", []byte(body)), &a)
		if len(a.Protections) != want || a.Notice == "" {
			t.Errorf("%s: %d, want %d: %s", body, len(a.Protections), want, a.Notice)
		}
	}
	if res := w.do("POST", "/v1/check", "", []byte(`{"at":"36.2128, 37.1166"}`)); bytes.Contains(res.body, []byte("site-a")) {
		t.Errorf("the public is told of what was released to one party: %s", res.body)
	}
}

func TestCheckRefusals(t *testing.T) {
	w := askable(t)
	for body, pointer := range map[string]string{
		`{"at":"x"}`:                                    "/at",
		`{"at":"36.2, 37.1","lat":1,"lon":2}`:           "/at",
		`{"lat":36.2}`:                                  "/lat",
		`{"lat":36.2,"lon":37.1,"accuracyM":-1}`:        "/accuracyM",
		`{"lat":36.2,"Lon":37.1}`:                       "/Lon",
		`{"shape":{"type":"Point","coordinates":[37]}}`: "/shape/coordinates",
		`{"lat":1,"lon":2,"time":"2016-08-11T10:00:00Z","from":"2016-08-11T10:00:00Z"}`: "/time",
		`{"lat":1,"lon":2,"asKnownAt":-5}`:                                              "/asKnownAt",
	} {
		p := w.problem(w.do("POST", "/v1/check", "", []byte(body)))
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
			t.Errorf("%s: %+v, want %s", body, p, pointer)
		}
	}
	if p := w.problem(w.do("POST", "/v1/check", "", []byte(`{"lat":1,"lon":2,"minEntry":999}`))); p.Code != "stale" || p.Status != 503 {
		t.Errorf("%+v", p)
	}
}

// One bad query among many has a problem in its place, in every form of batch.
func TestCheckMany(t *testing.T) {
	w := askable(t)
	good, bad := `{"lat":36.2128,"lon":37.1166,"id":"h"}`, `{"lat":95,"lon":0,"id":7}`
	feature := func(id, lat string) string {
		return `{"type":"Feature","id":` + id + `,"properties":null,"geometry":{"type":"Point","coordinates":[37.1166,` + lat + `]}}`
	}
	for media, body := range map[string]string{
		mediaJSON:    `{"queries":[` + good + `,` + bad + `,` + good + `]}`,
		mediaNDJSON:  good + "\n" + bad + "\n" + good,
		mediaCSV:     "\ufeffID,Latitude,Longitude,District\nh,36.2128,37.1166,Aleppo\n7,95,0,\nh,36.2128,37.1166,\"a,b\"\n",
		mediaGeoJSON: `{"type":"FeatureCollection","features":[` + feature(`"h"`, "36.2128") + `,` + feature("7", "95") + `,` + feature(`"h"`, "36.2128") + `]}`,
	} {
		res := w.do("POST", "/v1/check", "north", []byte(body), "Content-Type", media)
		if res.status != 200 {
			t.Fatalf("%s: %d %s", media, res.status, res.body)
		}
		results := resultsIn(t, res)
		if len(results) != 3 {
			t.Fatalf("%s: %s", media, res.body)
		}
		for i, r := range results {
			if i == 1 {
				if r.Answer != nil || r.Problem == nil || r.Problem.Code != "invalid" || string(r.ID) != "7" && string(r.ID) != `"7"` {
					t.Errorf("%s: %s", media, res.body)
				}
				continue
			}
			if r.Problem != nil || len(r.Answer.Protections) != 1 || string(r.ID) != `"h"` {
				t.Errorf("%s: result %d: %+v", media, i, r)
			}
		}
	}
}

// What answers share is told once for whom prefers that, and nothing of it is lost.
func TestCheckBriefly(t *testing.T) {
	w := askable(t)
	good := `{"lat":36.2128,"lon":37.1166,"id":"h"}`
	body := `{"queries":[` + strings.Repeat(good+`,{"lat":10,"lon":10},`, 90) + good + `,{"lat":95,"lon":0,"id":{"a": 7}},{"at":"37S CA 31 90"},{"lat":36.2128,"lon":37.1166,"asKnownAt":5},{"lat":1,"lon":2,"minEntry":999}]}`
	var whole CheckResults
	var brief BriefResults
	w.into(w.do("POST", "/v1/check", "north", []byte(body)), &whole)
	res := w.do("POST", "/v1/check", "north", []byte(body), "Prefer", "respond-async, return = minimal")
	w.into(res, &brief)
	if res.header.Get("Preference-Applied") != "return=minimal" || len(brief.Results) != len(whole.Results) || brief.AsOf == nil || len(brief.Notices) != 3 {
		t.Fatalf("%v %d %.200s", res.header, len(brief.Notices), res.body)
	}
	own := 0
	for i, r := range brief.Results {
		back := CheckResult{Line: r.Line, ID: r.ID, Problem: r.Problem}
		if a := r.Answer; a != nil {
			asOf := brief.AsOf
			if a.AsOf != nil {
				asOf, own = a.AsOf, own+1
			}
			back.Answer = &Checked{Slips: a.Slips, Answer: &check.Answer{AsOf: *asOf, Query: a.Query, Protections: a.Protections, Agreements: a.Agreements, Windows: a.Windows, Notice: brief.Notices[a.NoticeAt]}}
		}
		if got, want := string(encodeJSON(back)), string(encodeJSON(whole.Results[i])); got != want {
			t.Fatalf("result %d:\n%s\n%s", i, got, want)
		}
	}
	if own != 1 {
		t.Errorf("%d have an asOf of their own", own)
	}
	if res := w.do("POST", "/v1/check", "north", []byte(`{"queries":[{"lat":95,"lon":0}]}`), "Prefer", "return=minimal"); !bytes.HasPrefix(res.body, []byte(`{"notices":[],"results":[{"line":1,"problem":`)) {
		t.Errorf("%s", res.body)
	}
}

// Every form of an answer is in the bytes that the library writes for its type.
func TestCheckForms(t *testing.T) {
	w := askable(t)
	for body, into := range map[string]any{
		`{"lat":36.2128,"lon":37.1166}`: &Checked{}, `{"at":"36.2128,37.1166"}`: &Checked{}, `{"at":"361246N 0370700E"}`: &Checked{},
		`{"queries":[{"at":"36°12'46\"N 37°7'0\"E","radiusM":50,"id":"é"},{"at":"x","id":[1, 2]},{"lat":1,"lon":2}]}`: &CheckResults{},
	} {
		res := w.do("POST", "/v1/check", "north", []byte(body))
		w.into(res, into)
		if want := string(encodeJSON(into)) + "\n"; string(res.body) != want {
			t.Errorf("%s:\n%s%s", body, res.body, want)
		}
	}
}

func resultsIn(t *testing.T, res reply) []CheckResult {
	t.Helper()
	var all CheckResults
	if strings.HasPrefix(res.header.Get("Content-Type"), mediaJSON) {
		if err := json.Unmarshal(res.body, &all); err != nil {
			t.Fatal(err)
		}
		return all.Results
	}
	for line := range strings.Lines(string(res.body)) {
		var r CheckResult
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all.Results = append(all.Results, r)
	}
	return all.Results
}

func TestCheckCSVFaults(t *testing.T) {
	w := askable(t)
	for body, want := range map[string]string{
		"":                     `"code":"invalid"`,
		"name,district\nx,y\n": "no column says where",
		"at\n\"36.2, 37.1\n":   `"row":2`,
	} {
		if res := w.do("POST", "/v1/check", "", []byte(body), "Content-Type", mediaCSV); res.status != 422 || !bytes.Contains(res.body, []byte(want)) {
			t.Errorf("%q: %d %s", body, res.status, res.body)
		}
	}
	body := "at,radius,time\n\"36.2128, 37.1166\",x,\n\"36.2128, 37.1166\",10,yesterday\n\"36.2128, 37.1166\",10,2016-08-11T10:00:00Z\n"
	results := resultsIn(t, w.do("POST", "/v1/check?radiusM=5", "north", []byte(body), "Content-Type", mediaCSV))
	for i, column := range []string{"radius", "time"} {
		f := results[i].Problem.Errors
		if len(f) != 1 || f[0].Pointer != column || f[0].Row != i+2 || f[0].Hint == "" {
			t.Errorf("row %d: %+v", i, f)
		}
	}
	if results[2].Answer == nil || len(results[2].Answer.Protections) != 1 {
		t.Errorf("%+v", results[2])
	}
}

// The answer never reassures, in any language, and says what it knows.
func TestCheckNotices(t *testing.T) {
	w := askable(t)
	for _, lang := range []string{"en", "ar", "ru", "fr", "uk"} {
		res := w.do("POST", "/v1/check", "", []byte(`{"at":"10.5, 10.5"}`), "Accept-Language", lang)
		var a Checked
		w.into(res, &a)
		if a.AsOf.LogSize != w.log.Head().Size || a.AsOf.Root == "" || a.Notice == "" || res.header.Get("Content-Language") != lang {
			t.Errorf("%s: %s", lang, res.body)
		}
	}
}

// No digit of a place that was asked about stands in the logs, whatever becomes
// of the question.
func TestLogsHoldNoPlaces(t *testing.T) {
	w := askable(t)
	asked := []string{"36.21289", "37.11664", "95.12345", "36,31313"}
	bodies := map[string]string{
		mediaJSON:    `{"at":"36.21289, 37.11664"}`,
		mediaNDJSON:  `{"at":"36.21289, 37.11664"}` + "\n" + `{"lat":95.12345,"lon":37.11664}` + "\n{36.21289",
		mediaCSV:     "at\n\"36.21289, 37.11664\"\n\"36,31313 x\"\n",
		mediaGeoJSON: `{"type":"Point","coordinates":[37.11664,95.12345]}`,
	}
	for media, body := range bodies {
		w.do("POST", "/v1/check", "north", []byte(body), "Content-Type", media)
	}
	for _, body := range []string{`{"at":"36.21289"}`, `{"lat":95.12345,"lon":37.11664}`, `{"36.21289":1}`, `{"lat":36.21289`} {
		w.do("POST", "/v1/check", "", []byte(body))
	}
	w.get("/v1/sites?bbox=36.21289,37.11664,36,31313", "")
	w.get("/v1/sites/36.21289", "")
	w.get("/v1/sites?36.21289=37.11664", "")
	w.do("GET", "/v1", "", nil, "User-Agent", "36.21289")
	log := w.logs.String()
	if strings.Count(log, `"msg":"request"`) < 10 {
		t.Fatalf("the log is not that of these requests: %s", log)
	}
	for _, digits := range asked {
		if strings.Contains(log, digits) {
			t.Errorf("%s stands in the log:\n%s", digits, lineWith(log, digits))
		}
	}
	for _, secret := range []string{"truce_", "Al-Salam", key("north").KeyID()} {
		if strings.Contains(log, secret) {
			t.Errorf("%s stands in the log:\n%s", secret, lineWith(log, secret))
		}
	}
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
}

func lineWith(log, text string) string {
	for line := range strings.Lines(log) {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func TestListFilters(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	body := site(36.2, 37.1)
	body["validFrom"], body["validUntil"] = "2016-08-12T00:00:00Z", "2016-08-13T00:00:00Z"
	w.state(truce.SiteRegister, "cell", "site-later", body)
	first := w.state(truce.SiteRegister, "cell", "site-here", site(36.2, 37.1))
	w.state(truce.SiteRegister, "cell", "site-date-line", site(-17, 179.99), compose.To("public"))
	gone := w.state(truce.SiteRegister, "cell", "site-withdrawn", site(10, 10))
	w.state(truce.SiteWithdraw, "cell", "site-withdrawn", map[string]string{"reason": "closed"}, compose.Replaces(gone.ID))
	for query, want := range map[string]string{
		"":                 "site-later site-here site-date-line site-withdrawn",
		"?state=inForce":   "site-here site-date-line",
		"?state=later":     "site-later",
		"?state=withdrawn": "site-withdrawn",
		"?in-force-at=2016-08-12T10:00:00Z&state=inForce": "site-later site-here site-date-line",
		"?in-force-at=2016-08-14T10:00:00Z&state=lapsed":  "site-later",
		"?bbox=37,36,38,37":          "site-later site-here",
		"?bbox=179.9,-18,-179.9,-16": "site-date-line",
		"?bbox=0,0,1,1":              "",
		"?as-known-at=3":             "site-later",
		"?limit=2":                   "site-later site-here",
		fmt.Sprint("?as-known-at=", first.Entry+1): "site-later site-here",
	} {
		var page ItemPage
		w.into(w.get("/v1/sites"+query, "cell"), &page)
		var ids []string
		for _, it := range page.Items {
			ids = append(ids, it.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	// A movement that names only where a leg begins and ends is in a box too.
	end := func(lat, lon float64) map[string]any {
		return map[string]any{"point": map[string]any{"type": "Point", "coordinates": []float64{lon, lat}}}
	}
	w.state(truce.MovementRegister, "cell", "movement-ends", map[string]any{"purpose": "food-aid", "mode": "land",
		"legs": []map[string]any{{"from": end(20, 20), "to": end(21, 21)}}})
	for box, want := range map[string]int{"20.9,20.9,21.1,21.1": 1, "19,19,20.1,20.1": 1, "0,0,1,1": 0} {
		var page ItemPage
		if w.into(w.get("/v1/movements?bbox="+box, "cell"), &page); len(page.Items) != want {
			t.Errorf("movements in %s: %d", box, len(page.Items))
		}
	}
	var page ItemPage // the public reads no positions: a box must not give one away
	w.into(w.get("/v1/sites?bbox=-180,-90,180,90", ""), &page)
	if len(page.Items) != 0 {
		t.Errorf("%+v", page.Items)
	}
}

// To ask as known before gives nobody back what was taken from it, and shows
// what was there then to who may see it now.
func TestAsKnownAt(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("north", truce.RoleParty)
	first := w.state(truce.SiteRegister, "cell", "site-a", site(36.2, 37.1))
	w.state(truce.SiteAmend, "cell", "site-a", site(36.3, 37.1), compose.Replaces(first.ID))
	given := w.state(truce.ReleaseGive, "cell", "site-a", to("north"))
	then := fmt.Sprint("/v1/sites/site-a?as-known-at=", first.Entry+1)
	var it Item
	w.into(w.get(then, "cell"), &it)
	if it.Version != first.ID || !strings.Contains(string(it.Content), "36.2") {
		t.Errorf("%+v", it)
	}
	if res := w.get(then, "north"); res.status != 404 {
		t.Errorf("north reads a version from before it was told: %d %s", res.status, res.body)
	}
	w.into(w.get(fmt.Sprint("/v1/sites/site-a?as-known-at=", given.Entry), "north"), &it)
	if len(it.Releases) != 0 || it.Audience != nil {
		t.Errorf("%+v", it)
	}
	w.state(truce.ReleaseEnd, "cell", "site-a", to("north"))
	for _, path := range []string{then, fmt.Sprint("/v1/sites/site-a?as-known-at=", given.Entry+1)} {
		if res := w.get(path, "north"); res.status != 404 {
			t.Errorf("%s: north reads on after the release ended: %d %s", path, res.status, res.body)
		}
	}
}

func TestHistory(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	first := w.state(truce.SiteRegister, "cell", "site-a", site(36.2, 37.1), compose.To("public"))
	second := w.state(truce.SiteAmend, "cell", "site-a", site(36.3, 37.1), compose.To("public"), compose.Replaces(first.ID))
	var h History
	w.into(w.get("/v1/sites/site-a/history", "cell"), &h)
	if len(h.Versions) != 2 || h.Versions[0].ID != first.ID || h.Versions[1].ID != second.ID || fmt.Sprint(h.Entries) != "[2 3]" {
		t.Errorf("%+v", h)
	}
	w.into(w.get("/v1/sites/site-a/history", ""), &h)
	if len(h.Versions) != 1 || strings.Contains(string(h.Versions[0].Body), "geometry") || fmt.Sprint(h.Entries) != "[3]" {
		t.Errorf("the public reads %+v", h)
	}
}
