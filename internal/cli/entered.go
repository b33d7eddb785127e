package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"truce"
	"truce/geo"
)

// enteredBody is what of a site or an area says twice where it is.
type enteredBody struct {
	Geometry json.RawMessage `json:"geometry"`
	Coord    *struct {
		Entered   string  `json:"entered"`
		AccuracyM float64 `json:"accuracyM"`
	} `json:"coord"`
}

// agreesWithEntered holds coord.entered of a body against its geometry, as an
// import does with two columns: what cannot both be meant is an error, what is
// merely odd is told. A body that cannot be read is left to the register, which
// says what is wrong with it.
func (sh *shell) agreesWithEntered(kind truce.Kind, raw json.RawMessage) error {
	var body enteredBody
	if act := kind.Act(); act != "register" && act != "amend" || json.Unmarshal(raw, &body) != nil || body.Coord == nil {
		return nil
	}
	var shape geo.Shape
	if shape.UnmarshalJSON(body.Geometry) != nil || shape.IsZero() || shape.Validate() != nil {
		return nil
	}
	found, err := geo.CompareCoord(body.Coord.Entered, shape)
	if err != nil {
		sh.unreadEntered(body.Coord.Entered)
		return nil
	}
	found.OpenM = math.Max(found.OpenM, body.Coord.AccuracyM)
	switch text := "coord.entered and the geometry are " + metres(found.ApartM) + " apart"; {
	case found.Contradicts():
		return truce.E(truce.CodeInvalid, "%s", text).At("/body/coord/entered").
			WithHint("correct the one that is wrong; in GeoJSON the longitude comes first")
	case !found.Agrees():
		sh.say("note: %s, more than their precision leaves open. Compare both with the source.", text)
	}
	return nil
}

// unreadEntered tells that what was entered could not be compared, unless it is
// what an import writes for an outline: "Polygon of 5 positions".
func (sh *shell) unreadEntered(text string) {
	var kind string
	var n int
	if _, err := fmt.Sscanf(text, "%s of %d positions", &kind, &n); err == nil || strings.TrimSpace(text) == "" {
		return
	}
	sh.say("note: coord.entered is no coordinate that can be read; it was not compared with the geometry.")
}
