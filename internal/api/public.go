package api

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/feeds"
	"truce/internal/i18n"
	"truce/internal/inforce"
	"truce/internal/store"
	"truce/internal/view/agreement"
	"truce/schedule"
)

// publicDocument answers with a document for everybody. It is made as for the
// public, whoever asks: nothing in it hints at what is not public.
func (c *call) publicDocument(media string, write func(*feeds.Board, i18n.Lang) ([]byte, error)) error {
	lang, err := c.publicLang()
	if err != nil {
		return err
	}
	b, err := c.board("")
	if err != nil {
		return err
	}
	data, err := write(b, lang)
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Language", string(lang))
	return c.sendPublic(media, data)
}

// sendPublic answers with bytes that anybody may keep for a minute.
func (c *call) sendPublic(media string, data []byte) error {
	c.w.Header().Set("Cache-Control", "public, max-age=60")
	if media == feeds.TypePage {
		c.w.Header().Set("Content-Security-Policy", feeds.PagePolicy())
	}
	if c.unchanged(tagOf(data)) {
		return nil
	}
	return c.send(http.StatusOK, media, data)
}

// publicLang is the language asked for in the address, or else by the reader's program.
func (c *call) publicLang() (i18n.Lang, error) {
	text, ok := c.query["lang"]
	if !ok {
		return i18n.Match(c.r.Header.Get("Accept-Language")), nil
	}
	base, _, _ := strings.Cut(strings.ToLower(text), "-")
	if !slices.Contains(i18n.Languages(), i18n.Lang(base)) {
		return "", truce.E(truce.CodeUsage, "the language is not spoken here").At("lang").WithHint("one of en, ar, ru, fr, uk")
	}
	return i18n.Lang(base), nil
}

func (c *call) publicPage() error { return c.publicDocument(feeds.TypePage, feeds.Page) }
func (c *call) publicCalendar() error {
	return c.publicDocument(feeds.TypeCalendar, feeds.Calendar)
}
func (c *call) publicFeed() error { return c.publicDocument(feeds.TypeFeed, feeds.Atom) }
func (c *call) publicMap() error  { return c.publicDocument(feeds.TypeMap, feeds.GeoJSON) }

// publicAlert answers with the CAP message of one window.
func (c *call) publicAlert() error {
	id := strings.TrimSuffix(c.r.PathValue("id"), ".xml")
	if !truce.ValidSubject(id) || truce.AgreementObject(id) != "window" {
		return notFound()
	}
	b, err := c.board(id)
	if err != nil {
		return err
	}
	if len(b.Notices) == 0 {
		return notFound()
	}
	data, err := feeds.Alert(b, &b.Notices[0])
	if err != nil {
		return err
	}
	return c.sendPublic(feeds.TypeAlert, data)
}

// goodHost is a host as it may stand in an address that is passed on.
var goodHost = regexp.MustCompile(`^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?$`)

// publicBase is the address below which the documents lie, as the reader wrote it.
func (c *call) publicBase() string {
	if !goodHost.MatchString(c.r.Host) {
		return "/v1"
	}
	return c.base() + "/v1"
}

// publicTime is now, in full minutes. An exercise may be looked at as at another
// time: it is about one that has passed. Of what is meant nobody makes a page that
// looks as if a road were open now.
func (c *call) publicTime() (time.Time, error) {
	if _, ok := c.query["time"]; !ok {
		return c.Now().UTC().Truncate(time.Minute), nil
	}
	if !c.Exercise {
		return time.Time{}, truce.E(truce.CodeUsage, "another time is for registers that are an exercise").At("time").
			WithHint("GET /v1/now tells what holds at another time")
	}
	t, err := c.instant("time")
	return t.Truncate(time.Minute), err
}

// board is everything that the public is told of windows; of one alone where id is
// given. Times are full minutes, so that a document stays the same for one.
func (c *call) board(id string) (*feeds.Board, error) {
	now, err := c.publicTime()
	if err != nil {
		return nil, err
	}
	a, err := c.InForce.Now(c.ctx, inforce.Query{At: now, Viewer: auth.Viewer{Role: truce.RolePublic}, Object: "window", ID: id})
	if err != nil {
		return nil, err
	}
	b := &feeds.Board{Base: c.publicBase(), Register: c.Origin, Size: a.LogSize, KnownAt: now, Now: now}
	err = c.read(func(r store.Reader) error {
		names, err := c.publicNames(c.ctx, r)
		if err != nil {
			return err
		}
		for i := range a.Windows {
			rec, err := c.Agreements.Record(c.ctx, r, a.Windows[i].ID, a.LogSize)
			if err != nil {
				return err
			}
			if rec.Erased != nil {
				continue // erased since it was looked at
			}
			b.Notices = append(b.Notices, notice(&a.Windows[i], rec, names))
		}
		return nil
	})
	return b, err
}

// publicNames are the names of the parties, which are public.
func (c *call) publicNames(ctx context.Context, r store.Reader) (map[truce.PartyID]feeds.Words, error) {
	all, err := c.Parties.Parties(ctx, r, truce.Now)
	out := make(map[truce.PartyID]feeds.Words, len(all))
	for i := range all {
		out[all[i].ID] = wordsOf(all[i].Names)
	}
	return out, err
}

// wordsOf is names by language; one without a language is taken for English.
func wordsOf(names []truce.Name) feeds.Words {
	out := feeds.Words{}
	for _, n := range names {
		lang := i18n.English
		if n.Lang != "" {
			base, _, _ := strings.Cut(strings.ToLower(n.Lang), "-")
			lang = i18n.Lang(base)
		}
		if out[lang] == "" {
			out[lang] = n.Text
		}
	}
	return out
}

// notice is one window for the world.
func notice(w *inforce.Window, rec *agreement.Record, names map[truce.PartyID]feeds.Words) feeds.Notice {
	var content truce.WindowContent
	_ = json.Unmarshal(rec.Newest().Body, &content) // the evaluation has read it
	n := feeds.Notice{ID: w.ID, Kind: w.Kind, Titles: wordsOf(content.Names), PlaceOf: placeWords(&content), Place: placeOf(&content), Zone: w.Zone, Status: string(w.Status),
		Versions: publicVersions(rec), Hours: hoursOf(&content), Complete: w.Complete, AgreedByAll: w.AgreedByAll, Ready: w.Ready,
		Off: w.State == inforce.Withdrawn || w.State == inforce.Aborted}
	if w.Horizon != nil {
		n.Horizon = *w.Horizon
	}
	n.Dropped = dropped(rec, n.Hours)
	extend(n.Hours, w)
	for _, p := range w.Parties {
		if p.Needed || p.State == "announced" {
			n.Sides = append(n.Sides, sideOf(&p, names))
		}
	}
	for _, g := range w.Gates {
		if !g.Met {
			n.Missing = append(n.Missing, gapOf(&g, w, names))
		}
	}
	return n
}

func sideOf(p *inforce.Standing, names map[truce.PartyID]feeds.Words) feeds.Side {
	s := feeds.Side{ID: p.Party, Names: names[p.Party], State: p.State}
	if p.Party == "" {
		s.ID, s.Names = p.Name, feeds.Words{i18n.English: p.Name}
	}
	if p.Since != nil {
		s.Since = *p.Since
	}
	return s
}

func gapOf(g *inforce.Gate, w *inforce.Window, names map[truce.PartyID]feeds.Words) feeds.Gap {
	out := feeds.Gap{Code: g.Code, On: names[g.Party]}
	if g.Party != "" && out.On == nil {
		out.On = feeds.Words{i18n.English: g.Party}
	}
	for _, s := range w.Segments {
		if s.ID == g.Of && s.Name != "" {
			out.Of = feeds.Words{i18n.English: s.Name}
		}
	}
	if g.Since != nil {
		out.Since = *g.Since
	}
	return out
}

func placeWords(c *truce.WindowContent) feeds.Words {
	for _, member := range []string{"settlement", "adm3", "adm2", "adm1", "country"} {
		if text := c.Admin[member]; text != "" {
			return feeds.Words{i18n.English: text}
		}
	}
	return nil
}

// placeOf is where the window is: its geometry, or the road that its segments make.
func placeOf(c *truce.WindowContent) geo.Shape {
	var s geo.Shape
	if len(c.Geometry) > 0 && s.UnmarshalJSON(c.Geometry) == nil {
		return s
	}
	road := geo.Shape{Type: geo.TypeMultiLineString}
	for i := range c.Segments {
		var leg geo.Shape
		if len(c.Segments[i].Route) == 0 || leg.UnmarshalJSON(c.Segments[i].Route) != nil {
			continue
		}
		road.Lines = append(road.Lines, leg.Lines...)
		road.BufferM = max(road.BufferM, leg.BufferM)
	}
	if len(road.Lines) == 0 {
		return geo.Shape{}
	}
	return road
}

func hoursOf(c *truce.WindowContent) []schedule.Interval {
	if c.Schedule == nil {
		return nil
	}
	out := make([]schedule.Interval, 0, len(c.Schedule.Instants))
	for _, text := range c.Schedule.Instants {
		var iv schedule.Interval
		if iv.UnmarshalText([]byte(text)) == nil { // intake has read it
			out = append(out, iv)
		}
	}
	return out
}

// extend puts off the end of the occurrence that every side has extended.
func extend(hours []schedule.Interval, w *inforce.Window) {
	if w.Extended == nil {
		return
	}
	for i := range hours {
		open := w.Open && w.Until != nil && w.Extended.Equal(*w.Until) && hours[i].Until.Before(*w.Until) && (i+1 == len(hours) || hours[i+1].From.After(*w.Until))
		next := w.Next != nil && !w.Open && hours[i].From.Equal(*w.Next)
		if open || next {
			hours[i].Until = *w.Extended
			return
		}
	}
}

// dropped are the times of earlier public versions that the newest has not.
func dropped(rec *agreement.Record, now []schedule.Interval) []schedule.Interval {
	seen := map[schedule.Interval]bool{}
	for _, iv := range now {
		seen[iv] = true
	}
	var out []schedule.Interval
	for _, v := range rec.Versions[:len(rec.Versions)-1] {
		if !isPublic(v.Audience) {
			continue
		}
		var c truce.WindowContent
		_ = json.Unmarshal(v.Body, &c) // intake has read it
		for _, iv := range hoursOf(&c) {
			if !seen[iv] {
				seen[iv] = true
				out = append(out, iv)
			}
		}
	}
	slices.SortFunc(out, func(a, b schedule.Interval) int { return a.From.Compare(b.From) })
	return out
}

func isPublic(a truce.Audience) bool { return slices.Contains(a, truce.AudiencePublic) }

// publicVersions are the entries that changed the window since it is public, but
// for passages and counts, which change nothing that is told here.
func publicVersions(rec *agreement.Record) []feeds.Version {
	var out []feeds.Version
	first := int64(-1)
	for _, v := range rec.Versions {
		if isPublic(v.Audience) {
			out = append(out, feeds.Version{Entry: v.Entry, At: v.At})
			if first < 0 {
				first = v.Entry
			}
		}
	}
	for _, s := range rec.Said {
		if s.Entry > first && s.Kind != truce.CorridorPass && s.Kind != truce.StepCount {
			out = append(out, feeds.Version{Entry: s.Entry, At: s.At})
		}
	}
	if rec.Withdrawn != nil {
		out = append(out, feeds.Version{Entry: rec.Withdrawn.Entry, At: rec.Withdrawn.At})
	}
	slices.SortFunc(out, func(a, b feeds.Version) int { return int(a.Entry - b.Entry) })
	return out
}
