package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
	"truce/internal/tabular"
)

const list = "name,type,lat,lon,id\n" +
	"Al-Salam,hospital,36.2128,37.1166,1\n" +
	"No place,hospital,,,2\n" +
	"Far north,school,96.2,37.2,3\n" +
	"Second,clinic,36.25,37.2,4\n"

func TestPreview(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	before := w.log.Head().Size
	var p Preview
	w.into(w.do("POST", "/v1/import?filename=sites.csv", "relief", []byte(list), "Content-Type", mediaCSV), &p)
	if p.Rows != 4 || p.Accepted != 2 || p.Rejected != 2 || len(p.Drafts) != 2 || !p.DryRun || w.log.Head().Size != before {
		t.Fatalf("%+v", p)
	}
	for i, row := range []int{3, 4} {
		if p.Errors[i].Row != row || p.Errors[i].Message == "" {
			t.Errorf("%+v", p.Errors[i])
		}
	}
	// The drafts are what the register takes, once they are signed.
	for _, d := range p.Drafts {
		if d.Action != tabular.Register || d.Kind != truce.SiteRegister {
			t.Fatalf("%+v", d)
		}
		w.state(d.Kind, "relief", compose.NewSubject("site"), d.Body)
	}
	w.into(w.do("POST", "/v1/import?filename=sites.csv", "relief", []byte(list), "Content-Type", mediaBytes), &p)
	if p.Unchanged != 2 || p.Registered != 0 || p.Drafts[0].Body != nil {
		t.Errorf("again: %+v", p)
	}
	changed := strings.Replace(list, "Al-Salam,hospital", "Al-Salam,clinic", 1)
	w.into(w.do("POST", "/v1/import?filename=sites.csv", "relief", []byte(changed), "Content-Type", mediaCSV), &p)
	if p.Amended != 1 || p.Drafts[0].Kind != truce.SiteAmend || p.Drafts[0].Replaces == "" {
		t.Errorf("changed: %+v", p)
	}
}

// What a party may not see does not show as a duplicate.
func TestPreviewHintsAtNothing(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	w.enrol("other", truce.RoleHumanitarian)
	w.state(truce.SiteRegister, "relief", "site-a", map[string]any{"function": "hospital", "names": named("Al-Salam"),
		"geometry": map[string]any{"type": "Point", "coordinates": []float64{37.1166, 36.2128}, "accuracyM": 10}}, compose.To("public"))
	for who, duplicates := range map[string]int{"relief": 1, "other": 0, "cell": 1} {
		var p Preview
		w.into(w.do("POST", "/v1/import?filename=sites.csv", who, []byte(list), "Content-Type", mediaCSV), &p)
		if p.Duplicates != duplicates {
			t.Errorf("%s: %d duplicates, want %d: %+v", who, p.Duplicates, duplicates, p.Warnings)
		}
	}
}

func TestPreviewAsLines(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	res := w.do("POST", "/v1/import?filename=sites.csv", "cell", []byte(list), "Content-Type", mediaCSV, "Accept", mediaNDJSON)
	lines := bytes.Split(bytes.TrimSpace(res.body), []byte("\n"))
	if res.status != 200 || len(lines) != 3 || !bytes.HasPrefix(lines[0], []byte(`{"draft":`)) || !bytes.HasPrefix(lines[2], []byte(`{"summary":`)) {
		t.Fatalf("%d %s", res.status, res.body)
	}
	for _, l := range lines {
		if !json.Valid(l) {
			t.Errorf("%s", l)
		}
	}
}

func TestPreviewRefusals(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	cell := w.token("cell")
	for name, c := range map[string]struct {
		query, body string
		headers     []string
		status      int
	}{
		"a column for targets": {"filename=a.csv", "name,type,lat,lon,target\nx,hospital,36,37,1\n", nil, 403},
		"an unknown object":    {"object=tank", list, nil, 400},
		"a map that is none":   {"map=x", list, nil, 400},
		"a set that is none":   {"set=x", list, nil, 400},
		"a radius in words":    {"radiusM=far", list, nil, 400},
		"near nowhere":         {"", list, []string{"Truce-Near", "nowhere"}, 422},
		"near in the address":  {"near=36,37", list, nil, 400},
	} {
		headers := append([]string{"Content-Type", mediaCSV}, c.headers...)
		if res := w.do("POST", "/v1/import?"+c.query, cell, []byte(c.body), headers...); res.status != c.status {
			t.Errorf("%s: %d %s, want %d", name, res.status, res.body, c.status)
		}
	}
	if res := w.do("POST", "/v1/import", "", []byte(list), "Content-Type", mediaCSV); res.status != 401 {
		t.Errorf("the public: %d", res.status)
	}
	res := w.do("POST", "/v1/import?radiusM=1000&map=lat%3Dlat&map=lon%3Dlon", cell, []byte(list), "Content-Type", mediaCSV, "Truce-Near", "36.2128, 37.1166")
	var p Preview
	w.into(res, &p)
	if p.Accepted != 1 {
		t.Errorf("%+v", p)
	}
	if strings.Contains(w.logs.String(), "36.2128") {
		t.Error("a place stands in the log")
	}
}
