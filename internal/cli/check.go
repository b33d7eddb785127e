package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/geo"
	"truce/holds"
	"truce/internal/check"
	"truce/internal/i18n"
)

// checkFlags are what a check was asked for.
type checkFlags struct {
	at, line, polygon, batch string
	format                   string
	radius                   float64
	time, from, until        string
	knownAt, minEntry        int64
	lang                     string
	exitCode                 bool
	pack, logKey             string // a pack instead of a register; logKey is that of where
	after                    int64
}

func newCheck(sh *shell) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check (--at COORD | --line FILE | --polygon FILE | --batch FILE)",
		Short: "Say what is registered at a place and a time",
		Long: `Says which registered entries concern a place: within --radius metres of a coordinate
in any notation, of a line or of a polygon (GeoJSON). The precision of a coordinate
counts as part of it. An answer names the log entry that it is as of; that nothing is
registered says nothing about the place. With --server the place goes to the server;
with --pack it stays on this machine.

--batch reads many: CSV with a column at, or lat and lon, and optionally radius_m,
time, from, until, id; one JSON object a line; or GeoJSON. Every row is answered with
one line of JSON, in order, with its row number.`,
		Example: `  truce check --data D --at "36.2128, 37.1166" --radius 500
  truce check --data D --at 37SCA3065009240 --time 2016-08-11T10:00:00+03:00 --json
  truce check --data D --batch places.csv > answers.ndjson
  truce check --pack x.pack --at "36.2128, 37.1166" --json`,
		Args: noArgs,
	}
	w := sh.where(cmd)
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := f.check(); err != nil {
			return err
		}
		if f.pack != "" {
			if w.data != "" || w.server != "" {
				return truce.E(truce.CodeUsage, "--pack asks a file and no register").WithHint("leave out --data and --server")
			}
			f.logKey = w.logKey
			return sh.checkPack(cmd.Context(), f)
		}
		w.lang = f.lang
		if w.key != "" && w.server == "" && w.data != "" {
			sh.say("a data folder answers its registrar, who sees all; --key counts with --server")
		}
		return w.do(cmd.Context(), toRead, func(r *register) error {
			if f.batch != "" {
				return sh.checkBatch(cmd.Context(), r, f, nil)
			}
			return sh.checkOne(cmd.Context(), r, f)
		})
	}
	return cmd
}

func (f *checkFlags) add(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.at, "at", "", "a coordinate in any notation; latitude first where nothing says otherwise")
	s.StringVar(&f.line, "line", "", "file of a line as GeoJSON; - for standard input")
	s.StringVar(&f.polygon, "polygon", "", "file of a polygon as GeoJSON; - for standard input")
	s.StringVar(&f.batch, "batch", "", "file of many places; - for standard input")
	s.StringVar(&f.format, "format", "", "form of the batch: csv, ndjson or geojson (default: told by the content)")
	s.Float64Var(&f.radius, "radius", 0, "how near something counts, metres; 0 = it touches")
	s.StringVar(&f.time, "time", "", "time asked about, RFC 3339 or a date (default now)")
	s.StringVar(&f.from, "from", "", "beginning of the period asked about")
	s.StringVar(&f.until, "until", "", "its end")
	s.Int64Var(&f.knownAt, "as-known-at", 0, "answer as known when the log had so many entries")
	s.Int64Var(&f.minEntry, "min-entry", 0, "entry that the answer must know; an older log is exit code 8")
	s.StringVar(&f.lang, "lang", "", "language of the notice: en, ar, ru, fr or uk")
	s.StringVar(&f.pack, "pack", "", "file of a pack to ask instead of a register; no network is used")
	s.Int64Var(&f.after, "after", 0, "with --pack: number of entries that it must know at least; a pack of fewer is exit code 7")
	s.BoolVar(&f.exitCode, "exit-code", false, "exit with 10 when something registered applies: a protection, an agreement in force, an open window")
}

func (f *checkFlags) check() error {
	n := 0
	for _, place := range []string{f.at, f.line, f.polygon, f.batch} {
		if place != "" {
			n++
		}
	}
	switch {
	case n != 1:
		return truce.E(truce.CodeUsage, "one place must be given").WithHint("give --at COORD, --line FILE, --polygon FILE or --batch FILE")
	case f.format != "" && f.batch == "":
		return truce.E(truce.CodeUsage, "--format belongs to --batch").WithHint("leave it out")
	case f.format != "":
		return oneOf("format", batchFormat(f.format), batchCSV, batchNDJSON, batchGeoJSON)
	case f.knownAt < 0:
		return truce.E(truce.CodeUsage, "--as-known-at is a number of entries, from 1").WithHint("truce log show tells how many there are")
	case f.minEntry < 0:
		return truce.E(truce.CodeUsage, "--min-entry is the number of an entry, from 0").WithHint("truce log show lists the newest")
	case !speaks(f.lang):
		return truce.E(truce.CodeUsage, "--lang %q is not spoken here", plain(f.lang)).WithHint("one of %s", join(i18n.Languages()))
	}
	return nil
}

// speaks reports whether notices are written in the language of a tag such as ar
// or ar-SY; no tag means English.
func speaks(tag string) bool {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return base == "" || slices.Contains(i18n.Languages(), i18n.Lang(base))
}

// question is what the flags alone ask; for a batch, what holds for every row.
func (f *checkFlags) question() (question, error) {
	q := question{RadiusM: f.radius, AsKnownAt: f.knownAt, MinEntry: f.minEntry}
	for _, t := range []struct {
		flag, text string
		to         *string
	}{{"time", f.time, &q.Time}, {"from", f.from, &q.From}, {"until", f.until, &q.Until}} {
		if t.text == "" {
			continue
		}
		if _, _, err := parseTime(t.flag, t.text); err != nil {
			return q, err
		}
		*t.to = t.text
	}
	return q, nil
}

func (sh *shell) checkOne(ctx context.Context, r *register, f checkFlags) error {
	q, err := f.question()
	if err != nil {
		return err
	}
	if err := sh.place(&q, f); err != nil {
		return err
	}
	query, slips, err := q.query(i18n.Match(f.lang))
	for _, s := range slips {
		sh.say("note: %s. %s", s.Message, s.Hint)
	}
	if err != nil {
		return err
	}
	res := r.Check(ctx, []check.Query{query})[0]
	if res.Err != nil {
		return res.Err
	}
	if err := sh.showAnswer(answered{Answer: res.Answer, Slips: slips}, i18n.Match(f.lang)); err != nil {
		return err
	}
	return applies(f, applying(res.Answer))
}

// applying counts what is registered and applies: protections, and agreements and
// windows in force or open at the time asked about, whoever has agreed to them.
func applying(a *check.Answer) int {
	agreements, windows := briefs(a)
	return len(a.Protections) + holds.Applying(agreements, windows)
}

// applies ends with 10 where --exit-code asks for it.
func applies(f checkFlags, n int) error {
	if f.exitCode && n > 0 {
		return exitError(truce.ExitApplies)
	}
	return nil
}

// maxShape bounds a file with one shape, in bytes.
const maxShape = 4 << 20

// place reads the place that the flags name into q.
func (sh *shell) place(q *question, f checkFlags) error {
	if f.at != "" {
		q.At = f.at
		return nil
	}
	path, kinds := f.line, []geo.ShapeType{geo.TypeLineString, geo.TypeMultiLineString}
	if f.polygon != "" {
		path, kinds = f.polygon, []geo.ShapeType{geo.TypePolygon, geo.TypeMultiPolygon, geo.TypeCircle}
	}
	data, err := sh.readInput(path, maxShape)
	if err != nil {
		return err
	}
	q.shape, err = oneShape(data, kinds)
	return inFile(path, err)
}

// answered is an answer with what may be wrong with the coordinate as typed.
type answered struct {
	*check.Answer
	Slips []geo.Slip `json:"slips,omitempty"`
}

func (sh *shell) showAnswer(a answered, lang i18n.Lang) error {
	if sh.json {
		return sh.printJSON(a)
	}
	for _, p := range a.Protections {
		sh.protection(p, lang)
	}
	sh.agreedLines(briefs(a.Answer))
	sh.printf("%s\n", a.Notice)
	return nil
}

// batchAnswer is one line of the answer to a batch. It has either an answer or
// an error; an error is never to be read as nothing being there.
type batchAnswer struct {
	Row int             `json:"row"`
	ID  json.RawMessage `json:"id,omitempty"`
	*check.Answer
	Slips []geo.Slip `json:"slips,omitempty"`
	problem
}
