package tabular

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"truce"
)

// maxAgreementRows bounds a list of agreements.
const maxAgreementRows = 200_000

// AgreementOptions say what a list of agreements cannot say itself.
type AgreementOptions struct {
	// Layout names how the list is laid out: "plain", "eth-prio" or "pa-x". Empty:
	// told by its headings.
	Layout string
	// Reject is called for every row that is rejected, in order, with all its
	// errors. It may be nil. Its error ends the import.
	Reject func(Row, []RowError) error
}

// layout is one way in which lists of agreements are laid out.
type layout struct {
	name   string
	needs  []string // headings that a list of this layout has, all of them
	reads  []string // headings that are read too
	system string   // of the external ids
	// key names what rows have in common that are about the same agreement; ""
	// where a row is an agreement of its own.
	key string
	// read fills the content from the rows of one agreement, the first of which
	// stands for what they have in common.
	read func(g *agreementRows, c *truce.AgreementContent)
}

func layouts() []*layout { return []*layout{prioLayout, paxLayout, plainLayout} }

// AgreementLayouts lists the layouts, each with the headings that it is known by.
func AgreementLayouts() map[string][]string {
	out := map[string][]string{}
	for _, l := range layouts() {
		out[l.name] = l.needs
	}
	return out
}

// ImportAgreements reads a list of agreements that exist, reported by others: it
// makes of each the body of an agreement.register whose parties are named as the
// list names them, with what the list reports of them, and never as having
// accepted. A day that is not known stays unknown, and so does an end. Rows about
// one agreement become one draft; where one of them is wrong, none of them is taken,
// and no other agreement is kept from being imported. An agreement that is known
// under its external id with the same content is unchanged, with other content
// amended, unless another party registered it.
//
// known and emit may be nil; errors of the whole are those of Import.
func ImportAgreements(ctx context.Context, src *Source, opt AgreementOptions, known Known, emit func(Draft) error) (*Summary, error) {
	im := &agreementImport{opt: opt, sum: Summary{Errors: []RowError{}, Warnings: []Warning{}, Ignored: []string{}, Mapping: map[string]string{}}}
	if err := im.choose(src.Header()); err != nil {
		return &im.sum, err
	}
	if err := im.read(ctx, src); err != nil {
		return &im.sum, err
	}
	if err := im.draft(); err != nil {
		return &im.sum, err
	}
	if err := im.compare(ctx, known); err != nil {
		return &im.sum, err
	}
	return &im.sum, im.emit(ctx, emit)
}

type agreementImport struct {
	opt    AgreementOptions
	layout *layout
	groups []*agreementRows // in order of their first rows
	sum    Summary
}

// agreementRows are the rows about one agreement.
type agreementRows struct {
	rows   []*agreementRow
	row    *agreementRow // the first
	body   []byte        // nil where it was rejected
	id     truce.External
	action Action
	match  *Existing
	warned []Warning
}

// agreementRow is one row at work.
type agreementRow struct {
	Row
	errs []RowError
}

// choose finds the layout, and refuses a list with columns that the register must
// not hold.
func (im *agreementImport) choose(h Header) error {
	have := map[string]bool{}
	for _, c := range h.Columns {
		if truce.ForbiddenName(c.Name) {
			return truce.E(truce.CodeRefused, "the column %.40q is not one that the register may hold", c.Name).
				WithHint("take it out: the register has no place for targets, weapons or positions of forces")
		}
		have[strings.ToLower(c.Name)] = true
	}
	for _, l := range layouts() {
		if im.opt.Layout != "" && im.opt.Layout != l.name {
			continue
		}
		missing := slices.DeleteFunc(slices.Clone(l.needs), func(n string) bool { return have[strings.ToLower(n)] })
		if len(missing) == 0 {
			im.layout = l
			im.columns(h)
			return nil
		}
		if im.opt.Layout != "" {
			return truce.E(truce.CodeInvalid, "the list has no column %q", missing[0]).WithHint("a list of the layout %s has the columns %s", l.name, strings.Join(l.needs, ", "))
		}
	}
	if im.opt.Layout != "" {
		return truce.E(truce.CodeUsage, "the layout %.40q is not known", im.opt.Layout).WithHint("one of %s", strings.Join(slices.Sorted(maps.Keys(AgreementLayouts())), ", "))
	}
	return truce.E(truce.CodeInvalid, "the columns are not those of a list of agreements").
		WithHint("give a column name, and one of parties, from, until, class, id, lat and lon; or a list of ETH/PRIO ceasefires or of PA-X agreements as it is published")
}

func (im *agreementImport) columns(h Header) {
	for _, c := range h.Columns {
		i := slices.IndexFunc(append(slices.Clone(im.layout.needs), im.layout.reads...), func(n string) bool { return strings.EqualFold(n, c.Name) })
		if i < 0 {
			im.sum.Ignored = append(im.sum.Ignored, c.Name)
			continue
		}
		im.sum.Mapping[c.Name] = im.layout.name + "." + strings.ToLower(c.Name)
	}
}

// read gathers the rows by agreement.
func (im *agreementImport) read(ctx context.Context, src *Source) error {
	at := map[string]*agreementRows{}
	for _, n := range src.Header().Notes {
		im.warn(Warning{Code: "note", Message: n})
	}
	for {
		row, err := src.Next()
		if errors.Is(err, io.EOF) {
			return ctx.Err()
		}
		if err != nil {
			return truce.Wrap(truce.CodeOf(err), err, "the file breaks off after %d rows; nothing of it was imported", im.sum.Rows).WithHint("%s", orElse(truce.HintOf(err), "export it again"))
		}
		if im.sum.Rows++; im.sum.Rows > maxAgreementRows {
			return truce.E(truce.CodeTooLarge, "a list of agreements has at most %d rows", maxAgreementRows).WithHint("import it in parts")
		}
		im.take(&agreementRow{Row: row}, at)
	}
}

func (im *agreementImport) take(r *agreementRow, at map[string]*agreementRows) {
	if r.Err != nil {
		r.failWith("", r.Err)
	}
	key := ""
	if im.layout.key != "" {
		key = r.text(im.layout.key)
	}
	g := at[key]
	if key == "" || g == nil {
		g = &agreementRows{row: r}
		im.groups = append(im.groups, g)
		at[key] = g
	}
	g.rows = append(g.rows, r)
}

// draft makes the bodies, and rejects what cannot be one.
func (im *agreementImport) draft() error {
	ids := map[truce.External]int{}
	for _, g := range im.groups {
		g.make(im.layout)
		if first, twice := ids[g.id]; twice && g.id.ID != "" && g.ok() {
			g.row.fail("", "id", fmt.Sprintf("the id %q stands in row %d too", g.id.ID, first), "give each agreement an id of its own")
		}
		if !g.ok() {
			if err := im.reject(g); err != nil {
				return err
			}
			continue
		}
		ids[g.id] = g.row.Number
		im.sum.Accepted += len(g.rows)
		for _, w := range g.warned {
			im.warn(w)
		}
	}
	return nil
}

func (g *agreementRows) ok() bool {
	return !slices.ContainsFunc(g.rows, func(r *agreementRow) bool { return len(r.errs) > 0 })
}

// make reads the rows into a body and checks it as intake will.
func (g *agreementRows) make(l *layout) {
	c := &truce.AgreementContent{Class: "unspecified"}
	if !g.ok() {
		return
	}
	l.read(g, c)
	if id := g.row.text(cmpOr(l.key, l.idColumn())); id != "" {
		g.id = truce.External{Source: l.system, ID: id}
		c.ExternalIDs = append(c.ExternalIDs, g.id)
	}
	if !g.ok() {
		return
	}
	if err := ordered(c); err != nil {
		g.row.failWith("until", err)
		return
	}
	raw, err := json.Marshal(c)
	if err != nil {
		g.row.failWith("", err)
		return
	}
	g.body = canonical(raw)
	for _, fault := range truce.BodyFaults(truce.AgreementFields, g.body) {
		g.row.failWith(strings.TrimPrefix(fault.Field, "/body/"), fault)
	}
	if len(raw) > maxBody {
		g.row.fail("", "", fmt.Sprintf("the agreement takes %d bytes; at most %d fit into a statement", len(raw), maxBody), "shorten the texts")
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (l *layout) idColumn() string {
	if l == paxLayout {
		return "AgtId"
	}
	return "id"
}

// ordered refuses an end before the beginning, as far as both are known.
func ordered(c *truce.AgreementContent) error {
	if c.EntryIntoForce == nil || c.EntryIntoForce.At == nil || c.Until == nil {
		return nil
	}
	begin, end := c.EntryIntoForce.At.Earliest(), c.Until.Latest()
	if begin.IsZero() || end.IsZero() || end.After(begin) {
		return nil
	}
	return truce.E(truce.CodeInvalid, "it ends (%s) before it enters into force (%s)", c.Until.At, c.EntryIntoForce.At.At).WithHint("look which of the two dates is wrong; leave an unknown one empty")
}

// reject tells what is wrong with the rows of an agreement. A row that is not wrong
// itself is told which one is.
func (im *agreementImport) reject(g *agreementRows) error {
	wrong := slices.IndexFunc(g.rows, func(r *agreementRow) bool { return len(r.errs) > 0 })
	for _, r := range g.rows {
		if len(r.errs) == 0 {
			r.fail("", "", fmt.Sprintf("row %d is about the same agreement and cannot be read", g.rows[wrong].Number), "correct that one; an agreement is not taken in part")
		}
		im.sum.Rejected++
		im.sum.ErrorCount += len(r.errs)
		room := min(len(r.errs), MaxListed-len(im.sum.Errors))
		im.sum.Errors = append(im.sum.Errors, r.errs[:room]...)
		im.sum.Truncated = im.sum.Truncated || room < len(r.errs)
		if im.opt.Reject != nil {
			if err := im.opt.Reject(r.Row, r.errs); err != nil {
				return err
			}
		}
	}
	return nil
}

func (im *agreementImport) warn(w Warning) {
	if im.sum.WarnCount++; len(im.sum.Warnings) < MaxListed/4 {
		im.sum.Warnings = append(im.sum.Warnings, w)
		return
	}
	im.sum.Truncated = true
}

// compare finds out which agreements are registered already, by their external ids.
func (im *agreementImport) compare(ctx context.Context, known Known) error {
	byID := map[truce.External]*agreementRows{}
	for _, g := range im.groups {
		if g.action = Register; g.ok() && g.id.ID != "" {
			byID[g.id] = g
		}
	}
	if known != nil {
		err := known.Each(ctx, func(e Existing) error {
			if e.Object == "agreement" && !e.Superseded {
				im.match(byID, &e)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	for _, g := range im.groups {
		if !g.ok() {
			continue
		}
		switch g.action {
		case Register:
			im.sum.Registered++
		case Amend:
			im.sum.Amended++
		case Unchanged:
			im.sum.Unchanged++
		}
	}
	return nil
}

// match notes that e is the agreement of one of the groups. One in force goes
// before a withdrawn one.
func (im *agreementImport) match(byID map[truce.External]*agreementRows, e *Existing) {
	var c struct {
		ExternalIDs []truce.External `json:"externalIds"`
	}
	if json.Unmarshal(e.Body, &c) != nil {
		return
	}
	for _, id := range c.ExternalIDs {
		g := byID[id]
		if g == nil || g.match != nil && !g.match.Withdrawn {
			continue
		}
		found := *e
		found.Body = nil
		g.match, g.action = &found, Amend
		if e.Withdrawn || e.Foreign || bytes.Equal(canonical(e.Body), g.body) {
			g.action = Unchanged
		}
		if e.Foreign {
			im.warn(Warning{Row: g.row.Number, Code: "foreign", Message: "another party has registered it; it is left as it is", Of: &Other{ID: e.Subject, Entry: &e.Entry}})
		}
	}
}

func (im *agreementImport) emit(ctx context.Context, emit func(Draft) error) error {
	if emit == nil {
		return nil
	}
	for _, g := range im.groups {
		if !g.ok() {
			continue
		}
		d := Draft{Row: g.row.Number, Action: g.action, Object: "agreement", Body: g.body}
		if g.match != nil {
			d.Subject = g.match.Subject
		}
		if g.action == Amend {
			d.Replaces = g.match.Version
		}
		if err := errors.Join(ctx.Err(), emit(d)); err != nil {
			return err
		}
	}
	return nil
}
