package holds

import (
	"encoding/json"

	"truce"
	"truce/geo"
)

// windowTerms is the content of one edition of a window made ready.
type windowTerms struct {
	*truce.WindowContent
	calendar *calendar       // nil = no times are signed
	places   []*geo.Prepared // its geometry, routes and waiting points
	needed   []string        // labels of the signatories
}

func readWindow(c *truce.WindowContent, at places) (*windowTerms, error) {
	w := &windowTerms{WindowContent: c}
	w.needed = needed(w.Parties)
	var err error
	if w.calendar, err = readCalendar(w.Schedule); err != nil {
		return nil, err
	}
	raws := []json.RawMessage{w.Geometry}
	for i := range w.Segments {
		raws = append(raws, w.Segments[i].Route)
	}
	for i := range w.HoldingPoints {
		raws = append(raws, w.HoldingPoints[i].Point)
	}
	for _, raw := range raws {
		p, err := at.place(raw)
		if err != nil {
			return nil, err
		}
		if p != nil {
			w.places = append(w.places, p)
		}
	}
	return w, nil
}

// shapes are where the window may be met; everywhere, where none is stated.
func (w *windowTerms) shapes() (out []geo.Shape, everywhere bool) {
	for _, p := range w.places {
		out = append(out, p.Shape())
	}
	return out, len(out) == 0
}
