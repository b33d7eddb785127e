package tabular

import (
	"encoding/json"
	"strings"
	"time"

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
	r.body["names"] = list
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
		r.body["externalIds"] = list
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
	group := r.body
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
	group := r.body
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
			"write one of "+strings.Join(words.chain[0].Codes.List(), ", "))
		r.setType("other", words)
	case r.d.schema.typed == "function":
		r.body["function"] = "unspecified"
		r.place.function = "unspecified"
	}
}

// setType stores a code and keeps the words of the source where they say more.
func (r *rowDraft) setType(code string, from cell) {
	r.body[r.d.schema.typed] = code
	r.place.function = code
	if code == from.text || phrase(code) == phrase(from.text) {
		return
	}
	switch {
	case r.d.schema.object == "site":
		r.body["functionText"] = orElse(r.textAt("functionText"), from.text)
	case code == "other" && r.body["description"] == nil:
		r.body["description"] = from.text
	}
}

func (r *rowDraft) textAt(field string) string {
	s, _ := r.body[field].(string)
	return s
}

// period tests that what is valid does not end before it begins.
func (r *rowDraft) period() {
	from, fromOK := r.moment("validFrom")
	until, untilOK := r.moment("validUntil")
	if !fromOK || !untilOK {
		return
	}
	begins, _, err1 := from.Span()
	_, ends, err2 := until.Span()
	if err1 == nil && err2 == nil && !begins.IsZero() && !ends.IsZero() && !ends.After(begins.Add(-time.Nanosecond)) {
		r.fail(r.filled("validUntil"), "invalid", "check whether the two were exchanged", "the end lies before the beginning")
	}
}

func (r *rowDraft) moment(field string) (truce.When, bool) {
	w, ok := r.body[field].(truce.When)
	return w, ok
}

// finish checks the body against the fields of its kind.
func (r *rowDraft) finish() {
	if len(r.errs) > 0 {
		return
	}
	r.place.operator = r.textAt("operatorOrg")
	raw, err := json.Marshal(r.body)
	if err != nil {
		r.failWith("", "", err)
		return
	}
	for _, fault := range truce.BodyFaults(r.d.schema.fields, raw) {
		c := r.cellAt(fault.Field)
		r.failWith(c.target.String(), c.name, fault)
	}
	if len(raw) > maxBody {
		r.fail(r.filled("geometry"), "too_large", "simplify the shape", "the row takes %d bytes; at most %d fit into a statement", len(raw), maxBody)
	}
	r.place.body = raw
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
