package demo

import (
	"fmt"

	"truce"
)

// fields is the body of a statement.
type fields map[string]any

// site is one protected object of the scenario, with the accuracy of its
// position in metres.
type site struct {
	short, name, arabic, function string
	lat, lon, accuracyM           float64
	owner                         truce.PartyID
}

// sites: names and approximate positions as publicly reported; see
// docs/sources.md. The owner is assigned for the exercise.
var sites = []site{
	{"hospital", "Aleppo University Hospital", "مستشفى حلب الجامعي", "hospital", 36.212, 37.117, 300, medical},
	{"razi", "Al-Razi hospital", "مستشفى الرازي", "hospital", 36.211, 37.143, 300, medical},
	{"water", "Sulaiman al-Halabi water pumping station", "محطة سليمان الحلبي", "water", 36.217, 37.184, 300, relief},
	{"citadel", "Citadel of Aleppo", "قلعة حلب", "cultural", 36.1992, 37.1626, 250, cell},
	{"mosque", "Great Mosque of Aleppo", "الجامع الأموي الكبير", "religious", 36.1995, 37.1569, 200, cell},
	{"museum", "National Museum of Aleppo", "متحف حلب الوطني", "cultural", 36.2040, 37.1500, 200, cell},
	{"neirab", "Bab al-Neirab water works", "", "water", 36.187, 37.190, 300, relief},
	{"shelter", "Shelter for displaced families, Hamdaniya", "", "shelter", 36.180, 37.105, 500, relief},
	{"warehouse", "Warehouse of the relief agency, Jibreen", "", "warehouse", 36.189, 37.245, 500, relief},
	{"clinic", "Clinic (entry made for the exercise)", "", "clinic", 36.190, 37.150, 500, medical},
	// 36°13'10"N 37°09'20"E, typed as if it were decimal: some 11 km off.
	{"slip", "Surgical hospital (entry made for the exercise)", "", "hospital", 36.1310, 37.0920, 200, medical},
}

func (p site) body() fields {
	names := []truce.Name{{Text: p.name, Lang: "en"}}
	if p.arabic != "" {
		names = append(names, truce.Name{Text: p.arabic, Lang: "ar"})
	}
	return fields{
		"names": names, "function": p.function, "operatingState": "unknown",
		"description": "Position approximate, as publicly reported in 2016. Exercise.",
		"geometry":    point(p.lat, p.lon, p.accuracyM),
		"coord":       fields{"entered": fmt.Sprintf("%.4f, %.4f", p.lat, p.lon), "format": "dd", "datum": "WGS84", "method": "public reports", "accuracyM": p.accuracyM},
		"admin":       fields{"country": "SY", "adm1": "SY02", "settlement": "Aleppo"},
		"validFrom":   truce.When{At: "2016-08-01", Precision: truce.Day, Zone: "Asia/Damascus"},
		"contacts":    []fields{{"role": "duty desk (exercise)", "phone": "+000 000 000"}},
	}
}

func point(lat, lon, accuracyM float64) fields {
	return fields{"type": "Point", "coordinates": []float64{lon, lat}, "accuracyM": accuracyM}
}

func (s *script) registerSites() error {
	for _, p := range sites {
		if err := s.register(p.short, "site", p.owner, p.body()); err != nil {
			return err
		}
	}
	return nil
}

// withdrawClinic: its operator feared disclosure. Consent goes, the entry is
// withdrawn, and its content is erased; the leaf stays.
func (s *script) withdrawClinic() error {
	o := s.objects["clinic"]
	s.out.Erased = o.subject
	to := fields{"recipients": []string{russia, usa}}
	if _, err := s.say(o.owner, truce.ConsentGive, o.subject, to, ""); err != nil {
		return err
	}
	if _, err := s.say(o.owner, truce.ConsentWithdraw, o.subject, to, ""); err != nil {
		return err
	}
	_, err := s.say(o.owner, truce.EraseContent, o.subject, fields{"reason": "operator-risk"}, "")
	delete(s.objects, "clinic")
	return err
}

// correctSlip: a recipient contests the position, the owner corrects it, the
// registrar closes the challenge, and the recipient reads the new one back.
func (s *script) correctSlip() error {
	o := s.objects["slip"]
	if err := s.tell("slip", usa); err != nil {
		return err
	}
	challenge, err := s.say(usa, truce.ChallengeOpen, o.subject, fields{"version": o.version, "reason": "wrong-position",
		"text": "The position lies in open country, some 11 km from the town. Degrees, minutes and seconds typed as decimals?"}, "")
	if err != nil {
		return err
	}
	right := sites[len(sites)-1]
	right.lat, right.lon = 36+13/60.0+10/3600.0, 37+9/60.0+20/3600.0
	body := right.body()
	body["coord"] = fields{"entered": `36°13'10"N 37°09'20"E`, "format": "dms", "datum": "WGS84", "method": "public reports", "accuracyM": 200}
	if o.version, err = s.say(o.owner, truce.SiteAmend, o.subject, body, o.version); err != nil {
		return err
	}
	s.objects["slip"] = o
	if _, err = s.say(o.owner, truce.ChallengeAnswer, o.subject, fields{"challenge": challenge, "text": "Right: it was typed as decimal. Corrected."}, ""); err != nil {
		return err
	}
	if _, err = s.say(cell, truce.ChallengeClose, o.subject, fields{"challenge": challenge, "outcome": "corrected"}, ""); err != nil {
		return err
	}
	_, err = s.say(usa, truce.VerificationRecord, o.subject, fields{"version": o.version, "step": "recipient-read-back", "result": "matches", "distanceM": 0,
		"coord": fields{"entered": `36°13'10"N 37°09'20"E`, "format": "dms"}}, "")
	return err
}

// verify: the university hospital is read back, released to the monitoring
// mission, and vouched for by it.
func (s *script) verify() error {
	o := s.objects["hospital"]
	if err := s.tell("hospital", monitor); err != nil {
		return err
	}
	_, err := s.say(cell, truce.VerificationRecord, o.subject, fields{"version": o.version, "step": "read-back", "result": "matches", "distanceM": 40, "toleranceM": 300}, "")
	if err != nil {
		return err
	}
	_, err = s.say(monitor, truce.VerificationRecord, o.subject, fields{"version": o.version, "step": "second-organisation", "result": "matches"}, "")
	return err
}

// release tells both co-chairs of everything but the clinic, and the
// government of the cultural sites and of the convoy.
func (s *script) release() error {
	for _, short := range []string{"hospital", "razi", "water", "citadel", "mosque", "museum", "neirab", "shelter", "warehouse", "area", "convoy"} {
		if err := s.tell(short, russia, usa); err != nil {
			return err
		}
	}
	for _, short := range []string{"citadel", "mosque", "museum", "convoy"} {
		if err := s.tell(short, syria); err != nil {
			return err
		}
	}
	return s.tell("slip", russia)
}

// tell gives the owner's consent and releases the object to the recipients.
func (s *script) tell(short string, to ...truce.PartyID) error {
	o := s.objects[short]
	body := fields{"recipients": to}
	if o.owner != cell {
		if _, err := s.say(o.owner, truce.ConsentGive, o.subject, body, ""); err != nil {
			return err
		}
	}
	_, err := s.say(cell, truce.ReleaseGive, o.subject, body, "")
	return err
}
