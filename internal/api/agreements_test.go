package api

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
	"truce/internal/inforce"
)

func signatories(ids ...string) []map[string]any {
	var out []map[string]any
	for _, id := range ids {
		out = append(out, map[string]any{"party": id, "roles": []string{"signatory"}})
	}
	return out
}

func cessation() map[string]any {
	return map[string]any{"names": named("Local cessation"), "class": "local-ceasefire", "parties": signatories("alpha", "beta"),
		"notes": "kept by the cell alone", "source": "letters",
		"clauses": []map[string]any{{"id": "c1", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire"}},
			{"id": "c2", "kind": "other", "modality": "states", "words": "the annex for the parties alone", "disclosure": "parties"}},
		"geometry": map[string]any{"type": "Circle", "coordinates": []float64{37.15, 36.2}, "radiusM": 8000}}
}

func pauseBody() map[string]any {
	return map[string]any{"names": named("Daily pause <b>"), "windowKind": "pause", "prohibits": []string{"fire"}, "parties": signatories("alpha", "beta"),
		"schedule": map[string]any{"instants": []string{"2016-08-11T07:00:00Z/2016-08-11T11:00:00Z", "2016-08-12T07:00:00Z/2016-08-12T10:00:00Z"}, "zone": "Asia/Damascus"},
		"geometry": map[string]any{"type": "Circle", "coordinates": []float64{37.15, 36.2}, "radiusM": 8000}}
}

// agreedWorld has two sides, an organisation and a stranger.
func agreedWorld(t *testing.T) *world {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("alpha", truce.RoleParty)
	w.enrol("beta", truce.RoleParty)
	w.enrol("relief", truce.RoleHumanitarian)
	w.enrol("stranger", truce.RoleParty)
	return w
}

type nowBody struct {
	AsOf       AsOf
	LogSize    int64
	Agreements []struct {
		ID, State, Version string
		AgreedByAll        bool
		Acceptance         map[string]string
		Clauses            []struct{ ID string }
	}
	Windows []struct {
		ID, Kind    string
		Open, Ready bool
		AgreedByAll bool
		Acceptance  map[string]string
		Missing     []string
		Until, Next *time.Time
		Parts       []inforce.Part
	}
	Notice string
}

func TestNowOverHTTP(t *testing.T) {
	w := agreedWorld(t)
	a := w.state(truce.AgreementRegister, "cell", "agreement-one", cessation())
	size := w.log.Head().Size
	w.state(truce.AgreementAccept, "alpha", "agreement-one", map[string]any{"version": a.ID})
	w.state(truce.AgreementAccept, "beta", "agreement-one", map[string]any{"version": a.ID})
	w.state(truce.WindowAnnounce, "alpha", "window-one", pauseBody(), compose.To("role:humanitarian"))
	var now nowBody
	w.into(w.get("/v1/now?time=2016-08-11T10:30:00Z&at=36.2000,37.1500", "relief"), &now)
	if len(now.Windows) != 1 || len(now.Agreements) != 0 || now.Notice == "" || now.AsOf.Root == "" {
		t.Fatalf("%+v", now)
	}
	p := now.Windows[0]
	if !p.Open || p.AgreedByAll || p.Ready || p.Acceptance["alpha"] != "announced" || p.Acceptance["beta"] != "silent" || p.Until == nil || p.Next == nil ||
		!strings.Contains(strings.Join(p.Missing, " "), "acceptance:beta") {
		t.Errorf("%+v", p)
	}
	w.into(w.do("POST", "/v1/now", "beta", []byte(`{"lat":36.2,"lon":37.15,"time":"2016-08-11T10:30:00Z"}`)), &now)
	if len(now.Agreements) != 1 || now.Agreements[0].State != "inForce" || !now.Agreements[0].AgreedByAll {
		t.Errorf("%+v", now)
	}
	w.into(w.do("POST", "/v1/now", "beta", []byte(fmt.Sprintf(`{"time":"2016-08-11T10:30:00Z","asKnownAt":%d}`, size))), &now)
	if now.LogSize != size || len(now.Windows) != 0 || now.Agreements[0].AgreedByAll {
		t.Errorf("as known then: %+v", now)
	}
	w.into(w.get("/v1/now?at=48.1,11.5", "beta"), &now)
	if len(now.Agreements)+len(now.Windows) != 0 || !strings.Contains(now.Notice, "No agreement") {
		t.Errorf("elsewhere: %+v", now)
	}
	for _, answer := range []reply{w.get("/v1/now?at=36.2000,37.1500&from=2016-08-11T00:00:00Z&until=2016-08-12T00:00:00Z", "beta"),
		w.do("POST", "/v1/now", "beta", []byte(`{"lat":36.2,"lon":37.15,"from":"2016-08-11T00:00:00Z","until":"2016-08-12T00:00:00Z"}`))} {
		w.into(answer, &now)
		if len(now.Windows) != 1 || !now.Windows[0].Open || len(now.Windows[0].Parts) != 1 || len(now.Agreements[0].Clauses) != 2 {
			t.Errorf("over a period: %+v", now)
		}
	}
	for _, bad := range []string{"/v1/now?until=2016-08-12T00:00:00Z", "/v1/now?from=2016-08-12T00:00:00Z&until=2016-08-11T00:00:00Z", "/v1/now?lat=1", "/v1/now?at=nowhere", "/v1/now?time=noon", "/v1/agreements?state=lost", "/v1/waiting?limit=2"} {
		if p := w.problem(w.get(bad, "beta")); p.Hint == "" && p.Code != "invalid" {
			t.Errorf("%s: %+v", bad, p)
		}
	}
	if strings.Contains(w.logs.String(), "36.2") || strings.Contains(w.logs.String(), "37.15") {
		t.Error("a coordinate is in the logs")
	}
}

// Without a place an answer comes in pages; a cursor belongs to its question and to
// whoever asked it, and says nothing of what one may not see.
func TestNowPages(t *testing.T) {
	w := agreedWorld(t)
	for i := range 3 {
		w.state(truce.AgreementRegister, "cell", fmt.Sprint("agreement-", i), cessation(), compose.To("role:humanitarian"))
		w.state(truce.AgreementRegister, "cell", fmt.Sprint("agreement-hidden-", i), cessation())
	}
	type pageBody struct {
		Agreements   []struct{ ID string }
		Next, Notice string
	}
	seen, next := []string{}, ""
	for range 3 {
		var page pageBody
		w.into(w.get("/v1/now?limit=1&cursor="+next, "relief"), &page)
		if len(page.Agreements) != 1 || (page.Next != "") != strings.Contains(page.Notice, "part of the answer") {
			t.Fatalf("%+v", page)
		}
		seen, next = append(seen, page.Agreements[0].ID), page.Next
		if next != "" {
			for _, other := range []reply{w.get("/v1/now?limit=1&cursor="+next, "stranger"), w.get("/v1/now?limit=1&radiusM=0&time=2016-08-11T10:30:00Z&cursor="+next, "relief"),
				w.do("POST", "/v1/now", "relief", []byte(`{"limit":1,"time":"2016-08-11T10:30:00Z","cursor":"`+next+`"}`))} {
				if p := w.problem(other); p.Code != "usage" {
					t.Errorf("a cursor of another question: %+v", p)
				}
			}
		}
	}
	if next != "" || fmt.Sprint(seen) != "[agreement-0 agreement-1 agreement-2]" {
		t.Errorf("%v, next %q", seen, next)
	}
	var page pageBody
	w.into(w.do("POST", "/v1/now", "relief", []byte(`{"lat":36.2,"lon":37.15,"limit":2}`)), &page)
	first := page.Next
	w.into(w.do("POST", "/v1/now", "relief", []byte(`{"lat":36.2,"lon":37.15,"limit":2,"cursor":"`+first+`"}`)), &page)
	if first == "" || len(page.Agreements) != 1 || page.Next != "" {
		t.Errorf("%+v", page)
	}
	if p := w.problem(w.do("POST", "/v1/now", "relief", []byte(`{"limit":2000}`))); p.Code != "usage" {
		t.Errorf("%+v", p)
	}
}

// Agreements and windows stand beside the protections of a check, for those who may
// know of them.
func TestAgreedInChecks(t *testing.T) {
	w := agreedWorld(t)
	w.state(truce.WindowAnnounce, "alpha", "window-one", pauseBody(), compose.To("role:humanitarian"))
	for as, want := range map[string]int{"relief": 1, "beta": 1, "stranger": 0, "": 0} {
		var a struct {
			AsOf    AsOf
			Windows []struct {
				ID          string
				Open        bool
				AgreedByAll bool
				Acceptance  map[string]string
			}
			Notice string
		}
		w.into(w.do("POST", "/v1/check", as, []byte(`{"lat":36.2,"lon":37.15,"time":"2016-08-11T10:30:00Z"}`)), &a)
		if len(a.Windows) != want {
			t.Errorf("%q: %+v", as, a)
		}
		if want == 1 && (!a.Windows[0].Open || a.Windows[0].AgreedByAll || a.Windows[0].Acceptance["alpha"] != "announced" || strings.Contains(a.Notice, "Nothing")) {
			t.Errorf("%q: %+v", as, a)
		}
	}
}

// What somebody may not know of does not exist: in no list, no count, no error, no
// feed, at no log size.
func TestAgreementsAreNotHintedAt(t *testing.T) {
	w := agreedWorld(t)
	before := map[string]string{}
	paths := []string{"/v1/now", "/v1/agreements", "/v1/windows", "/v1/waiting", "/v1/agreements/agreement-one", "/v1/agreements/agreement-one/history", "/v1/windows/window-one",
		"/v1/public", "/v1/public/calendar.ics", "/v1/public/feed.atom", "/v1/public/places.geojson", "/v1/public/alerts/window-one.xml", "/v1/entries", "/v1/feed", "/v1/gaps", "/v1/tellings/agreement-one"}
	w.state(truce.SiteRegister, "cell", "site-other", site(36, 37)) // the log grows for everybody alike
	look := func(as, path string) string {
		r := w.get(path, as)
		text := string(r.body)
		head := w.log.Head()
		for _, known := range []string{fmt.Sprintf(`"logSize":%d`, head.Size), head.RootText(), fmt.Sprintf("entry %d", head.Size-1), fmt.Sprintf(",%d]", head.Size), fmt.Sprintf(".%d", head.Size)} {
			text = strings.ReplaceAll(text, known, "…")
		}
		return fmt.Sprintf("%d %s", r.status, text)
	}
	for _, as := range []string{"", "stranger"} {
		for _, path := range paths {
			before[as+path] = look(as, path)
		}
	}
	a := w.state(truce.AgreementRegister, "cell", "agreement-one", cessation(), compose.To("role:humanitarian"))
	w.state(truce.AgreementAccept, "alpha", "agreement-one", map[string]any{"version": a.ID})
	v := w.state(truce.WindowAnnounce, "alpha", "window-one", pauseBody())
	w.state(truce.WindowCondition, "beta", "window-one", map[string]any{"version": v.ID, "condition": "two lanes"})
	for _, as := range []string{"", "stranger"} {
		for _, path := range paths {
			if got := look(as, path); got != before[as+path] && !strings.Contains(path, "public") {
				t.Errorf("%q at %s: %s\nwas %s", as, path, got, before[as+path])
			}
			if got := look(as, path); strings.Contains(got, "window-") || strings.Contains(got, "Local cessation") {
				t.Errorf("%q at %s is told: %s", as, path, got)
			}
		}
		if r := w.get("/v1/statements/"+a.ID, as); r.status != 404 {
			t.Errorf("%q reads the statement: %d", as, r.status)
		}
	}
}

// Who reads what of one agreement.
func TestAgreementDisclosure(t *testing.T) {
	w := agreedWorld(t)
	a := w.state(truce.AgreementRegister, "cell", "agreement-one", cessation(), compose.To("role:humanitarian"))
	w.state(truce.AgreementAccept, "alpha", "agreement-one", map[string]any{"version": a.ID, "text": "gladly"})
	for _, c := range []struct {
		as                            string
		status                        int
		relation                      string
		inner, notes, audience, heard bool
	}{
		{"cell", 200, "registrar", true, true, true, true}, {"alpha", 200, "party", true, false, false, true}, {"beta", 200, "party", true, false, false, true},
		{"relief", 200, "audience", false, false, false, false}, {"stranger", 404, "", false, false, false, false}, {"", 404, "", false, false, false, false},
	} {
		r := w.get("/v1/agreements/agreement-one", c.as)
		text := string(r.body)
		if r.status != c.status {
			t.Errorf("%q: %d %s", c.as, r.status, text)
			continue
		}
		var it struct {
			YouAre   string
			Newest   string
			Audience []string
		}
		_ = json.Unmarshal(r.body, &it)
		if it.YouAre != c.relation || strings.Contains(text, "the annex for the parties") != c.inner || strings.Contains(text, "kept by the cell") != c.notes || (it.Audience != nil) != c.audience {
			t.Errorf("%q: %s", c.as, text)
		}
		if c.status == 200 && it.Newest != a.ID {
			t.Errorf("%q: newest %s", c.as, it.Newest)
		}
		h := w.get("/v1/agreements/agreement-one/history", c.as)
		if got := strings.Contains(string(h.body), "gladly"); got != c.heard {
			t.Errorf("%q reads acceptances: %v", c.as, got)
		}
	}
	if r := w.get("/v1/windows/agreement-one", "cell"); r.status != 404 {
		t.Errorf("an agreement is no window: %d", r.status)
	}
}

func TestAgreementListsAndGuards(t *testing.T) {
	w := agreedWorld(t)
	var versions []string
	for i := range 5 {
		body := cessation()
		body["names"] = named(fmt.Sprint("Number ", i))
		versions = append(versions, w.state(truce.AgreementRegister, "cell", fmt.Sprint("agreement-", i), body).ID)
	}
	seen := ""
	for path := "/v1/agreements?limit=2"; path != ""; {
		r := w.get(path, "alpha")
		var page struct {
			Items []struct{ Title string }
			Next  string
		}
		w.into(r, &page)
		for _, it := range page.Items {
			seen += it.Title + ";"
		}
		if path = ""; page.Next != "" {
			path = "/v1/agreements?limit=2&cursor=" + page.Next
		}
	}
	if seen != "Number 0;Number 1;Number 2;Number 3;Number 4;" {
		t.Error(seen)
	}
	amended := cessation()
	amended["names"] = named("Number 0, amended")
	envelope := w.say(truce.AgreementAmend, "cell", "agreement-0", amended, compose.Replaces(versions[0])).JSON()
	if p := w.problem(w.do("PUT", "/v1/agreements/agreement-0", "cell", envelope)); p.Code != "no_if_match" {
		t.Errorf("%+v", p)
	}
	tag := w.get("/v1/agreements/agreement-0", "cell").header.Get("ETag")
	if r := w.do("PUT", "/v1/agreements/agreement-0", "cell", envelope, "If-Match", tag); r.status != 201 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if p := w.problem(w.do("PUT", "/v1/agreements/agreement-0", "cell", envelope, "If-Match", tag)); p.Code != "stale_write" || p.Status != http.StatusPreconditionFailed {
		t.Errorf("%+v", p)
	}
	r := w.get("/v1/agreements/agreement-0", "cell")
	if again := w.do("GET", "/v1/agreements/agreement-0", "cell", nil, "If-None-Match", r.header.Get("ETag")); again.status != 200 && again.status != 304 {
		t.Errorf("%d", again.status)
	}
	var wait WaitingPage
	w.into(w.get("/v1/waiting?party=beta", "cell"), &wait)
	if len(wait.Waiting) != 5 || wait.Waiting[0].Party != "beta" || wait.Waiting[0].Step != "acceptance" {
		t.Errorf("%+v", wait)
	}
}

// Windows and agreements are told of, and acknowledged, as objects are.
func TestAgreementsInFeeds(t *testing.T) {
	w := agreedWorld(t)
	v := w.state(truce.WindowAnnounce, "alpha", "window-one", pauseBody(), compose.To("public"))
	w.state(truce.WindowAccept, "beta", "window-one", map[string]any{"version": v.ID})
	abort := w.state(truce.WindowAbort, "beta", "window-one", map[string]any{"version": v.ID, "reason": "fire"})
	feed := func(as string) (what []string) {
		var page FeedPage
		w.into(w.get("/v1/feed", as), &page)
		for _, it := range page.Items {
			what = append(what, it.What)
		}
		return what
	}
	if got := fmt.Sprint(feed("beta")); got != "[new stands aborted]" { // as one of the public; what is told to it by name leaves its own acts out
		t.Errorf("beta: %s", got)
	}
	if got := fmt.Sprint(feed("alpha")); got != "[new stands aborted]" {
		t.Errorf("alpha: %s", got)
	}
	if got := fmt.Sprint(feed("")); got != "[new stands aborted]" {
		t.Errorf("the public: %s", got)
	}
	w.state(truce.AckReceive, "alpha", "window-one", map[string]any{"version": abort.ID})
	var box InboxPage
	w.into(w.get("/v1/inbox", "alpha"), &box)
	if len(box.Items) != 1 || box.Behind != 0 {
		t.Errorf("%+v", box)
	}
	var told TellingView
	w.into(w.get("/v1/tellings/window-one", "alpha"), &told)
	if told.Gap == nil || len(told.Gap.Unacknowledged) != 1 || told.Gap.Unacknowledged[0].Party != "beta" {
		t.Errorf("%+v", told.Gap)
	}
	if r := w.get("/v1/tellings/window-one", "stranger"); r.status != 404 {
		t.Errorf("a stranger reads who was told: %d", r.status)
	}
}

func TestPublicDocuments(t *testing.T) {
	w := agreedWorld(t)
	v := w.state(truce.WindowAnnounce, "alpha", "window-one", pauseBody(), compose.To("public"))
	w.state(truce.WindowAnnounce, "beta", "window-two", pauseBody(), compose.To("role:humanitarian"))
	for _, c := range []struct{ path, media, has string }{
		{"", "text/html", "Announced by one side only"}, {"?lang=ar", "text/html", `dir="rtl"`}, {"?lang=ru", "text/html", `lang="ru"`}, {"?lang=fr", "text/html", `lang="fr"`}, {"?lang=uk", "text/html", `lang="uk"`},
		{"/calendar.ics", "text/calendar", "BEGIN:VEVENT"}, {"/feed.atom", "application/atom+xml", "<feed"}, {"/places.geojson", "application/geo+json", `"FeatureCollection"`},
		{"/alerts/window-one.xml", "application/cap+xml", "urn:oasis:names:tc:emergency:cap:1.2"},
	} {
		r := w.get("/v1/public"+c.path, "")
		if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), c.media) || !strings.Contains(string(r.body), c.has) {
			t.Errorf("%s: %d %s %.300s", c.path, r.status, r.header.Get("Content-Type"), r.body)
		}
		if strings.Contains(string(r.body), "window-two") || strings.Contains(string(r.body), "<b>") {
			t.Errorf("%s: %s", c.path, r.body)
		}
		if r.header.Get("Cache-Control") != "public, max-age=60" || r.header.Get("ETag") == "" {
			t.Errorf("%s: %v", c.path, r.header)
		}
		if again := w.do("GET", "/v1/public"+c.path, "", nil, "If-None-Match", r.header.Get("ETag")); again.status != 304 {
			t.Errorf("%s again: %d", c.path, again.status)
		}
		if strings.HasSuffix(c.media, "xml") {
			wellFormed(t, r.body)
		}
		if r.header.Get("Content-Type") == "text/html; charset=utf-8" && (!strings.Contains(r.header.Get("Content-Security-Policy"), "style-src 'sha256-") || len(r.body) > 12<<10) {
			t.Errorf("%s: %d bytes, policy %s", c.path, len(r.body), r.header.Get("Content-Security-Policy"))
		}
	}
	for _, path := range []string{"/v1/public/alerts/window-two.xml", "/v1/public/alerts/window-three.xml", "/v1/public/alerts/x.xml"} {
		if r := w.get(path, "beta"); r.status != 404 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	if p := w.problem(w.get("/v1/public?time=2016-08-12T07:30:00Z", "")); p.Hint == "" {
		t.Errorf("a page for another time of a register that is meant: %+v", p)
	}
	if p := w.problem(w.get("/v1/public?lang=tlh", "")); p.Hint == "" {
		t.Errorf("%+v", p)
	}
	if r := w.do("GET", "/v1/public", "", nil, "Accept-Language", "ar"); !strings.Contains(string(r.body), `dir="rtl"`) {
		t.Error("the language of the reader's program does not count")
	}
	// All sides agree: it reads differently; then it is broken off.
	w.state(truce.WindowAccept, "beta", "window-one", map[string]any{"version": v.ID})
	if r := w.get("/v1/public", ""); !strings.Contains(string(r.body), "Agreed by all sides") || strings.Contains(string(r.body), "Announced by one side only") {
		t.Errorf("%s", r.body)
	}
	w.state(truce.WindowAbort, "alpha", "window-one", map[string]any{"version": v.ID})
	if r := w.get("/v1/public/alerts/window-one.xml", ""); !strings.Contains(string(r.body), "<msgType>Cancel</msgType>") {
		t.Errorf("%s", r.body)
	}
}

func wellFormed(t *testing.T, data []byte) {
	t.Helper()
	for dec := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Errorf("%v in %.200s", err, data)
			return
		}
	}
}
