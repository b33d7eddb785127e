package tabular

import (
	"encoding/json"
	"strings"

	"truce"
)

// names puts the names together, each once.
func (r *rowDraft) names() {
	var list []any
	seen := map[string]bool{}
	for _, c := range r.cells {
		if c.path != "names" || c.text == "" || seen[c.text] {
			continue
		}
		seen[c.text] = true
		name := map[string]any{"text": c.text}
		if c.lang != "" {
			name["lang"] = c.lang
		}
		if c.kind != "" {
			name["kind"] = c.kind
		}
		list = append(list, name)
		r.place.names = append(r.place.names, c.text)
	}
	if list == nil {
		r.warn("names", "", "no_name", "the row has no name", "")
		return
	}
	r.members["names"] = list
}

// externalIDs puts the ids together that the row has in other lists.
func (r *rowDraft) externalIDs() {
	var list []any
	seen := map[string]bool{}
	for _, c := range r.cells {
		key := c.source + "\x00" + c.text
		if c.path != "externalIds" || c.text == "" || seen[key] {
			continue
		}
		seen[key] = true
		list = append(list, map[string]any{"source": c.source, "id": c.text})
		r.place.ids = append(r.place.ids, key)
	}
	if list != nil {
		r.members["externalIds"] = list
	}
}

// fields fills the plain fields: of several columns for one field the first
// counts that is not empty.
func (r *rowDraft) fields() {
	for _, c := range r.cells {
		switch {
		case c.path == r.d.schema.typed:
		case c.text == "" || len(c.chain) == 0 || r.has(c.chain):
		default:
			r.fill(c)
		}
	}
	r.typed()
}

func (r *rowDraft) has(chain []*truce.Field) bool {
	group := r.members
	for _, f := range chain[:len(chain)-1] {
		if group = groupIn(group[f.Name]); group == nil {
			return false
		}
	}
	_, ok := group[chain[len(chain)-1].Name]
	return ok
}

// groupIn is the members of a group, or of the first member of a list.
func groupIn(v any) map[string]any {
	if list, ok := v.([]any); ok {
		v = list[0]
	}
	group, _ := v.(map[string]any)
	return group
}

// put stores a value under a chain of fields. A list gets one member.
func (r *rowDraft) put(chain []*truce.Field, value any) {
	group := r.members
	for _, f := range chain[:len(chain)-1] {
		inner := groupIn(group[f.Name])
		if inner == nil {
			inner = map[string]any{}
			group[f.Name] = inner
			if f.Type == truce.List {
				group[f.Name] = []any{inner}
			}
		}
		group = inner
	}
	group[chain[len(chain)-1].Name] = value
}

// typed finds the code of the function, the kind of area or the purpose. Words
// that are not known are kept as words and never guessed at.
func (r *rowDraft) typed() {
	var words, from cell
	code := ""
	for _, c := range r.cells {
		if c.path != r.d.schema.typed || c.text == "" || meansNothing(c.text) {
			continue
		}
		if words.column == nil {
			words = c
		}
		if found, ok := codeFor(c.chain[0].Codes.Name, c.text); ok && code == "" {
			code, from = found, c
		}
	}
	switch {
	case code != "":
		r.setType(code, from)
	case words.column != nil:
		r.warnOnce(words, "unknown_"+words.path, quoteName(words.text)+" is not known as "+words.path+"; it is taken as other, and the words are kept",
			"write "+oneOf(words.chain[0].Codes))
		r.setType("other", words)
	case r.d.schema.typed == "function":
		r.members["function"] = "unspecified"
		r.place.function = "unspecified"
	}
}

// setType stores a code and keeps the words of the source where they say more.
func (r *rowDraft) setType(code string, from cell) {
	r.members[r.d.schema.typed] = code
	r.place.function = code
	if code == from.text || phrase(code) == phrase(from.text) {
		return
	}
	switch {
	case r.d.schema.object == "site":
		r.members["functionText"] = orElse(r.textAt("functionText"), from.text)
	case code == "other" && r.members["description"] == nil:
		r.members["description"] = from.text
	}
}

func (r *rowDraft) textAt(field string) string {
	s, _ := r.members[field].(string)
	return s
}

// periods are the pairs of fields of which the second must not lie before the
// first.
var periods = [][2]string{{"validFrom", "validUntil"}, {"legs.plannedStart", "legs.plannedEnd"}}

// period tests that nothing ends before it begins.
func (r *rowDraft) period() {
	for _, p := range periods {
		from, fromOK := r.moment(p[0])
		until, untilOK := r.moment(p[1])
		if !fromOK || !untilOK {
			continue
		}
		begins, _, err1 := from.Span()
		_, ends, err2 := until.Span()
		if err1 == nil && err2 == nil && !begins.IsZero() && !ends.IsZero() && ends.Before(begins) {
			r.fail(r.filled(p[1]), "invalid", "check whether the two were exchanged", "the end lies before the beginning")
		}
	}
}

func (r *rowDraft) moment(path string) (truce.When, bool) {
	chain := r.d.schema.paths[path]
	group := r.members
	for i, f := range chain {
		if i == len(chain)-1 {
			w, ok := group[f.Name].(truce.When)
			return w, ok
		}
		group = groupIn(group[f.Name])
	}
	return truce.When{}, false
}

// finish checks the body against the fields of its kind. A row that has no
// place is checked all the same: all errors are told at once.
func (r *rowDraft) finish() {
	r.place.operator = r.textAt("operatorOrg")
	raw, err := json.Marshal(r.members)
	if err != nil {
		r.failWith("", "", err)
		return
	}
	unplaced := len(r.errs) > 0
	for _, fault := range truce.BodyFaults(r.d.schema.fields, raw) {
		if !unplaced || !r.told(fault.Field) {
			r.fault(fault)
		}
	}
	if len(raw) > maxBody {
		r.fail(r.filled("geometry"), "too_large", "simplify the shape", "the row takes %d bytes; at most %d fit into a statement", len(raw), maxBody)
	}
	r.body = raw
}

// told tells whether a fault of the body follows from an error that was told
// before: there is no place, or a cell could not be read.
func (r *rowDraft) told(pointer string) bool {
	for _, place := range []string{"/body/geometry", "/body/coord", "/body/legs"} {
		if strings.HasPrefix(pointer, place) {
			return true
		}
	}
	c := r.cellAt(pointer)
	for _, e := range r.errs {
		if e.Field == c.target.String() {
			return true
		}
	}
	return false
}

func (r *rowDraft) fault(fault *truce.Error) {
	if strings.HasSuffix(fault.Message, " is missing") && fault.Hint == "" {
		fault = fault.WithHint("add a column for it, or set it for all rows")
	}
	c := r.cellAt(fault.Field)
	r.failWith(c.target.String(), c.name, fault)
}

// cellAt finds the cell that a member of the body was made from.
func (r *rowDraft) cellAt(pointer string) cell {
	var parts []string
	nth := 0
	for p := range strings.SplitSeq(strings.TrimPrefix(pointer, "/body/"), "/") {
		if p != "" && strings.Trim(p, "0123456789") == "" {
			nth = max(nth, int(p[0]-'0'))
			continue
		}
		parts = append(parts, p)
	}
	for n := len(parts); n > 0; n-- {
		if c, ok := r.nthCell(strings.Join(parts[:n], "."), nth); ok {
			return c
		}
	}
	return cell{column: &column{target: target{path: strings.Join(parts, ".")}}}
}

// nthCell is the cell that became the nth member, from 0, of a field.
func (r *rowDraft) nthCell(path string, nth int) (cell, bool) {
	if path == "functionText" {
		path = "function"
	}
	for _, c := range r.cells {
		if c.path != path || c.text == "" {
			continue
		}
		if nth == 0 || path != "names" {
			return c, true
		}
		nth--
	}
	return cell{}, false
}
