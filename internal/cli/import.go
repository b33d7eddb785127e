package cli

import (
	"github.com/spf13/cobra"

	"truce"
	"truce/internal/tabular"
)

// importFlags are what a list cannot say itself, and what is to become of it.
type importFlags struct {
	source  tabular.Options
	options tabular.ImportOptions
	frame   frameFlags
	near    string
	delim   string
	set     map[string]string
	dryRun  bool
	rejects string
	noCopy  bool
}

func newImport(sh *shell) *cobra.Command {
	f := importFlags{set: map[string]string{}}
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Register what stands in lists: CSV, XLSX, GeoJSON, KML, KMZ, GPX",
		Long: `Reads lists and registers a site (or area, or movement) for each row. Columns are
recognised by their headings in several languages and by HXL tags, or mapped with
--map. A row with an error is told with its column and what would be right, and keeps
no other row from being registered; a copy of such rows, with the errors in a last
column, is written beside the file, to be corrected and imported again. Importing the
same list again changes nothing; what was changed in it amends what is registered.`,
		Example: `  truce import --data D sites.csv --dry-run
  truce import --data D sites.csv --json
  truce import --data D sites.xlsx --sheet Hospitals --map "Koordinate=coord" --near "36.2, 37.15" --radius 60000`,
		Args: someArgs("file"),
	}
	w := sh.where(cmd)
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.ready(args); err != nil {
			return err
		}
		n := toWrite
		if f.dryRun {
			n = toRead
		}
		return w.do(cmd.Context(), n, func(r *register) error { return sh.importFiles(cmd.Context(), r, args, f) })
	}
	return cmd
}

func (f *importFlags) add(cmd *cobra.Command) {
	s := cmd.Flags()
	s.BoolVar(&f.dryRun, "dry-run", false, "say what would be done, and do nothing")
	s.StringVar(&f.options.Object, "object", "site", "what a row is: site, area or movement")
	s.StringArrayVar(&f.options.Map, "map", nil, `what a column is: "heading=field", or "heading=-" to leave it out; may be given again`)
	s.StringToStringVar(&f.set, "set", nil, "value of a field for rows that give none: mode=land")
	s.StringVar(&f.source.Sheet, "sheet", "", "sheet of a workbook (default: the first that holds data)")
	s.IntVar(&f.source.HeaderRow, "header-row", 0, "row that names the columns, the first being 1")
	s.StringVar(&f.source.Charset, "encoding", "", "of a CSV file: utf-8, utf-16le, utf-16be, windows-1252, windows-1256, windows-1251")
	s.StringVar(&f.delim, "delimiter", "", "of a CSV file: , ; | or tab (default: found in the header)")
	s.StringVar(&f.near, "near", "", "middle of the area where the places ought to be, in any notation")
	s.Float64Var(&f.options.RadiusM, "radius", 0, "radius of that area, metres; a row outside of it is an error")
	s.StringVar(&f.options.Zone, "zone", "", "time zone of dates and times that name none: Asia/Damascus")
	s.Float64Var(&f.options.DuplicateM, "duplicates-within", tabular.DefaultDuplicateM, "metres within which entries are compared as duplicates; -1 for not at all")
	s.BoolVar(&f.options.TakeBroken, "take-broken", false, "take the rows before the place where a file breaks off")
	s.StringVar(&f.rejects, "rejects", "", "file for the copy of the rejected rows (default: FILE.rejects.csv beside the list)")
	s.BoolVar(&f.noCopy, "no-rejects", false, "write no copy of the rejected rows")
	f.frame.add(cmd)
}

// ready checks what can be checked before anything is opened.
func (f *importFlags) ready(files []string) error {
	f.options.Set = f.set
	switch f.delim {
	case "":
	case "tab", "\t", `\t`:
		f.source.Delimiter = '\t'
	case ",", ";", "|":
		f.source.Delimiter = rune(f.delim[0])
	default:
		return truce.E(truce.CodeUsage, "--delimiter %q is not known", plain(f.delim)).WithHint("one of , ; | tab")
	}
	if f.rejects != "" && len(files) > 1 {
		return truce.E(truce.CodeUsage, "--rejects is for one list").WithHint("leave it out; each list has a copy beside it")
	}
	if err := oneOf("object", f.options.Object, "site", "area", "movement"); err != nil {
		return err
	}
	if f.source.HeaderRow < 0 {
		return truce.E(truce.CodeUsage, "--header-row must be 1 or more").WithHint("rows are counted as a spreadsheet shows them")
	}
	expect, err := expectation(f.near, f.options.RadiusM)
	f.options.Near = expect.Near
	return firstOf(err, f.frame.check())
}
