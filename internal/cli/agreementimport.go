package cli

import (
	"context"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/tabular"
	"truce/internal/view/agreement"
)

// newAgreementImport registers agreements out of lists of others.
func newAgreementImport(sh *shell) *cobra.Command {
	f := importFlags{set: map[string]string{}}
	var layout string
	cmd := &cobra.Command{
		Use: "import FILE…", Short: "Register agreements that exist, out of lists: CSV, XLSX", Args: someArgs("file"),
		Long: `Reads lists of agreements as others publish them: ETH/PRIO ceasefires (a row for each
actor), PA-X agreements, or a list of one's own with a column name (and parties, from,
until, class, level, form, lat, lon, id, source). Parties are named as the list names them,
with what it reports; nothing counts as anybody's acceptance. A day or an end that is not
known stays unknown. A row with an error is told with its column and keeps no other
agreement from being registered. Importing the same list again changes nothing.`,
		Example: `  truce agreement import eth_prio_ceasefires.csv --data D --dry-run
  truce agreement import agreements.csv --audience public --data D --json`,
	}
	w := sh.where(cmd)
	s := cmd.Flags()
	s.BoolVar(&f.dryRun, "dry-run", false, "say what would be done, and do nothing")
	s.StringVar(&layout, "layout", "", "how the list is laid out: eth-prio, pa-x or plain (default: told by its headings)")
	s.StringVar(&f.source.Sheet, "sheet", "", "sheet of a workbook (default: the first that holds data)")
	s.StringVar(&f.source.Charset, "encoding", "", "of a CSV file: utf-8, utf-16le, utf-16be, windows-1252, windows-1256, windows-1251")
	s.StringVar(&f.rejects, "rejects", "", "file for the copy of the rejected rows (default: FILE.rejects.csv beside the list)")
	s.BoolVar(&f.noCopy, "no-rejects", false, "write no copy of the rejected rows")
	f.frame.add(cmd)
	f.options.Object = "agreement"
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.frame.check(); err != nil {
			return err
		}
		need := toWrite
		if f.dryRun {
			need = toRead
		}
		return w.do(cmd.Context(), need, func(r *register) error { return sh.importAgreements(cmd.Context(), r, args, f, layout) })
	}
	return cmd
}

func (sh *shell) importAgreements(ctx context.Context, r *register, files []string, f importFlags, layout string) error {
	var totals importTotals
	for _, path := range files {
		a, err := sh.importAgreementFile(ctx, r, path, f, layout)
		if err != nil {
			return inFile(path, err)
		}
		totals.add(*a)
		if !sh.json {
			sh.showImport(a)
		}
	}
	if err := sh.importJSON(totals); err != nil {
		return err
	}
	if totals.Accepted == 0 && totals.Rejected > 0 {
		return truce.E(truce.CodeInvalid, "every row was rejected").WithHint("the errors say what would be right; --layout says how the list is laid out")
	}
	return nil
}

// importAgreementFile imports one list in the way of importFile.
func (sh *shell) importAgreementFile(ctx context.Context, r *register, path string, f importFlags, layout string) (*importAnswer, error) {
	im := &importing{shell: sh, ctx: ctx, r: r, f: f, path: path, refused: map[int][]tabular.RowError{}, refusedOf: map[tabular.Action]int{}}
	if err := im.prepare(); err != nil {
		return nil, err
	}
	src, err := tabular.OpenFile(path, f.source)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	opt := tabular.AgreementOptions{Layout: layout}
	if !f.dryRun && !f.noCopy {
		im.copy = newRejectsCopy(path, f.rejects, src.Header())
		defer im.copy.discard()
		opt.Reject = im.copy.add
	}
	emit := im.emit
	if f.dryRun {
		emit = nil
	}
	im.sum, err = tabular.ImportAgreements(ctx, src, opt, im.known, emit)
	if err == nil {
		err = im.flush()
	}
	if landed := im.land(); err == nil {
		err = landed
	}
	if err != nil {
		return nil, err
	}
	kept, err := im.keepRejects()
	if err != nil {
		return nil, err
	}
	return &importAnswer{path, im.sum, f.dryRun, kept}, nil
}

// knownAgreements gives the agreements of a folder as an import by author compares
// them.
func (l *local) knownAgreements(author truce.PartyID) *knownObjects {
	k := &knownObjects{frames: map[string]*item{}}
	k.each = func(ctx context.Context, tell func(tabular.Existing, *item) error) error {
		return l.app.DB.View(ctx, func(r store.Reader) error {
			return l.app.Agreements.Each(ctx, r, truce.Now, agreement.Filter{Object: "agreement"}, func(rec *agreement.Record) error {
				v := rec.Newest()
				e := tabular.Existing{Subject: rec.Subject, Version: v.ID, Entry: v.Entry, Object: "agreement", Body: v.Body,
					Withdrawn: rec.Withdrawn != nil, Foreign: author != "" && rec.Owner != author}
				return tell(e, &item{Audience: v.Audience, Status: rec.Status})
			})
		})
	}
	return k
}

// knownAgreements gives those that a server shows to the asker. What belongs to
// others shows no external ids, and cannot be compared.
func (r *remote) knownAgreements(author truce.PartyID) *knownObjects {
	k := &knownObjects{frames: map[string]*item{}}
	k.each = func(ctx context.Context, tell func(tabular.Existing, *item) error) error {
		list, err := r.AgreedList(ctx, "agreement", clocks{})
		if err != nil {
			return err
		}
		for _, a := range list.Agreements {
			if author != "" && a.Owner != author {
				continue
			}
			whole, err := r.Agreed(ctx, "agreement", a.ID, clocks{})
			if err != nil {
				return err
			}
			e := tabular.Existing{Subject: a.ID, Version: whole.Newest, Entry: a.Entry, Object: "agreement", Body: whole.Content, Withdrawn: a.State == "withdrawn"}
			if whole.Relation != auth.RelationOwner {
				e.Foreign = true
			}
			if err := tell(e, &item{Audience: whole.Audience, Status: a.Status}); err != nil {
				return err
			}
		}
		return nil
	}
	return k
}
