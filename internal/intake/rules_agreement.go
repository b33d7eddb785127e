package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"truce"
	"truce/internal/store"
)

// Agreements is what intake needs to know of agreements and windows, as the view
// stands. nil where nothing is known.
type Agreements interface {
	AgreementHead(ctx context.Context, r store.Reader, subject string) (*truce.AgreementHead, error)
	// AgreementStanding is the last thing that the party said of where it stands.
	AgreementStanding(ctx context.Context, r store.Reader, subject string, party truce.PartyID) (*truce.AgreementStanding, error)
	// AgreementBound lists the parties that bound themselves to the terms that
	// begin with that entry.
	AgreementBound(ctx context.Context, r store.Reader, subject string, terms int64) ([]truce.PartyID, error)
}

// matter is what the content of an agreement or window says that intake decides by.
type matter struct {
	parties  []truce.PartyContent
	texts    []truce.TextContent
	acceptBy *truce.When
	refs     []ref // other agreements and windows that it names
	parent   string
	above    []string // what it supersedes

	clauses, segments, holding, steps []string // ids within it
	schedule                          *truce.ScheduleContent
	open                              bool // to adherence
	excluded                          []truce.ExcludedContent
	ending                            string
}

// ref is the id of another agreement or window, where it stands.
type ref struct{ id, object, field string }

func readAgreement(d *draft) (any, error) {
	c, err := bodyAs[truce.AgreementContent](d)
	if err != nil {
		return nil, err
	}
	m := agreementMatter(c)
	checks := []error{checkPrefix(d, truce.AgreementPrefix), checkParties(c.Parties), checkTexts(c.Texts), checkEntry(c), checkClauses(c),
		checkRefs(d.Subject, m.refs), checkExact(c.AcceptBy, "/body/acceptBy")}
	return m, cmp.Or(checks...)
}

func agreementMatter(c *truce.AgreementContent) *matter {
	m := &matter{parties: c.Parties, texts: c.Texts, acceptBy: c.AcceptBy, parent: c.Parent, above: c.Supersedes, open: c.OpenToAdherence, excluded: c.Excluded}
	if c.Termination != nil {
		m.ending = c.Termination.Mode
	}
	if c.Parent != "" {
		m.refs = append(m.refs, ref{c.Parent, "agreement", "/body/parent"})
	}
	for i, s := range c.Supersedes {
		m.refs = append(m.refs, ref{s, "agreement", fmt.Sprintf("/body/supersedes/%d", i)})
	}
	for i := range c.Clauses {
		m.clauses = append(m.clauses, c.Clauses[i].ID)
		for j, s := range c.Clauses[i].BreachAlso {
			m.refs = append(m.refs, ref{s, "agreement", fmt.Sprintf("/body/clauses/%d/breachAlso/%d", i, j)})
		}
	}
	return m
}

func readWindow(d *draft) (any, error) {
	c, err := bodyAs[truce.WindowContent](d)
	if err != nil {
		return nil, err
	}
	m := windowMatter(c)
	checks := []error{checkPrefix(d, truce.WindowPrefix), checkParties(c.Parties), checkTexts(c.Texts), checkRefs(d.Subject, m.refs),
		checkExact(c.AcceptBy, "/body/acceptBy"), checkSchedule(c.Schedule, "/body/schedule"), unique(m.segments, "/body/segments"),
		unique(append(slices.Clone(m.holding), m.segments...), "/body/holdingPoints"), checkSteps(c.Steps)}
	if c.Clause != "" && c.Agreement == "" {
		checks = append(checks, truce.E(truce.CodeInvalid, "a clause of no agreement").At("/body/clause").WithHint("name the agreement, or leave clause out"))
	}
	return m, cmp.Or(checks...)
}

func windowMatter(c *truce.WindowContent) *matter {
	m := &matter{parties: c.Parties, texts: c.Texts, acceptBy: c.AcceptBy, schedule: c.Schedule}
	if c.Agreement != "" {
		m.refs = append(m.refs, ref{c.Agreement, "agreement", "/body/agreement"})
	}
	for i, s := range c.Counterparts {
		m.refs = append(m.refs, ref{s, "window", fmt.Sprintf("/body/counterparts/%d", i)})
	}
	for i := range c.Segments {
		m.segments = append(m.segments, c.Segments[i].ID)
	}
	for i := range c.HoldingPoints {
		m.holding = append(m.holding, c.HoldingPoints[i].ID)
	}
	for i := range c.Steps {
		m.steps = append(m.steps, c.Steps[i].ID)
	}
	return m
}

// matterOf is the reading of a version in force, which was checked when it came in.
func matterOf(h *truce.AgreementHead) (*matter, error) {
	d := &draft{Statement: &truce.Statement{Body: h.Body}}
	if h.Object == "agreement" {
		c, err := bodyAs[truce.AgreementContent](d)
		if err != nil {
			return nil, err
		}
		return agreementMatter(c), nil
	}
	c, err := bodyAs[truce.WindowContent](d)
	if err != nil {
		return nil, err
	}
	return windowMatter(c), nil
}

func checkPrefix(d *draft, prefix string) error {
	if strings.HasPrefix(d.Subject, prefix) {
		return nil
	}
	return truce.E(truce.CodeInvalid, "the id does not begin with %q", prefix).At("/subject").WithHint("%s and random characters", prefix)
}

// checkParties: each is named, once.
func checkParties(parties []truce.PartyContent) error {
	seen := map[string]bool{}
	for i := range parties {
		p := &parties[i]
		at := fmt.Sprintf("/body/parties/%d", i)
		for _, label := range []string{p.Party, p.Name} {
			switch {
			case p.Label() == "":
				return truce.E(truce.CodeInvalid, "a party without an id or a name").At(at).WithHint("give party, or name where it is not enrolled")
			case label != "" && seen[label]:
				return truce.E(truce.CodeInvalid, "the party stands twice").At(at).WithHint("give it all its roles at once")
			}
			seen[label] = true
		}
		if p.Party != "" && p.Reported != "" {
			return truce.E(truce.CodeInvalid, "what others report of an enrolled party is not stated here").At(at + "/reported").
				WithHint("the party accepts with its own key; a depositary says what it received with agreement.deposit")
		}
	}
	return nil
}

// checkTexts: no text stands twice. Two languages of one hash are a slip.
func checkTexts(texts []truce.TextContent) error {
	seen := map[string]bool{}
	for i := range texts {
		if seen[texts[i].Hash] {
			return truce.E(truce.CodeInvalid, "the same text stands twice").At(fmt.Sprintf("/body/texts/%d/hash", i)).
				WithHint("two languages are two texts; give the hash of each")
		}
		seen[texts[i].Hash] = true
	}
	return nil
}

// checkEntry: how it enters into force, how long it holds and how it is extended.
func checkEntry(c *truce.AgreementContent) error {
	e := c.EntryIntoForce
	switch {
	case e != nil && e.Mode == "instant" && e.At.Earliest().IsZero():
		return truce.E(truce.CodeInvalid, "the instant of entry into force is missing").At("/body/entryIntoForce/at").WithHint("write 2016-02-27T00:00:00+02:00, with its zone")
	case e != nil && e.Mode == "condition" && e.Condition == "":
		return truce.E(truce.CodeInvalid, "the condition of entry into force is missing").At("/body/entryIntoForce/condition").WithHint("say it in words")
	case c.Until != nil && c.DurationHours > 0:
		return truce.E(truce.CodeInvalid, "an end and a duration are both given").At("/body/durationHours").WithHint("give one of them")
	case c.Extension != nil && c.Extension.Mode == "automatic" && c.Extension.Hours <= 0:
		return truce.E(truce.CodeInvalid, "the length of each extension is missing").At("/body/extension/hours").WithHint("give hours")
	case c.Extension != nil && c.Extension.Mode == "automatic" && c.DurationHours <= 0 && c.Until.Latest().IsZero():
		return truce.E(truce.CodeInvalid, "there is no end that could be extended").At("/body/extension").WithHint("give until or durationHours")
	case e == nil || e.At == nil || c.Until == nil:
		return nil
	}
	return checkOrder(*e.At, *c.Until, "/body/until")
}

func checkClauses(c *truce.AgreementContent) error {
	ids := make([]string, len(c.Clauses))
	for i := range c.Clauses {
		at := fmt.Sprintf("/body/clauses/%d", i)
		ids[i] = c.Clauses[i].ID
		if err := checkClause(c, &c.Clauses[i], at); err != nil {
			return err
		}
	}
	return unique(ids, "/body/clauses")
}

func checkClause(c *truce.AgreementContent, x *truce.ClauseContent, at string) error {
	if x.Modality != "states" && len(x.Acts) == 0 {
		return truce.E(truce.CodeInvalid, "the clause names no act").At(at + "/acts").WithHint(`name the acts, or give the modality "states"`)
	}
	if x.Text != "" && !slices.ContainsFunc(c.Texts, func(t truce.TextContent) bool { return t.Hash == x.Text }) {
		return truce.E(truce.CodeInvalid, "the text is none of this agreement").At(at + "/text").WithHint("give the hash of one of texts")
	}
	for _, side := range []struct {
		name string
		ids  []string
	}{{"who", x.Who}, {"toward", x.Toward}} {
		for i, id := range side.ids {
			if !slices.ContainsFunc(c.Parties, func(p truce.PartyContent) bool { return p.Party == id || p.Name == id }) {
				return truce.E(truce.CodeInvalid, "a party that the agreement does not name").At(fmt.Sprintf("%s/%s/%d", at, side.name, i)).
					WithHint("use the ids or names in parties")
			}
		}
	}
	return checkSchedule(x.Schedule, at+"/schedule")
}

// checkSteps: ids are unique, and steps speak of one another only, never of
// themselves, nor in a circle of parts.
func checkSteps(steps []truce.StepContent) error {
	ids := make([]string, len(steps))
	part := map[string]string{}
	for i := range steps {
		ids[i] = steps[i].ID
		part[steps[i].ID] = steps[i].PartOf
	}
	for i := range steps {
		at := fmt.Sprintf("/body/steps/%d", i)
		for _, id := range append([]string{steps[i].PartOf}, steps[i].Against...) {
			if id != "" && (id == steps[i].ID || !slices.Contains(ids, id)) {
				return truce.E(truce.CodeInvalid, "there is no other step %q", id).At(at).WithHint("use the ids in steps")
			}
		}
		up := steps[i].PartOf
		for n := 0; up != ""; n++ {
			if n > len(steps) {
				return truce.E(truce.CodeInvalid, "the step would be a part of itself").At(at + "/partOf").WithHint("leave partOf out of one of them")
			}
			up = part[up]
		}
	}
	return unique(ids, "/body/steps")
}

// checkRefs: other agreements and windows are named by their ids, none is the
// subject itself.
func checkRefs(subject string, refs []ref) error {
	for _, r := range refs {
		if !truce.ValidSubject(r.id) || truce.AgreementObject(r.id) != r.object {
			return truce.E(truce.CodeInvalid, "the id of another %s must stand here", r.object).At(r.field)
		}
		if r.id == subject {
			return truce.E(truce.CodeInvalid, "it cannot stand in this way to itself").At(r.field).WithHint("leave it out")
		}
	}
	return nil
}

func checkExact(w *truce.When, at string) error {
	if w == nil || w.Precision == truce.Exact {
		return nil
	}
	return truce.E(truce.CodeInvalid, "it must be an exact time").At(at).WithHint("write 2016-02-26T12:00:00+02:00")
}

func unique(ids []string, at string) error {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if seen[id] {
			return truce.E(truce.CodeInvalid, "the id %q stands twice", id).At(at).WithHint("give each an id of its own")
		}
		seen[id] = true
	}
	return nil
}
