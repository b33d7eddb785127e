package sqlite

import (
	"context"
	"database/sql/driver"
	"io"
	"math"
	"reflect"

	"truce"
)

// maxStatements bounds the prepared statements kept by one connection.
const maxStatements = 512

// conn is one connection with its prepared statements. It belongs to one
// transaction at a time and is not safe for concurrent use.
type conn struct {
	dc   driver.Conn
	free map[string][]*stmt  // prepared and not in use
	kept int                 // number of statements in free
	vals []driver.NamedValue // room for the arguments of one statement
}

// stmt is a prepared statement.
type stmt struct {
	query string
	ds    driver.Stmt
}

func newConn(dc driver.Conn) *conn { return &conn{dc: dc, free: map[string][]*stmt{}} }

func (c *conn) close() error {
	if c == nil {
		return nil
	}
	c.forget()
	return c.dc.Close()
}

// forget closes every statement that is not in use.
func (c *conn) forget() {
	for _, list := range c.free {
		for _, s := range list {
			s.ds.Close() // nothing is lost: it is not in use
		}
	}
	clear(c.free)
	c.kept = 0
}

// take gives a prepared statement for query that nobody else uses.
func (c *conn) take(query string) (*stmt, error) {
	if list := c.free[query]; len(list) > 0 {
		s := list[len(list)-1]
		c.free[query] = list[:len(list)-1]
		c.kept--
		return s, nil
	}
	ds, err := c.dc.Prepare(query)
	if err != nil {
		return nil, err
	}
	return &stmt{query, ds}, nil
}

// give puts s back for the next use.
func (c *conn) give(s *stmt) {
	if c.kept >= maxStatements {
		c.forget()
	}
	c.free[s.query] = append(c.free[s.query], s)
	c.kept++
}

// exec runs one statement to its end and gives the number of rows it touched.
func (c *conn) exec(ctx context.Context, query string, args []driver.NamedValue) (int64, error) {
	s, err := c.take(query)
	if err != nil {
		return 0, err
	}
	defer c.give(s)
	res, err := s.ds.(driver.StmtExecContext).ExecContext(ctx, args)
	if err != nil || res == nil {
		return 0, err
	}
	return res.RowsAffected()
}

// query starts one statement. Whoever closes the rows gives the statement back.
func (c *conn) query(ctx context.Context, query string, args []driver.NamedValue) (*stmt, driver.Rows, error) {
	s, err := c.take(query)
	if err != nil {
		return nil, nil, err
	}
	dr, err := s.ds.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		c.give(s)
		return nil, nil, err
	}
	return s, dr, nil
}

// bind turns the caller's arguments into what the driver takes, which copies them
// before it returns: the room is used again for the next statement. Times are
// refused: every table keeps them as milliseconds.
func (c *conn) bind(args []any) ([]driver.NamedValue, error) {
	clear(c.vals)
	c.vals = c.vals[:0]
	for i, a := range args {
		v, err := value(a)
		if err != nil {
			return nil, err
		}
		c.vals = append(c.vals, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return c.vals, nil
}

func value(a any) (driver.Value, error) {
	switch x := a.(type) {
	case nil, int64, float64, string, []byte, bool:
		return x, nil
	case int:
		return int64(x), nil
	case driver.Valuer:
		return x.Value()
	}
	return reflected(reflect.ValueOf(a))
}

// reflected handles named types over the plain ones, and pointers to them.
func reflected(v reflect.Value) (driver.Value, error) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return value(v.Elem().Interface())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() <= math.MaxInt64 {
			return int64(v.Uint()), nil
		}
	case reflect.Float32, reflect.Float64:
		return v.Float(), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Bytes(), nil
		}
	}
	return nil, truce.E(truce.CodeInternal, "a %s cannot be stored", v.Type())
}

// drained reports whether err is the driver's end of rows.
func drained(err error) bool { return err == io.EOF }
