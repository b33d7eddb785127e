package geo

import (
	"strconv"
	"strings"
	"unicode"

	"truce"
)

type tokenKind uint8

const (
	tokNum   tokenKind = iota
	tokDeg             // the number before it is degrees
	tokMin             // … minutes
	tokSec             // … seconds
	tokComma           // a comma: separator or decimal sign
	tokSplit           // a separator that cannot be anything else: ; / | or the end of a line or cell
	tokDash            // a dash that may be a separator or a minus
	tokMark            // a hemisphere or a label
)

// token is one piece of a coordinate.
type token struct {
	kind   tokenKind
	num    numeral
	mark   marker
	pre    bool // touches what stands before it
	post   bool // touches what stands after it
	letter bool // a unit written as a letter, as in 36d12m46s
}

// numeral is a number as written; its digits tell the precision.
type numeral struct {
	whole, frac string
	neg, signed bool
}

func (n numeral) value() float64 {
	v, err := strconv.ParseFloat("0"+n.whole+"."+n.frac+"0", 64)
	if err != nil {
		return 0 // unreachable: at most maxDigits digits
	}
	return v
}

const (
	maxTokens = 48 // a coordinate has at most 6 numbers, 6 marks, 4 words and their separators
	maxDigits = 24 // in one number
)

// lexer cuts folded text into tokens.
type lexer struct {
	r     []rune
	i     int
	out   []token
	quote rune // an opening quote that still has to be closed
}

func lexCoord(s string) ([]token, error) {
	x := &lexer{r: []rune(s)}
	for x.i < len(x.r) {
		if err := x.step(); err != nil {
			return nil, err
		}
		if len(x.out) > maxTokens {
			return nil, invalid("the text holds more than one coordinate").WithHint("paste one coordinate at a time")
		}
	}
	return x.out, nil
}

func (x *lexer) at(i int) rune {
	if i < 0 || i >= len(x.r) {
		return ' '
	}
	return x.r[i]
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func (x *lexer) step() error {
	r := x.r[x.i]
	switch {
	case isDigit(r) || r == '.' && isDigit(x.at(x.i+1)):
		return x.number()
	case unicode.IsLetter(r):
		return x.word()
	case r == '-' || r == '+':
		return x.sign()
	}
	return x.symbol(r)
}

func (x *lexer) symbol(r rune) error {
	switch r {
	case ' ', ':', '=', '(', ')', '[', ']', '{', '}', '.', '~', '_', '<', '>', '#', '*':
	case ',':
		x.add(token{kind: tokComma}, 1)
		return nil
	case '/':
		x.slash()
		return nil
	case ';', '|', '\\', '&':
		x.add(token{kind: tokSplit}, 1)
		return nil
	case '°':
		x.add(token{kind: tokDeg}, 1)
		return nil
	case '\'', '"':
		x.prime(r)
		return nil
	default:
		return notCoordinate()
	}
	x.i++
	return nil
}

func notCoordinate() *truce.Error {
	return invalid("this does not read as a coordinate").WithHint(hintForms)
}

// slash takes / between two digits as a comma, since it is the decimal sign in Persian: 36/12 may be 36.12 or 36, 12.
func (x *lexer) slash() {
	kind := tokSplit
	if isDigit(x.at(x.i-1)) && isDigit(x.at(x.i+1)) {
		kind = tokComma
	}
	x.add(token{kind: kind}, 1)
}

// prime takes ' and " as minutes and seconds after a number, and as quotation marks elsewhere. Two ' are one ".
func (x *lexer) prime(r rune) {
	switch {
	case x.quote == r:
		x.quote, x.i = 0, x.i+1
	case !x.afterNumber():
		x.quote, x.i = r, x.i+1
	case r == '\'' && x.at(x.i+1) == '\'':
		x.add(token{kind: tokSec}, 2)
	case r == '\'':
		x.add(token{kind: tokMin}, 1)
	default:
		x.add(token{kind: tokSec}, 1)
	}
}

// afterNumber reports whether the last thing read, spaces aside, is a number.
func (x *lexer) afterNumber() bool {
	return len(x.out) > 0 && x.out[len(x.out)-1].kind == tokNum
}

// add appends a token of width runes and notes what it touches.
func (x *lexer) add(t token, width int) {
	t.pre = !unicode.IsSpace(x.at(x.i - 1))
	t.post = !unicode.IsSpace(x.at(x.i + width))
	if t.kind == tokComma { // for a comma only digits count
		t.pre, t.post = isDigit(x.at(x.i-1)), isDigit(x.at(x.i+width))
	}
	x.out = append(x.out, t)
	x.i += width
}

func (x *lexer) digits() string {
	start := x.i
	for isDigit(x.at(x.i)) {
		x.i++
	}
	return string(x.r[start:x.i])
}

// number reads 36, 36.5, .5 and the chain 36.12.46.5, which is degrees, minutes and seconds.
func (x *lexer) number() error {
	var parts []string
	for {
		parts = append(parts, x.digits())
		if x.at(x.i) != '.' || !isDigit(x.at(x.i+1)) {
			break
		}
		x.i++
	}
	for _, p := range parts {
		if len(p) > maxDigits {
			return invalid("a number has too many digits").WithHint("at most %d", maxDigits)
		}
	}
	return x.numerals(parts)
}

func (x *lexer) numerals(parts []string) error {
	switch len(parts) {
	case 1:
		x.push(numeral{whole: parts[0]})
	case 2:
		x.push(numeral{whole: parts[0], frac: parts[1]})
	case 3, 4:
		x.push(numeral{whole: parts[0]})
		x.push(numeral{whole: parts[1]})
		x.push(numeral{whole: parts[2], frac: strings.Join(parts[3:], "")})
	default:
		return notCoordinate()
	}
	return nil
}

func (x *lexer) push(n numeral) { x.out = append(x.out, token{kind: tokNum, num: n}) }

// sign reads + and -. It is the sign of a number that it touches, unless it also touches a number on the left: then, and
// where it stands alone, it may be a dash between two parts, and both readings are tried.
func (x *lexer) sign() error {
	r := x.r[x.i]
	before := x.at(x.i - 1)
	next := x.at(x.i + 1)
	digit := isDigit(next) || next == '.'
	if digit && !isDigit(before) && !strings.ContainsRune(`°'"`, before) {
		x.i++
		if err := x.signed(r == '-'); err != nil {
			return err
		}
		return nil
	}
	kind := tokDash
	if r == '+' {
		kind = tokSplit
	}
	x.add(token{kind: kind}, 1)
	return nil
}

func (x *lexer) signed(neg bool) error {
	at := len(x.out)
	if !isDigit(x.at(x.i)) && !isDigit(x.at(x.i+1)) {
		return notCoordinate()
	}
	if err := x.number(); err != nil {
		return err
	}
	x.out[at].num.neg, x.out[at].num.signed = neg, true
	return nil
}

// word reads letters, with the dots of abbreviations such as с.ш., and looks them up.
func (x *lexer) word() error {
	start := x.i
	for unicode.IsLetter(x.at(x.i)) || x.at(x.i) == '.' && !isDigit(x.at(x.i+1)) {
		x.i++
	}
	raw := string(x.r[start:x.i])
	x.i = start
	return x.known(raw, len([]rune(raw)))
}

func (x *lexer) known(raw string, width int) error {
	w := plainWord(raw)
	if raw == "s" && x.afterNumber() && x.minutesInLetters() {
		x.add(token{kind: tokSec, letter: true}, width)
		return nil
	}
	if len(w) == 2 && raw[0] == 's' && x.afterNumber() && x.minutesInLetters() { // 36d12m46sN
		x.add(token{kind: tokSec, letter: true}, 1)
		return nil
	}
	if m, ok := markerWords[w]; ok {
		x.add(token{kind: tokMark, mark: m}, width)
		return nil
	}
	if k, ok := unitTable[w]; ok && x.afterNumber() {
		x.add(token{kind: k, letter: true}, width)
		return nil
	}
	if fillerTable[w] {
		x.i += width
		return nil
	}
	return invalid("a word in the text is not part of a coordinate").
		WithHint("give the coordinate alone; known are N S E W, с.ш. ю.ш. в.д. з.д., ش ج ق غ, nord sud est ouest, lat lon")
}

// minutesInLetters reports whether the part before the last number was closed by the letter m: only then is s a second
// and not the south.
func (x *lexer) minutesInLetters() bool {
	n := len(x.out)
	return n >= 2 && x.out[n-2].kind == tokMin && x.out[n-2].letter
}
