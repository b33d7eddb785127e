package intake_test

import (
	"strings"

	"truce"
	"truce/internal/compose"
)

// agreementBody is a subject and body that the form of a kind about agreements and
// windows accepts; ok is false for other kinds.
func agreementBody(kind truce.Kind) (string, any, bool) {
	object := kind.Object()
	if object == "corridor" || object == "step" {
		object = "window"
	}
	if object != "agreement" && object != "window" {
		return "", nil, false
	}
	const exact = "2016-09-01T00:00:00Z"
	more := map[truce.Kind]map[string]any{
		truce.AgreementExtend: {"until": exact}, truce.AgreementDeposit: {"name": "x"},
		truce.WindowCondition: {"condition": "x"}, truce.WindowExtend: {"occurrence": exact, "until": "2016-09-01T01:00:00Z"},
		truce.WindowContact: {"party": "cell", "result": "answered"}, truce.CorridorAttest: {"segment": "s1", "result": "none-found", "until": exact},
		truce.CorridorPass: {"passage": "p1", "outcome": "facilitated"}, truce.StepCount: {"step": "a1", "count": 1},
	}
	body := map[string]any{"version": strings.Repeat("0", 64)}
	switch kind.Act() {
	case "withdraw":
		body = map[string]any{"reason": "error"}
	case "register", "announce", "amend":
		body = map[string]any{"names": []truce.Name{{Text: "x"}}}
		if object == "window" {
			body["windowKind"] = "pause"
		} else {
			body["class"], body["parties"] = "pause", []truce.PartyContent{{Name: "x", Roles: []string{"signatory"}}}
		}
	}
	for k, v := range more[kind] {
		body[k] = v
	}
	return compose.NewSubject(object), body, true
}
