package feeds

import (
	"fmt"
	"strings"
	"time"

	"truce"
	"truce/internal/i18n"
	"truce/schedule"
)

// telling says one notice in one language. Every format says it with these words.
type telling struct {
	board  *Board
	notice *Notice
	lang   i18n.Lang
	zone   *time.Location
}

func (b *Board) tell(n *Notice, lang i18n.Lang) telling {
	zone, err := schedule.Zone(n.Zone)
	if n.Zone == "" || err != nil {
		zone = time.UTC
	}
	return telling{b, n, lang, zone}
}

func (t telling) text(key string, args i18n.Args) string { return i18n.Text(t.lang, key, args) }

// mark is what stands before everything that is not meant in earnest, "EXERCISE: ".
func (t telling) mark() string {
	switch truce.Status(t.notice.Status) {
	case truce.Actual:
		return ""
	case truce.Exercise:
		return t.text("public.exercise", nil) + ": "
	}
	return t.text("public.test", nil) + ": "
}

// coded is the text of a code of a table, or of another one where the catalogue
// does not know it.
func (t telling) coded(table, code, otherwise string) string {
	key := table + "." + code
	if text := t.text(key, nil); text != key {
		return text
	}
	return t.text(table+"."+otherwise, nil)
}

// kind is the kind of window in words.
func (t telling) kind() string { return t.coded("window", t.notice.Kind, "other") }

// headline says in one line how far it is agreed, what it is and which.
func (t telling) headline() string {
	parts := []string{t.notice.standing(t.lang), t.kind()}
	if title := t.title(); title != t.kind() {
		parts = append(parts, title)
	}
	return t.mark() + strings.Join(parts, " — ")
}

func (t telling) title() string {
	if title := t.notice.Titles.In(t.lang); title != "" {
		return title
	}
	if place := t.notice.PlaceOf.In(t.lang); place != "" {
		return place
	}
	return t.kind()
}

func (t telling) where() string {
	if place := t.notice.PlaceOf.In(t.lang); place != "" {
		return place
	}
	if !t.notice.Place.IsZero() {
		p := t.notice.Place.Centre()
		return fmt.Sprintf("%.4f, %.4f", p.Lat, p.Lon)
	}
	return t.text("public.noPlace", nil)
}

// sides says of every side what it has said, a line each. A word that is not known
// is no agreement.
func (t telling) sides() []string {
	lines := make([]string, 0, len(t.notice.Sides))
	for _, s := range t.notice.Sides {
		name := s.Names.In(t.lang)
		if name == "" {
			name = clean(s.ID)
		}
		lines = append(lines, name+": "+t.coded("side", s.State, "silent"))
	}
	return lines
}

// gaps says what is missing, on whom it waits and since when, a line each.
func (t telling) gaps() []string {
	var lines []string
	for _, g := range t.notice.Missing {
		line := t.coded("gate", g.Code, "other")
		if of := g.Of.In(t.lang); of != "" {
			line += " (" + of + ")"
		}
		if on := g.On.In(t.lang); on != "" {
			line += ", " + t.text("ready.waits", i18n.Args{"party": on})
		}
		if !g.Since.IsZero() {
			line += ", " + t.text("ready.since", i18n.Args{"time": t.moment(g.Since)})
		}
		lines = append(lines, line)
	}
	return lines
}

// ready says whether it is, and nothing where nobody agreed: there it would sound
// like more than it is.
func (t telling) ready() string {
	switch {
	case t.notice.Off:
		return ""
	case !t.notice.Ready:
		return t.text("ready.no", nil)
	case t.notice.Standing() == AgreedByAll:
		return t.text("ready.yes", nil)
	}
	return ""
}

// hoursLabel says whose times they are: agreed ones, or announced ones.
func (t telling) hoursLabel() string {
	if t.notice.Standing() == AgreedByAll {
		return t.text("hours.agreed", nil)
	}
	return t.text("hours.announced", nil)
}

// upcoming is how many times are listed in words.
const upcoming = 4

// hours says the times from now on, a line each, and how far they are known.
func (t telling) hours(now time.Time) []string {
	if len(t.notice.Hours) == 0 {
		return []string{t.text("hours.none", nil)}
	}
	var lines []string
	for _, iv := range t.notice.Hours {
		switch {
		case !iv.Until.After(now) || len(lines) == upcoming:
		case iv.Holds(now) && !t.notice.Off:
			lines = append(lines, t.text("hours.now", i18n.Args{"until": t.moment(iv.Until)}))
		default:
			lines = append(lines, t.span(iv))
		}
	}
	if len(lines) == 0 && t.notice.Complete {
		return []string{t.text("hours.over", nil)}
	}
	if !t.notice.Complete {
		lines = append(lines, t.text("hours.unknown", i18n.Args{"until": t.moment(t.notice.Horizon)}))
	}
	return lines
}

// moment is a time on the clocks of the place: day, time and offset from UTC.
func (t telling) moment(at time.Time) string {
	return t.figures(at.In(t.zone).Format("2006-01-02 15:04 (UTC-07:00)"))
}

// span is an interval on the clocks of the place.
func (t telling) span(iv schedule.Interval) string {
	from, until := iv.From.In(t.zone), iv.Until.In(t.zone)
	if from.Format(time.DateOnly) == until.Format(time.DateOnly) && offset(from) == offset(until) {
		return t.figures(from.Format("2006-01-02 15:04") + "–" + until.Format("15:04 (UTC-07:00)"))
	}
	return t.moment(iv.From) + " – " + t.moment(iv.Until)
}

// figures keeps dates in one piece, from left to right, where the text around them
// runs from right to left (an isolate of UAX 9).
func (t telling) figures(text string) string {
	if !t.lang.RightToLeft() {
		return text
	}
	return "\u2066" + text + "\u2069"
}

func offset(t time.Time) int {
	_, seconds := t.Zone()
	return seconds
}

// asOf says from when the knowledge is, as a time: what is kept on a phone gets
// older there.
func (t telling) asOf() string {
	if t.board.Size == 0 {
		return t.text("public.empty", nil)
	}
	return t.text("public.asOf", i18n.Args{"entry": t.board.Size - 1, "time": t.moment(t.board.KnownAt)})
}

// lines is all of it as plain text: for what has one field for everything.
func (t telling) lines(now time.Time) []string {
	lines := []string{t.headline(), t.text("public.where", nil) + ": " + t.where(), t.hoursLabel() + ":"}
	lines = append(lines, t.hours(now)...)
	lines = append(lines, t.text("public.times", i18n.Args{"zone": t.figures(t.zone.String())}))
	return append(lines, t.standings()...)
}

// standings is who said what, what is missing, and the notices that go with it.
func (t telling) standings() []string {
	lines := append([]string{t.text("public.who", nil) + ":"}, t.sides()...)
	if ready := t.ready(); ready != "" {
		lines = append(append(lines, ready), t.gaps()...)
	}
	return append(lines, t.text("public.warn", nil), t.text("public.law", nil))
}
