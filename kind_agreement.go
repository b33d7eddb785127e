package truce

// The kinds that speak of agreements. Their subject is the id of the agreement,
// "agreement-" and random characters.
const (
	AgreementRegister  Kind = "agreement.register"
	AgreementAmend     Kind = "agreement.amend"
	AgreementWithdraw  Kind = "agreement.withdraw"  // its registration, while nobody else has accepted it
	AgreementAccept    Kind = "agreement.accept"    // a signatory binds itself to the texts and the version named
	AgreementReject    Kind = "agreement.reject"    // a signatory says no
	AgreementAdhere    Kind = "agreement.adhere"    // one that joins later
	AgreementReserve   Kind = "agreement.reserve"   // accepts but for some clauses
	AgreementSuspend   Kind = "agreement.suspend"   // for its author
	AgreementResume    Kind = "agreement.resume"    // ends its author's suspension
	AgreementDenounce  Kind = "agreement.denounce"  // its author leaves, after the notice
	AgreementExtend    Kind = "agreement.extend"    // its author agrees to a later end
	AgreementTerminate Kind = "agreement.terminate" // its author agrees to an end for all
	AgreementFulfil    Kind = "agreement.fulfil"    // the condition of entry into force is met
	AgreementDeposit   Kind = "agreement.deposit"   // a depositary says that it received an acceptance
)

// The kinds that speak of windows. Their subject is the id of the window,
// "window-" and random characters.
const (
	WindowAnnounce  Kind = "window.announce"
	WindowAmend     Kind = "window.amend"
	WindowWithdraw  Kind = "window.withdraw"
	WindowAccept    Kind = "window.accept"
	WindowCondition Kind = "window.condition" // accepts under a condition
	WindowReject    Kind = "window.reject"
	WindowSuspend   Kind = "window.suspend"
	WindowResume    Kind = "window.resume"
	WindowExtend    Kind = "window.extend"  // its author agrees to a later end of one occurrence
	WindowAbort     Kind = "window.abort"   // breaks it off
	WindowNeed      Kind = "window.need"    // the time that its use takes, as its author sees it
	WindowContact   Kind = "window.contact" // a line was tried

	CorridorAttest Kind = "corridor.attest" // hazards of a segment
	CorridorPass   Kind = "corridor.pass"   // passage of one leg
	StepCount      Kind = "step.count"      // numbers of a reciprocal step
)

// bound are the roles whose parties can bind themselves. A registrar is not
// among them: it accepts for nobody.
var bound = []Role{RoleParty, RoleGuarantor, RoleMediator, RoleHumanitarian, RoleMonitor}

// agreementWriters register agreements and announce windows.
var agreementWriters = append([]Role{RoleRegistrar}, bound...)

var (
	ofVersion = Field{Name: "version", Type: Version, Required: true, Disclose: DiscloseKind, Doc: "statement id of the version that it is about: the newest"}
	ofTexts   = Field{Name: "texts", Type: Texts, Max: 40, Disclose: DiscloseKind, Doc: "hashes of the texts accepted, sha256:…: every authentic one"}
	fromTime  = Field{Name: "from", Type: Moment, Disclose: DiscloseKind, Doc: "takes effect then; when received, where absent. Counts before the time of receipt only for the time before the register knew of the subject"}
	inWords   = Field{Name: "text", Type: Text, Max: 4000, Disclose: DiscloseIdentity, Doc: "in words"}
	stated    = Field{Name: "reason", Type: Text, Max: 1000, Disclose: DiscloseIdentity, Doc: "stated reason"}
	evidence  = Field{Name: "evidence", Type: Texts, Max: 20, Disclose: DiscloseInternal, Doc: "hashes of evidence"}
)

// agreementKinds are the statements of agreements and windows.
var agreementKinds = append(append([]KindSpec{
	contentKind(AgreementRegister, "Registers an agreement with its whole content; binds nobody yet.", AgreementFields),
	contentKind(AgreementAmend, "Replaces the content of an agreement; acceptances hold on only where no term changes.", AgreementFields),
	contentKind(AgreementWithdraw, "Takes the registration of an agreement back that nobody but its owner has accepted; it stays visible.", takeBackFields),
}, agreementActs...), windowKinds...)

func contentKind(k Kind, doc string, fields []Field) KindSpec {
	return KindSpec{Kind: k, Doc: doc, Signers: ByKey, Scope: ScopeSubmit, Roles: agreementWriters, Fields: fields}
}

func actKind(k Kind, doc string, fields ...Field) KindSpec {
	return KindSpec{Kind: k, Doc: doc, Signers: ByKey, Scope: ScopeAccept, Roles: bound, Fields: fields}
}

func reportKind(k Kind, doc string, fields ...Field) KindSpec {
	return KindSpec{Kind: k, Doc: doc, Signers: ByKey, Scope: ScopeReport, Roles: agreementWriters, Fields: fields}
}

var takeBackFields = []Field{
	{Name: "reason", Type: Choice, Codes: AgreementWithdrawCodes, Required: true, Disclose: DiscloseKind, Doc: "why"},
	inWords,
}

var clauseIDs = Field{Name: "clauses", Type: Texts, Max: 400, Disclose: DiscloseKind, Doc: "ids of the clauses concerned; the whole where absent"}

var agreementActs = []KindSpec{
	actKind(AgreementAccept, "A signatory accepts the version and texts named, before the deadline; for itself only.", ofVersion, ofTexts, fromTime, inWords),
	actKind(AgreementReject, "A signatory rejects the version named.", ofVersion, stated),
	actKind(AgreementAdhere, "A party that is no signatory joins: one named as adherent, or any where the agreement is open.", ofVersion, ofTexts, fromTime, inWords),
	actKind(AgreementReserve, "Accepts the version named but for some clauses, or under a reservation to the whole.", ofVersion, ofTexts, clauseIDs, fromTime, inWords),
	actKind(AgreementSuspend, "Suspends the agreement, or some clauses, for its author.", ofVersion, fromTime,
		Field{Name: "until", Type: Moment, Disclose: DiscloseKind, Doc: "until then; until agreement.resume where absent"}, clauseIDs, stated),
	actKind(AgreementResume, "Ends the suspension of its author.", ofVersion, fromTime, inWords),
	actKind(AgreementDenounce, "Its author leaves the agreement; takes effect after the notice.", ofVersion, fromTime, stated),
	actKind(AgreementExtend, "Its author agrees to a later end.", ofVersion,
		Field{Name: "until", Type: Moment, Required: true, Disclose: DiscloseKind, Doc: "new end, exclusive; an exact time"}, fromTime, inWords),
	actKind(AgreementTerminate, "Its author agrees that the agreement ends for all.", ofVersion, fromTime, stated),
	actKind(AgreementFulfil, "A depositary, or where there is none each signatory, says that the condition of entry into force is met.", ofVersion, fromTime, inWords),
	actKind(AgreementDeposit, "A depositary says that it received the acceptance of a party; shown as reported, never as accepted.", ofVersion,
		Field{Name: "party", Type: PartyOf, Disclose: DiscloseIdentity, Doc: "the party, where it is enrolled"},
		Field{Name: "name", Type: Text, Max: 300, Disclose: DiscloseIdentity, Doc: "its name, as the agreement has it, where it is not"},
		ofTexts, Field{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when it was received"}, inWords),
}

var windowKinds = []KindSpec{
	contentKind(WindowAnnounce, "Announces a window. Who announces binds itself where it names itself a signatory, and nobody else.", WindowFields),
	contentKind(WindowAmend, "Replaces the content of a window; acceptances hold on only where no term changes.", WindowFields),
	contentKind(WindowWithdraw, "Withdraws a window; it stays visible as withdrawn.", takeBackFields),
	actKind(WindowAccept, "A signatory accepts the version named; for itself only.", ofVersion, ofTexts, fromTime, inWords),
	actKind(WindowCondition, "Accepts the version named under a condition.", ofVersion,
		Field{Name: "condition", Type: Text, Max: 2000, Required: true, Disclose: DiscloseIdentity, Doc: "the condition"}, fromTime),
	actKind(WindowReject, "Rejects the version named.", ofVersion, stated),
	actKind(WindowSuspend, "Suspends the window for its author.", ofVersion, fromTime,
		Field{Name: "until", Type: Moment, Disclose: DiscloseKind, Doc: "until then; until window.resume where absent"}, stated),
	actKind(WindowResume, "Ends the suspension of its author.", ofVersion, fromTime, inWords),
	actKind(WindowExtend, "Its author agrees to a later end of one occurrence.", ofVersion,
		Field{Name: "occurrence", Type: Moment, Required: true, Disclose: DiscloseKind, Doc: "beginning of the occurrence; an exact time"},
		Field{Name: "until", Type: Moment, Required: true, Disclose: DiscloseKind, Doc: "its new end, exclusive; an exact time"}, fromTime, inWords),
	actKind(WindowAbort, "Breaks the window off, for good or until the time given.", ofVersion, fromTime,
		Field{Name: "until", Type: Moment, Disclose: DiscloseKind, Doc: "until then; for good where absent"}, stated),
	reportKind(WindowNeed, "The time that the use of a window takes, as its author sees it.", append([]Field{ofVersion}, withGroup(budgetFields, DiscloseKind, inWords)...)...),
	reportKind(WindowContact, "A line was tried.", ofVersion,
		Field{Name: "party", Type: PartyOf, Required: true, Disclose: DiscloseIdentity, Doc: "party whose line it is"},
		Field{Name: "result", Type: Choice, Codes: ContactCodes, Required: true, Disclose: DiscloseKind, Doc: "outcome"},
		Field{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when; when received, where absent"},
		Field{Name: "role", Type: Text, Max: 100, Disclose: DiscloseContact, Doc: "duty that answered"}, inWords),
	actKind(CorridorAttest, "Says what was found when its author looked for hazards on a segment, and how long that holds.", ofVersion,
		Field{Name: "segment", Type: Text, Max: 40, Required: true, Disclose: DiscloseKind, Doc: "id of the segment"},
		Field{Name: "result", Type: Choice, Codes: AttestCodes, Required: true, Disclose: DiscloseKind, Doc: "outcome"},
		Field{Name: "hazards", Type: Texts, Codes: HazardCodes, Max: 6, Disclose: DiscloseKind, Doc: "hazards"},
		Field{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when it was looked; when received, where absent"},
		Field{Name: "until", Type: Moment, Required: true, Disclose: DiscloseKind, Doc: "holds until then, exclusive; an exact time"}, evidence, inWords),
	reportKind(CorridorPass, "The passage of one leg: who, when, with what outcome.", ofVersion,
		Field{Name: "passage", Type: Text, Max: 60, Required: true, Disclose: DiscloseKind, Doc: "id of the passage, chosen by its first reporter"},
		Field{Name: "segment", Type: Text, Max: 40, Disclose: DiscloseKind, Doc: "id of the segment or holding point; the whole way where absent"},
		Field{Name: "movement", Type: Subject, Disclose: DiscloseKind, Doc: "movement that passes"},
		Field{Name: "outcome", Type: Choice, Codes: PassOutcomeCodes, Required: true, Disclose: DiscloseKind, Doc: "outcome"},
		Field{Name: "plannedAt", Type: Moment, Disclose: DiscloseKind, Doc: "planned start"},
		Field{Name: "enteredAt", Type: Moment, Disclose: DiscloseKind, Doc: "entered"},
		Field{Name: "leftAt", Type: Moment, Disclose: DiscloseKind, Doc: "left"},
		Field{Name: "by", Type: PartyOf, Disclose: DiscloseIdentity, Doc: "party said to have hindered it; a claim"}, stated),
	reportKind(StepCount, "Numbers of a reciprocal step, as its author counted them.", ofVersion,
		Field{Name: "step", Type: Text, Max: 40, Required: true, Disclose: DiscloseKind, Doc: "id of the step"},
		Field{Name: "count", Type: Integer, Min: 0, Top: 1e7, Required: true, Disclose: DiscloseKind, Doc: "number counted so far, in all"},
		Field{Name: "at", Type: Moment, Disclose: DiscloseKind, Doc: "when it was counted; when received, where absent"},
		Field{Name: "where", Type: Text, Max: 200, Disclose: DisclosePosition, Doc: "where, in words"}, evidence, inWords),
}

// withGroup is fields with a disclosure each, and more.
func withGroup(fields []Field, group Disclosure, more ...Field) []Field {
	out := make([]Field, len(fields), len(fields)+len(more))
	for i, f := range fields {
		f.Disclose = group
		out[i] = f
	}
	return append(out, more...)
}
