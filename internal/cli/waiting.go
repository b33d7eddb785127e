package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"truce/internal/inforce"
)

func newWaiting(sh *shell) *cobra.Command {
	var f nowFlags
	var party, id string
	cmd := &cobra.Command{
		Use: "waiting", Short: "Say on whom every joint step waits, since when, and why", Args: noArgs,
		Example: "  truce waiting --data D\n  truce waiting --party syria --server https://register.example --key mine.key --json",
	}
	w := sh.where(cmd)
	s := cmd.Flags()
	s.StringVar(&party, "party", "", "on that party alone")
	s.StringVar(&id, "of", "", "of that agreement or window alone")
	s.StringVar(&f.time, "time", "", "time asked about, RFC 3339 (default now)")
	s.Int64Var(&f.knownAt, "as-known-at", 0, "answer as known when the log had so many entries")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		at, err := f.clocks()
		if err != nil {
			return err
		}
		return w.do(cmd.Context(), toRead, func(r *register) error {
			a, err := r.Now(cmd.Context(), nowQuery{at: at})
			if err != nil {
				return err
			}
			return sh.waiting(a, party, id)
		})
	}
	return cmd
}

func (sh *shell) waiting(a *nowAnswer, party, id string) error {
	out := []inforce.Waiting{}
	for _, w := range a.Waiting() {
		if (party == "" || w.Party == party) && (id == "" || w.ID == id) {
			out = append(out, w)
		}
	}
	if sh.json {
		return sh.printJSON(map[string]any{"asOf": a.AsOf, "at": a.At, "waiting": out})
	}
	rows := make([][]string, len(out))
	for i, w := range out {
		limit := timeText(w.Limit)
		if w.Late {
			limit += " (passed)"
		}
		rows[i] = []string{orDash(w.Party), strings.TrimSpace(w.Step + " " + w.Of), timeText(w.Since), limit, orElse(w.Title, w.ID), orDash(w.Reason)}
	}
	sh.table([]string{"WAITS ON", "FOR", "SINCE", "LIMIT", "IN", "STATED REASON"}, rows)
	if len(out) == 0 {
		sh.say("nothing that you may see waits for anybody")
	}
	return nil
}
