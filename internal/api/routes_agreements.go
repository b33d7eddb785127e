package api

// agreementRoutes are about what was agreed, what holds, and on whom it waits.
func agreementRoutes() []*route {
	all := []*route{
		{method: "GET", path: "/v1/now", name: "getNow", tag: "Agreements", gives: []string{mediaJSON}, output: NowAnswer{},
			query: []param{{"at", "coordinate in any notation; everywhere when absent. Whatever passes the request on may keep an address: POST keeps the place out of it", "string", "36.2128, 37.1166"},
				{"radiusM", "how near an area counts, metres", "number", "500"},
				{"time", "RFC 3339 time that is asked about; now when absent", "string", "2016-08-11T10:30:00Z"},
				{"from", "beginning of a period that is asked about instead", "string", "2016-08-11T00:00:00Z"}, {"until", "its end, exclusive", "string", "2016-08-12T00:00:00Z"}, knownParam,
				{"limit", "most agreements and windows on a page, 1 to 1000; all of them where a place is given, else 100 when absent", "integer", "100"}, cursorParam},
			doc: "Tells what holds, everywhere or at a place. Prohibited acts with the clause, who accepted it and until when; agreements; pauses and corridors with what they lack.", handle: (*call).nowGet},
		{method: "POST", path: "/v1/now", name: "postNow", tag: "Agreements", takes: []string{mediaJSON}, limit: maxJSON, input: NowQuestion{}, gives: []string{mediaJSON}, output: NowAnswer{},
			doc: "Tells what holds at a place and a time. The place stands in the body, and is kept nowhere.", handle: (*call).nowPost},
		{method: "GET", path: "/v1/waiting", name: "listWaiting", tag: "Agreements", gives: []string{mediaJSON}, output: WaitingPage{},
			query: []param{knownParam, forceParam, {"party", "on that party alone", "string", ""}, {"id", "of that agreement or window alone", "string", ""}},
			doc:   "Tells on whom every joint step waits. Since when, with the reason as that party states it, and within which agreed limit.", handle: (*call).waiting},
	}
	all = append(all, agreedRoutes("agreement", "Agreement", AgreementPage{}, AgreementItem{}, "proposed, reported, agreed, inForce, partlyForce, declared, suspended, denounced, lapsed, terminated, superseded, withdrawn")...)
	return append(all, agreedRoutes("window", "Window", WindowPage{}, WindowItem{}, "open, later, over, aborted, withdrawn, noTimes, notExpanded")...)
}

func agreedRoutes(object, title string, page, item any, states string) []*route {
	path := "/v1/" + object + "s"
	return []*route{
		{method: "GET", path: path, name: "list" + title + "s", tag: "Agreements", gives: []string{mediaJSON}, output: page,
			query: []param{limitParam, cursorParam, knownParam, forceParam, {"state", "keep those in this state: " + states, "string", ""}},
			doc:   "Lists the " + object + "s that you may see, with where each stands. What is over is among them, and exercises, marked as such.", handle: func(c *call) error { return c.agreedList(object) }},
		{method: "GET", path: path + "/{id}", name: "get" + title, tag: "Agreements", gives: []string{mediaJSON}, output: item, query: []param{knownParam, forceParam}, errors: unseen,
			doc: "Shows one " + object + ", as far as you may read it. Its content as it was signed, and what follows from it and from each party's own acts. The ETag names its version.", handle: func(c *call) error { return c.agreed(object) }},
		{method: "GET", path: path + "/{id}/history", name: "get" + title + "History", tag: "Agreements", gives: []string{mediaJSON}, output: EntryPage{},
			query: []param{limitParam, cursorParam, knownParam, forceParam}, errors: unseen,
			doc: "Lists the statements about one " + object + " that you may read, oldest first, with their bodies.", handle: func(c *call) error { return c.agreedHistory(object) }},
		{method: "PUT", path: path + "/{id}", name: "put" + title, tag: "Agreements", signedIn: true, takes: []string{mediaJSON, mediaDSSE}, limit: maxJSON, input: SignedStatement{},
			gives: []string{mediaJSON}, output: Accepted{}, status: 201, errors: append([]int{404, 428}, refusal...),
			headers: []param{{"If-Match", "ETag of the version that you read", "string", ""}},
			doc:     "Hands in a statement about one " + object + ", if it is still what you read. 428 without If-Match, 412 with the newest version when there is a newer one.", handle: func(c *call) error { return c.agreedReplace(object) }},
	}
}
