package referee

import (
	"fmt"
	"math"
	"slices"

	"truce/geo"
	"truce/oracle/karney"
	"truce/oracle/worlds"
)

// judge knows the zones of one world in both referees' ways.
type judge struct {
	world *worlds.World
	zones []judged
	tally *Tally
}

type judged struct {
	*worlds.Zone
	prepared *geo.Prepared
	region   *karney.Region // nil where the shape has more than one meaning
	size     float64        // metres across, about
	corners  []geo.Point    // that belong to it for certain
}

func newJudge(w *worlds.World, t *Tally) (*judge, error) {
	j := &judge{world: w, tally: t}
	for i := range w.Zones {
		z := judged{Zone: &w.Zones[i]}
		var err error
		if z.prepared, err = geo.Prepare(z.Shape); err != nil {
			return nil, err
		}
		if z.region, err = karney.New(z.Shape); err != nil {
			z.region = nil
			t.Disputed++
		}
		z.size, z.corners = across(z.Shape), corners(z.Shape)
		j.zones = append(j.zones, z)
	}
	return j, nil
}

// across is about how large a shape is, metres.
func across(s geo.Shape) (size float64) {
	vs := vertices(s)
	for _, p := range vs {
		size = math.Max(size, karney.Metres(vs[0], p))
	}
	return size + 2*s.ExtentM()
}

// corners are some places that belong to a shape. Those of a hole do where the shape is
// valid: at a pole a world may have a hole beside its outer ring, which no register takes.
func corners(s geo.Shape) []geo.Point {
	if s.Validate() != nil {
		s.Polygons = slices.Clone(s.Polygons)
		for i, rings := range s.Polygons {
			s.Polygons[i] = rings[:1]
		}
	}
	vs := vertices(s)
	return vs[:min(len(vs), maxSamples)]
}

func vertices(s geo.Shape) []geo.Point {
	out := append([]geo.Point(nil), s.Points...)
	for _, line := range s.Lines {
		out = append(out, line...)
	}
	for _, rings := range s.Polygons {
		for _, ring := range rings {
			out = append(out, ring...)
		}
	}
	return out
}

// question is one that is being judged.
type question struct {
	*worlds.Ask
	number   uint64
	prepared *geo.Prepared
	places   []geo.Point // where the second referee looks from
	reach    float64     // metres from those that count
	size     float64
	own      *karney.Region // of a shape that is not round
}

func (j *judge) question(number uint64) (*question, error) {
	a := j.world.Ask(number)
	q := &question{Ask: &a, number: number, size: across(a.Shape) + 2*a.RadiusM, reach: a.RadiusM + a.Shape.ExtentM()}
	var err error
	if q.prepared, err = geo.Prepare(a.Shape); err != nil {
		return nil, err
	}
	if a.Round() {
		q.places = a.Shape.Points
		return q, nil
	}
	q.places = samples(a.Shape)
	q.own, err = karney.New(a.Shape)
	if err != nil {
		q.own = nil
	}
	return q, nil
}

// maxSamples is from how many places of a shape the second referee looks.
const maxSamples = 12

// samples are places on the edges of a shape in both readings: whatever is within
// reach of one is within reach of the shape.
func samples(s geo.Shape) []geo.Point {
	out := vertices(s)
	out = out[:min(len(out), maxSamples/2)]
	along := func(line []geo.Point) {
		for i := 1; i < len(line) && len(out) < maxSamples; i++ {
			for _, r := range []karney.Reading{karney.Straight, karney.Geodesic} {
				p, _ := karney.Along(line[i-1], line[i], 0.37, r)
				out = append(out, p)
			}
		}
	}
	for _, line := range s.Lines {
		along(line)
	}
	for _, rings := range s.Polygons {
		along(rings[0])
	}
	return out
}

// answer judges the hits of one answer.
func (j *judge) answer(q *question, hits []Hit, told bool) {
	j.tally.Checks++
	j.tally.Answers++
	next := 0
	for i := range j.zones {
		var hit *Hit
		if next < len(hits) && hits[next].Zone == i {
			hit = &hits[next]
			next++
		}
		j.zone(q, i, hit, told)
	}
	if next != len(hits) {
		j.tally.fail(j, q, "the hits are not in the order of the zones, or one is no zone: %+v", hits)
	}
}

// zone judges whether zone i is rightly hit or not.
func (j *judge) zone(q *question, i int, hit *Hit, told bool) {
	z := &j.zones[i]
	plain, plainly := z.prepared.Within(q.prepared, q.RadiusM)
	truth := z.truth(q)
	state := z.StateAt(q.From, q.Until)
	expected := state == worlds.InForce || !q.OnlyInForce
	within := truth.Hi <= q.RadiusM
	if plainly || within {
		j.tally.Pairs++
	}
	if within && !plainly {
		j.tally.fail(j, q, "zone %d: package geo finds nothing within %v m, the truth is %+v", i, q.RadiusM, truth)
	}
	switch {
	case hit == nil && expected && (within || plainly && !z.known(q)):
		j.tally.FalseNegatives++
		j.tally.fail(j, q, "FALSE NEGATIVE: zone %d (%s) is at %+v m (package geo: %v), %s, and is not hit", i, z.Shape.Type, truth, plain, state)
	case hit == nil && expected && plainly:
		j.tally.Tighter++
	case hit != nil && !expected:
		j.tally.fail(j, q, "zone %d is %s, and was not to be told", i, state)
	}
	if hit == nil {
		return
	}
	j.tally.Hits++
	if hit.State != state {
		j.tally.fail(j, q, "zone %d is %s, told as %s; its periods are %v", i, state, hit.State, z.Periods)
	}
	if !plainly {
		j.tally.Wider++
	}
	j.reach(q, i, truth, plain, plainly)
	if told {
		j.distance(q, i, hit.DistanceM, truth)
	}
}

// known reports whether the second referee knows the distance and not only that it
// is not more than something.
func (z *judged) known(q *question) bool { return z.region != nil && q.Round() }

// truth is how far the zone is from the question according to the second referee:
// for a question that is not round, Hi alone is to be relied on.
func (z *judged) truth(q *question) karney.Interval {
	best := karney.Interval{Lo: math.Inf(1), Hi: math.Inf(1)}
	if z.region == nil {
		best.Lo = 0
		return best
	}
	extent := q.reach - q.RadiusM
	for _, p := range q.places {
		if best.Hi == 0 {
			break
		}
		d := z.region.From(p, q.reach)
		if d.Hi <= q.reach { // so that sums are rounded as they are compared
			d.Hi = math.Min(d.Hi-extent, q.RadiusM)
		}
		best.Lo, best.Hi = math.Min(best.Lo, math.Max(0, d.Lo-extent)), math.Min(best.Hi, math.Max(0, d.Hi))
	}
	if q.Round() {
		return best
	}
	best.Lo = 0
	if q.own != nil && best.Hi > q.RadiusM {
		for _, p := range z.corners {
			d := q.own.From(p, q.RadiusM+z.Shape.ExtentM())
			best.Hi = math.Min(best.Hi, math.Max(0, d.Hi-z.Shape.ExtentM()))
		}
	}
	return best
}

// small is the size in metres up to which a hit may be 1 cm beyond reach.
const small = 20_000

// reach judges by how much a hit is beyond what was asked for.
func (j *judge) reach(q *question, i int, truth karney.Interval, plain float64, plainly bool) {
	z := &j.zones[i]
	over := truth.Lo - q.RadiusM
	if !z.known(q) {
		over = math.Inf(-1)
		if !plainly {
			over = z.prepared.DistanceTo(q.prepared) - q.RadiusM
		}
	}
	if over <= 0 {
		return
	}
	raw := z.size + q.size + over
	limit := 0.01
	worst := &j.tally.OverReach
	if raw > 2*small {
		limit = 0.01 + 2e-6*raw*(1+math.Pow(raw/1e6, 4))
		worst = &j.tally.OverReachLarge
	}
	*worst = math.Max(*worst, over)
	if over > limit {
		j.tally.fail(j, q, "zone %d is %v m beyond reach, and hit (package geo: %v)", i, over, plain)
	}
}

// distance judges the distance that was told: never more than the truth.
func (j *judge) distance(q *question, i int, told float64, truth karney.Interval) {
	z := &j.zones[i]
	if told > truth.Hi+1e-6 && !math.IsInf(truth.Hi, 1) {
		j.tally.fail(j, q, "zone %d is told to be at %v m, and is at %+v", i, told, truth)
	}
	if told > q.RadiusM+1e-5 || !(told >= 0) { // the tolerance of a tie
		j.tally.fail(j, q, "zone %d is told to be at %v m, beyond the %v asked for", i, told, q.RadiusM)
	}
	if z.known(q) && z.size+q.size < small {
		j.tally.Short = math.Max(j.tally.Short, truth.Lo-told)
		if truth.Lo-told > 0.01 {
			j.tally.fail(j, q, "zone %d is told to be at %v m, and is at %+v", i, told, truth)
		}
	}
}

// describe is how to see a question again.
func (q *question) describe(w *worlds.World) string {
	shape, err := q.Shape.MarshalJSON()
	if err != nil {
		shape = []byte(err.Error())
	}
	return fmt.Sprintf("TRUCE_WORLD=%d TRUCE_ASK=%d (%s; zone %d of %d): within %v m of %s from %d until %d, only in force %v",
		w.Seed, q.number, q.Why, q.Zone, len(w.Zones), q.RadiusM, shape, q.From, q.Until, q.OnlyInForce)
}
