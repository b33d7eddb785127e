package cli

import (
	"fmt"
	"strings"

	"truce"
	"truce/internal/check"
	"truce/internal/i18n"
)

// protection prints one entry that applies, for people: what and how far, in
// which state, how far verified, and where it stands in the log.
func (sh *shell) protection(p check.Protection, lang i18n.Lang) {
	sh.printf("%8s  %s  %s\n", metres(p.DistanceM), p.Type, orDash(p.Name))
	for _, line := range []string{stateText(p, lang), originText(p), entryLine(p)} {
		if line != "" {
			sh.printf("          %s\n", line)
		}
	}
}

func stateText(p check.Protection, lang i18n.Lang) string {
	parts := []string{i18n.Text(lang, "state."+string(p.State), nil)}
	if p.InForceFrom != nil {
		parts = append(parts, "from "+timeText(p.InForceFrom))
	}
	if p.InForceUntil != nil {
		parts = append(parts, "until "+timeText(p.InForceUntil))
	}
	if p.RevalidateBy != nil {
		parts = append(parts, "to be revalidated by "+timeText(p.RevalidateBy))
	}
	if p.Withdrawn != "" {
		parts = append(parts, "reason: "+p.Withdrawn)
	}
	if p.Contested {
		parts = append(parts, i18n.Text(lang, "state.contested", nil))
	}
	if p.Status != truce.Actual {
		parts = append(parts, string(p.Status))
	}
	return strings.Join(parts, ", ")
}

func originText(p check.Protection) string {
	var parts []string
	if p.Operator != "" {
		parts = append(parts, "operated by "+p.Operator)
	}
	if p.Leg != nil {
		parts = append(parts, fmt.Sprintf("leg %d: %s", *p.Leg+1, p.Part))
	}
	if p.AccuracyM > 0 {
		parts = append(parts, "its position is known to "+metres(p.AccuracyM))
	}
	return strings.Join(parts, ", ")
}

func entryLine(p check.Protection) string {
	verified := "verification: " + p.Verification
	if p.Differs {
		verified += ", a step found another place"
	}
	return fmt.Sprintf("%s; %s %s, log entry %d", verified, p.Kind, p.ID, p.Entry)
}
