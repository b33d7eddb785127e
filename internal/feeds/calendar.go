package feeds

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"truce"
	"truce/internal/i18n"
	"truce/schedule"
)

// The span of the calendar around now, and the most events of one notice: a phone
// reads all of it each time.
const (
	calendarBack  = 60 * 24 * time.Hour
	calendarAhead = 400 * 24 * time.Hour
	mostEvents    = 400
)

// Calendar is the board as an iCalendar (RFC 5545, with NAME, REFRESH-INTERVAL and
// SOURCE of RFC 7986 and the X- names that phones read) in one language: an event for
// every time of every notice, from 60 days ago to 400 days ahead. Times are UTC: the signed
// instants, never worked out again. An event is CONFIRMED only where all sides agreed
// and it is recorded as ready; CANCELLED where it was called off, or the time was dropped; else TENTATIVE. A
// calendar without events would not be one: an empty board has an event of the day that
// says so.
func Calendar(b *Board, lang i18n.Lang) ([]byte, error) {
	cal := ical.NewCalendar()
	about(b, lang, cal)
	list, _ := b.shown()
	for _, n := range list {
		for _, iv := range b.near(n.Hours) {
			cal.Children = append(cal.Children, event(b.tell(n, lang), iv))
		}
		gone := *n
		gone.Off = true
		for _, iv := range b.near(n.dropped()) {
			cal.Children = append(cal.Children, event(b.tell(&gone, lang), iv))
		}
	}
	if len(cal.Children) == 0 {
		cal.Children = append(cal.Children, nothing(b, lang))
	}
	var out bytes.Buffer
	if err := ical.NewEncoder(&out).Encode(cal); err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the calendar cannot be written")
	}
	return fold(out.Bytes()), nil
}

// about says what the calendar is, and how often to look for a newer one.
func about(b *Board, lang i18n.Lang, cal *ical.Calendar) {
	props := cal.Props
	props.SetText(ical.PropVersion, "2.0")
	props.SetText(ical.PropProductID, "-//Truce//Register//"+strings.ToUpper(string(lang)))
	props.SetText(ical.PropCalendarScale, "GREGORIAN")
	props.SetText(ical.PropMethod, "PUBLISH")
	title := i18n.Text(lang, "public.title", nil) + " (" + clean(b.Register) + ")"
	props.SetText(ical.PropName, title)
	plain(props, "X-WR-CALNAME", title)
	text := b.tell(&Notice{}, lang)
	plain(props, "X-WR-CALDESC", strings.Join([]string{text.asOf(), text.text("public.warn", nil), text.text("public.law", nil)}, " "))
	set(props, ical.PropRefreshInterval, "PT15M", ical.ParamValue, "DURATION")
	set(props, "X-PUBLISHED-TTL", "PT15M")
	set(props, ical.PropSource, b.address(PathCalendar, lang), ical.ParamValue, "URI")
	if b.Size > 0 {
		props.SetDateTime(ical.PropLastModified, b.KnownAt.UTC())
	}
}

// plain puts a text there under a name of no standard, without the parameter that
// says that it is a text: phones look for the bare name.
func plain(props ical.Props, name, text string) {
	props.SetText(name, text)
	props.Get(name).Params.Del(ical.ParamValue)
}

// set puts a value there that is no text, as it is, with one parameter at most.
func set(props ical.Props, name, value string, param ...string) {
	p := ical.NewProp(name)
	p.Value = value
	if len(param) == 2 {
		p.Params.Set(param[0], param[1])
	}
	props.Set(p)
}

// near are the times that the calendar holds.
func (b *Board) near(hours []schedule.Interval) []schedule.Interval {
	var out []schedule.Interval
	for _, iv := range hours {
		if iv.Until.After(b.Now.Add(-calendarBack)) && iv.From.Before(b.Now.Add(calendarAhead)) && len(out) < mostEvents {
			out = append(out, iv)
		}
	}
	return out
}

// dropped are the times that were dropped, but for those whose start still stands:
// their event has only another end.
func (n *Notice) dropped() []schedule.Interval {
	stands := map[int64]bool{}
	for _, iv := range n.Hours {
		stands[iv.From.Unix()] = true
	}
	var out []schedule.Interval
	for _, iv := range n.Dropped {
		if !stands[iv.From.Unix()] {
			stands[iv.From.Unix()] = true // one event each
			out = append(out, iv)
		}
	}
	return out
}

func event(t telling, iv schedule.Interval) *ical.Component {
	c := ical.NewComponent(ical.CompEvent)
	n, p := t.notice, c.Props
	p.SetText(ical.PropUID, token(n.ID)+"."+iv.From.UTC().Format("20060102T150405Z")+"@"+token(t.board.Register))
	set(p, ical.PropSequence, strconv.Itoa(len(n.Versions)-1))
	p.SetDateTime(ical.PropDateTimeStamp, n.newest().At.UTC())
	p.SetDateTime(ical.PropCreated, n.first().At.UTC())
	p.SetDateTime(ical.PropLastModified, n.newest().At.UTC())
	p.SetDateTime(ical.PropDateTimeStart, iv.From.UTC())
	p.SetDateTime(ical.PropDateTimeEnd, iv.Until.UTC())
	p.SetText(ical.PropSummary, t.headline())
	p.SetText(ical.PropDescription, strings.Join(append(t.standings(), t.asOf()), "\n"))
	p.SetText(ical.PropLocation, t.where())
	p.SetText(ical.PropCategories, t.kind())
	set(p, ical.PropClass, "PUBLIC")
	set(p, ical.PropStatus, t.status())
	set(p, ical.PropTransparency, "TRANSPARENT")
	set(p, ical.PropURL, t.board.pageAddress(n, t.lang))
	if !n.Place.IsZero() {
		at := n.Place.Centre()
		set(p, ical.PropGeo, fmt.Sprintf("%.6f;%.6f", at.Lat, at.Lon))
	}
	return c
}

// status is the iCalendar word for how far it is agreed.
func (t telling) status() string {
	switch standing := t.notice.Standing(); {
	case standing == CalledOff:
		return string(ical.EventCancelled)
	case standing == AgreedByAll && t.notice.Ready:
		return string(ical.EventConfirmed)
	}
	return string(ical.EventTentative)
}

// nothing is the event of the day that says that nothing is listed.
func nothing(b *Board, lang i18n.Lang) *ical.Component {
	c := ical.NewComponent(ical.CompEvent)
	text, day := b.tell(&Notice{}, lang), b.Now.UTC().Truncate(24*time.Hour)
	c.Props.SetText(ical.PropUID, strings.TrimPrefix(b.name("nothing"), "urn:uuid:"))
	c.Props.SetDateTime(ical.PropDateTimeStamp, b.Now.UTC())
	c.Props.SetDate(ical.PropDateTimeStart, day)
	c.Props.SetText(ical.PropSummary, text.text("public.none", nil))
	c.Props.SetText(ical.PropDescription, text.asOf()+"\n"+text.text("public.law", nil))
	set(c.Props, ical.PropTransparency, "TRANSPARENT")
	return c
}

// fold breaks lines of more than 75 octets (RFC 5545, 3.1), between characters:
// the encoder leaves that to its caller.
func fold(text []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, "\r\n")
		for width := 75; len(line) > width; width = 74 {
			cut := width
			for cut > 1 && !utf8.RuneStart(line[cut]) {
				cut--
			}
			out.Write(line[:cut])
			out.WriteString("\r\n ")
			line = line[cut:]
		}
		out.Write(line)
		out.WriteString("\r\n")
	}
	return out.Bytes()
}
