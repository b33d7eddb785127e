package truce

var channelFields = []Field{
	{Name: "kind", Type: Choice, Codes: ChannelCodes, Required: true, Doc: "kind of line"},
	{Name: "address", Type: Text, Max: 500, Required: true, Doc: "address of that kind: URL, e-mail address, folder, number, call sign"},
	{Name: "key", Type: Key, Doc: "key that signs the answers of an automatic receiver"},
}

var rosterFields = []Field{
	{Name: "duty", Type: Text, Max: 100, Required: true, Doc: "duty, not a person: \"duty officer\""},
	{Name: "from", Type: Moment, Doc: "on duty from"},
	{Name: "until", Type: Moment, Doc: "on duty until, exclusive"},
}

// deskFields are the content of a duty desk (domain.md 2.11).
var deskFields = []Field{
	{Name: "name", Type: Text, Max: 200, Required: true, Disclose: DiscloseIdentity, Doc: "name of the desk, not of a person"},
	{Name: "echelon", Type: Choice, Codes: EchelonCodes, Required: true, Disclose: DiscloseKind, Doc: "echelon that it belongs to"},
	{Name: "parent", Type: Subject, Disclose: DiscloseInternal, Doc: "desk above it, of the same party"},
	{Name: "order", Type: Integer, Min: 0, Top: 1000, Disclose: DiscloseInternal, Doc: "who is asked first: the lowest; 0 when absent"},
	{Name: "senior", Type: Bool, Disclose: DiscloseInternal, Doc: "lists of what is unacknowledged go to it"},
	{Name: "channels", Type: List, Of: channelFields, Max: 10, Disclose: DiscloseContact, Doc: "lines, best first"},
	{Name: "roster", Type: List, Of: rosterFields, Max: 100, Disclose: DiscloseContact, Doc: "who is on duty when, by duty"},
	{Name: "covers", Type: Shape, Disclose: DisclosePosition, Doc: "area that it answers for; everywhere when absent"},
	{Name: "kinds", Type: Texts, Codes: TellableCodes, Max: 10, Disclose: DiscloseInternal, Doc: "kinds of objects that it answers for; all when absent"},
	{Name: "lang", Type: Text, Max: 35, Disclose: DiscloseInternal, Doc: "BCP 47 tag of the language to write to it in"},
}

var upToFields = []Field{
	{Name: "entries", Type: Integer, Min: 1, Top: 1e15, Required: true, Doc: "number of entries of the log"},
	{Name: "root", Type: Text, Max: 44, Required: true, Doc: "root hash of the log at that size, standard base64"},
}

var deliveryFields = []Field{
	{Name: "recipient", Type: PartyOf, Required: true, Disclose: DiscloseKind, Doc: "party that is told"},
	{Name: "desk", Type: Subject, Disclose: DiscloseInternal, Doc: "its desk"},
	{Name: "channel", Type: Choice, Codes: ChannelCodes, Required: true, Disclose: DiscloseKind, Doc: "line that was used"},
	{Name: "version", Type: Version, Disclose: DiscloseKind, Doc: "statement id of what it was told of"},
	{Name: "upTo", Type: Integer, Min: 0, Top: 1e15, Disclose: DiscloseKind, Doc: "instead: all of its feed up to that entry, as far as the desk answers for it"},
	{Name: "reason", Type: Choice, Codes: DeliveryReasons, Required: true, Disclose: DiscloseKind, Doc: "what made it necessary"},
	{Name: "why", Type: Text, Max: 500, Disclose: DiscloseInternal, Doc: "the rule that caused it, as a sentence"},
	{Name: "delivery", Type: Text, Max: 100, Required: true, Disclose: DiscloseKind, Doc: "id of the delivery: the same at every attempt, so that a reader counts it once"},
	{Name: "attempt", Type: Integer, Min: 1, Top: 1e6, Required: true, Disclose: DiscloseKind, Doc: "attempt, from 1"},
	{Name: "outcome", Type: Choice, Codes: DeliveryOutcomes, Required: true, Disclose: DiscloseKind, Doc: "what became of it"},
	{Name: "detail", Type: Text, Max: 300, Disclose: DiscloseInternal, Doc: "what the receiving system said; no addresses"},
	{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when"},
}

// journeyFields are the content of a report on a movement's day (domain.md 3.5).
var journeyFields = []Field{
	{Name: "event", Type: Choice, Codes: JourneyCodes, Required: true, Disclose: DiscloseKind, Doc: "what happened"},
	{Name: "leg", Type: Integer, Min: 0, Top: 49, Disclose: DisclosePosition, Doc: "leg, from 0"},
	{Name: "point", Type: Shape, Disclose: DisclosePosition, Doc: "where the movement is"},
	{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when"},
	{Name: "nextBy", Type: Moment, Disclose: DiscloseKind, Doc: "next report is due by; unreachable after it"},
	{Name: "delayMinutes", Type: Integer, Min: 0, Top: 1e6, Disclose: DiscloseKind, Doc: "delay, minutes"},
	{Name: "outcome", Type: Choice, Codes: OutcomeCodes, Disclose: DiscloseKind, Doc: "how it ended"},
	{Name: "reason", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "stated reason"},
}
