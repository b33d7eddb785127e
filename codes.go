package truce

// FunctionCodes say what a site is for. Terms follow the scope of the OCHA
// notification systems for Syria and Yemen and the Whiteflag codes for signs
// and infrastructure (domain.md 2.2); "unspecified" is for lists that do not say.
var FunctionCodes = &CodeTable{Name: "function", Source: "OCHA HNS scope; Whiteflag I1x-I6x, P31, P50-53", Codes: []CodeMeaning{
	{"hospital", "hospital"}, {"clinic", "clinic or health centre"}, {"health-post", "health post"},
	{"pharmacy", "pharmacy or medical store"}, {"ambulance-station", "ambulance station"},
	{"laboratory", "laboratory or blood bank"},
	{"school", "school"}, {"university", "university"}, {"kindergarten", "kindergarten"},
	{"shelter", "shelter or collective centre"}, {"camp", "camp for displaced people"},
	{"water", "water works, pumping station, well"}, {"electricity", "power station or substation"},
	{"communication", "communication infrastructure"}, {"waste", "waste or sewage works"},
	{"bakery", "bakery or mill"}, {"warehouse", "humanitarian warehouse"},
	{"distribution", "distribution point"}, {"office", "humanitarian office"}, {"guesthouse", "humanitarian guesthouse"},
	{"un-premises", "premises of the United Nations"}, {"civil-defence", "civil defence station"},
	{"cultural", "cultural property, monument, museum"}, {"religious", "place of worship"},
	{"civic", "civic or public building"}, {"market", "market"}, {"bridge", "bridge"}, {"port", "port"},
	{"dangerous-forces", "works containing dangerous forces"}, {"crossing", "border or line crossing"},
	{"other", "other, described in the text"}, {"unspecified", "the source does not say"},
}}

// OperatingCodes are the states of a site (Whiteflag S20-S28).
var OperatingCodes = &CodeTable{Name: "operatingState", Source: "Whiteflag S20-S28", Codes: []CodeMeaning{
	{"functional", "works"}, {"partly-functional", "works in part"}, {"damaged", "damaged"},
	{"not-functional", "does not work"}, {"destroyed", "destroyed"}, {"unknown", "not known"},
}}

// AreaCodes say what kind of area is meant (domain.md 2.4).
var AreaCodes = &CodeTable{Name: "areaKind", Source: "OCHA glossary; Geneva Conventions and Protocol I; memorandum of 4 May 2017", Codes: []CodeMeaning{
	{"ceasefire-area", "area in which an agreement holds"}, {"local-agreement", "area of a local agreement"},
	{"de-escalation", "de-escalation area"}, {"security-belt", "security zone or belt"},
	{"demilitarised", "demilitarised zone or strip"}, {"hospital-and-safety-zone", "hospital and safety zone (GC I 23, GC IV 14)"},
	{"neutralised", "neutralised zone (GC IV 15)"}, {"non-defended", "non-defended locality (P I 59)"},
	{"holding-point", "waiting or holding point"}, {"residential", "residential area"},
	{"repair", "area of repair work"}, {"other", "other, described in the text"},
}}

// PurposeCodes say why a movement goes (Yemen HNS list, Whiteflag M2x).
var PurposeCodes = &CodeTable{Name: "purpose", Source: "Yemen HNS guideline; Whiteflag M20-M2C", Codes: []CodeMeaning{
	{"food-aid", "food"}, {"non-food-aid", "other relief goods"}, {"medical-supply", "medical goods"},
	{"general-cargo", "general cargo"}, {"staff", "staff"}, {"assessment", "assessment or monitoring visit"},
	{"medical-evacuation", "medical evacuation"}, {"evacuation", "evacuation of civilians"},
	{"migrants", "transport of migrants"}, {"rotation", "rotation of staff"}, {"repair-crew", "repair crew"},
	{"other", "other, described in the text"},
}}

// ModeCodes are the ways of travelling.
var ModeCodes = &CodeTable{Name: "mode", Source: "Yemen HNS guideline", Codes: []CodeMeaning{
	{"land", "by land"}, {"air", "by air"}, {"sea", "by sea"},
}}

// OutcomeCodes end a movement (Gaza access snapshots, OCHA).
var OutcomeCodes = &CodeTable{Name: "outcome", Source: "OCHA oPt humanitarian access snapshots 2024", Codes: []CodeMeaning{
	{"facilitated", "facilitated"}, {"partially-facilitated", "partially facilitated"}, {"impeded", "impeded"},
	{"denied", "denied"}, {"postponed", "postponed"}, {"cancelled", "cancelled"},
}}

// VerificationCodes are the steps of the ladder (domain.md 3.3). Entered and
// sane are reached at registration; each further step is a statement.
var VerificationCodes = &CodeTable{Name: "verification", Source: "domain.md 3.3", Codes: []CodeMeaning{
	{"entered", "parsed, the original text kept"},
	{"sane", "plausible: in the declared country, not 0,0, not swapped, precision stated"},
	{"read-back", "entered again by a second person from another source or device"},
	{"imagery", "seen on imagery or a photograph by a reviewer other than the submitter"},
	{"second-organisation", "vouched for by a second organisation"},
	{"recipient-read-back", "returned by a recipient's system as it stored it, and compared"},
}}

// VerificationResults are the outcomes of a step.
var VerificationResults = &CodeTable{Name: "result", Source: "domain.md 3.3", Codes: []CodeMeaning{
	{"matches", "within the tolerance"}, {"differs", "outside the tolerance"}, {"unable", "could not be determined"},
}}

// ChallengeCodes are reasons to contest an entry (domain.md F01, F03, F04).
var ChallengeCodes = &CodeTable{Name: "reason", Source: "domain.md F01, F03, F04", Codes: []CodeMeaning{
	{"wrong-position", "the position is wrong"}, {"not-existing", "nothing of the kind is there"},
	{"wrong-function", "the function is not what is stated"}, {"closed", "the object is no longer in use"},
	{"misuse-alleged", "misuse is alleged; a claim, not a finding"}, {"duplicate", "registered twice"},
	{"consent", "registered without the operator's consent"}, {"other", "other, described in the text"},
}}

// ChallengeOutcomes close a challenge; "unable-to-rule" is a normal outcome.
var ChallengeOutcomes = &CodeTable{Name: "outcome", Source: "domain.md F17, F29", Codes: []CodeMeaning{
	{"corrected", "the entry was amended"}, {"upheld", "the challenge was right and the entry withdrawn"},
	{"not-upheld", "the entry stands as it is"}, {"unable-to-rule", "could not be decided"},
	{"retracted", "taken back by the one who raised it"},
}}

// WithdrawCodes are reasons to withdraw (domain.md 3.3).
var WithdrawCodes = &CodeTable{Name: "reason", Source: "domain.md 3.3", Codes: []CodeMeaning{
	{"operator-risk", "the operator fears disclosure"}, {"closed", "closed"}, {"moved", "moved"},
	{"error", "registered in error"}, {"duplicate", "registered twice"}, {"function-lost", "no longer fulfils the function"},
	{"completed", "the movement is over"}, {"left", "the party left the arrangement"}, {"other", "other, described in the text"},
}}

// EraseCodes are reasons to erase content.
var EraseCodes = &CodeTable{Name: "reason", Source: "domain.md 3.3; SECURITY.md", Codes: []CodeMeaning{
	{"operator-risk", "the operator fears disclosure"}, {"personal-data", "data of a person"},
	{"error", "should never have been entered"}, {"legal", "demanded by law"},
}}

// FormatCodes are the notations a coordinate can be typed in (package geo).
var FormatCodes = &CodeTable{Name: "format", Source: "package geo", Codes: []CodeMeaning{
	{"dd", "decimal degrees"}, {"ddm", "degrees and decimal minutes"}, {"dms", "degrees, minutes, seconds"},
	{"utm", "UTM"}, {"ups", "UPS"}, {"mgrs", "MGRS"}, {"geouri", "geo: URI"}, {"link", "map link"},
	{"geojson", "GeoJSON"}, {"kml", "KML"}, {"gpx", "GPX"},
}}

// NameCodes say which of an object's names is meant.
var NameCodes = &CodeTable{Name: "name kind", Codes: []CodeMeaning{
	{"official", "official name"}, {"alias", "other name in use"}, {"former", "former name"}, {"transliteration", "transliterated name"},
}}

// SensitivityCodes follow OCHA's classification of data.
var SensitivityCodes = &CodeTable{Name: "sensitivity", Source: "OCHA Data Responsibility Guidelines", Codes: []CodeMeaning{
	{"low", "low"}, {"moderate", "moderate"}, {"high", "high"}, {"severe", "severe"},
}}

// RoleCodes are the roles of parties.
var RoleCodes = &CodeTable{Name: "role", Source: "design.md 7", Codes: meanings(Roles())}

// ScopeCodes are the scopes of keys.
var ScopeCodes = &CodeTable{Name: "scope", Source: "design.md 7", Codes: meanings(Scopes())}

func meanings[T ~string](all []T) []CodeMeaning {
	out := make([]CodeMeaning, len(all))
	for i, c := range all {
		out[i] = CodeMeaning{string(c), string(c)}
	}
	return out
}
