package intake

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"truce"
	"truce/geo"
)

// entered is what of a body tells a second time where the object is: the
// coordinate as somebody typed it, and its accuracy in metres.
type entered struct {
	text      string
	accuracyM float64
}

// readEntered reads the member coord; ok is false where the fields' own check says
// what is wrong with it. It is on the way of every site: members that it does not
// need are passed over.
func readEntered(coord json.RawMessage) (e entered, ok bool) {
	var fault error
	ok = truce.Members(coord, func(name, value []byte) {
		switch string(name) {
		case "entered":
			fault = errors.Join(fault, json.Unmarshal(value, &e.text))
		case "accuracyM":
			fault = errors.Join(fault, json.Unmarshal(value, &e.accuracyM))
		}
	})
	return e, ok && fault == nil
}

// checkEntered refuses a body whose coordinate, as it was entered, and whose
// geometry cannot both be meant: one of them would be acted on, and it may be
// the wrong one. A text that is no coordinate ("from the municipal map") is kept
// as it is.
func checkEntered(coord json.RawMessage, shape geo.Shape) error {
	e, ok := readEntered(coord)
	if !ok || e.text == "" || plainlyAt(e.text, shape) {
		return nil
	}
	found, err := geo.CompareCoord(e.text, shape)
	if err != nil {
		return nil
	}
	if found.OpenM = math.Max(found.OpenM, e.accuracyM); !found.Contradicts() {
		return nil
	}
	return truce.E(truce.CodeInvalid, "coord.entered and the geometry are %s apart", kilometres(found.ApartM)).At("/body/coord/entered").
		WithHint("correct the one that is wrong; in GeoJSON the longitude comes first")
}

// plainly is how near, in degrees, two plain decimal numbers are the position of
// a point: 10 metres.
const plainly = 1e-4

// plainlyAt reports whether the text is latitude and longitude of a point as
// plain decimal numbers, which most are: it spares reading every notation.
func plainlyAt(text string, shape geo.Shape) bool {
	lat, lon, ok := strings.Cut(text, ",")
	if !ok || shape.Type != geo.TypePoint || len(shape.Points) != 1 {
		return false
	}
	y, err1 := strconv.ParseFloat(strings.TrimSpace(lat), 64)
	x, err2 := strconv.ParseFloat(strings.TrimSpace(lon), 64)
	p := shape.Points[0]
	return err1 == nil && err2 == nil && math.Abs(y-p.Lat) <= plainly && math.Abs(x-p.Lon) <= plainly
}

// kilometres writes a distance for a person; it tells nothing of the place.
func kilometres(metres float64) string {
	return strconv.FormatFloat(metres/1000, 'f', 1, 64) + " km"
}
