package cli

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
	"truce/internal/ledger"
)

func newLog(sh *shell) *cobra.Command {
	return group(sh, "log", "The log: show, verify, prove, export", `  truce log verify --data D
  truce log prove --data D --entry 3 -o r.proof && truce verify r.proof --log-key D/log.pub`,
		newLogShow, newLogVerify, newLogProve, newLogExport)
}

// logAnswer is the --json form of `truce log show`.
type logAnswer struct {
	head
	Entries []*statementAnswer `json:"entries"`
}

func newLogShow(sh *shell) *cobra.Command {
	var from int64
	var limit int
	cmd := &cobra.Command{
		Use: "show", Short: "Show the head of the log and its newest entries", Args: noArgs,
		Example: "  truce log show --data D\n  truce log show --data D --from 0 --limit 1000 --json",
	}
	w := sh.where(cmd)
	cmd.Flags().Int64Var(&from, "from", -1, "first entry to list (default: the newest ones)")
	cmd.Flags().IntVar(&limit, "limit", 20, "list so many at most")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if limit < 0 || limit > 1_000_000 {
			return truce.E(truce.CodeUsage, "--limit must lie between 0 and 1000000").WithHint("--from goes on behind the last entry shown")
		}
		return w.do(cmd.Context(), toRead, func(r *register) error { return sh.showLog(cmd.Context(), r, from, limit) })
	}
	return cmd
}

func (sh *shell) showLog(ctx context.Context, r *register, from int64, limit int) error {
	h, err := r.head(ctx)
	if err != nil {
		return err
	}
	if from < 0 {
		from = max(0, h.Size-int64(limit))
	}
	entries, err := r.Entries(ctx, from, limit)
	if err != nil {
		return err
	}
	if sh.json {
		if entries == nil {
			entries = []*statementAnswer{}
		}
		return sh.printJSON(logAnswer{h, entries})
	}
	sh.printf("register   %s\nentries    %d\nroot       %s\nlog key    %s\n", h.Origin, h.Size, h.Root, h.LogKey)
	if h.Exercise {
		sh.printf("exercise   nothing in this register is meant\n")
	}
	sh.printf("\n")
	rows := make([][]string, len(entries))
	for i, e := range entries {
		kind := string(e.Kind)
		if kind == "" {
			kind = "(erased)"
		}
		rows[i] = []string{entryText(&e.Entry), timeText(&e.Received), kind, orDash(e.Author), orDash(e.Subject)}
	}
	sh.table([]string{"ENTRY", "RECEIVED", "KIND", "BY", "SUBJECT"}, rows)
	return nil
}

// verifyAnswer is the --json form of `truce log verify`. It holds no times, so
// that a register that did not change gives the same bytes.
type verifyAnswer struct {
	Register    string `json:"register"`
	Size        int64  `json:"size"`
	Root        string `json:"root"`
	Entries     int64  `json:"entries"`     // whose content is there and matches
	Erased      int64  `json:"erased"`      // whose content is gone
	Withheld    int64  `json:"withheld"`    // of a mirror: whose content was not handed over, or in part
	Signatures  int64  `json:"signatures"`  // of parties, that verify
	Tiles       int64  `json:"tiles"`       // stored tiles that match
	Checkpoints int    `json:"checkpoints"` // stored checkpoints that match
	Checkpoint  string `json:"checkpoint"`  // newest signed checkpoint
	Views       string `json:"views"`       // "match"

	Witnessed *witnessedAnswer `json:"witnessed,omitempty"` // with --policy
	OK        bool             `json:"ok"`
}

func newLogVerify(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Work everything out again from the stored entries, and compare",
		Long: `Reads every entry again: commitments, statement ids, signatures, numbers and times,
Merkle tree, checkpoints, the head file, the database file, and the views, which are
replayed beside the register. What does not match is named, with exit code 7. It needs
no passphrase and changes nothing.

Of a server, it verifies that the newest checkpoint is signed by the log and continues
the one that this machine saw last; entries are not read. With --policy the checkpoint
must also be cosigned by the witnesses of the policy.`,
		Example: `  truce log verify --data D
  truce log verify --data D --json
  truce log verify --data M --policy witnesses.policy
  truce log verify --server https://register.example --log-key log.pub`,
		Args: noArgs,
	}
	w := sh.where(cmd)
	var under underPolicy
	under.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := w.choose(); err != nil {
			return err
		}
		if err := under.read(sh); err != nil {
			return err
		}
		if w.server != "" {
			return w.do(cmd.Context(), toRead, func(r *register) error { return sh.verifyHead(cmd.Context(), r, &under) })
		}
		r, err := w.openApp(cmd.Context(), toRead, nil)
		if truce.CodeOf(err) == truce.CodeTampered {
			return sh.locateDamage(cmd.Context(), app.Folder(w.data), err)
		}
		if err != nil {
			return err
		}
		defer r.Close()
		return sh.verifyLog(cmd.Context(), r, &under)
	}
	return cmd
}

// locateDamage looks for what is wrong with a register that does not even open.
func (sh *shell) locateDamage(ctx context.Context, dir app.Folder, refused error) error {
	if _, err := os.Stat(dir.Head()); err != nil {
		return refused // which says what to do without a head
	}
	if e, ok := errors.AsType[*truce.Error](refused); ok && e.Field == ledger.OtherLogKey {
		return refused // nothing can be held against the wrong key
	}
	bar := sh.progress("verifying")
	defer bar.end()
	if err := app.VerifyLog(ctx, dir, bar.of); truce.CodeOf(err) == truce.CodeTampered {
		return evidence(err)
	}
	return refused
}

// evidence says what to do about damage, where the error does not.
func evidence(err error) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok || e.Code != truce.CodeTampered || e.Hint != "" {
		return err
	}
	return e.WithHint("keep the folder as it is, it is evidence; a backup from before is restored with: truce backup restore")
}

func (sh *shell) verifyLog(ctx context.Context, r *app.Register, under *underPolicy) error {
	bar := sh.progress("verifying")
	report, err := r.Ledger.Verify(ctx, bar.of)
	bar.end()
	if err != nil {
		return evidence(err)
	}
	if err := r.VerifyViews(ctx); err != nil {
		return err
	}
	cp := r.ShownHead()
	witnessed, err := under.judge(cp.Note)
	if err != nil {
		return err
	}
	a := verifyAnswer{Register: r.Origin, Size: report.Size, Root: report.Root.String(), Entries: report.Size - report.Erased - report.Withheld,
		Erased: report.Erased, Withheld: report.Withheld, Signatures: report.Signatures, Tiles: report.Tiles, Checkpoints: report.Checkpoints,
		Checkpoint: string(cp.Note), Views: "match", Witnessed: witnessed, OK: true}
	if sh.json {
		return sh.printJSON(a)
	}
	sh.printf("%s: %d entries (%d erased), %d signatures, %d tiles, %d checkpoints and the views match\nroot %s\n",
		a.Register, a.Size, a.Erased, a.Signatures, a.Tiles, a.Checkpoints, a.Root)
	if r.Folder.IsMirror() {
		sh.printf("this is a mirror: it was not handed the content of %d entries, or only a part\n", a.Withheld)
	}
	sh.tellWitnesses(witnessed)
	return nil
}

// headAnswer is the --json form of `truce log verify` of a server.
type headAnswer struct {
	Register   string `json:"register"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Checkpoint string `json:"checkpoint"`
	OK         bool   `json:"ok"`

	Witnessed *witnessedAnswer `json:"witnessed,omitempty"` // with --policy
}

// verifyHead tells of the checkpoint of a server, which the client has verified.
func (sh *shell) verifyHead(ctx context.Context, r *register, under *underPolicy) error {
	h, err := r.head(ctx)
	if err != nil {
		return err
	}
	witnessed, err := under.shown(ctx, r)
	if err != nil {
		return err
	}
	if sh.json {
		return sh.printJSON(headAnswer{h.Origin, h.Size, h.Root, h.Checkpoint, true, witnessed})
	}
	sh.printf("%s: the checkpoint of %d entries is signed by the log and continues what was seen before\nroot %s\n", h.Origin, h.Size, h.Root)
	sh.tellWitnesses(witnessed)
	return nil
}
