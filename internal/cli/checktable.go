package cli

import (
	"bufio"
	"bytes"
	"io"
	"os"

	"truce"
	"truce/internal/tabular"
)

// maxPiped bounds a table on standard input, in bytes: it is held in memory.
const maxPiped = 64 << 20

// table reads CSV and the other tables that package tabular knows.
func (a *asking) table(in io.Reader, head *bufio.Reader, name string) error {
	file, size, err := seekable(in, head)
	if err != nil {
		return err
	}
	src, err := tabular.Open(name, file, size, tabular.Options{})
	if err != nil {
		return err
	}
	defer src.Close()
	if err := saysWhere(src.Header()); err != nil {
		return err
	}
	if src.Format() == tabular.CSV {
		if done, err := a.plainTable(file, size, src.Header()); done {
			return err
		}
	}
	return a.rowsOf(src)
}

// rowsOf asks what the rows of a table ask.
func (a *asking) rowsOf(src *tabular.Source) error {
	for row, err := range src.Rows() {
		if err != nil {
			return err
		}
		if row.Err != nil {
			a.add(waiting{row: row.Number, err: row.Err})
		} else if q, err := a.row(row); err != nil {
			a.add(waiting{row: row.Number, id: q.ID, err: err})
		} else {
			a.ask(row.Number, q)
		}
		if err := a.full(); err != nil {
			return err
		}
	}
	return nil
}

// plainTable answers a table out of a pack line by line, on every processor, where it is
// as plain as that.
func (a *asking) plainTable(file io.ReaderAt, size int64, h tabular.Header) (done bool, err error) {
	if a.pack == nil {
		return false, nil
	}
	l, err := a.packLines()
	if err != nil {
		return true, err
	}
	t, from := asPlain(l, file, size, h)
	if t == nil {
		return false, nil
	}
	l.parse = t.row
	return true, l.run(io.NewSectionReader(file, from, size-from), 2, size)
}

// seekable gives a file as it is, and reads a pipe into memory.
func seekable(in io.Reader, head *bufio.Reader) (io.ReaderAt, int64, error) {
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return f, info.Size(), nil
		}
	}
	data, err := io.ReadAll(io.LimitReader(head, maxPiped+1))
	if err != nil {
		return nil, 0, fileError("-", err)
	}
	if len(data) > maxPiped {
		return nil, 0, truce.E(truce.CodeTooLarge, "a table on standard input has at most %d MiB", maxPiped>>20).
			WithHint("name the file itself, or pipe one JSON object a line")
	}
	return bytes.NewReader(data), int64(len(data)), nil
}
