package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"truce"
)

// coords reads a "coordinates" member into a Shape, position by position, so that every error names its place and
// every count is bounded before the next position is read.
type coords struct {
	dec  *json.Decoder
	path []int // where we are: indices below /coordinates
	max  int   // positions still allowed
	z    []float64
	anyZ bool
}

// shapeCoords reads raw, the coordinates of a shape of type t, into a Shape without extents. Rings may be open and
// lines short: that is for check, or for repair, to say. Errors carry a pointer from /coordinates on.
func shapeCoords(t ShapeType, raw []byte, maxVertices int) (Shape, error) {
	q := &quickCoords{data: raw, left: maxVertices}
	if s, err := placed(t, q); err == nil && q.end() {
		s.Z = q.z
		return s, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	c := &coords{dec: dec, max: maxVertices}
	s, err := placed(t, c)
	if err != nil && err.Field == "/type" {
		return Shape{}, err
	}
	if err != nil {
		return Shape{}, err.At(c.pointer())
	}
	if c.anyZ {
		s.Z = c.z
	}
	return s, nil
}

// positions is what the coordinates of a shape are read with.
type positions interface {
	position() (Point, *truce.Error)
	line() ([]Point, *truce.Error)
	lines() ([][]Point, *truce.Error)
	polygons() ([][][]Point, *truce.Error)
}

// placed is a shape of type t with the coordinates that c reads.
func placed(t ShapeType, c positions) (s Shape, err *truce.Error) {
	s.Type = t
	switch t {
	case TypePoint, TypeCircle:
		s.Points = make([]Point, 1)
		s.Points[0], err = c.position()
	case TypeMultiPoint:
		s.Points, err = c.line()
	case TypeLineString:
		s.Lines = make([][]Point, 1)
		s.Lines[0], err = c.line()
	case TypeMultiLineString:
		s.Lines, err = c.lines()
	case TypePolygon:
		s.Polygons = make([][][]Point, 1)
		s.Polygons[0], err = c.lines()
	case TypeMultiPolygon:
		s.Polygons, err = c.polygons()
	default:
		err = unknownType(string(t))
	}
	return s, err
}

func (c *coords) polygons() ([][][]Point, *truce.Error) { return list(c, c.lines) }
func (c *coords) lines() ([][]Point, *truce.Error)      { return list(c, c.line) }
func (c *coords) line() ([]Point, *truce.Error)         { return list(c, c.position) }

func (c *coords) pointer() string {
	var b strings.Builder
	b.WriteString("/coordinates")
	for _, i := range c.path {
		b.WriteString("/" + strconv.Itoa(i))
	}
	return b.String()
}

// list reads an array whose elements each reads.
func list[T any](c *coords, each func() (T, *truce.Error)) ([]T, *truce.Error) {
	if err := c.open(); err != nil {
		return nil, err
	}
	var out []T
	c.path = append(c.path, 0)
	for ; c.dec.More(); c.path[len(c.path)-1]++ {
		v, err := each()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	c.path = c.path[:len(c.path)-1]
	return out, c.close()
}

// position reads [lon, lat] or [lon, lat, height].
func (c *coords) position() (Point, *truce.Error) {
	if c.max--; c.max < 0 {
		return Point{}, truce.E(truce.CodeTooLarge, "too many positions")
	}
	if err := c.open(); err != nil {
		return Point{}, err
	}
	v, n := [3]float64{0, 0, math.NaN()}, 0
	for ; c.dec.More(); n++ {
		if n == 3 {
			return Point{}, truce.E(truce.CodeInvalid, "a position has two or three numbers, not more")
		}
		x, err := c.number()
		if err != nil {
			return Point{}, err
		}
		v[n] = x
	}
	if n < 2 {
		return Point{}, truce.E(truce.CodeInvalid, "a position has %d numbers; it needs longitude and latitude", n)
	}
	c.z, c.anyZ = append(c.z, v[2]), c.anyZ || n == 3
	p := Point{Lat: v[1], Lon: v[0]}
	if err := checkRange(p); err != nil {
		return Point{}, err
	}
	return p, c.close()
}

func (c *coords) number() (float64, *truce.Error) {
	t, err := c.token()
	if err != nil {
		return 0, err
	}
	n, ok := t.(json.Number)
	if !ok {
		return 0, wrongToken(t, "a number")
	}
	x, perr := strconv.ParseFloat(n.String(), 64)
	if perr != nil {
		return 0, truce.E(truce.CodeInvalid, "the number is out of range")
	}
	return x, nil
}

func (c *coords) open() *truce.Error {
	t, err := c.token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return wrongToken(t, "an array")
	}
	return nil
}

// close reads the bracket that More has already seen.
func (c *coords) close() *truce.Error {
	_, err := c.token()
	return err
}

func (c *coords) token() (json.Token, *truce.Error) {
	t, err := c.dec.Token()
	if err != nil {
		return nil, notJSON(err)
	}
	return t, nil
}

func wrongToken(t json.Token, want string) *truce.Error {
	e := truce.E(truce.CodeInvalid, "%s where %s is needed", tokenName(t), want)
	switch {
	case t == json.Delim('['):
		return e.WithHint("the array is nested too deeply for this type")
	case want == "an array":
		return e.WithHint("the array is not nested deeply enough for this type")
	}
	return e.WithHint("write numbers without quotes, with a decimal point")
}

func tokenName(t json.Token) string {
	switch t.(type) {
	case json.Delim:
		if t == json.Delim('{') {
			return "an object"
		}
		return "an array"
	case string:
		return "a text"
	case bool:
		return "true or false"
	case nil:
		return "null"
	}
	return "a number"
}

// notJSON is the error for text that is not JSON. The cause may quote a character of the input, never more.
func notJSON(err error) *truce.Error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return truce.E(truce.CodeInvalid, "not JSON: it ends too early").WithHint("the file was cut off, or a bracket is not closed: export it again")
	}
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		return truce.E(truce.CodeInvalid, "not JSON: %s", s.Error()).WithHint("NaN, Infinity and comments are not JSON")
	}
	return truce.Wrap(truce.CodeInvalid, err, "not JSON").WithHint("export the file as GeoJSON again")
}
