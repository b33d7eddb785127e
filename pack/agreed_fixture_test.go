package pack

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"truce"
	"truce/holds"
	"truce/schedule"
)

type members = map[string]any

// bodies are texts of statements, made into records as a register hands them on.
type bodies struct {
	t       testing.TB
	records []*holds.Record
	entry   int64
	clock   time.Time
}

func newBodies(t testing.TB) *bodies { return &bodies{t: t, clock: start.AddDate(0, -1, 0)} }

func (b *bodies) raw(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		b.t.Fatal(err)
	}
	return raw
}

func statementID(n int64) string { return fmt.Sprintf("%064x", 7_000_000_001*(n+1)) }

// say gives a subject a version, a new subject where there is none of that id.
func (b *bodies) say(subject, author string, body any) *holds.Record {
	var r *holds.Record
	for _, x := range b.records {
		if x.Subject == subject {
			r = x
		}
	}
	if r == nil {
		r = &holds.Record{Subject: subject, Object: truce.AgreementObject(subject), Owner: author, Status: truce.Actual, First: b.entry}
		b.records = append(b.records, r)
	}
	b.clock = b.clock.Add(7 * time.Minute)
	r.Versions = append(r.Versions, holds.Version{Entry: b.entry, ID: statementID(b.entry), Author: author, At: b.clock, Terms: b.entry, Body: b.raw(body)})
	b.entry++
	return r
}

// act says something about the newest version.
func (b *bodies) act(r *holds.Record, kind truce.Kind, author string, more members) {
	v := r.Versions[len(r.Versions)-1]
	body := members{"version": v.ID}
	for k, x := range more {
		body[k] = x
	}
	b.clock = b.clock.Add(7 * time.Minute)
	r.Said = append(r.Said, holds.Said{Entry: b.entry, ID: statementID(b.entry), Kind: kind, Author: author, At: b.clock, Terms: v.Terms, Body: b.raw(body)})
	b.entry++
}

// told are the records as a register hands them on, with their contents read.
func (b *bodies) told() []*holds.Record {
	out, err := holds.NewModel(b.entry, b.records).Told(nil, statuses)
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// timesOf are the signed instants of a rule.
func timesOf(t testing.TB, begin, zone string, minutes int64, rrule, horizon string) members {
	until, err := time.Parse(time.RFC3339, horizon)
	if err != nil {
		t.Fatal(err)
	}
	e, err := schedule.Expand(schedule.Rule{Start: begin, Zone: zone, Duration: time.Duration(minutes) * time.Minute, RRule: rrule}, until, 0)
	if err != nil {
		t.Fatal(err)
	}
	instants := make([]string, len(e.Intervals))
	for i, iv := range e.Intervals {
		instants[i] = iv.String()
	}
	m := members{"start": begin, "zone": zone, "minutes": minutes, "rrule": rrule, "instants": instants, "tzVersion": e.TZVersion}
	if !e.Complete {
		m["horizon"] = e.Horizon.Format(time.RFC3339)
	}
	return m
}

func disc(lat, lon, radius float64) members {
	return members{"type": "Circle", "coordinates": []float64{lon, lat}, "radiusM": radius}
}

func named(roles string, ids ...string) (out []members) {
	for _, id := range ids {
		out = append(out, members{"party": id, "roles": []string{roles}})
	}
	return out
}

// agreements are every form of agreement and window that there is: a national one with a local one under it, one that was
// amended, one reported by others, a daily pause over a change of clocks, a corridor with everything, an evacuation.
func agreements(t testing.TB) *bodies {
	b := newBodies(t)
	national := b.say("agreement-national", "guarantor", members{"names": []members{{"text": "Cessation", "lang": "en", "kind": "official"}, {"text": "وقف", "lang": "ar"}}, "class": "cessation-of-hostilities",
		"level": "national", "form": "multilateral", "parties": append(named("signatory", "party-x", "party-y"), members{"name": "Group <Z> & others", "roles": []string{"adherent"}, "reported": "signed"}, members{"party": "guarantor", "roles": []string{"guarantor", "depositary"}}),
		"excluded": []members{{"name": "Group Q", "list": "a list", "reason": "named in it"}}, "texts": []members{{"hash": "sha256:" + statementID(1), "lang": "en", "authentic": true, "label": "main"}},
		"acceptBy": "2016-12-01T00:00:00Z", "entryIntoForce": members{"mode": "instant", "at": start.Format(time.RFC3339)}, "until": members{"at": "2016-12-24", "zone": "Asia/Damascus"}, "noticeHours": 48,
		"extension": members{"mode": "automatic", "hours": 72.5}, "clauses": []members{
			{"id": "c1", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire", "air-strike"}, "exceptions": []string{"self-defence"}, "test": "no impact", "pointer": "article 1"},
			{"id": "c2", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"regroup"}, "who": []string{"party-x"}, "area": disc(36.2, 37.15, 9000), "words": "none shall", "distances": []members{{"of": "heavy-weapons", "metres": 2500.125, "from": "the road"}},
				"schedule": timesOf(t, "2016-08-01T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY", "2017-02-01T00:00:00Z")}}})
	b.act(national, truce.AgreementAccept, "party-x", members{"text": "we accept"})
	b.act(national, truce.AgreementReserve, "party-y", members{"clauses": []string{"c2"}, "text": "but for the road"})
	local := b.say("agreement-local", "party-x", members{"names": []members{{"text": "Local"}}, "class": "local-truce", "parties": named("signatory", "party-x", "party-y"), "parent": "agreement-national", "relation": "implements",
		"geometry": disc(36.21, 37.12, 3000), "durationHours": 72, "clauses": []members{{"id": "c1", "kind": "access", "modality": "permits", "acts": []string{"fire"}}}})
	b.act(local, truce.AgreementAccept, "party-x", nil)
	b.act(local, truce.AgreementAccept, "party-y", members{"from": members{"at": "2016-08-10", "zone": "Asia/Damascus"}})
	b.act(local, truce.AgreementSuspend, "party-y", members{"from": "2016-08-12T00:00:00Z", "until": "2016-08-12T12:00:00.5Z", "reason": "shelling"})
	b.act(local, truce.AgreementExtend, "party-x", members{"until": "2016-09-01T00:00:00Z"})
	b.act(local, truce.AgreementExtend, "party-y", members{"until": "2016-08-28T00:00:00Z"})
	b.act(local, truce.AgreementDenounce, "party-y", members{"from": "2016-08-20T00:00:00Z", "reason": "breaches"})
	amended := b.say("agreement-amended", "party-x", members{"names": []members{{"text": "First"}}, "class": "local-truce", "parties": named("signatory", "party-x", "party-y"), "supersedes": []string{"agreement-local"}})
	b.act(amended, truce.AgreementAccept, "party-x", nil)
	b.act(amended, truce.AgreementAccept, "party-y", nil)
	b.say("agreement-amended", "party-x", members{"names": []members{{"text": "Second"}}, "class": "local-truce", "parties": named("signatory", "party-x", "party-y"), "until": members{"precision": "unknown"}})
	windowsOf(t, b)
	return b
}

func windowsOf(t testing.TB, b *bodies) {
	pause := b.say("window-pause", "party-x", members{"names": []members{{"text": "Daily pause"}}, "windowKind": "pause", "agreement": "agreement-national", "parties": named("signatory", "party-x", "party-y"), "prohibits": []string{"fire"},
		"geometry": disc(36.2, 37.15, 9000), "schedule": timesOf(t, "2016-10-20T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY", "2016-12-01T00:00:00Z"), "budget": members{"loadMinutes": 30, "driveMinutes": 45.5, "lanes": 2}, "lanes": 1, "counterparts": []string{"window-other"}})
	b.act(pause, truce.WindowAccept, "party-y", nil)
	b.act(pause, truce.WindowContact, "party-y", members{"party": "party-x", "result": "answered", "at": "2016-10-30T06:00:00Z"})
	b.act(pause, truce.WindowExtend, "party-x", members{"occurrence": "2016-10-30T08:00:00Z", "until": "2016-10-30T12:30:00Z"})
	b.act(pause, truce.WindowExtend, "party-y", members{"occurrence": "2016-10-30T08:00:00Z", "until": "2016-10-30T12:00:00Z"})
	b.say("window-other", "party-y", members{"windowKind": "pause", "parties": named("signatory", "party-y", "party-x"), "geometry": disc(36.2, 37.15, 9000), "schedule": timesOf(t, "2016-10-20T10:00:00", "Asia/Damascus", 180, "FREQ=DAILY", "2016-12-01T00:00:00Z")})
	corridor := b.say("window-corridor", "party-x", members{"windowKind": "corridor", "parties": named("signatory", "party-x", "party-y"), "direction": "both", "mayPass": []string{"aid"}, "vehicleClass": "truck",
		"segments":      []members{{"id": "s1", "name": "Castello", "controlledBy": "party-y", "lengthKm": 2.5, "driveMinutes": 20, "route": members{"type": "LineString", "coordinates": [][]float64{{37.1, 36.2}, {37.12, 36.22}}, "bufferM": 50}}, {"id": "s2", "controlText": "nobody"}},
		"holdingPoints": []members{{"id": "h1", "name": "gate", "maxDwellMinutes": 60, "point": disc(36.2, 37.1, 100)}}, "acceptBy": "2016-08-09T00:00:00Z", "abortSignal": "three calls",
		"schedule": timesOf(t, "2016-08-11T10:00:00", "Asia/Damascus", 120, "", "2017-01-01T00:00:00Z"), "repair": members{"assetText": "pump"}, "contactHours": 12})
	b.act(corridor, truce.WindowCondition, "party-y", members{"condition": "no arms"})
	b.act(corridor, truce.CorridorAttest, "party-y", members{"segment": "s1", "result": "none-found", "hazards": []string{"mines"}, "at": "2016-08-10T09:00:00Z", "until": "2016-08-11T09:00:00Z"})
	b.act(corridor, truce.CorridorPass, "aid", members{"passage": "p1", "segment": "s1", "movement": "movement-1", "outcome": "impeded", "plannedAt": "2016-08-11T08:00:00Z", "enteredAt": "2016-08-11T08:10:00Z", "leftAt": "2016-08-11T10:00:00Z", "by": "party-y", "reason": "searched"})
	b.act(corridor, truce.CorridorPass, "aid", members{"passage": "p1", "segment": "h1", "outcome": "impeded", "enteredAt": "2016-08-11T08:30:00Z"})
	b.act(corridor, truce.WindowNeed, "aid", members{"loadMinutes": 60, "unloadMinutes": 90, "returnMinutes": 30, "marginMinutes": 10, "movement": "movement-1", "text": "six trucks"})
	b.act(corridor, truce.WindowAbort, "party-x", members{"from": "2016-08-11T08:50:00Z", "until": "2016-08-11T09:00:00Z", "reason": "fire"})
	step := b.say("window-step", "party-x", members{"windowKind": "evacuation", "parties": named("signatory", "party-x", "party-y"), "steps": []members{
		{"id": "a", "name": "wounded", "side": "party-x", "category": "wounded", "agreed": 100, "order": 1, "limitMinutes": 90}, {"id": "b", "sideText": "others", "category": "families", "agreed": 40, "against": []string{"a"}, "partOf": "a"}}})
	b.act(step, truce.StepCount, "party-x", members{"step": "a", "count": 90, "at": "2016-08-12T00:00:00Z"})
	b.act(step, truce.StepCount, "party-y", members{"step": "a", "count": 70})
}
