package api

import "truce/internal/feeds"

// publicRoutes tell the world what the audience of windows makes public.
func publicRoutes() []*route {
	at := param{"time", "of an exercise only: as at that time, RFC 3339", "string", ""}
	lang := []param{{"lang", "en, ar, ru, fr or uk; by Accept-Language when absent", "string", "ar"}, at}
	return []*route{
		{method: "GET", path: "/v1" + feeds.PathPage, name: "getPublicPage", tag: "Public", open: true, query: lang, gives: []string{feeds.TypePage},
			doc: "Gives a page for civilians. What is open, where, until when, agreed by whom; a few kilobytes, without scripts.", handle: (*call).publicPage},
		{method: "GET", path: "/v1" + feeds.PathCalendar, name: "getPublicCalendar", tag: "Public", open: true, query: lang, gives: []string{feeds.TypeCalendar},
			doc: "Gives pauses and corridor times as iCalendar (RFC 5545). For phones to subscribe to.", handle: (*call).publicCalendar},
		{method: "GET", path: "/v1" + feeds.PathFeed, name: "getPublicFeed", tag: "Public", open: true, query: lang, gives: []string{feeds.TypeFeed},
			doc: "Gives what changed as an Atom feed (RFC 4287). Each entry links its CAP message.", handle: (*call).publicFeed},
		{method: "GET", path: "/v1" + feeds.PathMap, name: "getPublicMap", tag: "Public", open: true, query: lang, gives: []string{feeds.TypeMap},
			doc: "Gives places and roads as GeoJSON. With who agreed to each.", handle: (*call).publicMap},
		{method: "GET", path: "/v1" + feeds.PathAlerts + "{id}", name: "getPublicAlert", tag: "Public", open: true, query: []param{at}, gives: []string{feeds.TypeAlert}, errors: unseen,
			doc: "Gives the CAP 1.2 message of one window, by its id and .xml. Alert, Update or Cancel, in every language.", handle: (*call).publicAlert},
	}
}
