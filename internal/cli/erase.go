package cli

import (
	"bufio"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
)

func newErase(sh *shell) *cobra.Command {
	var reason string
	var yes bool
	cmd := &cobra.Command{
		Use:   "erase SUBJECT --reason REASON",
		Short: "Erase the content of everything said about an object; it cannot be undone",
		Long: `Erases the content of every entry about an object, where it puts somebody at risk. What
stays, for ever, is that the entries were there, when, and that they were erased by whom and
why. Copies that others hold are not reached. To take an object back and keep its
record, withdraw it instead.`,
		Example: `  truce erase site-… --reason operator-risk --data D
  truce erase site-… --reason personal-data --yes --data D`,
		Args: exactArgs("the id of an object"),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&reason, "reason", "", "one of "+listText(truce.EraseCodes))
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask for the id to be typed again")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("reason", reason, truce.EraseCodes.List()...); err != nil {
			return err
		}
		if object := truce.AgreementObject(args[0]); object != "" {
			return w.eraseAgreed(cmd.Context(), object, args[0], reason, yes)
		}
		return w.erase(cmd.Context(), args[0], reason, yes)
	}
	return cmd
}

// eraseAgreed erases an agreement or window; its parties and its audience are told.
func (w *where) eraseAgreed(ctx context.Context, object, subject, reason string, yes bool) error {
	return w.do(ctx, toWrite, func(r *register) error {
		a, err := r.Agreed(ctx, object, subject, clocks{})
		if err != nil {
			return err
		}
		if !yes {
			if err := w.sh.confirm("this erases "+subject+" for ever", subject); err != nil {
				return err
			}
		}
		to := append([]string{"party:" + a.owner()}, a.Audience...)
		for _, p := range a.parties() {
			if p.Party != "" {
				to = append(to, "party:"+p.Party)
			}
		}
		slices.Sort(to)
		return w.sh.sayIn(ctx, r, truce.EraseContent, subject, map[string]any{"reason": reason}, compose.To(slices.Compact(to)...), a.sameStatus())
	})
}

func (w *where) erase(ctx context.Context, subject, reason string, yes bool) error {
	return w.about(ctx, "", subject, func(r *register, it *item) error {
		if !yes {
			if err := w.sh.confirm("this erases "+subject+" for ever", subject); err != nil {
				return err
			}
		}
		opts := []compose.Option{it.sameStatus()}
		if it.Owner != "" {
			opts = append(opts, compose.To("party:"+it.Owner)) // who owned it is told, whoever erases it
		}
		for _, g := range it.Releases {
			if g.Ended == nil {
				opts = append(opts, compose.To("party:"+g.Recipient)) // so is who was told of it
			}
		}
		return w.sh.sayIn(ctx, r, truce.EraseContent, subject, map[string]any{"reason": reason}, opts...)
	})
}

// confirm has a person type a word, on a terminal.
func (sh *shell) confirm(what, word string) error {
	if sh.terminal() == nil {
		return truce.E(truce.CodeUsage, "%s, and there is no terminal to ask on", plain(what)).WithHint("give --yes")
	}
	sh.printErr("%s. Type %s to go on: ", what, word)
	line, _ := bufio.NewReader(sh.In).ReadString('\n')
	if strings.TrimSpace(line) != word {
		return truce.E(truce.CodeUsage, "not confirmed; nothing was done")
	}
	return nil
}
