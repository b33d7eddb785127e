package tabular

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"truce"
)

// fill turns the text of a cell into the value of its field.
func (r *rowDraft) fill(c cell) {
	leaf := c.chain[len(c.chain)-1]
	switch leaf.Type {
	case truce.Moment:
		r.fillMoment(c)
	case truce.Number, truce.Integer:
		n, err := strconv.ParseFloat(decimalText(c.text), 64)
		if err != nil {
			r.fail(c, "invalid", "write it in digits", "%q is not a number", clipText(c.text, 40))
			return
		}
		r.put(c.chain, n)
	case truce.Bool:
		yes, ok := boolWords[phrase(c.text)]
		if !ok {
			r.fail(c, "invalid", "write yes or no", "%q is neither yes nor no", clipText(c.text, 40))
			return
		}
		r.put(c.chain, yes)
	case truce.Choice:
		r.fillChoice(c, leaf)
	case truce.Texts:
		r.put(c.chain, splitList(c.text))
	default:
		r.put(c.chain, c.text)
	}
}

// fillChoice takes a code or a word for one. Another word is left out, and
// said, where the field can be left out.
func (r *rowDraft) fillChoice(c cell, leaf *truce.Field) {
	code, ok := codeFor(leaf.Codes.Name, c.text)
	switch hint := oneOf(leaf.Codes); {
	case ok:
		r.put(c.chain, code)
	case meansNothing(c.text) && !leaf.Required:
	case leaf.Required:
		r.fail(c, "invalid", hint, "%q is not a %s", clipText(c.text, 40), leaf.Codes.Name)
	default:
		r.warnOnce(c, "unknown_"+c.path, quoteName(c.text)+" is not known as "+leaf.Codes.Name+"; it is left out", hint)
	}
}

// oneOf names the codes of a table, of a long one the first.
func oneOf(table *truce.CodeTable) string {
	list := table.List()
	if len(list) > 12 {
		return "one of " + strings.Join(list[:8], ", ") + " …; docs/kinds.md has them all"
	}
	return "one of " + strings.Join(list, ", ")
}

var boolWords = map[string]bool{
	"yes": true, "y": true, "true": true, "1": true, "oui": true, "vrai": true, "да": true, "так": true, "نعم": true, "si": true, "x": true,
	"no": false, "n": false, "false": false, "0": false, "non": false, "faux": false, "нет": false, "ні": false, "لا": false,
}

// splitList reads a list in one cell, divided by semicolons, bars or lines.
func splitList(text string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// fillMoment reads a date or a time.
func (r *rowDraft) fillMoment(c cell) {
	w, err := parseMoment(c.text, r.d.opt.Zone)
	if err != nil {
		r.failWith(c.target.String(), c.name, err)
		return
	}
	r.put(c.chain, w)
}

// dayFirst is how dates are written in most of Europe and the Arab world.
// Between slashes the order is open unless one number is over 12.
var dayFirst = regexp.MustCompile(`^(\d{1,2})([./])(\d{1,2})[./](\d{4})$`)

// noZone is a date with a time of day and no zone.
var noZone = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?$`)

// parseMoment reads ISO 8601 to any precision, days as 11.8.2016, and local
// times where the zone is known.
func parseMoment(text, zone string) (truce.When, error) {
	text = strings.Join(strings.Fields(foldDigits(text)), " ")
	if f := dayFirst.FindStringSubmatch(text); f != nil {
		iso, err := dayMonth(f)
		if err != nil {
			return truce.When{}, err
		}
		text = iso
	}
	if noZone.MatchString(text) {
		return localMoment(strings.Replace(text, " ", "T", 1), zone)
	}
	if len(text) > 10 {
		text = strings.Replace(strings.ToUpper(text), " ", "T", 1)
		zone = ""
	}
	return truce.ParseWhen(text, zone)
}

// dayMonth puts day, month and year into the order of ISO 8601.
func dayMonth(f []string) (string, error) {
	a, _ := strconv.Atoi(f[1])
	b, _ := strconv.Atoi(f[3])
	switch {
	case f[2] == "." || a > 12 && b <= 12:
	case b > 12 && a <= 12:
		a, b = b, a
	case a == b:
	default:
		return "", truce.E(truce.CodeInvalid, "it is open which number is the day and which is the month").
			WithHint("write the year first: 2016-08-11 is 11 August 2016")
	}
	return f[4] + "-" + twoDigits(b) + "-" + twoDigits(a), nil
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// localMoment is an exact time in zone. Without a zone it would be made up.
func localMoment(text, zone string) (truce.When, error) {
	if zone == "" {
		return truce.When{}, truce.E(truce.CodeInvalid, "the time names no zone").
			WithHint("write 2016-08-11T10:00:00+03:00 or 2016-08-11T07:00:00Z, give the zone of the whole list, or the day alone")
	}
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return truce.When{}, truce.E(truce.CodeUsage, "the time zone %.40q is not known", zone).
			WithHint("use an IANA name such as Asia/Damascus")
	}
	if len(text) == len("2006-01-02T15:04") {
		text += ":00"
	}
	t, err := time.ParseInLocation("2006-01-02T15:04:05", text, loc)
	if err != nil {
		return truce.When{}, truce.E(truce.CodeInvalid, "%.40q is not a time", text).WithHint("write 2016-08-11T10:00:00+03:00")
	}
	return truce.When{At: t.Format(time.RFC3339), Precision: truce.Exact, Zone: zone}, nil
}

// foldDigits writes the digits of all scripts as ASCII.
func foldDigits(s string) string {
	if isLowerASCII(s) {
		return s
	}
	return strings.Map(asciiDigit, s)
}

// number is a plain decimal number, perhaps with an exponent.
var number = regexp.MustCompile(`^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$`)

// decimalText writes a number as programs read it: with ASCII digits, a
// decimal point, and without spaces between thousands. Other text comes back
// as it is.
func decimalText(s string) string {
	if plainDecimal(s) {
		return s
	}
	t := strings.Map(foldNumber, foldDigits(s))
	if strings.Count(t, ",") == 1 && !strings.Contains(t, ".") {
		t = strings.Replace(t, ",", ".", 1)
	}
	if !number.MatchString(t) {
		return s
	}
	if strings.ContainsAny(t, "eE") {
		if f, err := strconv.ParseFloat(t, 64); err == nil {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	return t
}

// foldNumber writes the marks of numbers in ASCII and takes out the spaces.
func foldNumber(r rune) rune {
	switch r {
	case '٫', '،':
		return ','
	case '−', '–', '‒':
		return '-'
	case ' ', '\u00a0', '\u202f', '\u2009':
		return -1
	}
	return r
}

// plainDecimal tells at once what most cells are: digits with a point.
func plainDecimal(s string) bool {
	points, digits := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case i == 0 && (c == '-' || c == '+'):
		case c == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}

// emptyWords are words that stand where a value is missing.
var emptyWords = map[string]bool{
	"": true, "na": true, "n a": true, "none": true, "null": true, "nil": true, "nan": true, "unknown": true, "not known": true,
	"yes": true, "no": true, "not available": true, "not specified": true, "unspecified": true, "tbd": true, "inconnu": true, "inconnue": true, "non precise": true,
	"desconocido": true, "неизвестно": true, "нет данных": true, "невідомо": true, "немає даних": true, "غير معروف": true, "لا يوجد": true, "غير محدد": true,
}

// meansNothing tells whether a cell says only that nothing is known.
func meansNothing(text string) bool { return emptyWords[phrase(text)] }

var metresText = regexp.MustCompile(`^[±~<≤]?\s*([0-9][0-9.,\s]*)\s*(m|km|metres?|meters?|м|км|م|كم|متر)?\.?$`)

// metres reads a distance: "10", "± 15 m", "0,5 km".
func metres(text string) (float64, bool) {
	f := metresText.FindStringSubmatch(foldText(text))
	if f == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(decimalText(strings.TrimSpace(f[1])), 64)
	if err != nil {
		return 0, false
	}
	if f[2] == "km" || f[2] == "км" || f[2] == "كم" {
		n *= 1000
	}
	return n, true
}
