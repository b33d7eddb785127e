package tabular

import (
	"context"
	"encoding/json"

	"truce/geo"
)

// DefaultDuplicateM is the distance in metres within which two entries are
// compared as possible duplicates, when ImportOptions says nothing
// (domain.md 3.3: same place within d metres).
const DefaultDuplicateM = 100

// Bounds of one import, beside those of the readers.
const (
	// MaxDraftBytes is the most bytes that the rows of one import may take
	// until the end of the file was seen: a few hundred thousand of them.
	MaxDraftBytes = 128 << 20
	// MaxListed is how many errors, and how many warnings of possible
	// duplicates, a Summary lists; of every other warning a quarter of that.
	// It counts all of them.
	MaxListed = 1000

	maxBody        = 60 << 10 // bytes of one body: a statement holds 64 KiB with its frame
	maxDuplicateM  = 10_000   // metres
	maxDistinct    = 5000     // values that are warned about once each
	maxColumnNames = 10_000   // columns that the rows of a GeoJSON or KML file name between them
)

// ImportOptions say what a list cannot say itself. The zero value imports sites.
type ImportOptions struct {
	// Object is what a row becomes: "site" (the default), "area" or "movement".
	Object string
	// Map holds what the columns mean where they are not recognised, each
	// "header=field" or "field=header": "Koordinate=coord", "Ref=externalIds:osm",
	// "Bemerkung=-" to leave a column out. See ImportFields.
	Map []string
	// Set holds the value of a field, by its path, for the rows that do not
	// give one: {"mode": "land"}. Nothing is set that is not written here.
	Set map[string]string
	// Near and RadiusM (metres) say where the places ought to be. A row that
	// lies elsewhere is an error. RadiusM 0: nothing is expected.
	Near    geo.Point
	RadiusM float64
	// Zone is the IANA name of the zone of dates and times that name none.
	Zone string
	// DuplicateM is how near, in metres, two entries are compared as possible
	// duplicates. 0: DefaultDuplicateM. Negative: duplicates are not looked for.
	DuplicateM float64
	// TakeBroken takes the rows before the point where a file breaks off.
	// Otherwise such a file is refused as a whole.
	TakeBroken bool
	// Reject is called for every row that is rejected, in order, with all its
	// errors; see Rejects. It may be nil. Its error ends the import.
	Reject func(Row, []RowError) error
	// Progress is called now and then with the rows read so far. total is 0
	// until it is known. It may be nil.
	Progress func(done, total int)
}

// Action says what is to be done with a row.
type Action string

// The actions.
const (
	// Register: the register does not know it. The caller chooses a subject.
	Register Action = "register"
	// Amend: known under the same external id, with other content.
	Amend Action = "amend"
	// Unchanged: the register holds the same content already.
	Unchanged Action = "unchanged"
)

// Draft is one row as the body of a statement that the caller signs and
// submits.
type Draft struct {
	Row      int             `json:"row"`                // as a spreadsheet shows it, see Row.Number
	Action   Action          `json:"action"`             // what to do
	Object   string          `json:"object"`             // "site", "area" or "movement"
	Subject  string          `json:"subject,omitempty"`  // id of the object that is there; empty for Register
	Replaces string          `json:"replaces,omitempty"` // statement id of the version that an Amend replaces
	Body     json.RawMessage `json:"body"`               // complete, valid for its kind; shared, not to be changed
}

// Existing is one object of the register, for comparison.
type Existing struct {
	Subject string
	Version string // statement id of the version in force
	Entry   int64  // its entry number
	Object  string // "site", "area" or "movement"
	Body    json.RawMessage
	// Withdrawn: it stays visible, and is not registered again by an import.
	Withdrawn bool
	// Superseded marks the body of an earlier version of Subject. A row with
	// that content is an old list: it changes nothing.
	Superseded bool
	// Foreign marks an object of another author. It is compared for
	// duplicates and never amended.
	Foreign bool
}

// Known gives the objects that are registered. Import reads it once, after
// the whole file was read.
type Known interface {
	// Each calls fn for every object and stops at its first error. Import
	// keeps nothing of the Body that it is given.
	Each(ctx context.Context, fn func(Existing) error) error
}

// RowError is what is wrong with one row or with one cell of it.
type RowError struct {
	Row     int    `json:"row"`
	Field   string `json:"field"`  // path of ours, such as "lat" or "admin.adm1"; may be empty
	Column  string `json:"column"` // heading as in the file; may be empty
	Code    string `json:"code"`
	Message string `json:"message"` // what is wrong: lower case, no full stop
	Hint    string `json:"hint"`    // what would be right; may be empty
}

// Warning is what a reader should look at in a row that was accepted.
type Warning struct {
	Row            int      `json:"row,omitempty"` // 0: about the file
	Field          string   `json:"field,omitempty"`
	Column         string   `json:"column,omitempty"`
	Code           string   `json:"code"`
	Message        string   `json:"message"`
	Hint           string   `json:"hint,omitempty"`
	Rows           int      `json:"rows,omitempty"` // how many rows it is about, where that is more than one
	Of             *Other   `json:"of,omitempty"`   // what it may be a duplicate of
	DistanceM      *float64 `json:"distanceM,omitempty"`
	NameSimilarity *float64 `json:"nameSimilarity,omitempty"` // 0 to 1
}

// Other names the other one of two possible duplicates: a row of the same
// file, or an object of the register.
type Other struct {
	Row   int    `json:"row,omitempty"`
	ID    string `json:"id,omitempty"` // subject
	Entry *int64 `json:"entry,omitempty"`
}

// Summary is what an import did, or with a dry run would do. Rows = Accepted +
// Rejected, and Accepted = Registered + Amended + Unchanged.
type Summary struct {
	Rows       int               `json:"rows"`
	Accepted   int               `json:"accepted"`
	Rejected   int               `json:"rejected"`
	Duplicates int               `json:"duplicates"` // accepted rows that may be duplicates
	Registered int               `json:"registered"`
	Amended    int               `json:"amended"`
	Unchanged  int               `json:"unchanged"`
	Errors     []RowError        `json:"errors"`    // the first MaxListed, by row
	Warnings   []Warning         `json:"warnings"`  // the first of each code, by row
	Ignored    []string          `json:"ignored"`   // columns that are not read
	Mapping    map[string]string `json:"mapping"`   // heading to field, for those that are
	Truncated  bool              `json:"truncated"` // Errors or Warnings hold only the first
	ErrorCount int               `json:"errorCount"`
	WarnCount  int               `json:"warningCount"`
	Broken     string            `json:"broken,omitempty"` // where the file broke off, with TakeBroken
}

// Import reads every row of src, makes the body of a statement of each, and
// when the end of the file was reached hands the accepted ones to emit, in the
// order of the file, each with what is to be done with it. A row with an error
// is told in the Summary and blocks no other row. known may be nil, and so may
// emit, for a preview.
//
// The whole import is refused, with nothing emitted, where a column would
// bring in what the register must not hold (CodeRefused, by name), where the
// file breaks off (unless TakeBroken), and where the options are not
// understood (CodeUsage). The Summary is never nil.
func Import(ctx context.Context, src *Source, opt ImportOptions, known Known, emit func(Draft) error) (*Summary, error) {
	im, err := newImporter(src, opt)
	if err != nil {
		return im.summary(), err
	}
	if err := im.read(ctx); err != nil {
		return im.summary(), err
	}
	if err := im.compare(ctx, known); err != nil {
		return im.summary(), err
	}
	return im.summary(), im.emit(ctx, emit)
}
