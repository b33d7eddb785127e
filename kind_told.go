package truce

// The kinds by which it is known who was told, who answered and what happened
// on the day (domain.md 2.6, 2.11, 3.4, 3.5).
const (
	DeskRegister Kind = "desk.register" // a party states a duty desk: where it can be reached, day and night
	DeskAmend    Kind = "desk.amend"
	DeskWithdraw Kind = "desk.withdraw"
	ContactTest  Kind = "contact.test" // a line of a desk was tried

	AckReceive  Kind = "ack.receive"   // received; says nothing of the content
	AckReadBack Kind = "ack.read-back" // the coordinates as the recipient's system stored them
	AckRelay    Kind = "ack.relay"     // passed on down the chain
	AckLoad     Kind = "ack.load"      // a pack is in use at a desk
	AckNote     Kind = "ack.note"      // noted without objection
	AckComply   Kind = "ack.comply"    // an undertaking
	AckObject   Kind = "ack.object"    // objects, with a reason

	DeliveryRecord Kind = "delivery.record" // an attempt to tell, and what became of it
	AlarmRaise     Kind = "alarm.raise"     // something registered is in danger now
	AlarmEnd       Kind = "alarm.end"
	JourneyReport  Kind = "journey.report" // a movement on its day
)

// AckKinds lists the acknowledgements, in the order of domain.md 2.6. They are
// different things and none includes another: received is not agreed.
func AckKinds() []Kind {
	return []Kind{AckReceive, AckReadBack, AckRelay, AckLoad, AckNote, AckComply, AckObject}
}

// ackBinding is what every acknowledgement is bound to: one version, or all that
// its author was told up to a size of the log.
func ackBinding(more ...Field) []Field {
	return append([]Field{
		{Name: "version", Type: Version, Disclose: DiscloseKind, Doc: "statement id of the version, or of the alarm, that is acknowledged; the subject is its object"},
		{Name: "upTo", Type: Group, Of: upToFields, Disclose: DiscloseKind, Doc: "instead of version: all that the author was told up to that checkpoint; the subject is the author itself"},
		{Name: "desk", Type: Subject, Disclose: DiscloseInternal, Doc: "desk of the author that says it"},
		{Name: "echelon", Type: Choice, Codes: EchelonCodes, Disclose: DiscloseKind, Doc: "echelon of the author that says it"},
		{Name: "method", Type: Choice, Codes: MethodCodes, Disclose: DiscloseKind, Doc: "how it was said"},
		{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when, by the author's clock"},
		{Name: "text", Type: Text, Max: 2000, Disclose: DiscloseInternal, Doc: "in words"},
	}, more...)
}

func ackKind(kind Kind, doc string, more ...Field) KindSpec {
	return KindSpec{Kind: kind, Doc: doc, Signers: ByKey, Scope: ScopeAcknowledge, Fields: ackBinding(more...)}
}

// toldKinds are the statements about telling and being told.
var toldKinds = []KindSpec{
	{Kind: DeskRegister, Doc: "States a duty desk of the author, by role and not by person.", Signers: ByKey, Scope: ScopeAdminister, Fields: deskFields},
	{Kind: DeskAmend, Doc: "Replaces what is stated of a duty desk.", Signers: ByKey, Scope: ScopeAdminister, Fields: deskFields},
	{Kind: DeskWithdraw, Doc: "Says that a duty desk is not there any more.", Signers: ByKey, Scope: ScopeAdminister, Fields: withdrawFields},
	{Kind: ContactTest, Doc: "Says that a line of a duty desk was tried, and what came of it.", Signers: ByKey, Scope: ScopeReport, Fields: []Field{
		{Name: "channel", Type: Choice, Codes: ChannelCodes, Required: true, Disclose: DiscloseKind, Doc: "line that was tried"},
		{Name: "at", Type: Moment, Required: true, Disclose: DiscloseKind, Doc: "when"},
		{Name: "outcome", Type: Choice, Codes: TestCodes, Required: true, Disclose: DiscloseKind, Doc: "what came of it"},
		{Name: "text", Type: Text, Max: 500, Disclose: DiscloseInternal, Doc: "in words"},
	}},
	ackKind(AckReceive, "Acknowledges receipt; it says nothing of the content."),
	ackKind(AckReadBack, "Reads back where the object is, as the author's own system has stored it.",
		Field{Name: "coord", Type: Group, Of: coordFields, Required: true, Disclose: DisclosePosition, Doc: "the coordinate as stored, in its own notation"}),
	ackKind(AckRelay, "Says that it was passed on, to which echelon and desk.",
		Field{Name: "toEchelon", Type: Choice, Codes: EchelonCodes, Required: true, Disclose: DiscloseKind, Doc: "echelon that it was passed on to"},
		Field{Name: "toDesk", Type: Subject, Disclose: DiscloseInternal, Doc: "desk that it was passed on to"}),
	ackKind(AckLoad, "Says which pack is in use at a desk.",
		Field{Name: "pack", Type: Hash, Required: true, Disclose: DiscloseKind, Doc: "hash of the pack"},
		Field{Name: "entries", Type: Integer, Min: 0, Top: 1e15, Required: true, Disclose: DiscloseKind, Doc: "log size that the pack was made at"},
		Field{Name: "system", Type: Text, Max: 100, Disclose: DiscloseInternal, Doc: "system that it is in use in"}),
	ackKind(AckNote, "Notes it without objection; it promises nothing."),
	ackKind(AckComply, "Undertakes to comply."),
	ackKind(AckObject, "Objects, with a reason; the object stays shown.",
		Field{Name: "reason", Type: Choice, Codes: ObjectionCodes, Required: true, Disclose: DiscloseKind, Doc: "reason"}),
	{Kind: DeliveryRecord, Doc: "Records an attempt to tell a party something, why it was made, and what became of it.", Signers: ByKey, Scope: ScopeRelease, Roles: []Role{RoleRegistrar}, Fields: deliveryFields},
	{Kind: AlarmRaise, Doc: "Says that something registered is in danger now.", Signers: ByKey, Scope: ScopeSubmit, Fields: []Field{
		{Name: "what", Type: Choice, Codes: AlarmCodes, Required: true, Disclose: DiscloseKind, Doc: "what is happening"},
		{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "since when"},
		{Name: "text", Type: Text, Max: 1000, Disclose: DiscloseIdentity, Doc: "in words"},
	}},
	{Kind: AlarmEnd, Doc: "Ends an alarm.", Signers: ByKey, Scope: ScopeSubmit, Fields: []Field{
		{Name: "alarm", Type: Version, Required: true, Disclose: DiscloseKind, Doc: "statement id of the alarm.raise"},
		{Name: "text", Type: Text, Max: 1000, Disclose: DiscloseIdentity, Doc: "in words"},
	}},
	{Kind: JourneyReport, Doc: "Reports a movement on its day.", Signers: ByKey, Scope: ScopeSubmit, Fields: journeyFields},
}
