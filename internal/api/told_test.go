package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
)

// tellingWorld has an operator with a site that is released to one party, and a
// second party that is told nothing.
func tellingWorld(t *testing.T) (w *world, v1 Accepted) {
	w = newWorld(t, Limits{})
	for id, role := range map[truce.PartyID]truce.Role{"aid": truce.RoleHumanitarian, "army": truce.RoleParty, "group": truce.RoleParty, "chair": truce.RoleGuarantor} {
		w.enrol(id, role)
	}
	v1 = w.state(truce.SiteRegister, "aid", "site-a", bare(36.2, 37.1))
	w.state(truce.ReleaseGive, "aid", "site-a", to("army"))
	return w, v1
}

func feedText(p FeedPage) string {
	var out []string
	prev := int64(-1)
	for _, i := range p.Items {
		mark := ""
		if i.Prev != prev {
			mark = fmt.Sprintf(" after %d instead of %d", i.Prev, prev)
		}
		prev = i.Entry
		out = append(out, i.Subject+" "+i.What+mark)
	}
	return strings.Join(out, ", ")
}

// TestFeed: each line once, chained, to whom it was told and to nobody else;
// changes as differences; the envelope where the whole may be read.
func TestFeed(t *testing.T) {
	w, v1 := tellingWorld(t)
	moved := bare(36.3, 37.1)
	v2 := w.state(truce.SiteAmend, "aid", "site-a", moved, compose.Replaces(v1.ID))
	w.state(truce.ChallengeOpen, "cell", "site-a", map[string]any{"version": v2.ID, "reason": "wrong-position", "text": "x"})
	w.state(truce.AlarmRaise, "aid", "site-a", map[string]any{"what": "under-fire"})
	var p FeedPage
	w.into(w.get("/v1/feed", "army"), &p)
	if got := feedText(p); got != "site-a new, site-a changed, site-a contested, site-a alarm" {
		t.Fatalf("%s", got)
	}
	first, second := p.Items[0], p.Items[1]
	if first.Statement == nil || first.Statement.ID != v1.ID || len(first.Statement.Envelope) == 0 || !first.Answer || first.Version != v1.ID {
		t.Errorf("%+v", first.Statement)
	}
	if len(second.Changes) != 1 || second.Changes[0].Path != "/geometry/coordinates" || string(second.Changes[0].Was) != "[37.1,36.2]" || string(second.Changes[0].Now) != "[37.1,36.3]" {
		t.Errorf("%+v", second.Changes)
	}
	var rest FeedPage
	w.into(w.get(fmt.Sprintf("/v1/feed?after=%d&limit=1", first.Entry), "army"), &rest)
	if len(rest.Items) != 1 || rest.Items[0].Prev != first.Entry || !rest.More || rest.Last != second.Entry {
		t.Errorf("%+v", rest)
	}
	for _, other := range []string{"group", "chair", ""} {
		var p FeedPage
		if w.into(w.get("/v1/feed", other), &p); len(p.Items) != 0 {
			t.Errorf("%q is told %s", other, feedText(p))
		}
	}
	w.state(truce.ReleaseEnd, "aid", "site-a", to("army"))
	w.into(w.get(fmt.Sprintf("/v1/feed?after=%d", p.Last), "army"), &rest)
	if feedText(rest) != "site-a ended after "+fmt.Sprint(p.Last)+" instead of -1" || rest.Items[0].Statement != nil {
		t.Errorf("after the end: %s %+v", feedText(rest), rest.Items[0])
	}
	w.into(w.get("/v1/feed", "army"), &rest)
	for _, i := range rest.Items {
		if i.Statement != nil && i.Statement.Author != "army" {
			t.Errorf("what is told no more is shown: %+v", i)
		}
	}
}

// TestTellings: the owner and the registrar read who was told and who answered;
// to everybody else that does not exist.
func TestTellings(t *testing.T) {
	w, v1 := tellingWorld(t)
	ack := w.state(truce.AckReceive, "army", "site-a", map[string]any{"version": v1.ID, "echelon": "headquarters", "text": "secret"})
	var v TellingView
	w.into(w.get("/v1/tellings/site-a", "aid"), &v)
	if strings.Join(v.Gap.NotTold, " ") != "chair group" && strings.Join(v.Gap.NotTold, " ") != "group chair" {
		t.Errorf("not told: %v", v.Gap.NotTold)
	}
	for _, s := range v.Standings {
		if s.Party == "army" && (s.Behind || len(s.Steps) != 1 || s.Steps[0].Text != "") {
			t.Errorf("%+v", s)
		}
	}
	for _, other := range []string{"army", "group", "chair"} {
		if r := w.get("/v1/tellings/site-a", other); r.status != 404 {
			t.Errorf("%s: %d %s", other, r.status, r.body)
		}
	}
	if r := w.get("/v1/tellings/site-a", ""); r.status != 401 {
		t.Errorf("%d", r.status)
	}
	path := fmt.Sprintf("/v1/entries/%d", ack.Entry)
	for who, want := range map[string]int{"aid": 200, "cell": 200, "army": 200, "group": 404, "chair": 404, "": 404} {
		r := w.get(path, who)
		if r.status != want || who == "aid" && strings.Contains(string(r.body), "secret") {
			t.Errorf("%q reads the acknowledgement: %d %s", who, r.status, r.body)
		}
	}
	var g GapPage
	if w.into(w.get("/v1/gaps", "aid"), &g); len(g.Gaps) != 1 {
		t.Errorf("%+v", g.Gaps)
	}
	if w.into(w.get("/v1/gaps", "army"), &g); len(g.Gaps) != 0 {
		t.Errorf("%+v", g.Gaps)
	}
}

func TestInbox(t *testing.T) {
	w, v1 := tellingWorld(t)
	var p InboxPage
	if w.into(w.get("/v1/inbox", "army"), &p); len(p.Items) != 1 || p.Behind != 1 || !p.Items[0].Behind {
		t.Errorf("%+v", p)
	}
	w.state(truce.AckReceive, "army", "site-a", map[string]any{"version": v1.ID})
	if w.into(w.get("/v1/inbox?unanswered=1", "army"), &p); len(p.Items) != 0 || p.Behind != 0 {
		t.Errorf("%+v", p)
	}
	if w.into(w.get("/v1/inbox?party=army", "cell"), &p); len(p.Items) != 1 {
		t.Errorf("%+v", p)
	}
	if r := w.get("/v1/inbox?party=army", "group"); r.status != 404 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestDesks: a party's desks are its own.
func TestDesksAreOnesOwn(t *testing.T) {
	w, _ := tellingWorld(t)
	w.state(truce.DeskRegister, "army", "desk-a", map[string]any{"name": "Liaison", "echelon": "headquarters", "channels": []any{map[string]any{"kind": "voice", "address": "call sign 7"}}})
	for who, want := range map[string]string{"army": "Liaison", "cell": "Liaison", "chair": "headquarters", "group": "", "aid": ""} {
		r := w.get("/v1/desks", who)
		var p DeskPage
		w.into(r, &p)
		switch {
		case want == "" && len(p.Desks) != 0, want != "" && !strings.Contains(string(r.body), want), want != "Liaison" && strings.Contains(string(r.body), "call sign"):
			t.Errorf("%s: %s", who, r.body)
		}
	}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct{ was, now, want string }{
		{`{"a":1,"b":{"c":[1,2],"d":"x"}}`, `{"a":1,"b":{"c":[1,3]},"e":null}`, `[{"path":"/b/c","was":[1,2],"now":[1,3]},{"path":"/b/d","was":"x"},{"path":"/e","now":null}]`},
		{`{"a":1}`, `{"a":1}`, `null`}, {``, `{"a":1}`, `[{"path":"/a","now":1}]`},
	} {
		got, err := json.Marshal(changes(json.RawMessage(c.was), json.RawMessage(c.now)))
		if err != nil || string(got) != c.want {
			t.Errorf("%s to %s: %s, %v", c.was, c.now, got, err)
		}
	}
}

// TestToldAfterRevalidation: who is released an object after it was revalidated is told
// of what is in force: the revalidation, and the content that it revalidates.
func TestToldAfterRevalidation(t *testing.T) {
	w := newWorld(t, Limits{})
	for id, role := range map[truce.PartyID]truce.Role{"aid": truce.RoleHumanitarian, "army": truce.RoleParty} {
		w.enrol(id, role)
	}
	v0 := w.state(truce.SiteRegister, "aid", "site-a", bare(36.1, 37.1))
	v1 := w.state(truce.SiteAmend, "aid", "site-a", bare(36.2, 37.1), compose.Replaces(v0.ID))
	v2 := w.state(truce.SiteRevalidate, "aid", "site-a", map[string]any{"revalidateBy": truce.Instant(time.Now().Add(24 * time.Hour))}, compose.Replaces(v1.ID))
	w.state(truce.ReleaseGive, "aid", "site-a", to("army"))
	var p FeedPage
	w.into(w.get("/v1/feed", "army"), &p)
	if len(p.Items) != 1 || p.Items[0].What != "new" || p.Items[0].Version != v2.ID || p.Items[0].Statement.ID != v2.ID {
		t.Fatalf("%s, %+v", feedText(p), p.Items)
	}
	if c := p.Items[0].Content; c == nil || c.ID != v1.ID || !strings.Contains(string(c.Body), "36.2") {
		t.Errorf("content: %+v", c)
	}
	var box InboxPage
	if w.into(w.get("/v1/inbox", "army"), &box); len(box.Items) != 1 || box.Items[0].Version != v2.ID || !box.Items[0].Behind {
		t.Errorf("inbox: %+v", box.Items)
	}
	for id, want := range map[string]int{v0.ID: 404, v1.ID: 200, v2.ID: 200} {
		if r := w.get("/v1/statements/"+id, "army"); r.status != want {
			t.Errorf("%s: %d, want %d", id, r.status, want)
		}
	}
	w.state(truce.AckReceive, "army", "site-a", map[string]any{"version": v2.ID})
	if w.into(w.get("/v1/inbox?unanswered=1", "army"), &box); len(box.Items) != 0 {
		t.Errorf("after the acknowledgement: %+v", box.Items)
	}
}
