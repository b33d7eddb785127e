package holds

import (
	"slices"
	"time"

	"truce"
)

// applied is one clause or window that applies: what it does with which acts, and
// whom it binds.
type applied struct {
	source      Source
	modality    string
	acts        []string
	bound       []truce.PartyID
	agreedByAll bool
	until       *time.Time
	exceptions  []string
	pointer     string
	parts       []Part // of a question about a period
}

// applied are the clauses of an agreement that apply.
func (a *Agreement) applied() []applied {
	var out []applied
	for i := range a.Clauses {
		c := &a.Clauses[i]
		out = append(out, applied{source: Source{Agreement: a.ID, Clause: c.ID}, modality: c.Modality, acts: c.Acts, bound: c.Bound,
			agreedByAll: a.AgreedByAll, until: c.Until, exceptions: c.Exceptions, pointer: c.Pointer, parts: c.Parts})
	}
	return out
}

// applied is what an open window prohibits and permits, by those whom it binds.
func (o *opening) applied(w *Window) []applied {
	bound, parts := o.bound(), binding(w.Parts)
	if len(parts) > 0 {
		bound = parts[0].Bound
	}
	if len(parts) == 0 && (!o.open() || len(bound) == 0 || len(w.Parts) > 0) {
		return nil
	}
	base := applied{source: Source{Window: w.ID, Agreement: w.Agreement, Clause: w.Clause}, bound: bound, agreedByAll: w.AgreedByAll, until: w.Until, exceptions: []string{}, parts: parts}
	prohibits, permits := base, base
	prohibits.modality, prohibits.acts = "prohibits", w.Prohibits
	permits.modality, permits.acts = "permits", w.Permits
	return []applied{prohibits, permits}
}

// binding are the parts in which somebody is bound, or may be.
func binding(parts []Part) (out []Part) {
	for _, p := range parts {
		if len(p.Bound) > 0 || p.Coarse {
			out = append(out, p)
		}
	}
	return out
}

// prohibitions are the acts that are prohibited.
func prohibitions(rules []applied) []Prohibition {
	out := []Prohibition{}
	for _, r := range rules {
		if r.modality != "prohibits" {
			continue
		}
		for _, act := range r.acts {
			out = append(out, Prohibition{Act: act, Agreement: r.source.Agreement, Clause: r.source.Clause, Window: r.source.Window,
				Parties: r.bound, AgreedByAll: r.agreedByAll, Until: r.until, Exceptions: r.exceptions, Pointer: r.pointer, Parts: r.parts})
		}
	}
	return out
}

var actPlaces = func() map[string]int {
	m := map[string]int{}
	for i, c := range truce.ActCodes.Codes {
		m[c.Code] = i
	}
	return m
}()

func actPlace(act string) int { return actPlaces[act] }

func boolPlace(first bool) int {
	if first {
		return 0
	}
	return 1
}

// Prohibits lists what prohibits an act: the prohibitions of the act itself, and
// of fire where the act is one that fire stands for.
func (a *Answer) Prohibits(act string) []Prohibition {
	var out []Prohibition
	for _, p := range a.Prohibitions {
		if p.Act == act || p.Act == "fire" && slices.Contains(truce.FireActs(), act) {
			out = append(out, p)
		}
	}
	return out
}

// maxConflicts bounds how many conflicts an answer lists.
const maxConflicts = 200

// maxCompared bounds how many pairs are looked at for them: a pack of a stranger may hold
// hundreds of thousands that bind nobody in common.
const maxCompared = 1 << 20

// conflicts are the pairs of which one prohibits what the other permits or demands
// of the same party. Which of the two counts is not for the register to say.
func (s *sight) conflicts(rules []applied) []Conflict {
	against := map[string][]*applied{}
	for i := range rules {
		if m := rules[i].modality; m == "permits" || m == "obliges" {
			for _, act := range rules[i].acts {
				against[act] = append(against[act], &rules[i])
			}
		}
	}
	out, compared := []Conflict{}, 0
	for i := range rules {
		if rules[i].modality != "prohibits" {
			continue
		}
		for _, act := range widened(rules[i].acts) {
			for _, b := range against[act] {
				if compared++; len(out) == maxConflicts || compared > maxCompared {
					return out
				}
				if parts, meet := rules[i].meets(b); meet {
					out = append(out, Conflict{Act: act, A: rules[i].source, B: b.source, Under: s.lower(rules[i].source, b.source), Parts: parts})
				}
			}
		}
	}
	return out
}

// widened are the acts with those that fire stands for.
func widened(acts []string) []string {
	if !slices.Contains(acts, "fire") {
		return acts
	}
	out := slices.Clone(acts)
	for _, a := range truce.FireActs() {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// meets reports whether two rules that apply bind somebody in common at once, and
// of a period in which parts of it.
func (r *applied) meets(x *applied) (parts []Span, meet bool) {
	if len(r.parts)+len(x.parts) == 0 {
		return nil, shared(r.bound, x.bound)
	}
	for i, j := 0, 0; i < len(r.parts) && j < len(x.parts); {
		a, b := &r.parts[i], &x.parts[j]
		s := Span{later(a.From, b.From), earlier(a.Until, b.Until)}
		if s.From.Before(s.Until) && shared(a.Bound, b.Bound) {
			if n := len(parts); n > 0 && parts[n-1].Until.Equal(s.From) {
				parts[n-1].Until = s.Until
			} else {
				parts = append(parts, s)
			}
		}
		if a.Until.After(b.Until) {
			j++
		} else {
			i++
		}
	}
	return parts, len(parts) > 0
}

func shared(a, b []truce.PartyID) bool {
	return slices.ContainsFunc(a, func(p truce.PartyID) bool { return slices.Contains(b, p) })
}

// lower is the agreement that stands under the other, empty where neither does.
func (s *sight) lower(a, b Source) string {
	switch {
	case a.Agreement == "" || b.Agreement == "" || a.Agreement == b.Agreement:
		return ""
	case slices.Contains(s.above(a.Agreement), b.Agreement):
		return a.Agreement
	case slices.Contains(s.above(b.Agreement), a.Agreement):
		return b.Agreement
	}
	return ""
}
