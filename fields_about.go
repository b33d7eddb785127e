package truce

var withdrawFields = []Field{
	{Name: "reason", Type: Choice, Codes: WithdrawCodes, Required: true, Disclose: DiscloseKind, Doc: "why"},
	{Name: "text", Type: Text, Max: 1000, Disclose: DiscloseInternal, Doc: "in words"},
}

var revalidateFields = []Field{
	{Name: "revalidateBy", Type: Moment, Required: true, Disclose: DiscloseKind, Doc: "holds until, then stale"},
	{Name: "text", Type: Text, Max: 1000, Disclose: DiscloseInternal, Doc: "how it was found out"},
}

var keyFields = []Field{
	{Name: "key", Type: Key, Required: true, Doc: "public key"},
	{Name: "scopes", Type: Texts, Codes: ScopeCodes, Max: 8, Required: true, Doc: "what it may be used for"},
	{Name: "label", Type: Text, Max: 60, Doc: "desk or machine, not a person"},
}

var rootFields = []Field{
	{Name: "threshold", Type: Integer, Min: 1, Top: 16, Required: true, Doc: "how many root keys must sign (k)"},
	{Name: "keys", Type: Texts, Max: 16, Required: true, Doc: "the root keys (n); each new one signs, as proof of possession"},
	{Name: "invitation", Type: Text, Max: 100, Doc: "the one-use code, at the first root of an invited party"},
}

var partyFields = []Field{
	{Name: "names", Type: List, Of: nameFields, Max: 20, Required: true, Disclose: DiscloseKind, Doc: "names"},
	{Name: "role", Type: Choice, Codes: RoleCodes, Required: true, Disclose: DiscloseKind, Doc: "role"},
	{Name: "seniorContacts", Type: List, Of: contactFields, Max: 20, Disclose: DiscloseContact, Doc: "lines of the party's seniors"},
	{Name: "notes", Type: Text, Max: 2000, Disclose: DiscloseInternal, Doc: "notes"},
}

// partyKinds are the statements about parties and their keys.
var partyKinds = []KindSpec{
	{Kind: PartyEnrol, Doc: "Enrols a party, with an invitation or with its root keys.", Signers: ByKey, Scope: ScopeAdminister, Roles: []Role{RoleRegistrar},
		Fields: append([]Field{
			{Name: "root", Type: Group, Of: rootFields, Disclose: DiscloseKind, Doc: "root keys; each signs the envelope too"},
			{Name: "invitation", Type: Hash, Disclose: DiscloseInternal, Doc: "hash of a one-use code with which the party states its root itself"},
			{Name: "invitationUntil", Type: Moment, Disclose: DiscloseInternal, Doc: "the code counts until then, by log time"},
		}, partyFields...)},
	{Kind: PartyAmend, Doc: "Replaces what is stated of a party, not its keys; the role stays.", Signers: ByKey, Scope: ScopeAdminister, Fields: partyFields},
	{Kind: PartyWithdraw, Doc: "Ends a party's participation; what it signed stays.", Signers: ByKey, Scope: ScopeAdminister, Fields: withdrawFields},
	{Kind: KeyRoot, Doc: "States the root keys of a party; signed by the old root and by each new key.", Signers: ByRoot, Fields: rootFields},
	{Kind: KeyList, Doc: "States the keys in use; signed by the root and by each new key.", Signers: ByRoot, Fields: []Field{
		{Name: "keys", Type: List, Of: keyFields, Max: 64, Required: true, Disclose: DiscloseKind, Doc: "all keys in use from this entry on; a key left out is retired"},
	}},
	{Kind: KeyRevoke, Doc: "Revokes a key from this entry on; what it signed before stays.", Signers: ByKey, Scope: ScopeAdminister, Fields: []Field{
		{Name: "key", Type: Key, Required: true, Disclose: DiscloseKind, Doc: "the key"},
		{Name: "reason", Type: Text, Max: 500, Disclose: DiscloseInternal, Doc: "why"},
	}},
}

// aboutKinds speak about a registered object; their subject is its id.
var aboutKinds = []KindSpec{
	{Kind: VerificationRecord, Doc: "Records a step of the verification of one version of an object.", Signers: ByKey, Scope: ScopeVerify, Fields: []Field{
		{Name: "version", Type: Version, Required: true, Disclose: DiscloseKind, Doc: "statement id of the version that was looked at"},
		{Name: "step", Type: Choice, Codes: VerificationCodes, Required: true, Disclose: DiscloseKind, Doc: "step of the ladder"},
		{Name: "result", Type: Choice, Codes: VerificationResults, Required: true, Disclose: DiscloseKind, Doc: "outcome"},
		{Name: "distanceM", Type: Number, Min: 0, Top: 2.1e7, Disclose: DiscloseKind, Doc: "distance to what was entered, metres"},
		{Name: "toleranceM", Type: Number, Min: 0, Top: 1e6, Disclose: DiscloseKind, Doc: "tolerance for this kind of object, metres"},
		{Name: "coord", Type: Group, Of: coordFields, Disclose: DisclosePosition, Doc: "the coordinate read back, as entered"},
		{Name: "evidence", Type: Texts, Max: 20, Disclose: DiscloseInternal, Doc: "hashes of evidence, sha256:…"},
		{Name: "text", Type: Text, Max: 2000, Disclose: DiscloseInternal, Doc: "in words"},
	}},
	{Kind: ChallengeOpen, Doc: "Contests an object, with a reason; it stays shown, as contested.", Signers: ByKey, Scope: ScopeReport, Fields: []Field{
		{Name: "version", Type: Version, Required: true, Disclose: DiscloseKind, Doc: "statement id of the version that is contested"},
		{Name: "reason", Type: Choice, Codes: ChallengeCodes, Required: true, Disclose: DiscloseKind, Doc: "reason"},
		{Name: "text", Type: Text, Max: 4000, Required: true, Disclose: DiscloseIdentity, Doc: "in words"},
		{Name: "evidence", Type: Texts, Max: 20, Disclose: DiscloseInternal, Doc: "hashes of evidence"},
	}},
	{Kind: ChallengeAnswer, Doc: "Answers a challenge.", Signers: ByKey, Scope: ScopeSubmit, Fields: []Field{
		{Name: "challenge", Type: Version, Required: true, Disclose: DiscloseKind, Doc: "statement id of the challenge"},
		{Name: "text", Type: Text, Max: 4000, Required: true, Disclose: DiscloseIdentity, Doc: "the answer"},
		{Name: "evidence", Type: Texts, Max: 20, Disclose: DiscloseInternal, Doc: "hashes of evidence"},
	}},
	{Kind: ChallengeClose, Doc: "Closes a challenge with an outcome; by the registrar, or by its author as retracted.", Signers: ByKey, Scope: ScopeReport, Fields: []Field{
		{Name: "challenge", Type: Version, Required: true, Disclose: DiscloseKind, Doc: "statement id of the challenge"},
		{Name: "outcome", Type: Choice, Codes: ChallengeOutcomes, Required: true, Disclose: DiscloseKind, Doc: "outcome"},
		{Name: "text", Type: Text, Max: 4000, Disclose: DiscloseIdentity, Doc: "reasons"},
	}},
	{Kind: ConsentGive, Doc: "The owner of an object agrees that it is disclosed to the recipients named.", Signers: ByKey, Scope: ScopeSubmit, Fields: recipientFields},
	{Kind: ConsentWithdraw, Doc: "The owner takes consent back for the recipients named; releases to them end.", Signers: ByKey, Scope: ScopeSubmit, Fields: recipientFields},
	{Kind: ReleaseGive, Doc: "Releases an object to recipients for whom there is consent; a release by the owner itself is its consent.", Signers: ByKey, Scope: ScopeRelease, Roles: []Role{RoleRegistrar, RoleHumanitarian, RoleParty, RoleGuarantor, RoleMonitor, RoleMediator}, Fields: recipientFields},
	{Kind: ReleaseEnd, Doc: "Ends the release of an object to recipients.", Signers: ByKey, Scope: ScopeRelease, Roles: []Role{RoleRegistrar, RoleHumanitarian, RoleParty, RoleGuarantor, RoleMonitor, RoleMediator}, Fields: recipientFields},
	{Kind: EraseContent, Doc: "Erases the content of all statements about the subject; leaves and this fact stay.", Signers: ByKey, Scope: ScopeAdminister, Fields: []Field{
		{Name: "reason", Type: Choice, Codes: EraseCodes, Required: true, Disclose: DiscloseKind, Doc: "why"},
	}},
}

var recipientFields = []Field{
	{Name: "recipients", Type: Texts, Max: 100, Required: true, Disclose: DiscloseKind, Doc: "ids of parties"},
	{Name: "text", Type: Text, Max: 1000, Disclose: DiscloseInternal, Doc: "in words"},
}
