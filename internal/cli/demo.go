package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"truce"
	"truce/geo"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/demo"
	"truce/internal/i18n"
	"truce/internal/obs"
	"truce/internal/store"
	"truce/internal/view/protected"
	"truce/proof"
)

// demoOrigin names the register of the demo.
const demoOrigin = "demo.truce.example/aleppo-2016"

func newDemo(sh *shell) *cobra.Command {
	d := &demonstration{sh: sh}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "A throw-away register with the Aleppo 2016 scenario, served until stopped",
		Long: `Makes a register that is an exercise, puts the Aleppo 2016 scenario into it, shows
what it holds, a check with its answer and a receipt being verified, and then serves
it until stopped. Every entry is marked as an exercise; positions are approximate.`,
		Example: `  truce demo
  truce demo --once               # show and end
  truce demo --keep aleppo        # keep the register in the folder aleppo, for other commands`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkAddr(d.addr); err != nil {
				return err
			}
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&d.once, "once", false, "show, and end without serving")
	cmd.Flags().StringVar(&d.keep, "keep", "", "folder to keep the register in; without it nothing is left behind")
	cmd.Flags().StringVar(&d.addr, "addr", "127.0.0.1:8448", "host:port to serve on; taken ones are left to others")
	return cmd
}

// demonstration is one run of the demo.
type demonstration struct {
	sh         *shell
	once       bool
	keep, addr string
	reg        *app.Register
	played     *demo.Played
}

// run makes the register, shows it and serves it. Ctrl-C is how it ends.
func (d *demonstration) run(ctx context.Context) error {
	folder, remove, err := d.folder()
	if err != nil {
		return err
	}
	defer remove()
	if err := d.make(ctx, folder); err != nil {
		return err
	}
	defer d.reg.Close()
	if err := d.show(ctx, folder); err != nil {
		return err
	}
	if d.once {
		d.nextOnce()
		return nil
	}
	return d.serve(ctx)
}

// nextOnce says what to try with the register that is left behind, or without one.
func (d *demonstration) nextOnce() {
	switch {
	case d.sh.json:
	case d.keep != "":
		d.next(demoKept, "--data "+app.ShellWord(d.keep))
	default:
		d.next(demoGone, "")
	}
}

// demoAnswer is the --json form: what was made, for programs that look on.
type demoAnswer struct {
	Origin   string            `json:"origin"`
	LogKey   string            `json:"logKey"`
	Folder   string            `json:"folder,omitempty"` // with --keep
	Exercise bool              `json:"exercise"`
	Entries  int64             `json:"entries"`
	Objects  map[string]string `json:"objects"` // ids of what the walk shows
}

func (d *demonstration) show(ctx context.Context, folder app.Folder) error {
	if d.sh.json {
		p := d.played
		a := demoAnswer{Origin: demoOrigin, LogKey: d.reg.LogKey, Exercise: true, Entries: d.reg.Ledger.Head().Size,
			Objects: map[string]string{"hospital": p.Hospital, "corrected": p.Corrected, "erased": p.Erased, "convoy": p.Convoy,
				"alarmed": p.Razi, "unanswered": p.Shelter,
				"cessation": p.Cessation, "pause": p.Pause, "corridor": p.Corridor}}
		if d.keep != "" {
			a.Folder = string(folder)
		}
		return d.sh.printJSON(a)
	}
	for _, show := range []func(context.Context) error{d.showHolding, d.showCheck, d.showAgreed, d.showTold, d.showReceipt} {
		if err := show(ctx); err != nil {
			return err
		}
	}
	return nil
}

// folder is the folder that is kept, or a temporary one.
func (d *demonstration) folder() (folder app.Folder, remove func(), err error) {
	if d.keep != "" {
		return app.Folder(d.keep), func() {}, nil
	}
	dir, err := os.MkdirTemp("", "truce-demo-*")
	if err != nil {
		return "", nil, truce.Wrap(truce.CodeUnavailable, err, "no temporary folder can be made")
	}
	return app.Folder(filepath.Join(dir, "register")), func() { os.RemoveAll(dir) }, nil
}

func (d *demonstration) make(ctx context.Context, folder app.Folder) error {
	err := app.Create(ctx, folder, app.Founding{Origin: demoOrigin, Party: demo.Registrar, Name: demo.RegistrarName, Exercise: true}, nil)
	if truce.CodeOf(err) == truce.CodeConflict {
		return truce.E(truce.CodeConflict, "the folder %q is not empty", string(folder)).
			WithHint("name a new folder, or serve the register in it: truce serve --data %s", app.ShellWord(string(folder)))
	}
	if err != nil {
		return err
	}
	if d.reg, err = app.Open(ctx, folder, app.Options{Logger: d.logger()}); err != nil {
		return err
	}
	if d.played, err = demo.Play(ctx, d.reg, nil); err != nil {
		d.reg.Close()
	}
	return err
}

// logger shows requests only where there is something to serve, and only what
// went wrong.
func (d *demonstration) logger() *slog.Logger {
	return obs.NewLogger(d.sh.Err, obs.LogOptions{Level: slog.LevelWarn, Text: true})
}

func (d *demonstration) viewer() auth.Viewer {
	return auth.Viewer{Party: demo.Registrar, Role: truce.RoleRegistrar}
}

// showHolding lists what the register holds, as its registrar sees it.
func (d *demonstration) showHolding(ctx context.Context) error {
	d.sh.printf("EXERCISE: Aleppo, August 2016. Positions are approximate, as publicly reported (200 to 500 m).\n")
	parties, err := d.partyCount(ctx)
	if err != nil {
		return err
	}
	d.sh.printf("\nThe register %s holds %d entries, signed by %d parties:\n\n", demoOrigin, d.reg.Ledger.Head().Size, parties)
	var rows [][]string
	err = d.reg.DB.View(ctx, func(q store.Reader) error {
		return d.reg.Objects.Each(ctx, q, truce.Now, protected.Filter{}, func(o *protected.Object) error {
			row, err := holdingRow(o)
			rows = append(rows, row)
			return err
		})
	})
	if err != nil {
		return err
	}
	d.sh.table([]string{"ENTRY", "KIND", "TYPE", "NAME", "OWNER", "VERIFIED", "RELEASED TO"}, rows)
	d.sh.printf("\nOne clinic was registered and then erased, as its operator feared disclosure: its leaves stay in the log, its content does not.\n")
	return nil
}

func holdingRow(o *protected.Object) ([]string, error) {
	content, err := truce.ParseContent(o.Content.Body)
	if err != nil {
		return nil, err
	}
	released := 0
	for _, g := range o.Releases {
		if g.InForce() {
			released++
		}
	}
	return []string{fmt.Sprint(o.Version.Entry), o.Kind, content.Type(), content.Title(), string(o.Owner), o.Verification().Step,
		fmt.Sprintf("%d parties", released)}, nil
}

// showCheck asks what is registered near the university hospital.
func (d *demonstration) showCheck(ctx context.Context) error {
	const at, radius = "36.2128, 37.1166", 500
	c, err := geo.ParseCoord(at)
	if err != nil {
		return err
	}
	d.sh.printf("\nA check: what is registered within %d m of %s (%s)?\n\n", radius, at, geo.Notations(c.Point)[len(geo.Notations(c.Point))-2].Text)
	answer, err := d.reg.Check.Check(ctx, check.Query{Shape: geo.PointShape(c.Point, 0), RadiusM: radius, Viewer: d.viewer()})
	if err != nil {
		return err
	}
	return d.sh.showAnswer(answered{Answer: answer}, i18n.Match("en"))
}

// showReceipt proves the registration of the hospital with the public key alone.
func (d *demonstration) showReceipt(ctx context.Context) error {
	e, err := d.reg.Ledger.EntryByID(ctx, d.played.Statement)
	if err != nil {
		return err
	}
	r, err := d.reg.Receipt(ctx, e.Number)
	if err != nil {
		return err
	}
	text := r.Marshal()
	d.sh.printf("\nA receipt for entry %d, %d bytes, verified with nothing but the log's public key\n%s:\n\n", e.Number, len(text), d.reg.LogKey)
	v, err := proof.VerifyReceipt(text, d.reg.LogKey)
	if err != nil {
		return err
	}
	return d.sh.showReceipt(answerOf(v))
}

// serve serves until stopped, on the address asked for or on a free port.
func (d *demonstration) serve(ctx context.Context) error {
	o := app.ServeOptions{Addr: d.addr, Version: Version, Ready: func(url string) {
		d.sh.printf("\nServing %s (documentation: %s/docs, log: %s/log/checkpoint). Ctrl-C ends it.\n", url, url, url)
		if d.keep != "" {
			d.sh.printf("The register is in %s; once this has ended: truce site list --data %s\n", d.keep, app.ShellWord(d.keep))
		}
		d.next(demoServed, "--server "+url)
	}}
	err := d.reg.Serve(ctx, o)
	if truce.CodeOf(err) == truce.CodeUnavailable && ctx.Err() == nil {
		d.sh.say("%s is taken; taking a free port", o.Addr)
		o.Addr = "127.0.0.1:0"
		err = d.reg.Serve(ctx, o)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
