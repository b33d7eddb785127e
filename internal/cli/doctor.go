package cli

import (
	"context"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
)

// finding is what one look at a register found.
type finding struct {
	Look    string `json:"look"`  // what was looked at
	State   string `json:"state"` // ok, note or fault
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Code    string `json:"code,omitempty"` // of a fault
}

// The states of a finding.
const (
	findOK    = "ok"
	findNote  = "note"
	findFault = "fault"
)

// doctorAnswer is the --json form of `truce doctor`.
type doctorAnswer struct {
	Folder   string    `json:"folder"`
	Findings []finding `json:"findings"`
	OK       bool      `json:"ok"`
}

func newDoctor(sh *shell) *cobra.Command {
	var quick, acceptHead bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with a register, and what to do",
		Long: `Looks at the folder, its permissions and files, the keys, the lock, the head against
the database, the views, the clock and the disk, and says of each what is wrong and what
to do. It changes nothing. truce log verify looks at every entry as well.

The head file is what tells an older copy of the database from the newest. Where it is
gone and you know why, --accept-missing-head signs a new one from the database as it is.`,
		Example: "  truce doctor --data D\n  truce doctor --data D --json",
		Args:    noArgs,
	}
	w := sh.dataFlags(cmd)
	cmd.Flags().BoolVar(&quick, "quick", false, "leave out the replay of the views, which takes long for a large register")
	cmd.Flags().BoolVar(&acceptHead, "accept-missing-head", false, "sign a new head file from the database as it is")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if w.data == "" {
			w.data = sh.Env("TRUCE_DATA")
		}
		if err := given("data", w.data, "D"); err != nil {
			return err
		}
		if acceptHead {
			if err := w.acceptHead(cmd.Context()); err != nil {
				return err
			}
		}
		d := &doctor{where: w, dir: app.Folder(w.data), quick: quick}
		d.examine(cmd.Context())
		return d.report()
	}
	return cmd
}

// acceptHead opens the register for writing once, which makes the head.
func (w *where) acceptHead(ctx context.Context) error {
	r, err := app.Open(ctx, app.Folder(w.data), app.Options{Ask: w.pass.of(w.data), AcceptMissingHead: true})
	if err != nil {
		return err
	}
	return r.Close()
}

// doctor looks at one register and gathers findings.
type doctor struct {
	*where
	dir      app.Folder
	quick    bool
	findings []finding
	worst    error
}

func (d *doctor) add(f finding) { d.findings = append(d.findings, f) }

func (d *doctor) ok(look, message string) {
	d.add(finding{Look: look, State: findOK, Message: message})
}

func (d *doctor) note(look, message, hint string) {
	d.add(finding{Look: look, State: findNote, Message: message, Hint: hint})
}

// fault takes note of an error, and reports whether there is one.
func (d *doctor) fault(look string, err error) bool {
	if err == nil {
		return false
	}
	code := truce.CodeOf(err)
	d.add(finding{look, findFault, err.Error(), truce.HintOf(err), string(code)})
	if d.worst == nil || worse(code, truce.CodeOf(d.worst)) {
		d.worst = err
	}
	return true
}

// worse puts evidence of tampering before everything else, and the rest by exit code.
func worse(a, b truce.Code) bool {
	if (a == truce.CodeTampered) != (b == truce.CodeTampered) {
		return a == truce.CodeTampered
	}
	return a.Exit() > b.Exit()
}

// report prints the findings; the exit code is that of the worst.
func (d *doctor) report() error {
	if d.sh.json {
		if err := d.sh.printJSON(doctorAnswer{string(d.dir), d.findings, d.worst == nil}); err != nil {
			return err
		}
	} else {
		for _, f := range d.findings {
			d.sh.printf("%-6s %-12s %s\n", f.State, f.Look, f.Message)
			if f.Hint != "" {
				d.sh.printf("%19s → %s\n", "", f.Hint)
			}
		}
	}
	if d.worst == nil {
		return nil
	}
	faults := 0
	for _, f := range d.findings {
		if f.State == findFault {
			faults++
		}
	}
	return truce.E(truce.CodeOf(d.worst), "%d of %d findings are faults", faults, len(d.findings)).
		WithHint("the findings above say what to do")
}
