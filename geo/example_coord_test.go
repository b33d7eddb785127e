package geo_test

import (
	"fmt"

	"truce/geo"
)

func ExampleParseCoord() {
	for _, text := range []string{
		`36°12'46"N 37°7'0"E`,
		"36,2128; 37,1166",
		"٣٦٫٢١٢٨ ش ٣٧٫١١٦٦ ق",
		"36°12′46″ с.ш. 37°07′00″ в.д.",
		"37SCA 30 09",
	} {
		c, err := geo.ParseCoord(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%-6s %s within %.0f m\n", c.Format, geo.FormatDD(c.Point, 4), c.AccuracyM)
	}
	// Output:
	// dms    36.2128, 37.1167 within 31 m
	// dd     36.2128, 37.1166 within 11 m
	// dd     36.2128, 37.1166 within 11 m
	// dms    36.2128, 37.1167 within 31 m
	// mgrs   36.2155, 37.1143 within 707 m
}

// Nothing is guessed: what looks like a mistake is proposed.
func ExampleParseCoordNear() {
	idlib := geo.Expect{Near: geo.Point{Lat: 35.85, Lon: 36.75}, RadiusM: 25e3}
	c, err := geo.ParseCoordNear("35.5030, 36.4512", idlib)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range c.Slips {
		fmt.Printf("%s: %s [%s]\n", s.Code, s.Message, s.Text)
	}
	// Output:
	// far: this is 47 km from your area of operation []
	// dms_as_decimal: the decimals may be minutes and seconds [35.84167, 36.75333]
}

func ExampleNotations() {
	for _, n := range geo.Notations(geo.Point{Lat: 36.2128, Lon: 37.1166}) {
		fmt.Printf("%-6s %s\n", n.Format, n.Text)
	}
	// Output:
	// dd     36.212800, 37.116600
	// ddm    36°12.7680'N 37°06.9960'E
	// dms    36°12'46.08"N 37°06'59.76"E
	// utm    37S 330702 4009196
	// mgrs   37SCA3070109195
	// geouri geo:36.212800,37.116600
}
