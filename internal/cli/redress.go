package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/api"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/internal/view/inbox"
)

func newDeskReplay(sh *shell) *cobra.Command {
	var channel, why string
	after := int64(-1)
	cmd := &cobra.Command{
		Use: "replay DESK --channel CHANNEL --after ENTRY --why TEXT", Short: "Have a desk told again what is behind an entry",
		Long: `Has what a party was told behind an entry sent again over a line of one of its desks, under the
delivery ids that it had: a reader that kept them counts nothing twice. For the desk's own party
and the registrar. The request stands in the log with its reason; with --data it is sent when the
register is served with --tell.`,
		Example: `  truce desk replay desk-… --channel webhook --after 120 --why "our disk was lost" --server URL --key mine.key
  truce desk replay desk-… --channel file --after 0 --why "the stick was lost" --data D`, Args: exactArgs("the id of a desk"),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&channel, "channel", "", "line of the desk, one of "+strings.Join(api.SentOver, ", "))
	cmd.Flags().Int64Var(&after, "after", -1, "entry; what was told behind it is sent again")
	cmd.Flags().StringVar(&why, "why", "", "the reason, in words")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := firstOf(oneOf("channel", channel, api.SentOver...), given("why", why, `"our disk was lost"`)); err != nil {
			return err
		}
		if after < 0 {
			return truce.E(truce.CodeUsage, "behind which entry?").At("--after").WithHint("entries are counted from 0; --after 0 sends all of it")
		}
		return w.do(cmd.Context(), toWrite, func(r *register) error {
			a, err := r.Replay(cmd.Context(), api.Replay{Desk: args[0], Channel: channel, After: after, Why: why})
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(a)
			}
			sh.printf("what %s was told behind entry %d is sent again to %s (%s); in the log: %s\n", a.Party, a.After, a.Desk, a.Channel, a.Why)
			return nil
		})
	}
	return cmd
}

// Replay states it as the registrar, who alone records deliveries.
func (l *local) Replay(ctx context.Context, q api.Replay) (*api.ReplayAnswer, error) {
	desks, err := l.Desks(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(desks, func(d *deskAnswer) bool { return d.ID == q.Desk && !d.Withdrawn })
	switch {
	case i < 0:
		return nil, truce.E(truce.CodeNotFound, "there is no desk %q", plain(q.Desk)).WithHint("truce desk list shows the desks")
	case !slices.ContainsFunc(desks[i].Channels, func(c inbox.Channel) bool { return c.Kind == q.Channel }):
		return nil, truce.E(truce.CodeInvalid, "the desk has no such line").At("--channel").WithHint("truce desk list --json shows its lines")
	case q.After >= l.app.Ledger.Head().Size:
		return nil, truce.E(truce.CodeInvalid, "the log has %d entries", l.app.Ledger.Head().Size).At("--after").WithHint("entries are counted from 0")
	}
	author, signer, err := l.Acting(ctx)
	if err != nil {
		return nil, err
	}
	q.Party, q.Why = desks[i].Party, "asked for by "+author+": "+q.Why
	h, err := l.head(ctx)
	if err != nil {
		return nil, err
	}
	p := pen{h.Origin, author, signer, h.frame()}
	e, err := p.sign(truce.DeliveryRecord, q.Party, app.ReplayRecord(q))
	if err != nil {
		return nil, err
	}
	if res := l.Submit(ctx, [][]byte{e.JSON()})[0]; res.Err != nil {
		return nil, res.Err
	}
	return &api.ReplayAnswer{Desk: q.Desk, Party: q.Party, Channel: q.Channel, After: q.After, Why: q.Why}, nil
}

// Replay asks the server, which records it.
func (r *remote) Replay(ctx context.Context, q api.Replay) (*api.ReplayAnswer, error) {
	raw, err := r.Client.Replay(ctx, q.Desk, q.Channel, q.After, q.Why)
	if err != nil {
		return nil, err
	}
	a := &api.ReplayAnswer{}
	return a, decode(raw, a)
}

// Contested compares at once, where the registrar's key can be used.
func (l *local) Contested(ctx context.Context, subject string, entry int64) (bool, error) {
	if err := l.app.ReadBack(ctx, entry); err != nil {
		return false, err
	}
	it, err := l.Object(ctx, "", subject, clocks{})
	return err == nil && it.Contested, err
}

// contestWait is how long is waited until a server has compared what was read back.
const contestWait = 3 * time.Second

// Contested waits a moment until the server has compared.
func (r *remote) Contested(ctx context.Context, subject string, _ int64) (bool, error) {
	for end := time.Now().Add(contestWait); ; {
		it, err := r.Object(ctx, "", subject, clocks{})
		if err != nil || it.Contested || time.Now().After(end) {
			return err == nil && it.Contested, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(contestWait / 20):
		}
	}
}

// asTold gives an acknowledgement the status of what told of it: an exercise is not
// answered as if it were meant, also in a register that is meant.
func (r *register) asTold(ctx context.Context, ref string) (compose.Option, error) {
	s, err := r.Statement(ctx, ref)
	if err != nil {
		return nil, err
	}
	return (&item{Status: s.Status}).sameStatus(), nil
}
