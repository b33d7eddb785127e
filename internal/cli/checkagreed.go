package cli

import (
	"encoding/json"

	"truce/internal/check"
	"truce/internal/inforce"
)

// agreedLines print what was agreed about a place that was checked, a line or two
// each; truce now tells all of it.
func (sh *shell) agreedLines(agreements []inforce.AgreementBrief, windows []inforce.WindowBrief) {
	for _, x := range agreements {
		sh.printf("%sagreement %s  [%s]\n  %s: %s\n", exerciseText(x.Exercise), orElse(x.Title, x.Class), x.ID, briefly(x.AgreedByAll, x.Acceptance), stateWords[x.State])
		for _, c := range x.Clauses {
			if len(c.Acts) > 0 {
				sh.printf("  clause %s %s\n", c.ID, clauseText(&c))
			}
		}
		if len(x.NotExpanded) > 0 {
			sh.printf("  NOT KNOWN of clause %s: the signed times end before\n", join(x.NotExpanded))
		}
		sh.partsText("in force", x.Parts)
	}
	for _, w := range windows {
		ready := "NOT READY"
		if w.Ready {
			ready = "every condition that was agreed is met"
		}
		sh.printf("%s%s %s  [%s]\n  %s: %s, until %s, next %s; %s\n", exerciseText(w.Exercise), w.Kind, w.Title, w.ID, briefly(w.AgreedByAll, w.Acceptance), stateWords[w.State],
			timeText(w.Until), timeText(w.Next), ready)
		sh.horizonText(w.Horizon)
		sh.partsText("open", w.Parts)
	}
}

// briefs reads what was agreed out of an answer. What cannot be read is of a newer
// server: it is there with nothing but its state, which --json shows, and counts as
// something that applies.
func briefs(a *check.Answer) (agreements []inforce.AgreementBrief, windows []inforce.WindowBrief) {
	agreements, windows = make([]inforce.AgreementBrief, len(a.Agreements)), make([]inforce.WindowBrief, len(a.Windows))
	for i, raw := range a.Agreements {
		if json.Unmarshal(raw, &agreements[i]) != nil {
			agreements[i] = inforce.AgreementBrief{Title: "of a newer server: --json shows it", State: inforce.InForce}
		}
	}
	for i, raw := range a.Windows {
		if json.Unmarshal(raw, &windows[i]) != nil {
			windows[i] = inforce.WindowBrief{Title: "of a newer server: --json shows it", Open: true}
		}
	}
	return agreements, windows
}

// briefly is whoAgreed where only the acceptances are known.
func briefly(agreedByAll bool, acceptance map[string]string) string {
	if agreedByAll {
		return "AGREED BY ALL SIDES"
	}
	switch bound := countOf(acceptance, "accepted") + countOf(acceptance, "announced"); {
	case countOf(acceptance, "announced") == 1 && bound == 1:
		return "ANNOUNCED BY ONE SIDE ONLY"
	case bound == 0 && countOf(acceptance, "reported") > 0:
		return "REPORTED BY OTHERS, signed by nobody here"
	case bound == 0:
		return "AGREED BY NO SIDE YET"
	}
	return "NOT AGREED BY ALL"
}

func countOf(acceptance map[string]string, state string) (n int) {
	for _, s := range acceptance {
		if s == state {
			n++
		}
	}
	return n
}
