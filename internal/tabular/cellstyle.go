package tabular

import (
	"encoding/xml"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"truce"
)

// What the number format of a cell makes of a number.
type styleKind int

const (
	plain  styleKind = iota
	day              // a date
	moment           // a date with a time of day
	clock            // a time of day
	padded           // an integer with leading zeros
)

// cellStyle is the part of a cell format that changes what a number means.
type cellStyle struct {
	kind  styleKind
	width int // digits, for padded
}

func (w *workbook) style(i int) cellStyle {
	if i < 0 || i >= len(w.styles) {
		return cellStyle{}
	}
	return w.styles[i]
}

// readStyles reads the number formats of the cell formats.
func (w *workbook) readStyles(part string) error {
	custom := map[int]string{}
	return w.scan(part, visitor{begin: func(path []string, el xml.StartElement) error {
		if len(path) != 2 || len(custom) >= maxStyles || len(w.styles) >= maxStyles {
			return nil
		}
		id, err := strconv.Atoi(attr(el, "numFmtId"))
		switch {
		case err != nil:
			id = 0
		case path[0] == "numFmts":
			custom[id] = attr(el, "formatCode")
		}
		if path[0] == "cellXfs" {
			w.styles = append(w.styles, styleOf(id, custom[id]))
		}
		return nil
	}})
}

// styleOf tells what a number format means. The built-in ones are those of
// ECMA-376-1, 18.8.30.
func styleOf(id int, code string) cellStyle {
	switch {
	case code != "":
		return styleOfCode(code)
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return cellStyle{kind: day}
	case id == 22:
		return cellStyle{kind: moment}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return cellStyle{kind: clock}
	}
	return cellStyle{}
}

// notPlaceholders are the parts of a format code that are shown as they stand:
// quoted text, escaped characters, colours and conditions.
var notPlaceholders = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]]*\]`)

func styleOfCode(code string) cellStyle {
	code, _, _ = strings.Cut(notPlaceholders.ReplaceAllString(strings.ToLower(code), ""), ";")
	if len(code) > 1 && len(code) < 20 && strings.Trim(code, "0") == "" {
		return cellStyle{kind: padded, width: len(code)}
	}
	if strings.Contains(code, "general") {
		return cellStyle{}
	}
	hasTime := strings.ContainsAny(code, "hs")
	hasDay := strings.ContainsAny(code, "yd") || strings.Contains(code, "m") && !hasTime
	switch {
	case hasDay && hasTime:
		return cellStyle{kind: moment}
	case hasDay:
		return cellStyle{kind: day}
	case hasTime:
		return cellStyle{kind: clock}
	}
	return cellStyle{}
}

// maxSerial is the serial number of the day after 9999-12-31.
const maxSerial = 2958466

// numberText writes a stored number without loss and without an exponent, and
// a serial date as ISO 8601 in the sheet's own (unnamed) time zone.
func numberText(raw string, style cellStyle, date1904 bool) (string, error) {
	if raw == "" {
		return "", nil
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(raw, "xXpP_") || math.Abs(f) > 1e21 {
		return "", truce.E(truce.CodeInvalid, "the cell holds no readable number").WithHint("format the cell as text and type the value again")
	}
	switch {
	case style.kind == padded:
		return pad(plainNumber(raw, f), style.width), nil
	case style.kind == plain || f < 0 || f >= maxSerial:
		return plainNumber(raw, f), nil
	}
	return serialText(f, style.kind, date1904), nil
}

// plainNumber keeps integers digit by digit, since identifiers can be longer
// than a float64 holds, and writes others in the shortest exact form:
// spreadsheets store 36.19865 as 36.198650000000001.
func plainNumber(raw string, f float64) string {
	if strings.Trim(strings.TrimPrefix(raw, "-"), "0123456789") == "" {
		return raw
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func pad(digits string, width int) string {
	if strings.Trim(digits, "0123456789") != "" || len(digits) >= width {
		return digits
	}
	return strings.Repeat("0", width-len(digits)) + digits
}

// serialText turns days since the epoch of the workbook into a date. Serial 60
// is the 29 February 1900 that never was (ECMA-376-1, 18.17.4.1), so the days
// before it are one further from the epoch.
func serialText(f float64, kind styleKind, date1904 bool) string {
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case f < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	whole := math.Floor(f)
	t := epoch.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round((f-whole)*86400)) * time.Second)
	switch {
	case kind == clock && f < 1:
		return t.Format("15:04:05")
	case kind == day && whole == f:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02T15:04:05")
}
