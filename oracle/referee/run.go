package referee

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"truce/oracle/worlds"
)

// Plan is what to run.
type Plan struct {
	Checks   int64  // at least
	PerWorld int64  // questions a world
	Seed     uint64 // of the first world; the others follow
	Progress io.Writer
}

// Run has the engine answer the questions of the plan, on all cores.
func Run(p Plan, make Maker) *Tally {
	began, told := time.Now(), time.Now()
	total := &Tally{}
	var next, done atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for k := next.Add(1) - 1; k*p.PerWorld < p.Checks; k = next.Add(1) - 1 {
				t := World(p.Seed+uint64(k), p.PerWorld, make)
				mu.Lock()
				total.add(t)
				if n := done.Add(t.Checks); time.Since(told) > time.Second {
					told = time.Now()
					p.report(n, time.Since(began), total)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	total.Elapsed = time.Since(began)
	return total
}

func (p *Plan) report(done int64, since time.Duration, t *Tally) {
	if p.Progress != nil {
		fmt.Fprintf(p.Progress, "\r%d checks of %d, %d answers, %.0f/s, %d false negatives, %d failures ",
			done, p.Checks, t.Answers, float64(done)/since.Seconds(), t.FalseNegatives, t.Failed)
	}
}

// World asks the first n questions of the world of a seed.
func World(seed uint64, n int64, make Maker) *Tally {
	numbers := []uint64{}
	for i := range uint64(n) {
		numbers = append(numbers, i)
	}
	return Questions(worlds.New(seed), numbers, make)
}

// Questions asks some questions of a world.
func Questions(w *worlds.World, numbers []uint64, make Maker) *Tally {
	t := &Tally{Worlds: 1}
	j, err := newJudge(w, t)
	if err != nil {
		t.Failed, t.Failures = 1, []string{fmt.Sprintf("world %d: %v", w.Seed, err)}
		return t
	}
	s, err := make(w.Zones, w.Seed)
	if err != nil {
		t.Failed, t.Failures = 1, []string{fmt.Sprintf("world %d cannot be built: %v", w.Seed, err)}
		return t
	}
	r := &run{judge: j, subject: s}
	for _, n := range numbers {
		r.ask(n)
	}
	r.batch()
	return t
}

// run is one engine in one world.
type run struct {
	*judge
	subject Subject
	points  []worlds.Ask // bare points, to be asked again all at once
	numbers []uint64
	told    [][]Hit
}

func (r *run) ask(n uint64) {
	q, err := r.question(n)
	if err != nil {
		r.tally.Failed++
		return
	}
	hits, err := r.subject.Check(q.Ask)
	if err != nil {
		r.tally.fail(r.judge, q, "error: %v", err)
		return
	}
	r.answer(q, hits, true)
	if s, ok := r.subject.(Nearer); ok && n%8 == 0 && q.IsPoint() {
		r.nearest(q, s, int(n/8%7)+1)
	}
	s, ok := r.subject.(Pointwise)
	if !ok || !q.IsPoint() {
		return
	}
	again, err := s.At(q.Ask)
	if err != nil {
		r.tally.fail(r.judge, q, "asked as a point: %v", err)
	}
	r.compare(q, "asked as a point", again, hits)
	r.points, r.numbers, r.told = append(r.points, *q.Ask), append(r.numbers, n), append(r.told, hits)
}

// batch asks the points again, all at once.
func (r *run) batch() {
	s, ok := r.subject.(Pointwise)
	if !ok || len(r.points) == 0 {
		return
	}
	all, err := s.Batch(r.points)
	if err != nil || len(all) != len(r.points) {
		r.tally.Failed++
		r.tally.Failures = append(r.tally.Failures, fmt.Sprintf("world %d, batch: %d answers of %d: %v", r.world.Seed, len(all), len(r.points), err))
		return
	}
	for i := range all {
		r.compare(&question{Ask: &r.points[i], number: r.numbers[i]}, "in a batch", all[i], r.told[i])
	}
}

// compare wants the zones and states that were told when asked as a shape.
func (r *run) compare(q *question, how string, got, want []Hit) {
	r.tally.Answers++
	missing, added := without(want, got), without(got, want)
	if len(missing) > 0 {
		r.tally.FalseNegatives++
		r.tally.fail(r.judge, q, "FALSE NEGATIVE %s, and not as a shape: %+v", how, missing)
	} else if len(added) > 0 || len(got) != len(want) {
		r.tally.fail(r.judge, q, "%s, and not as a shape: %+v", how, added)
	}
}

// without are the hits of a that are not in b, by zone and state.
func without(a, b []Hit) (out []Hit) {
	for _, h := range a {
		if !slices.ContainsFunc(b, func(g Hit) bool { return g.Zone == h.Zone && g.State == h.State }) {
			out = append(out, h)
		}
	}
	return out
}
