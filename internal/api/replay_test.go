package api

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
)

// replays keeps what was asked for.
type replays struct{ got []Replay }

func (r *replays) Replay(_ context.Context, q Replay) error { r.got = append(r.got, q); return nil }

// TestReplay: a desk's own party and the registrar have it told again, with a reason;
// to all others it does not exist.
func TestReplay(t *testing.T) {
	w, _ := tellingWorld(t)
	v := w.state(truce.DeskRegister, "army", "desk-hq", map[string]any{"name": "Liaison", "echelon": "headquarters", "channels": []any{map[string]any{"kind": "webhook", "address": "https://desk.example/"}, map[string]any{"kind": "voice", "address": "+1 555 0100"}}})
	const good = `{"channel":"webhook","after":3,"why":"our disk was lost"}`
	if r := w.do("POST", "/v1/desks/desk-hq/replay", "army", []byte(good), "Content-Type", "application/json"); r.status != 503 {
		t.Errorf("a register that tells nobody by itself: %d %s", r.status, r.body)
	}
	asked := &replays{}
	w.api.Replays = asked
	for _, c := range []struct {
		who, desk, body string
		want            int
	}{
		{"army", "desk-hq", good, 202}, {"cell", "desk-hq", good, 202}, {"group", "desk-hq", good, 404}, {"aid", "desk-hq", good, 404}, {"chair", "desk-hq", good, 404},
		{"", "desk-hq", good, 401}, {"army", "desk-none", good, 404}, {"army", "desk-hq", `{"channel":"email","after":3,"why":"x"}`, 422}, {"army", "desk-hq", `{"channel":"webhook","why":"x"}`, 422},
		{"army", "desk-hq", `{"channel":"voice","after":3,"why":"x"}`, 422},
		{"army", "desk-hq", `{"channel":"webhook","after":-1,"why":"x"}`, 422}, {"army", "desk-hq", `{"channel":"webhook","after":9999,"why":"x"}`, 422},
		{"army", "desk-hq", `{"channel":"webhook","after":3,"why":" "}`, 422}, {"army", "desk-hq", fmt.Sprintf(`{"channel":"webhook","after":3,"why":%q}`, strings.Repeat("x", 301)), 422},
		{"army", "desk-hq", `{"channel":"webhook","after":3,"why":"x","to":"y"}`, 422}, {"army", "desk-hq", `nonsense`, 422},
	} {
		if r := w.do("POST", "/v1/desks/"+c.desk+"/replay", c.who, []byte(c.body), "Content-Type", "application/json"); r.status != c.want {
			t.Errorf("%s, %s, %.60s: %d %s, want %d", c.who, c.desk, c.body, r.status, r.body, c.want)
		}
	}
	if len(asked.got) != 2 || asked.got[0] != (Replay{"army", "desk-hq", "webhook", 3, "asked for by army: our disk was lost"}) || asked.got[1].Why != "asked for by cell: our disk was lost" {
		t.Errorf("%+v", asked.got)
	}
	w.state(truce.DeskWithdraw, "army", "desk-hq", map[string]any{"reason": "closed"}, compose.Replaces(v.ID))
	if r := w.do("POST", "/v1/desks/desk-hq/replay", "army", []byte(good), "Content-Type", "application/json"); r.status != 409 {
		t.Errorf("a desk that was withdrawn: %d", r.status)
	}
}
