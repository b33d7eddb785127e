package storetest

import (
	"bytes"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/store"
)

const makeAll = "CREATE TABLE a (k BIGINT PRIMARY KEY, i BIGINT, f DOUBLE PRECISION, t TEXT, b BLOB)"

// row reads one row into dest.
func (b *bench) row(query string, dest ...any) {
	b.t.Helper()
	b.must(b.scan(query, dest...))
}

func (b *bench) scan(query string, dest ...any) error {
	return b.View(b.t.Context(), func(r store.Reader) error {
		found, err := store.One(b.t.Context(), r, query, nil, dest...)
		if err == nil && !found {
			err = fmt.Errorf("%s: no row", query)
		}
		return err
	})
}

func types(t *testing.T, b *bench) {
	b.do(makeAll)
	b.put("INSERT INTO a VALUES (?, ?, ?, ?, ?)", 1, int64(-5), 1.5, "é", []byte{0, 1, 0})
	var i int64
	var f float64
	var s string
	var raw []byte
	b.row("SELECT i, f, t, b FROM a", &i, &f, &s, &raw)
	if i != -5 || f != 1.5 || s != "é" || !bytes.Equal(raw, []byte{0, 1, 0}) {
		t.Errorf("read back %d %v %q %v", i, f, s, raw)
	}
	var small int
	var yes bool
	var any1, any2 any
	b.put("INSERT INTO a VALUES (2, ?, NULL, NULL, NULL)", true)
	b.row("SELECT k, i, i, t FROM a WHERE k = 2", &small, &yes, &any1, &any2)
	if small != 2 || !yes || any1 != int64(1) || any2 != nil {
		t.Errorf("read back %d %v %v %v", small, yes, any1, any2)
	}
}

type word string

func namedTypes(t *testing.T, b *bench) {
	b.do(makeAll)
	name := word("w")
	var none *int64
	b.put("INSERT INTO a VALUES (?, ?, ?, ?, ?)", uint16(1), none, float32(0.5), name, bytes.NewBufferString("x").Bytes())
	var k uint8
	var w word
	var missing sql.NullInt64
	b.row("SELECT k, t, i FROM a", &k, &w, &missing)
	if k != 1 || w != "w" || missing.Valid {
		t.Errorf("read back %d %q %v", k, w, missing)
	}
}

func wrongTypes(t *testing.T, b *bench) {
	b.do(makeAll, "INSERT INTO a VALUES (1, 300, 1.5, 'x', NULL)")
	var i int64
	var tiny int8
	var yes bool
	var s string
	for what, err := range map[string]error{
		"text into integer":   b.scan("SELECT t FROM a", &i),
		"300 into int8":       b.scan("SELECT i FROM a", &tiny),
		"300 into bool":       b.scan("SELECT i FROM a", &yes),
		"null into integer":   b.scan("SELECT b FROM a", &i),
		"null into text":      b.scan("SELECT b FROM a", &s),
		"too few":             b.scan("SELECT i, t FROM a", &i),
		"not a pointer":       b.scan("SELECT i FROM a", i),
		"a time as argument":  b.argument(time.Now()),
		"a map as argument":   b.argument(map[string]int{}),
		"too big as argument": b.argument(uint64(math.MaxUint64)),
	} {
		if truce.CodeOf(err) != truce.CodeInternal {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func (b *bench) argument(v any) error {
	return b.View(b.t.Context(), func(r store.Reader) error {
		_, err := r.Query(b.t.Context(), "SELECT ?", v)
		return err
	})
}

func integers(t *testing.T, b *bench) {
	b.do(makeAll)
	for k, want := range []int64{0, -1, math.MaxInt64, math.MinInt64, 1<<53 + 1, -(1<<53 + 1)} {
		b.put("INSERT INTO a (k, i) VALUES (?, ?)", k, want)
		b.want(b.number("SELECT i FROM a WHERE k = ?", k), want, "integer")
		b.want(b.number("SELECT COUNT(*) FROM a WHERE i = ?", want), 1, "found by value")
	}
}

func blobs(t *testing.T, b *bench) {
	b.do(makeAll)
	large := bytes.Repeat([]byte{0, 0xff, '\'', '\n'}, 1<<18)
	for k, want := range [][]byte{{}, {0}, {0, 0, 0}, []byte("text"), large} {
		b.put("INSERT INTO a (k, b) VALUES (?, ?)", k, want)
		var got []byte
		b.row(fmt.Sprintf("SELECT b FROM a WHERE k = %d", k), &got)
		if got == nil || !bytes.Equal(got, want) {
			t.Errorf("a blob of %d bytes came back as %d bytes (nil: %v)", len(want), len(got), got == nil)
		}
		b.want(b.number("SELECT COUNT(*) FROM a WHERE b = ?", want), 1, "found by value")
	}
}

func texts(t *testing.T, b *bench) {
	b.do(makeAll)
	for k, want := range []string{"", "مشفى", "a'b\"c;--", "\u202e", "x\ny", strings.Repeat("é", 70000)} {
		b.put("INSERT INTO a (k, t) VALUES (?, ?)", k, want)
		var got string
		b.row(fmt.Sprintf("SELECT t FROM a WHERE k = %d", k), &got)
		if got != want {
			t.Errorf("%.20q came back as %.20q", want, got)
		}
	}
}

func nulls(t *testing.T, b *bench) {
	b.do(makeAll)
	b.put("INSERT INTO a VALUES (?, ?, ?, ?, ?)", 1, nil, nil, nil, []byte(nil))
	b.want(b.number("SELECT COUNT(*) FROM a WHERE i IS NULL AND f IS NULL AND t IS NULL AND b IS NULL"), 1, "rows of nulls")
	raw := []byte("left over")
	b.row("SELECT b FROM a", &raw)
	if raw != nil {
		t.Errorf("null came back as %q", raw)
	}
}

func ordering(t *testing.T, b *bench) {
	b.do("CREATE TABLE o (t TEXT, b BLOB)")
	for _, s := range []string{"b", "a", "Z", "é", "", "aa", "\x7f"} {
		b.put("INSERT INTO o VALUES (?, ?)", s, []byte(s))
	}
	for _, column := range []string{"t", "b"} {
		got := b.list("SELECT " + column + " FROM o ORDER BY " + column)
		if !slices.IsSorted(got) {
			t.Errorf("ORDER BY %s gave %q, want the order of bytes", column, got)
		}
	}
}

func (b *bench) list(query string) (out []string) {
	b.t.Helper()
	b.must(b.View(b.t.Context(), func(r store.Reader) error {
		rows, err := r.Query(b.t.Context(), query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			b.must(rows.Scan(&s))
			out = append(out, s)
		}
		return rows.Err()
	}))
	return out
}
