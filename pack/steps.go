package pack

import (
	"encoding/binary"
	"math"
)

// step is one turn of a delta: so many things of the old pack are left out, so many kept as they are, so many changed, and
// so many new ones put in.
type step struct{ drop, keep, change, add uint64 }

func (s *step) counts() [4]*uint64 { return [4]*uint64{&s.drop, &s.keep, &s.change, &s.add} }

// stepper finds the steps from one list of things to another.
type stepper struct {
	steps  []step
	change func(from, to int) bool // writes what changed; false where nothing did
	add    func(to int)            // writes a new one
}

// run goes through both lists, which are in one order. What has no fellow in the other is new or left out.
func (s *stepper) run(n int, id func(int) string, m int, newID func(int) string) {
	places := make(map[string]int, n)
	for i := range n {
		places[id(i)] = i
	}
	at := 0
	for i := range m {
		place, known := places[newID(i)]
		if !known || place < at {
			s.count(3)
			s.add(i)
			continue
		}
		for ; at < place; at++ {
			s.count(0)
		}
		at++
		if s.change(place, i) {
			s.count(2)
		} else {
			s.count(1)
		}
	}
	for ; at < n; at++ {
		s.count(0)
	}
}

// count adds one to a number of the step, or begins the next step where that number is behind already.
func (s *stepper) count(which int) {
	if n := len(s.steps); n == 0 || s.steps[n-1].beyond(which) {
		s.steps = append(s.steps, step{})
	}
	*s.steps[len(s.steps)-1].counts()[which]++
}

func (s step) beyond(which int) bool {
	later := s.counts()
	for _, n := range later[which+1:] {
		if *n > 0 {
			return true
		}
	}
	return false
}

// append writes the number of steps and the steps.
func (s *stepper) append(out []byte) []byte {
	out = binary.AppendUvarint(out, uint64(len(s.steps)))
	for _, x := range s.steps {
		for _, n := range x.counts() {
			out = binary.AppendUvarint(out, *n)
		}
	}
	return out
}

// readSteps reads what append wrote.
func readSteps(in *source) []step {
	out := make([]step, in.count(in))
	for i := range out {
		for _, n := range out[i].counts() {
			*n = in.uvarint()
		}
	}
	return out
}

// follow takes the steps from a list of n things with m that are given: it calls put for each of the newer list, with its
// place in the old one and in what is given, or -1. It reports whether the steps fit, and put took all.
func follow(steps []step, n, m int, put func(old, fresh int) bool) bool {
	at, given := 0, 0
	for _, s := range steps {
		left, fresh := uint64(n-at), uint64(m-given)
		if s.drop > left || s.keep > left || s.change > left || s.drop+s.keep+s.change > left || s.change > fresh || s.add > fresh-s.change {
			return false
		}
		at += int(s.drop)
		for range s.keep {
			if !put(at, -1) {
				return false
			}
			at++
		}
		for range s.change {
			if !put(at, given) {
				return false
			}
			at, given = at+1, given+1
		}
		for range s.add {
			if !put(-1, given) {
				return false
			}
			given++
		}
	}
	return at == n && (given == m || m == unbounded)
}

// unbounded stands for a number of things that is not known beforehand: put finds their end.
const unbounded = math.MaxInt
