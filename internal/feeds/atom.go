package feeds

import (
	"encoding/xml"
	"strings"
	"time"

	"truce"
	"truce/internal/i18n"
)

// The elements of an Atom feed that are used (RFC 4287).
type (
	atomFeed struct {
		XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang      string      `xml:"xml:lang,attr"`
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Subtitle  string      `xml:"subtitle"`
		Updated   string      `xml:"updated"`
		Author    atomAuthor  `xml:"author"`
		Links     []atomLink  `xml:"link"`
		Generator string      `xml:"generator"`
		Entries   []atomEntry `xml:"entry"`
	}
	atomAuthor struct {
		Name string `xml:"name"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomCategory struct {
		Term  string `xml:"term,attr"`
		Label string `xml:"label,attr"`
	}
	atomText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
	atomEntry struct {
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Updated    string         `xml:"updated"`
		Published  string         `xml:"published"`
		Links      []atomLink     `xml:"link"`
		Categories []atomCategory `xml:"category"`
		Content    atomText       `xml:"content"`
	}
)

// Atom is the board as an Atom feed (RFC 4287) in one language: an entry for every
// notice, as its newest version stands. Ids stay the same whatever the address of the
// register and the language; updated is when the log received what changed it.
func Atom(b *Board, lang i18n.Lang) ([]byte, error) {
	list, _ := b.shown()
	text := b.tell(&Notice{}, lang)
	feed := atomFeed{Lang: string(lang), ID: b.name("feed"), Title: text.text("public.title", nil) + " (" + clean(b.Register) + ")",
		Subtitle: strings.Join([]string{text.asOf(), text.text("public.warn", nil), text.text("public.law", nil)}, " "),
		Updated:  stamp(b.KnownAt), Author: atomAuthor{Name: clean(b.Register)}, Generator: "Truce",
		Links: []atomLink{{"self", "application/atom+xml", b.address(PathFeed, lang)}, {"alternate", "text/html", b.address(PathPage, lang)}}}
	if len(list) == 0 {
		feed.Subtitle = text.text("public.none", nil) + " " + feed.Subtitle
	}
	for _, n := range list {
		feed.Entries = append(feed.Entries, atomOf(b.tell(n, lang)))
	}
	return xmlText(feed)
}

func atomOf(t telling) atomEntry {
	n := t.notice
	return atomEntry{ID: t.board.name("notice", n.ID), Title: t.headline(), Updated: stamp(n.newest().At), Published: stamp(n.first().At),
		Links:      []atomLink{{"alternate", "text/html", t.board.pageAddress(n, t.lang)}, {"related", "application/cap+xml", t.board.alertAddress(n)}},
		Categories: []atomCategory{{"kind:" + token(n.Kind), t.kind()}, {"standing:" + string(n.Standing()), n.standing(t.lang)}},
		Content:    atomText{"text", strings.Join(append(t.lines(t.board.Now), t.asOf()), "\n")}}
}

func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// xmlText writes a document with its declaration. encoding/xml escapes whatever
// texts hold, and writes U+FFFD for characters that XML has not.
func xmlText(document any) ([]byte, error) {
	body, err := xml.MarshalIndent(document, "", " ")
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the document cannot be written")
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}
