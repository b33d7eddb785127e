package mirror

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/proof"
)

// Source is where a log is copied from: client.Client, or a Folder.
type Source interface {
	// Note is the newest signed head.
	Note(ctx context.Context) ([]byte, error)
	// Tile is a tile or bundle by its path below the log's prefix (C2SP
	// tlog-tiles). "?from=N" behind a bundle says that its first N leaves are
	// known, and may be left out.
	Tile(ctx context.Context, path string) ([]byte, error)
	// Records are the entries from (inclusive) to until (exclusive) that the
	// reader may read, or the first of them: To of the answer says up to where.
	Records(ctx context.Context, from, until int64) (*proof.Handover, error)
	// RecordsAbout are the entries below until about objects; To is how many of
	// the subjects were done.
	RecordsAbout(ctx context.Context, subjects []string, until int64) (*proof.Handover, error)
}

// Sizes of tlog-tiles.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
	maxFile    = 1 << 20 // bytes of a checkpoint or tile
)

// bundlePath is the path of an entry bundle with so many leaves.
func bundlePath(n int64, leaves int) string {
	return "tile/entries/" + numberPath(n, leaves)
}

// numberPath is a number as tlog-tiles writes it: x001/x234/067, with .p/W where
// it is not full.
func numberPath(n int64, width int) string {
	const root = "tile/8/0/"
	return (tlog.Tile{H: tileHeight, L: 0, N: n, W: width}).Path()[len(root):]
}

// recordsPath is the file of the records of a bundle's entries in a folder.
func recordsPath(n int64) string {
	return filepath.FromSlash("records/" + numberPath(n, tileWidth) + ".zst")
}

// Folder is a source on a disk, as `truce log export` writes it: checkpoint,
// tile/… and, where records were exported, records/….
type Folder string

// Note reads the file checkpoint.
func (f Folder) Note(context.Context) ([]byte, error) { return f.read("checkpoint") }

// Tile reads a tile, all of it.
func (f Folder) Tile(_ context.Context, path string) ([]byte, error) {
	path, _, _ = strings.Cut(path, "?")
	return f.read(path)
}

func (f Folder) read(path string) ([]byte, error) {
	file, err := os.Open(filepath.Join(string(f), filepath.FromSlash(path)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, truce.E(truce.CodeNotFound, "the folder has no file %s", path).WithHint("export the log into it again")
	}
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be read")
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the file %s cannot be read", path)
	}
	if len(data) > maxFile {
		return nil, truce.E(truce.CodeTooLarge, "the file %s has more than %d bytes", path, maxFile)
	}
	return data, nil
}

// Records reads the records of one bundle. A folder without records has none.
func (f Folder) Records(_ context.Context, from, until int64) (*proof.Handover, error) {
	n := from / tileWidth
	none := &proof.Handover{From: from, To: min(until, (n+1)*tileWidth)}
	if _, err := os.Stat(filepath.Join(string(f), "records")); errors.Is(err, fs.ErrNotExist) {
		none.To = until
		return none, nil
	}
	file, err := os.Open(filepath.Join(string(f), recordsPath(n)))
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the records of the entries from %d on cannot be read", n*tileWidth).
			WithHint("export the log into the folder again")
	}
	defer file.Close()
	h, err := readRecords(file)
	if ours, ok := errors.AsType[*truce.Error](err); ok {
		return nil, ours.At(recordsPath(n))
	}
	if h.From != n*tileWidth || h.To < none.To { // what is missing must not look like what is withheld
		return nil, truce.E(truce.CodeInvalid, "the records are those of the entries %d to %d, and ought to reach from %d to %d", h.From, h.To-1, n*tileWidth, none.To-1).
			At(recordsPath(n)).WithHint("export the log into the folder again")
	}
	for _, e := range h.Entries {
		if e.Number >= from && e.Number < none.To {
			none.Entries = append(none.Entries, e)
		}
	}
	return none, nil
}

// readRecords unpacks and reads a handover, both within bounds.
func readRecords(r io.Reader) (*proof.Handover, error) {
	bad := truce.E(truce.CodeInvalid, "a file of records is damaged").WithHint("export the log into the folder again")
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderMaxWindow(32<<20))
	if err != nil {
		return nil, bad
	}
	defer z.Close()
	data, err := io.ReadAll(io.LimitReader(z, proof.MaxHandover+1))
	if err != nil {
		return nil, bad
	}
	h, err := proof.ParseHandover(data)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "a file of records is damaged").WithHint("export the log into the folder again")
	}
	return h, nil
}

// RecordsAbout hands over nothing: Records of a folder are read from the first
// entry on each time, see Rereads.
func (Folder) RecordsAbout(_ context.Context, subjects []string, _ int64) (*proof.Handover, error) {
	return &proof.Handover{To: int64(len(subjects))}, nil
}

// Rereads says that earlier entries are found by reading from the first one on.
func (Folder) Rereads() bool { return true }

// rereader is a source that is cheap to read from the beginning.
type rereader interface{ Rereads() bool }
