package geo_test

import (
	"strings"
	"testing"

	"truce/geo"
)

func slipsOf(t *testing.T, text string, e geo.Expect) (geo.Coord, map[geo.SlipCode]geo.Slip) {
	t.Helper()
	c, err := geo.ParseCoordNear(text, e)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	m := map[geo.SlipCode]geo.Slip{}
	for _, s := range c.Slips {
		if s.Message == "" || s.Message[len(s.Message)-1] == '.' || (s.Proposed == nil) != (s.Text == "") {
			t.Errorf("%q: malformed slip %+v", text, s)
		}
		if _, twice := m[s.Code]; !twice {
			m[s.Code] = s
		}
	}
	return c, m
}

func TestSlipsWithoutExpectation(t *testing.T) {
	cases := []struct {
		text      string
		ambiguous bool
		codes     string // in any order
		proposed  string // text of the first slip that proposes
	}{
		{"36.2128, 37.1166", false, "", ""},
		{"36.21280, 37.11660", false, "", ""},
		{"0, 0", false, "null_island coarse", ""},
		{"0.00000, 0.00000", false, "null_island", ""},
		{"geo:0,0", false, "null_island coarse", ""},
		{"36, 37", false, "coarse", ""},
		{"36.2, 37.1166", false, "coarse", ""},
		{"36°12'N 37°7'E", false, "coarse", ""},
		{"35.5030, 36.4512", false, "dms_as_decimal", "35.84167, 36.75333"},
		{"-35.5030, -36.4512", false, "dms_as_decimal", "-35.84167, -36.75333"},
		{"35.5030 N 36.4512 W", false, "dms_as_decimal", "35.84167, -36.75333"},
		{"35.50, 36.45", false, "dms_as_decimal coarse", "35.83333, 36.75000"},
		{"35.5030, 36.4572", false, "", ""},   // 72 is no number of seconds
		{"35.50301, 36.45123", false, "", ""}, // five decimals
		{"35.5030, 36.45", false, "coarse", ""},
		{"36.0000, 37.0000", false, "", ""}, // would be the same place
		{"36,12,37,07", true, "ambiguous dms_as_decimal coarse", "36.20000, 37.11667"},
		{"36,12 37,07", true, "ambiguous dms_as_decimal coarse", "36.20000, 37.11667"},
		{"36/12 37/07", true, "ambiguous dms_as_decimal coarse", "36.20000, 37.11667"},
		{"[37.11660, 36.21280]", true, "ambiguous", "36.21280, 37.11660"}, // GeoJSON has the longitude first
		{"[37.11660, 136.21280]", false, "", ""},
		{"36.21280 - 37.11660", true, "ambiguous", "36.21280, -37.11660"},
		{"36.21280-37.11660", true, "ambiguous", "36.21280, -37.11660"},
		{"37S 330702 4009196", true, "band_or_hemisphere", "-54.03766, 36.41465"},
		{"37 north 330702 4009196", false, "", ""},
		{"37N 330702 4009196", false, "", ""},
		{"37S 330702 9009196", false, "", ""}, // no northing of band S
		{"37SCA", false, "mgrs_truncated", ""},
		{"37SCA 3 0", false, "mgrs_truncated", ""},
		{"37SCA 30 09", false, "mgrs_truncated", ""},
		{"37SCA 307 091", false, "", ""},
		{"https://www.google.com/maps/@36.21280,37.11660,15z", false, "map_centre", ""},
		{"https://maps.google.com/?ll=36.21280,37.11660", false, "map_centre", ""},
		{"https://www.openstreetmap.org/#map=15/36.21280/37.11660", false, "map_centre", ""},
		{"https://www.openstreetmap.org/?mlat=36.21280&mlon=37.11660", false, "", ""},
		{"https://www.google.com/maps?q=36.2128,37.1122", false, "", ""}, // nobody types a link
		{"https://www.google.com/maps/dir/36.50000,37.50000/36.21280,37.11660/@36.5,37.5,15z", true, "ambiguous", "36.50000, 37.50000"},
		{"https://www.google.com/maps/dir/Aleppo/36.21280,37.11660/@36.5,37.5,15z", false, "", ""},
		{"https://www.google.com/maps/dir/a/b/data=!3d36.21280!4d37.11660!3d36.50000!4d37.50000", true, "ambiguous", "36.21280, 37.11660"},
	}
	for _, c := range cases {
		got, slips := slipsOf(t, c.text, geo.Expect{})
		want := strings.Fields(c.codes)
		if len(slips) != len(want) || got.Ambiguous != c.ambiguous {
			t.Errorf("%q: ambiguous %v, slips %+v", c.text, got.Ambiguous, got.Slips)
		}
		for _, code := range want {
			if _, ok := slips[geo.SlipCode(code)]; !ok {
				t.Errorf("%q: no slip %s in %+v", c.text, code, got.Slips)
			}
		}
		if first := firstProposal(got); first != c.proposed {
			t.Errorf("%q: proposes %q, want %q", c.text, first, c.proposed)
		}
	}
}

func firstProposal(c geo.Coord) string {
	for _, s := range c.Slips {
		if s.Proposed != nil {
			return s.Text
		}
	}
	return ""
}

var idlib = geo.Expect{Near: geo.Point{Lat: 35.9, Lon: 36.7}, RadiusM: 100e3}

func TestSlipsAgainstExpectation(t *testing.T) {
	montevideo := geo.Expect{Near: geo.Point{Lat: -34.9, Lon: -56.2}, RadiusM: 50e3}
	cases := []struct {
		text   string
		expect geo.Expect
		codes  []geo.SlipCode
		text1  string // first proposal
	}{
		{"35.84170, 36.75330", idlib, nil, ""},
		{"36.75330, 35.84170", idlib, []geo.SlipCode{geo.SlipSwapped}, "35.84170, 36.75330"}, // 126 km off
		{"-35.84170, 36.75330", idlib, []geo.SlipCode{geo.SlipFar, geo.SlipMissingMinus}, "35.84170, 36.75330"},
		{"34.90110, 56.16450", montevideo, []geo.SlipCode{geo.SlipFar, geo.SlipMissingMinus}, "-34.90110, -56.16450"},
		{"-34.90110, 56.16450", montevideo, []geo.SlipCode{geo.SlipFar, geo.SlipMissingMinus}, "-34.90110, -56.16450"},
		{"-56.16450, -34.90110", montevideo, []geo.SlipCode{geo.SlipFar, geo.SlipSwapped}, "-34.90110, -56.16450"},
		{"-56.16450, 34.90110", montevideo, []geo.SlipCode{geo.SlipFar, geo.SlipSwapped}, "-34.90110, -56.16450"},
		{"15.35290, 44.20650", idlib, []geo.SlipCode{geo.SlipFar}, ""},
		{"37N 330702 500000", idlib, []geo.SlipCode{geo.SlipFar}, ""},
	}
	for _, c := range cases {
		got, slips := slipsOf(t, c.text, c.expect)
		for _, code := range c.codes {
			if _, ok := slips[code]; !ok {
				t.Errorf("%q: no slip %s in %+v", c.text, code, got.Slips)
			}
		}
		if len(c.codes) == 0 && len(got.Slips) > 0 {
			t.Errorf("%q: slips %+v", c.text, got.Slips)
		}
		if first := firstProposal(got); first != c.text1 {
			t.Errorf("%q: proposes %q, want %q", c.text, first, c.text1)
		}
	}
}

// 35.2530 stands for 35°25'30": as a decimal it lies outside of the area, as DMS inside.
func TestDMSAsDecimalIsRankedByTheArea(t *testing.T) {
	e := geo.Expect{Near: geo.Point{Lat: 35.425, Lon: 36.75}, RadiusM: 10e3}
	_, slips := slipsOf(t, "35.2530, 36.4500", e)
	if s, ok := slips[geo.SlipDMSAsDecimal]; !ok || s.Text != "35.42500, 36.75000" {
		t.Errorf("slips %+v", slips)
	}
	e.Near = geo.Point{Lat: 35.253, Lon: 36.45}
	if c, _ := slipsOf(t, "35.2530, 36.4500", e); len(c.Slips) != 0 {
		t.Errorf("the typed place is where it is expected, yet %+v", c.Slips)
	}
	e.RadiusM = 60e3 // holds both readings: the area does not decide
	if _, slips := slipsOf(t, "35.2530, 36.4500", e); slips[geo.SlipDMSAsDecimal].Text != "35.42500, 36.75000" || len(slips) != 1 {
		t.Errorf("both readings lie in the area, slips %+v", slips)
	}
}

func TestExpectationSettlesAmbiguity(t *testing.T) {
	aleppo := geo.Expect{Near: geo.Point{Lat: 36.2, Lon: 37.1}, RadiusM: 50e3}
	if c, _ := slipsOf(t, "37S 330702 4009196", aleppo); c.Ambiguous {
		t.Errorf("the band reading lies in the area: %+v", c)
	}
	if c, _ := slipsOf(t, "36,12,37,07", aleppo); !c.Ambiguous {
		t.Errorf("both readings lie in the area: %+v", c)
	}
	south := geo.Expect{Near: geo.Point{Lat: -54, Lon: 36.4}, RadiusM: 50e3}
	c, slips := slipsOf(t, "37S 330702 4009196", south)
	if !c.Ambiguous || c.Point.Lat < 0 {
		t.Errorf("a reading outside of the area must not be settled, nor changed: %+v", c)
	}
	if _, far := slips[geo.SlipFar]; !far {
		t.Errorf("no far slip: %+v", c.Slips)
	}
}

func TestFarSaysHowFar(t *testing.T) {
	_, slips := slipsOf(t, "15.35290, 44.20650", idlib)
	if m := slips[geo.SlipFar].Message; m != "this is 2 400 km from your area of operation" {
		t.Errorf("%q", m)
	}
}

func TestZoneMissingProposesTheAreasZone(t *testing.T) {
	_, err := geo.ParseCoordNear("330702 4009196", idlib)
	if err == nil || !strings.Contains(hintOf(err), "37S 330702 4009196") {
		t.Errorf("%v, hint %q", err, hintOf(err))
	}
}
