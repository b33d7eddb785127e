package api

import "net/http"

// introduction opens the documentation.
const introduction = "Truce is the register that people who do not trust each other can share: protected sites, movements and areas, " +
	"each a signed statement in a log that nobody can rewrite.\n\n" +
	"Statements are signed on the machine of whoever makes them and are taken without signing in: the signature is the authorisation. " +
	"To read more than the public may, sign in by signing a challenge. What you may not see is answered like what is not there. " +
	"Times are RFC 3339 in UTC; positions are WGS-84, longitude before latitude in GeoJSON; distances are metres.\n\n" + caveat

// tags are the chapters of the documentation.
var tags = []struct{ name, doc string }{
	{"Register", "What this register is, and how to sign in."},
	{"Statements", "Handing in signed statements, and reading what is in the log."},
	{"Objects", "Sites, areas and movements, as the statements about them add up."},
	{"Check", "What is registered at a place and a time. The server keeps no coordinates that are asked about, in no log."},
	{"Agreements", "What was agreed and by whom, what holds here and now, pauses and corridors and what they lack."},
	{"Public", "What is public of pauses and corridors, for calendars, feeds, maps and people."},
	{"Telling", "Who was told what, and what they answered."},
	{"Log", "The log as C2SP tlog-tiles serve it, for mirrors and verifiers."},
	{"Operation", "Probes, metrics and this description."},
}

// pathDocs say what stands in the braces of a path.
var pathDocs = map[string]string{
	"id":    "id of the object, party or statement",
	"n":     "number of the entry, from 0",
	"token": "token of a link, as the message has it",
	"path":  "level and number of the tile, as C2SP tlog-tiles writes them: 0/000, entries/000.p/12",
}

var (
	limitParam   = param{"limit", "most items on a page, 1 to 1000; 100 when absent", "integer", "100"}
	cursorParam  = param{"cursor", "next of the page before", "string", ""}
	knownParam   = param{"as-known-at", "log size: what was known when the log had that many entries", "integer", ""}
	forceParam   = param{"in-force-at", "RFC 3339 time at which the state is worked out; now when absent", "string", "2016-08-11T10:00:00Z"}
	receiptParam = param{"receipt", "1: put the receipt into the answer", "boolean", "1"}
)

var (
	unseen  = []int{http.StatusNotFound, http.StatusGone}
	refusal = []int{http.StatusForbidden, http.StatusConflict, http.StatusPreconditionFailed, http.StatusGone}
)

// routes is the table of everything that the server answers.
func routes() []*route {
	all := append(registerRoutes(), statementRoutes()...)
	for _, kind := range []string{"site", "area", "movement"} {
		all = append(all, objectRoutes(kind)...)
	}
	all = append(all, checkRoutes()...)
	all = append(all, packRoutes()...)
	all = append(all, agreementRoutes()...)
	all = append(all, publicRoutes()...)
	all = append(all, toldRoutes()...)
	all = append(all, answerRoutes()...)
	all = append(all, importRoute())
	return append(append(all, logRoutes()...), operationRoutes()...)
}

func registerRoutes() []*route {
	return []*route{
		{method: "GET", path: "/v1", name: "getRegister", tag: "Register", open: true, gives: []string{mediaJSON}, output: Register{},
			doc: "Tells what this register is. Its origin, size, signed checkpoint and public key.", handle: (*call).register_},
		{method: "POST", path: "/v1/auth/challenge", name: "postChallenge", tag: "Register", open: true, takes: []string{mediaJSON}, limit: maxSmall,
			input: ChallengeRequest{}, gives: []string{mediaJSON}, output: Challenge{}, handle: (*call).challenge,
			doc: "Gives a challenge to sign. It serves once, within two minutes, for the key that it was given for; the answer is the same whether or not the key is known."},
		{method: "POST", path: "/v1/auth/token", name: "postToken", tag: "Register", open: true, takes: []string{mediaJSON, mediaDSSE}, limit: maxSmall, input: SignedStatement{},
			gives: []string{mediaJSON}, output: Token{}, errors: []int{http.StatusForbidden}, handle: (*call).token,
			doc: "Signs in with a signed challenge. The body is a DSSE envelope of type application/vnd.truce.signin+json whose payload is " +
				`{"register","challenge","key","madeAt"}, with one signature by that key. The token holds for a quarter of an hour and falls with the key.`},
		{method: "DELETE", path: "/v1/auth/token", name: "deleteToken", tag: "Register", signedIn: true, status: http.StatusNoContent,
			doc: "Signs out. The token counts no more.", handle: (*call).signOut},
		{method: "GET", path: "/v1/parties", name: "listParties", tag: "Register", query: []param{knownParam}, gives: []string{mediaJSON}, output: PartyPage{},
			doc: "Lists the parties. Names and roles are public; entry numbers are for parties that have signed in.", handle: (*call).parties},
		{method: "GET", path: "/v1/parties/{id}", name: "getParty", tag: "Register", query: []param{knownParam}, gives: []string{mediaJSON}, output: PartyView{},
			errors: unseen, doc: "Shows one party. With its keys, to parties that have signed in.", handle: (*call).party},
	}
}

func statementRoutes() []*route {
	envelope := []string{mediaJSON, mediaDSSE}
	return []*route{
		{method: "PUT", path: "/v1/statements/{id}", name: "putStatement", tag: "Statements", takes: envelope, limit: maxJSON, input: SignedStatement{}, query: []param{receiptParam},
			gives: []string{mediaJSON}, output: Accepted{}, status: http.StatusCreated, errors: refusal, handle: (*call).putStatement,
			doc: "Hands in one statement under its id. The body is its DSSE envelope. Doing it again changes nothing and is answered 200 with the number of then."},
		{method: "POST", path: "/v1/statements", name: "postStatements", tag: "Statements", takes: append(envelope, mediaNDJSON), limit: maxJSON, input: SignedStatement{},
			query: []param{receiptParam}, gives: []string{mediaJSON, mediaNDJSON}, output: Accepted{}, status: http.StatusCreated, errors: refusal, handle: (*call).postStatements,
			doc: "Hands in one statement, or many. As application/x-ndjson, one envelope a line of at most 128 KiB, it answers 200 with one line for each " +
				`in the same order, while it reads on: {"line","status","id","entry","received"} or {"line","status","problem"}. One that is refused does not hinder the others.`},
		{method: "GET", path: "/v1/statements/{id}", name: "getStatement", tag: "Statements", gives: []string{mediaJSON}, output: StatementView{}, errors: unseen,
			doc: "Shows one statement, as far as you may read it. With its signed envelope where you may read all of it.", handle: (*call).statement},
		{method: "GET", path: "/v1/statements/{id}/receipt", name: "getStatementReceipt", tag: "Statements", gives: []string{mediaText}, errors: unseen,
			doc: "Gives the receipt of one statement (C2SP tlog-proof). It is verified offline with the log's public key; where you may read a part of the statement only, it proves entry and time without the content.", handle: (*call).receipt},
		{method: "GET", path: "/v1/entries", name: "listEntries", tag: "Statements", query: []param{cursorParam, limitParam}, gives: []string{mediaJSON}, output: EntryPage{},
			doc: "Lists the entries that you may see, in order, without bodies.", handle: (*call).entries},
		{method: "GET", path: "/v1/entries/{n}", name: "getEntry", tag: "Statements", gives: []string{mediaJSON}, output: StatementView{}, errors: unseen,
			doc: "Shows the statement of one entry.", handle: (*call).statement},
		{method: "GET", path: "/v1/entries/{n}/receipt", name: "getEntryReceipt", tag: "Statements", gives: []string{mediaText}, errors: unseen,
			doc: "Gives the receipt of one entry.", handle: (*call).receipt},
		{method: "GET", path: "/v1/records", name: "getRecords", tag: "Statements", gives: []string{mediaRecords},
			query: []param{{"from", "first entry to look at", "integer", "0"}, {"until", "log size: entries below it; the newest when absent", "integer", ""},
				{"subject", "hand over the entries about these instead; may stand up to 64 times", "array", ""}},
			doc: "Hands over entries to a mirror, with salt and record where you may read all of them. In the binary form that docs/formats.md describes; it says up to where it looked.", handle: (*call).records},
		{method: "GET", path: "/v1/events", name: "streamEvents", tag: "Statements", stream: true, gives: []string{mediaEvents},
			headers: []param{{"Last-Event-ID", "entry number seen last; goes before after", "string", ""}},
			query:   []param{{"after", "entry number seen last, -1 for all; the newest when absent", "integer", "-1"}},
			doc:     "Streams the entries that you may see, as they come. Server-sent events; the id is the entry number, and Last-Event-ID goes on exactly behind it.",
			handle:  (*call).events},
	}
}

func objectRoutes(kind string) []*route {
	path, title := "/v1/"+kind+"s", map[string]string{"site": "Site", "area": "Area", "movement": "Movement"}[kind]
	one := []param{knownParam, forceParam}
	return []*route{
		{method: "GET", path: path, name: "list" + title + "s", tag: "Objects", gives: []string{mediaJSON}, output: ItemPage{},
			query: []param{limitParam, cursorParam, knownParam, forceParam,
				{"state", "keep those in this state: inForce, stale, later, lapsed, withdrawn", "string", "inForce"},
				{"bbox", "keep those whose position you may read and which come near: west,south,east,north in degrees", "string", "37.0,36.1,37.3,36.3"}},
			doc: "Lists the " + kind + "s that you may see, in the order of their registration. Withdrawn and lapsed ones are among them.", handle: func(c *call) error { return c.objects(kind) }},
		{method: "GET", path: path + "/{id}", name: "get" + title, tag: "Objects", gives: []string{mediaJSON}, output: Item{}, query: one, errors: unseen,
			doc: "Shows one " + kind + ", as far as you may read it. The ETag names its version; If-None-Match answers 304.", handle: func(c *call) error { return c.object(kind) }},
		{method: "PUT", path: path + "/{id}", name: "put" + title, tag: "Objects", signedIn: true, takes: []string{mediaJSON, mediaDSSE}, limit: maxJSON, input: SignedStatement{}, query: []param{receiptParam},
			headers: []param{{"If-Match", "ETag of the version that it replaces, or *", "string", ""}},
			gives:   []string{mediaJSON}, output: Accepted{}, status: http.StatusCreated, errors: append([]int{http.StatusNotFound, http.StatusPreconditionRequired}, refusal...),
			doc:    "Replaces a version of one " + kind + ". The body is the signed " + kind + ".amend, " + kind + ".withdraw or " + kind + ".revalidate; If-Match is the ETag of the version that you read: 428 without it, 412 with the newest version when there is a newer one. It compares with what you may read, and so asks for a token; PUT /v1/statements/{id} takes the same statement without.",
			handle: func(c *call) error { return c.replace(kind) }},
		{method: "GET", path: path + "/{id}/history", name: "get" + title + "History", tag: "Objects", gives: []string{mediaJSON}, output: History{}, query: one, errors: unseen,
			doc: "Shows the versions of one " + kind + ", oldest first, and the entries about it.", handle: func(c *call) error { return c.history(kind) }},
	}
}

func checkRoutes() []*route {
	return []*route{
		{method: "POST", path: "/v1/check", name: "check", tag: "Check", limit: maxBatch, takes: []string{mediaJSON, mediaNDJSON, mediaCSV, mediaGeoJSON},
			input: []any{Question{}, Questions{}}, gives: []string{mediaJSON, mediaNDJSON}, output: []any{Checked{}, CheckResults{}, BriefResults{}}, handle: (*call).check,
			headers: []param{{"Prefer", "return=minimal (RFC 7240): of {\"queries\": […]} and features, tell once what the answers share: as of when they hold, and what is to be said with them", "string", "return=minimal"}},
			query:   []param{{"radiusM", "how near counts, metres, for rows and features that do not say so themselves", "number", "500"}},
			doc: "Answers what is registered at a place and a time. A JSON body is one query, or {\"queries\": […]} with up to 10,000; as application/x-ndjson one query a line, " +
				"as text/csv one a row (columns at, or lat and lon; radiusM, accuracyM, time, from, until, id), as application/geo+json one a feature. Answers are in the order of the queries, " +
				"{\"results\": […]} or one line for each; a query that cannot be read has a problem in its place and does not hinder the others. The answer names what applies, " +
				"or says that nothing is registered there as of which entry; it never says more than that. Coordinates stand in the body, never in the address, and are kept nowhere."},
	}
}

func importRoute() *route {
	return &route{method: "POST", path: "/v1/import", name: "previewImport", tag: "Statements", signedIn: true, takes: mediaImports, limit: maxImport,
		gives: []string{mediaJSON, mediaNDJSON}, output: Preview{}, errors: []int{http.StatusForbidden}, handle: (*call).preview,
		headers: []param{{"Truce-Near", "middle of the area where the places ought to be, in any notation", "string", ""}},
		query: []param{
			{"filename", "name of the file; its extension helps where the content does not say what it is", "string", "sites.csv"},
			{"object", "what a row is: site, area or movement", "string", "site"},
			{"map", `what a column is, "heading=field", or "heading=-" to leave it out; may stand several times`, "array", "Koordinate=coord"},
			{"set", `value of a field for rows that give none, "field=value"; may stand several times`, "array", "mode=land"},
			{"radiusM", "radius of the area in Truce-Near, metres; a row outside of it is an error", "number", "60000"},
			{"duplicatesM", "metres within which entries are compared as duplicates; -1 for not at all", "number", "100"},
			{"zone", "time zone of dates that name none", "string", "Asia/Damascus"},
			{"sheet", "sheet of a workbook", "string", ""}, {"headerRow", "row that names the columns, the first being 1", "integer", ""},
			{"encoding", "of a CSV file: utf-8, utf-16le, utf-16be, windows-1252, windows-1256, windows-1251", "string", ""},
			{"delimiter", "of a CSV file", "string", ";"}, {"takeBroken", "take the rows before the place where a file breaks off", "boolean", ""}},
		doc: "Reads a list and says what registering it would mean; nothing is written. The body is the file: CSV, XLSX, GeoJSON, KML, KMZ or GPX, at most 64 MiB. " +
			"The answer has the counts, every error with row and column, possible duplicates, and a draft of each statement: sign them, and hand them in at /v1/statements. " +
			"With Accept: application/x-ndjson it is one {\"draft\"} a line and {\"summary\"} in the last."}
}

func logRoutes() []*route {
	return []*route{
		{method: "GET", path: "/log/checkpoint", name: "getCheckpoint", tag: "Log", open: true, gives: []string{mediaText},
			doc: "Gives the newest signed head of the log (C2SP tlog-checkpoint). With the cosignatures of its witnesses, where it has a policy; Truce-Unwitnessed: 1 says that their quorum is missing.", handle: (*call).checkpoint},
		{method: "GET", path: "/log/pubkey", name: "getLogKey", tag: "Log", open: true, gives: []string{mediaText},
			doc: "Gives the public key of the log. A key from the same server as the log proves nothing by itself: compare it.", handle: (*call).pubkey},
		{method: "GET", path: "/log/tile/{path…}", name: "getTile", tag: "Log", open: true, gives: []string{mediaBytes}, errors: unseen,
			query: []param{{"from", "of a bundle: leave out so many leaves at its beginning", "integer", "152"}},
			doc:   "Gives a tile of hashes or a bundle of leaves (C2SP tlog-tiles). Leaves show number, time and commitment of an entry, nothing of its content.", handle: (*call).tile},
		witnessRoute(),
	}
}

func operationRoutes() []*route {
	return []*route{
		{method: "GET", path: "/livez", name: "getLive", tag: "Operation", open: true, probe: true, gives: []string{mediaText},
			doc: "Answers as long as the server runs.", handle: (*call).alive},
		{method: "GET", path: "/readyz", name: "getReady", tag: "Operation", open: true, probe: true, gives: []string{mediaText},
			query: []param{{"verbose", "list every probe", "boolean", ""}},
			doc:   "Answers whether the register can do its work. Log, head file, views, clock and disk.", handle: (*call).ready},
		{method: "GET", path: "/metrics", name: "getMetrics", tag: "Operation", open: true, probe: true, gives: []string{mediaText},
			doc: "Gives the metrics in the text format of Prometheus.", handle: (*call).metrics},
		{method: "GET", path: "/openapi.json", name: "getOpenAPI", tag: "Operation", open: true, gives: []string{mediaJSON},
			doc: "Gives this description as OpenAPI 3.0.3.", handle: (*call).openAPIJSON},
		{method: "GET", path: "/openapi.yaml", name: "getOpenAPIYAML", tag: "Operation", open: true, gives: []string{"application/yaml"},
			doc: "Gives this description as OpenAPI 3.0.3 in YAML.", handle: (*call).openAPIYAML},
		{method: "GET", path: "/docs", name: "getDocs", tag: "Operation", open: true, gives: []string{"text/html; charset=utf-8"},
			doc: "Gives this description as a page.", handle: (*call).docs},
	}
}
