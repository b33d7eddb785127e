package geo

import (
	"net/url"
	"regexp"
	"strings"
)

// A link holds a place in one of several spots. A pin (what was marked) goes before the middle of the map (what happened
// to be looked at), which is taken only with a slip that says so.

func isLink(s string) bool { return reLink.MatchString(s) }

var (
	reLink = regexp.MustCompile(`(?i)^(?:https?://|www\.|maps\.|goo\.gl/|maps\.app\.goo\.gl/|(?:[a-z0-9-]+\.)+[a-z]{2,6}/\S)`)

	rePairLoose = regexp.MustCompile(`^\s*` + reSigned + `\s*[,~ ]\s*` + reSigned + `(?:[,z_(].*)?$`)
	rePinData   = regexp.MustCompile(`!3d` + reSigned + `!4d` + reSigned)
	reAt        = regexp.MustCompile(`@` + reSigned + `,` + reSigned + `(?:,|$|/)`)
	reMapHash   = regexp.MustCompile(`(?:^|[#&])(?:map=)?\d{1,2}(?:\.\d+)?/` + reSigned + `/` + reSigned + `(?:[/&]|$)`)
	reBingPoint = regexp.MustCompile(`^point\.` + reSigned + `_` + reSigned + `(?:_|$)`)
	rePathText  = regexp.MustCompile(`/(?:place|search)/([^@][^/]*)`)
	rePathRoute = regexp.MustCompile(`/dir/(.*)`)
)

// pinParams are the query parameters that mark a place, latitude first, in the order of trust. Google: q, query,
// destination, daddr. Apple: coordinate, ll, q, daddr. Waze: latlng, to, ll. OpenStreetMap has mlat and mlon.
var pinParams = []string{"q", "query", "coordinate", "latlng", "destination", "daddr", "to", "loc"}

// centreParams are those that only place the map.
var centreParams = []string{"center", "cp", "sll"}

// parseLink reads a link of Google Maps, OpenStreetMap, Apple, Bing, Yandex or Waze, or of another map that uses their
// parameters. Nothing is fetched: a shortened link is refused.
func parseLink(s string) (draft, error) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return draft{}, invalid("the link is broken").WithHint("copy it again, or paste the coordinates")
	}
	if shortened(u) {
		return draft{}, invalid("a shortened link holds no coordinate").
			WithHint("links are not followed from here: open it and copy the coordinates")
	}
	d, err := readLink(u)
	if err != nil {
		return d, err
	}
	d.coord.Format, d.dms, d.signed = Link, nil, true
	return d, nil
}

func shortened(u *url.URL) bool {
	h := strings.ToLower(u.Hostname())
	return strings.HasSuffix(h, "goo.gl") || h == "ya.cc" || h == "osm.org" && strings.HasPrefix(u.Path, "/go/")
}

// readLink tries the spots in order; the first that holds a pair wins, and a pair out of range is an error.
func readLink(u *url.URL) (draft, error) {
	for _, spot := range []func(*url.URL) (draft, bool, error){pinData, pinQuery, hostQuery, pinPath} {
		if d, ok, err := spot(u); ok {
			return d, err
		}
	}
	for _, spot := range []func(*url.URL) (draft, bool, error){centreQuery, centreAt, centreHash} {
		if d, ok, err := spot(u); ok {
			d.others = append(d.others, mapCentre())
			return d, err
		}
	}
	return draft{}, noPair()
}

// pinData reads Google's !3dlat!4dlon. A link may hold several places: the last is the one shown, and others make it
// ambiguous.
func pinData(u *url.URL) (draft, bool, error) {
	all := rePinData.FindAllString(u.Path+"#"+u.Fragment+"?"+u.RawQuery, 16)
	if len(all) == 0 {
		return draft{}, false, nil
	}
	d, err := decimalPair(rePinData, all[len(all)-1], false)
	if err != nil {
		return d, true, err
	}
	for _, s := range all[:len(all)-1] {
		if o, err := decimalPair(rePinData, s, false); err == nil && metresApart(o.coord.Point, d.coord.Point) > 1 {
			d.coord.Ambiguous = true
			d.others = append(d.others, otherReading(o.coord.Point))
		}
	}
	return d, true, nil
}

func pinQuery(u *url.URL) (draft, bool, error) {
	q := u.Query()
	for _, names := range [][2]string{{"mlat", "mlon"}, {"lat", "lon"}, {"lat", "lng"}, {"latitude", "longitude"}} {
		if q.Get(names[0]) != "" && q.Get(names[1]) != "" {
			d, err := decimalPair(rePairLoose, q.Get(names[0])+","+q.Get(names[1]), false)
			return d, true, err
		}
	}
	for _, name := range pinParams {
		if d, err := queryPair(strings.TrimPrefix(q.Get(name), "ll."), false); err == nil {
			return d, true, nil
		}
	}
	return draft{}, false, nil
}

// hostQuery reads the parameters that mean different things on different hosts: ll is a pin for Apple and Waze, the
// middle of the map, longitude first, for Yandex, and the middle for Google. Yandex marks pins by pt and
// whatshere[point]; Bing by sp=point.lat_lon_name.
func hostQuery(u *url.URL) (draft, bool, error) {
	host, q := strings.ToLower(u.Hostname()), u.Query()
	switch {
	case strings.Contains(host, "yandex."):
		for _, v := range []string{q.Get("whatshere[point]"), q.Get("pt")} {
			if d, err := queryPair(v, true); err == nil {
				return d, true, nil
			}
		}
	case strings.Contains(host, "apple.") || strings.Contains(host, "waze."):
		if d, err := queryPair(q.Get("ll"), false); err == nil {
			return d, true, nil
		}
	case strings.Contains(host, "bing."):
		if d, err := decimalPair(reBingPoint, q.Get("sp"), false); err == nil {
			return d, true, nil
		}
	}
	return draft{}, false, nil
}

// pinPath reads /place/36°12'46"N+37°07'00"E/, /search/36.2,+37.1 and /dir/36.2,37.1/36.3,37.2/.
func pinPath(u *url.URL) (draft, bool, error) {
	if f := rePathRoute.FindStringSubmatch(u.Path); f != nil {
		return routeEnd(f[1])
	}
	f := rePathText.FindStringSubmatch(u.Path)
	if f == nil {
		return draft{}, false, nil
	}
	d, err := pathText(f[1])
	return d, err == nil, nil
}

func pathText(s string) (draft, error) {
	return parseLatLon(foldCoord(strings.Map(visible, strings.ReplaceAll(s, "+", " "))))
}

// routeEnd takes the last place of a route, where it leads to; other places on it make it ambiguous.
func routeEnd(path string) (d draft, ok bool, err error) {
	var before []Slip
	for s := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(s, "@") || len(before) > 16 {
			break
		}
		at, err := pathText(s)
		if err != nil {
			continue
		}
		if ok && metresApart(at.coord.Point, d.coord.Point) > 1 {
			before = append(before, otherReading(d.coord.Point))
		}
		d, ok = at, true
	}
	d.coord.Ambiguous = d.coord.Ambiguous || len(before) > 0
	d.others = append(d.others, before...)
	return d, ok, nil
}

func centreQuery(u *url.URL) (draft, bool, error) {
	q := u.Query()
	for _, name := range centreParams {
		if d, err := queryPair(q.Get(name), false); err == nil {
			return d, true, nil
		}
	}
	d, err := queryPair(q.Get("ll"), strings.Contains(strings.ToLower(u.Hostname()), "yandex."))
	return d, err == nil, nil
}

func centreAt(u *url.URL) (draft, bool, error) {
	f := reAt.FindString(u.Path + "/" + u.Fragment)
	if f == "" {
		return draft{}, false, nil
	}
	d, err := decimalPair(reAt, f, false)
	return d, true, err
}

func centreHash(u *url.URL) (draft, bool, error) {
	f := reMapHash.FindString(u.Fragment)
	if f == "" {
		return draft{}, false, nil
	}
	d, err := decimalPair(reMapHash, f, false)
	return d, true, err
}

// queryPair reads "36.2,37.1", also with a space or ~ between and a label after it.
func queryPair(v string, lonFirst bool) (draft, error) {
	v = strings.TrimPrefix(strings.TrimPrefix(v, "loc:"), "@")
	return decimalPair(rePairLoose, v, lonFirst)
}

// queryValue is one value of a query string, or "" where the string is broken.
func queryValue(query, name string) string {
	q, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return q.Get(name)
}
