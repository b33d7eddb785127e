package demo

import (
	"encoding/hex"
	"fmt"

	"truce"
	"truce/internal/auth"
)

// deliver puts on record how the sides were told, by voice, of what was released to
// them. The shelter's owner's word reached one of the two only.
func (s *script) deliver() error {
	for _, short := range []string{"hospital", "razi", "water", "shelter", "area", "convoy"} {
		if err := s.called("ru-hq", short, "release", "delivered"); err != nil {
			return err
		}
	}
	for _, short := range []string{"hospital", "razi", "convoy"} {
		if err := s.called("us-hq", short, "release", "delivered"); err != nil {
			return err
		}
	}
	if err := s.called("us-hq", "shelter", "release", "failed", "failed", "given-up"); err != nil {
		return err
	}
	for _, desk := range []string{"sy-hq", "sy-road"} {
		if err := s.called(desk, "convoy", "release", "delivered"); err != nil {
			return err
		}
	}
	return nil
}

// called records the calls to a desk about an object, one after the other.
func (s *script) called(desk, short, reason string, outcomes ...string) error {
	return s.calledOf(desk, short, s.objects[short].version, reason, outcomes...)
}

func (s *script) calledOf(desk, short, version, reason string, outcomes ...string) error {
	d := s.objects[desk]
	for i, outcome := range outcomes {
		body := fields{"recipient": d.owner, "desk": d.subject, "channel": "voice", "version": version, "reason": reason,
			"delivery": fmt.Sprintf("%s %s %s", reason, desk, short), "attempt": i + 1, "outcome": outcome}
		if outcome != "delivered" {
			body["detail"] = "nobody answered"
		}
		if _, err := s.say(cell, truce.DeliveryRecord, s.objects[short].subject, body, ""); err != nil {
			return err
		}
	}
	return nil
}

// ack is one acknowledgement of the exercise: a desk's, of an object.
type ack struct {
	desk, object string
	kind         truce.Kind
	more         fields
}

// acks: received is not read back, passed on is not in use, noted is no undertaking,
// and who objects still sees the entry. Of the shelter one recipient says nothing.
var acks = []ack{
	{"ru-hq", "hospital", truce.AckReceive, nil},
	{"ru-hq", "hospital", truce.AckReadBack, fields{"coord": fields{"entered": `36°12'43.2"N 37°07'01.2"E`, "format": "dms"}}},
	{"ru-hq", "hospital", truce.AckRelay, fields{"toEchelon": "air"}},
	{"ru-air", "hospital", truce.AckReceive, nil},
	{"ru-hq", "hospital", truce.AckNote, nil},
	{"us-hq", "hospital", truce.AckReceive, nil},
	{"us-hq", "hospital", truce.AckRelay, fields{"toEchelon": "air"}},
	{"us-hq", "razi", truce.AckReceive, nil},
	{"us-hq", "convoy", truce.AckReceive, nil},
	{"sy-hq", "convoy", truce.AckReceive, nil},
	{"sy-hq", "convoy", truce.AckRelay, fields{"toEchelon": "checkpoint"}},
	{"sy-road", "convoy", truce.AckReceive, nil},
	{"sy-hq", "citadel", truce.AckComply, nil},
	{"sy-hq", "museum", truce.AckObject, fields{"reason": "position-disputed", "text": "The building lies farther north, as this side says. Exercise."}},
}

// acknowledge is the answers of the sides. One of them answers for all that it was
// told up to a checkpoint, and says which pack is in use at its control of aircraft.
func (s *script) acknowledge() error {
	head := s.reg.Ledger.Head()
	all := fields{"upTo": fields{"entries": head.Size, "root": head.RootText()}, "desk": s.objects["ru-hq"].subject, "echelon": "headquarters", "method": "voice"}
	if _, err := s.say(russia, truce.AckReceive, russia, all, ""); err != nil {
		return err
	}
	for _, a := range acks {
		if err := s.answer(a, s.objects[a.object].version); err != nil {
			return err
		}
	}
	return s.load("ru-air", "hospital")
}

// answer has a desk answer to a version of an object, or to an alarm.
func (s *script) answer(a ack, version string) error {
	d := s.objects[a.desk]
	body := fields{"version": version, "desk": d.subject, "method": "voice"}
	for i := range desks {
		if desks[i].short == a.desk {
			body["echelon"] = desks[i].echelon
		}
	}
	for name, v := range a.more {
		body[name] = v
	}
	_, err := s.say(d.owner, a.kind, s.objects[a.object].subject, body, "")
	return err
}

// load has a desk say that the newest pack of its party, which holds the object, is
// in use: the pack is made, and its hash is what is stated.
func (s *script) load(desk, short string) error {
	d := s.objects[desk]
	p, err := s.reg.Packs.Pack(s.ctx, auth.Viewer{Party: d.owner, Role: truce.RoleGuarantor})
	if err != nil {
		return err
	}
	hash := p.Hash()
	return s.answer(ack{desk, short, truce.AckLoad, fields{"pack": "sha256:" + hex.EncodeToString(hash[:]), "entries": p.LogSize, "system": "exercise"}}, s.objects[short].version)
}
