package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/inforce"
)

func newCorridor(sh *shell) *cobra.Command {
	o := agreedCommands{"window", "announce"}
	subs := []func(*shell) *cobra.Command{newCorridorShow}
	for _, x := range corridorActs {
		subs = append(subs, x.command)
	}
	cmd := group(sh, "corridor", "Corridors: show what they lack, attest hazards, log passages", `  truce corridor show window-… --data D
  truce corridor attest window-… --segment s1 --result none-found --until 2016-08-12T00:00:00Z --data D --key mine.key
  truce corridor pass window-… --passage p1 --outcome facilitated --data D --key mine.key`, subs...)
	cmd.Long = "A corridor is a window of the kind corridor: truce " + o.object + " announces, accepts and lists it."
	return cmd
}

var corridorActs = []agreedAct{
	{truce.CorridorAttest, "window", "attest", "--segment s1 --result none-found --until 2016-08-12T00:00:00Z"},
	{truce.CorridorPass, "window", "pass", "--passage p1 --segment s1 --outcome facilitated"},
}

// newCorridorShow shows every condition of readiness, met or not.
func newCorridorShow(sh *shell) *cobra.Command {
	var at clockFlags
	cmd := &cobra.Command{
		Use: "show WINDOW", Short: "Show every condition of its being ready: met or not, by whom, since when", Args: exactArgs("the id of a window"),
		Example: "  truce corridor show window-… --data D\n  truce corridor show window-… --data D --in-force-at 2016-08-11T10:30:00+03:00 --json",
	}
	w := sh.where(cmd)
	at.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		when, err := at.clocks()
		if err != nil {
			return err
		}
		return w.do(cmd.Context(), toRead, func(r *register) error {
			a, err := r.Agreed(cmd.Context(), "window", args[0], when)
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(a)
			}
			sh.readiness(a.window)
			return nil
		})
	}
	return cmd
}

func (sh *shell) readiness(w *inforce.Window) {
	sh.printf("%s%s  [%s, %s]\n%s: %s\n", exerciseText(w.Exercise), orElse(w.Title, w.Kind), w.Kind, w.ID, whoAgreed(w.AgreedByAll, w.Parties), stateWords[w.State])
	rows := make([][]string, len(w.Gates))
	for i, g := range w.Gates {
		met := "NOT MET"
		if g.Met {
			met = "met"
		}
		rows[i] = []string{met, strings.TrimSpace(g.Code + " " + g.Of), orDash(g.Party), timeText(g.Since), timeText(g.Limit), orDash(gateWords(&g))}
	}
	sh.table([]string{"", "CONDITION", "PARTY", "SINCE", "LIMIT", "IN WORDS"}, rows)
	if !w.Ready {
		sh.printf("NOT READY: %d conditions are not met\n", len(w.Missing))
	} else {
		sh.printf("every condition that was agreed is met; that says nothing of what will happen on the road\n")
	}
	sh.corridorText(w)
}

// gateWords is a condition in words: what is stated of it, and who tried a line.
func gateWords(g *inforce.Gate) string {
	if g.By == "" {
		return g.Text
	}
	return g.Text + ", tried by " + g.By
}

// corridorText lists segments with what was found on them, waiting points and passages.
func (sh *shell) corridorText(w *inforce.Window) {
	for _, s := range w.Segments {
		sh.printf("segment %s %s, controlled by %s, %s\n", s.ID, s.Name, orDash(s.ControlledBy), orDash(s.Direction))
		for _, a := range s.Attestations {
			holds := "does not hold"
			if a.Valid {
				holds = "holds until " + timeText(&a.Until)
			}
			sh.printf("  %s looked at %s: %s %s; %s\n", a.Party, timeText(&a.At), a.Result, strings.Join(a.Hazards, ", "), holds)
		}
		if len(s.Attestations) == 0 {
			sh.printf("  nobody has said what was found on it\n")
		}
	}
	for _, h := range w.Holding {
		sh.printf("waiting point %s %s: at most %d minutes\n", h.ID, h.Name, h.MaxDwellMinutes)
		for _, o := range h.Overstays {
			sh.printf("  passage %s stays, or stayed, %g minutes\n", o.Passage, o.Minutes)
		}
	}
	for _, p := range w.Passages {
		for _, l := range p.Legs {
			sh.printf("passage %s %s\n", p.ID, legText(l))
		}
	}
}

func legText(l inforce.PassageLeg) string {
	out := fmt.Sprintf("%s: %s, as %s says; entered %s, left %s", orElse(l.Segment, "the whole way"), l.Outcome, l.Party, timeText(l.EnteredAt), timeText(l.LeftAt))
	if l.HinderedBy != "" {
		out += "; said to be hindered by " + l.HinderedBy
	}
	if l.Reason != "" {
		out += "; stated reason: " + l.Reason
	}
	return out
}
