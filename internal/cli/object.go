package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/auth"
)

func newSite(sh *shell) *cobra.Command     { return objectGroup(sh, "site", "sites") }
func newArea(sh *shell) *cobra.Command     { return objectGroup(sh, "area", "areas") }
func newMovement(sh *shell) *cobra.Command { return objectGroup(sh, "movement", "movements") }

// objectGroup are the commands on one kind of protected object.
func objectGroup(sh *shell, kind, many string) *cobra.Command {
	o := objectCommands{sh, kind}
	return group(sh, kind, "Protected "+many+": list, show, history, register, amend, withdraw, revalidate",
		o.eg(`  truce KIND list --data D
  truce KIND show KIND-… --data D
  truce KIND register -f body.json --data D`),
		o.list, o.show, o.history, o.register, o.amend, o.withdraw, o.revalidate)
}

// objectCommands make the commands of one kind: site, area or movement.
type objectCommands struct {
	sh   *shell
	kind string
}

// eg writes an example for the kind.
func (o objectCommands) eg(text string) string { return strings.ReplaceAll(text, "KIND", o.kind) }

// clockFlags are the two times of a question.
type clockFlags struct {
	knownAt int64
	forceAt string
}

func (c *clockFlags) add(cmd *cobra.Command) {
	cmd.Flags().Int64Var(&c.knownAt, "as-known-at", 0, "answer as known when the log had so many entries")
	cmd.Flags().StringVar(&c.forceAt, "in-force-at", "", "time to tell the state for, RFC 3339, or a day for its middle (default now)")
}

func (c *clockFlags) clocks() (clocks, error) {
	out := clocks{knownAt: c.knownAt}
	if c.knownAt < 0 {
		return out, truce.E(truce.CodeUsage, "it is a number of entries, from 1").At("--as-known-at").WithHint("truce log show tells how many there are")
	}
	if c.forceAt != "" {
		from, until, err := parseTime("in-force-at", c.forceAt)
		if err != nil {
			return out, err
		}
		if until.Sub(from) > 3*24*time.Hour {
			return out, truce.E(truce.CodeUsage, "%q is not a day", plain(c.forceAt)).At("--in-force-at").
				WithHint("write a day, or a time such as 2016-08-11T10:00:00+03:00")
		}
		out.forceAt = from.Add(until.Sub(from) / 2) // of a day its middle, at which it is that day nearly everywhere
	}
	return out, nil
}

// parseTime reads an instant or a date; a date is as wide as any zone makes it.
func parseTime(flag, text string) (from, until time.Time, err error) {
	w, err := truce.ParseWhen(text, "")
	if err == nil && w.Precision == truce.Unknown {
		err = truce.E(truce.CodeInvalid, "a time is needed")
	}
	if err == nil {
		from, until, err = w.Span()
	}
	if err != nil {
		return from, until, truce.E(truce.CodeUsage, "%q is not a time", plain(text)).At("--" + flag).
			WithHint("write 2016-08-11T10:00:00+03:00, or 2016-08-11 for a whole day")
	}
	return from, until, nil
}

func (o objectCommands) list(sh *shell) *cobra.Command {
	var at clockFlags
	var part span
	cmd := &cobra.Command{
		Use: "list", Short: "List them, oldest first", Args: noArgs,
		Example: o.eg("  truce KIND list --data D\n  truce KIND list --server https://register.example --key mine.key --json\n" +
			"  truce KIND list --data D --limit 100 --after KIND-…     # the next hundred"),
	}
	w := sh.where(cmd)
	at.add(cmd)
	cmd.Flags().IntVar(&part.limit, "limit", 0, "list so many at most; 0 for all")
	cmd.Flags().StringVar(&part.after, "after", "", "go on behind the object of this id")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		when, err := at.clocks()
		if err := firstOf(err, notNegative("limit", part.limit)); err != nil {
			return err
		}
		return w.do(cmd.Context(), toRead, func(r *register) error { return o.listPart(cmd.Context(), r, when, part) })
	}
	return cmd
}

// listPart lists a part, and says how to go on where there is more.
func (o objectCommands) listPart(ctx context.Context, r *register, when clocks, part span) error {
	more := part
	if part.limit > 0 {
		more.limit++
	}
	list, err := r.Objects(ctx, o.kind, when, more)
	if err != nil {
		return err
	}
	list.cut(part.limit)
	if list.Next != "" {
		o.sh.say("there are more; go on with --after %s", list.Next)
	}
	if o.sh.json {
		return o.sh.printJSON(list)
	}
	o.sh.itemTable(list.Items)
	return nil
}

func (sh *shell) itemTable(items []*item) {
	rows := make([][]string, len(items))
	for i, it := range items {
		c := it.reading()
		rows[i] = []string{it.ID, it.kindOf(c), orDash(string(it.State)), it.remarks(), it.verified(), entryText(it.Entry), orDash(c.Title())}
	}
	sh.table([]string{"ID", "TYPE", "STATE", "REMARKS", "VERIFIED", "ENTRY", "NAME"}, rows)
}

// reading is the content, as far as it can be read; a viewer may see none of it.
func (it *item) reading() *truce.Content {
	c, err := truce.ParseContent(it.Content)
	if err != nil {
		return &truce.Content{}
	}
	return c
}

// kindOf is what kind of thing it is, as far as that is shown: "unspecified" is
// what an owner states, and not what a reader makes of an empty place.
func (it *item) kindOf(c *truce.Content) string {
	if len(it.Content) == 0 {
		return "(withheld)"
	}
	return c.Type()
}

func (it *item) remarks() string {
	var out []string
	if it.Relation == auth.RelationFormer {
		out = append(out, "release ended")
	}
	if it.Contested {
		out = append(out, "contested")
	}
	if it.Status != "" && it.Status != truce.Actual {
		out = append(out, string(it.Status))
	}
	return orDash(strings.Join(out, ","))
}

func (it *item) verified() string {
	switch {
	case it.Verification == nil:
		return "-"
	case it.Verification.Differs:
		return it.Verification.Step + " (a step differs)"
	}
	return it.Verification.Step
}

func (o objectCommands) show(sh *shell) *cobra.Command {
	var at clockFlags
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show one with everything that was said about it",
		Example: o.eg("  truce KIND show KIND-… --data D\n  truce KIND show KIND-… --data D --as-known-at 120 --json"),
		Args:    exactArgs("the id of a " + o.kind),
	}
	w := sh.where(cmd)
	at.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		when, err := at.clocks()
		if err != nil {
			return err
		}
		return answer(cmd.Context(), w, func(r *register) (*item, error) {
			return r.Object(cmd.Context(), o.kind, args[0], when)
		}, sh.showItem)
	}
	return cmd
}

func (o objectCommands) history(sh *shell) *cobra.Command {
	var at clockFlags
	cmd := &cobra.Command{
		Use: "history ID", Short: "List its versions, oldest first",
		Example: o.eg("  truce KIND history KIND-… --data D --json"),
		Args:    exactArgs("the id of a " + o.kind),
	}
	w := sh.where(cmd)
	at.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		when, err := at.clocks()
		if err != nil {
			return err
		}
		return answer(cmd.Context(), w, func(r *register) (*history, error) {
			return r.History(cmd.Context(), o.kind, args[0], when)
		}, sh.showHistory)
	}
	return cmd
}

func (sh *shell) showHistory(h *history) {
	rows := make([][]string, len(h.Versions))
	for i, v := range h.Versions {
		rows[i] = []string{entryText(&v.Entry), timeText(&v.Received), v.Act, orDash(v.By), v.ID}
	}
	sh.table([]string{"ENTRY", "RECEIVED", "ACT", "BY", "STATEMENT"}, rows)
}
