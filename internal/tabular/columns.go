package tabular

import (
	"encoding/json"
	"slices"
	"strings"

	"truce"
)

// column is one column of a source and what it means.
type column struct {
	name string
	target
}

// columns are what is known of the columns of a source. A table names them
// all in its header; in the other formats they come up with the rows.
type columns struct {
	schema   *schema
	explicit []explicit
	table    []*column          // by place; nil for other formats
	byName   map[string]*column // for other formats
	order    []*column
	nested   bool // cells may hold JSON objects
}

// explicit is one --map, and whether a column of that name was found.
type explicit struct {
	text   string
	header string
	target target
	found  bool
}

func newColumns(s *schema, src *Source, maps []string) (*columns, error) {
	c := &columns{schema: s, byName: map[string]*column{}, nested: src.Format() == GeoJSON}
	for _, text := range maps {
		e, err := s.parseMap(text)
		if err != nil {
			return nil, err
		}
		c.explicit = append(c.explicit, e)
	}
	for _, h := range src.Header().Columns {
		col, err := c.add(h)
		if err != nil {
			return nil, err
		}
		c.table = append(c.table, col)
	}
	if c.table != nil {
		return c, c.unfound()
	}
	return c, nil
}

// parseMap reads "header=field", or "field=header" where only that makes sense.
func (s *schema) parseMap(text string) (explicit, error) {
	if i := strings.LastIndexByte(text, '='); i > 0 {
		header := strings.TrimSpace(text[:i])
		if t, ok := s.parseTarget(text[i+1:], header); ok && header != "" {
			return explicit{text: text, header: header, target: t}, nil
		}
	}
	if i := strings.IndexByte(text, '='); i > 0 {
		header := strings.TrimSpace(text[i+1:])
		if t, ok := s.parseTarget(text[:i], header); ok && header != "" {
			return explicit{text: text, header: header, target: t}, nil
		}
	}
	return explicit{}, truce.E(truce.CodeUsage, "the mapping %.80q names no field of a %s", text, s.object).
		WithHint("write header=field, with one of %s; or header=-", strings.Join(ImportFields(s.object), ", "))
}

// add takes up a column. One that would bring in what the register must not
// hold ends the import, even where it was asked to be left out: the list is
// not one to be shared.
func (c *columns) add(h Column) (*column, error) {
	for _, name := range []string{h.Name, h.Tag} {
		if truce.ForbiddenName(name) {
			return nil, truce.RefuseName(name)
		}
	}
	col := &column{name: h.Name, target: c.meaning(h)}
	c.order = append(c.order, col)
	return col, nil
}

// meaning asks the mappings first, then the HXL tag, then the heading.
func (c *columns) meaning(h Column) target {
	for _, exact := range []bool{true, false} {
		for i := range c.explicit {
			if e := &c.explicit[i]; e.names(h.Name, exact) {
				e.found = true
				return e.target
			}
		}
	}
	if h.Tag != "" {
		return c.schema.recogniseTag(h.Tag, h.Name)
	}
	return c.schema.recognise(h.Name)
}

func (e *explicit) names(heading string, exact bool) bool {
	if exact {
		return e.header == heading
	}
	a, _ := headingKey(e.header)
	b, _ := headingKey(heading)
	return a == b && a != ""
}

// unfound reports a mapping for a column that the source does not have.
func (c *columns) unfound() error {
	for _, e := range c.explicit {
		if !e.found {
			return truce.E(truce.CodeUsage, "there is no column %.80q, as %.80q says", e.header, e.text).
				WithHint("the columns are %s", clipText(strings.Join(c.names(), ", "), 500))
		}
	}
	return nil
}

func (c *columns) names() []string {
	var out []string
	for _, col := range c.order {
		out = append(out, col.name)
	}
	return out
}

// of gives the columns of the cells of row, in their order.
func (c *columns) of(row Row, into []*column) ([]*column, error) {
	if c.table != nil {
		return c.table, nil
	}
	into = into[:0]
	for i := range row.Cells {
		col, ok := c.byName[row.Cells[i].Column]
		if !ok {
			if len(c.byName) >= maxColumnNames {
				return nil, truce.E(truce.CodeTooLarge, "the entries name more than %d columns between them", maxColumnNames)
			}
			var err error
			if col, err = c.add(Column{Name: row.Cells[i].Column}); err != nil {
				return nil, err
			}
			c.byName[col.name] = col
		}
		if err := c.inside(row.Cells[i].Text); err != nil {
			return nil, err
		}
		into = append(into, col)
	}
	return into, nil
}

// inside looks for members that must not be brought in, within a cell that
// holds JSON.
func (c *columns) inside(text string) error {
	if !c.nested || text == "" || text[0] != '{' && text[0] != '[' {
		return nil
	}
	var value any
	if truce.CheckJSON([]byte(text), 32) != nil || json.Unmarshal([]byte(text), &value) != nil {
		return nil
	}
	if name := forbiddenMember(value); name != "" {
		return truce.RefuseName(name)
	}
	return nil
}

func forbiddenMember(value any) string {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			if truce.ForbiddenName(name) {
				return name
			}
			if inner := forbiddenMember(member); inner != "" {
				return inner
			}
		}
	case []any:
		for _, item := range v {
			if inner := forbiddenMember(item); inner != "" {
				return inner
			}
		}
	}
	return ""
}

// report tells which columns are read as what and which are not.
func (c *columns) report() (mapping map[string]string, ignored []string) {
	mapping, ignored = map[string]string{}, []string{}
	for _, col := range c.order {
		switch {
		case col.path == leftOut || !col.known():
			ignored = append(ignored, col.name)
		default:
			mapping[col.name] = col.target.String()
		}
	}
	slices.Sort(ignored)
	return mapping, slices.Compact(ignored)
}

// clipText shortens text for a message.
func clipText(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
