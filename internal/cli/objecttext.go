package cli

import "strings"

// showItem prints an object for people.
func (sh *shell) showItem(it *item) {
	c := it.reading()
	sh.printf("%-12s %s\n", it.Object, it.ID)
	for _, line := range [][2]string{
		{"name", c.Title()}, {"type", it.kindOf(c)}, {"operator", c.OperatorOrg}, {"state", string(it.State)}, {"remarks", it.remarks()},
		{"verified", it.verified()}, {"owner", it.Owner}, {"you are", string(it.Relation)}, {"audience", strings.Join(it.Audience, ", ")},
		{"entry", entryText(it.Entry)}, {"received", timeText(it.Received)}, {"version", it.Version},
	} {
		sh.line(line[0], line[1])
	}
	if w := it.Withdrawn; w != nil {
		sh.line("withdrawn", "at entry "+entryText(&w.Entry)+": "+w.Reason+" "+w.Text)
	}
	for _, s := range it.Steps {
		sh.line("step", s.Step+": "+s.Result+", by "+s.By+", entry "+entryText(&s.Entry))
	}
	sh.challenges(it.Challenges)
	sh.grants("consent", it.Consents)
	sh.grants("release", it.Releases)
	sh.body(it.Content)
}

// line prints a name and a value, unless there is none.
func (sh *shell) line(name, value string) {
	if value != "" && value != "-" {
		sh.printf("%-12s %s\n", name, value)
	}
}

func (sh *shell) challenges(all []contest) {
	for _, c := range all {
		state := "open"
		if c.Closed != nil {
			state = "closed: " + c.Outcome
		}
		sh.line("challenge", c.Reason+", by "+c.By+", entry "+entryText(&c.Entry)+", "+state+", statement "+c.ID)
	}
}

func (sh *shell) grants(name string, all []grant) {
	for _, g := range all {
		text := "to " + g.Recipient + ", entry " + entryText(&g.Entry)
		if g.Ended != nil {
			text += ", ended at entry " + entryText(g.Ended)
		}
		sh.line(name, text)
	}
}
