package tabular

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"truce"
)

// budgetReaderAt ends in an error once so many bytes were read. It bounds the
// memory for an archive's directory, whose stated size can be a lie.
type budgetReaderAt struct {
	r    io.ReaderAt
	left int64
}

func (b *budgetReaderAt) ReadAt(p []byte, off int64) (int, error) {
	if b.left -= int64(len(p)); b.left < 0 {
		return 0, truce.E(truce.CodeTooLarge, "the archive's directory is larger than %d MiB", maxZipDir>>20).
			WithHint("save the list itself, as CSV or .xlsx")
	}
	return b.r.ReadAt(p, off)
}

// openArchive reads the directory of a ZIP archive, checks it, and tells
// workbooks and KMZ apart.
func openArchive(r io.ReaderAt, size int64, opts Options) (*Source, error) {
	budget := &budgetReaderAt{r: r, left: maxZipDir}
	zr, err := zip.NewReader(budget, size)
	if _, ours := errors.AsType[*truce.Error](err); ours {
		return nil, err
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the archive is damaged").WithHint("copy or download the file again")
	}
	budget.left = 1 << 62 // from here on the bounds are those of each part
	a := archive{files: map[string]*zip.File{}, opts: opts}
	if err := a.check(zr.File); err != nil {
		return nil, err
	}
	switch {
	case a.files["[Content_Types].xml"] != nil:
		return openWorkbook(&a)
	case a.kml() != "":
		return openKMZ(&a)
	}
	return nil, truce.E(truce.CodeInvalid, "the archive is neither a workbook (.xlsx) nor a KMZ").
		WithHint("unpack it and import the files in it; an .ods sheet must be saved as .xlsx")
}

// archive is a ZIP whose directory was checked.
type archive struct {
	names []string
	files map[string]*zip.File
	opts  Options
}

// check refuses an archive for what its directory says.
func (a *archive) check(files []*zip.File) error {
	if len(files) > maxZipEntries {
		return truce.E(truce.CodeTooLarge, "the archive holds more than %d files", maxZipEntries).
			WithHint("save the list itself, as CSV or .xlsx")
	}
	total := uint64(0)
	for _, f := range files {
		if err := checkEntry(f); err != nil {
			return err
		}
		if a.files[f.Name] != nil {
			return truce.E(truce.CodeRefused, "the archive holds the file %.80q twice", f.Name)
		}
		if total += f.UncompressedSize64; total > uint64(a.opts.maxBytes()) {
			return truce.E(truce.CodeTooLarge, "the archive unfolds to more than %d MiB", a.opts.maxBytes()>>20)
		}
		a.files[f.Name] = f
		a.names = append(a.names, f.Name)
	}
	return nil
}

func checkEntry(f *zip.File) error {
	switch {
	case badName(f.Name):
		return truce.E(truce.CodeRefused, "the archive holds a file with the name %.80q, which points outside of it", f.Name).
			WithHint("such a file is an attack or a fault of the program that made it; pack it again")
	case f.Flags&1 != 0:
		return truce.E(truce.CodeInvalid, "the archive is encrypted").WithHint("unpack it with its password first")
	case f.UncompressedSize64 > ratioFrom && f.UncompressedSize64/maxRatio > f.CompressedSize64:
		return errBomb()
	}
	return nil
}

// badName tells whether a name could lead out of a folder, on any system.
func badName(name string) bool {
	return name == "" || strings.ContainsAny(name, "\\:\x00") || strings.HasPrefix(name, "/") ||
		slices.Contains(strings.Split(name, "/"), "..")
}

// open gives the bytes of one file, bounded by what its directory entry says.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f := a.files[name]
	if f == nil {
		return nil, truce.E(truce.CodeInvalid, "the archive lacks the part %.80q", name).
			WithHint("open it in a spreadsheet and save it again")
	}
	r, err := f.Open()
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the part %.80q of the archive is damaged", name).
			WithHint("open it in a spreadsheet and save it again")
	}
	return r, nil
}

// kml is the name of the KML file of a KMZ: doc.kml, or else the first one at
// the top, or else the first one; "" when there is none.
func (a *archive) kml() string {
	found := ""
	for _, name := range a.names {
		switch {
		case !strings.EqualFold(path.Ext(name), ".kml"):
			continue
		case strings.EqualFold(name, "doc.kml"):
			return name
		case found == "" || strings.Contains(found, "/") && !strings.Contains(name, "/"):
			found = name
		}
	}
	return found
}

// openKMZ reads the one KML file of a KMZ. Pictures and models are ignored,
// other KML files are named in the notes of the header.
func openKMZ(a *archive) (*Source, error) {
	name := a.kml()
	r, err := a.open(name)
	if err != nil {
		return nil, err
	}
	src, err := openXML(&bounded{r: r, left: a.opts.maxBytes()})
	if err != nil {
		return nil, closing(err, r)
	}
	src.format, src.closer = KMZ, r
	for _, other := range a.names {
		if other != name && strings.EqualFold(path.Ext(other), ".kml") && len(src.header.Notes) < maxNotes {
			src.header.Notes = append(src.header.Notes, "the file "+other+" in the archive is not read, only "+name)
		}
	}
	return src, nil
}
