package inforce

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/holds"
	"truce/internal/auth"
	"truce/pack"
)

// packed is the pack of what a viewer may know of agreements.
func (g *reg) packed(v auth.Viewer) *pack.Pack {
	g.t.Helper()
	told, err := g.engine.Told(g.t.Context(), v, 0)
	if err != nil {
		g.t.Fatal(err)
	}
	data, err := pack.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "test"}, MadeAt: start, Agreed: told}, nil, "")
	if err != nil {
		g.t.Fatal(err)
	}
	p, err := pack.Open(data, "")
	if err != nil {
		g.t.Fatal(err)
	}
	return p
}

// secrets registers what some may read and others not; each text says who may: "all", "inner" (the parties), "early" (who
// could know of the agreement before it was made public) or "none" (no pack).
func (g *reg) secrets() {
	hash := func(s string) string { return "sha256:" + strings.Repeat(s, 64) }
	early := agreed("names", []object{{"text": "early name"}}, "clauses", []object{noFire("words", "early words")})
	g.at("2016-03-01T00:00:00Z").say(truce.AgreementRegister, "cell", a1, early, "party:aid")
	g.at("2016-03-02T00:00:00Z").about(truce.AgreementAccept, "xx", a1, "text", "early acceptance")
	g.at("2016-03-05T00:00:00Z").say(truce.AgreementAmend, "cell", a1, agreed("names", []object{{"text": "all name"}}, "description", "none description", "notes", "none notes", "source", "none source",
		"contacts", []object{{"role": "none role"}}, "dissemination", "none dissemination", "until", obj("at", "2016-12-01", "zone", "Asia/Damascus"),
		"texts", []object{{"hash": hash("a"), "label": "all label"}, {"hash": hash("b"), "label": "inner label", "disclosure": "parties", "source": "inner source"}},
		"geometry", circle(36.2, 37.1, 5000), "clauses", []object{noFire("words", "all words"), noFire("id", "c2", "words", "inner words", "disclosure", "parties", "area", circle(40, 40, 1000), "schedule", times(g.t, "2016-10-20T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY", "2016-11-20T00:00:00Z"))}), "public")
	g.at("2016-03-06T00:00:00Z").about(truce.AgreementAccept, "xx", a1, "text", "all acceptance", "texts", []string{hash("a")})
	g.at("2016-03-07T00:00:00Z").about(truce.AgreementReject, "yy", a1, "reason", "all reason")
	g.at("2016-03-08T00:00:00Z").say(truce.WindowAnnounce, "xx", "window-1", pause(g.t, "notes", "none notes", "description", "none description", "passText", "none pass"), "public")
	g.about(truce.WindowContact, "xx", "window-1", "party", "yy", "result", "answered", "role", "none duty", "text", "none said")
	g.at("2016-03-09T00:00:00Z").say(truce.AgreementRegister, "yy", "agreement-private", agreed("names", []object{{"text": "private name"}}), "party:aid")
}

// TestPackDiscloses: a pack holds what its viewer may read, no more and no less, and answers as the register does: at every
// time, also while the viewer could not know of what it knows now.
func TestPackDiscloses(t *testing.T) {
	g := newReg(t)
	g.secrets()
	for _, c := range []struct {
		viewer auth.Viewer
		holds  string // groups of texts
	}{
		{registrar, "all inner early private"},
		{auth.Viewer{Party: "xx", Role: truce.RoleParty}, "all inner early private"}, // named in it
		{auth.Viewer{Party: "aid", Role: truce.RoleHumanitarian}, "all early private"},
		{auth.Viewer{Party: "other", Role: truce.RoleParty}, "all"},
		{public, "all"},
		{auth.Viewer{Party: "aud", Role: truce.RoleAuditor}, ""},
	} {
		p := g.packed(c.viewer)
		content := text(p.Agreed())
		for _, group := range []string{"all", "inner", "early", "private", "none"} {
			for _, what := range []string{"name", "words", "label", "acceptance", "reason", "notes", "role", "address", "source", "description", "duty", "said", "pass"} {
				marker := fmt.Sprintf("%s %s", group, what)
				if strings.Contains(content, marker) && !strings.Contains(c.holds, group) {
					t.Errorf("%v: the pack holds %q", c.viewer, marker)
				}
			}
			if told := group + " name"; group != "inner" && group != "none" && strings.Contains(c.holds, group) != strings.Contains(content, told) {
				t.Errorf("%v: %q is told: %v", c.viewer, told, !strings.Contains(c.holds, group))
			}
		}
		if strings.Contains(content, "inner words") != strings.Contains(c.holds, "inner") {
			t.Errorf("%v: clauses for the parties alone", c.viewer)
		}
		g.sameAnswers(c.viewer, p)
	}
}

// sameAnswers compares what register and pack answer, over time and at places near and far.
func (g *reg) sameAnswers(v auth.Viewer, p *pack.Pack) {
	g.t.Helper()
	for at := utc("2016-02-28T00:00:00Z"); at.Before(utc("2016-12-05T00:00:00Z")); at = at.Add(7*time.Hour + 30*time.Minute) {
		for _, q := range []Query{{}, here(36.2, 37.1), here(40, 40), {Until: at.Add(50 * time.Hour), Shape: geo.PointShape(geo.Point{Lat: 40, Lon: 40}, 0)}} {
			q.At, q.Viewer = at, v
			want, err := g.engine.Now(g.t.Context(), q)
			if err != nil {
				g.t.Fatal(err)
			}
			got, err := p.Now(holds.Query{Shape: q.Shape, RadiusM: q.RadiusM, At: q.At, Until: q.Until})
			if err != nil {
				g.t.Fatal(err)
			}
			if want.LogSize = got.LogSize; text(got) != text(want) {
				g.t.Fatalf("%v at %v:\n%s\n%s", v, at, text(got), text(want))
			}
		}
	}
}
