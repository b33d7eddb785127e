package truce

// namedParty is a party in an agreement or window: an enrolled one by its id, or
// one that is not enrolled by its name.
var namedParty = []Field{
	{Name: "party", Type: PartyOf, Doc: "id of an enrolled party; it alone can accept, by its own key"},
	{Name: "name", Type: Text, Max: 300, Doc: "name of a party that is not enrolled, or under which it takes part"},
	{Name: "roles", Type: Texts, Codes: PartyRoleCodes, Max: 10, Required: true, Doc: "roles; a signatory's acceptance is needed"},
	{Name: "answersFor", Type: Texts, Max: 20, Doc: "those for whose acts it answers"},
	{Name: "reported", Type: Choice, Codes: ReportedCodes, Doc: "what a source says of it; never counted as its acceptance"},
}

// textFields are one authentic text, translation or annex, bound by its hash.
var textFields = []Field{
	{Name: "hash", Type: Hash, Required: true, Doc: "SHA-256 of the exact bytes"},
	{Name: "label", Type: Text, Max: 200, Doc: "main text, annex 2, map 1"},
	{Name: "lang", Type: Text, Max: 35, Doc: "BCP 47 language tag"},
	{Name: "authentic", Type: Bool, Doc: "authentic; a translation when absent. An acceptance names every authentic text"},
	{Name: "disclosure", Type: Choice, Codes: TextDisclosureCodes, Doc: "who may read the text; public when absent"},
	{Name: "mediaType", Type: Text, Max: 100, Doc: "media type of the bytes"},
	{Name: "source", Type: Text, Max: 500, Doc: "where it was published"},
}

// scheduleFields are when something holds: the rule as a person writes it, and
// the instants that it means. What was signed wins: instants are never worked out
// again after the signing.
var scheduleFields = []Field{
	{Name: "start", Type: Text, Max: 30, Doc: "first beginning, local time in zone: 2016-08-11T10:00:00"},
	{Name: "zone", Type: Text, Max: 64, Doc: "IANA time zone"},
	{Name: "minutes", Type: Integer, Min: 1, Top: 5.3e6, Doc: "length of each, minutes of elapsed time"},
	{Name: "rrule", Type: Text, Max: 300, Doc: "RFC 5545 recurrence rule without \"RRULE:\"; once when absent"},
	{Name: "exDates", Type: Texts, Max: 400, Doc: "local beginnings left out"},
	{Name: "rDates", Type: Texts, Max: 400, Doc: "local beginnings added"},
	{Name: "until", Type: Text, Max: 30, Doc: "the whole ends then, local time: nothing begins then or later, and what is open ends"},
	{Name: "instants", Type: Texts, Max: 1500, Doc: "the instants that the rule means, signed: from/until in UTC, 2016-08-11T07:00:00Z/2016-08-11T10:00:00Z; start inclusive, end exclusive"},
	{Name: "tzVersion", Type: Text, Max: 20, Doc: "release of the IANA time zone data that they were worked out with"},
	{Name: "horizon", Type: Moment, Doc: "the instants are complete up to here; absent when they are complete"},
}

var distanceFields = []Field{
	{Name: "of", Type: Choice, Codes: SeparationCodes, Required: true, Doc: "what is kept at a distance"},
	{Name: "metres", Type: Number, Min: 0, Top: 1e6, Required: true, Doc: "agreed distance, metres"},
	{Name: "from", Type: Text, Max: 200, Doc: "from what, in words: the road, its north side"},
}

var clauseFields = []Field{
	{Name: "id", Type: Text, Max: 40, Required: true, Doc: "id within the agreement: c1"},
	{Name: "kind", Type: Choice, Codes: ClauseKindCodes, Required: true, Doc: "kind of clause"},
	{Name: "modality", Type: Choice, Codes: ModalityCodes, Required: true, Doc: "what it does with the acts"},
	{Name: "acts", Type: Texts, Codes: ActCodes, Max: 30, Doc: "the acts"},
	{Name: "who", Type: Texts, Max: 60, Doc: "ids of the parties bound; every party to the agreement when absent"},
	{Name: "toward", Type: Texts, Max: 60, Doc: "toward whom; every other party and civilians when absent"},
	{Name: "area", Type: Shape, Disclose: DisclosePosition, Doc: "where; the agreement's geometry when absent, everywhere when that is absent too"},
	{Name: "areaText", Type: Text, Max: 500, Disclose: DisclosePosition, Doc: "where, in the words of the text"},
	{Name: "schedule", Type: Group, Of: scheduleFields, Doc: "when; as long as the agreement is in force when absent"},
	{Name: "exceptions", Type: Texts, Codes: ExceptionCodes, Max: 10, Doc: "exceptions"},
	{Name: "exceptionText", Type: Text, Max: 1000, Doc: "exceptions in words"},
	{Name: "distances", Type: List, Of: distanceFields, Max: 20, Doc: "separation distances"},
	{Name: "test", Type: Text, Max: 1000, Doc: "how its keeping can be measured"},
	{Name: "evidence", Type: Text, Max: 1000, Doc: "evidence needed"},
	{Name: "confidence", Type: Number, Min: 0, Top: 100, Doc: "confidence needed for a finding, percent"},
	{Name: "text", Type: Hash, Doc: "hash of the text that it stands in, one of texts"},
	{Name: "pointer", Type: Text, Max: 200, Doc: "where in the text: article 3 (b)"},
	{Name: "words", Type: Text, Max: 2000, Disclose: DiscloseIdentity, Doc: "in the words of the text"},
	{Name: "disclosure", Type: Choice, Codes: TextDisclosureCodes, Doc: "who may read the clause; whoever may read the agreement when absent"},
	{Name: "breachAlso", Type: Texts, Max: 20, Doc: "ids of agreements whose breach its breach is too; none when absent"},
}

var excludedFields = []Field{
	{Name: "name", Type: Text, Max: 300, Required: true, Doc: "name, as the agreement has it"},
	{Name: "list", Type: Text, Max: 200, Doc: "list that names it"},
	{Name: "reason", Type: Text, Max: 500, Doc: "reason"},
}

var entryFields = []Field{
	{Name: "mode", Type: Choice, Codes: EntryCodes, Required: true, Doc: "way into force"},
	{Name: "at", Type: Moment, Doc: "the instant, with its zone"},
	{Name: "condition", Type: Text, Max: 1000, Doc: "the condition, in words (agreement.fulfil says that it is met)"},
}

var extensionFields = []Field{
	{Name: "mode", Type: Choice, Codes: ExtensionCodes, Required: true, Doc: "way of extending"},
	{Name: "hours", Type: Number, Min: 0, Top: 90000, Doc: "length of each extension, hours"},
	{Name: "text", Type: Text, Max: 1000, Doc: "in words"},
}

var terminationFields = []Field{
	{Name: "mode", Type: Choice, Codes: TerminationCodes, Required: true, Doc: "way of ending for all"},
	{Name: "text", Type: Text, Max: 1000, Doc: "in words"},
}

var mechanismFields = []Field{
	{Name: "composition", Type: Text, Max: 1000, Doc: "members of the commission"},
	{Name: "chair", Type: Text, Max: 200, Doc: "chair"},
	{Name: "quorum", Type: Text, Max: 200, Doc: "quorum and how it decides"},
	{Name: "reporting", Type: Text, Max: 1000, Doc: "monitoring, verification and reporting"},
	{Name: "dispute", Type: Text, Max: 1000, Doc: "settlement of disputes"},
}

// AgreementFields are the content of an agreement (domain.md 2.5). There is no
// member for where forces are: an agreement holds what was agreed.
var AgreementFields = []Field{
	{Name: "names", Type: List, Of: nameFields, Max: 20, Required: true, Disclose: DiscloseIdentity, Doc: "names, in any language"},
	{Name: "description", Type: Text, Max: 4000, Disclose: DiscloseIdentity, Doc: "what a reader needs to know"},
	{Name: "class", Type: Choice, Codes: AgreementClassCodes, Required: true, Disclose: DiscloseKind, Doc: "kind of agreement"},
	{Name: "level", Type: Choice, Codes: AgreementLevelCodes, Disclose: DiscloseKind, Doc: "level"},
	{Name: "form", Type: Choice, Codes: AgreementFormCodes, Disclose: DiscloseKind, Doc: "how many sides bind themselves"},
	{Name: "written", Type: Bool, Disclose: DiscloseKind, Doc: "written; not known when absent"},
	{Name: "purposes", Type: Texts, Codes: AgreementPurposeCodes, Max: 8, Disclose: DiscloseKind, Doc: "purposes"},
	{Name: "parties", Type: List, Of: namedParty, Max: 60, Required: true, Disclose: DiscloseIdentity, Doc: "parties, each with its roles"},
	{Name: "excluded", Type: List, Of: excludedFields, Max: 200, Disclose: DiscloseIdentity, Doc: "organisations that it does not cover: names, not parties"},
	{Name: "openToAdherence", Type: Bool, Disclose: DiscloseKind, Doc: "enrolled parties that are not named may adhere"},
	{Name: "texts", Type: List, Of: textFields, Max: 40, Disclose: DiscloseKind, Doc: "its texts, each bound by its hash"},
	{Name: "parent", Type: Subject, Disclose: DiscloseKind, Doc: "agreement under which it stands"},
	{Name: "relation", Type: Choice, Codes: RelationCodes, Disclose: DiscloseKind, Doc: "how it stands to its parent"},
	{Name: "breachOfParent", Type: Bool, Disclose: DiscloseKind, Doc: "its breach is a breach of the parent too; not when absent"},
	{Name: "supersedes", Type: Texts, Max: 20, Disclose: DiscloseKind, Doc: "ids of agreements that it takes the place of once in force"},
	{Name: "acceptBy", Type: Moment, Disclose: DiscloseKind, Doc: "deadline of acceptance, exclusive, by the log's clock; an exact time"},
	{Name: "entryIntoForce", Type: Group, Of: entryFields, Disclose: DiscloseKind, Doc: "way into force; on-acceptance when absent"},
	{Name: "until", Type: Moment, Disclose: DiscloseKind, Doc: "end, exclusive; {\"precision\":\"unknown\"} where none was agreed"},
	{Name: "durationHours", Type: Number, Min: 0, Top: 900000, Disclose: DiscloseKind, Doc: "length from entry into force, hours"},
	{Name: "extension", Type: Group, Of: extensionFields, Disclose: DiscloseKind, Doc: "extension; by-consensus when absent"},
	{Name: "noticeHours", Type: Number, Min: 0, Top: 90000, Disclose: DiscloseKind, Doc: "a denunciation takes effect after so many hours; at once when absent"},
	{Name: "termination", Type: Group, Of: terminationFields, Disclose: DiscloseKind, Doc: "ending for all; mutual when absent"},
	{Name: "mechanism", Type: Group, Of: mechanismFields, Disclose: DiscloseIdentity, Doc: "commission"},
	{Name: "dissemination", Type: Text, Max: 1000, Disclose: DiscloseIdentity, Doc: "how it is made known, up to the last post"},
	{Name: "geometry", Type: Shape, Disclose: DisclosePosition, Doc: "area of the agreement"},
	{Name: "admin", Type: Group, Of: adminFields, Disclose: DisclosePosition, Doc: "administrative place"},
	{Name: "clauses", Type: List, Of: clauseFields, Max: 400, Disclose: DiscloseKind, Doc: "clauses"},
	{Name: "contacts", Type: List, Of: contactFields, Max: 20, Disclose: DiscloseContact, Doc: "lines"},
	{Name: "externalIds", Type: List, Of: externalFields, Max: 20, Disclose: DiscloseInternal, Doc: "ids in other lists"},
	{Name: "source", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "where it is known from"},
	{Name: "notes", Type: Text, Max: 4000, Disclose: DiscloseInternal, Doc: "notes of the author"},
}
