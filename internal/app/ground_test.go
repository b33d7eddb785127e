package app

import (
	"testing"

	"truce"
	"truce/internal/compose"
)

// TestGround: a desk is chosen by every place where an object ever was; of what was
// erased the place is lost, and of an agreement or a window it is that of its versions.
func TestGround(t *testing.T) {
	dir, by := create(t, t.TempDir())
	r := reopen(t, dir)
	say := func(kind truce.Kind, subject string, body any, opts ...compose.Option) string {
		t.Helper()
		e := by.sign(kind, subject, body, opts...)
		must(t, r.Intake.Submit(t.Context(), [][]byte{e.JSON()})[0].Err)
		return e.ID()
	}
	at := func(lon float64) map[string]any {
		return map[string]any{"function": "clinic", "geometry": map[string]any{"type": "Point", "coordinates": []float64{lon, 36}, "accuracyM": 10}}
	}
	v := say(truce.SiteRegister, "site-a", at(37))
	say(truce.SiteAmend, "site-a", at(38), compose.Replaces(v))
	say(truce.SiteRegister, "site-b", at(37))
	say(truce.EraseContent, "site-b", map[string]any{"reason": "operator-risk"})
	say(truce.WindowAnnounce, "window-a", map[string]any{"windowKind": "pause", "geometry": map[string]any{"type": "Circle", "coordinates": []float64{37, 36}, "radiusM": 1000},
		"parties": []any{map[string]any{"party": RegistrarID, "roles": []string{"signatory"}}}})
	l := &teller{Register: r}
	for subject, want := range map[string]struct {
		kind   string
		places int
		lost   bool
	}{"site-a": {"site", 2, false}, "site-b": {"", 0, true}, "window-a": {"window", 1, false}, "site-never": {"", 0, true}} {
		g, err := l.Ground(t.Context(), subject)
		must(t, err)
		if g.Kind != want.kind || len(g.Places) != want.places || g.Lost != want.lost {
			t.Errorf("%s: %+v, want %+v", subject, g, want)
		}
	}
}
