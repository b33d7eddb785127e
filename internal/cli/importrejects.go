package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"truce"
	"truce/internal/tabular"
)

// rejectsCopy writes the rejected rows of a list to a file beside it. It is
// written under another name first, and put in place once the import is done; an
// older copy, in which somebody may be at work, is never overwritten.
type rejectsCopy struct {
	wanted   string // where it is to be
	explicit bool   // it was asked for by name
	header   tabular.Header
	file     *os.File
	rows     *tabular.Rejects
	bytes    int64
	failed   error
}

// maxRejects bounds the copy, in bytes: features that each have columns of their own
// make every row of it as wide as all of them together.
const maxRejects int64 = 2 << 30

// Write counts what goes into the copy.
func (c *rejectsCopy) Write(b []byte) (int, error) {
	if c.bytes += int64(len(b)); c.bytes > maxRejects {
		return 0, truce.E(truce.CodeTooLarge, "the copy of the rejected rows would be larger than %d bytes", maxRejects).At(c.wanted).
			WithHint("the errors say which rows are rejected; mend them in the list itself")
	}
	return c.file.Write(b)
}

func newRejectsCopy(list, wanted string, header tabular.Header) *rejectsCopy {
	c := &rejectsCopy{wanted: wanted, explicit: wanted != "", header: header}
	if !c.explicit {
		list = strings.TrimSuffix(list, ".gz")
		c.wanted = strings.TrimSuffix(list, filepath.Ext(list)) + ".rejects.csv"
	}
	return c
}

// add writes a row; it fits tabular.ImportOptions.Reject. A copy that was not
// asked for by name does not stop the import when it cannot be written.
func (c *rejectsCopy) add(row tabular.Row, errs []tabular.RowError) error {
	if c.failed == nil {
		c.failed = c.write(row, errs)
	}
	if c.explicit {
		return c.failed
	}
	return nil
}

func (c *rejectsCopy) write(row tabular.Row, errs []tabular.RowError) (err error) {
	if c.file == nil {
		if c.file, err = os.CreateTemp(filepath.Dir(c.wanted), ".rejects-*"); err != nil {
			return fileError(c.wanted, err)
		}
		c.rows = tabular.NewRejects(c, c.header)
	}
	return c.rows.Add(row, errs)
}

// keep puts the copy in place and gives its path, "" where nothing was rejected.
func (c *rejectsCopy) keep() (string, error) {
	if c.file == nil || c.failed != nil {
		return "", c.failed
	}
	if err := errors.Join(c.rows.Close(), c.file.Sync()); err != nil {
		return "", fileError(c.wanted, err)
	}
	for n := 1; n < 1000; n++ {
		path := numbered(c.wanted, n)
		same, err := sameContent(path, c.file.Name())
		if same {
			return path, nil
		}
		if errors.Is(err, fs.ErrNotExist) {
			return path, os.Rename(c.file.Name(), path)
		}
	}
	return "", truce.E(truce.CodeConflict, "there are too many copies of rejected rows").At(c.wanted).WithHint("remove those that were dealt with")
}

// sameContent compares two files piece by piece: a copy may be as large as the list.
func sameContent(a, b string) (bool, error) {
	one, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer one.Close()
	other, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer other.Close()
	left, right := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, errA := io.ReadFull(one, left)
		m, errB := io.ReadFull(other, right)
		if !bytes.Equal(left[:n], right[:m]) {
			return false, nil
		}
		if errA != nil || errB != nil {
			return ended(errA) && ended(errB), nil
		}
	}
}

// ended reports whether a file was read to its end.
func ended(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// numbered is path for 1, and path with -2, -3, … before its extension.
func numbered(path string, n int) string {
	if n == 1 {
		return path
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
}

// discard removes what was not put in place.
func (c *rejectsCopy) discard() {
	if c.file != nil {
		c.file.Close()
		os.Remove(c.file.Name())
	}
}

// keepRejects counts the rows that the register itself refused as rejected, puts
// them into the copy too, and puts the copy in place.
func (im *importing) keepRejects() (string, error) {
	if err := im.countRefused(); err != nil || im.copy == nil {
		return "", err
	}
	path, err := im.copy.keep()
	if err != nil && !im.copy.explicit {
		im.say("the copy of the rejected rows cannot be written: %s", err.Error())
		return "", nil
	}
	if path != "" {
		im.say("the rejected rows are in %s", path)
	}
	return path, err
}

func (im *importing) countRefused() error {
	if len(im.refused) == 0 {
		return nil
	}
	for _, d := range slices.Sorted(maps.Keys(im.refused)) {
		im.sum.Accepted--
		im.sum.Rejected++
		im.sum.ErrorCount += len(im.refused[d])
		if len(im.sum.Errors) < tabular.MaxListed {
			im.sum.Errors = append(im.sum.Errors, im.refused[d]...)
		}
	}
	im.sum.Registered -= im.refusedOf[tabular.Register]
	im.sum.Amended -= im.refusedOf[tabular.Amend]
	slices.SortStableFunc(im.sum.Errors, func(a, b tabular.RowError) int { return a.Row - b.Row })
	return im.copyRefused()
}

// copyRefused reads the list again for the rows that the register refused.
func (im *importing) copyRefused() error {
	if im.copy == nil {
		return nil
	}
	src, err := tabular.OpenFile(im.path, im.f.source)
	if err != nil {
		return err
	}
	defer src.Close()
	for row, err := range src.Rows() {
		if err != nil {
			return nil // where the file breaks off was told already
		}
		if errs := im.refused[row.Number]; errs != nil {
			if err := im.copy.add(row, errs); err != nil {
				return err
			}
		}
	}
	return nil
}
