package truce

// nameFields are the members of one name.
var nameFields = []Field{
	{Name: "text", Type: Text, Max: 300, Required: true, Doc: "the name, in its own script"},
	{Name: "lang", Type: Text, Max: 35, Doc: "BCP 47 language tag"},
	{Name: "kind", Type: Choice, Codes: NameCodes, Doc: "which name; official when absent"},
}

var contactFields = []Field{
	{Name: "role", Type: Text, Max: 100, Doc: "duty, not a person: \"duty officer\""},
	{Name: "phone", Type: Text, Max: 60, Doc: "telephone, with country code"},
	{Name: "satellite", Type: Text, Max: 60, Doc: "satellite telephone"},
	{Name: "radio", Type: Text, Max: 60, Doc: "radio call sign and channel"},
	{Name: "email", Type: Text, Max: 200, Doc: "e-mail address"},
	{Name: "lastTestedAt", Type: Moment, Doc: "when the line was last tried (domain.md F08)"},
}

var coordFields = []Field{
	{Name: "entered", Type: Text, Max: 500, Required: true, Doc: "as typed, unchanged, for any dispute; of a site or area, what cannot be the geometry (more than 1 km off, and than its precision leaves open) is refused"},
	{Name: "format", Type: Choice, Codes: FormatCodes, Doc: "notation it was typed in"},
	{Name: "datum", Type: Text, Max: 20, Doc: "geodetic datum; WGS84 when absent"},
	{Name: "method", Type: Text, Max: 100, Doc: "how the position was found: GPS, map, imagery"},
	{Name: "accuracyM", Type: Number, Min: 0, Top: 1e6, Doc: "implied or stated accuracy, metres"},
	{Name: "enteredBy", Type: Text, Max: 100, Doc: "desk that typed it"},
}

var adminFields = []Field{
	{Name: "country", Type: Text, Max: 60, Disclose: DiscloseKind, Doc: "country, ISO 3166 code or name"},
	{Name: "adm1", Type: Text, Max: 100, Doc: "first division: P-code or name"},
	{Name: "adm2", Type: Text, Max: 100, Doc: "second division"},
	{Name: "adm3", Type: Text, Max: 100, Doc: "third division"},
	{Name: "adm4", Type: Text, Max: 100, Doc: "fourth division"},
	{Name: "settlement", Type: Text, Max: 200, Doc: "town or village"},
}

var markingFields = []Field{
	{Name: "roof", Type: Text, Max: 200, Doc: "what is marked on the roof"},
	{Name: "colours", Type: Text, Max: 200, Doc: "colours"},
	{Name: "night", Type: Text, Max: 200, Doc: "lighting or thermal marking at night (domain.md F08)"},
	{Name: "photos", Type: Texts, Max: 20, Doc: "hashes of photographs, sha256:…"},
}

var externalFields = []Field{
	{Name: "source", Type: Text, Max: 100, Required: true, Doc: "list or system the id is from"},
	{Name: "id", Type: Text, Max: 200, Required: true, Doc: "id there"},
}

// commonFields stand in every registered object.
func commonFields() []Field {
	return []Field{
		{Name: "names", Type: List, Of: nameFields, Max: 20, Disclose: DiscloseIdentity, Doc: "names, in any language"},
		{Name: "description", Type: Text, Max: 4000, Disclose: DiscloseIdentity, Doc: "what a reader needs to know"},
		{Name: "operatorOrg", Type: Text, Max: 200, Disclose: DiscloseIdentity, Doc: "organisation that operates it"},
		{Name: "validFrom", Type: Moment, Disclose: DiscloseKind, Doc: "in force from; at once when absent"},
		{Name: "validUntil", Type: Moment, Disclose: DiscloseKind, Doc: "in force until, exclusive; no end when absent"},
		{Name: "revalidateBy", Type: Moment, Disclose: DiscloseKind, Doc: "marked stale after this, never dropped"},
		{Name: "admin", Type: Group, Of: adminFields, Disclose: DisclosePosition, Doc: "administrative place"},
		{Name: "contacts", Type: List, Of: contactFields, Max: 20, Disclose: DiscloseContact, Doc: "lines that are answered day and night"},
		{Name: "externalIds", Type: List, Of: externalFields, Max: 20, Disclose: DiscloseInternal, Doc: "ids in other lists"},
		{Name: "sensitivity", Type: Choice, Codes: SensitivityCodes, Disclose: DiscloseInternal, Doc: "sensitivity of the entry"},
		{Name: "duress", Type: Bool, Disclose: DiscloseInternal, Doc: "sent under threat (Whiteflag duress indicator)"},
		{Name: "notes", Type: Text, Max: 4000, Disclose: DiscloseInternal, Doc: "notes of the author, not shown to recipients"},
	}
}

// SiteFields are the content of a site (domain.md 2.2).
var SiteFields = append(commonFields(), []Field{
	{Name: "function", Type: Choice, Codes: FunctionCodes, Required: true, Disclose: DiscloseKind, Doc: "what it is for at the time of submission"},
	{Name: "functionText", Type: Text, Max: 200, Disclose: DiscloseKind, Doc: "the function in the words of the source"},
	{Name: "geometry", Type: Shape, Required: true, Disclose: DisclosePosition, Doc: "point with accuracy, circle, or footprint; must contain the object"},
	{Name: "coord", Type: Group, Of: coordFields, Disclose: DisclosePosition, Doc: "the coordinate as it was entered"},
	{Name: "supportingAgency", Type: Text, Max: 200, Disclose: DiscloseIdentity, Doc: "agency that supports it"},
	{Name: "submittingOrg", Type: Text, Max: 200, Disclose: DiscloseIdentity, Doc: "organisation that submits it"},
	{Name: "signCode", Type: Text, Max: 10, Disclose: DiscloseKind, Doc: "Whiteflag sign or infrastructure code, P31 or I51"},
	{Name: "emblem", Type: Text, Max: 100, Disclose: DiscloseIdentity, Doc: "protective emblem that the object displays, as data"},
	{Name: "markings", Type: Group, Of: markingFields, Disclose: DiscloseIdentity, Doc: "markings"},
	{Name: "operatingState", Type: Choice, Codes: OperatingCodes, Disclose: DiscloseKind, Doc: "state of the object"},
	{Name: "parent", Type: Subject, Disclose: DiscloseIdentity, Doc: "object of which it is a part"},
	{Name: "subSites", Type: Texts, Max: 100, Disclose: DiscloseIdentity, Doc: "ids of its parts"},
}...)

// AreaFields are the content of an area (domain.md 2.4).
var AreaFields = append(commonFields(), []Field{
	{Name: "areaKind", Type: Choice, Codes: AreaCodes, Required: true, Disclose: DiscloseKind, Doc: "what kind of area"},
	{Name: "geometry", Type: Shape, Required: true, Disclose: DisclosePosition, Doc: "polygon, multipolygon or circle"},
	{Name: "coord", Type: Group, Of: coordFields, Disclose: DisclosePosition, Doc: "the coordinate as it was entered"},
	{Name: "parties", Type: Texts, Max: 50, Disclose: DiscloseIdentity, Doc: "parties that the area concerns"},
	{Name: "parent", Type: Subject, Disclose: DiscloseIdentity, Doc: "area of which it is a part"},
}...)

var placeFields = []Field{
	{Name: "name", Type: Text, Max: 200, Doc: "name of the place"},
	{Name: "point", Type: Shape, Doc: "point"},
}

var haltFields = []Field{
	{Name: "name", Type: Text, Max: 200, Doc: "name of the place"},
	{Name: "point", Type: Shape, Doc: "point, or circle that covers the halt"},
	{Name: "kind", Type: Text, Max: 40, Doc: "loading, inspection, halt, unloading, overnight"},
	{Name: "from", Type: Moment, Doc: "planned arrival"},
	{Name: "until", Type: Moment, Doc: "planned departure"},
}

var legFields = []Field{
	{Name: "from", Type: Group, Of: placeFields, Doc: "where the leg begins"},
	{Name: "to", Type: Group, Of: placeFields, Doc: "where it ends"},
	{Name: "route", Type: Shape, Doc: "line with a buffer in metres"},
	{Name: "plannedStart", Type: Moment, Doc: "planned start"},
	{Name: "plannedEnd", Type: Moment, Doc: "planned end"},
	{Name: "halts", Type: List, Of: haltFields, Max: 50, Doc: "halts, loading and unloading: protected too (domain.md F25)"},
}

var vehicleFields = []Field{
	{Name: "type", Type: Text, Max: 100, Doc: "truck, bus, car"},
	{Name: "make", Type: Text, Max: 100, Doc: "make"},
	{Name: "colour", Type: Text, Max: 60, Doc: "colour"},
	{Name: "plate", Type: Text, Max: 40, Doc: "plate"},
	{Name: "count", Type: Integer, Min: 1, Top: 1000, Doc: "number of such vehicles; 1 when absent"},
	{Name: "roofMark", Type: Text, Max: 200, Doc: "mark on the roof"},
	{Name: "nightMark", Type: Text, Max: 200, Doc: "mark visible at night"},
	{Name: "logo", Type: Text, Max: 100, Doc: "logo"},
	{Name: "photos", Type: Texts, Max: 20, Doc: "hashes of photographs"},
	{Name: "armoured", Type: Bool, Doc: "armoured"},
	{Name: "trackerId", Type: Text, Max: 100, Doc: "id of a tracker"},
	{Name: "guards", Type: Bool, Doc: "guards on board"},
}

var peopleFields = []Field{
	{Name: "category", Type: Text, Max: 60, Required: true, Doc: "staff, drivers, patients, evacuees"},
	{Name: "count", Type: Integer, Min: 0, Top: 1e6, Doc: "how many"},
}

var checkInFields = []Field{
	{Name: "name", Type: Text, Max: 200, Doc: "name of the point"},
	{Name: "point", Type: Shape, Doc: "point"},
	{Name: "planned", Type: Moment, Doc: "planned time"},
	{Name: "actual", Type: Moment, Doc: "actual time"},
}

// MovementFields are the content of a movement (domain.md 2.3).
var MovementFields = append(commonFields(), []Field{
	{Name: "purpose", Type: Choice, Codes: PurposeCodes, Required: true, Disclose: DiscloseKind, Doc: "why it goes"},
	{Name: "mode", Type: Choice, Codes: ModeCodes, Required: true, Disclose: DiscloseKind, Doc: "land, air or sea"},
	{Name: "emergency", Type: Bool, Disclose: DiscloseKind, Doc: "shorter notice than the rule"},
	{Name: "emergencyReason", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "why the notice is short"},
	{Name: "legs", Type: List, Of: legFields, Max: 50, Required: true, Disclose: DisclosePosition, Doc: "legs in order"},
	{Name: "vehicles", Type: List, Of: vehicleFields, Max: 200, Disclose: DiscloseIdentity, Doc: "vehicles"},
	{Name: "people", Type: List, Of: peopleFields, Max: 20, Disclose: DisclosePeople, Doc: "people by category"},
	{Name: "leader", Type: Text, Max: 100, Disclose: DisclosePeople, Doc: "duty of the team leader"},
	{Name: "cargoRefs", Type: Texts, Max: 100, Disclose: DiscloseIdentity, Doc: "ids of consignments carried"},
	{Name: "checkIns", Type: List, Of: checkInFields, Max: 100, Disclose: DisclosePosition, Doc: "planned and actual check-ins"},
	{Name: "changeReason", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "on an amendment: what changed and why"},
	{Name: "outcome", Type: Choice, Codes: OutcomeCodes, Disclose: DiscloseKind, Doc: "how it ended"},
	{Name: "outcomeReason", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "stated reason"},
	{Name: "delayMinutes", Type: Integer, Min: 0, Top: 1e6, Disclose: DiscloseKind, Doc: "delay, minutes"},
}...)
