package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/protected"
)

func newGapsParties(sh *shell) *cobra.Command {
	var party string
	cmd := &cobra.Command{
		Use: "parties", Short: "Say what is missing with each party: what it has not answered, since when, at which echelon", Args: noArgs,
		Example: "  truce gaps parties --data D\n  truce gaps parties --party syria --server https://register.example --key mine.key --json",
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&party, "party", "", "with that party alone")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			gaps, err := r.Gaps(cmd.Context())
			if err != nil {
				return err
			}
			out := []*told.Lack{}
			for _, l := range told.ByParty(gaps) {
				if party == "" || l.Party == party {
					out = append(out, l)
				}
			}
			if sh.json {
				return sh.printJSON(map[string]any{"parties": out})
			}
			sh.lackText(out)
			return nil
		})
	}
	return cmd
}

func (sh *shell) lackText(all []*told.Lack) {
	for _, l := range all {
		sh.printf("%s: %d wait for an answer, %d it was never told of, %d in no pack that it says is in use, %d it objects to\n", l.Party, len(l.Waiting), len(l.NotTold), len(l.NotLoaded), len(l.Objecting))
		var rows [][]string
		for _, x := range l.Waiting {
			since, answered := x.Since, "not at these echelons"
			if x.Unacknowledged {
				answered = "NOTHING"
			}
			rows = append(rows, []string{"  " + x.Subject, timeText(&since), fmt.Sprint(x.Attempts), answered, orDash(strings.Join(x.Echelons, ", "))})
		}
		if rows != nil {
			sh.table([]string{"  WAITS", "SINCE", "ATTEMPTS", "ANSWERED", "SILENT ECHELONS"}, rows)
		}
	}
	if len(all) == 0 {
		sh.say("nothing is missing in what you may see of the telling; that says nothing of how it is used")
	}
}

func newGapsSeen(sh *shell) *cobra.Command {
	var owner string
	cmd := &cobra.Command{
		Use: "seen [SUBJECT…]", Short: "Say who saw your objects, who refused them, and from whom they are withheld",
		Long: `Says of every object of yours which parties were told of it, of which versions, since and until
when, and what they answered first; who objects and why; and which sides were never told, with
where your consent stands. The registrar sees everything that is registered, and says so here.`,
		Example: "  truce gaps seen --server https://register.example --key mine.key\n  truce gaps seen site-… --data D --json", Args: cobra.ArbitraryArgs,
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&owner, "owner", "", "party whose objects are meant, for the registrar")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			all, err := r.Seen(cmd.Context(), owner)
			if err != nil {
				return err
			}
			all, err = seenOf(all, args)
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(map[string]any{"seen": all})
			}
			for _, s := range all {
				sh.seenText(s)
			}
			return nil
		})
	}
	return cmd
}

// seenOf keeps the subjects that were named, in that order; all where none was.
func seenOf(all []*told.Seen, subjects []string) ([]*told.Seen, error) {
	if len(subjects) == 0 {
		return all, nil
	}
	byID := map[string]*told.Seen{}
	for _, s := range all {
		byID[s.ID] = s
	}
	out := []*told.Seen{}
	for _, id := range subjects {
		if byID[id] == nil {
			return nil, noObject("", id)
		}
		out = append(out, byID[id])
	}
	return out, nil
}

func (sh *shell) seenText(s *told.Seen) {
	sh.printf("%s, of %s\n", s.ID, s.Owner)
	rows := make([][]string, 0, len(s.Saw))
	for _, x := range s.Saw {
		var answered []string
		for _, a := range x.Answered {
			at := a.At
			answered = append(answered, levelWord(a.Level)+" "+timeText(&at))
		}
		until := "told still"
		switch {
		case x.Since == nil:
			until = "-"
		case x.Until != nil:
			until = timeText(x.Until)
		}
		rows = append(rows, []string{"  " + x.Party, strings.Join(x.As, ", "), timeText(x.Since), until, fmt.Sprint(len(x.Told)), orDash(strings.Join(answered, ", "))})
	}
	sh.table([]string{"  SAW", "AS", "SINCE", "UNTIL", "TELLINGS", "FIRST ANSWERS"}, rows)
	for _, x := range s.Refused {
		at := x.At
		sh.printf("  REFUSED by %s: %s, %s (entry %d)\n", x.Party, x.Reason, timeText(&at), x.Entry)
	}
	for _, x := range s.Withheld {
		sh.printf("  never told: %s; consent: %s\n", x.Party, x.Consent)
	}
}

// Seen looks through all objects.
func (l *local) Seen(ctx context.Context, owner truce.PartyID) (out []*told.Seen, err error) {
	out = []*told.Seen{}
	err = l.reading(ctx, func(r store.Reader, q *told.Reading) error {
		return l.app.Objects.Each(ctx, r, truce.Now, protected.Filter{Owner: owner}, func(o *protected.Object) error {
			s, err := q.Seen(o)
			out = append(out, s)
			return err
		})
	})
	return out, err
}

// Seen is that of the asker's objects.
func (r *remote) Seen(ctx context.Context, owner truce.PartyID) ([]*told.Seen, error) {
	out := []*told.Seen{}
	for raw, err := range r.Client.Seen(ctx, owner) {
		if err != nil {
			return nil, err
		}
		s := &told.Seen{}
		if err := decode(*raw, s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
