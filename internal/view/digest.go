package view

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"strings"

	"truce"
	"truce/internal/store"
)

// Digest gives a SHA-256 for each view, by name, over all its rows: table by
// table, row by row in the order of the primary key, value by value with its
// type and length. Two stores with equal digests show the same to every reader.
func (r *Runner) Digest(ctx context.Context, q store.Reader) (map[string][32]byte, error) {
	out := make(map[string][32]byte, len(r.views))
	for _, v := range r.views {
		h := sha256.New()
		for _, t := range v.Tables() {
			if err := digestTable(ctx, q, h, v, t); err != nil {
				return nil, fmt.Errorf("view %s: %w", v.Name(), err)
			}
		}
		out[v.Name()] = [32]byte(h.Sum(nil))
	}
	return out, nil
}

func digestTable(ctx context.Context, q store.Reader, h hash.Hash, v View, t Table) error {
	columns, err := columnsOf(v.Schema(), t.Name)
	if err != nil {
		return err
	}
	writeText(h, 'T', t.Name)
	rows, err := q.Query(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+quoted(t.Name)+` ORDER BY `+t.Order)
	if err != nil {
		return err
	}
	defer rows.Close()
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		h.Write([]byte{'R'})
		for _, value := range values {
			if err := writeValue(h, value); err != nil {
				return err
			}
		}
	}
	return rows.Err()
}

func writeValue(h hash.Hash, v any) error {
	switch v := v.(type) {
	case nil:
		h.Write([]byte{'N'})
	case int64:
		writeWord(h, 'I', uint64(v))
	case bool:
		writeWord(h, 'B', map[bool]uint64{true: 1}[v])
	case float64:
		writeWord(h, 'F', math.Float64bits(v))
	case string:
		writeText(h, 'S', v)
	case []byte:
		writeText(h, 'X', string(v))
	default:
		return truce.E(truce.CodeInternal, "a column of type %T has no digest", v)
	}
	return nil
}

func writeWord(h hash.Hash, kind byte, w uint64) {
	h.Write(binary.BigEndian.AppendUint64([]byte{kind}, w))
}

func writeText(h hash.Hash, kind byte, s string) {
	writeWord(h, kind, uint64(len(s)))
	h.Write([]byte(s))
}

// columnsOf reads the names of a table's columns, in order, out of its CREATE
// TABLE statement. The views write their own schema, in the plain form "CREATE
// TABLE name (column type …, …)", so that no catalogue of a particular database
// is asked.
func columnsOf(schema []string, table string) ([]string, error) {
	for _, s := range schema {
		head, body, ok := strings.Cut(s, "(")
		words := strings.Fields(head)
		if !ok || len(words) < 3 || !strings.EqualFold(words[1], "TABLE") || words[len(words)-1] != table {
			continue
		}
		return columnNames(body), nil
	}
	return nil, truce.E(truce.CodeInternal, "the schema does not create table %s", table)
}

// columnNames takes the first word of each part between commas, leaving out
// constraints of the table. Commas inside parentheses do not divide.
func columnNames(body string) []string {
	var names []string
	depth, start := 0, 0
	part := func(end int) {
		words := strings.Fields(body[start:end])
		if len(words) > 1 && !tableConstraint[strings.ToUpper(words[0])] {
			names = append(names, words[0])
		}
		start = end + 1
	}
	for i := range len(body) {
		switch c := body[i]; {
		case c == '(':
			depth++
		case c == ')' && depth == 0:
			part(i)
			return names
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			part(i)
		}
	}
	return names
}

var tableConstraint = map[string]bool{"PRIMARY": true, "UNIQUE": true, "FOREIGN": true, "CHECK": true, "CONSTRAINT": true}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
