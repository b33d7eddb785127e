package feeds

import (
	"crypto/sha256"
	"net/url"
	"strings"

	"truce/internal/i18n"
)

// Where the documents are served, below Board.Base; each takes ?lang=ar.
const (
	PathPage     = "/public"
	PathCalendar = "/public/calendar.ics"
	PathFeed     = "/public/feed.atom"
	PathMap      = "/public/places.geojson"
	PathAlerts   = "/public/alerts/" // and the id of the window and .xml
)

// Media types of the documents.
const (
	TypePage     = "text/html; charset=utf-8"
	TypeCalendar = "text/calendar; charset=utf-8"
	TypeFeed     = "application/atom+xml; charset=utf-8"
	TypeMap      = "application/geo+json"
	TypeAlert    = "application/cap+xml; charset=utf-8" // as the OASIS note on CAP feeds has it
)

func (b *Board) address(path string, lang i18n.Lang) string {
	return b.Base + path + "?lang=" + url.QueryEscape(string(lang))
}

func (b *Board) alertAddress(n *Notice) string {
	return b.Base + PathAlerts + url.PathEscape(n.ID) + ".xml"
}

// pageAddress is the place of a notice on the page.
func (b *Board) pageAddress(n *Notice, lang i18n.Lang) string {
	return b.address(PathPage, lang) + "#" + url.PathEscape(n.ID)
}

// name is an id that stays whatever address the register has: a UUID of version 8
// (RFC 9562, 5.8) made of a hash of the register's origin and parts.
func (b *Board) name(parts ...string) string {
	sum := sha256.Sum256([]byte("truce feeds\n" + b.Register + "\n" + strings.Join(parts, "\n")))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, c := range sum[:16] {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, digits[c>>4], digits[c&15])
	}
	return "urn:uuid:" + string(out)
}
