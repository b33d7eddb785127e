package cli

import (
	"context"
	"encoding/json"

	"truce"
	"truce/internal/compose"
	"truce/internal/tabular"
)

// importAnswer is the --json form of one import. The members of the summary
// stand beside the file.
type importAnswer struct {
	File string `json:"file"`
	*tabular.Summary
	DryRun  bool   `json:"dryRun"`
	Rejects string `json:"rejects,omitempty"` // the copy of the rejected rows
}

// importTotals is the --json form of several imports at once.
type importTotals struct {
	Rows       int            `json:"rows"`
	Accepted   int            `json:"accepted"`
	Rejected   int            `json:"rejected"`
	Duplicates int            `json:"duplicates"`
	Registered int            `json:"registered"`
	Amended    int            `json:"amended"`
	Unchanged  int            `json:"unchanged"`
	Files      []importAnswer `json:"files"`
}

// importing is one list on its way into the register.
type importing struct {
	*shell
	ctx     context.Context
	r       *register
	f       importFlags
	path    string
	pen     *pen
	known   *knownObjects
	copy    *rejectsCopy
	sum     *tabular.Summary
	bar     *bar
	next    handIn
	flying  chan handedIn // the batch that is with the register; nil when there is none
	rows    int           // read, for the progress
	handled int

	refused   map[int][]tabular.RowError // by row: what the register itself refused
	refusedOf map[tabular.Action]int
}

// handIn is a batch that is signed, and handedIn what became of it.
type handIn struct {
	drafts []tabular.Draft
	signed [][]byte
}

type handedIn struct {
	handIn
	results []outcome
}

func (sh *shell) importFiles(ctx context.Context, r *register, files []string, f importFlags) error {
	var totals importTotals
	end, err := sh.boundMemory(ctx, r)
	if err != nil {
		return err
	}
	defer end()
	for _, path := range files {
		a, err := sh.importFile(ctx, r, path, f)
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
		return truce.E(truce.CodeInvalid, "every row was rejected").WithHint("the errors say what would be right; --map names columns that are not recognised")
	}
	return nil
}

func (sh *shell) importJSON(totals importTotals) error {
	switch {
	case !sh.json:
		return nil
	case len(totals.Files) == 1:
		return sh.printJSON(totals.Files[0])
	}
	return sh.printJSON(totals)
}

func (t *importTotals) add(a importAnswer) {
	t.Files = append(t.Files, a)
	t.Rows += a.Rows
	t.Accepted += a.Accepted
	t.Rejected += a.Rejected
	t.Duplicates += a.Duplicates
	t.Registered += a.Registered
	t.Amended += a.Amended
	t.Unchanged += a.Unchanged
}

// importFile imports one list. Without a dry run it says which rows the register
// itself refused too.
func (sh *shell) importFile(ctx context.Context, r *register, path string, f importFlags) (*importAnswer, error) {
	im := &importing{shell: sh, ctx: ctx, r: r, f: f, path: path, refused: map[int][]tabular.RowError{}, refusedOf: map[tabular.Action]int{}}
	defer im.bar.end()
	if err := im.prepare(); err != nil {
		return nil, err
	}
	src, err := tabular.OpenFile(path, f.source)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	if !f.dryRun && !f.noCopy {
		im.copy = newRejectsCopy(path, f.rejects, src.Header())
		defer im.copy.discard()
		im.f.options.Reject = im.copy.add
	}
	if err := im.run(src); err != nil {
		return nil, err
	}
	kept, err := im.keepRejects()
	if err != nil {
		return nil, err
	}
	return &importAnswer{path, im.sum, f.dryRun, kept}, nil
}

// prepare finds out who acts; a dry run acts as nobody.
func (im *importing) prepare() (err error) {
	author := truce.PartyID("")
	if !im.f.dryRun {
		h, err := im.r.head(im.ctx)
		if err != nil {
			return err
		}
		who, signer, err := im.r.Acting(im.ctx)
		if err != nil {
			return err
		}
		im.pen = &pen{origin: h.Origin, author: who, signer: signer}
		if h.Exercise {
			im.pen.frame = []compose.Option{compose.As(truce.Exercise)}
		}
		author = who
	}
	im.known, err = im.r.known(im.ctx, im.f.options.Object, author)
	return err
}

func (im *importing) run(src *tabular.Source) (err error) {
	im.bar = im.progress("reading")
	im.f.options.Progress = func(done, total int) {
		im.rows = done
		im.bar.of(int64(done), int64(total))
	}
	emit := im.emit
	if im.f.dryRun {
		emit = nil
	}
	im.sum, err = tabular.Import(im.ctx, src, im.f.options, im.known, emit)
	if err == nil {
		err = im.flush()
	}
	if landed := im.land(); err == nil {
		err = landed
	}
	im.bar.end()
	return err
}

// emit signs a draft that changes something, and hands in what was signed when
// there is enough of it.
func (im *importing) emit(d tabular.Draft) error {
	if d.Action == tabular.Unchanged {
		return nil
	}
	e, err := im.sign(&d)
	if err != nil {
		return err
	}
	im.next.drafts, im.next.signed = append(im.next.drafts, d), append(im.next.signed, e)
	if len(im.next.signed) < batchSize {
		return nil
	}
	return im.flush()
}

func (im *importing) sign(d *tabular.Draft) ([]byte, error) {
	kind, opts := truce.Kind(d.Object+".register"), im.f.frame.options()
	if d.Action == tabular.Amend {
		kind = truce.Kind(d.Object + ".amend")
		opts = append(opts, compose.Replaces(d.Replaces), im.known.frame(d.Subject, len(im.f.frame.audience) == 0))
	} else {
		d.Subject = compose.NewSubject(d.Object)
	}
	e, err := im.pen.sign(kind, d.Subject, json.RawMessage(d.Body), opts...)
	if err != nil {
		return nil, err
	}
	return e.JSON(), nil
}
