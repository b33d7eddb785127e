package holds

import (
	"slices"

	"truce/schedule"
)

// gaps lists what a window leaves open. None of it keeps the window from being
// ready: that is for the gates.
func (o *opening) gaps(v *sight) []Gap {
	out := []Gap{}
	for _, g := range []struct {
		code string
		is   bool
	}{
		{"noProhibition", !slices.Contains(o.w.Prohibits, "fire") && !o.agreementProhibits(v)},
		{"noAbortSignal", o.w.AbortSignal == ""},
		{"pastHorizon", o.w.calendar != nil && !o.w.calendar.Covers(o.m.at)},
		{"otherTZ", o.w.calendar != nil && o.w.calendar.tzVersion != "" && o.w.calendar.tzVersion != schedule.TZVersion},
	} {
		if g.is {
			out = append(out, Gap{Code: g.code})
		}
	}
	return append(out, o.sums()...)
}

// agreementProhibits reports whether a clause of the agreement that the window
// stands under prohibits fire, then.
func (o *opening) agreementProhibits(v *sight) bool {
	f := v.inForce(o.w.Agreement)
	if f == nil || !f.state.Binding() {
		return false
	}
	return slices.ContainsFunc(f.t.clauses, func(c clause) bool {
		open, _, _ := c.calendar.at(o.m.at)
		return open && c.Modality == "prohibits" && slices.Contains(c.Acts, "fire")
	})
}

// sums are the steps whose sub-steps do not add up to what was agreed for them.
func (o *opening) sums() []Gap {
	var out []Gap
	for i := range o.w.Steps {
		sum, parts := 0, 0
		for j := range o.w.Steps {
			if o.w.Steps[j].PartOf == o.w.Steps[i].ID {
				sum, parts = sum+o.w.Steps[j].Agreed, parts+1
			}
		}
		if parts > 0 && sum != o.w.Steps[i].Agreed {
			out = append(out, Gap{Code: "stepSum", Of: o.w.Steps[i].ID})
		}
	}
	return out
}

// addUp gives every step that nobody counted, and that has sub-steps, the sum of
// what was counted of those: totals come from rows.
func addUp(steps []Step) {
	looked := map[string]bool{} // a circle of parts, which intake refuses, ends here
	for i := range steps {
		steps[i].addUp(steps, looked)
	}
}

func (s *Step) addUp(steps []Step, looked map[string]bool) {
	if s.Counted != nil || looked[s.ID] {
		return
	}
	looked[s.ID] = true
	for i := range steps {
		part := &steps[i]
		if part.PartOf != s.ID {
			continue
		}
		part.addUp(steps, looked)
		if part.Counted != nil {
			if s.Counted == nil {
				s.Counted = new(int)
			}
			*s.Counted += *part.Counted
		}
	}
	s.Done = s.Counted != nil && *s.Counted >= s.Agreed
}
