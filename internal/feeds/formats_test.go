package feeds

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/i18n"
)

func wellFormed(t *testing.T, name string, data []byte) {
	t.Helper()
	for dec := xml.NewDecoder(bytes.NewReader(data)); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// node is an element of any XML document.
type node struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Nodes   []node     `xml:",any"`
}

func parse(t *testing.T, data []byte) node {
	t.Helper()
	var n node
	if err := xml.Unmarshal(data, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (n node) all(name string) (out []node) {
	for _, c := range n.Nodes {
		if c.XMLName.Local == name {
			out = append(out, c)
		}
	}
	return out
}

func (n node) one(t *testing.T, name string) string {
	t.Helper()
	list := n.all(name)
	if len(list) != 1 || list[0].Text == "" {
		t.Errorf("%s has %d %s", n.XMLName.Local, len(list), name)
		return ""
	}
	return list[0].Text
}

// TestAtom: what RFC 4287 4.1 demands of a feed and of its entries, and ids that
// do not change with the language.
func TestAtom(t *testing.T) {
	ids := map[string]bool{}
	for _, lang := range i18n.Languages() {
		data, err := Atom(aleppo(), lang)
		if err != nil {
			t.Fatal(err)
		}
		feed := parse(t, data)
		if feed.XMLName.Space != "http://www.w3.org/2005/Atom" || len(feed.all("entry")) != 3 || len(feed.all("author")) != 1 {
			t.Fatalf("%s: %v with %d entries", lang, feed.XMLName, len(feed.all("entry")))
		}
		for _, n := range append(feed.all("entry"), feed) {
			id := n.one(t, "id")
			ids[id] = true
			if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
				t.Errorf("id %s", id)
			}
			n.one(t, "title")
			if _, err := time.Parse(time.RFC3339, n.one(t, "updated")); err != nil {
				t.Error(err)
			}
			if len(n.all("link")) != 2 {
				t.Errorf("%d links", len(n.all("link")))
			}
		}
	}
	if len(ids) != 4 {
		t.Errorf("%d ids for a feed of three", len(ids))
	}
}

// capOrder is the order of the elements of an alert and of an info block, as far as
// they are used (CAP 1.2, 3.2); those with ! must be there.
var capOrder = map[string]string{
	"alert": "identifier! sender! sent! status! msgType! scope! note references info!",
	"info": "language category! event! responseType urgency! severity! certainty! effective onset expires senderName headline description " +
		"instruction web parameter area",
	"area": "areaDesc! polygon circle", "parameter": "valueName! value!",
}

var capForms = map[string]string{
	"identifier": `^[^\s,<&]+$`, "sender": `^[^\s,<&]+$`, "sent": capTimeForm, "effective": capTimeForm, "onset": capTimeForm, "expires": capTimeForm,
	"status": `^(Actual|Exercise|Test)$`, "msgType": `^(Alert|Update|Cancel)$`, "scope": `^Public$`, "category": `^(Security|Transport|Infra)$`,
	"responseType": `^Monitor$`, "urgency": `^(Immediate|Expected|Future|Past|Unknown)$`, "severity": `^Unknown$`, "certainty": `^Unknown$`,
	"references": `^[^\s,<&]+,[^\s,<&]+,` + capTimeForm[1:len(capTimeForm)-1] + `( [^\s,<&]+,[^\s,<&]+,` + capTimeForm[1:len(capTimeForm)-1] + `)*$`,
	"polygon":    `^` + capPair2 + `( ` + capPair2 + `){3,}$`, "circle": `^` + capPair2 + ` \d+\.\d+$`,
}

const (
	capTimeForm = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-00:00$`
	capPair2    = `-?\d+\.\d+,-?\d+\.\d+`
)

// structural holds an element against capOrder and capForms, and its polygons
// against being closed.
func structural(t *testing.T, n node) {
	t.Helper()
	name := n.XMLName.Local
	if form := capForms[name]; form != "" && !regexp.MustCompile(form).MatchString(n.Text) {
		t.Errorf("%s: %q", name, n.Text)
	}
	if pairs := strings.Fields(n.Text); name == "polygon" && pairs[0] != pairs[len(pairs)-1] {
		t.Errorf("an open polygon: %s", n.Text)
	}
	order := strings.Fields(strings.ReplaceAll(capOrder[name], "!", ""))
	at := 0
	for _, c := range n.Nodes {
		i := slices.Index(order, c.XMLName.Local)
		if i < at || c.XMLName.Space != "urn:oasis:names:tc:emergency:cap:1.2" {
			t.Errorf("%s: %s is not in its place", name, c.XMLName.Local)
		}
		at = max(at, i)
		structural(t, c)
	}
	for _, must := range strings.Fields(capOrder[name]) {
		if m, ok := strings.CutSuffix(must, "!"); ok && len(n.all(m)) == 0 {
			t.Errorf("%s without %s", name, m)
		}
	}
}

// TestAlerts: the messages, their chain, and the places that CAP can hold.
func TestAlerts(t *testing.T) {
	b := aleppo()
	types := []string{"Alert", "Update", "Cancel"}
	for i := range b.Notices {
		n := &b.Notices[i]
		data, err := Alert(b, n)
		if err != nil {
			t.Fatal(err)
		}
		alert := parse(t, data)
		structural(t, alert)
		if alert.one(t, "msgType") != types[i] || alert.one(t, "status") != "Exercise" || len(alert.all("info")) != len(i18n.Languages()) {
			t.Errorf("%s: %s", n.ID, data)
		}
		if refs := alert.all("references"); len(refs) != min(i, 1) || i > 0 && len(strings.Fields(refs[0].Text)) != len(n.Versions)-1 {
			t.Errorf("%s refers to %v", n.ID, refs)
		}
		b.Now, b.KnownAt, b.Size = b.Now.Add(time.Hour), b.KnownAt.Add(time.Hour), b.Size+7
		if again, _ := Alert(b, n); !bytes.Equal(again, data) {
			t.Errorf("%s: a message that was sent has changed", n.ID)
		}
	}
	if _, err := Alert(b, &Notice{ID: "x"}); truce.CodeOf(err) != truce.CodeNotFound {
		t.Errorf("a notice that was never logged: %v", err)
	}
}

func TestAreas(t *testing.T) {
	square := `[[37,36],[38,36],[38,37],[37,37],[37,36]]`
	for _, c := range []struct {
		shape             string
		polygons, circles int
	}{
		{`{"type":"Point","coordinates":[37.16,36.2]}`, 0, 1},
		{`{"type":"Circle","coordinates":[37.16,36.2],"radiusM":500}`, 0, 1},
		{`{"type":"MultiPoint","coordinates":[[37.16,36.2],[37.2,36.2]],"accuracyM":50}`, 0, 2},
		{`{"type":"Polygon","coordinates":[` + square + `]}`, 1, 0},
		{`{"type":"MultiPolygon","coordinates":[[` + square + `],[[[40,36],[41,36],[41,37],[40,36]]]]}`, 2, 0},
		{`{"type":"Polygon","coordinates":[` + square + `,[[37.2,36.2],[37.4,36.2],[37.4,36.4],[37.2,36.2]]]}`, 0, 0},
		{`{"type":"Polygon","coordinates":[[[179,10],[-179,10],[-179,11],[179,11],[179,10]]]}`, 0, 0},
		{`{"type":"LineString","coordinates":[[37,36],[37.1,36],[37.1,36],[37.1,36.1]],"bufferM":100}`, 2, 4},
		{`{"type":"LineString","coordinates":[[37,36],[37.1,36]]}`, 0, 0},
	} {
		n := Notice{Place: shape(c.shape), PlaceOf: Words{"en": "there"}}
		w := areaOf(aleppo().tell(&n, i18n.English))
		if len(w.Polygons) != c.polygons || len(w.Circles) != c.circles || !strings.HasPrefix(w.Desc, "there") ||
			(c.polygons+c.circles == 0) != strings.Contains(w.Desc, PathMap) {
			t.Errorf("%s: %+v", c.shape, w)
		}
	}
}

// TestStrip: every corner of a strip lies as far from the leg as the buffer, or up
// to three parts in a hundred less, and never further.
func TestStrip(t *testing.T) {
	for _, c := range [][2]geo.Point{{{Lat: 36, Lon: 37}, {Lat: 36.1, Lon: 37.2}}, {{Lat: 0, Lon: 0.1}, {Lat: 0, Lon: 0.2}}, {{Lat: 60, Lon: 10}, {Lat: 60.1, Lon: 10}}, {{Lat: 48, Lon: 37}, {Lat: 48.01, Lon: 36.9}}} {
		leg := geo.Shape{Type: geo.TypeLineString, Lines: [][]geo.Point{{c[0], c[1]}}}
		for _, corner := range strings.Fields(strip(c[0], c[1], 250)) {
			lat, lon, _ := strings.Cut(corner, ",")
			d, err := geo.DistanceToShape(geo.PointShape(shape(`{"type":"Point","coordinates":[` + lon + `,` + lat + `]}`).Points[0], 0), leg)
			if err != nil || d > 251 || d < 240 {
				t.Errorf("%v: a corner at %.1f m, %v", c, d, err)
			}
		}
	}
}

// TestAlertsBySchema holds the messages against the schema in testdata, with the
// xmllint of Debian's libxml2-utils.
func TestAlertsBySchema(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("no xmllint here (Debian: libxml2-utils): the structural check stands alone")
	}
	dir := t.TempDir()
	schema := filepath.Join("testdata", "cap-1.2.xsd")
	for name, data := range documents(t, aleppo()) {
		if !strings.HasPrefix(name, "alert") {
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(lint, "--noout", "--nonet", "--schema", schema, path).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
		broken := bytes.Replace(data, []byte("<scope>Public</scope>"), []byte("<scope>Everybody</scope>"), 1)
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if exec.Command(lint, "--noout", "--nonet", "--schema", schema, path).Run() == nil {
			t.Fatal("the schema takes any scope")
		}
	}
}

// TestPlaces: the map data is read by our own strict reader of shapes.
func TestPlaces(t *testing.T) {
	data, err := GeoJSON(aleppo(), i18n.English)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Type     string
		Features []struct {
			ID         string
			Geometry   json.RawMessage
			Properties struct {
				AgreedByAll, Ready, OpenNow bool
				Standing                    Standing
				ExtentM                     float64
				Acceptance                  map[string]string
			}
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil || doc.Type != "FeatureCollection" || len(doc.Features) != 3 {
		t.Fatalf("%v: %s", err, data)
	}
	for _, f := range doc.Features {
		var s geo.Shape
		if err := json.Unmarshal(f.Geometry, &s); err != nil || s.IsZero() != (f.ID == "window-evac3") {
			t.Errorf("%s: %v", f.ID, err)
		}
	}
	pause := doc.Features[0].Properties
	if pause.AgreedByAll || !pause.OpenNow || pause.Standing != OneSide || pause.ExtentM != 12000 || pause.Acceptance["group-a"] != "silent" {
		t.Errorf("the pause: %+v", pause)
	}
}

// TestPage: small, without script, and with all that it must say.
func TestPage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		data, err := Page(aleppo(), lang)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if len(data) > 10_000 {
			t.Errorf("%s: %d bytes", lang, len(data))
		}
		dir := map[bool]string{true: `dir="rtl"`, false: `dir="ltr"`}[lang.RightToLeft()]
		for _, must := range []string{dir, i18n.Text(lang, "public.law", nil), i18n.Text(lang, "notice.asOf", i18n.Args{"entry": 42, "seconds": 30}),
			i18n.Text(lang, "standing.one", nil), i18n.Text(lang, "standing.all", nil), i18n.Text(lang, "notice.exercise", nil), `<section class="part">`, `<section class="all">`} {
			if !strings.Contains(text, must) {
				t.Errorf("%s does not say %q", lang, must)
			}
		}
		for _, bad := range []string{"<script", "<img", "onclick", "javascript:", "style=\""} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %s", lang, bad)
			}
		}
		if style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(text); style == nil || style[1] != pageStyle || !strings.Contains(PagePolicy(), "'sha256-") {
			t.Errorf("%s: the style is not the one that the policy names", lang)
		}
	}
}

func TestPageAge(t *testing.T) {
	b := aleppo()
	b.Now = b.KnownAt.Add(2 * time.Hour)
	if page, _ := Page(b, i18n.English); !strings.Contains(string(page), i18n.Text(i18n.English, "public.stale", nil)) {
		t.Error("two hours old, and not said")
	}
	b.Notices, b.Size = nil, 0
	page, _ := Page(b, i18n.English)
	if !strings.Contains(string(page), i18n.Text(i18n.English, "public.none", nil)) || !strings.Contains(string(page), i18n.Text(i18n.English, "public.empty", nil)) {
		t.Errorf("empty: %s", page)
	}
}
