package api

import (
	"strings"
	"testing"

	"truce"
)

// TestSeenAndGapsAccess: the audit is for the owner and the registrar; to everybody else
// there are no such objects, whatever they may read of them.
func TestSeenAndGapsAccess(t *testing.T) {
	w, v1 := tellingWorld(t)
	w.state(truce.AckObject, "army", "site-a", map[string]any{"version": v1.ID, "reason": "function-disputed", "text": "secret words"})
	for _, c := range []struct {
		who, query string
		status     int
		sees       bool
	}{
		{"aid", "", 200, true}, {"cell", "", 200, true}, {"cell", "?owner=aid", 200, true}, {"cell", "?owner=army", 200, false}, {"army", "", 200, false}, {"chair", "", 200, false},
		{"army", "?owner=aid", 404, false}, {"aid", "?owner=aid", 200, true}, {"", "", 401, false},
	} {
		r := w.get("/v1/gaps/seen"+c.query, c.who)
		if r.status != c.status || strings.Contains(string(r.body), "site-a") != c.sees || strings.Contains(string(r.body), "secret words") {
			t.Errorf("%s%s: %d %s", c.who, c.query, r.status, r.body)
		}
	}
	var p SeenPage
	if w.into(w.get("/v1/gaps/seen", "aid"), &p); len(p.Seen) != 1 || len(p.Seen[0].Refused) != 1 || p.Seen[0].Refused[0].Party != "army" || len(p.Seen[0].Withheld) != 2 {
		t.Errorf("%+v", p.Seen)
	}
	var g GapPage
	if w.into(w.get("/v1/gaps?party=group", "aid"), &g); len(g.Gaps) != 1 || len(g.Gaps[0].NotTold) != 1 || len(g.Gaps[0].Unacknowledged) != 0 {
		t.Errorf("%+v", g.Gaps)
	}
	if w.into(w.get("/v1/gaps?party=nobody", "aid"), &g); len(g.Gaps) != 0 {
		t.Errorf("%+v", g.Gaps)
	}
}
