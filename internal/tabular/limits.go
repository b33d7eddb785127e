package tabular

// Bounds on what is read. They hold before anything is parsed, so that a
// hostile file ends in an error instead of in exhausted memory.
const (
	// MaxBytes is the most that is read of one source, after decompression.
	MaxBytes = 1 << 30
	// MaxRecord is the most bytes of one CSV record, of the texts of one
	// spreadsheet row, or of the texts of one placemark or waypoint.
	MaxRecord = 1 << 20
	// MaxColumns is the most columns of a table and the most cells of a row.
	MaxColumns = 4096
	// MaxRows is the most rows of one source.
	MaxRows = 2_000_000
	// MaxDepth is the deepest nesting of XML elements.
	MaxDepth = 256

	headerSearch   = 25        // rows searched for an HXL tag row, as HXL 1.1 advises
	maxHold        = 32 << 20  // bytes read to find the header
	sniffBytes     = 4096      // bytes looked at to tell the format
	maxEntry       = 16 << 20  // bytes of one placemark, track or sheet row with all its XML
	maxCoords      = 4 << 20   // bytes of the coordinates of one placemark
	maxToken       = 2 << 20   // bytes of one XML tag or text
	maxZipEntries  = 4096      // files in an archive
	maxZipDir      = 2 << 20   // bytes of an archive's directory
	maxRatio       = 200       // decompressed to compressed bytes ...
	ratioFrom      = 8 << 20   // ... where more than this is decompressed
	maxStrings     = 1_000_000 // shared strings of a workbook
	maxStringBytes = 32 << 20  // their bytes together
	maxStyles      = 64 << 10  // cell formats of a workbook, as spreadsheets allow
	maxSheets      = 1024      // sheets of a workbook
	maxNotes       = 20        // notes on a row, a header or a file
	maxSheetRow    = 1_048_576 // the last row a spreadsheet can show
)
