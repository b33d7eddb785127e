package demo

import (
	"truce"
	"truce/internal/compose"
)

// Agreements of the scenario, as publicly reported in 2016 (docs/sources.md).
// Where the hours or an end were not stated, the entry says so and does not
// fill them in.

// syria2016 is an outline of the country, coarse, made for the exercise.
var syria2016 = fields{"type": "Polygon", "coordinates": [][][]float64{{
	{35.7, 32.3}, {38.8, 33.3}, {41.2, 34.7}, {42.4, 37.2}, {40.0, 36.9}, {38.0, 36.9}, {36.6, 36.9}, {36.0, 35.9}, {35.7, 34.5}, {35.7, 32.3}}}}

// aleppo2016 is the town and its surroundings: a circle, made for the exercise.
var aleppo2016 = fields{"type": "Circle", "coordinates": []float64{37.15, 36.20}, "radiusM": 15_000}

var blocksOfA = fields{"type": "Polygon", "coordinates": [][][]float64{{
	{37.1700, 36.2050}, {37.1780, 36.2045}, {37.1790, 36.2100}, {37.1710, 36.2110}, {37.1700, 36.2050}}}}

func side(id truce.PartyID, roles ...string) fields { return fields{"party": id, "roles": roles} }

func english(text string) []truce.Name { return []truce.Name{{Text: text, Lang: "en"}} }

var excluded = []fields{{"name": "ISIL (Da'esh)", "list": "United Nations Security Council"}, {"name": "Nusra Front", "list": "United Nations Security Council"}}

// enter puts an agreement or a window in and keeps it under a short name.
func (s *script) enter(short, object string, author truce.PartyID, body any, audience ...string) error {
	subject := compose.NewSubject(object)
	act := map[string]string{"agreement": "register", "window": "announce"}[object]
	version, err := s.sayTo(audience, author, truce.Kind(object+"."+act), subject, body)
	s.objects[short] = registered{subject, version, author}
	return err
}

// on has a party say something about an agreement or window.
func (s *script) on(short string, author truce.PartyID, kind truce.Kind, body fields) error {
	o := s.objects[short]
	body["version"] = o.version
	_, err := s.sayTo(nil, author, kind, o.subject, body)
	return err
}

// agree is the agreements: the cessation of hostilities, local ones under it, and
// the regimes of silence.
func (s *script) agree() error {
	for _, act := range []func() error{s.cessation, s.localA, s.localB, s.regimes} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// cessation is that of 27 February 2016: acceptance was to be signalled by noon of
// the day before, its end was never agreed.
func (s *script) cessation() error {
	body := fields{
		"names": append(english("Cessation of hostilities of 27 February 2016"), truce.Name{Text: "وقف الأعمال العدائية، 27 شباط 2016", Lang: "ar"}),
		"class": "cessation-of-hostilities", "level": "intrastate", "form": "multilateral", "written": true, "purposes": []string{"peace-process", "humanitarian"},
		"description": "Terms of 22 February 2016. Acceptance was to be signalled to the co-chairs by 12:00 on 26 February, Damascus time. In the exercise the Government of Syria and local group A accept; local group B may adhere.",
		"parties": []fields{side(russia, "co-chair", "guarantor", "depositary"), side(usa, "co-chair", "guarantor", "depositary"), side(syria, "signatory"),
			side(groupA, "signatory"), side(groupB, "adherent"), side(mediators, "mediator"), side(monitor, "monitor")},
		"excluded":       excluded,
		"entryIntoForce": fields{"mode": "instant", "at": damascus("2016-02-27T00:00:00+02:00")},
		"until":          truce.When{Precision: truce.Unknown},
		"geometry":       syria2016,
		"clauses": []fields{
			{"id": "c1", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire"}, "exceptions": []string{"self-defence", "excluded-organisations"},
				"test": "attacks with any weapon, rockets, mortars and guided missiles included, against another party", "pointer": "terms of 22 February 2016, obligations of the parties"},
			{"id": "c2", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"acquire-territory"}, "exceptions": []string{"excluded-organisations"},
				"test": "acquiring or seeking to acquire territory from another party", "pointer": "the same"},
			{"id": "c3", "kind": "humanitarian", "modality": "obliges", "acts": []string{"humanitarian-access"}, "test": "rapid, unhindered and sustained access", "pointer": "the same"},
			{"id": "c4", "kind": "permitted-act", "modality": "permits", "acts": []string{"self-defence"}, "words": "Proportionate use of force if and when responding in self-defence.", "pointer": "the same"},
			{"id": "c5", "kind": "exclusion", "modality": "states", "words": "Does not hold toward ISIL, the Nusra Front and others designated by the Security Council."},
			{"id": "c6", "kind": "signature", "modality": "states", "words": "Acceptance no later than 12:00, Damascus time, on 26 February 2016."},
		},
		"source": "Joint statement of the co-chairs and terms annexed to it, 22 February 2016",
	}
	if err := s.enter("cessation", "agreement", cell, body, "public"); err != nil {
		return err
	}
	at := damascus("2016-02-26T12:00:00+02:00")
	for _, party := range []truce.PartyID{syria, groupA} {
		if err := s.on("cessation", party, truce.AgreementAccept, fields{"from": at}); err != nil {
			return err
		}
	}
	return nil
}

// local is a separate ceasefire of one group under the cessation of hostilities: it
// holds its fire, and does not lay down arms.
func (s *script) local(short, title string, group truce.PartyID, area any) error {
	body := fields{
		"names": english(title), "class": "local-ceasefire", "level": "local", "form": "bilateral", "written": true, "purposes": []string{"humanitarian"},
		"description": "A separate ceasefire of a group that holds its fire and does not disarm. A breach of it is not a breach of the cessation of hostilities. Made for the exercise.",
		"parties":     []fields{side(syria, "signatory"), side(group, "signatory"), side(russia, "guarantor", "witness"), side(usa, "guarantor", "witness"), side(monitor, "monitor")},
		"parent":      s.objects["cessation"].subject, "relation": "local-under-national", "excluded": excluded, "noticeHours": 72,
		"until": truce.When{Precision: truce.Unknown},
		"clauses": []fields{{"id": "c1", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire", "provocation"}, "exceptions": []string{"self-defence"},
			"test": "any fire out of or into the area"}},
	}
	if area != nil {
		body["geometry"] = area
	}
	return s.enter(short, "agreement", cell, body)
}

// localA is signed by both sides.
func (s *script) localA() error {
	if err := s.local("local-a", "Local ceasefire with group A", groupA, blocksOfA); err != nil {
		return err
	}
	from := truce.When{At: "2016-08-05", Precision: truce.Day, Zone: "Asia/Damascus"}
	for _, party := range []truce.PartyID{syria, groupA} {
		if err := s.on("local-a", party, truce.AgreementAccept, fields{"from": from}); err != nil {
			return err
		}
	}
	return nil
}

// localB: the group accepts under a reservation to the whole, which binds nobody.
func (s *script) localB() error {
	if err := s.local("local-b", "Local ceasefire with group B", groupB, nil); err != nil {
		return err
	}
	if err := s.on("local-b", syria, truce.AgreementAccept, fields{}); err != nil {
		return err
	}
	return s.on("local-b", groupB, truce.AgreementReserve, fields{"text": "Accepted on condition that the wounded are let out first."})
}

// regimes are the two regimes of silence that both co-chairs had agreed and that
// lapsed before the pauses were announced. Their hours were reported differently.
func (s *script) regimes() error {
	for _, r := range []struct{ short, title string }{{"silence-48", "Regime of silence of 48 hours, Aleppo"}, {"silence-72", "Regime of silence of 72 hours, Aleppo"}} {
		body := fields{
			"names": english(r.title), "class": "regime-of-silence", "form": "bilateral", "purposes": []string{"humanitarian"},
			"description":    "Earlier in the summer of 2016, agreed by both co-chairs. The hours are not stated here because reports differ; it had lapsed when the daily pauses were announced on 10 August 2016.",
			"parties":        []fields{side(russia, "co-chair", "signatory"), side(usa, "co-chair", "signatory")},
			"parent":         s.objects["cessation"].subject,
			"entryIntoForce": fields{"mode": "instant", "at": truce.When{At: "2016", Precision: truce.Year}},
			"until":          truce.When{At: "2016-08-09", Precision: truce.Day, Zone: "Asia/Damascus"},
			"geometry":       aleppo2016,
			"clauses":        []fields{{"id": "c1", "kind": "prohibited-act", "modality": "prohibits", "acts": []string{"fire"}, "test": "no fire at all while the regime lasts"}},
			"source":         "press reports of August 2016",
		}
		if err := s.enter(r.short, "agreement", cell, body, "public"); err != nil {
			return err
		}
		for _, party := range []truce.PartyID{russia, usa} {
			if err := s.on(r.short, party, truce.AgreementAccept, fields{}); err != nil {
				return err
			}
		}
	}
	return nil
}
