package geo_test

import (
	"math"
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"truce"
	"truce/geo"
)

func TestFormats(t *testing.T) {
	aleppo := geo.Point{Lat: 36.2128, Lon: 37.1166}
	south := geo.Point{Lat: -33.8568, Lon: -70.5}
	for _, c := range []struct{ got, want string }{
		{geo.FormatDD(aleppo, 5), "36.21280, 37.11660"},
		{geo.FormatDD(aleppo, 0), "36, 37"},
		{geo.FormatDD(aleppo, -3), "36, 37"},
		{geo.FormatDD(south, 4), "-33.8568, -70.5000"},
		{geo.FormatDD(geo.Point{Lat: -1e-9, Lon: -1e-9}, 5), "0.00000, 0.00000"},
		{geo.FormatDDM(aleppo, 4), "36°12.7680'N 37°06.9960'E"},
		{geo.FormatDDM(south, 0), "33°51'S 70°30'W"},
		{geo.FormatDDM(geo.Point{Lat: 35.9999999, Lon: -0.9999999}, 2), "36°00.00'N 1°00.00'W"},
		{geo.FormatDMS(aleppo, 2), "36°12'46.08\"N 37°06'59.76\"E"},
		{geo.FormatDMS(aleppo, 0), "36°12'46\"N 37°07'00\"E"},
		{geo.FormatDMS(geo.Point{Lat: 35.99999999, Lon: 179.99999999}, 1), "36°00'00.0\"N 180°00'00.0\"E"},
		{geo.FormatDMS(geo.Point{Lat: 89.99999999, Lon: -179.99999999}, 0), "90°00'00\"N 180°00'00\"W"},
		{geo.FormatDMS(geo.Point{Lat: -1e-9, Lon: -1e-9}, 2), "0°00'00.00\"N 0°00'00.00\"E"},
		{geo.FormatDMS(geo.Point{Lat: math.NaN()}, 2), ""},
		{geo.FormatGeoURI(aleppo, 0), "geo:36.212800,37.116600"},
		{geo.FormatGeoURI(aleppo, 12.5), "geo:36.212800,37.116600;u=12.5"},
		{geo.FormatGeoURI(geo.Point{Lat: 91}, 0), ""},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// The grid values were computed with the Krüger series apart from this code; the MGRS texts hang on the same numbers.
func TestGridFormats(t *testing.T) {
	for _, c := range []struct {
		lat, lon  float64
		utm, mgrs string
	}{
		{36.2128, 37.1166, "37S 330702 4009196", "37SCA3070109195"},
		{-33.8568, 151.2153, "56H 334901 6252289", "56HLH3490052288"},
		{59.33, 18.07, "34V 333313 6580466", "34VCL3331380465"},
		{-54.8, -68.3, "19F 545000 3927239", "19FEV4500027239"},
		{60.0, 5.0, "32V 276980 6658157", ""},  // south-west Norway belongs to zone 32
		{78.0, 20.0, "33X 615915 8663320", ""}, // Svalbard
		{0, 0, "31N 166021 0", "31NAA6602100000"},
		{-0.000002, 3, "31M 500000 10000000", ""},
		{84, 3, "31X 500000 9328094", ""},
		{-80, 3, "31C 500000 1118414", ""},
	} {
		p := geo.Point{Lat: c.lat, Lon: c.lon}
		utm, err := geo.FormatUTM(p)
		if err != nil || utm != c.utm {
			t.Errorf("%v: UTM %q (%v), want %q", p, utm, err, c.utm)
		}
		if mgrs, err := geo.FormatMGRS(p, 10); err != nil || c.mgrs != "" && mgrs != c.mgrs {
			t.Errorf("%v: MGRS %q (%v), want %q", p, mgrs, err, c.mgrs)
		}
	}
	for _, p := range []geo.Point{{Lat: 84.01}, {Lat: -80.01}, {Lat: math.NaN()}, {Lon: 181}} {
		if s, err := geo.FormatUTM(p); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%v: UTM %q, %v", p, s, err)
		}
	}
	for _, p := range []geo.Point{{Lat: 83}, {Lat: -79}, {Lat: math.Inf(1)}} {
		if s, err := geo.FormatUPS(p); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%v: UPS %q, %v", p, s, err)
		}
	}
	for _, digits := range []int{-2, 1, 9, 12} {
		if s, err := geo.FormatMGRS(geo.Point{}, digits); truce.CodeOf(err) != truce.CodeInvalid {
			t.Errorf("%d digits: MGRS %q, %v", digits, s, err)
		}
	}
	if s, err := geo.FormatUPS(geo.Point{Lat: -90}); err != nil || s != "UPS S 2000000 2000000" {
		t.Errorf("south pole: %q, %v", s, err)
	}
}

func TestNotationsCoverage(t *testing.T) {
	for _, c := range []struct {
		p    geo.Point
		grid geo.Format
	}{
		{geo.Point{Lat: 36.2, Lon: 37.1}, geo.UTM}, {geo.Point{Lat: -80}, geo.UTM}, {geo.Point{Lat: 84, Lon: 180}, geo.UTM},
		{geo.Point{Lat: 90}, geo.UPS}, {geo.Point{Lat: -90}, geo.UPS}, {geo.Point{Lat: 84.5, Lon: -180}, geo.UPS},
	} {
		want := []geo.Format{geo.DD, geo.DDM, geo.DMS, c.grid, geo.MGRS, geo.GeoURI}
		got := geo.Notations(c.p)
		if len(got) != len(want) {
			t.Fatalf("%v: %v", c.p, got)
		}
		for i, n := range got {
			if n.Format != want[i] || n.Text == "" {
				t.Errorf("%v: %v, want %s", c.p, n, want[i])
			}
		}
	}
	if n := geo.Notations(geo.Point{Lat: math.NaN()}); n != nil {
		t.Errorf("notations of no place: %v", n)
	}
}

// drawPoint prefers the places where grids break: poles, antimeridian, equator, edges of zones and bands.
func drawPoint(t *rapid.T) geo.Point {
	lat := rapid.OneOf(rapid.Float64Range(-90, 90),
		rapid.SampledFrom([]float64{-90, -80.5, -80, -79.99, -72, -1e-7, 0, 1e-7, 8, 32, 39.9999999, 40, 56, 64, 72, 83.99, 84, 84.5, 89.9999999, 90}))
	lon := rapid.OneOf(rapid.Float64Range(-180, 180),
		rapid.SampledFrom([]float64{-180, -179.9999999, -6, -1e-7, 0, 1e-7, 3, 6, 9, 12, 21, 33, 35.9999999, 36, 42, 179.9999999, 180}))
	return geo.Point{Lat: lat.Draw(t, "lat"), Lon: lon.Draw(t, "lon")}
}

// printedTolM is how far printing may move a place: half a step of the last digit (a whole one for MGRS, which cuts off).
var printedTolM = map[geo.Format]float64{geo.DD: 0.09, geo.DDM: 0.15, geo.DMS: 0.25, geo.UTM: 0.75, geo.UPS: 0.75, geo.MGRS: 1.5, geo.GeoURI: 0.09}

var sixty = regexp.MustCompile(`[°']60(\.\d+)?['"]`)

func TestPrintedFormsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoint(t)
		for _, n := range geo.Notations(p) {
			c, err := geo.ParseCoord(n.Text)
			if err != nil {
				t.Fatalf("%v: %s %q: %v", p, n.Format, n.Text, err)
			}
			if m := apartM(c.Point, p); c.Format != n.Format || m > printedTolM[n.Format] {
				t.Fatalf("%v: %q came back as %s %v, %.3f m off", p, n.Text, c.Format, c.Point, m)
			}
			if sixty.MatchString(n.Text) {
				t.Fatalf("%v: %q", p, n.Text)
			}
		}
	})
}

func TestPrintedDecimalsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoint(t)
		d := rapid.IntRange(0, 6).Draw(t, "decimals")
		for _, text := range []string{geo.FormatDD(p, d), geo.FormatDDM(p, d), geo.FormatDMS(p, d)} {
			c, err := geo.ParseCoord(text)
			if err != nil {
				t.Fatalf("%v: %q: %v", p, text, err)
			}
			if m := apartM(c.Point, p); m > c.AccuracyM+0.001 {
				t.Fatalf("%v: %q is %.3f m off, accuracy %.3f", p, text, m, c.AccuracyM)
			}
		}
	})
}

// A truncated MGRS text still covers the place: it lies within the accuracy round the centre of the cell.
func TestTruncatedMGRSCoversThePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPoint(t)
		digits := 2 * rapid.IntRange(0, 5).Draw(t, "half")
		text, err := geo.FormatMGRS(p, digits)
		if err != nil {
			t.Fatalf("%v: %v", p, err)
		}
		c, err := geo.ParseCoord(text)
		if err != nil {
			t.Fatalf("%v: %q: %v", p, text, err)
		}
		if m := apartM(c.Point, p); m > c.AccuracyM*1.01+0.1 { // grid metres are up to 0.7 % off true ones
			t.Fatalf("%v: %q is %.1f m off, accuracy %.1f", p, text, m, c.AccuracyM)
		}
	})
}

// FuzzParseCoord: no text makes it panic; what it accepts is on the earth; what it prints reads back as the same place.
func FuzzParseCoord(f *testing.F) {
	for _, c := range notationCases {
		f.Add(c.text)
	}
	for _, s := range []string{"36,12,37,07", "36.2 - 37.1", "99999999999999999999999 1", "geo:1e5,2", "37SCA", "ZAH0000000000",
		"01CAA", "60XWT", "A0A0A0", "'''''\"\"\"", "1.2.3.4.5.6", "http://[::1", "geo:0,0?q=%zz", "N N N N", "+-+-1", "°°°", "1\x002"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := geo.ParseCoordNear(text, idlib)
		if err != nil {
			if code := truce.CodeOf(err); code != truce.CodeInvalid && code != truce.CodeTooLarge || truce.HintOf(err) == "" {
				t.Fatalf("%q: %v, hint %q", text, err, truce.HintOf(err))
			}
			return
		}
		if !c.Point.Valid() || !(c.AccuracyM > 0) || math.IsInf(c.AccuracyM, 1) || c.Entered != text {
			t.Fatalf("%q: %+v", text, c)
		}
		for _, n := range geo.Notations(c.Point) {
			back, err := geo.ParseCoord(n.Text)
			if err != nil || apartM(back.Point, c.Point) > printedTolM[n.Format] {
				t.Fatalf("%q: %q came back as %v (%v)", text, n.Text, back.Point, err)
			}
		}
		for _, s := range c.Slips {
			if s.Proposed != nil && !s.Proposed.Valid() {
				t.Fatalf("%q: slip %+v", text, s)
			}
		}
	})
}
