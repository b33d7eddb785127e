package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

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
		if err == nil && n == 0 && !strings.HasPrefix(args[1], "ALTER") && !strings.HasPrefix(args[1], "DROP") {
			ts.Fatalf("%s touched no row", args[1])
		}
		return err
	}))
}

// exits demands an exit code: exits 7 truce log verify --data D.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		failed, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = failed.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// capture takes the first group of a pattern out of the last output: capture ID '"id": "(.*)"'.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture name pattern")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("the output does not match %q", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// captureErr is capture of standard error.
func captureErr(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture-err name pattern")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stderr"))
	if len(found) < 2 {
		ts.Fatalf("the output does not match %q", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// freePort puts a free port of this machine into a variable: port PORT.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: port name")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(ln.Addr().String())
	ts.Check(err)
	ts.Check(ln.Close())
	ts.Setenv(args[0], port)
}

// await waits until a server answers: await http://127.0.0.1:8448/livez.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await url")
	}
	for range 400 {
		if res, err := http.Get(args[0]); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("%s does not answer", args[0])
}

// manySites writes a list of n clinics: sites 300 list.csv.
func manySites(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sites n file")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var b bytes.Buffer
	b.WriteString("name,type,latitude,longitude\n")
	for i := range n {
		fmt.Fprintf(&b, "Clinic %d,clinic,%.5f,%.5f\n", i, 30+float64(i%100)/10.1, 30+float64(i/100)/10.1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), b.Bytes(), 0o600))
}
