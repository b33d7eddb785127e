package tabular

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"truce"
)

// formulaStart are the characters with which a spreadsheet takes a text for a
// formula (OWASP, CSV injection).
const formulaStart = "=+-@\t\r"

// maxRejectBytes bounds what Rejects holds of formats without a header.
const maxRejectBytes = 64 << 20

// Rejected is a row that was not accepted, with the reasons.
type Rejected struct {
	Row    Row
	Errors []RowError
}

// heldReject is a rejected row of a format without a header, until all columns
// are known.
type heldReject struct {
	Rejected
	geometry string
}

// Rejects writes rejected rows as CSV in UTF-8 with a byte order mark, so that
// spreadsheets open it: the columns of the source in their order and as they
// were, and a last column "errors" with what is wrong. The file can be
// corrected and imported again as it is; the errors column is not read. What a
// format says of the place beside its columns (GeoJSON, KML, GPX) stands in a
// column "geometry" as GeoJSON, which the import reads. A line
// that could not be divided into cells stands whole in the first one; cells
// beyond the last column stand behind the errors.
//
// A text that a spreadsheet would take for a formula gets an apostrophe in
// front; numbers, such as -36.5 or +963, do not. The import takes that
// apostrophe off again.
//
// Rows of a table are written at once. Formats whose rows name their own
// columns are held until Close, at most 64 MiB of them.
type Rejects struct {
	w       *csv.Writer
	out     io.Writer
	columns []string
	index   map[string]int
	table   bool
	held    []heldReject
	bytes   int
}

// NewRejects begins a copy of rejects. Nothing is written before the first row
// or Close.
func NewRejects(w io.Writer, header Header) *Rejects {
	r := &Rejects{w: csv.NewWriter(w), out: w, table: header.Columns != nil, index: map[string]int{}}
	r.w.UseCRLF = true
	for _, c := range header.Columns {
		r.columns = append(r.columns, c.Name)
	}
	return r
}

// Add takes a row; it fits ImportOptions.Reject.
func (r *Rejects) Add(row Row, errs []RowError) error {
	if r.table {
		return r.write(Rejected{row, errs}, "")
	}
	held := heldReject{Rejected{row, errs}, geometryText(row)}
	held.Row.Shape = nil
	r.bytes += len(held.geometry)
	for _, c := range row.Cells {
		if _, ok := r.index[c.Column]; !ok {
			r.index[c.Column] = len(r.columns)
			r.columns = append(r.columns, c.Column)
		}
		r.bytes += len(c.Text) + 64
	}
	if r.bytes > maxRejectBytes {
		return truce.E(truce.CodeTooLarge, "the rejected rows are more than %d MiB", maxRejectBytes>>20).WithHint("import the list in parts, or without a copy of the rejects")
	}
	r.held = append(r.held, held)
	return nil
}

// Close writes what is held. It does not close the writer below.
func (r *Rejects) Close() error {
	for _, held := range r.held {
		if err := r.write(held.Rejected, held.geometry); err != nil {
			return err
		}
	}
	r.held = nil
	if err := r.begin(); err != nil {
		return err
	}
	r.w.Flush()
	return asUnavailable(r.w.Error())
}

// begin writes the byte order mark and the headings, once.
func (r *Rejects) begin() error {
	if r.out == nil {
		return nil
	}
	if _, err := r.out.Write(bomUTF8); err != nil {
		return asUnavailable(err)
	}
	r.out = nil
	line := make([]string, 0, len(r.columns)+1)
	if !r.table {
		line = append(line, r.geometryName())
	}
	for _, c := range r.columns {
		line = append(line, guard(c))
	}
	return asUnavailable(r.w.Write(append(line, "errors")))
}

// geometryName is the heading of the geometry of the format. It stands first:
// where a property holds a geometry as well, the first one counts on importing
// again, as it did before.
func (r *Rejects) geometryName() string {
	if _, taken := r.index["geometry"]; taken {
		return "geometry (GeoJSON)"
	}
	return "geometry"
}

func (r *Rejects) write(rejected Rejected, geometry string) error {
	if err := r.begin(); err != nil {
		return err
	}
	line := r.cells(rejected.Row)
	line[len(r.columns)] = guard(tellErrors(rejected))
	if !r.table {
		line = append([]string{guard(geometry)}, line...)
	}
	return asUnavailable(r.w.Write(line))
}

// cells puts the cells of a row in their columns, and those beyond the last
// column behind the place of the errors.
func (r *Rejects) cells(row Row) []string {
	line := make([]string, len(r.columns)+1)
	for i, c := range row.Cells {
		at := i
		if !r.table {
			at = r.index[c.Column]
		}
		if at >= len(r.columns) {
			line = append(line, guard(c.Text))
			continue
		}
		line[at] = guard(c.Text)
	}
	return line
}

// tellErrors is the errors of a row in one cell.
func tellErrors(rejected Rejected) string {
	var parts []string
	for _, e := range rejected.Errors {
		text := e.Message
		if where := orElse(e.Column, e.Field); where != "" {
			text = where + ": " + text
		}
		if e.Hint != "" {
			text += " (" + e.Hint + ")"
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("row %d: %s", rejected.Row.Number, strings.Join(parts, "; "))
}

// guard keeps a text from being taken for a formula.
func guard(text string) string {
	if text == "" || strings.IndexByte(formulaStart, text[0]) < 0 || number.MatchString(text) {
		return text
	}
	return "'" + text
}

func asUnavailable(err error) error {
	if err == nil {
		return nil
	}
	return truce.Wrap(truce.CodeUnavailable, err, "the copy of the rejected rows cannot be written").
		WithHint("look at free space and permissions, or name another file for it")
}

// WriteRejects writes a copy of rejected rows, see Rejects.
func WriteRejects(w io.Writer, header Header, rows []Rejected) error {
	r := NewRejects(w, header)
	for _, row := range rows {
		if err := r.Add(row.Row, row.Errors); err != nil {
			return err
		}
	}
	return r.Close()
}
