package tabular

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"truce"
)

// workbook is an XLSX file (ECMA-376 part 1, SpreadsheetML). It is read here
// and not by a library because a list of protected places must not lose rows:
// excelize's streaming rows end without an error where the XML of a sheet is
// damaged, and give numbers as they are displayed (36.20 for 36.198654).
type workbook struct {
	a       *archive
	sheets  []sheetRef
	date904 bool
	strings []string
	styles  []cellStyle
}

type sheetRef struct {
	name, part string
	hidden     bool
}

// openWorkbook opens the sheet that is asked for, or the first visible one
// that holds a row.
func openWorkbook(a *archive) (*Source, error) {
	w := &workbook{a: a}
	if err := w.load(); err != nil {
		return nil, err
	}
	if a.opts.Sheet != "" {
		return w.namedSheet(a.opts.Sheet)
	}
	for _, s := range w.sheets {
		if s.hidden {
			continue
		}
		src, err := w.openSheet(s)
		if err == nil || !errors.Is(err, errEmptySheet) {
			return src, err
		}
	}
	return nil, truce.E(truce.CodeInvalid, "no visible sheet of the workbook holds a row").WithHint("name the sheet")
}

func (w *workbook) namedSheet(name string) (*Source, error) {
	known := make([]string, 0, len(w.sheets))
	for _, s := range w.sheets {
		if strings.EqualFold(s.name, strings.TrimSpace(name)) {
			return w.openSheet(s)
		}
		known = append(known, s.name)
	}
	return nil, truce.E(truce.CodeNotFound, "the workbook has no sheet %.80q", name).
		WithHint("its sheets are: %.300s", strings.Join(known, ", "))
}

// errEmptySheet marks a sheet without a row.
var errEmptySheet = errors.New("the sheet is empty")

func (w *workbook) openSheet(s sheetRef) (*Source, error) {
	rows := &sheetReader{w: w, part: s.part}
	if err := rows.rewind(); err != nil {
		return nil, err
	}
	t := &table{lines: rows}
	if err := t.findHeader(w.a.opts.HeaderRow); err != nil {
		if t.empty {
			err = truce.Wrap(truce.CodeInvalid, errEmptySheet, "the sheet %.80q holds no row", s.name)
		}
		return nil, closing(err, rows)
	}
	t.header.Sheet = s.name
	t.header.Notes = append(t.header.Notes, w.otherSheets(s)...)
	return &Source{format: XLSX, header: t.header, rows: t, closer: rows}, nil
}

func (w *workbook) otherSheets(read sheetRef) []string {
	var others []string
	for _, s := range w.sheets {
		if s != read {
			others = append(others, s.name)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return []string{"sheets that are not read: " + strings.Join(others, ", ")}
}

// load reads everything but the sheets.
func (w *workbook) load() error {
	main, err := w.mainPart()
	if err != nil {
		return err
	}
	rels, err := w.relations(main)
	if err != nil {
		return err
	}
	if err := w.readBook(main, rels); err != nil {
		return err
	}
	for _, rel := range rels {
		switch rel.kind {
		case "sharedStrings":
			err = w.readStrings(rel.part)
		case "styles":
			err = w.readStyles(rel.part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mainPart is the part that lists the sheets, usually xl/workbook.xml.
func (w *workbook) mainPart() (string, error) {
	rels, err := w.relations("")
	if err != nil {
		return "", err
	}
	for _, rel := range rels {
		if rel.kind == "officeDocument" && path.Ext(rel.part) == ".xml" {
			return rel.part, nil
		}
	}
	return "", truce.E(truce.CodeInvalid, "the archive is not a workbook that can be read").
		WithHint("save it as .xlsx (not .xlsb or .docx)")
}

// relation says which part stands for an id; kind is the last word of its type.
type relation struct{ kind, part string }

// relations reads the relations of a part ("" for the whole package).
func (w *workbook) relations(part string) (map[string]relation, error) {
	dir, file := path.Split(part)
	rels := map[string]relation{}
	err := w.scan(dir+"_rels/"+file+".rels", visitor{begin: func(_ []string, el xml.StartElement) error {
		if el.Name.Local != "Relationship" || attr(el, "TargetMode") == "External" || len(rels) > maxSheets {
			return nil
		}
		target := attr(el, "Target")
		if !strings.HasPrefix(target, "/") {
			target = "/" + path.Join(dir, target)
		}
		rels[attr(el, "Id")] = relation{kind: path.Base(attr(el, "Type")), part: strings.TrimPrefix(path.Clean(target), "/")}
		return nil
	}})
	return rels, err
}

func (w *workbook) readBook(part string, rels map[string]relation) error {
	return w.scan(part, visitor{begin: func(_ []string, el xml.StartElement) error {
		switch el.Name.Local {
		case "workbookPr":
			w.date904 = isTrue(attr(el, "date1904"))
		case "sheet":
			rel := relation{}
			for _, a := range el.Attr { // r:id beside sheetId: only the former is named id
				if a.Name.Local == "id" {
					rel = rels[a.Value]
				}
			}
			if rel.kind == "worksheet" && len(w.sheets) < maxSheets {
				state := attr(el, "state")
				w.sheets = append(w.sheets, sheetRef{name: attr(el, "name"), part: rel.part, hidden: state != "" && state != "visible"})
			}
		}
		return nil
	}})
}

func isTrue(s string) bool { return s == "1" || s == "true" }

// readStrings reads the texts that cells refer to by number. Phonetic readings
// (rPh) are left out.
func (w *workbook) readStrings(part string) error {
	st := stringTable{w: w}
	err := w.scan(part, visitor{begin: st.begin, text: st.text})
	st.flush()
	return err
}

// stringTable collects the runs of each text.
type stringTable struct {
	w     *workbook
	item  strings.Builder
	open  bool
	total int
}

func (st *stringTable) begin(path []string, el xml.StartElement) error {
	if len(path) != 1 || el.Name.Local != "si" {
		return nil
	}
	st.flush()
	st.open = true
	if len(st.w.strings) == maxStrings {
		return truce.E(truce.CodeTooLarge, "the workbook holds more than %d texts", maxStrings).WithHint("save the sheet as CSV")
	}
	return nil
}

func (st *stringTable) text(path []string, b []byte) error {
	if !isText(path) {
		return nil
	}
	if st.total += len(b); st.total > maxStringBytes {
		return truce.E(truce.CodeTooLarge, "the texts of the workbook are more than %d MiB", maxStringBytes>>20).WithHint("save the sheet as CSV")
	}
	st.item.Write(b)
	return nil
}

func (st *stringTable) flush() {
	if st.open {
		st.w.strings = append(st.w.strings, st.item.String())
		st.item.Reset()
		st.open = false
	}
}

// isText tells whether path ends in a <t> that is not phonetic.
func isText(path []string) bool {
	n := len(path)
	return n > 0 && path[n-1] == "t" && (n < 2 || path[n-2] != "rPh")
}

// scan walks over one XML part from its root element.
func (w *workbook) scan(part string, v visitor) error {
	r, err := w.a.open(part)
	if err != nil {
		return err
	}
	x := newXMLReader(r)
	if _, err = x.start(); err == nil {
		err = x.walk(v)
	}
	if err == nil {
		err = x.rest()
	}
	return inPart(closing(noEOF(err), r), part)
}

// inPart names the part of the archive that an error is about.
func inPart(err error, part string) error {
	e, ok := errors.AsType[*truce.Error](asError(err))
	if !ok || errors.Is(err, io.EOF) {
		return err
	}
	named := *e
	named.Message = "in " + part + ": " + e.Message
	return &named
}
