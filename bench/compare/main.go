package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"truce/bench/peers"
	"truce/bench/workload"
	"truce/pack/index"
)

func main() {
	zones := flag.String("zones", "30000", "how many zones, several with commas: 30000,1000000")
	checks := flag.Int("checks", 200_000, "how many checks a pass")
	rounds := flag.Int("rounds", 5, "passes; the table has their median")
	which := flag.String("peers", "all", "all, none, or a part of a peer's name")
	load := flag.String("load", "map", "how the index is loaded: map, huge (pages of 2 MiB) or heap")
	seed := flag.Uint64("seed", 42, "of the workload")
	flag.BoolVar(&processor, "processor", false, "time what one thread does by its processor time, not on the wall")
	flag.Parse()
	fmt.Printf("%s %s/%s, GOAMD64=%s, %d processors; %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, os.Getenv("GOAMD64"), runtime.NumCPU(), time.Now().UTC().Format(time.RFC3339))
	for _, text := range strings.Split(*zones, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 1 {
			fmt.Fprintf(os.Stderr, "-zones: %q is no number of zones\n", text)
			os.Exit(2)
		}
		c := comparison{generator: workload.New(*seed), zones: n, rounds: *rounds, which: *which, load: *load}
		if err := c.run(*checks, *seed+1); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// comparison is one number of zones.
type comparison struct {
	generator     *workload.Generator
	zones, rounds int
	which, load   string
	sets          sets
	points        []index.PointQuery
	index         ours
}

func (c *comparison) run(checks int, seed uint64) error {
	c.sets = split(c.generator.Checks(checks, c.zones, seed))
	c.points = pointsOf(c.sets.mixed)
	alone := &figures{name: "truce/pack/index"}
	if err := c.buildOurs(alone); err != nil {
		return err
	}
	fmt.Printf("%d checks a pass, median of %d passes in turns\n\n", checks, c.rounds)
	for range c.rounds {
		c.roundOurs(alone)
	}
	alone.time(c.index, c.sets.mixed)
	header()
	alone.row(nil)
	for _, p := range peers.All {
		if c.which == "all" || strings.Contains(p.Name, c.which) {
			c.against(p)
		}
	}
	return nil
}

func (c *comparison) buildOurs(f *figures) error {
	b, err := build(c.generator, c.zones, c.load, &c.sets.mixed[0])
	if err != nil {
		return err
	}
	c.index, f.build, f.bytesAZone = b.ours, b.build, float64(b.Size())/float64(c.zones)
	fmt.Printf("\n%d zones: built in %.1f s, peak of resident memory so far %s, %d bytes; loaded by %q, opened in %v, with the first answer %v\n",
		c.zones, b.build.Seconds(), b.peak, b.Size(), c.load, b.open, b.first)
	return nil
}

// roundOurs takes one sample of everything from our index.
func (c *comparison) roundOurs(f *figures) {
	f.round(c.index, &c.sets)
	f.batch = append(f.batch, sampleOne(len(c.points), func() { c.index.batch(c.points) }))
	f.batchTwo = append(f.batchTwo, sample(len(c.points), func() {
		inTwo(halves(c.points), func(half []index.PointQuery) { c.index.batch(half) })
	}))
}

// against measures a peer and our index in turns, and prints the row of the peer
// with what ours took beside it.
func (c *comparison) against(p peers.Peer) {
	before := heap()
	began := time.Now()
	e := p.Build(c.generator, c.zones)
	beside, f := &figures{}, &figures{name: p.Name, build: time.Since(began), left: e.Left()}
	f.bytesAZone = float64(heap()-before) / float64(c.zones)
	for range c.rounds {
		f.round(e, &c.sets)
		c.roundOurs(beside)
	}
	f.time(e, c.sets.mixed)
	f.row(beside)
}
