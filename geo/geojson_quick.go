package geo

import (
	"math"
	"strconv"

	"truce"
)

// quickCoords reads coordinates as coords does, without a decoder: every statement with a position, and every entry of a
// replay, has some. Whatever is unusual it gives up, and coords reads the text from its beginning and says what is wrong.
type quickCoords struct {
	data []byte
	i    int
	left int // positions still allowed
	n    int // positions read
	z    []float64
}

// errUnusual is seen by nobody.
var errUnusual = truce.E(truce.CodeInvalid, "the coordinates are unusual")

func (q *quickCoords) polygons() ([][][]Point, *truce.Error) { return quickList(q, q.lines) }
func (q *quickCoords) lines() ([][]Point, *truce.Error)      { return quickList(q, q.line) }
func (q *quickCoords) line() ([]Point, *truce.Error)         { return quickList(q, q.position) }

// quickList reads an array that is not empty.
func quickList[T any](q *quickCoords, each func() (T, *truce.Error)) (out []T, err *truce.Error) {
	if !q.take('[') {
		return nil, errUnusual
	}
	for {
		v, err := each()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if q.take(']') {
			return out, nil
		}
		if !q.take(',') {
			return nil, errUnusual
		}
	}
}

// position reads [lon, lat] or [lon, lat, height].
func (q *quickCoords) position() (Point, *truce.Error) {
	v, n := [3]float64{}, 0
	if q.left--; q.left < 0 || !q.take('[') {
		return Point{}, errUnusual
	}
	for more := true; more; more = q.take(',') {
		x, ok := q.number()
		if !ok || n == len(v) {
			return Point{}, errUnusual
		}
		v[n] = x
		n++
	}
	p := Point{Lat: v[1], Lon: v[0]}
	if n < 2 || !q.take(']') || !p.Valid() {
		return Point{}, errUnusual
	}
	q.height(v[2], n == 3)
	return p, nil
}

// height notes the height of a position. Once one has a height all are noted,
// those without as not a number.
func (q *quickCoords) height(z float64, given bool) {
	if given && q.z == nil {
		q.z = make([]float64, q.n, q.n+1)
		for i := range q.z {
			q.z[i] = math.NaN()
		}
	}
	if !given {
		z = math.NaN()
	}
	if q.z != nil {
		q.z = append(q.z, z)
	}
	q.n++
}

// take passes over c and the space before it, if c is next.
func (q *quickCoords) take(c byte) bool {
	q.space()
	if q.i < len(q.data) && q.data[q.i] == c {
		q.i++
		return true
	}
	return false
}

func (q *quickCoords) space() {
	for q.i < len(q.data) && (q.data[q.i] == ' ' || q.data[q.i] == '\t' || q.data[q.i] == '\n' || q.data[q.i] == '\r') {
		q.i++
	}
}

// end reports whether nothing follows.
func (q *quickCoords) end() bool {
	q.space()
	return q.i == len(q.data)
}

// number reads a number without an exponent: -?(0|[1-9]\d*)(\.\d+)?
func (q *quickCoords) number() (float64, bool) {
	q.space()
	start := q.i
	if q.i < len(q.data) && q.data[q.i] == '-' {
		q.i++
	}
	whole := q.i
	if n := q.digits(); n == 0 || n > 1 && q.data[whole] == '0' {
		return 0, false
	}
	if q.i < len(q.data) && q.data[q.i] == '.' {
		q.i++
		if q.digits() == 0 {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(string(q.data[start:q.i]), 64)
	return x, err == nil
}

func (q *quickCoords) digits() (n int) {
	for ; q.i < len(q.data) && q.data[q.i] >= '0' && q.data[q.i] <= '9'; n++ {
		q.i++
	}
	return n
}
