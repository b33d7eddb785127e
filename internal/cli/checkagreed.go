package cli

import (
	"encoding/json"

	"truce/internal/check"
	"truce/internal/inforce"
)

// agreedLines print what was agreed about a place that was checked, a line or two
// each; truce now tells all of it.
func (sh *shell) agreedLines(a *check.Answer) {
	for _, raw := range a.Agreements {
		var x inforce.AgreementBrief
		if json.Unmarshal(raw, &x) != nil {
			continue // of a newer server: --json shows it
		}
		sh.printf("%sagreement %s  [%s]\n  %s: %s\n", exerciseText(x.Exercise), orElse(x.Title, x.Class), x.ID, briefly(x.AgreedByAll, x.Acceptance), stateWords[x.State])
		for _, c := range x.Clauses {
			if len(c.Acts) > 0 {
				sh.printf("  clause %s %s\n", c.ID, clauseText(&c))
			}
		}
	}
	for _, raw := range a.Windows {
		var w inforce.WindowBrief
		if json.Unmarshal(raw, &w) != nil {
			continue
		}
		ready := "NOT READY"
		if w.Ready {
			ready = "every condition that was agreed is met"
		}
		sh.printf("%s%s %s  [%s]\n  %s: %s, until %s, next %s; %s\n", exerciseText(w.Exercise), w.Kind, w.Title, w.ID, briefly(w.AgreedByAll, w.Acceptance), stateWords[w.State],
			timeText(w.Until), timeText(w.Next), ready)
	}
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
