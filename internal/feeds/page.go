package feeds

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"html/template"

	"truce"
	"truce/internal/i18n"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// PagePolicy is the Content-Security-Policy that Page keeps to: nothing is loaded, no
// script runs, and the one style is named by its hash.
func PagePolicy() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// onPage is how many notices the page holds: it is to be a few kilobytes.
const onPage = 20

type (
	pageView struct {
		Lang, Dir, Mark, Title, AsOf, Made, Stale, None, Warn, Law, More string
		Style                                                            template.CSS
		Groups                                                           []pageGroup
		LinksLabel                                                       string
		Links, Langs                                                     []pageLink
		WhereLabel, WhoLabel                                             string
	}
	pageGroup struct {
		Class, Heading string
		Cards          []pageCard
	}
	pageCard struct {
		ID, Mark, Standing, Kind, Title, Where, HoursLabel, Zone, Ready string
		Hours, Sides, Gaps                                              []string
	}
	pageLink struct{ Href, Text, Lang string }
)

// Page is the board as a page of a few kilobytes for civilians, in one language:
// what is said to be open, where, until when, and who has agreed; no script, no image,
// readable in lynx. What all sides agreed and what they did not stand in different
// parts of it.
func Page(b *Board, lang i18n.Lang) ([]byte, error) {
	list, more := b.shown()
	if len(list) > onPage {
		list, more = list[:onPage], more+len(list)-onPage
	}
	v := b.page(lang, list)
	if more > 0 {
		v.More = i18n.Text(lang, "public.more", i18n.Args{"n": more})
	}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, v); err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the page cannot be written")
	}
	return out.Bytes(), nil
}

func (b *Board) page(lang i18n.Lang, list []*Notice) pageView {
	t := b.tell(&Notice{}, lang)
	v := pageView{Lang: string(lang), Dir: "ltr", Style: template.CSS(pageStyle), Title: t.text("public.title", nil), AsOf: b.age(lang),
		Made: t.text("public.made", i18n.Args{"time": t.moment(b.Now)}), Warn: t.text("public.warn", nil), Law: t.text("public.law", nil),
		WhereLabel: t.text("public.where", nil), WhoLabel: t.text("public.who", nil), LinksLabel: t.text("public.links", nil)}
	if lang.RightToLeft() {
		v.Dir = "rtl"
	}
	if b.Size > 0 && b.stale() {
		v.Stale = t.text("public.stale", nil)
	}
	if len(list) == 0 {
		v.None = t.text("public.none", nil)
	}
	for _, n := range list {
		if truce.Status(n.Status) != truce.Actual {
			v.Mark = t.text("notice.exercise", nil)
		}
	}
	v.Groups = b.groups(lang, list)
	v.Links = []pageLink{{b.address(PathCalendar, lang), t.text("public.calendar", nil), ""}, {b.address(PathFeed, lang), t.text("public.feed", nil), ""},
		{b.address(PathMap, lang), t.text("public.map", nil), ""}}
	for _, l := range i18n.Languages() {
		v.Langs = append(v.Langs, pageLink{b.address(PathPage, l), l.OwnName(), string(l)})
	}
	return v
}

// age says how old the knowledge is, in seconds.
func (b *Board) age(lang i18n.Lang) string {
	if b.Size == 0 {
		return i18n.Text(lang, "public.empty", nil)
	}
	return i18n.Text(lang, "notice.asOf", i18n.Args{"entry": b.Size - 1, "seconds": max(0, int64(b.Now.Sub(b.KnownAt).Seconds()))})
}

// groups are the parts of the page: agreed by all, not agreed by all, called off.
func (b *Board) groups(lang i18n.Lang, list []*Notice) []pageGroup {
	groups := []pageGroup{{Class: "all", Heading: "public.all"}, {Class: "part", Heading: "public.notAll"}, {Class: "off", Heading: "public.off"}}
	for _, n := range list {
		in := 1
		switch n.Standing() {
		case AgreedByAll:
			in = 0
		case CalledOff:
			in = 2
		}
		groups[in].Cards = append(groups[in].Cards, cardOf(b.tell(n, lang), b))
	}
	var out []pageGroup
	for _, g := range groups {
		if len(g.Cards) > 0 {
			g.Heading = i18n.Text(lang, g.Heading, nil)
			out = append(out, g)
		}
	}
	return out
}

func cardOf(t telling, b *Board) pageCard {
	return pageCard{ID: t.notice.ID, Mark: t.mark(), Standing: t.notice.standing(t.lang), Kind: t.kind(), Title: t.title(), Where: t.where(),
		HoursLabel: t.hoursLabel(), Hours: t.hours(b.Now), Zone: t.text("public.times", i18n.Args{"zone": t.figures(t.zone.String())}),
		Sides: t.sides(), Ready: t.ready(), Gaps: t.gaps()}
}
