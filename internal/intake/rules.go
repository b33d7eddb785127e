package intake

import "truce"

// rules has one row for each kind. Tests hold it equal to truce.Kinds().
var rules = map[truce.Kind]*rule{
	truce.PartyEnrol:    {read: readEnrol, sign: signEnrol, admit: admitEnrol},
	truce.PartyAmend:    {replaces: optional, read: readAmendParty, admit: admitAmendParty},
	truce.PartyWithdraw: {admit: admitWithdrawParty},

	truce.KeyRoot:   {read: readRoot, sign: signRoot, admit: nothingMore},
	truce.KeyList:   {read: readKeyList, sign: signKeyList, admit: nothingMore},
	truce.KeyRevoke: {read: readRevoke, sign: signRevoke, admit: admitRevoke},

	truce.SiteRegister:       {read: readContent, admit: admitRegister},
	truce.SiteAmend:          {replaces: always, read: readContent, admit: admitAmend},
	truce.SiteWithdraw:       {replaces: always, admit: admitChange},
	truce.SiteRevalidate:     {replaces: always, admit: admitChange},
	truce.AreaRegister:       {read: readContent, admit: admitRegister},
	truce.AreaAmend:          {replaces: always, read: readContent, admit: admitAmend},
	truce.AreaWithdraw:       {replaces: always, admit: admitChange},
	truce.AreaRevalidate:     {replaces: always, admit: admitChange},
	truce.MovementRegister:   {read: readContent, admit: admitRegister},
	truce.MovementAmend:      {replaces: always, read: readContent, admit: admitAmend},
	truce.MovementWithdraw:   {replaces: always, admit: admitChange},
	truce.MovementRevalidate: {replaces: always, admit: admitChange},

	truce.VerificationRecord: {read: readVerification, admit: admitVerification},
	truce.ChallengeOpen:      {read: readChallenge, admit: admitChallenge},
	truce.ChallengeAnswer:    {read: readReply, admit: admitAnswer},
	truce.ChallengeClose:     {read: readReply, admit: admitClose},
	truce.ConsentGive:        {read: readRecipients, admit: admitConsent},
	truce.ConsentWithdraw:    {read: readRecipients, admit: admitConsentEnd},
	truce.ReleaseGive:        {read: readRecipients, admit: admitRelease},
	truce.ReleaseEnd:         {read: readRecipients, admit: admitReleaseEnd},
	truce.EraseContent:       {admit: admitErase},

	truce.DeskRegister:   {read: readDesk, admit: admitDesk},
	truce.DeskAmend:      {replaces: always, read: readDesk, admit: admitDeskChange},
	truce.DeskWithdraw:   {replaces: always, admit: admitDeskChange},
	truce.ContactTest:    {admit: admitContactTest},
	truce.AckReceive:     {read: readAck, admit: admitAck},
	truce.AckReadBack:    {read: readAck, admit: admitAck},
	truce.AckRelay:       {read: readAck, admit: admitAck},
	truce.AckLoad:        {read: readAck, admit: admitAck},
	truce.AckNote:        {read: readAck, admit: admitAck},
	truce.AckComply:      {read: readAck, admit: admitAck},
	truce.AckObject:      {read: readAck, admit: admitAck},
	truce.DeliveryRecord: {read: readDelivery, admit: admitDelivery},
	truce.AlarmRaise:     {admit: admitAlarm},
	truce.AlarmEnd:       {read: readAlarmEnd, admit: admitAlarmEnd},
	truce.JourneyReport:  {admit: admitJourney},
}

// nothingMore is for kinds that are decided by their signatures alone.
func nothingMore(*act) error { return nil }
