package tabular

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"truce"
)

// importer holds what one import knows while it runs.
type importer struct {
	src     *Source
	opt     ImportOptions
	columns *columns
	drafter *drafter
	sum     Summary
	rows    []pending
	bodies  bodies
	held    int // bytes of rows beside their bodies
	most    int // bytes that may be held, MaxDraftBytes
	once    map[string]*Warning
	listed  map[string]int // warnings by code
	dms     dmsEvidence
	late    []*Warning // warnings whose count goes on growing
	scratch []*column
}

// pending is an accepted row that waits for the end of the file.
type pending struct {
	place
	row    int
	at     bodyAt
	print  fingerprint
	action Action
	match  *registered // what it was found to be, if anything
}

// fingerprint stands for the content of a body.
type fingerprint [sha256.Size]byte

// dmsEvidence tells whether decimals of a list can be minutes and seconds.
type dmsEvidence struct {
	suspects []Warning
	clean    int // rows with coordinates that cannot
}

func newImporter(src *Source, opt ImportOptions) (*importer, error) {
	im := &importer{src: src, opt: opt, most: MaxDraftBytes, once: map[string]*Warning{}, listed: map[string]int{}}
	im.sum = Summary{Errors: []RowError{}, Warnings: []Warning{}, Ignored: []string{}, Mapping: map[string]string{}}
	s, ok := schemas[orElse(opt.Object, "site")]
	if !ok {
		return im, truce.E(truce.CodeUsage, "%.40q cannot be imported", opt.Object).WithHint("one of site, area, movement")
	}
	if err := checkOptions(opt); err != nil {
		return im, err
	}
	var err error
	if im.drafter, err = newDrafter(s, src.Format(), opt); err != nil {
		return im, err
	}
	im.columns, err = newColumns(s, src, opt.Map)
	return im, err
}

func checkOptions(opt ImportOptions) error {
	if opt.DuplicateM > maxDuplicateM {
		return truce.E(truce.CodeUsage, "duplicates are looked for within %d metres at most", maxDuplicateM).
			WithHint("-1 leaves the search out")
	}
	if opt.RadiusM < 0 || !opt.Near.Valid() {
		return truce.E(truce.CodeUsage, "the expected area is not a place and a radius in metres").
			WithHint("give a coordinate and a radius above 0")
	}
	if _, err := truce.ParseWhen("2016-08-11", opt.Zone); err != nil {
		return truce.E(truce.CodeUsage, "the time zone %.40q is not known", opt.Zone).WithHint("use an IANA name such as Asia/Damascus")
	}
	return nil
}

// read drafts every row. Nothing is emitted yet: the end of the file, and
// every column, must be seen first.
func (im *importer) read(ctx context.Context) error {
	for _, n := range im.src.Header().Notes {
		im.warn(Warning{Code: "note", Message: n})
	}
	for {
		row, err := im.src.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !im.opt.TakeBroken {
			return im.broken(err)
		}
		if err != nil {
			im.sum.Broken = err.Error()
			break
		}
		if err := im.take(row); err != nil {
			return err
		}
		if im.sum.Rows%512 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			im.progress(0)
		}
	}
	im.progress(im.sum.Rows)
	im.settleDMS()
	return im.columns.unfound()
}

func (im *importer) progress(total int) {
	if im.opt.Progress != nil {
		im.opt.Progress(im.sum.Rows, total)
	}
}

// broken refuses a file whose end is not known.
func (im *importer) broken(err error) error {
	return truce.Wrap(truce.CodeOf(err), err, "the file breaks off after %d rows; nothing of it was imported", im.sum.Rows).
		WithHint("%s", orElse(truce.HintOf(err), "export it again, or say that the rows before the break are to be taken"))
}

func (im *importer) take(row Row) error {
	cols, err := im.columns.of(row, im.scratch)
	if err != nil {
		return err
	}
	if im.columns.table == nil {
		im.scratch = cols
	}
	im.sum.Rows++
	d := im.drafter.draft(row, cols)
	im.remarks(d)
	if len(d.errs) > 0 {
		return im.reject(row, d.errs)
	}
	im.sum.Accepted++
	return im.hold(d)
}

func (im *importer) reject(row Row, errs []RowError) error {
	im.sum.Rejected++
	im.sum.ErrorCount += len(errs)
	room := min(len(errs), MaxListed-len(im.sum.Errors))
	im.sum.Errors = append(im.sum.Errors, errs[:room]...)
	if im.opt.Reject != nil {
		return im.opt.Reject(row, errs)
	}
	return nil
}

// hold keeps an accepted row.
func (im *importer) hold(d *rowDraft) error {
	at, err := im.bodies.add(d.body)
	if err != nil {
		return err
	}
	p := pending{place: d.place, row: d.number, print: sha256.Sum256(d.body), at: at, action: Register}
	p.names = foldNames(p.names)
	im.held += pendingBytes
	for _, s := range append(p.names, p.ids...) {
		im.held += len(s)
	}
	im.rows = append(im.rows, p)
	if im.held+im.bodies.size > im.most {
		return truce.E(truce.CodeTooLarge, "the list is more than can be held at once: %d rows", len(im.rows)).WithHint("import it in parts")
	}
	return nil
}

// pendingBytes is what a row takes beside its texts.
const pendingBytes = 400

// remarks takes the warnings of a row: those of an accepted one, and of a
// rejected one too, since they may say why.
func (im *importer) remarks(d *rowDraft) {
	suspicious := false
	for _, r := range d.remarks {
		switch {
		case r.once == sexagesimal:
			suspicious = true
			im.dms.suspects = append(im.dms.suspects, r.Warning)
		case r.once != "":
			im.warnOnce(r)
		default:
			im.warn(r.Warning)
		}
	}
	if !suspicious && d.place.located {
		im.dms.clean++
	}
}

func (im *importer) warn(w Warning) {
	im.sum.WarnCount++
	if im.listed[w.Code]++; im.listed[w.Code] <= listLimit(w.Code) {
		im.sum.Warnings = append(im.sum.Warnings, w)
	}
}

// listLimit keeps warnings of one sort from crowding out the others.
func listLimit(code string) int {
	if code == possibleDuplicate {
		return MaxListed
	}
	return MaxListed / 4
}

// warnOnce counts the rows of a warning that is told for the first only.
func (im *importer) warnOnce(r remark) {
	if w, ok := im.once[r.once]; ok {
		w.Rows = max(w.Rows, 1) + 1
		return
	}
	if len(im.once) >= maxDistinct {
		im.sum.WarnCount++
		return
	}
	w := r.Warning
	im.once[r.once] = &w
	im.late = append(im.late, &w)
}

// settleDMS tells of decimals that may be minutes and seconds: one by one, or
// together where most rows of the list cannot be that, so that it is decimal.
func (im *importer) settleDMS() {
	s := im.dms.suspects
	if len(s) < 4 || im.dms.clean < len(s) {
		for _, w := range s {
			im.warn(w)
		}
		return
	}
	var rows []string
	for _, w := range s[:min(len(s), 10)] {
		rows = append(rows, fmt.Sprint(w.Row))
	}
	w := s[0]
	w.Rows = len(s)
	w.Message = fmt.Sprintf("the decimals of %d rows could be minutes and seconds (rows %s); most of the list is decimal", len(s), strings.Join(rows, ", "))
	w.Hint = "say where the places ought to be, and each is held against it"
	if im.opt.RadiusM > 0 {
		w.Hint = "both readings of each lie in the area that was named; compare them with the source"
	}
	im.warn(w)
}

// summary puts the parts of the summary together. Warnings are in the order
// of the rows.
func (im *importer) summary() *Summary {
	s := im.sum
	s.Errors = slices.Clone(s.Errors)
	if im.columns != nil {
		s.Mapping, s.Ignored = im.columns.report()
	}
	s.WarnCount += len(im.late)
	s.Warnings = slices.Clone(s.Warnings)
	listed := maps.Clone(im.listed)
	for _, w := range im.late {
		if listed[w.Code]++; listed[w.Code] <= listLimit(w.Code) {
			s.Warnings = append(s.Warnings, *w)
		}
	}
	slices.SortStableFunc(s.Warnings, func(a, b Warning) int { return a.Row - b.Row })
	s.Truncated = s.ErrorCount > len(s.Errors) || s.WarnCount > len(s.Warnings)
	return &s
}

// emit hands out the drafts in the order of the file.
func (im *importer) emit(ctx context.Context, emit func(Draft) error) error {
	if emit == nil {
		return nil
	}
	bodies := im.bodies.reader()
	for i := range im.rows {
		p := &im.rows[i]
		body, err := bodies.body(p.at)
		if err = errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		d := Draft{Row: p.row, Action: p.action, Object: im.drafter.schema.object, Body: body}
		if p.match != nil {
			d.Subject = p.match.subject
		}
		if p.action == Amend {
			d.Replaces = p.match.version
		}
		if err := emit(d); err != nil {
			return err
		}
	}
	return nil
}
