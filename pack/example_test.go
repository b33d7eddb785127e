package pack_test

import (
	"fmt"
	"strings"
	"time"

	"truce/geo"
	"truce/pack"
)

// A pack of one's own list, and a question to it. A pack from a register is opened in the same way, with the public key
// of its log.
func Example() {
	list := `{"type":"Feature","properties":{"name":"M10","kind":"hospital","radius_m":200},"geometry":{"type":"Point","coordinates":[37.1166,36.2128]}}`
	b := pack.NewBuilder()
	if _, err := pack.ReadGeoJSON(strings.NewReader(list), b.Add); err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2016, 8, 11, 12, 0, 0, 0, time.UTC)
	data, err := b.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: "list.geojson"}, MadeAt: now, MaxAge: 24 * time.Hour}, nil, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := pack.Open(data, "") // of a register: the line in its log.pub
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, hours := range []int{1, 30} {
		a, err := p.Check(pack.Query{Shape: geo.PointShape(geo.Point{Lat: 36.2139, Lon: 37.1180}, 10), RadiusM: 500}, now.Add(time.Duration(hours)*time.Hour))
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, x := range a.Protections {
			fmt.Printf("%s %s %s, %.0f m; stale: %v\n", x.Kind, x.Name, x.State, x.DistanceM, a.Stale)
		}
	}
	// Output:
	// hospital M10 inForce, 0 m; stale: false
	// hospital M10 inForce, 0 m; stale: true
}
