package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/told"
)

func newGaps(sh *shell) *cobra.Command {
	return group(sh, "gaps", "Who does not know, who has not answered, who saw what: list, show, parties, seen", `  truce gaps list --data D
  truce gaps show site-… --data D`, newGapsList, newGapsShow, newGapsParties, newGapsSeen)
}

func newGapsList(sh *shell) *cobra.Command {
	var party string
	cmd := &cobra.Command{
		Use: "list", Short: "List your objects in whose telling something is missing", Args: noArgs,
		Example: "  truce gaps list --data D\n  truce gaps list --server https://register.example --key mine.key --json",
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&party, "party", "", "only what is missing with that party")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			gaps, err := r.Gaps(cmd.Context())
			if err != nil {
				return err
			}
			gaps = gapsWith(gaps, party)
			if sh.json {
				return sh.printJSON(map[string]any{"gaps": gaps})
			}
			sh.gapTable(gaps)
			return nil
		})
	}
	return cmd
}

// gapsWith keeps what is missing with one party; all where none is named.
func gapsWith(gaps []*told.Gap, party string) []*told.Gap {
	if party == "" {
		return gaps
	}
	out := []*told.Gap{}
	for _, g := range gaps {
		if g = g.Of(party); !g.Empty() {
			out = append(out, g)
		}
	}
	return out
}

func (sh *shell) gapTable(gaps []*told.Gap) {
	rows := make([][]string, len(gaps))
	for i, g := range gaps {
		var waiting []string
		for _, w := range g.Unacknowledged {
			waiting = append(waiting, w.Party+" since "+timeText(&w.Since))
		}
		var silent []string
		for _, s := range g.Silent {
			silent = append(silent, s.Party+": "+strings.Join(s.Echelons, " "))
		}
		rows[i] = []string{g.ID, orDash(join(g.NotTold)), orDash(strings.Join(waiting, ", ")), orDash(strings.Join(silent, ", ")), orDash(join(g.NotLoaded)), orDash(join(g.Objecting))}
	}
	sh.table([]string{"ID", "NOT TOLD", "NO ANSWER FROM", "SILENT ECHELONS", "NOT LOADED BY", "OBJECTING"}, rows)
	if len(gaps) == 0 {
		sh.say("nothing is missing in what you may see of the telling; that says nothing of how it is used")
	}
}

func newGapsShow(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show SUBJECT", Short: "Show where every party stands with one object",
		Example: "  truce gaps show site-… --data D", Args: exactArgs("the id of an object"),
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			a, err := r.Telling(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(a)
			}
			sh.printTelling(a)
			return nil
		})
	}
	return cmd
}

func (sh *shell) printTelling(a *told.Telling) {
	rows := make([][]string, len(a.Standings))
	for i, s := range a.Standings {
		state := s.What
		switch {
		case s.ToldEntry == truce.NoEntry:
			state = "not told"
		case !s.Told:
			state = "told no more"
		}
		rows[i] = []string{s.Party, string(s.Role), state, timeText(s.ToldAt), fmt.Sprint(len(s.Attempts)), signs(s), answersText(s), orDash(strings.Join(s.Echelons, ",")), orDash(strings.Join(s.Silent, ","))}
	}
	sh.table([]string{"PARTY", "ROLE", "TOLD", "AT", "ATTEMPTS", "SIGNS", "ANSWERED", "ECHELONS", "SILENT"}, rows)
	sh.printAttempts(a.Standings)
	sh.printAlarms(a)
	sh.printDay(a)
}

// printAttempts prints every attempt to deliver, in the order of the log, with why it
// was made.
func (sh *shell) printAttempts(all []*told.Standing) {
	var rows [][]string
	for _, s := range all {
		for _, x := range s.Attempts {
			at := x.At
			rows = append(rows, []string{fmt.Sprint(x.Entry), timeText(&at), s.Party, x.Channel, x.Reason, fmt.Sprint(x.Number), x.Outcome, orDash(x.Detail), orDash(x.Why)})
		}
	}
	if len(rows) > 0 {
		sh.printf("\n")
		sh.table([]string{"ENTRY", "AT", "PARTY", "LINE", "REASON", "ATTEMPT", "OUTCOME", "DETAIL", "WHY"}, rows)
	}
}

// printDay prints what a movement waits for and where it is in its day.
func (sh *shell) printDay(a *told.Telling) {
	if a.Board != nil {
		for _, c := range a.Board.Conditions {
			mark := "waiting"
			if c.Met {
				mark = "there"
			}
			sh.printf("%-13s %s %s\n", c.What, mark, join(c.Waiting))
		}
	}
	if a.Journey == nil || len(a.Journey.Reports) == 0 {
		return
	}
	rows := make([][]string, len(a.Journey.Reports))
	for i, r := range a.Journey.Reports {
		at := r.Logged
		rows[i] = []string{timeText(&at), r.By, r.Event, whenText(r.At), whenText(r.NextBy), delayText(r.Delay), orDash(r.Outcome), orDash(r.Reason)}
	}
	sh.printf("\n")
	sh.table([]string{"LOGGED", "BY", "EVENT", "STATED TIME", "NEXT BY", "DELAY", "OUTCOME", "STATED REASON"}, rows)
	if a.Journey.Alarm {
		sh.printf("ALARM: the movement is unreachable or its report is overdue (was due by %s)\n", timeText(a.Journey.NextBy))
	}
}

// whenText is a time as its author wrote it.
func whenText(w truce.When) string {
	return orDash(w.At)
}

func delayText(minutes int) string {
	if minutes == 0 {
		return "-"
	}
	return fmt.Sprintf("%d min", minutes)
}

// printAlarms prints the alarms of an object: every call and every answer with its time.
func (sh *shell) printAlarms(a *told.Telling) {
	for _, al := range a.Alarms {
		sh.printf("alarm raised %s by %s (entry %d), ended %s\n", timeText(&al.Raised), al.By, al.Entry, timeText(al.Ended))
		var rows [][]string
		for _, t := range al.Told {
			sh.printf("  %s: %d attempts, %d answers\n", t.Party, len(t.Attempts), len(t.Steps))
			for _, x := range t.Attempts {
				at := x.At
				rows = append(rows, []string{timeText(&at), t.Party, x.Channel, fmt.Sprintf("attempt %d: %s", x.Number, x.Outcome), orDash(x.Detail)})
			}
			for _, x := range t.Steps {
				at := x.At
				rows = append(rows, []string{timeText(&at), t.Party, orDash(x.Echelon), "answer: " + levelWord(x.Level), "after " + at.Sub(al.Raised).String()})
			}
			if len(t.Steps) == 0 {
				rows = append(rows, []string{"-", t.Party, "-", "NO ANSWER", "-"})
			}
		}
		sh.table([]string{"AT", "PARTY", "LINE, ECHELON", "WHAT", "DETAIL"}, rows)
	}
}
