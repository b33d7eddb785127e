package tabular

import (
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"truce"
	"truce/geo"
)

// Format names what a source was found to be.
type Format string

// The formats that Open tells apart.
const (
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	GeoJSON Format = "geojson"
	KML     Format = "kml"
	KMZ     Format = "kmz"
	GPX     Format = "gpx"
)

// Options say what the content of a file cannot say itself. The zero value
// reads UTF-8 (or UTF-16 with a byte order mark), finds the delimiter of a CSV
// file in its header and takes the first visible sheet that holds data.
type Options struct {
	// Charset is the encoding of a CSV file without a byte order mark:
	// "utf-8" (the default), "utf-16le", "utf-16be", "windows-1252",
	// "windows-1256" (Arabic) or "windows-1251" (Cyrillic).
	Charset string
	// Delimiter separates the cells of a CSV file: one of , ; | or a tab.
	// Zero: found in the header.
	Delimiter rune
	// Sheet is the name of the sheet of a workbook, letter case ignored.
	Sheet string
	// HeaderRow is the row that names the columns of a CSV file or a sheet,
	// as a spreadsheet counts rows, the first being 1. Zero: the row beside
	// an HXL tag row, or else the first row that is not blank.
	HeaderRow int
	// MaxBytes lowers the bound MaxBytes. Zero leaves it.
	MaxBytes int64
}

// Cell is one value of a row under the name of its column.
type Cell struct {
	Column string // as in the file, without white space around it
	Text   string // as in the file
}

// Row is one record of a source: what a spreadsheet would show as a row.
type Row struct {
	// Number is the row as a spreadsheet shows it (CSV, XLSX: the header is
	// usually 1), or the 1-based index of the feature, placemark or waypoint.
	Number int
	// Cells are in the order of the columns. Rows of CSV and XLSX have one
	// for each column of the header, empty ones included. In a row with an
	// error they are what can be shown of it: a line that cannot be divided
	// stands in the first cell, and cells beyond the header come last.
	Cells []Cell
	// Shape is what the format itself says about the place; nil when it
	// says nothing (always for CSV and XLSX).
	Shape *geo.Shape
	// Geometry is the place of a row with an error as the format gives it:
	// GeoJSON, or the text of coordinates that cannot be read. It is what a copy
	// of rejects shows where there is no Shape.
	Geometry string
	// Notes say what the reader repaired or left out in this row.
	Notes []string
	// Err says why this row cannot be used. The rows after it still can.
	Err error
}

// Get is the text of the first cell under the column name, and whether there
// is such a cell.
func (r Row) Get(column string) (string, bool) {
	for _, c := range r.Cells {
		if c.Column == column {
			return c.Text, true
		}
	}
	return "", false
}

// Column is one column of a table.
type Column struct {
	Name string // as in the file, trimmed; "column C" where the file has none
	Tag  string // its HXL tag, such as "#geo+lat"; empty without a tag row
}

// Header is what a source says before its first row.
type Header struct {
	// Row is the row that names the columns; 0 for the formats whose rows
	// name their own columns (GeoJSON, KML, GPX).
	Row int
	// TagRow is the row of HXL tags; 0 when there is none.
	TagRow int
	// Columns are those of a CSV file or a sheet, in order; nil otherwise.
	Columns []Column
	// Sheet is the name of the sheet that is read; empty outside XLSX.
	Sheet string
	// Notes say what of the file is not read.
	Notes []string
}

// rowReader is what each format offers to Source. next gives io.EOF after the
// last row; any other error ends the source.
type rowReader interface {
	next() (Row, error)
}

// Source is an open file, read row by row. It is not safe for use by several
// goroutines at once.
type Source struct {
	format Format
	header Header
	rows   rowReader
	closer io.Closer
	count  int
	end    error
}

// Format tells what the content was found to be.
func (s *Source) Format() Format { return s.format }

// Header gives the columns, where the format names them up front.
func (s *Source) Header() Header { return s.header }

// Next gives the next row. A row that cannot be used comes with Row.Err and a
// nil error. The error is io.EOF after the last row; any other (*truce.Error)
// means that the file breaks off or is damaged here: the rows before it are
// what they are, those after it are unknown, and the error stays.
func (s *Source) Next() (Row, error) {
	if s.end != nil {
		return Row{}, s.end
	}
	row, err := s.rows.next()
	if err == nil {
		s.count++
		if s.count > MaxRows {
			err = truce.E(truce.CodeTooLarge, "more than %d rows", MaxRows).WithHint("import the list in parts")
		}
	}
	if err != nil {
		s.end = asError(err)
		return Row{}, s.end
	}
	return row, nil
}

// Rows gives every row with a nil error and, where the source breaks off, a
// last empty row with the reason.
func (s *Source) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			row, err := s.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// Close releases what Open took. It does not close the reader given to Open.
// A second Close does nothing; Next after Close is an error.
func (s *Source) Close() error {
	c := s.closer
	s.closer = nil
	if s.end == nil {
		s.end = truce.E(truce.CodeInternal, "the source is closed")
	}
	if c == nil {
		return nil
	}
	return c.Close()
}

// OpenFile is Open for the file at path. Close closes it.
func OpenFile(path string, opts Options) (*Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, closing(fileError(err), f)
	}
	if err := readable(info.Mode()); err != nil {
		return nil, closing(err, f)
	}
	src, err := Open(filepath.Base(path), f, info.Size(), opts)
	if err != nil {
		return nil, closing(err, f)
	}
	src.closer = closers{src.closer, f}
	return src, nil
}

// closers are closed in order.
type closers []io.Closer

// Close closes all of them, whatever happens.
func (c closers) Close() error {
	var err error
	for _, one := range c {
		if one != nil {
			err = closing(err, one)
		}
	}
	return err
}

// closing closes c and joins its error to err.
func closing(err error, c io.Closer) error {
	if failed := c.Close(); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

// readable refuses what is no file with rows in it.
func readable(mode os.FileMode) error {
	switch {
	case mode.IsDir():
		return truce.E(truce.CodeUsage, "this is a folder; a file is needed").WithHint("name the list in it, such as sites.csv")
	case !mode.IsRegular():
		return truce.E(truce.CodeUsage, "this is not a regular file").WithHint("a list is read more than once: save it to a file first")
	}
	return nil
}

func fileError(err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return truce.E(truce.CodeNotFound, "there is no such file").WithHint("look whether the path is right; what holds spaces stands in quotation marks")
	case errors.Is(err, os.ErrPermission):
		return truce.E(truce.CodeUnavailable, "this account may not read the file").WithHint("ls -l shows whose it is")
	}
	return truce.Wrap(truce.CodeUnavailable, err, "the file cannot be opened").WithHint("try to copy it, or to open it in another program")
}

// asError makes every error but io.EOF a *truce.Error.
func asError(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	if _, ok := errors.AsType[*truce.Error](err); ok {
		return err
	}
	return truce.Wrap(truce.CodeInvalid, err, "the file breaks off or is damaged").
		WithHint("export or fetch it again")
}
