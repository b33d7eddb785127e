package demo

import (
	"truce"
)

// registerArea: a few city blocks in which local group A holds fire, told to
// both co-chairs. The outline was made for the exercise.
func (s *script) registerArea() error {
	return s.register("area", "area", groupA, fields{
		"names": []truce.Name{{Text: "Area of local group A (outline made for the exercise)", Lang: "en"}}, "areaKind": "local-agreement",
		"description": "A few city blocks. The group signed a separate ceasefire and did not disarm. Exercise.",
		"geometry": fields{"type": "Polygon", "coordinates": [][][]float64{{
			{37.1700, 36.2050}, {37.1780, 36.2045}, {37.1790, 36.2100}, {37.1710, 36.2110}, {37.1700, 36.2050}}}},
		"admin":     fields{"country": "SY", "adm1": "SY02", "settlement": "Aleppo"},
		"parties":   []string{groupA},
		"validFrom": truce.When{At: "2016-08-05", Precision: truce.Day, Zone: "Asia/Damascus"},
	})
}

func damascus(at string) truce.When {
	return truce.When{At: at, Precision: truce.Exact, Zone: "Asia/Damascus"}
}

// registerConvoy: twelve trucks by the Ramouseh road, notified 48 hours ahead.
// Loading, driving, unloading and returning take seven hours; a pause of three
// does not hold them, and the entry says so.
func (s *script) registerConvoy() error {
	return s.register("convoy", "movement", relief, fields{
		"names": []truce.Name{{Text: "Convoy of 12 trucks, Ramouseh road", Lang: "en"}}, "purpose": "medical-supply", "mode": "land",
		"description": "Load 2 h, drive 1.5 h, unload 2 h, return 1.5 h: 7 h in all, longer than the announced pause of 3 h (10:00 to 13:00). Exercise.",
		"validFrom":   damascus("2016-08-15T07:00:00+03:00"), "validUntil": damascus("2016-08-15T16:00:00+03:00"),
		"legs": []fields{
			{"from": fields{"name": "Warehouse, Jibreen", "point": point(36.189, 37.245, 500)}, "to": fields{"name": "Unloading point, east Aleppo", "point": point(36.200, 37.180, 500)},
				"route":        line(300, [2]float64{37.245, 36.189}, [2]float64{37.200, 36.160}, [2]float64{37.150, 36.155}, [2]float64{37.135, 36.170}, [2]float64{37.160, 36.185}, [2]float64{37.180, 36.200}),
				"plannedStart": damascus("2016-08-15T07:00:00+03:00"), "plannedEnd": damascus("2016-08-15T13:00:00+03:00"),
				"halts": []fields{
					halt("Loading and inspection, Jibreen", "loading", 36.189, 37.245, "07:00", "09:00"),
					halt("Halt, Ramouseh", "halt", 36.160, 37.145, "10:00", "10:30"),
					halt("Unloading, east Aleppo", "unloading", 36.200, 37.180, "11:00", "13:00"),
				}},
			{"from": fields{"name": "Unloading point, east Aleppo"}, "to": fields{"name": "Warehouse, Jibreen"},
				"route":        line(300, [2]float64{37.180, 36.200}, [2]float64{37.135, 36.170}, [2]float64{37.150, 36.155}, [2]float64{37.200, 36.160}, [2]float64{37.245, 36.189}),
				"plannedStart": damascus("2016-08-15T13:00:00+03:00"), "plannedEnd": damascus("2016-08-15T16:00:00+03:00")},
		},
		"vehicles": []fields{{"type": "truck", "count": 12, "colour": "white", "roofMark": "agency mark, 3 m by 3 m", "armoured": false, "guards": false}},
		"people":   []fields{{"category": "drivers", "count": 24}, {"category": "staff", "count": 4}},
		"leader":   "convoy leader on duty", "contacts": []fields{{"role": "convoy leader (exercise)", "radio": "channel 0"}},
		"admin": fields{"country": "SY", "adm1": "SY02"},
	})
}

func line(bufferM float64, at ...[2]float64) fields {
	return fields{"type": "LineString", "coordinates": at, "bufferM": bufferM}
}

func halt(name, kind string, lat, lon float64, from, until string) fields {
	at := func(clock string) truce.When { return damascus("2016-08-15T" + clock + ":00+03:00") }
	return fields{"name": name, "kind": kind, "point": point(lat, lon, 300), "from": at(from), "until": at(until)}
}
