package sqlite

import (
	"context"
	"errors"
	"regexp"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"truce"
)

// primary is the primary result code of err (https://sqlite.org/rescode.html),
// or SQLITE_OK when err does not come from SQLite.
func primary(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return lib.SQLITE_OK
}

// meaning is what a result code means to the house.
type meaning struct {
	code    truce.Code
	message string
	hint    string
	fatal   bool // SQLite may have rolled the transaction back by itself
}

var meanings = map[int]meaning{
	lib.SQLITE_FULL:       {truce.CodeUnavailable, "the disk is full", "free space on the disk that holds the data folder", true},
	lib.SQLITE_IOERR:      {truce.CodeUnavailable, "the disk does not take or give data", "look at free space, quota and the state of the disk", true},
	lib.SQLITE_READONLY:   {truce.CodeUnavailable, "the database is read-only", "look at the permissions of the data folder", true},
	lib.SQLITE_CANTOPEN:   {truce.CodeUnavailable, "the database cannot be opened", "look at the permissions and free space of the data folder", true},
	lib.SQLITE_PERM:       {truce.CodeUnavailable, "the database may not be used", "look at the permissions of the data folder", true},
	lib.SQLITE_BUSY:       {truce.CodeUnavailable, "the database is locked", "another process writes to it; stop that one", true},
	lib.SQLITE_LOCKED:     {truce.CodeUnavailable, "the database is locked", "another process writes to it; stop that one", true},
	lib.SQLITE_PROTOCOL:   {truce.CodeUnavailable, "the database is locked", "another process writes to it; stop that one", true},
	lib.SQLITE_NOMEM:      {truce.CodeUnavailable, "memory ran out", "give the process more memory", true},
	lib.SQLITE_INTERRUPT:  {truce.CodeUnavailable, "the request was given up", "", true},
	lib.SQLITE_CORRUPT:    {truce.CodeTampered, "the database file is damaged", "restore a backup, then compare its head with the head file", true},
	lib.SQLITE_NOTADB:     {truce.CodeTampered, "the file is no database or damaged", "restore a backup, then compare its head with the head file", true},
	lib.SQLITE_CONSTRAINT: {truce.CodeConflict, "it contradicts what the table holds", "", false},
	lib.SQLITE_TOOBIG:     {truce.CodeTooLarge, "a value is too large for the database", "", false},
}

// fatal reports whether no statement may follow err in its transaction.
func fatal(err error) bool { return meanings[primary(err)].fatal }

// classify turns an error of SQLite into the house's error; others pass.
func classify(err error) error {
	if err == nil {
		return nil
	}
	code := primary(err)
	if code == lib.SQLITE_OK {
		return classifyOther(err)
	}
	m, ok := meanings[code]
	if lost := lostTable(err); lost != nil {
		return lost
	}
	if !ok {
		return truce.Wrap(truce.CodeInternal, err, "the database refused a statement")
	}
	e := truce.Wrap(m.code, err, "%s", m.message)
	e.Hint = m.hint
	return e
}

// lostTables find what SQLite says of a table or column that is not there. It
// has no code of its own for them.
var lostTables = regexp.MustCompile(`no such (table|column): ([A-Za-z_.]+)|table ([a-z_]+) has no (column)`)

// lostTable is the error where a table or column is not in the database: every
// one that is asked for was made by this program, so somebody has changed it.
// Field is its name.
func lostTable(err error) error {
	m := lostTables.FindStringSubmatch(err.Error())
	if m == nil {
		return nil
	}
	return truce.E(truce.CodeTampered, "the %s is not in the database as it was made", m[1]+m[4]).At(m[2] + m[3]).
		WithHint("the tables of views are worked out anew with: truce views rebuild; where it is another table, restore a backup")
}

// classifyOther handles what the driver says by itself: the end of a context.
func classifyOther(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return truce.Wrap(truce.CodeUnavailable, err, "the request was given up")
	}
	return truce.Wrap(truce.CodeInternal, err, "the database refused a statement")
}
