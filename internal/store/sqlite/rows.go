package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"reflect"

	"truce"
)

// rows reads the result of one query; it implements store.Rows.
type rows struct {
	t   *tx
	s   *stmt // nil once closed
	dr  driver.Rows
	row []driver.Value
	ctx context.Context
	err error
}

// Next steps to the next row. It stops when the context has ended.
func (r *rows) Next() bool {
	if r.s == nil || r.err != nil {
		return false
	}
	if r.ctx.Err() != nil {
		r.err = cancelled(r.ctx)
		return false
	}
	err := r.dr.Next(r.row)
	if err == nil {
		return true
	}
	if !drained(err) {
		r.err = r.t.note(err)
	}
	r.Close()
	return false
}

// Err is what stopped Next before the last row.
func (r *rows) Err() error { return r.err }

// Close gives the statement back. It may be called more than once.
func (r *rows) Close() error {
	if r.s == nil {
		return nil
	}
	err := r.dr.Close()
	r.t.c.give(r.s)
	r.s = nil
	return classify(err)
}

// Scan copies the row into dest: pointers to int64, int, float64, string,
// []byte, bool, named types of those, any, or a sql.Scanner. NULL goes into
// []byte (nil), any and sql.Scanner only.
func (r *rows) Scan(dest ...any) error {
	if len(dest) != len(r.row) {
		return truce.E(truce.CodeInternal, "a row has %d columns, %d are read", len(r.row), len(dest))
	}
	for i, d := range dest {
		if err := scan(d, r.row[i]); err != nil {
			return err
		}
	}
	return nil
}

// scan puts v into d. The plain types come first: they are the hot path.
func scan(d any, v driver.Value) error {
	switch p := d.(type) {
	case *any:
		*p = v
		return nil
	case sql.Scanner:
		return p.Scan(v)
	case *[]byte:
		return scanBytes(p, v)
	case *int64:
		if x, ok := v.(int64); ok {
			*p = x
			return nil
		}
	case *string:
		if x, ok := text(v); ok {
			*p = x
			return nil
		}
	case *int:
		if x, ok := v.(int64); ok {
			*p = int(x)
			return nil
		}
	}
	return scanOther(d, v)
}

func text(v driver.Value) (string, bool) {
	switch x := v.(type) {
	case string:
		return x, true
	case []byte:
		return string(x), true
	}
	return "", false
}

// scanBytes keeps NULL (nil) and an empty blob (not nil) apart.
func scanBytes(p *[]byte, v driver.Value) error {
	switch x := v.(type) {
	case nil:
		*p = nil
	case []byte:
		*p = x
		if x == nil { // the driver's reading of an empty blob
			*p = []byte{}
		}
	case string:
		*p = []byte(x)
	default:
		return mismatch(p, v)
	}
	return nil
}

// scanOther handles bool, floats and named types.
func scanOther(d any, v driver.Value) error {
	p := reflect.ValueOf(d)
	if p.Kind() != reflect.Pointer || p.IsNil() || v == nil {
		return mismatch(d, v)
	}
	return set(p.Elem(), v)
}

func set(e reflect.Value, v driver.Value) error {
	n, isInt := v.(int64)
	f, isFloat := v.(float64)
	s, isText := text(v)
	switch k := e.Kind(); {
	case isInt && e.CanInt() && !e.OverflowInt(n):
		e.SetInt(n)
	case isInt && n >= 0 && e.CanUint() && !e.OverflowUint(uint64(n)):
		e.SetUint(uint64(n))
	case isInt && k == reflect.Bool && (n == 0 || n == 1):
		e.SetBool(n == 1)
	case isFloat && e.CanFloat():
		e.SetFloat(f)
	case isInt && e.CanFloat():
		e.SetFloat(float64(n))
	case isText && k == reflect.String:
		e.SetString(s)
	case isText && k == reflect.Slice && e.Type().Elem().Kind() == reflect.Uint8:
		e.SetBytes([]byte(s))
	default:
		return mismatch(e.Addr().Interface(), v)
	}
	return nil
}

func mismatch(d any, v driver.Value) error {
	return truce.E(truce.CodeInternal, "a column of type %T cannot be read into a %T", v, d)
}
