package referee

import (
	"fmt"
	"io"
	"math"
	"time"
)

// maxFailures is how many failures are kept with their reproduction, perWorld how
// many of them of one world: one mistake shows often.
const maxFailures, perWorld = 30, 3

// Tally is what was found. Metres.
type Tally struct {
	Worlds, Checks, Pairs, Hits int64 // Checks are questions
	Answers                     int64 // that were judged: a bare point is also asked as one, in a batch, and some for the nearest
	FalseNegatives              int64
	Failed                      int64
	OverReach                   float64 // the worst, of zones and questions up to 20 km
	OverReachLarge              float64 // the worst of all others
	Short                       float64 // by how much a distance was told too short at worst, up to 20 km
	Tighter, Wider              int64   // pairs that package geo hits and the engine does not, and the reverse; within tolerance
	Disputed                    int64   // zones that only package geo judges
	Failures                    []string
	Elapsed                     time.Duration
}

func (t *Tally) fail(j *judge, q *question, format string, args ...any) {
	t.Failed++
	if len(t.Failures) < perWorld { // a tally of one world, until they are added
		t.Failures = append(t.Failures, fmt.Sprintf(format, args...)+"\n    "+q.describe(j.world))
	}
}

// add adds the tally of another worker.
func (t *Tally) add(o *Tally) {
	t.Worlds += o.Worlds
	t.Checks += o.Checks
	t.Answers += o.Answers
	t.Pairs += o.Pairs
	t.Hits += o.Hits
	t.FalseNegatives += o.FalseNegatives
	t.Failed += o.Failed
	t.Tighter += o.Tighter
	t.Wider += o.Wider
	t.Disputed += o.Disputed
	t.OverReach = math.Max(t.OverReach, o.OverReach)
	t.OverReachLarge = math.Max(t.OverReachLarge, o.OverReachLarge)
	t.Short = math.Max(t.Short, o.Short)
	for _, f := range o.Failures {
		if len(t.Failures) < maxFailures {
			t.Failures = append(t.Failures, f)
		}
	}
}

// Write tells the tally in a few lines.
func (t *Tally) Write(w io.Writer) {
	fmt.Fprintf(w, "%d checks in %d worlds, %d answers to them, %.0f/s; %d pairs within reach, %d hits told, %d zones of disputed meaning\n",
		t.Checks, t.Worlds, t.Answers, float64(t.Checks)/math.Max(1e-9, t.Elapsed.Seconds()), t.Pairs, t.Hits, t.Disputed)
	fmt.Fprintf(w, "false negatives: %d; failures of any kind: %d\n", t.FalseNegatives, t.Failed)
	fmt.Fprintf(w, "over-reach: %.3f mm at worst up to 20 km, %.3f mm beyond; distances told short by %.3f mm at worst up to 20 km\n",
		t.OverReach*1000, t.OverReachLarge*1000, t.Short*1000)
	fmt.Fprintf(w, "beside package geo, within tolerance: %d hits fewer, %d more\n", t.Tighter, t.Wider)
	for _, f := range t.Failures {
		fmt.Fprintf(w, "  %s\n", f)
	}
}
