package cli

import (
	"context"

	"github.com/spf13/cobra"

	"truce"
)

func newChallenge(sh *shell) *cobra.Command {
	return group(sh, "challenge", "Challenges of entries: open, answer, close, list", `  truce challenge open site-… --reason wrong-position --text "400 m to the east" --data D
  truce challenge list --data D`,
		newChallengeOpen, newChallengeAnswer, newChallengeClose, newChallengeList)
}

func newChallengeOpen(sh *shell) *cobra.Command {
	var reason, text string
	cmd := &cobra.Command{
		Use:   "open SUBJECT --reason REASON --text TEXT",
		Short: "Contest an object; it stays shown, as contested",
		Long: `Contests the newest version of an object that you can see. It goes on counting in
every check, and is marked as contested until the challenge is closed.`,
		Example: `  truce challenge open site-… --reason wrong-position --text "400 m to the east" --data D`,
		Args:    exactArgs("the id of an object"),
	}
	w := sh.where(cmd)
	reasonFlags(cmd, &reason, &text, "", truce.ChallengeCodes)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := reasonBody(reason, text, truce.ChallengeCodes)
		if err := firstOf(err, given("text", text, `"what is wrong"`)); err != nil {
			return err
		}
		return w.about(cmd.Context(), "", args[0], func(r *register, it *item) error {
			body["version"] = it.Version
			return sh.sayIn(cmd.Context(), r, truce.ChallengeOpen, it.ID, body, it.sameStatus())
		})
	}
	return cmd
}

func newChallengeAnswer(sh *shell) *cobra.Command {
	var text string
	cmd := &cobra.Command{
		Use: "answer CHALLENGE --text TEXT", Short: "Answer a challenge of your object",
		Example: `  truce challenge answer 3f… --text "measured again by GPS" --data D`,
		Args:    exactArgs("the statement id of a challenge"),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&text, "text", "", "the answer")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := given("text", text, `"the answer"`); err != nil {
			return err
		}
		return w.reply(cmd.Context(), truce.ChallengeAnswer, args[0], map[string]any{"text": text})
	}
	return cmd
}

func newChallengeClose(sh *shell) *cobra.Command {
	var outcome, text string
	cmd := &cobra.Command{
		Use: "close CHALLENGE --outcome OUTCOME", Short: "Close a challenge; its author may retract it, the registrar decides",
		Example: `  truce challenge close 3f… --outcome corrected --data D
  truce challenge close 3f… --outcome unable-to-rule --text "no source could be reached" --data D`,
		Args: exactArgs("the statement id of a challenge"),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&outcome, "outcome", "", "one of "+listText(truce.ChallengeOutcomes))
	cmd.Flags().StringVar(&text, "text", "", "reasons")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("outcome", outcome, truce.ChallengeOutcomes.List()...); err != nil {
			return err
		}
		return w.reply(cmd.Context(), truce.ChallengeClose, args[0], withText(map[string]any{"outcome": outcome}, text))
	}
	return cmd
}

// reply states something about a challenge, whose statement says which object
// it is about.
func (w *where) reply(ctx context.Context, kind truce.Kind, challenge string, body map[string]any) error {
	if !truce.IsStatementID(challenge) {
		return truce.E(truce.CodeUsage, "%q is not a statement id", plain(challenge)).
			WithHint("64 hex digits; truce challenge list shows them")
	}
	return w.do(ctx, toWrite, func(r *register) error {
		s, err := r.Statement(ctx, challenge)
		if err != nil {
			return err
		}
		if s.Kind != truce.ChallengeOpen {
			return truce.E(truce.CodeNotFound, "statement %s is not a challenge but %s", challenge[:12]+"…", s.Kind).
				WithHint("truce challenge list shows the challenges")
		}
		it, err := r.Object(ctx, "", s.Subject, clocks{})
		if err != nil {
			return err
		}
		body["challenge"] = challenge
		return w.sh.sayIn(ctx, r, kind, s.Subject, body, it.sameStatus())
	})
}

// contested is one challenge in a list, with the object that it contests.
type contested struct {
	Subject string `json:"subject"`
	Object  string `json:"object"`
	contest
}

func newChallengeList(sh *shell) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use: "list [SUBJECT]", Short: "List the challenges that are open, of one object or of all",
		Example: "  truce challenge list --data D\n  truce challenge list site-… --all --data D --json",
		Args:    mostArgs(1, "the id of one object"),
	}
	w := sh.where(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "closed ones too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			items, err := r.contestedItems(cmd.Context(), args)
			if err != nil {
				return err
			}
			return sh.listChallenges(items, all)
		})
	}
	return cmd
}

func (r *register) contestedItems(ctx context.Context, subjects []string) ([]*item, error) {
	if len(subjects) == 1 {
		it, err := r.Object(ctx, "", subjects[0], clocks{})
		return []*item{it}, err
	}
	var out []*item
	for _, kind := range []string{"site", "area", "movement"} {
		list, err := r.Objects(ctx, kind, clocks{}, span{})
		if err != nil {
			return nil, err
		}
		out = append(out, list.Items...)
	}
	return out, nil
}

func (sh *shell) listChallenges(items []*item, all bool) error {
	list, rows := []contested{}, [][]string{}
	for _, it := range items {
		for _, c := range it.Challenges {
			if c.Closed != nil && !all {
				continue
			}
			list = append(list, contested{it.ID, it.Object, c})
			rows = append(rows, []string{it.ID, c.Reason, orDash(c.By), orDash(c.Outcome), entryText(&c.Entry), c.ID})
		}
	}
	if sh.json {
		return sh.printJSON(map[string]any{"challenges": list})
	}
	sh.table([]string{"OBJECT", "REASON", "BY", "OUTCOME", "ENTRY", "STATEMENT"}, rows)
	return nil
}
