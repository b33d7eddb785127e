package mirror

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"truce"
	"truce/internal/durable"
	"truce/proof"
)

// Hand gives the entries from (inclusive) to until (exclusive) that a reader may
// read, or the first of them: To of the answer says up to where.
type Hand func(ctx context.Context, from, until int64) (*proof.Handover, error)

// ExportRecords writes what hand gives of the first size entries into a folder,
// beside the tiles that ledger.Export writes: a file records/<N>.zst for every
// 256 entries, a handover compressed with Zstandard. A Folder reads it. Files
// that would be the same are left alone. It gives the number of records.
func ExportRecords(ctx context.Context, dir string, size int64, hand Hand) (records int, err error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	if err != nil {
		return 0, truce.Wrap(truce.CodeInternal, err, "the records cannot be compressed")
	}
	defer z.Close()
	for n := int64(0); n*tileWidth < size; n++ {
		h, err := whole(ctx, n*tileWidth, min(size, (n+1)*tileWidth), hand)
		if err != nil {
			return records, err
		}
		if err := exportFile(filepath.Join(dir, recordsPath(n)), z.EncodeAll(h.Marshal(), nil)); err != nil {
			return records, err
		}
		records += len(h.Entries)
	}
	return records, nil
}

// whole asks until all is handed over.
func whole(ctx context.Context, from, until int64, hand Hand) (*proof.Handover, error) {
	all := &proof.Handover{From: from, To: from}
	for all.To < until {
		h, err := hand(ctx, all.To, until)
		if err != nil {
			return nil, err
		}
		if err := inOrder(h, all.To, until); err != nil {
			return nil, err
		}
		all.Entries, all.To = append(all.Entries, h.Entries...), h.To
	}
	return all, nil
}

func exportFile(path string, data []byte) error {
	have, err := os.ReadFile(path)
	if err == nil && bytes.Equal(have, data) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return truce.Wrap(truce.CodeUnavailable, err, "the export cannot be written")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the export cannot be written").WithHint("look at free space and permissions of the folder")
	}
	return durable.Replace(path, data, 0o644)
}
