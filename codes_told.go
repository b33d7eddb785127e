package truce

// EchelonCodes are levels of a chain of command or of an organisation (domain.md 2.11).
var EchelonCodes = &CodeTable{Name: "echelon", Source: "domain.md 2.11", Codes: []CodeMeaning{
	{"headquarters", "headquarters"}, {"region", "region or operational command"}, {"brigade", "brigade or sector"},
	{"unit", "battalion, company or local unit"}, {"air", "control of aircraft and unmanned aircraft"}, {"naval", "naval command"},
	{"checkpoint", "network of checkpoints"}, {"relief", "office of an organisation"}, {"other", "other, as the name says"},
}}

// TellableCodes are the kinds of objects that a desk can be told of.
var TellableCodes = &CodeTable{Name: "kind", Source: "design.md 8", Codes: []CodeMeaning{
	{"site", "a protected site"}, {"area", "an area"}, {"movement", "a movement"}, {"window", "a pause, corridor or other window"}, {"agreement", "an agreement"},
}}

// ChannelCodes are the kinds of lines to a desk.
var ChannelCodes = &CodeTable{Name: "channel", Source: "issue 5, item 4; domain.md F08", Codes: []CodeMeaning{
	{"webhook", "signed message to a server of the party"}, {"email", "e-mail"}, {"file", "file drop: folder, data diode, USB"},
	{"sms", "short message"}, {"voice", "telephone or radio, read out"}, {"paper", "printed sheet"}, {"api", "fetched from the register's feed"},
}}

// MethodCodes say how an acknowledgement was given.
var MethodCodes = &CodeTable{Name: "method", Source: "domain.md 2.6", Codes: []CodeMeaning{
	{"api", "by a machine of the party"}, {"email", "by e-mail"}, {"voice", "by voice"}, {"paper", "on paper"}, {"file", "by file"}, {"sms", "by short message"},
}}

// TestCodes are what came of trying a line.
var TestCodes = &CodeTable{Name: "outcome", Source: "domain.md F08", Codes: []CodeMeaning{
	{"answered", "answered by the desk"}, {"no-answer", "nobody answered"}, {"failed", "the line does not work"},
}}

// ObjectionCodes are reasons to object (domain.md 2.6, Whiteflag 9).
var ObjectionCodes = &CodeTable{Name: "reason", Source: "domain.md 2.6, F03", Codes: []CodeMeaning{
	{"position-disputed", "the position is disputed"}, {"function-disputed", "what it is for is disputed"}, {"status-disputed", "its protection is disputed"},
	{"time-too-short", "told too late to pass it on"}, {"conflict", "conflicts with operations that were made known"}, {"not-readable", "could not be read or stored"}, {"other", "other, described in the text"},
}}

// DeliveryReasons say what made a delivery necessary.
var DeliveryReasons = &CodeTable{Name: "reason", Source: "domain.md 3.4", Codes: []CodeMeaning{
	{"release", "released to the party"}, {"change", "a new version"}, {"withdrawal", "withdrawn, ended or erased"}, {"reminder", "not acknowledged in time"},
	{"escalation", "not acknowledged by the desk before"}, {"alarm", "an alarm"}, {"replay", "sent again on request"}, {"list", "list of what is unacknowledged"},
}}

// DeliveryOutcomes say what became of an attempt. Delivered is a fact of
// transport: it is no acknowledgement.
var DeliveryOutcomes = &CodeTable{Name: "outcome", Source: "domain.md 2.6", Codes: []CodeMeaning{
	{"queued", "to be sent"}, {"delivered", "taken by the receiving system"}, {"failed", "not taken; it is tried again"}, {"given-up", "not taken; not tried again on this line"},
	{"answered", "the one-use link of the message was used: somebody received it, and nobody signed that"},
}}

// AlarmCodes say what is happening to something registered.
var AlarmCodes = &CodeTable{Name: "what", Source: "issue 5, item 7; domain.md F09", Codes: []CodeMeaning{
	{"under-fire", "under fire now"}, {"fire-near", "fire close by"}, {"entered", "armed people have entered"}, {"stopped", "stopped and held"}, {"other", "other, described in the text"},
}}

// JourneyCodes are the events of a movement's day (domain.md 3.5).
var JourneyCodes = &CodeTable{Name: "event", Source: "domain.md 3.5", Codes: []CodeMeaning{
	{"departed", "departed"}, {"checked-in", "reported as planned"}, {"delayed", "delayed"}, {"deviated", "off the notified route"},
	{"halted", "halted"}, {"unreachable", "cannot be reached"}, {"resumed", "goes on"}, {"arrived", "arrived"}, {"turned-back", "turned back"},
}}
