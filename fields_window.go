package truce

var segmentFields = []Field{
	{Name: "id", Type: Text, Max: 40, Required: true, Doc: "id within the corridor: s1"},
	{Name: "name", Type: Text, Max: 200, Doc: "name"},
	{Name: "route", Type: Shape, Disclose: DisclosePosition, Doc: "line with a buffer in metres"},
	{Name: "controlledBy", Type: PartyOf, Disclose: DiscloseIdentity, Doc: "party that controls it"},
	{Name: "controlText", Type: Text, Max: 200, Disclose: DiscloseIdentity, Doc: "who controls it, where that is no enrolled party"},
	{Name: "direction", Type: Choice, Codes: DirectionCodes, Doc: "direction; that of the window when absent"},
	{Name: "vehicleClass", Type: Choice, Codes: VehicleClassCodes, Doc: "heaviest class that it carries"},
	{Name: "lengthKm", Type: Number, Min: 0, Top: 5000, Doc: "length, kilometres"},
	{Name: "driveMinutes", Type: Number, Min: 0, Top: 100000, Doc: "time to pass it, minutes"},
}

var holdingFields = []Field{
	{Name: "id", Type: Text, Max: 40, Required: true, Doc: "id within the corridor: h1"},
	{Name: "name", Type: Text, Max: 200, Doc: "name"},
	{Name: "point", Type: Shape, Disclose: DisclosePosition, Doc: "point, circle or polygon"},
	{Name: "maxDwellMinutes", Type: Integer, Min: 1, Top: 100000, Required: true, Doc: "longest stay, minutes"},
}

var stepFields = []Field{
	{Name: "id", Type: Text, Max: 40, Required: true, Doc: "id within the window: a1"},
	{Name: "name", Type: Text, Max: 200, Doc: "name"},
	{Name: "side", Type: PartyOf, Disclose: DiscloseIdentity, Doc: "party whose step it is"},
	{Name: "sideText", Type: Text, Max: 200, Disclose: DiscloseIdentity, Doc: "whose step it is, where that is no enrolled party"},
	{Name: "category", Type: Choice, Codes: PeopleCodes, Required: true, Doc: "what is counted"},
	{Name: "agreed", Type: Integer, Min: 0, Top: 1e7, Required: true, Doc: "agreed number"},
	{Name: "order", Type: Integer, Min: 0, Top: 1000, Doc: "place in the sequence; equal numbers go at the same time"},
	{Name: "against", Type: Texts, Max: 20, Doc: "ids of the steps that it is done against"},
	{Name: "partOf", Type: Text, Max: 40, Doc: "id of the step of which it is a sub-step"},
	{Name: "limitMinutes", Type: Integer, Min: 1, Top: 100000, Doc: "agreed limit for it, minutes"},
}

var budgetFields = []Field{
	{Name: "loadMinutes", Type: Number, Min: 0, Top: 100000, Doc: "loading, minutes"},
	{Name: "driveMinutes", Type: Number, Min: 0, Top: 100000, Doc: "driving there, minutes"},
	{Name: "unloadMinutes", Type: Number, Min: 0, Top: 100000, Doc: "unloading, minutes"},
	{Name: "returnMinutes", Type: Number, Min: 0, Top: 100000, Doc: "driving back, minutes"},
	{Name: "marginMinutes", Type: Number, Min: 0, Top: 100000, Doc: "checkpoints and delays, minutes"},
	{Name: "vehicles", Type: Integer, Min: 0, Top: 10000, Doc: "number of vehicles"},
	{Name: "lanes", Type: Integer, Min: 0, Top: 100, Doc: "lanes needed"},
	{Name: "movement", Type: Subject, Doc: "movement for which it is worked out"},
}

var repairFields = []Field{
	{Name: "asset", Type: Subject, Disclose: DiscloseIdentity, Doc: "registered object that is repaired"},
	{Name: "assetText", Type: Text, Max: 300, Disclose: DiscloseIdentity, Doc: "what is repaired"},
	{Name: "crew", Type: Text, Max: 300, Disclose: DisclosePeople, Doc: "crew: organisation and number"},
	{Name: "watch", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "how both sides are watched (mirror patrols)"},
}

// WindowFields are the content of a window (domain.md 2.4): a pause, corridor,
// repair window, evacuation or reciprocal step.
var WindowFields = []Field{
	{Name: "names", Type: List, Of: nameFields, Max: 20, Disclose: DiscloseIdentity, Doc: "names, in any language"},
	{Name: "description", Type: Text, Max: 4000, Disclose: DiscloseIdentity, Doc: "what a reader needs to know"},
	{Name: "windowKind", Type: Choice, Codes: WindowKindCodes, Required: true, Disclose: DiscloseKind, Doc: "kind of window"},
	{Name: "agreement", Type: Subject, Disclose: DiscloseKind, Doc: "agreement under which it stands"},
	{Name: "clause", Type: Text, Max: 40, Disclose: DiscloseKind, Doc: "id of the clause of that agreement"},
	{Name: "counterparts", Type: Texts, Max: 10, Disclose: DiscloseKind, Doc: "ids of the windows in which other sides announce the same; they are compared"},
	{Name: "parties", Type: List, Of: namedParty, Max: 60, Disclose: DiscloseIdentity, Doc: "parties; the acceptance of each signatory is needed"},
	{Name: "texts", Type: List, Of: textFields, Max: 20, Disclose: DiscloseKind, Doc: "texts, each bound by its hash"},
	{Name: "acceptBy", Type: Moment, Disclose: DiscloseKind, Doc: "deadline of acceptance, exclusive, by the log's clock; an exact time"},
	{Name: "schedule", Type: Group, Of: scheduleFields, Disclose: DiscloseKind, Doc: "when"},
	{Name: "geometry", Type: Shape, Disclose: DisclosePosition, Doc: "where"},
	{Name: "admin", Type: Group, Of: adminFields, Disclose: DisclosePosition, Doc: "administrative place"},
	{Name: "prohibits", Type: Texts, Codes: ActCodes, Max: 30, Disclose: DiscloseKind, Doc: "acts prohibited while it is open"},
	{Name: "permits", Type: Texts, Codes: ActCodes, Max: 30, Disclose: DiscloseKind, Doc: "acts permitted while it is open"},
	{Name: "direction", Type: Choice, Codes: DirectionCodes, Disclose: DiscloseKind, Doc: "direction of passage"},
	{Name: "mayPass", Type: Texts, Codes: PassCodes, Max: 20, Disclose: DiscloseKind, Doc: "who and what may pass"},
	{Name: "passText", Type: Text, Max: 1000, Disclose: DiscloseKind, Doc: "who and what may pass, in words"},
	{Name: "vehicleClass", Type: Choice, Codes: VehicleClassCodes, Disclose: DiscloseKind, Doc: "heaviest class of vehicle that may pass"},
	{Name: "lanes", Type: Integer, Min: 0, Top: 100, Disclose: DiscloseKind, Doc: "lanes"},
	{Name: "segments", Type: List, Of: segmentFields, Max: 200, Disclose: DiscloseKind, Doc: "segments in order"},
	{Name: "holdingPoints", Type: List, Of: holdingFields, Max: 50, Disclose: DiscloseKind, Doc: "waiting points, protected too (domain.md F13)"},
	{Name: "steps", Type: List, Of: stepFields, Max: 100, Disclose: DiscloseKind, Doc: "reciprocal steps with agreed numbers"},
	{Name: "budget", Type: Group, Of: budgetFields, Disclose: DiscloseKind, Doc: "time that its use takes, as its author sees it"},
	{Name: "repair", Type: Group, Of: repairFields, Disclose: DiscloseKind, Doc: "repair window: what and by whom"},
	{Name: "extension", Type: Group, Of: extensionFields, Disclose: DiscloseKind, Doc: "extension; by-consensus when absent"},
	{Name: "abortSignal", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "signal on which it is broken off"},
	{Name: "contactHours", Type: Number, Min: 0, Top: 1000, Disclose: DiscloseKind, Doc: "a line counts as tested for so many hours; 24 when absent"},
	{Name: "contacts", Type: List, Of: contactFields, Max: 20, Disclose: DiscloseContact, Doc: "lines"},
	{Name: "externalIds", Type: List, Of: externalFields, Max: 20, Disclose: DiscloseInternal, Doc: "ids in other lists"},
	{Name: "source", Type: Text, Max: 500, Disclose: DiscloseIdentity, Doc: "where it is known from"},
	{Name: "notes", Type: Text, Max: 4000, Disclose: DiscloseInternal, Doc: "notes of the author"},
}
