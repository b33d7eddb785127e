package intake

import (
	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

type deskBody struct {
	Parent string `json:"parent"`
}

func readDesk(d *draft) (any, error) {
	b, err := bodyAs[deskBody](d)
	if err == nil && b.Parent == d.Subject {
		return nil, truce.E(truce.CodeInvalid, "a desk cannot be above itself").At("/body/parent").WithHint("leave parent out")
	}
	return b, err
}

// admitDesk: the id is new, and the desk above is one of the author's own.
func admitDesk(a *act) error {
	if err := admitRegister(a); err != nil {
		return err
	}
	h, err := a.in.Desks.DeskHead(a.ctx, a.r, a.Subject)
	if err != nil {
		return err
	}
	if h != nil {
		return truce.E(truce.CodeConflict, "the id %q is in use", a.Subject).At("/subject").WithHint("register with a fresh random id")
	}
	return a.below(a.body.(*deskBody).Parent)
}

// below refuses a desk above that is not there, is another party's, or stands
// below the desk itself.
func (a *act) below(parent string) error {
	for range maxEchelons {
		if parent == "" {
			return nil
		}
		h, err := a.in.Desks.DeskHead(a.ctx, a.r, parent)
		switch {
		case err != nil:
			return err
		case h == nil || h.Party != a.Author || h.Withdrawn:
			return truce.E(truce.CodeInvalid, "there is no desk %q of this party", parent).At("/body/parent").WithHint("register the desk above first")
		case h.ID == a.Subject:
			return truce.E(truce.CodeInvalid, "the desk would stand above itself").At("/body/parent").WithHint("choose another desk above")
		}
		parent = h.Parent
	}
	return truce.E(truce.CodeInvalid, "there are more than %d desks above one another", maxEchelons).At("/body/parent").WithHint("name a desk nearer to the top")
}

// maxEchelons bounds a chain of desks; no army has so many.
const maxEchelons = 32

// ownDesk is a desk of the author, that is there.
func (a *act) ownDesk(id, field string) (*truce.DeskHead, error) {
	h, err := a.in.Desks.DeskHead(a.ctx, a.r, id)
	switch {
	case err != nil:
		return nil, err
	case h == nil || h.Party != a.Author:
		return nil, truce.E(truce.CodeNotFound, "there is no desk %q of this party", id).At(field).WithHint("a desk is stated by its own party (desk.register)")
	case h.Withdrawn:
		return nil, truce.E(truce.CodeConflict, "the desk was withdrawn").At(field).WithHint("register another one")
	}
	return h, nil
}

func admitDeskChange(a *act) error {
	h, err := a.ownDesk(a.Subject, "/subject")
	if err != nil {
		return err
	}
	if a.Replaces != h.Version {
		return staleWrite(h.Version)
	}
	if b, ok := a.body.(*deskBody); ok {
		return a.below(b.Parent)
	}
	return nil
}

// admitContactTest: by the party itself, or by those who run procedures with it.
func admitContactTest(a *act) error {
	h, err := a.in.Desks.DeskHead(a.ctx, a.r, a.Subject)
	if err != nil {
		return err
	}
	tester := a.registrar() || a.author.Role == truce.RoleGuarantor
	if h == nil || h.Party != a.Author && !tester {
		return truce.E(truce.CodeNotFound, "there is no desk %q", a.Subject).At("/subject").WithHint("desks are known to their party, the registrar and guarantors")
	}
	return nil
}

type ackBody struct {
	Version string `json:"version"`
	UpTo    *struct {
		Entries int64  `json:"entries"`
		Root    string `json:"root"`
	} `json:"upTo"`
	Desk    string `json:"desk"`
	ToDesk  string `json:"toDesk"`
	Entries int64  `json:"entries"`
}

func readAck(d *draft) (any, error) {
	b, err := bodyAs[ackBody](d)
	if err != nil {
		return nil, err
	}
	switch {
	case (b.Version == "") == (b.UpTo == nil):
		return nil, truce.E(truce.CodeInvalid, "an acknowledgement is bound to one version, or to all up to a checkpoint").At("/body/version").
			WithHint("give version, or upTo with entries and root")
	case b.UpTo != nil && d.Subject != d.Author:
		return nil, truce.E(truce.CodeInvalid, "all up to a checkpoint is acknowledged about the author itself").At("/subject").WithHint("give the id of your party as the subject")
	case b.UpTo != nil && !forAll(d.Kind):
		return nil, truce.E(truce.CodeInvalid, "%s is about one version", d.Kind).At("/body/upTo").WithHint("name the version")
	}
	return b, nil
}

// forAll reports whether the acknowledgement can be given for a whole feed: no
// read-back and no objection can.
func forAll(k truce.Kind) bool { return k != truce.AckReadBack && k != truce.AckObject }

// admitAck: by one who was told that very version, told still or not any more; or
// of a checkpoint that is ours.
func admitAck(a *act) error {
	b := a.body.(*ackBody)
	for _, d := range []struct{ id, field string }{{b.Desk, "/body/desk"}, {b.ToDesk, "/body/toDesk"}} {
		if d.id == "" {
			continue
		}
		if _, err := a.ownDesk(d.id, d.field); err != nil {
			return err
		}
	}
	if b.Entries > a.number {
		return truce.E(truce.CodeInvalid, "the log has %d entries", a.number).At("/body/entries").WithHint("give the log size that the pack names")
	}
	if b.UpTo == nil {
		if err := a.wasTold(b.Version); err != nil {
			return err
		}
		return a.sameStatus()
	}
	status, err := a.known.registerStatus(a.ctx, a.in.Parties, a.r)
	if err != nil {
		return err
	}
	if status == truce.Actual && a.Status != status {
		return otherStatus(status, a.Status)
	}
	return a.sameHistory(b.UpTo.Entries, b.UpTo.Root)
}

// sameStatus refuses what is said for practice of something that is meant: it would
// count as meant.
func (a *act) sameStatus() error {
	want := a.Status
	if truce.AgreementObject(a.Subject) != "" {
		h, err := a.in.Agreements.AgreementHead(a.ctx, a.r, a.Subject)
		if err != nil {
			return err
		}
		if h != nil {
			want = h.Status
		}
	} else {
		h, err := a.in.Objects.Head(a.ctx, a.r, a.Subject)
		if err != nil {
			return err
		}
		if h != nil {
			want = h.Status
		}
	}
	if want != a.Status {
		return otherStatus(want, a.Status)
	}
	return nil
}

func otherStatus(want, have truce.Status) error {
	return truce.E(truce.CodeConflict, "what it is about has the status %s, the statement %s", want, have).At("/status").
		WithHint("speak about it in the status that it was told in")
}

// sameHistory refuses a checkpoint that is not of this log: who acknowledges it
// was shown another history.
func (a *act) sameHistory(entries int64, root string) error {
	if entries > a.number {
		return truce.E(truce.CodeInvalid, "the log has %d entries", a.number).At("/body/upTo/entries").WithHint("acknowledge what the log holds")
	}
	if head := a.in.Ledger.Head(); entries > head.Size {
		return truce.E(truce.CodeConflict, "there is no checkpoint of %d entries yet", entries).At("/body/upTo/entries").WithHint("take the newest checkpoint")
	}
	ours, err := a.in.Ledger.RootAt(a.ctx, entries)
	if err != nil {
		return err
	}
	if theirs, err := tlog.ParseHash(root); err != nil || theirs != ours {
		a.in.Logger.WarnContext(a.ctx, "a party acknowledges another history than ours", "author", a.Author, "entries", entries, "size", a.number)
		return truce.E(truce.CodeTampered, "the log has another root at %d entries", entries).At("/body/upTo/root").
			WithHint("keep the checkpoint that you were shown: with ours it is evidence of two histories")
	}
	return nil
}

// told is how audiences name the author.
func (a *act) told() []string {
	return []string{"party:" + a.Author, "role:" + string(a.author.Role), truce.AudiencePublic}
}

// wasTold refuses who was never told that version: to others it does not exist.
func (a *act) wasTold(version string) error {
	alarm, err := a.in.Desks.Alarm(a.ctx, a.r, version)
	if err != nil {
		return err
	}
	if alarm != nil && alarm.Subject == a.Subject {
		_, err := a.object()
		return err
	}
	for _, t := range a.in.Telling {
		told, err := t.WasTold(a.ctx, a.r, a.Subject, version, a.told())
		if err != nil || told {
			return err
		}
	}
	return truce.E(truce.CodeNotFound, "the author was not told of such a version of %q", a.Subject).At("/body/version").
		WithHint("acknowledge what stands in your feed: truce inbox list")
}

type deliveryBody struct {
	Recipient truce.PartyID `json:"recipient"`
	Desk      string        `json:"desk"`
	Version   string        `json:"version"`
	UpTo      *int64        `json:"upTo"`
}

func readDelivery(d *draft) (any, error) {
	b, err := bodyAs[deliveryBody](d)
	if err == nil && (b.Version == "") == (b.UpTo == nil) {
		return nil, truce.E(truce.CodeInvalid, "a delivery is of one version, or of a feed up to an entry").At("/body/version").WithHint("give version or upTo")
	}
	return b, err
}

// admitDelivery: to a party that takes part, of what it was told.
func admitDelivery(a *act) error {
	b := a.body.(*deliveryBody)
	p, err := a.activeParty(b.Recipient, "/body/recipient")
	if err != nil {
		return err
	}
	if b.UpTo != nil {
		if a.Subject != b.Recipient || *b.UpTo > a.number {
			return truce.E(truce.CodeInvalid, "a feed is delivered about its recipient, up to an entry that is there").At("/body/upTo").
				WithHint("give the recipient as the subject; the log has %d entries", a.number)
		}
		return nil
	}
	if err := a.tellable(b.Version, []string{"party:" + b.Recipient, "role:" + string(p.Role), truce.AudiencePublic}); err != nil {
		return err
	}
	return a.sameStatus()
}

// tellable refuses a version that the members of an audience were never told.
func (a *act) tellable(version string, to []string) error {
	alarm, err := a.in.Desks.Alarm(a.ctx, a.r, version)
	if err != nil || alarm != nil && alarm.Subject == a.Subject {
		return err
	}
	for _, t := range a.in.Telling {
		told, err := t.WasTold(a.ctx, a.r, a.Subject, version, to)
		if err != nil || told {
			return err
		}
	}
	return truce.E(truce.CodeRefused, "the recipient was never told that version of %q", a.Subject).At("/body/version").WithHint("release it first (release.give)")
}

// admitAlarm: of what is registered, by its owner or the registrar. It may be
// withdrawn or over: fire does not ask.
func admitAlarm(a *act) error {
	h, err := a.object()
	if err != nil {
		return err
	}
	return a.owns(h)
}

type alarmEnd struct {
	Alarm string `json:"alarm"`
}

func readAlarmEnd(d *draft) (any, error) { return bodyAs[alarmEnd](d) }

func admitAlarmEnd(a *act) error {
	if err := admitAlarm(a); err != nil {
		return err
	}
	h, err := a.in.Desks.Alarm(a.ctx, a.r, a.body.(*alarmEnd).Alarm)
	switch {
	case err != nil:
		return err
	case h == nil || h.Subject != a.Subject:
		return truce.E(truce.CodeNotFound, "there is no such alarm of %q", a.Subject).At("/body/alarm").WithHint("give the statement id of the alarm.raise")
	case !h.Open:
		return truce.E(truce.CodeConflict, "the alarm was ended").At("/body/alarm").WithHint("raise another one")
	}
	return nil
}

// admitJourney: of a movement, by its owner or the registrar.
func admitJourney(a *act) error {
	h, err := a.object()
	if err != nil {
		return err
	}
	if h.Object != "movement" {
		return truce.E(truce.CodeInvalid, "%q is no movement", a.Subject).At("/subject").WithHint("journeys are reported of movements")
	}
	return a.owns(h)
}
