package cli

import (
	"fmt"
	"strings"
	"time"

	"truce/internal/inforce"
)

func (sh *shell) printNow(a *inforce.Answer) {
	sh.printf("%s, as of %d log entries\n", askedText(a), a.LogSize)
	if a.Retrospective {
		sh.printf("some of this was registered after that time\n")
	}
	titles := map[string]string{}
	for i := range a.Agreements {
		titles[a.Agreements[i].ID] = a.Agreements[i].Title
	}
	for i := range a.Windows {
		titles[a.Windows[i].ID] = orElse(a.Windows[i].Title, a.Windows[i].Kind)
	}
	if len(a.Prohibitions) > 0 {
		sh.printf("\nPROHIBITED ACTS\n")
	}
	for _, p := range a.Prohibitions {
		sh.prohibition(&p, titles)
	}
	for i := range a.Agreements {
		if former := a.Agreements[i].Former; former != nil {
			sh.printf("\nan earlier version, which holds while the newer one is not accepted:\n")
			sh.agreementText(former)
		}
		sh.printf("\n")
		sh.agreementText(&a.Agreements[i])
	}
	for i := range a.Windows {
		sh.printf("\n")
		sh.windowText(&a.Windows[i])
	}
	for _, c := range a.Conflicts {
		sh.printf("\nCONFLICT about %s: %s prohibits it, %s does not; it is not resolved here\n", c.Act, sourceText(c.A), sourceText(c.B))
	}
	sh.printf("\n%s\n", a.Notice)
}

func (sh *shell) prohibition(p *inforce.Prohibition, titles map[string]string) {
	by := p.Agreement
	if p.Clause != "" {
		by = "clause " + p.Clause + " of " + titles[p.Agreement]
	}
	if p.Window != "" {
		by = titles[p.Window]
	}
	agreed := "NOT agreed by all"
	if p.AgreedByAll {
		agreed = "agreed by all"
	}
	sh.printf("  %-20s %s: %s, %s%s; bound: %s\n", p.Act, agreed, by, timesText(p.Until, p.Parts), exceptText(p.Exceptions), orDash(join(p.Parties)))
}

// askedText is the time that an answer is about.
func askedText(a *inforce.Answer) string {
	if a.Until == nil {
		return "at " + timeText(&a.At)
	}
	return "from " + timeText(&a.At) + " to " + timeText(a.Until)
}

// timesText is until when something holds, or of a period in which parts of it.
func timesText(until *time.Time, parts []inforce.Part) string {
	if len(parts) == 0 {
		return untilText(until)
	}
	return spansText(parts)
}

// manyParts is how many parts are written out as text; --json has all of them.
const manyParts = 4

// spansText writes the parts of a period.
func spansText(parts []inforce.Part) string {
	var b strings.Builder
	for i, p := range parts {
		if i == manyParts {
			fmt.Fprintf(&b, ", and %d more parts, the last until %s", len(parts)-i, timeText(&parts[len(parts)-1].Until))
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if p.Coarse {
			b.WriteString("at some time ")
		}
		b.WriteString("from " + timeText(&p.From) + " to " + timeText(&p.Until))
	}
	return b.String()
}

// partsText says in which parts of a period something applies.
func (sh *shell) partsText(what string, parts []inforce.Part) {
	if len(parts) > 0 {
		sh.printf("  %s %s\n", what, spansText(parts))
	}
}

func exceptText(exceptions []string) string {
	if len(exceptions) == 0 {
		return ""
	}
	return ", but for " + strings.Join(exceptions, ", ")
}

func untilText(t *time.Time) string {
	if t == nil {
		return "no end is known"
	}
	return "until " + timeText(t)
}

func sourceText(s inforce.Source) string {
	if s.Window != "" {
		return s.Window
	}
	return s.Agreement + " " + s.Clause
}

// whoAgreed puts who agreed into words of which no two look alike: agreed by all,
// and everything less than that.
func whoAgreed(agreedByAll bool, parties []inforce.Standing) string {
	needed, bound, announced, reported, against := 0, 0, 0, 0, ""
	for _, p := range parties {
		if p.State == "reported" {
			reported++
		}
		if p.State == "announced" {
			announced++
		}
		if !p.Needed {
			continue
		}
		needed++
		switch p.State {
		case "announced", "accepted":
			bound++
		case "rejected", "suspended", "denounced":
			against = againstWords[p.State]
		}
	}
	switch {
	case against != "":
		return fmt.Sprintf("%s (%d of %d sides stand by it)", against, bound, max(needed, 2))
	case agreedByAll && needed >= 2:
		return fmt.Sprintf("AGREED BY ALL SIDES (%d of %d)", bound, needed)
	case announced == 1 && bound <= 1:
		return fmt.Sprintf("ANNOUNCED BY ONE SIDE ONLY (%d of %d sides)", bound, max(needed, 2))
	case bound == 0 && reported > 0:
		return "REPORTED BY OTHERS, signed by nobody here"
	case bound == 0:
		return "AGREED BY NO SIDE YET"
	}
	return fmt.Sprintf("NOT AGREED BY ALL (%d of %d sides)", bound, max(needed, 2))
}

var againstWords = map[string]string{"rejected": "REJECTED BY A SIDE", "suspended": "SUSPENDED BY A SIDE", "denounced": "LEFT BY A SIDE"}

var stateWords = map[inforce.State]string{
	inforce.Proposed: "proposed", inforce.Reported: "binds nobody here", inforce.Agreed: "agreed, not in force yet", inforce.InForce: "in force", inforce.PartlyForce: "in force between some",
	inforce.Declared: "declared by one side", inforce.Suspended: "suspended", inforce.Denounced: "denounced", inforce.Lapsed: "lapsed",
	inforce.Terminated: "terminated", inforce.Superseded: "superseded", inforce.Withdrawn: "withdrawn",
	inforce.Open: "OPEN by its schedule", inforce.Later: "opens later", inforce.Over: "over", inforce.Aborted: "BROKEN OFF", inforce.NoTimes: "no times are stated", inforce.NotExpanded: "NOT KNOWN: its signed times end before",
}

func exerciseText(exercise bool) string {
	if exercise {
		return "EXERCISE  "
	}
	return ""
}

func (sh *shell) agreementText(a *inforce.Agreement) {
	sh.printf("%s%s  [%s]\n  %s: %s\n", exerciseText(a.Exercise), orElse(a.Title, a.Class), a.ID, whoAgreed(a.AgreedByAll, a.Parties), stateWords[a.State])
	switch {
	case len(a.Parts) > 0:
		sh.partsText("in force", a.Parts)
	case a.InForceFrom != nil || a.InForceUntil != nil:
		sh.printf("  in force from %s, %s\n", timeText(a.InForceFrom), untilText(a.InForceUntil))
	}
	if a.EndUnknown {
		sh.printf("  its end was never agreed\n")
	}
	sh.partiesText(a.Parties)
	for _, c := range a.Clauses {
		sh.printf("  clause %s %s\n", c.ID, clauseText(&c))
	}
	for _, e := range a.Excluded {
		sh.printf("  not covered: %s\n", e.Name)
	}
	if a.State != inforce.Reported {
		sh.gatesText(a.Missing)
	}
	for _, n := range a.Notices {
		if n.Running {
			sh.printf("  denounced by %s at %s; it is bound until %s\n", n.Party, timeText(&n.At), timeText(&n.Effect))
		}
	}
	for _, g := range a.Gaps {
		sh.printf("  left open: %s\n", strings.Join(strings.Fields(g.Code+" "+g.Clause+" "+g.Of), " "))
	}
}

func clauseText(c *inforce.Clause) string {
	if len(c.Acts) == 0 {
		return "states: " + orElse(c.Words, c.Kind)
	}
	return fmt.Sprintf("%s %s; bound: %s; %s%s", c.Modality, strings.Join(c.Acts, ", "), orDash(join(c.Bound)), timesText(c.Until, c.Parts), exceptText(c.Exceptions))
}

func (sh *shell) partiesText(parties []inforce.Standing) {
	for _, p := range parties {
		if p.State == "silent" && !p.Needed {
			continue
		}
		line := fmt.Sprintf("  %s: %s", orElse(p.Party, p.Name), p.State)
		if p.Since != nil {
			line += " since " + timeText(p.Since)
		}
		if p.Earlier != "" {
			line += ", had accepted an earlier version with other terms"
		}
		if p.Text != "" {
			line += ": " + p.Text
		}
		sh.printf("%s\n", line)
	}
}

// gatesText lists what is missing, each with on whom it waits and since when.
func (sh *shell) gatesText(gates []inforce.Gate) {
	for _, g := range gates {
		if g.Met {
			continue
		}
		line := "  missing: " + g.Code
		if g.Of != "" {
			line += " of " + g.Of
		}
		if g.Party != "" {
			line += ", waits on " + g.Party
		}
		if g.Since != nil {
			line += " since " + timeText(g.Since)
		}
		if g.Limit != nil {
			line += ", by " + timeText(g.Limit)
		}
		if g.Text != "" {
			line += ": " + g.Text
		}
		sh.printf("%s\n", line)
	}
}

func (sh *shell) windowText(w *inforce.Window) {
	sh.printf("%s%s  [%s, %s]\n  %s: %s\n", exerciseText(w.Exercise), orElse(w.Title, w.Kind), w.Kind, w.ID, whoAgreed(w.AgreedByAll, w.Parties), stateWords[w.State])
	switch {
	case len(w.Parts) > 0:
		sh.partsText("open", w.Parts)
	case w.Open:
		sh.printf("  until %s, next %s\n", timeText(w.Until), timeText(w.Next))
	case w.Next != nil:
		sh.printf("  next %s, for %g minutes\n", timeText(w.Next), w.Minutes)
	}
	sh.horizonText(w.Horizon)
	sh.partiesText(w.Parties)
	if w.Ready {
		sh.printf("  every condition that was agreed is met\n")
	} else {
		sh.printf("  NOT READY\n")
	}
	sh.gatesText(w.Gates)
	for i := range w.Feasibility {
		sh.feasibilityText(&w.Feasibility[i])
	}
	sh.stepsText(w.Steps)
}

// feasibilityText shows the arithmetic of one stated need with its numbers.
func (sh *shell) feasibilityText(f *inforce.Feasibility) {
	fits := "does NOT fit into"
	if f.Needed <= f.Available {
		fits = "fits into"
	}
	if f.Needed > 0 || f.Lanes == 0 {
		sh.printf("  time, as %s states it: load %g + drive %g + unload %g + return %g + margin %g = %g minutes, %s the %g that are there\n",
			f.By, f.Load, f.Drive, f.Unload, f.Return, f.Margin, f.Needed, fits, f.Available)
	}
	switch {
	case f.Lanes > 0 && f.LanesHere > 0:
		sh.printf("  lanes, as %s states it: needed %d, there %d\n", f.By, f.Lanes, f.LanesHere)
	case f.Lanes > 0:
		sh.printf("  lanes, as %s states it: needed %d; how many there are is not stated\n", f.By, f.Lanes)
	}
}

// horizonText says up to where the signed times of a window reach, where its rule goes on.
func (sh *shell) horizonText(horizon *time.Time) {
	if horizon != nil {
		sh.printf("  its signed times reach up to %s; what comes later is not known\n", timeText(horizon))
	}
}

func (sh *shell) stepsText(steps []inforce.Step) {
	for _, s := range steps {
		counts := make([]string, len(s.Counts))
		for i, c := range s.Counts {
			counts[i] = fmt.Sprintf("%s counted %d", c.Party, c.Count)
		}
		sh.printf("  step %s of %s: %d %s agreed, %s\n", s.ID, s.Side, s.Agreed, s.Category, orElse(strings.Join(counts, ", "), "not counted yet"))
	}
}
