package feeds

import (
	"encoding/json"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/i18n"
	"truce/schedule"
)

// The members of the GeoJSON (RFC 7946); those of a collection that are not its own
// begin with "truce".
type (
	places struct {
		Type     string  `json:"type"`
		Size     int64   `json:"truceLogSize"`
		KnownAt  string  `json:"truceKnownAt"`
		Notice   string  `json:"truceNotice"`
		More     int     `json:"truceNotShown"`
		Features []place `json:"features"`
	}
	place struct {
		Type       string          `json:"type"`
		ID         string          `json:"id"`
		Geometry   json.RawMessage `json:"geometry"`
		Properties placeFacts      `json:"properties"`
	}
	placeFacts struct {
		Kind        string              `json:"kind"`
		Title       string              `json:"title"`
		Headline    string              `json:"headline"`
		Place       string              `json:"place"`
		Status      string              `json:"status"`
		Standing    Standing            `json:"standing"`
		AgreedByAll bool                `json:"agreedByAll"`
		Ready       bool                `json:"ready"`
		Missing     []string            `json:"missing"`
		Acceptance  map[string]string   `json:"acceptance"`
		OpenNow     bool                `json:"openNow"`
		Hours       []schedule.Interval `json:"hours"`
		Complete    bool                `json:"complete"`
		Horizon     *time.Time          `json:"horizon,omitempty"`
		Zone        string              `json:"zone"`
		Entry       int64               `json:"entry"`
		Updated     string              `json:"updated"`
		ExtentM     float64             `json:"extentM,omitempty"`
	}
)

// GeoJSON is the board as a FeatureCollection, for maps; the headline is in lang.
// The region of a feature is all within extentM metres of its geometry (GeoJSON has no
// circles). A notice without a place has the geometry null. openNow is by
// the schedule alone.
func GeoJSON(b *Board, lang i18n.Lang) ([]byte, error) {
	list, more := b.shown()
	text := b.tell(&Notice{}, lang)
	doc := places{Type: "FeatureCollection", Size: b.Size, KnownAt: stamp(b.KnownAt), More: more,
		Notice: text.text("public.warn", nil) + " " + text.text("public.law", nil), Features: []place{}}
	for _, n := range list {
		geometry, err := geometryOf(n.Place)
		if err != nil {
			return nil, err
		}
		doc.Features = append(doc.Features, place{"Feature", token(n.ID), geometry, b.facts(b.tell(n, lang))})
	}
	out, err := json.Marshal(doc)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the map data cannot be written")
	}
	return append(out, '\n'), nil
}

// geometryOf is a shape as GeoJSON knows it: a circle is its centre, and extents
// stand beside it.
func geometryOf(s geo.Shape) (json.RawMessage, error) {
	if s.IsZero() {
		return json.RawMessage("null"), nil
	}
	if s.Type == geo.TypeCircle {
		s.Type = geo.TypePoint
	}
	s.AccuracyM, s.RadiusM, s.BufferM = 0, 0, 0
	return s.MarshalJSON()
}

func (b *Board) facts(t telling) placeFacts {
	n := t.notice
	f := placeFacts{Kind: token(n.Kind), Title: t.title(), Headline: t.headline(), Place: t.where(), Status: n.Status, Standing: n.Standing(),
		AgreedByAll: n.Standing() == AgreedByAll, Ready: n.Ready && !n.Off, Missing: t.gaps(), Acceptance: map[string]string{}, Hours: n.Hours,
		Complete: n.Complete, Zone: t.zone.String(), Entry: n.newest().Entry, Updated: stamp(n.newest().At), ExtentM: n.Place.ExtentM()}
	for _, s := range n.Sides {
		f.Acceptance[token(s.ID)] = token(s.State)
	}
	if open, _ := n.hours().At(b.Now); open && !n.Off {
		f.OpenNow = true
	}
	if !n.Complete {
		horizon := n.Horizon.UTC()
		f.Horizon = &horizon
	}
	if f.Missing == nil {
		f.Missing = []string{}
	}
	if f.Hours == nil {
		f.Hours = []schedule.Interval{}
	}
	return f
}
