package cli

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/auth"
	"truce/internal/compose"
)

// frameFlags are the members of a statement that a person may choose.
type frameFlags struct {
	lang     string
	audience []string
}

func (f *frameFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.lang, "lang", "", "language of the texts, BCP 47")
	cmd.Flags().StringSliceVar(&f.audience, "audience", nil, "who may read it besides owner and registrar: public, role:ROLE, party:ID")
}

// check tells of an audience that is not formed right, before anything is signed.
func (f *frameFlags) check() error { return truce.Audience(f.audience).Check() }

func (f *frameFlags) options() []compose.Option {
	opts := []compose.Option{compose.To(f.audience...)}
	if f.lang != "" {
		opts = append(opts, compose.Lang(f.lang))
	}
	return opts
}

func (o objectCommands) register(sh *shell) *cobra.Command {
	var frame frameFlags
	var file, id string
	cmd := &cobra.Command{
		Use:   "register -f FILE",
		Short: "Register one from the JSON of its content",
		Long: o.eg(`Registers a KIND. The file holds its content as a JSON object; docs/kinds.md lists
the members. Many at once are registered from a list with: truce import.`),
		Example: o.eg("  truce KIND register -f body.json --data D\n  truce KIND register -f - --audience party:msf --data D < body.json"),
		Args:    noArgs,
	}
	w := sh.where(cmd)
	frame.add(cmd)
	cmd.Flags().StringVarP(&file, "file", "f", "", "file of the content, JSON; - for standard input")
	cmd.Flags().StringVar(&id, "id", "", "id to give it (default: a fresh random one)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		body, err := o.content("register", file)
		if err != nil {
			return err
		}
		if id == "" {
			id = compose.NewSubject(o.kind)
		}
		return w.say(cmd.Context(), o.act("register"), id, body, frame.options()...)
	}
	return cmd
}

func (o objectCommands) act(act string) truce.Kind { return truce.Kind(o.kind + "." + act) }

// content reads the body of a register or amend out of a file.
func (o objectCommands) content(act, file string) (json.RawMessage, error) {
	if err := given("file", file, "body.json"); err != nil {
		return nil, err
	}
	body, err := o.sh.readJSON(file)
	if err != nil {
		return nil, err
	}
	if hidden := auth.Withheld(o.act(act), body); len(hidden) > 0 {
		o.sh.say("%s: recipients are told of the rest, and hold no copy with your signature; docs/formats.md says what they can prove", strings.Join(hidden, ", "))
	}
	return body, inFile(file, o.sh.agreesWithEntered(o.act(act), body))
}

func (o objectCommands) amend(sh *shell) *cobra.Command {
	var frame frameFlags
	var file, replaces string
	cmd := &cobra.Command{
		Use:   "amend ID -f FILE",
		Short: "Replace its content; the whole of it, not a part",
		Example: o.eg(`  truce KIND show KIND-… --data D --json | jq .content > body.json
  truce KIND amend KIND-… -f body.json --data D`),
		Args: exactArgs("the id of a " + o.kind),
	}
	w := sh.where(cmd)
	frame.add(cmd)
	cmd.Flags().StringVarP(&file, "file", "f", "", "file of the new content, JSON; - for standard input")
	replacesFlag(cmd, &replaces)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := o.content("amend", file)
		if err != nil {
			return err
		}
		return o.change(cmd, w, args[0], "amend", replaces, body, frame)
	}
	return cmd
}

func replacesFlag(cmd *cobra.Command, replaces *string) {
	cmd.Flags().StringVar(replaces, "replaces", "", "statement id of the version you looked at; a newer one is then a conflict (default: the newest)")
}

// change amends, withdraws or revalidates. Who may read the object stays as it
// was where nothing else is said.
func (o objectCommands) change(cmd *cobra.Command, w *where, id, act, replaces string, body any, frame frameFlags) error {
	return w.about(cmd.Context(), o.kind, id, func(r *register, it *item) error {
		if replaces == "" {
			replaces = it.Version
		}
		if !cmd.Flags().Changed("audience") {
			frame.audience = it.Audience
		}
		opts := append(frame.options(), compose.Replaces(replaces), it.sameStatus())
		return w.sh.sayIn(cmd.Context(), r, o.act(act), id, body, opts...)
	})
}

// sameStatus gives a statement about an object the status of the object: an
// exercise is not told of as if it were meant, nor the other way round.
func (it *item) sameStatus() compose.Option {
	return func(s *truce.Statement) {
		if it.Status != "" {
			s.Status = it.Status
		}
	}
}

// about opens the register to state something about an object, which is read first.
func (w *where) about(ctx context.Context, kind, id string, fn func(*register, *item) error) error {
	return w.do(ctx, toWrite, func(r *register) error {
		it, err := r.Object(ctx, kind, id, clocks{})
		if err != nil {
			return err
		}
		return fn(r, it)
	})
}

func (o objectCommands) withdraw(sh *shell) *cobra.Command {
	var reason, text, replaces string
	cmd := &cobra.Command{
		Use: "withdraw ID --reason REASON", Short: "Withdraw it; it stays visible as withdrawn",
		Example: o.eg("  truce KIND withdraw KIND-… --reason closed --data D"),
		Args:    exactArgs("the id of a " + o.kind),
	}
	w := sh.where(cmd)
	reasonFlags(cmd, &reason, &text, "", truce.WithdrawCodes)
	replacesFlag(cmd, &replaces)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := reasonBody(reason, text, truce.WithdrawCodes)
		if err != nil {
			return err
		}
		return o.change(cmd, w, args[0], "withdraw", replaces, body, frameFlags{})
	}
	return cmd
}

func (o objectCommands) revalidate(sh *shell) *cobra.Command {
	var until, text, replaces string
	cmd := &cobra.Command{
		Use: "revalidate ID --until DATE", Short: "Say that its content still holds, and until when",
		Example: o.eg("  truce KIND revalidate KIND-… --until 2027-01-31 --data D"),
		Args:    exactArgs("the id of a " + o.kind),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&until, "until", "", "date or time after which it is marked as stale")
	cmd.Flags().StringVar(&text, "text", "", "how it was found out")
	replacesFlag(cmd, &replaces)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := given("until", until, "2027-01-31"); err != nil {
			return err
		}
		if _, _, err := parseTime("until", until); err != nil {
			return err
		}
		body := withText(map[string]any{"revalidateBy": until}, text)
		return o.change(cmd, w, args[0], "revalidate", replaces, body, frameFlags{})
	}
	return cmd
}
