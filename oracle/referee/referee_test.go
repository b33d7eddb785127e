package referee

import (
	"os"
	"strconv"
	"testing"

	"truce/geo"
	"truce/oracle/worlds"
)

// number is an environment variable as a number.
func number(t testing.TB, name string, otherwise int64) int64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// held runs an engine through the questions that the environment asks for:
// TRUCE_CHECKS many from TRUCE_SEED on, or only TRUCE_WORLD and TRUCE_ASK.
func held(t *testing.T, checks int64, make Maker) {
	t.Helper()
	var tally *Tally
	if seed := number(t, "TRUCE_WORLD", -1); seed >= 0 {
		tally = Questions(worlds.New(uint64(seed)), []uint64{uint64(number(t, "TRUCE_ASK", 0))}, make)
	} else {
		plan := Plan{Checks: number(t, "TRUCE_CHECKS", checks), PerWorld: number(t, "TRUCE_PER_WORLD", 200), Seed: uint64(number(t, "TRUCE_SEED", 1))}
		if testing.Verbose() {
			plan.Progress = os.Stderr
		}
		tally = Run(plan, make)
	}
	tally.Write(os.Stderr)
	if tally.Failed > 0 {
		t.Fail()
	}
}

// TestPackageGeo: the plain engine, held against the second referee.
func TestPackageGeo(t *testing.T) { held(t, 5_000, Simple) }

// TestIndex: the engine that the product answers with.
func TestIndex(t *testing.T) { held(t, 20_000, Engine) }

// spoilt is a plain engine with one fault.
type spoilt struct {
	simple
	ask   func(a *worlds.Ask)
	spoil func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool // false drops the hit
}

func (s *spoilt) Check(a *worlds.Ask) (out []Hit, err error) {
	other := *a
	if s.ask != nil {
		s.ask(&other)
	}
	hits, err := s.simple.Check(&other)
	for _, h := range hits {
		if s.spoil == nil || s.spoil(&s.zones[h.Zone], a, &h) {
			out = append(out, h)
		}
	}
	return out, err
}

// TestTheRefereeSees: each of these faults is seen.
func TestTheRefereeSees(t *testing.T) {
	round := func(a *worlds.Ask) bool { return a.Shape.Type == geo.TypePoint }
	for name, fault := range map[string]spoilt{
		"a millimetre and a half short of a radius": {ask: func(a *worlds.Ask) {
			if a.RadiusM > 1 {
				a.RadiusM -= 0.0015
			}
		}},
		"three centimetres beyond a radius": {ask: func(a *worlds.Ask) { a.RadiusM += 0.03 }},
		"ties of circles are left out": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool {
			return z.Shape.Type != geo.TypeCircle || h.DistanceM < a.RadiusM
		}},
		"a radius is not told apart": {ask: func(a *worlds.Ask) {
			if round(a) {
				a.RadiusM = 0
			}
		}},
		"the pole is forgotten": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool {
			return len(a.Shape.Points) == 0 || a.Shape.Points[0].Lat != 90 || z.Shape.Type != geo.TypePolygon
		}},
		"periods end a millisecond late": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool {
			if a.From == a.Until && z.StateAt(a.From-1, a.From-1) == worlds.InForce {
				h.State = worlds.InForce
			}
			return true
		}},
		"later is told as lapsed": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool {
			if h.State == worlds.Later {
				h.State = worlds.Lapsed
			}
			return true
		}},
		"lapsed is left out": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool { return h.State != worlds.Lapsed }},
		"distances are rounded up": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool {
			h.DistanceM += 0.001
			return true
		}},
		"one hit of a hundred is lost": {spoil: func(z *worlds.Zone, a *worlds.Ask, h *Hit) bool { return a.From%100 != 7 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := Run(Plan{Checks: 1500, PerWorld: 50, Seed: 1}, func(zones []worlds.Zone, v uint64) (Subject, error) {
				plain, err := Simple(zones, v)
				if err != nil {
					return nil, err
				}
				s := fault
				s.simple = *plain.(*simple)
				return &s, nil
			})
			if tally.Failed == 0 {
				t.Error("nothing was seen")
			}
		})
	}
}
