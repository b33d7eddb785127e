package storetest

import (
	"testing"

	"truce"
	"truce/internal/store"
)

func manyRows(t *testing.T, b *bench) {
	b.do(makeCount)
	b.must(b.Update(t.Context(), func(tx store.Tx) error {
		for i := range 5000 {
			if _, err := tx.Exec(t.Context(), "INSERT INTO c VALUES (?, ?)", i, i*2); err != nil {
				return err
			}
		}
		return nil
	}))
	var n int64
	b.must(b.View(t.Context(), func(r store.Reader) error {
		rows, err := r.Query(t.Context(), "SELECT k, v FROM c ORDER BY k")
		b.must(err)
		defer rows.Close()
		for ; rows.Next(); n++ {
			var k, v int64
			b.must(rows.Scan(&k, &v))
			if k != n || v != 2*n {
				t.Fatalf("row %d is %d, %d", n, k, v)
			}
		}
		return rows.Err()
	}))
	b.want(n, 5000, "rows")
}

func nestedQueries(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 2), (2, 3), (3, 1)")
	b.must(b.Update(t.Context(), func(tx store.Tx) error {
		const next = "SELECT v FROM c WHERE k = ?"
		outer, err := tx.Query(t.Context(), "SELECT k FROM c ORDER BY k")
		b.must(err)
		defer outer.Close()
		for outer.Next() {
			var k, v int64
			b.must(outer.Scan(&k))
			inner, err := tx.Query(t.Context(), next, k)
			b.must(err)
			inner.Next()
			b.must(inner.Scan(&v))
			b.want(b.in(tx, next, k), v, "the same query within itself")
			inner.Close()
		}
		return outer.Err()
	}))
}

func rowsLeftOpen(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1), (2, 2)")
	for range 20 {
		b.must(b.Update(t.Context(), func(tx store.Tx) error {
			for range 200 {
				rows, err := tx.Query(t.Context(), "SELECT k FROM c")
				b.must(err)
				rows.Next()
			}
			_, err := tx.Exec(t.Context(), "UPDATE c SET v = v + 1")
			return err
		}))
	}
	b.want(b.number("SELECT v FROM c WHERE k = 1"), 21, "value after updates that left rows open")
}

func rowsAfterEnd(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1), (2, 2)")
	var rows store.Rows
	var late store.Reader
	b.must(b.View(t.Context(), func(r store.Reader) (err error) {
		late = r
		rows, err = r.Query(t.Context(), "SELECT k FROM c")
		return err
	}))
	if rows.Next() {
		t.Error("a row after the view ended")
	}
	b.must(rows.Close())
	if _, err := late.Query(t.Context(), countC); err == nil {
		t.Error("a query after the view ended")
	}
}

func onConflict(t *testing.T, b *bench) {
	b.do(makeCount)
	const put = "INSERT INTO c VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v"
	b.put(put, 1, 1)
	b.put(put, 1, 2)
	b.put("INSERT INTO c VALUES (1, 9) ON CONFLICT DO NOTHING")
	b.want(b.number("SELECT v FROM c"), 2, "value")
}

func constraint(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1)")
	for _, query := range []string{"INSERT INTO c VALUES (1, 2)", "INSERT INTO c VALUES (2, NULL)"} {
		err := b.Update(t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), query)
			return err
		})
		if truce.CodeOf(err) != truce.CodeConflict {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// constraintKeepsRest: on SQLite a refused row leaves the transaction usable;
// on PostgreSQL it does not. Either way the update is whole or not at all.
func constraintKeepsRest(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1)")
	err := b.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), "INSERT INTO c VALUES (2, 2)")
		tx.Exec(t.Context(), "INSERT INTO c VALUES (1, 9)")
		_, err := tx.Exec(t.Context(), "INSERT INTO c VALUES (3, 3)")
		return err
	})
	want := int64(3)
	if err != nil {
		want = 1
	}
	b.want(b.number(countC), want, "rows")
}

func badSQL(t *testing.T, b *bench) {
	b.do(makeCount)
	for query, code := range map[string]truce.Code{"SELEKT 1": truce.CodeInternal, "SELECT ?, ?": truce.CodeInternal,
		"SELECT * FROM missing": truce.CodeTampered, "SELECT missing FROM c": truce.CodeTampered} {
		err := b.View(t.Context(), func(r store.Reader) error {
			_, err := r.Query(t.Context(), query, 1)
			return err
		})
		if truce.CodeOf(err) != code {
			t.Errorf("%s: %v", query, err)
		}
	}
	b.want(b.number(countC), 0, "rows after bad statements")
}

func rowsTouched(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1), (2, 1), (3, 3)")
	b.must(b.Update(t.Context(), func(tx store.Tx) error {
		for query, want := range map[string]int64{
			"UPDATE c SET v = v WHERE v = 1":                     2,
			"UPDATE c SET v = v WHERE v = 99":                    0,
			"DELETE FROM c WHERE k = 3":                          1,
			"INSERT INTO c VALUES (1, 1) ON CONFLICT DO NOTHING": 0,
		} {
			n, err := tx.Exec(t.Context(), query)
			b.must(err)
			b.want(n, want, query)
		}
		return nil
	}))
}

func injection(t *testing.T, b *bench) {
	b.do(makeCount, "INSERT INTO c VALUES (1, 1)")
	b.want(b.number("SELECT COUNT(*) FROM c WHERE CAST(k AS TEXT) = ?", "1' OR '1'='1"), 0, "rows found")
	b.want(b.number(countC), 1, "rows")
}
