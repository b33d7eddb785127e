package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
	"truce/internal/told"
)

func newDesk(sh *shell) *cobra.Command {
	return group(sh, "desk", "Duty desks of a party: list, register, amend, withdraw, test, replay", `  truce desk register -f desk.json --server URL --key mine.key
  truce desk list --data D
  truce desk test desk-… --channel voice --outcome answered --data D`,
		newDeskList, newDeskRegister, newDeskAmend, newDeskWithdraw, newDeskTest, newDeskReplay)
}

func newDeskList(sh *shell) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List duty desks", Args: noArgs, Example: "  truce desk list --data D"}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			desks, err := r.Desks(cmd.Context())
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(map[string]any{"desks": desks})
			}
			sh.deskTable(desks)
			return nil
		})
	}
	return cmd
}

func (sh *shell) deskTable(desks []*deskAnswer) {
	rows := make([][]string, len(desks))
	for i, d := range desks {
		state := "there"
		if d.Withdrawn {
			state = "withdrawn"
		}
		rows[i] = []string{d.ID, d.Party, d.Echelon, orDash(d.Name), state, onDutyText(d), testsText(d.Tests), orDash(answersForText(d)), orDash(d.Parent)}
	}
	sh.table([]string{"ID", "PARTY", "ECHELON", "NAME", "STATE", "ON DUTY", "LINES TRIED", "ANSWERS FOR", "BELOW"}, rows)
}

// answersForText says for what a desk answers; nothing where it is for everything.
func answersForText(d *deskAnswer) string {
	text := strings.Join(d.Kinds, ", ")
	if len(d.Covers) > 0 {
		text = orElse(text, "all kinds") + " in its area"
	}
	return text
}

// onDutyText names who is on duty, or that the roster names nobody just now.
func onDutyText(d *deskAnswer) string {
	if d.Unmanned {
		return "NOBODY"
	}
	return orDash(strings.Join(d.OnDuty, ", "))
}

// testsText is the last test of every line of a desk.
func testsText(tests []told.Test) string {
	var out []string
	for _, t := range tests {
		at := t.At
		out = append(out, fmt.Sprintf("%s %s %s", t.Channel, t.Outcome, timeText(&at)))
	}
	return orDash(strings.Join(out, ", "))
}

func newDeskRegister(sh *shell) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "register -f FILE", Short: "State a duty desk of your party", Args: noArgs,
		Long: `States a duty desk: by role, never by person. The file holds its content as a JSON object;
docs/kinds.md lists the members. Its lines are read by your party and the registrar only.`,
		Example: `  echo '{"name":"Liaison","echelon":"headquarters","channels":[{"kind":"voice","address":"call sign 7"}]}' |
    truce desk register -f - --server URL --key mine.key`,
	}
	w := sh.where(cmd)
	cmd.Flags().StringVarP(&file, "file", "f", "", "file of the content, JSON; - for standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		body, err := sh.deskBody(file)
		if err != nil {
			return err
		}
		return w.say(cmd.Context(), truce.DeskRegister, compose.NewSubject("desk"), body)
	}
	return cmd
}

func (sh *shell) deskBody(file string) (json.RawMessage, error) {
	if err := given("file", file, "desk.json"); err != nil {
		return nil, err
	}
	return sh.readJSON(file)
}

func newDeskAmend(sh *shell) *cobra.Command {
	var file string
	cmd := &cobra.Command{Use: "amend DESK -f FILE", Short: "Replace what is stated of a duty desk",
		Example: "  truce desk amend desk-… -f desk.json --server URL --key mine.key", Args: exactArgs("the id of a desk")}
	w := sh.where(cmd)
	cmd.Flags().StringVarP(&file, "file", "f", "", "file of the content, JSON; - for standard input")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := sh.deskBody(file)
		if err != nil {
			return err
		}
		return w.onDesk(cmd.Context(), args[0], truce.DeskAmend, body)
	}
	return cmd
}

func newDeskWithdraw(sh *shell) *cobra.Command {
	var reason, text string
	cmd := &cobra.Command{Use: "withdraw DESK", Short: "Say that a duty desk is not there any more",
		Example: "  truce desk withdraw desk-… --reason closed --server URL --key mine.key", Args: exactArgs("the id of a desk")}
	w := sh.where(cmd)
	reasonFlags(cmd, &reason, &text, "closed", truce.WithdrawCodes)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := reasonBody(reason, text, truce.WithdrawCodes)
		if err != nil {
			return err
		}
		return w.onDesk(cmd.Context(), args[0], truce.DeskWithdraw, body)
	}
	return cmd
}

// onDesk states something about the newest version of a desk.
func (w *where) onDesk(ctx context.Context, id string, kind truce.Kind, body any) error {
	return w.do(ctx, toWrite, func(r *register) error {
		desks, err := r.Desks(ctx)
		if err != nil {
			return err
		}
		for _, d := range desks {
			if d.ID == id {
				return w.sh.sayIn(ctx, r, kind, id, body, compose.Replaces(d.Version))
			}
		}
		return truce.E(truce.CodeNotFound, "there is no desk %q", plain(id)).WithHint("truce desk list shows the desks")
	})
}

func newDeskTest(sh *shell) *cobra.Command {
	var channel, outcome, at, text string
	cmd := &cobra.Command{Use: "test DESK --channel CHANNEL --outcome OUTCOME", Short: "Record that a line of a desk was tried",
		Example: "  truce desk test desk-… --channel voice --outcome answered --data D", Args: exactArgs("the id of a desk")}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.StringVar(&channel, "channel", "", "one of "+listText(truce.ChannelCodes))
	f.StringVar(&outcome, "outcome", "", "one of "+listText(truce.TestCodes))
	f.StringVar(&at, "at", "", "when, RFC 3339 (default now)")
	f.StringVar(&text, "text", "", "in words")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := firstOf(oneOf("channel", channel, truce.ChannelCodes.List()...), oneOf("outcome", outcome, truce.TestCodes.List()...)); err != nil {
			return err
		}
		when, err := momentFlag("at", at)
		if err != nil {
			return err
		}
		return w.say(cmd.Context(), truce.ContactTest, args[0], withText(map[string]any{"channel": channel, "at": when, "outcome": outcome}, text))
	}
	return cmd
}

// momentFlag reads a time of a flag as a statement holds it; now when it is empty.
func momentFlag(name, text string) (truce.When, error) {
	if text == "" {
		return truce.Instant(clocks{}.force()), nil
	}
	w, err := truce.ParseWhen(text, "")
	if err != nil {
		_, _, err = parseTime(name, text)
	}
	return w, err
}
