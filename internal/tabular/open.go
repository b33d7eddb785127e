package tabular

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"truce"
)

// Open tells the format of the size bytes of r by their content first and by
// the extension of name second, and reads up to the first row. The bytes may
// be wrapped in gzip, except for the two formats that are archives themselves.
// The error is a *truce.Error about the file as a whole.
func Open(name string, r io.ReaderAt, size int64, opts Options) (*Source, error) {
	head := make([]byte, 4)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, asError(err)
	}
	if head = head[:n]; bytes.HasPrefix(head, []byte("PK")) {
		return openArchive(r, size, opts)
	}
	unpack := func() (io.Reader, error) {
		return &bounded{r: io.NewSectionReader(r, 0, size), left: opts.maxBytes()}, nil
	}
	if bytes.HasPrefix(head, []byte{0x1f, 0x8b}) {
		unpack = func() (io.Reader, error) { return unzip(io.NewSectionReader(r, 0, size), opts) }
		if ext := filepath.Ext(name); strings.EqualFold(ext, ".gz") {
			name = strings.TrimSuffix(name, ext)
		}
	}
	return openStream(name, unpack, opts)
}

func (o Options) maxBytes() int64 {
	if o.MaxBytes > 0 {
		return min(o.MaxBytes, MaxBytes)
	}
	return MaxBytes
}

// unzip gives what is wrapped in gzip.
func unzip(r io.Reader, opts Options) (io.Reader, error) {
	packed := &counted{r: r}
	zr, err := gzip.NewReader(packed)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the gzip file is damaged").
			WithHint("fetch or compress it again")
	}
	return &bounded{r: zr, left: opts.maxBytes(), packed: packed}, nil
}

// openStream tells apart the formats that are text. unpack begins the text,
// each time anew.
func openStream(name string, unpack func() (io.Reader, error), opts Options) (*Source, error) {
	r, err := unpack()
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(r, sniffBytes)
	head, err := br.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, asError(err)
	}
	if err := refuseForeign(head, opts); err != nil {
		return nil, err
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, bomUTF8), " \t\r\n\x1e")
	switch {
	case opts.Sheet != "":
		return nil, truce.E(truce.CodeUsage, "only a workbook (.xlsx) has sheets").WithHint("leave out the name of the sheet")
	case len(text) == 0 && len(head) < sniffBytes:
		return nil, truce.E(truce.CodeInvalid, "the file is empty").
			WithHint("save the list into it again, or look whether its transfer was cut off")
	case bytes.HasPrefix(text, []byte("<")):
		return openXML(br)
	case bytes.HasPrefix(text, []byte("{")):
		return openGeoJSON(br, unpack)
	}
	if ext := strings.ToLower(filepath.Ext(name)); slices.Contains(notTables, ext) {
		return nil, truce.E(truce.CodeInvalid, "the content of the file is not what its name %s says", ext).
			WithHint("export the file again, or rename it to .csv when it is a table")
	}
	return openCSV(br, opts)
}

// notTables are the extensions whose content is never a table of text.
var notTables = []string{".json", ".geojson", ".kml", ".gpx", ".xml", ".xlsx", ".kmz"}

// foreign are beginnings of files that people mistake for lists.
var foreign = []struct{ magic, what, hint string }{
	{"\xd0\xcf\x11\xe0", "an old .xls workbook or one with a password", "open it in a spreadsheet and save it as .xlsx without a password"},
	{"%PDF", "a PDF document", "ask for the list as a spreadsheet"},
	{"\x1f\x8b", "packed twice with gzip", "unpack it first"},
	{"PK\x03\x04", "an archive within gzip", "unpack it first"},
}

func refuseForeign(head []byte, opts Options) error {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return truce.E(truce.CodeInvalid, "the file is %s", f.what).WithHint("%s", f.hint)
		}
	}
	if bytes.IndexByte(head, 0) >= 0 && !isUTF16(head, opts) {
		return truce.E(truce.CodeInvalid, "the file is not text").
			WithHint("save it as CSV in UTF-8, or as .xlsx; UTF-16 needs a byte order mark")
	}
	return nil
}

// counted counts what passes through it.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded ends in an error, never in a silent end, where more than left bytes
// come, or where packed bytes unfold beyond reason.
type bounded struct {
	r      io.Reader
	left   int64
	read   int64
	packed *counted
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.read += int64(n)
	if b.read > b.left {
		return 0, truce.E(truce.CodeTooLarge, "the file holds more than %d MiB", b.left>>20).
			WithHint("import the list in parts")
	}
	if b.packed != nil && b.read > ratioFrom && b.read/maxRatio > b.packed.n {
		return 0, errBomb()
	}
	return n, err
}

func errBomb() *truce.Error {
	return truce.E(truce.CodeRefused, "the file unfolds to more than %d times its size", maxRatio).
		WithHint("this is how a decompression bomb looks; unpack it yourself if you trust it")
}
