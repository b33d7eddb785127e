package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
)

// The objects of the access table, by who may see them.
const (
	private  = "site-private"  // of relief, released to nobody
	released = "site-released" // of relief, released to north
	open     = "site-open"     // public
	monitors = "site-monitors" // audience role:monitor
	ended    = "site-ended"    // released to north, and not any more
	gone     = "site-gone"     // erased
	never    = "site-never"    // never registered
)

// populated is a register with parties of several roles and the objects above.
func populated(t testing.TB) (w *world, versions map[string]string) {
	w = newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	w.enrol("north", truce.RoleParty)
	w.enrol("south", truce.RoleParty)
	w.enrol("watch", truce.RoleMonitor)
	w.enrol("witness", truce.RoleAuditor)
	versions = map[string]string{}
	for id, audience := range map[string]string{private: "", released: "", open: "public", monitors: "role:monitor", ended: "", gone: "public"} {
		var opts []compose.Option
		if audience != "" {
			opts = append(opts, compose.To(audience))
		}
		versions[id] = w.state(truce.SiteRegister, "relief", id, site(36.2, 37.1), opts...).ID
	}
	for _, id := range []string{released, ended} {
		w.state(truce.ConsentGive, "relief", id, to("north"))
		w.state(truce.ReleaseGive, "cell", id, to("north"))
	}
	w.state(truce.ReleaseEnd, "cell", ended, to("north"))
	w.state(truce.EraseContent, "relief", gone, map[string]string{"reason": "operator-risk"})
	return w, versions
}

// sees is the table: who is answered what for which object, on every route that
// leads to it. x is 404.
var sees = map[string]map[string]int{
	//           private        released        open        monitors        ended        gone         never
	"":        {private: 404, released: 404, open: 200, monitors: 404, ended: 404, gone: 404, never: 404},
	"cell":    {private: 200, released: 200, open: 200, monitors: 200, ended: 200, gone: 410, never: 404},
	"relief":  {private: 200, released: 200, open: 200, monitors: 200, ended: 200, gone: 410, never: 404},
	"north":   {private: 404, released: 200, open: 200, monitors: 404, ended: 200, gone: 404, never: 404},
	"south":   {private: 404, released: 404, open: 200, monitors: 404, ended: 404, gone: 404, never: 404},
	"watch":   {private: 404, released: 404, open: 200, monitors: 200, ended: 404, gone: 404, never: 404},
	"witness": {private: 404, released: 404, open: 404, monitors: 404, ended: 404, gone: 404, never: 404},
}

// TestAccess is every access rule of the interface, against one register.
func TestAccess(t *testing.T) {
	w, versions := populated(t)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *world, map[string]string)
	}{
		{"whoSeesWhichObject", whoSeesWhichObject},
		{"listsShowWhatIsSeen", listsShowWhatIsSeen},
		{"whoReadsWhichMembers", whoReadsWhichMembers},
		{"whoReadsWhichStatement", whoReadsWhichStatement},
		{"envelopesOnlyWhole", envelopesOnlyWhole},
		{"whoReadsParties", whoReadsParties},
		{"entriesShowWhatIsSeen", entriesShowWhatIsSeen},
		{"writingHidesThePath", writingHidesThePath},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, w, versions) })
	}
}

func whoSeesWhichObject(t *testing.T, w *world, versions map[string]string) {
	for who, row := range sees {
		token := ""
		if who != "" {
			token = w.token(who)
		}
		nothing := w.get("/v1/sites/"+never, token)
		for id, want := range row {
			for _, path := range []string{"/v1/sites/" + id, "/v1/sites/" + id + "/history"} {
				res := w.get(path, token)
				if res.status != want {
					t.Errorf("%q asks for %s: %d, want %d: %s", who, path, res.status, want, res.body)
				}
				if want == 404 && !bytes.Equal(res.body, nothing.body) {
					t.Errorf("%q can tell what is hidden at %s from what is not there:\n%s%s", who, path, res.body, nothing.body)
				}
				if want == 404 && !sameHeader(res, nothing) {
					t.Errorf("%q can tell by the header of %s: %v %v", who, path, res.header, nothing.header)
				}
			}
			if res := w.get("/v1/areas/"+id, token); res.status == 200 {
				t.Errorf("%q finds the site %s among the areas", who, id)
			}
		}
	}
}

func sameHeader(a, b reply) bool {
	x, y := a.header.Clone(), b.header.Clone()
	x.Del("Date")
	y.Del("Date")
	return fmt.Sprint(x) == fmt.Sprint(y)
}

func listsShowWhatIsSeen(t *testing.T, w *world, versions map[string]string) {
	for who, row := range sees {
		token := ""
		if who != "" {
			token = w.token(who)
		}
		var page ItemPage
		w.into(w.get("/v1/sites", token), &page)
		listed := map[string]bool{}
		for _, it := range page.Items {
			listed[it.ID] = true
		}
		for id, want := range row {
			if listed[id] != (want == 200) {
				t.Errorf("%q: %s listed %v, want status %d", who, id, listed[id], want)
			}
		}
		if page.Next != "" {
			t.Errorf("%q: there is no next page", who)
		}
	}
}

// What of a body is shown, by who asks.
func whoReadsWhichMembers(t *testing.T, w *world, versions map[string]string) {
	for _, c := range []struct {
		who, id string
		members string // of content
		owner   bool
	}{
		{"cell", released, "admin contacts function geometry names notes operatorOrg", true},
		{"relief", private, "admin contacts function geometry names notes operatorOrg", true},
		{"north", released, "admin function geometry names operatorOrg", true},
		{"watch", monitors, "admin function geometry names operatorOrg", true},
		{"", open, "admin function", false},
		{"south", open, "admin function", false},
		{"north", ended, "", false},
	} {
		token := ""
		if c.who != "" {
			token = w.token(c.who)
		}
		res := w.get("/v1/sites/"+c.id, token)
		var it Item
		w.into(res, &it)
		if got := membersIn(it.Content); got != c.members {
			t.Errorf("%q reads of %s: %s, want %s", c.who, c.id, got, c.members)
		}
		if (it.Owner != "") != c.owner {
			t.Errorf("%q reads the owner of %s: %q", c.who, c.id, it.Owner)
		}
		if c.members == "admin function" && (strings.Contains(string(res.body), "adm1") || strings.Contains(string(res.body), "relief")) {
			t.Errorf("%q reads too much of %s: %s", c.who, c.id, res.body)
		}
	}
}

func membersIn(raw json.RawMessage) string {
	var m map[string]json.RawMessage
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return ""
	}
	names := make([]string, 0, len(m))
	for _, f := range truce.SiteFields {
		if _, ok := m[f.Name]; ok {
			names = append(names, f.Name)
		}
	}
	return strings.Join(sortedStrings(names), " ")
}

// Statements, entries and receipts: the same line for the register statement of
// each object.
func whoReadsWhichStatement(t *testing.T, w *world, versions map[string]string) {
	unknown := strings.Repeat("0", 64)
	for who, row := range sees {
		token := ""
		if who != "" {
			token = w.token(who)
		}
		nothing := w.get("/v1/statements/"+unknown, token)
		for id, version := range versions {
			want := row[id]
			switch {
			case id == gone && who != "cell", id == ended && who == "north":
				want = 404 // the content is gone, or is not for it any more
			}
			for _, path := range []string{"/v1/statements/" + version, "/v1/statements/" + version + "/receipt"} {
				want := want
				if want == 410 && strings.HasSuffix(path, "/receipt") {
					want = 200 // that it was there stays provable
				}
				res := w.get(path, token)
				if res.status != want {
					t.Errorf("%q asks for %s of %s: %d, want %d", who, path, id, res.status, want)
				}
				if want == 404 && !bytes.Equal(res.body, nothing.body) {
					t.Errorf("%q can tell hidden from absent at %s:\n%s%s", who, path, res.body, nothing.body)
				}
			}
		}
	}
}

// An envelope is handed out only where nothing is left out of the body.
func envelopesOnlyWhole(t *testing.T, w *world, versions map[string]string) {
	plain := w.state(truce.SiteRegister, "relief", "site-plain", bare(36.3, 37.2), compose.To("party:north")).ID
	for _, c := range []struct {
		who, version string
		whole        bool
	}{
		{"relief", versions[released], true}, {"cell", versions[released], true},
		{"north", versions[released], false}, {"", versions[open], false}, {"north", plain, true},
	} {
		token := ""
		if c.who != "" {
			token = w.token(c.who)
		}
		var v StatementView
		w.into(w.get("/v1/statements/"+c.version, token), &v)
		if v.Whole != c.whole || (v.Envelope != nil) != c.whole {
			t.Errorf("%q: whole %v, envelope %v, want %v", c.who, v.Whole, v.Envelope != nil, c.whole)
		}
	}
}

// Parties: the public has names and roles, auditors too; keys are for the rest.
func whoReadsParties(t *testing.T, w *world, versions map[string]string) {
	for who, keys := range map[string]bool{"": false, "witness": false, "north": true, "cell": true} {
		token := ""
		if who != "" {
			token = w.token(who)
		}
		var p PartyView
		w.into(w.get("/v1/parties/relief", token), &p)
		if p.Role != truce.RoleHumanitarian || len(p.Names) != 1 || !p.Active {
			t.Errorf("%q: %+v", who, p)
		}
		if (len(p.Keys) > 0) != keys || (p.Enrolled != nil) != keys {
			t.Errorf("%q reads keys: %v", who, p.Keys)
		}
	}
	if res := w.get("/v1/parties/nobody", ""); res.status != 404 {
		t.Error(res.status)
	}
}

// Entries about parties exist to those who have signed in, entries about objects
// to those who see them; the numbers in a list are nobody else's.
func entriesShowWhatIsSeen(t *testing.T, w *world, versions map[string]string) {
	size := w.log.Head().Size
	for _, who := range []string{"", "cell", "relief", "north", "witness"} {
		token := ""
		if who != "" {
			token = w.token(who)
		}
		listed := map[int64]bool{}
		for next := ""; ; {
			var page EntryPage
			w.into(w.get("/v1/entries?limit=3&cursor="+next, token), &page)
			for _, v := range page.Entries {
				listed[v.Entry] = true
				if v.Body != nil || v.Envelope != nil {
					t.Fatal("a list holds bodies")
				}
			}
			if next = page.Next; next == "" {
				break
			}
		}
		for n := range size {
			if res := w.get(fmt.Sprint("/v1/entries/", n), token); (res.status == 200) != listed[n] {
				t.Errorf("%q: entry %d is listed %v and answered %d", who, n, listed[n], res.status)
			}
		}
		if who == "cell" && len(listed) < int(size)-3 || who == "witness" && len(listed) > 0 {
			t.Errorf("%q sees %d of %d entries", who, len(listed), size)
		}
	}
}

func writingHidesThePath(t *testing.T, w *world, versions map[string]string) {
	s := w.say(truce.SiteAmend, "relief", private, site(1, 2), compose.Replaces(strings.Repeat("a", 64))).JSON()
	for who, status := range map[string]int{"": 401, "north": 404} {
		token := ""
		if who != "" {
			token = w.token(who)
		}
		hidden := w.do("PUT", "/v1/sites/"+private, token, s, "If-Match", `"x"`)
		absent := w.do("PUT", "/v1/sites/"+never, token, s, "If-Match", `"x"`)
		if hidden.status != status || !bytes.Equal(hidden.body, absent.body) {
			t.Errorf("%q: %d %s\n%s", who, hidden.status, hidden.body, absent.body)
		}
	}
}
