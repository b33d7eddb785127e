package cli

import (
	"context"

	"github.com/spf13/cobra"

	"truce"
	"truce/geo"
	"truce/internal/check"
	"truce/internal/i18n"
)

// nowFlags are a question about what holds.
type nowFlags struct {
	at, line, polygon string
	radius            float64
	time              string
	knownAt           int64
	lang              string
}

func (f *nowFlags) add(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.at, "at", "", "a coordinate in any notation (default: everywhere)")
	s.StringVar(&f.line, "line", "", "file of a line as GeoJSON; - for standard input")
	s.StringVar(&f.polygon, "polygon", "", "file of a polygon as GeoJSON; - for standard input")
	s.Float64Var(&f.radius, "radius", 0, "how near an area counts, metres; 0 = it touches")
	s.StringVar(&f.time, "time", "", "time asked about, RFC 3339 (default now)")
	s.Int64Var(&f.knownAt, "as-known-at", 0, "answer as known when the log had so many entries")
	s.StringVar(&f.lang, "lang", "", "language of the notice: en, ar, ru, fr or uk")
}

func (f *nowFlags) check() error {
	n := 0
	for _, place := range []string{f.at, f.line, f.polygon} {
		if place != "" {
			n++
		}
	}
	switch {
	case n > 1:
		return truce.E(truce.CodeUsage, "one place can be asked about").WithHint("give --at, --line or --polygon")
	case n == 0 && f.radius != 0:
		return truce.E(truce.CodeUsage, "--radius belongs to a place").WithHint("give --at COORD too")
	case !speaks(f.lang):
		return truce.E(truce.CodeUsage, "--lang %q is not spoken here", plain(f.lang)).WithHint("one of %s", join(i18n.Languages()))
	}
	return nil
}

// shape is the place, the zero Shape for everywhere.
func (f *nowFlags) shape(sh *shell) (geo.Shape, []geo.Slip, error) {
	if f.at+f.line+f.polygon == "" {
		return geo.Shape{}, nil, nil
	}
	var q question
	if err := sh.place(&q, checkFlags{at: f.at, line: f.line, polygon: f.polygon}); err != nil {
		return geo.Shape{}, nil, err
	}
	var out check.Query
	slips, err := q.place(&out)
	for _, s := range slips {
		sh.say("note: %s. %s", s.Message, s.Hint)
	}
	return out.Shape, slips, err
}

func (f *nowFlags) clocks() (clocks, error) {
	at := clockFlags{knownAt: f.knownAt, forceAt: f.time}
	return at.clocks()
}

func newNow(sh *shell) *cobra.Command {
	var f nowFlags
	cmd := &cobra.Command{
		Use: "now", Short: "Say what holds here, now: agreements, pauses, corridors, who accepted, until when", Args: noArgs,
		Long: `Says which acts are prohibited, under which clause, by whom it was accepted and until
when; which pauses and corridors are open, what they lack, and on whom they wait. What one
side announced and what all sides agreed never look the same. Nothing is in force because
the register says so: it follows from each party's own signed acts.

Without --at it tells of everywhere. With --server the place goes to the server.`,
		Example: `  truce now --data D --at "36.2128, 37.1166"
  truce now --data D --time 2016-08-11T10:30:00+03:00 --json
  truce now --server https://register.example --key mine.key --as-known-at 120`,
	}
	w := sh.where(cmd)
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		at, err := f.clocks()
		if err := firstOf(f.check(), err); err != nil {
			return err
		}
		w.lang = f.lang
		return w.do(cmd.Context(), toRead, func(r *register) error { return sh.now(cmd.Context(), r, &f, at) })
	}
	return cmd
}

// language is that of the notices of answers.
func (w *where) language() i18n.Lang { return i18n.Match(w.lang) }

func (sh *shell) now(ctx context.Context, r *register, f *nowFlags, at clocks) error {
	shape, slips, err := f.shape(sh)
	if err != nil {
		return err
	}
	a, err := r.Now(ctx, shape, f.radius, at)
	if err != nil {
		return err
	}
	a.Slips = slips
	if sh.json {
		return sh.printJSON(a)
	}
	sh.printNow(a)
	return nil
}
