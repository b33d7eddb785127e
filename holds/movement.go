package holds

import (
	"slices"
	"time"

	"truce"
)

// Condition is one thing that a movement waits for, or that is there, in the form
// of the board of its day (package told).
type Condition struct {
	What    string          // "windows" or "attested"
	Met     bool            // it is there
	Waiting []truce.PartyID // on whom
	Since   *time.Time      // waited for since; UTC
	Detail  string          // id of the window
}

// Movement lists what the windows of the answer mean to a movement: those whose
// need was stated for it (domain.md 3.5). A window is there when it is open and
// ready; whatever is attested stands apart, because it is asked for by itself.
func (a *Answer) Movement(id string) []Condition {
	var out []Condition
	for i := range a.Windows {
		w := &a.Windows[i]
		if !slices.ContainsFunc(w.Feasibility, func(f Feasibility) bool { return f.Movement == id }) {
			continue
		}
		c := w.condition("windows", func(code string) bool { return code != "attestation" })
		c.Met = w.Open && w.Ready
		out = append(out, c)
		if slices.ContainsFunc(w.Gates, func(g Gate) bool { return g.Code == "attestation" }) {
			out = append(out, w.condition("attested", func(code string) bool { return code == "attestation" }))
		}
	}
	return out
}

// condition sums the gates up whose codes are counted.
func (w *Window) condition(what string, counts func(code string) bool) Condition {
	c := Condition{What: what, Met: true, Detail: w.ID}
	for i := range w.Gates {
		g := &w.Gates[i]
		if g.Met || !counts(g.Code) {
			continue
		}
		c.Met = false
		if g.Party != "" && !slices.Contains(c.Waiting, g.Party) {
			c.Waiting = append(c.Waiting, g.Party)
		}
		if g.Since != nil && (c.Since == nil || g.Since.Before(*c.Since)) {
			c.Since = g.Since
		}
	}
	return c
}
