package intake_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
)

// toldBody is a subject and body that the form of a kind of telling accepts.
func toldBody(author string, kind truce.Kind) (string, any, bool) {
	id := strings.Repeat("0", 64)
	of := func(more map[string]any) (string, any, bool) {
		more["version"] = id
		return compose.NewSubject("site"), more, true
	}
	switch kind {
	case truce.DeskRegister, truce.DeskAmend:
		return compose.NewSubject("desk"), desk("headquarters"), true
	case truce.DeskWithdraw:
		return compose.NewSubject("desk"), map[string]any{"reason": "closed"}, true
	case truce.ContactTest:
		return compose.NewSubject("desk"), map[string]any{"channel": "voice", "at": "2016-08-11T10:00:00Z", "outcome": "answered"}, true
	case truce.AckReceive, truce.AckNote, truce.AckComply:
		return of(map[string]any{})
	case truce.AckReadBack:
		return of(map[string]any{"coord": map[string]any{"entered": "36.2, 37.1"}})
	case truce.AckRelay:
		return of(map[string]any{"toEchelon": "brigade"})
	case truce.AckLoad:
		return of(map[string]any{"pack": "sha256:" + id, "entries": 1})
	case truce.AckObject:
		return of(map[string]any{"reason": "other"})
	case truce.DeliveryRecord:
		return of(map[string]any{"recipient": author, "channel": "webhook", "reason": "release", "delivery": "d-1", "attempt": 1, "outcome": "delivered"})
	case truce.AlarmRaise:
		return compose.NewSubject("site"), map[string]any{"what": "under-fire"}, true
	case truce.AlarmEnd:
		return compose.NewSubject("site"), map[string]any{"alarm": id}, true
	case truce.JourneyReport:
		return compose.NewSubject("movement"), map[string]any{"event": "departed"}, true
	}
	return "", nil, false
}

func desk(echelon string) map[string]any {
	return map[string]any{"name": "Duty desk", "echelon": echelon, "channels": []any{map[string]any{"kind": "voice", "address": "call sign 1"}}}
}

// TestAcknowledge: each acknowledgement by one who was told that version, and by
// nobody else; what ended can still be acknowledged.
func TestAcknowledge(t *testing.T) {
	r := newRegister(t)
	for id, role := range map[string]truce.Role{"msf": truce.RoleHumanitarian, "army": truce.RoleParty, "other": truce.RoleParty, "watch": truce.RoleMonitor} {
		r.enrol(id, role)
	}
	site := compose.NewSubject("site")
	v1 := r.must(r.by("msf", truce.SiteRegister, site, content("site"))).ID
	ack := func(who string, kind truce.Kind, version string, more map[string]any) []byte {
		body := map[string]any{"version": version}
		for k, v := range more {
			body[k] = v
		}
		return r.by(who, kind, site, body)
	}
	r.refuse(truce.CodeNotFound, "not told", ack("army", truce.AckReceive, v1, nil))
	r.must(r.by("msf", truce.ReleaseGive, site, map[string]any{"recipients": []string{"army"}}))
	r.must(ack("army", truce.AckReceive, v1, nil), ack("army", truce.AckNote, v1, nil), ack("army", truce.AckComply, v1, nil),
		ack("army", truce.AckReadBack, v1, map[string]any{"coord": map[string]any{"entered": "36.2, 37.1"}}),
		ack("army", truce.AckRelay, v1, map[string]any{"toEchelon": "brigade"}),
		ack("army", truce.AckLoad, v1, map[string]any{"pack": "sha256:" + strings.Repeat("0", 64), "entries": 1}),
		ack("army", truce.AckObject, v1, map[string]any{"reason": "other", "text": "no such house"}))
	r.refuse(truce.CodeNotFound, "not told", ack("other", truce.AckReceive, v1, nil))
	r.refuse(truce.CodeNotFound, "not told", ack("army", truce.AckReceive, strings.Repeat("1", 64), nil))
	v2 := r.must(r.by("msf", truce.SiteAmend, site, content("site"), compose.Replaces(v1), compose.To("role:monitor"))).ID
	r.must(ack("army", truce.AckReceive, v2, nil), ack("watch", truce.AckReceive, v2, nil))
	r.refuse(truce.CodeNotFound, "not told", ack("watch", truce.AckReceive, v1, nil))
	r.must(r.by("msf", truce.ReleaseEnd, site, map[string]any{"recipients": []string{"army"}}), ack("army", truce.AckReceive, v2, nil))
	v3 := r.must(r.by("msf", truce.SiteAmend, site, content("site"), compose.Replaces(v2))).ID
	r.refuse(truce.CodeNotFound, "not told", ack("army", truce.AckReceive, v3, nil))
	r.must(ack("watch", truce.AckReceive, v3, nil)) // was told that it ends with it
	r.replayed()
}

// TestAcknowledgeAll: a whole feed is acknowledged up to a checkpoint that is ours.
func TestAcknowledgeAll(t *testing.T) {
	r := newRegister(t)
	r.enrol("army", truce.RoleParty)
	head := r.log.Head()
	upTo := func(entries int64, root string) map[string]any {
		return map[string]any{"upTo": map[string]any{"entries": entries, "root": root}}
	}
	root := base64.StdEncoding.EncodeToString(head.Root[:])
	r.must(r.by("army", truce.AckReceive, "army", upTo(head.Size, root)))
	zero := base64.StdEncoding.EncodeToString(make([]byte, 32))
	r.refuse(truce.CodeTampered, "another root", r.by("army", truce.AckReceive, "army", upTo(head.Size, zero)))
	r.refuse(truce.CodeInvalid, "the log has", r.by("army", truce.AckReceive, "army", upTo(head.Size+7, root)))
	r.refuse(truce.CodeInvalid, "about the author", r.by("army", truce.AckReceive, "cell", upTo(head.Size, root)))
	r.refuse(truce.CodeInvalid, "one version", r.by("army", truce.AckReadBack, "army", map[string]any{"upTo": upTo(head.Size, root)["upTo"], "coord": map[string]any{"entered": "1, 1"}}))
	r.refuse(truce.CodeInvalid, "bound to one version", r.by("army", truce.AckReceive, "army", map[string]any{}))
}

// TestDesks: a party states its own desks, and nobody states them for it.
func TestDesks(t *testing.T) {
	r := newRegister(t)
	r.enrol("army", truce.RoleParty)
	r.enrol("other", truce.RoleParty)
	top, low := compose.NewSubject("desk"), compose.NewSubject("desk")
	v := r.must(r.by("army", truce.DeskRegister, top, desk("headquarters"))).ID
	below := desk("brigade")
	below["parent"] = top
	r.must(r.by("army", truce.DeskRegister, low, below))
	r.refuse(truce.CodeInvalid, "no desk", r.by("other", truce.DeskRegister, compose.NewSubject("desk"), below))
	r.refuse(truce.CodeConflict, "in use", r.by("other", truce.DeskRegister, top, desk("air")))
	r.refuse(truce.CodeNotFound, "no desk", r.by("cell", truce.DeskAmend, top, desk("air"), compose.Replaces(v)))
	round := desk("headquarters")
	round["parent"] = low
	r.refuse(truce.CodeInvalid, "above itself", r.by("army", truce.DeskAmend, top, round, compose.Replaces(v)))
	r.must(r.by("cell", truce.ContactTest, top, map[string]any{"channel": "voice", "at": "2016-08-11T10:00:00Z", "outcome": "no-answer"}))
	r.refuse(truce.CodeNotFound, "no desk", r.by("other", truce.ContactTest, top, map[string]any{"channel": "voice", "at": "2016-08-11T10:00:00Z", "outcome": "answered"}))
	r.must(r.by("army", truce.DeskWithdraw, top, map[string]any{"reason": "closed"}, compose.Replaces(v)))
	r.refuse(truce.CodeConflict, "withdrawn", r.by("army", truce.DeskAmend, top, desk("air"), compose.Replaces(v)))
	r.replayed()
}

// TestAlarmAndJourney: by the owner or the registrar, of what is registered.
func TestAlarmAndJourney(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	r.enrol("army", truce.RoleParty)
	convoy := compose.NewSubject("movement")
	r.must(r.by("msf", truce.MovementRegister, convoy, content("movement")), r.by("msf", truce.ReleaseGive, convoy, map[string]any{"recipients": []string{"army"}}))
	alarm := r.must(r.by("msf", truce.AlarmRaise, convoy, map[string]any{"what": "under-fire"})).ID
	r.refuse(truce.CodeRefused, "owner", r.by("army", truce.AlarmRaise, convoy, map[string]any{"what": "under-fire"}))
	r.must(r.by("army", truce.AckReceive, convoy, map[string]any{"version": alarm}))
	r.must(r.by("cell", truce.DeliveryRecord, convoy, map[string]any{"recipient": "army", "version": alarm, "channel": "voice", "reason": "alarm", "delivery": "d", "attempt": 1, "outcome": "delivered"}))
	r.refuse(truce.CodeRefused, "never told", r.by("cell", truce.DeliveryRecord, convoy, map[string]any{"recipient": "army", "version": strings.Repeat("a", 64), "channel": "voice", "reason": "alarm", "delivery": "d", "attempt": 1, "outcome": "delivered"}))
	r.must(r.by("msf", truce.AlarmEnd, convoy, map[string]any{"alarm": alarm}))
	r.refuse(truce.CodeConflict, "was ended", r.by("cell", truce.AlarmEnd, convoy, map[string]any{"alarm": alarm}))
	r.must(r.by("msf", truce.JourneyReport, convoy, map[string]any{"event": "departed"}))
	r.refuse(truce.CodeRefused, "owner", r.by("army", truce.JourneyReport, convoy, map[string]any{"event": "arrived"}))
	r.must(r.by("msf", truce.EraseContent, convoy, map[string]any{"reason": "operator-risk"}))
	r.refuse(truce.CodeGone, "erased", r.by("msf", truce.JourneyReport, convoy, map[string]any{"event": "arrived"}))
	r.replayed()
}
