package truce

// AgreementClassCodes say what kind of agreement it is (domain.md 2.5; PeaceRep
// 2021 and the ETH/PRIO ceasefire data for the first three).
var AgreementClassCodes = &CodeTable{Name: "agreementClass", Source: "PeaceRep ceasefire classes; ETH/PRIO Civil Conflict Ceasefire data; memorandum of 4 May 2017", Codes: []CodeMeaning{
	{"cessation-of-hostilities", "cessation of hostilities"}, {"preliminary", "preliminary ceasefire: has a compliance mechanism"},
	{"definitive", "definitive ceasefire: holds the substance of a settlement"}, {"local-ceasefire", "ceasefire of one place"},
	{"regime-of-silence", "regime of silence for stated hours"}, {"pause", "humanitarian pause or pauses"},
	{"de-escalation", "de-escalation memorandum"}, {"access", "access of relief or of people"},
	{"evacuation", "evacuation or exchange"}, {"repair", "repair of what civilians depend on"},
	{"other", "other, described in the text"}, {"unspecified", "the source does not say"},
}}

// AgreementLevelCodes are the levels of PA-X.
var AgreementLevelCodes = &CodeTable{Name: "level", Source: "PA-X agreement-conflict type", Codes: []CodeMeaning{
	{"interstate", "between states"}, {"interstate-intrastate", "between states, about a conflict within one"},
	{"intrastate", "within a state"}, {"local", "of one place"}, {"unspecified", "the source does not say"},
}}

// AgreementFormCodes say how many sides bind themselves.
var AgreementFormCodes = &CodeTable{Name: "form", Source: "ETH/PRIO Civil Conflict Ceasefire data", Codes: []CodeMeaning{
	{"unilateral", "declared by one side"}, {"bilateral", "two sides"}, {"multilateral", "three sides or more"}, {"unspecified", "the source does not say"},
}}

// AgreementPurposeCodes are the purposes of the ETH/PRIO data, and repair.
var AgreementPurposeCodes = &CodeTable{Name: "agreementPurpose", Source: "ETH/PRIO Civil Conflict Ceasefire data", Codes: []CodeMeaning{
	{"humanitarian", "humanitarian"}, {"peace-process", "part of a peace process"}, {"holiday", "holiday"}, {"election", "election"},
	{"repair", "repair"}, {"evacuation", "evacuation"}, {"other", "other"}, {"unclear", "unclear"},
}}

// PartyRoleCodes are the roles of a party in one agreement or window.
var PartyRoleCodes = &CodeTable{Name: "partyRole", Source: "domain.md 2.5; Berkeley ceasefire drafting handbook", Codes: []CodeMeaning{
	{"signatory", "its own acceptance is needed"}, {"adherent", "may join, and is bound once it has"},
	{"guarantor", "guarantor"}, {"co-chair", "co-chair"}, {"mediator", "mediator"}, {"witness", "witness"},
	{"depositary", "acceptances are signalled to it"}, {"monitor", "monitor"}, {"proxy", "another party answers for its acts"},
	{"user", "passes, repairs or is evacuated"},
}}

// ReportedCodes are what a source says of a party that has not signed here.
var ReportedCodes = &CodeTable{Name: "reported", Codes: []CodeMeaning{
	{"signed", "said to have signed"}, {"announced", "said to have announced it"}, {"rejected", "said to have rejected it"},
	{"not-party", "said not to be bound"}, {"unknown", "the source does not say"},
}}

// AcceptanceCodes are where one party stands to an agreement or a window. Only
// accepted and announced are its own signed agreement, and they are not the same.
var AcceptanceCodes = &CodeTable{Name: "acceptance", Source: "domain.md 2.4", Codes: []CodeMeaning{
	{"announced", "announced it itself"}, {"accepted", "accepted it itself"}, {"conditional", "accepted under a condition or with a reservation"},
	{"rejected", "rejected it"}, {"silent", "has said nothing"}, {"suspended", "has suspended it for itself"},
	{"denounced", "has left it; its notice is over"}, {"reported", "said by others to have agreed; nothing of its own is signed here"},
}}

// TextDisclosureCodes are who may read a text (domain.md F14).
var TextDisclosureCodes = &CodeTable{Name: "textDisclosure", Source: "domain.md F14", Codes: []CodeMeaning{
	{"public", "whoever may read the agreement"}, {"parties", "the parties named and the registrar"},
	{"confidential", "its holders; the register knows its hash alone"},
}}

// RelationCodes are how an agreement stands to its parent.
var RelationCodes = &CodeTable{Name: "relation", Source: "domain.md 2.5", Codes: []CodeMeaning{
	{"local-under-national", "local agreement under a wider one"}, {"implements", "carries the parent out"},
	{"annex", "annex of the parent"}, {"parallel", "beside it"}, {"other", "other"},
}}

// EntryCodes are the ways into force.
var EntryCodes = &CodeTable{Name: "entryIntoForce", Source: "domain.md 2.5", Codes: []CodeMeaning{
	{"instant", "at a stated time, once every signatory has accepted"}, {"on-acceptance", "when the last signatory accepts"},
	{"condition", "when a stated condition is said to be met"}, {"per-adherent", "for each party from its own acceptance on, between those that have accepted"},
}}

// ExtensionCodes are the ways of extending.
var ExtensionCodes = &CodeTable{Name: "extension", Source: "domain.md 2.4, 2.5", Codes: []CodeMeaning{
	{"none", "not extended"}, {"by-consensus", "every signatory says so before the end"}, {"by-guarantors", "every guarantor and co-chair says so before the end"},
	{"automatic", "by the stated hours again and again, until somebody denounces it"},
}}

// TerminationCodes are the ways of ending for all.
var TerminationCodes = &CodeTable{Name: "termination", Codes: []CodeMeaning{
	{"mutual", "every signatory says so"}, {"depositary", "a depositary says so"}, {"any-party", "one signatory says so"},
}}

// ClauseKindCodes are the kinds of clause.
var ClauseKindCodes = &CodeTable{Name: "clauseKind", Source: "domain.md 2.5; Berkeley ceasefire drafting handbook", Codes: []CodeMeaning{
	{"preamble", "preamble"}, {"definition", "definition"}, {"entry-into-force", "entry into force"}, {"prohibited-act", "prohibited acts"},
	{"permitted-act", "permitted acts"}, {"obligation", "what must be done"}, {"separation", "separation or withdrawal distances"}, {"movement", "movement and access"},
	{"humanitarian", "humanitarian"}, {"detainees", "detainees"}, {"monitoring", "monitoring and its access"}, {"exclusion", "who is not covered"},
	{"sanction", "what follows a breach"}, {"duration", "duration"}, {"amendment", "amendment"}, {"signature", "signature"}, {"other", "other"},
}}

// ModalityCodes say what a clause does with its acts.
var ModalityCodes = &CodeTable{Name: "modality", Codes: []CodeMeaning{
	{"prohibits", "the acts are prohibited"}, {"permits", "the acts are permitted"}, {"obliges", "the acts must be done"}, {"states", "neither"},
}}

// ActCodes are the one table of acts that clauses and windows speak of. "fire"
// stands for every use of fire: whoever prohibits it prohibits the acts below it.
var ActCodes = &CodeTable{Name: "act", Source: "terms of 22 February and 9 September 2016 and of 4 May 2017; domain.md 2.4, 2.5", Codes: []CodeMeaning{
	{"fire", "any use of fire"}, {"attack-air", "attack from the air"}, {"attack-ground", "attack on the ground"}, {"shelling", "shelling, indirect fire"},
	{"rocket-fire", "rocket fire"}, {"small-arms-fire", "fire with small arms"}, {"anti-tank-fire", "fire with guided missiles"},
	{"attack-sea", "attack from the sea"}, {"uav-flight", "flight of unmanned aircraft"}, {"overflight", "flight of military aircraft"},
	{"acquire-territory", "acquiring or seeking to acquire territory"}, {"fortify", "building of fortifications"}, {"mine-laying", "laying of mines"},
	{"reinforce", "bringing in people or equipment"}, {"regroup", "regrouping or redeploying"}, {"self-defence", "proportionate force against an immediate threat"},
	{"humanitarian-access", "passage of relief"}, {"civilian-movement", "movement of civilians"}, {"evacuation", "evacuation"}, {"medical-evacuation", "medical evacuation"},
	{"repair", "repair of what civilians depend on"}, {"monitoring", "monitoring"}, {"inspection", "inspection of goods or vehicles"}, {"detention", "detention of those who pass"},
	{"withdraw", "withdrawal to the stated distances"}, {"release-detainees", "release of detainees"}, {"hand-over", "handing over of people or goods"},
	{"provocation", "provocative acts"}, {"hindrance", "hindering relief or movement"}, {"other", "other, described in the text"},
}}

// FireActs are the acts that "fire" stands for.
func FireActs() []string {
	return []string{"attack-air", "attack-ground", "shelling", "rocket-fire", "small-arms-fire", "anti-tank-fire", "attack-sea"}
}

// ExceptionCodes are the exceptions from a clause.
var ExceptionCodes = &CodeTable{Name: "exception", Source: "terms of 22 February 2016", Codes: []CodeMeaning{
	{"self-defence", "no more force than needed against an immediate threat"}, {"excluded-organisations", "does not hold toward the organisations excluded"},
	{"medical", "medical emergencies"}, {"demining", "removal of mines and remnants"}, {"police", "police among civilians"}, {"other", "other, described in the text"},
}}

// SeparationCodes say what is kept at a distance. Distances are what was agreed,
// never where anything is.
var SeparationCodes = &CodeTable{Name: "separationOf", Source: "press summary of the terms of 9 September 2016 (Castello road)", Codes: []CodeMeaning{
	{"heavy-equipment", "heavy equipment"}, {"other-equipment", "other equipment"}, {"personnel", "armed people"}, {"vehicles", "vehicles"},
	{"posts", "posts and checkpoints"}, {"aircraft", "aircraft"}, {"vessels", "vessels"}, {"other", "other, described in the text"},
}}

// WindowKindCodes are the kinds of window.
var WindowKindCodes = &CodeTable{Name: "windowKind", Source: "OCHA glossary; domain.md 2.4", Codes: []CodeMeaning{
	{"pause", "humanitarian pause"}, {"corridor", "humanitarian corridor"}, {"repair", "repair window (window of silence)"},
	{"evacuation", "evacuation"}, {"step", "reciprocal step"}, {"other", "other, described in the text"},
}}

// DirectionCodes are the directions of passage.
var DirectionCodes = &CodeTable{Name: "direction", Codes: []CodeMeaning{
	{"forward", "in the order of the route's positions"}, {"backward", "against it"}, {"both", "both ways"}, {"out", "out of the area"}, {"in", "into the area"},
}}

// PassCodes say who and what may pass.
var PassCodes = &CodeTable{Name: "mayPass", Source: "domain.md F12, 2.4", Codes: []CodeMeaning{
	{"civilians", "civilians"}, {"women-children-elderly", "women, children and the elderly"}, {"wounded-sick", "wounded and sick"}, {"medical-staff", "medical staff"},
	{"humanitarian-staff", "humanitarian staff"}, {"relief-goods", "relief goods"}, {"medical-goods", "medical goods"}, {"commercial-goods", "commercial goods"},
	{"repair-crews", "repair crews"}, {"monitors", "monitors"}, {"private-vehicles", "private vehicles"}, {"buses", "buses"}, {"ambulances", "ambulances"},
	{"laid-down-arms", "those who have laid down arms"}, {"armed-with-personal-arms", "those who leave with personal arms, as agreed"}, {"detainees", "released detainees"},
	{"remains", "remains of the dead"}, {"other", "other, described in the text"},
}}

// VehicleClassCodes say what a road carries.
var VehicleClassCodes = &CodeTable{Name: "vehicleClass", Source: "Logistics Cluster road conditions", Codes: []CodeMeaning{
	{"foot", "on foot"}, {"motorcycle", "motorcycles"}, {"car", "cars"}, {"light-truck", "up to 3.5 t"}, {"medium-truck", "up to 10 t"},
	{"heavy-truck", "up to 20 t"}, {"articulated", "over 20 t"}, {"bus", "buses"}, {"rail", "rail"}, {"vessel", "vessels"},
}}

// AttestCodes are the outcomes of looking for hazards on a segment. None of
// them says that a road is free of hazards.
var AttestCodes = &CodeTable{Name: "attestation", Source: "domain.md F12, 2.4", Codes: []CodeMeaning{
	{"none-found", "looked at; no hazard was found"}, {"removed", "hazards were found and removed"}, {"hazard", "there are hazards"},
	{"damaged", "damaged, cannot be used"}, {"not-looked", "has not been looked at"}, {"refused", "no access to look"},
}}

// HazardCodes are kinds of hazard.
var HazardCodes = &CodeTable{Name: "hazard", Source: "domain.md 2.4", Codes: []CodeMeaning{
	{"mines", "mines"}, {"uxo", "unexploded ordnance"}, {"damage", "damage"}, {"obstacle", "obstacle"}, {"collapse", "danger of collapse"}, {"other", "other"},
}}

// PassOutcomeCodes end a passage of one leg: OutcomeCodes and underway.
var PassOutcomeCodes = &CodeTable{Name: "passOutcome", Source: "OCHA oPt humanitarian access snapshots 2024", Codes: append([]CodeMeaning{{"underway", "underway"}}, OutcomeCodes.Codes...)}

// ContactCodes are the outcomes of trying a line.
var ContactCodes = &CodeTable{Name: "contactResult", Source: "domain.md F08, F09", Codes: []CodeMeaning{
	{"answered", "answered by the duty desk"}, {"not-answered", "not answered"}, {"wrong", "wrong number or desk"},
}}

// PeopleCodes are the categories that reciprocal steps count.
var PeopleCodes = &CodeTable{Name: "category", Source: "domain.md F13", Codes: []CodeMeaning{
	{"civilians", "civilians"}, {"wounded-sick", "wounded and sick"}, {"armed", "armed people who leave as agreed"}, {"detainees", "detainees"},
	{"remains", "remains of the dead"}, {"vehicles", "vehicles"}, {"buses", "buses"}, {"trucks", "trucks of relief"}, {"other", "other, described in the text"},
}}

// AgreementWithdrawCodes are reasons to take back a registration that nobody
// else has accepted.
var AgreementWithdrawCodes = &CodeTable{Name: "agreementWithdraw", Codes: []CodeMeaning{
	{"not-concluded", "not concluded"}, {"cancelled", "cancelled by the one who announced it"}, {"replaced", "replaced by another entry"},
	{"duplicate", "registered twice"}, {"error", "entered by mistake"}, {"other", "other, described in the text"},
}}
