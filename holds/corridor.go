package holds

import (
	"slices"

	"truce"
)

// newest gives the newest act of a kind by each author, or by each author and what
// of tells, that counts at m; in order of first mention.
func (o *opening) newest(kind truce.Kind, of func(*act) string, acts []*act) []*act {
	type key struct{ author, of string }
	at := map[key]int{}
	var out []*act
	for _, a := range acts {
		if a.kind != kind || !o.told(a) {
			continue
		}
		k := key{a.author, of(a)}
		if i, ok := at[k]; ok {
			out[i] = a
			continue
		}
		at[k] = len(out)
		out = append(out, a)
	}
	return out
}

// told reports whether an observation counts at m: it was made by then, by what it
// states or by its receipt. What was observed before the register knew of the
// window counts for a time before that.
func (o *opening) told(a *act) bool {
	return !o.m.at.Before(a.when(a.body.At)) || o.m.retro && a.body.At == nil
}

func (o *opening) segments() []Segment {
	out := make([]Segment, len(o.w.Segments))
	byAuthor := o.newest(truce.CorridorAttest, func(a *act) string { return a.body.Segment }, o.e.acts)
	for i := range o.w.Segments {
		s := &o.w.Segments[i]
		out[i] = Segment{ID: s.ID, Name: s.Name, ControlledBy: s.ControlledBy, Direction: s.Direction, VehicleClass: s.VehicleClass,
			LengthKm: s.LengthKm, DriveMinutes: s.DriveMinutes, Route: s.Route, Attestations: []Attestation{}}
		if s.ControlledBy == "" {
			out[i].ControlledBy = s.ControlText
		}
		if s.Direction == "" {
			out[i].Direction = o.w.Direction
		}
		for _, a := range byAuthor {
			if a.body.Segment == s.ID {
				out[i].Attestations = append(out[i].Attestations, o.attestation(a))
			}
		}
	}
	return out
}

// attestation is valid while it holds, and where no hazard is left by it.
func (o *opening) attestation(a *act) Attestation {
	until := bounded(a.body.Until.Instant())
	good := a.body.Result == "none-found" || a.body.Result == "removed"
	return Attestation{Party: a.author, Result: a.body.Result, Hazards: list(a.body.Hazards), At: a.when(a.body.At), Until: until,
		Valid: good && o.m.at.Before(until), Entry: a.entry}
}

// feasibility is the arithmetic of every stated need.
func (o *opening) feasibility() []Feasibility {
	out := []Feasibility{}
	if b := o.w.Budget; b != nil {
		out = append(out, o.fits(b, o.item.owner, o.e.entry))
	}
	for _, a := range o.newest(truce.WindowNeed, func(*act) string { return "" }, o.item.acts) {
		out = append(out, o.fits(a.need, a.author, a.entry))
	}
	return out
}

func (o *opening) fits(b *truce.BudgetContent, by truce.PartyID, entry int64) Feasibility {
	f := Feasibility{By: by, Load: b.Load, Drive: b.Drive, Unload: b.Unload, Return: b.Return, Margin: b.Margin, Needed: b.Needed(),
		Lanes: b.Lanes, LanesHere: o.w.Lanes, Movement: b.Movement, Text: b.Text, Entry: entry}
	if !o.iv.From.IsZero() {
		f.Available = o.minutes()
	}
	f.Fits = f.Needed <= f.Available && (f.LanesHere == 0 || f.Lanes <= f.LanesHere)
	return f
}

// maxPassages bounds how many passages an answer lists: the newest ones.
const maxPassages = 100

// passages lists the newest passages with everything that was said of their legs,
// and how many there are in all.
func (o *opening) passages() ([]Passage, int) {
	at := map[string]int{}
	var out []Passage
	for _, a := range o.item.acts {
		if a.kind != truce.CorridorPass || !o.passed(a) {
			continue
		}
		i, ok := at[a.body.Passage]
		if !ok {
			i = len(out)
			at[a.body.Passage] = i
			out = append(out, Passage{ID: a.body.Passage})
		}
		if a.body.Movement != "" {
			out[i].Movement = a.body.Movement
		}
		out[i].Legs = append(out[i].Legs, legOf(a))
	}
	if len(out) > maxPassages {
		return out[len(out)-maxPassages:], len(out)
	}
	if out == nil {
		out = []Passage{}
	}
	return out, len(out)
}

// passed reports whether what is said of a leg is known at m: received by then, or
// of an earlier time.
func (o *opening) passed(a *act) bool {
	for _, w := range []*truce.When{a.body.EnteredAt, a.body.LeftAt, a.body.PlannedAt} {
		if t := w.Earliest(); !t.IsZero() {
			return !o.m.at.Before(t)
		}
	}
	return !o.m.at.Before(a.at) || o.m.retro
}

func legOf(a *act) PassageLeg {
	b := a.body
	leg := PassageLeg{Segment: b.Segment, Party: a.author, Outcome: b.Outcome, HinderedBy: b.By, Reason: b.Reason, Entry: a.entry,
		PlannedAt: optional(b.PlannedAt.Earliest()), EnteredAt: optional(b.EnteredAt.Earliest()), LeftAt: optional(b.LeftAt.Earliest())}
	if leg.EnteredAt != nil && leg.LeftAt != nil {
		leg.Minutes = leg.LeftAt.Sub(*leg.EnteredAt).Minutes()
	}
	return leg
}

// holding lists the waiting points, and who stays longer than agreed.
func (o *opening) holding() []Holding {
	out := make([]Holding, len(o.w.HoldingPoints))
	for i := range o.w.HoldingPoints {
		h := &o.w.HoldingPoints[i]
		out[i] = Holding{ID: h.ID, Name: h.Name, MaxDwellMinutes: h.MaxDwellMinutes, Point: h.Point, Overstays: o.overstays(h)}
	}
	return out
}

func (o *opening) overstays(h *truce.HoldingContent) []Overstay {
	stays := map[string]Overstay{}
	var order []string
	for _, a := range o.item.acts {
		if a.kind != truce.CorridorPass || a.body.Segment != h.ID || !o.passed(a) || a.body.EnteredAt.Earliest().IsZero() {
			continue
		}
		left := a.body.LeftAt.Earliest()
		gone := !left.IsZero() && !o.m.at.Before(left)
		if !gone {
			left = o.m.at
		}
		if _, ok := stays[a.body.Passage]; !ok {
			order = append(order, a.body.Passage)
		}
		stays[a.body.Passage] = Overstay{Passage: a.body.Passage, Minutes: left.Sub(a.body.EnteredAt.Earliest()).Minutes(), Over: gone}
	}
	out := []Overstay{}
	for _, p := range order {
		if s := stays[p]; s.Minutes > float64(h.MaxDwellMinutes) {
			out = append(out, s)
		}
	}
	return out
}

// steps lists the reciprocal steps with the newest number of each who counted.
func (o *opening) steps() []Step {
	counts := o.newest(truce.StepCount, func(a *act) string { return a.body.Step }, o.item.acts)
	out := make([]Step, len(o.w.Steps))
	for i := range o.w.Steps {
		s := &o.w.Steps[i]
		out[i] = Step{ID: s.ID, Name: s.Name, Side: s.Side, Category: s.Category, Agreed: s.Agreed, Counts: []Count{}, Against: list(s.Against),
			PartOf: s.PartOf, Order: s.Order, Limit: s.LimitMinutes}
		if s.Side == "" {
			out[i].Side = s.SideText
		}
		for _, a := range counts {
			if a.body.Step == s.ID {
				out[i].Counts = append(out[i].Counts, Count{Party: a.author, Count: a.body.Count, At: a.when(a.body.At), Entry: a.entry})
			}
		}
		out[i].compare()
	}
	addUp(out)
	return out
}

// compare says whether the counts reach what was agreed, by whoever counted least,
// and whether they differ. A step nobody counted is not done.
func (s *Step) compare() {
	if len(s.Counts) == 0 {
		return
	}
	least := slices.MinFunc(s.Counts, func(a, b Count) int { return a.Count - b.Count }).Count
	most := slices.MaxFunc(s.Counts, func(a, b Count) int { return a.Count - b.Count }).Count
	s.Counted, s.Done, s.Differs = &least, least >= s.Agreed, least != most
}
