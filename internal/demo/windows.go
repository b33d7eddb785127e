package demo

import (
	"time"

	"truce"
	"truce/schedule"
)

// announce is the pauses and corridors of the scenario.
func (s *script) announce() error {
	for _, act := range []func() error{s.pause, s.needs, s.corridors} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

// dailyPause is 10:00 to 13:00 Damascus time from 11 August 2016. No end was
// stated: the instants are signed for four weeks, and say so.
func dailyPause() (fields, error) {
	rule := schedule.Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: 3 * time.Hour, RRule: "FREQ=DAILY"}
	horizon := time.Date(2016, 9, 8, 0, 0, 0, 0, time.UTC)
	e, err := schedule.Expand(rule, horizon, 0)
	if err != nil {
		return nil, err
	}
	instants := make([]string, len(e.Intervals))
	for i, iv := range e.Intervals {
		instants[i] = iv.String()
	}
	return fields{"start": rule.Start, "zone": rule.Zone, "minutes": 180, "rrule": rule.RRule, "instants": instants,
		"tzVersion": e.TZVersion, "horizon": truce.Instant(e.Horizon)}, nil
}

// pause: announced by one side on 10 August, and not agreed by the others.
func (s *script) pause() error {
	hours, err := dailyPause()
	if err != nil {
		return err
	}
	return s.enter("pause", "window", russia, fields{
		"names":       append(english("Daily humanitarian pause, Aleppo, 10:00 to 13:00"), truce.Name{Text: "هدنة إنسانية يومية، حلب، 10:00 إلى 13:00", Lang: "ar"}, truce.Name{Text: "Ежедневная гуманитарная пауза, Алеппо, 10:00–13:00", Lang: "ru"}),
		"description": "Announced by one side on 10 August 2016. The United Nations said that 48 hours a week and two lanes were needed; on 15 August its own side said that it was not working, and Germany's foreign minister called for longer ones.",
		"windowKind":  "pause", "prohibits": []string{"fire"}, "permits": []string{"humanitarian-access", "civilian-movement", "medical-evacuation"},
		"parties":  []fields{side(russia, "signatory"), side(usa, "signatory"), side(syria, "signatory"), side(groupA, "signatory"), side(groupB, "signatory"), side(relief, "user")},
		"schedule": hours, "geometry": aleppo2016, "admin": fields{"country": "SY", "settlement": "Aleppo"}, "lanes": 1,
		"source": "announcement of 10 August 2016, as reported by the press",
	}, "public")
}

// needs: the convoy takes seven hours, and the mediator's office named 48 hours a
// week and two lanes. Both are said of the pause; neither is agreed.
func (s *script) needs() error {
	convoy := fields{"loadMinutes": 120, "driveMinutes": 90, "unloadMinutes": 120, "returnMinutes": 90, "vehicles": 12, "lanes": 1, "movement": s.objects["convoy"].subject,
		"text": "Twelve trucks by the Ramouseh road. Load 2 h, drive 1.5 h, unload 2 h, return 1.5 h."}
	if err := s.on("pause", relief, truce.WindowNeed, convoy); err != nil {
		return err
	}
	return s.on("pause", mediators, truce.WindowNeed, fields{"lanes": 2, "text": "48 hours a week and two lanes are needed, as the United Nations said."})
}

// corridor is one way out that government forces opened on 28 July 2016. Ends are
// approximate and made for the exercise.
type corridor struct {
	short, title, arabic string
	pass                 []string
	from, to             [2]float64
}

var corridorsOf2016 = []corridor{
	{"corridor-1", "Corridor 1 for civilians, Aleppo", "الممر 1 للمدنيين، حلب", []string{"civilians", "wounded-sick"}, [2]float64{37.172, 36.205}, [2]float64{37.140, 36.212}},
	{"corridor-2", "Corridor 2 for civilians, Aleppo", "الممر 2 للمدنيين، حلب", []string{"civilians", "wounded-sick"}, [2]float64{37.160, 36.185}, [2]float64{37.140, 36.180}},
	{"corridor-3", "Corridor 3 for civilians, Aleppo", "الممر 3 للمدنيين، حلب", []string{"civilians", "wounded-sick"}, [2]float64{37.145, 36.187}, [2]float64{37.128, 36.189}},
	{"corridor-castello", "Corridor by the Castello road, for fighters who lay down arms", "ممر طريق الكاستيلو", []string{"laid-down-arms"}, [2]float64{37.150, 36.238}, [2]float64{37.105, 36.240}},
}

func (s *script) corridors() error {
	for _, c := range corridorsOf2016 {
		if err := s.corridor(c); err != nil {
			return err
		}
	}
	return s.passages()
}

// corridor: announced by one side, which alone has said what was found on its
// part. The hours of opening were not stated. Without the other sides'
// acceptance and attestation it is never ready.
func (s *script) corridor(c corridor) error {
	middle := [2]float64{(c.from[0] + c.to[0]) / 2, (c.from[1] + c.to[1]) / 2}
	err := s.enter(c.short, "window", syria, fields{
		"names":       append(english(c.title), truce.Name{Text: c.arabic, Lang: "ar"}),
		"description": "Opened on 28 July 2016 by government forces. Reported by the one side as hindered by armed groups, by others as not usable. Course approximate, made for the exercise.",
		"admin":       fields{"country": "SY", "settlement": "Aleppo"},
		"windowKind":  "corridor", "direction": "out", "mayPass": c.pass, "vehicleClass": "bus",
		"parties": []fields{side(syria, "signatory"), side(groupA, "signatory"), side(groupB, "signatory"), side(russia, "guarantor"), side(relief, "user")},
		"segments": []fields{
			{"id": "s1", "name": "from the front line into the town held by the groups", "controlText": "local groups", "controlledBy": groupB, "route": line(150, c.from, middle)},
			{"id": "s2", "name": "from the front line to the gathering point", "controlledBy": syria, "route": line(150, middle, c.to)},
		},
		"source": "announcement of 28 July 2016, as reported by the press",
	}, "public")
	if err != nil {
		return err
	}
	return s.on(c.short, syria, truce.CorridorAttest, fields{"segment": "s2", "result": "none-found", "at": damascus("2016-07-28T08:00:00+03:00"), "until": damascus("2016-08-28T08:00:00+03:00")})
}

// passages: two say different things of one passage; both stand.
func (s *script) passages() error {
	at := truce.When{At: "2016-07-30", Precision: truce.Day, Zone: "Asia/Damascus"}
	if err := s.on("corridor-1", russia, truce.CorridorPass, fields{"passage": "p1", "outcome": "impeded", "plannedAt": at, "reason": "Hindered by armed groups, as this side reports."}); err != nil {
		return err
	}
	return s.on("corridor-1", medical, truce.CorridorPass, fields{"passage": "p1", "outcome": "denied", "plannedAt": at, "reason": "Not usable: no guarantee from the other side and no time stated."})
}
