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
	time, from, until string
	exitCode          bool
	part              span
	knownAt           int64
	lang              string
	pack              string // a pack instead of a register
	after             int64
}

func (f *nowFlags) add(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.at, "at", "", "a coordinate in any notation (default: everywhere)")
	s.StringVar(&f.line, "line", "", "file of a line as GeoJSON; - for standard input")
	s.StringVar(&f.polygon, "polygon", "", "file of a polygon as GeoJSON; - for standard input")
	s.Float64Var(&f.radius, "radius", 0, "how near an area counts, metres; 0 = it touches")
	f.part.add(cmd, "behind")
	s.StringVar(&f.time, "time", "", "time asked about, RFC 3339, or a date for all of that day (default now)")
	s.StringVar(&f.from, "from", "", "beginning of the period asked about")
	s.StringVar(&f.until, "until", "", "its end")
	s.Int64Var(&f.knownAt, "as-known-at", 0, "answer as known when the log had so many entries")
	s.BoolVar(&f.exitCode, "exit-code", false, "exit with 10 when an agreement, a clause or a window applies, in whichever part of the answer")
	s.StringVar(&f.lang, "lang", "", "language of the notice: en, ar, ru, fr or uk")
	s.StringVar(&f.pack, "pack", "", "file of a pack to ask instead of a register; no network is used")
	s.Int64Var(&f.after, "after", 0, "with --pack: number of entries that it must know at least; a pack of fewer is exit code 7")
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
	case f.part.limit < 0:
		return notNegative("limit", f.part.limit)
	case f.pack != "" && f.part != span{}:
		return truce.E(truce.CodeUsage, "a pack answers with all that it has").WithHint("leave out --limit and --behind")
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

// asked is the question but for its place. A date is all of that day, and what
// applies in any part of it is told.
func (f *nowFlags) asked() (q nowQuery, err error) {
	if q.at, err = (&clockFlags{knownAt: f.knownAt}).clocks(); err != nil {
		return q, err
	}
	var times check.Query
	if err := (&question{Time: f.time, From: f.from, Until: f.until}).times(&times); err != nil {
		return q, err
	}
	if times.From.IsZero() && !times.Until.IsZero() {
		return q, truce.E(truce.CodeUsage, "a period needs a beginning").At("--from").WithHint("give --from and --until, or one --time")
	}
	if q.at.forceAt = times.From; !times.Until.Equal(times.From) {
		q.until = times.Until
	}
	return q, nil
}

func newNow(sh *shell) *cobra.Command {
	var f nowFlags
	cmd := &cobra.Command{
		Use: "now", Short: "Say what holds here, now: agreements, pauses, corridors, who accepted, until when", Args: noArgs,
		Long: `Says which acts are prohibited, under which clause, by whom it was accepted and until
when; which pauses and corridors are open, what they lack, and on whom they wait. What one
side announced and what all sides agreed never look the same. Nothing is in force because
the register says so: it follows from each party's own signed acts.

Of a period (--from, --until, or a date for --time) everything is told that applies at some
instant of it, with the parts of it in which it does.

Without --at it tells of everywhere. With --server the place goes to the server; with --pack
it stays on this machine, and the answer is what the pack knows.`,
		Example: `  truce now --data D --at "36.2128, 37.1166"
  truce now --data D --time 2016-08-11T10:30:00+03:00 --json
  truce now --data D --at "36.2128, 37.1166" --from 2016-08-11T00:00:00+03:00 --until 2016-08-14T00:00:00+03:00
  truce now --pack x.pack --at "36.2128, 37.1166"
  truce now --server https://register.example --key mine.key --as-known-at 120`,
	}
	w := sh.where(cmd)
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		q, err := f.asked()
		if err := firstOf(f.check(), err); err != nil {
			return err
		}
		if f.pack != "" {
			return sh.nowInPack(w, &f, q)
		}
		w.lang = f.lang
		return w.do(cmd.Context(), toRead, func(r *register) error { return sh.now(cmd.Context(), r, &f, q) })
	}
	return cmd
}

// language is that of the notices of answers.
func (w *where) language() i18n.Lang { return i18n.Match(w.lang) }

func (sh *shell) now(ctx context.Context, r *register, f *nowFlags, q nowQuery) error {
	shape, slips, err := f.shape(sh)
	if err != nil {
		return err
	}
	q.shape, q.radiusM, q.part, q.lang = shape, f.radius, f.part, i18n.Match(f.lang)
	a, err := r.Now(ctx, q)
	if err != nil {
		return err
	}
	a.Slips = slips
	if sh.json {
		err = sh.printJSON(a)
	} else {
		sh.printNow(a.Answer)
		sh.goOn("behind", a.Next)
	}
	if err == nil && f.exitCode && a.applies {
		err = exitError(truce.ExitApplies)
	}
	return err
}
