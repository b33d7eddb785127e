package cli

import (
	"bytes"
	"context"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"truce/internal/store"
	"truce/internal/store/sqlite"
)

// flipByte changes one bit: flipbyte FILE OFFSET, or flipbyte FILE TEXT to
// change the first byte of the first occurrence of TEXT. A negative offset
// counts from the end.
func flipByte(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: flipbyte file offset|text")
	}
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	at, err := strconv.Atoi(args[1])
	if err != nil {
		at = bytes.Index(data, []byte(args[1]))
		if at < 0 {
			ts.Fatalf("%s does not hold %q", args[0], args[1])
		}
	}
	if at < 0 {
		at += len(data)
	}
	data[at] ^= 1
	ts.Check(os.WriteFile(path, data, 0o600))
}

// sqlExec changes the database behind the register's back: sqlexec DB SQL.
func sqlExec(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sqlexec file sql")
	}
	db, err := sqlite.Open(ts.MkAbs(args[0]), sqlite.Options{})
	ts.Check(err)
	defer db.Close()
	ts.Check(db.Update(context.Background(), func(tx store.Tx) error {
		n, err := tx.Exec(context.Background(), args[1])
		if err == nil && n == 0 {
			ts.Fatalf("%s touched no row", args[1])
		}
		return err
	}))
}
