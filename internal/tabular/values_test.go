package tabular

import (
	"encoding/json"
	"strings"
	"testing"

	"truce"
)

func TestMoments(t *testing.T) {
	for _, c := range []struct{ text, zone, want string }{
		{"2016", "", `{"at":"2016","precision":"year"}`},
		{"2016-08", "", `{"at":"2016-08","precision":"month"}`},
		{"2016-08-11", "Asia/Damascus", `{"at":"2016-08-11","precision":"day","zone":"Asia/Damascus"}`},
		{"٢٠١٦-٠٨-١١", "", `{"at":"2016-08-11","precision":"day"}`},
		{"11.8.2016", "", `{"at":"2016-08-11","precision":"day"}`},
		{"25/8/2016", "", `{"at":"2016-08-25","precision":"day"}`},
		{"8/25/2016", "", `{"at":"2016-08-25","precision":"day"}`},
		{"8/8/2016", "", `{"at":"2016-08-08","precision":"day"}`},
		{"2016-08-11T10:00:00+03:00", "Europe/Kyiv", `{"at":"2016-08-11T10:00:00+03:00","precision":"exact"}`},
		{"2016-08-11 10:00:00z", "", `{"at":"2016-08-11T10:00:00Z","precision":"exact"}`},
		{"2016-08-11 10:00", "Asia/Damascus", `{"at":"2016-08-11T10:00:00+03:00","precision":"exact","zone":"Asia/Damascus"}`},
		{"2016-12-11T10:00:30", "Asia/Damascus", `{"at":"2016-12-11T10:00:30+02:00","precision":"exact","zone":"Asia/Damascus"}`},
		{"8/11/2016", "", ""}, {"2016-08-11 10:00", "", ""}, {"31.2.2016", "", ""}, {"soon", "", ""}, {"2016-13-01", "", ""}, {"25/25/2016", "", ""}, {"2016-08-11T25:00", "Asia/Damascus", ""},
	} {
		w, err := parseMoment(c.text, c.zone)
		if c.want == "" {
			if truce.CodeOf(err) != truce.CodeInvalid || truce.HintOf(err) == "" {
				t.Errorf("%q: %v, %+v; want an error with a hint", c.text, err, w)
			}
			continue
		}
		got, jsonErr := json.Marshal(w)
		if err != nil || jsonErr != nil || string(got) != c.want {
			t.Errorf("%q: %s %v, want %s", c.text, got, err, c.want)
		}
	}
}

func TestMetres(t *testing.T) {
	for text, want := range map[string]float64{"10": 10, "10 m": 10, "±15 m": 15, "~ 5m": 5, "0,5 km": 500, "1 200 m": 1200, "١٠ م": 10, "٢ كم": 2000, "3.5": 3.5, "10 metres": 10, "50 М": 50} {
		if got, ok := metres(text); !ok || got != want {
			t.Errorf("%q: %g %t, want %g", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "good", "-5", "10 ft", "m", "1.2.3", "10-20", "NaN", "Inf"} {
		if got, ok := metres(text); ok {
			t.Errorf("%q is %g metres", text, got)
		}
	}
}

func TestDecimalText(t *testing.T) {
	for text, want := range map[string]string{"36.5": "36.5", "36,5": "36.5", "٣٦٫٥": "36.5", "−36,5": "-36.5", "3.65E1": "36.5", "1e-5": "0.00001", "36,5,1": "36,5,1", "36°": "36°", "": "", "N 36,5": "N 36,5", "1 234,5": "1234.5"} {
		if got := decimalText(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCodes(t *testing.T) {
	for _, c := range []struct{ table, text, want string }{
		{"function", "hospital", "hospital"}, {"function", "HOSPITAL", "hospital"}, {"function", "Hôpital de District", "hospital"}, {"function", "Regional hospital", "hospital"},
		{"function", "مستشفى", "hospital"}, {"function", "مستشفي", "hospital"}, {"function", "المستشفى العام", "hospital"}, {"function", "Больница", "hospital"}, {"function", "лікарня", "hospital"},
		{"function", "CHU", "hospital"}, {"function", "CSCom", "clinic"}, {"function", "Community Health Centre", "clinic"}, {"function", "Referral Health Centre", "clinic"}, {"function", "عيادة", "clinic"},
		{"function", "Поликлиника", "clinic"}, {"function", "health_post", "health-post"}, {"function", "health-post", "health-post"}, {"function", "École primaire", "school"}, {"function", "مدرسة ابتدائية", "school"},
		{"function", "Школа", "school"}, {"function", "University Hospital", "hospital"}, {"function", "University", "university"}, {"function", "pumping station", "water"}, {"function", "محطة ضخ مياه", "water"},
		{"function", "насосна станція", "water"}, {"function", "Religious", "religious"}, {"function", "пам’ятка", "cultural"}, {"function", "IDP camp", "camp"},
		{"function", "veterinary hospital", ""}, {"function", "former school", ""}, {"function", "hospital laundry", ""}, {"function", "public", ""}, {"function", "", ""}, {"function", "Commercial", ""},
		{"operatingState", "open", "functional"}, {"operatingState", "Partially functioning", "partly-functional"}, {"operatingState", "خارج الخدمة", "not-functional"}, {"operatingState", "Зруйновано", "destroyed"}, {"operatingState", "fermé", "not-functional"},
		{"areaKind", "DMZ", "demilitarised"}, {"areaKind", "De-escalation zone", "de-escalation"}, {"purpose", "NFI", "non-food-aid"}, {"mode", "by road", "land"},
	} {
		if got, _ := codeFor(c.table, c.text); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.table, c.text, got, c.want)
		}
	}
}

// TestAllFields fills every field that a column can be mapped to.
func TestAllFields(t *testing.T) {
	values := map[truce.FieldType]string{truce.Moment: "2016-08-11", truce.Number: "1,5", truce.Integer: "3", truce.Bool: "نعم", truce.Texts: "a; b", truce.Text: "P31", truce.Subject: "site-1", truce.PartyOf: "party-1"}
	for object, s := range schemas {
		var head, row []string
		for path, chain := range s.paths {
			if chain == nil {
				continue
			}
			leaf := chain[len(chain)-1]
			value := values[leaf.Type]
			if leaf.Codes != nil {
				value = leaf.Codes.Codes[0].Code
			}
			head, row = append(head, path), append(row, value)
		}
		head, row = append(head, "wkt"), append(row, map[string]string{"site": "POINT (37.11645 36.21266)", "area": "POLYGON ((37 36,37.1 36,37.1 36.1,37 36))", "movement": "LINESTRING (37 36,37.1 36.1)"}[object])
		sum, drafts, err := importText(t, strings.Join(head, "|")+"\n"+strings.Join(row, "|")+"\n", ImportOptions{Object: object}, nil)
		if err != nil || sum.Accepted != 1 {
			t.Fatalf("%s: %v %+v\n%v\n%v", object, err, sum.Errors, head, row)
		}
		if len(sum.Ignored) > 0 {
			t.Errorf("%s: ignored %v", object, sum.Ignored)
		}
		for _, path := range head {
			if i := strings.LastIndexByte(path, '.'); path != "wkt" && !strings.Contains(string(drafts[0].Body), `"`+path[i+1:]+`":`) {
				t.Errorf("%s: %s is not in %s", object, path, drafts[0].Body)
			}
		}
	}
}

func TestWrongValues(t *testing.T) {
	for _, c := range []struct{ field, value, code string }{
		{"contacts.lastTestedAt", "yesterday", "invalid"}, {"parent", "Not An Id", "invalid"}, {"signCode", "much too long for a code", "invalid"}, {"sensitivity", "secret", ""},
	} {
		sum, _, err := importText(t, "lat;lon;"+c.field+"\n36.21280;37.11660;"+c.value+"\n", ImportOptions{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.code == "" {
			if sum.Accepted != 1 || codes(sum)["unknown_"+c.field] != 1 {
				t.Errorf("%s: %+v", c.field, sum)
			}
			continue
		}
		if len(sum.Errors) != 1 || sum.Errors[0].Code != c.code || sum.Errors[0].Column != c.field || sum.Errors[0].Field != c.field {
			t.Errorf("%s: %+v", c.field, sum.Errors)
		}
	}
}
