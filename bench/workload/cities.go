package workload

import (
	"math"
	"math/rand/v2"
	"sort"

	"truce/geo"
)

// city is a place about which zones lie, by a normal distribution of sigma metres.
type city struct {
	centre geo.Point
	sigma  float64
}

const cityCount = 5000

// awkward cities, on purpose: the antimeridian twice, both poles, and 0, 0.
var awkward = map[int]geo.Point{
	1000: {Lat: -16.8, Lon: 180}, 1001: {Lat: 66.5, Lon: -179.99},
	1002: {Lat: 90}, 1003: {Lat: -90}, 1004: {},
}

func cities(seed uint64) (all []city, cumulative []float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	sum := 0.0
	for i := range cityCount {
		lat := math.Inf(1)
		for lat <= -56 || lat >= 70 {
			lat = r.NormFloat64()*20 + 25
		}
		c := city{geo.Point{Lat: lat, Lon: r.Float64()*360 - 180}, logUniform(r, 6000, 30000)}
		if p, ok := awkward[i]; ok {
			c.centre = p
		}
		all = append(all, c)
		sum += 1 / math.Sqrt(float64(i+1))
		cumulative = append(cumulative, sum)
	}
	for i := range cumulative {
		cumulative[i] /= sum
	}
	return all, cumulative
}

func (g *Generator) city(r *rand.Rand) city {
	k := sort.SearchFloat64s(g.cumulative, r.Float64())
	return g.cities[min(k, cityCount-1)]
}

func logUniform(r *rand.Rand, lo, hi float64) float64 {
	return lo * math.Exp(r.Float64()*math.Log(hi/lo))
}

func anywhere(r *rand.Rand) geo.Point {
	return geo.Point{Lat: math.Asin(2*r.Float64()-1) * 180 / math.Pi, Lon: r.Float64()*360 - 180}
}

// beside is the place at some metres and an azimuth in radians from p, on a sphere:
// good enough to scatter things.
func beside(p geo.Point, metres, azimuth float64) geo.Point {
	sinA, cosA := math.Sincos(metres / 6371008.8)
	sinLat, cosLat := math.Sincos(p.Lat * math.Pi / 180)
	sinZ, cosZ := math.Sincos(azimuth)
	s := sinLat*cosA + cosLat*sinA*cosZ
	lon := p.Lon*math.Pi/180 + math.Atan2(sinZ*sinA*cosLat, cosA-sinLat*s)
	return geo.Point{Lat: math.Asin(max(-1, min(1, s))) * 180 / math.Pi, Lon: math.Remainder(lon, 2*math.Pi) * 180 / math.Pi}
}

// rounded is p with seven decimals.
func rounded(p geo.Point) geo.Point {
	return geo.Point{Lat: math.Round(p.Lat*1e7) / 1e7, Lon: math.Round(p.Lon*1e7) / 1e7}
}
