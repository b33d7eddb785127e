package tabular

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// text is what stands in a column, without white space around it; letter case of
// the heading does not count.
func (r *agreementRow) text(column string) string {
	for _, c := range r.Cells {
		if strings.EqualFold(c.Column, column) {
			return strings.TrimSpace(c.Text)
		}
	}
	return ""
}

func (r *agreementRow) fail(column, field, message, hint string) {
	r.errs = append(r.errs, RowError{Row: r.Number, Column: column, Field: field, Code: string(truce.CodeInvalid), Message: message, Hint: hint})
}

// failWith takes an error of ours for the field.
func (r *agreementRow) failWith(field string, err error) {
	e := RowError{Row: r.Number, Field: field, Code: string(truce.CodeOf(err)), Message: err.Error(), Hint: truce.HintOf(err)}
	if ours, ok := errors.AsType[*truce.Error](err); ok {
		e.Message = ours.Message
	}
	r.errs = append(r.errs, e)
}

// code is a coded number; ok is false where nothing is stated, or -1: not known.
func (r *agreementRow) code(column string) (n int, ok bool) {
	text := r.text(column)
	if text == "" || meansNothing(text) {
		return 0, false
	}
	f, err := strconv.ParseFloat(decimalText(text), 64)
	if err != nil || f != float64(int(f)) {
		r.fail(column, "", fmt.Sprintf("%.40q is not a code", text), "a whole number is needed; -1 or nothing where it is not known")
		return 0, false
	}
	return int(f), f >= 0
}

// date is a date in three columns, as far as it is known: -1, 0 and nothing are
// not dates. nil where not even the year is known.
func (r *agreementRow) date(field, year, month, day string) *truce.When {
	y, ok := r.code(year)
	if !ok || y == 0 {
		return nil
	}
	text := fmt.Sprintf("%04d", y)
	if m, ok := r.code(month); ok && m > 0 {
		text += fmt.Sprintf("-%02d", m)
		if d, ok := r.code(day); ok && d > 0 {
			text += fmt.Sprintf("-%02d", d)
		}
	}
	w, err := truce.ParseWhen(text, "")
	if err != nil || y < 1900 || y > 2100 {
		r.fail(year, field, fmt.Sprintf("%s is not a date", text), "look at "+strings.Join([]string{year, month, day}, ", ")+"; what is not known is -1 or empty")
		return nil
	}
	return &w
}

// common is what is known of a date that the rows of an agreement do not all give
// alike: nothing is chosen for them.
func (g *agreementRows) common(field string, of func(*agreementRow) *truce.When) *truce.When {
	out := of(g.row)
	for _, r := range g.rows[1:] {
		w := of(r)
		if shared := sharedDate(out, w); shared != nil || out != nil {
			if !sameDate(out, w) {
				g.warned = append(g.warned, Warning{Row: r.Number, Field: field, Code: "differs", Message: "the rows of the agreement give different dates: " + dateText(out) + " and " + dateText(w), Hint: "what they have in common is kept"})
			}
			out = shared
		}
	}
	return out
}

func dateText(w *truce.When) string {
	if w == nil {
		return "unknown"
	}
	return w.At
}

func sameDate(a, b *truce.When) bool { return dateText(a) == dateText(b) }

// sharedDate is the longest beginning that two dates share: a month, a year, or
// nothing.
func sharedDate(a, b *truce.When) *truce.When {
	if a == nil || b == nil {
		return nil
	}
	for _, n := range []int{10, 7, 4} {
		if len(a.At) >= n && len(b.At) >= n && a.At[:n] == b.At[:n] {
			if w, err := truce.ParseWhen(a.At[:n], a.Zone); err == nil {
				return &w
			}
		}
	}
	return nil
}

// endsAt is a stated end, or that none is known.
func endsAt(w *truce.When) *truce.When {
	if w == nil {
		return &truce.When{Precision: truce.Unknown}
	}
	return w
}

// entersAt is entry into force at a date, nil where that is not known.
func entersAt(w *truce.When) *truce.ModeContent {
	if w == nil {
		return nil
	}
	return &truce.ModeContent{Mode: "instant", At: w}
}

// addParty adds a party by its name, or a role to one that is there. What a source
// reports of it is no acceptance.
func addParty(c *truce.AgreementContent, name, role, reported string) {
	name = clipText(strings.TrimSpace(name), 290)
	if name == "" {
		return
	}
	for i := range c.Parties {
		if p := &c.Parties[i]; strings.EqualFold(p.Name, name) {
			if !p.Is(role) {
				p.Roles = append(p.Roles, role)
			}
			return
		}
	}
	c.Parties = append(c.Parties, truce.PartyContent{Name: name, Roles: []string{role}, Reported: reported})
}

// place is a point in two columns, with how far the place reaches around it,
// metres; nil where there is none.
func (r *agreementRow) place(lat, lon string, reachM float64) []byte {
	a, b := r.text(lat), r.text(lon)
	if a == "" && b == "" {
		return nil
	}
	y, errLat := strconv.ParseFloat(decimalText(a), 64)
	x, errLon := strconv.ParseFloat(decimalText(b), 64)
	p := geo.Point{Lat: y, Lon: x}
	if errLat != nil || errLon != nil || !p.Valid() {
		r.fail(lat, "geometry", fmt.Sprintf("%.20q, %.20q is not a place", a, b), "degrees north and degrees east, with a decimal point")
		return nil
	}
	raw, err := geo.PointShape(p, reachM).MarshalJSON()
	if err != nil {
		r.failWith("geometry", err)
		return nil
	}
	return raw
}

// oneCode is a text of a list as a code of a table, "" where it stands for none.
func (r *agreementRow) oneCode(column string, table *truce.CodeTable) string {
	text := strings.ToLower(r.text(column))
	if text == "" || meansNothing(text) {
		return ""
	}
	for _, code := range table.List() {
		if phrase(code) == phrase(text) {
			return code
		}
	}
	r.fail(column, column, fmt.Sprintf("%.40q is not known", text), "one of "+strings.Join(table.List(), ", "))
	return ""
}

// splitNames divides a cell with several names.
func splitNames(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' || r == '|' })
	out := parts[:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
