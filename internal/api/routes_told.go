package api

import "net/http"

// toldRoutes are about who was told what, and what they answered.
func toldRoutes() []*route {
	after := param{"after", "entry seen last, -1 for all", "integer", "-1"}
	return []*route{
		{method: "GET", path: "/v1/feed", name: "getFeed", tag: "Telling", gives: []string{mediaJSON}, output: FeedPage{},
			query: []param{after, {"limit", "most items on a page, 1 to 10000; 1000 when absent", "integer", "1000"}, {"thin", "1: without statements and changes", "boolean", ""}},
			doc:   "Gives what you were told, line by line. Every line names the entry of the line before it, so that a missing one shows itself; changes are told as differences, withdrawals and ends too. Acknowledge with ack.receive and its kin.", handle: (*call).feed},
		{method: "GET", path: "/v1/feed/events", name: "streamFeed", tag: "Telling", stream: true, gives: []string{mediaEvents},
			headers: []param{{"Last-Event-ID", "entry seen last; goes before after", "string", ""}}, query: []param{after},
			doc: "Streams what you are told, as it comes. Server-sent events; the id is the entry number, and Last-Event-ID goes on exactly behind it.", handle: (*call).feedEvents},
		{method: "GET", path: "/v1/inbox", name: "getInbox", tag: "Telling", signedIn: true, gives: []string{mediaJSON}, output: InboxPage{},
			query: []param{knownParam, {"unanswered", "1: only what has no acknowledgement", "boolean", ""}, {"party", "of another party; for the registrar", "string", ""}},
			doc:   "Shows what your party was told and what it answered, subject by subject. Received, read back, relayed, loaded, noted, will comply and objects are different things; none stands for another.", handle: (*call).inbox},
		{method: "GET", path: "/v1/gaps", name: "listGaps", tag: "Telling", signedIn: true, gives: []string{mediaJSON}, output: GapPage{}, query: []param{knownParam, cursorParam, {"party", "only what is missing with that party", "string", ""}},
			doc: "Lists your objects in whose telling something is missing. Who does not know, who has not answered since when, who has not loaded a pack with it, who objects. A registrar sees all objects.", handle: (*call).gaps},
		{method: "GET", path: "/v1/gaps/seen", name: "listSeen", tag: "Telling", signedIn: true, gives: []string{mediaJSON}, output: SeenPage{}, query: []param{knownParam, cursorParam, {"owner", "party whose objects are meant; for the registrar", "string", ""}},
			doc: "Says who saw your objects, and who refused. Every party that was told, by what name, of which versions, since and until when, its first answer of each kind; who objects and why; from whom the object is withheld, and where your consent stands.", handle: (*call).seen},
		{method: "GET", path: "/v1/tellings/{id}", name: "getTelling", tag: "Telling", signedIn: true, gives: []string{mediaJSON}, output: TellingView{}, query: []param{knownParam, forceParam}, errors: unseen,
			doc: "Shows where every party stands with one of your objects. With its alarms, and for a movement its day: what it waits for, and its reports.", handle: (*call).telling},
		{method: "GET", path: "/v1/desks", name: "listDesks", tag: "Telling", signedIn: true, gives: []string{mediaJSON}, output: DeskPage{}, query: []param{knownParam, forceParam},
			doc: "Lists your party's duty desks. With who is on duty at the time asked about, what they answer for, and the last test of each line. A registrar sees all of them, a guarantor which echelons there are.", handle: (*call).desks},
		{method: "POST", path: "/v1/desks/{id}/replay", name: "postReplay", tag: "Telling", signedIn: true, takes: []string{mediaJSON}, limit: maxSmall, input: ReplayRequest{}, gives: []string{mediaJSON}, output: ReplayAnswer{}, status: http.StatusAccepted, errors: unseen,
			doc: "Has one of your desks told again what is behind an entry. For its party and the registrar. It goes out under the delivery ids that it had, so that a reader counts it once; the request stands in the log with its reason.", handle: (*call).postReplay},
	}
}
