package main

import "fmt"

func header() {
	fmt.Println("| engine | build s | bytes/zone | hits/check | left out | mixed ns | near ns | random ns | batch ns | 2 threads M/s | 2 threads batch M/s | p50 / p99 / p99.9 µs | ours beside it: single, batch ns | ratio single | near | batch | 2 threads |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
}

// row prints one engine; beside are our figures of the same turns, nil for ourselves.
func (f *figures) row(beside *figures) {
	mixed, two := median(f.mixed), median(f.two)
	fmt.Printf("| %s | %.1f | %.0f | %.3f | %d | %.0f | %.0f | %.0f | %s | %.2f | %s | %.2f / %.2f / %.1f |",
		f.name, f.build.Seconds(), f.bytesAZone, float64(f.hits)/float64(len(f.latencies)), f.left, mixed, median(f.near), median(f.far),
		optional("%.0f", median(f.batch)), 1000/two, optional("%.2f", perSecond(median(f.batchTwo))), f.quantile(0.5), f.quantile(0.99), f.quantile(0.999))
	if beside == nil {
		fmt.Printf(" | | | | two threads are %.2f of one |\n", mixed/two)
		return
	}
	fmt.Printf(" %.0f, %.0f | %.1f | %.1f | %.1f | %.1f |\n", median(beside.mixed), median(beside.batch),
		mixed/median(beside.mixed), median(f.near)/median(beside.near), mixed/median(beside.batch), two/median(beside.two))
}

// perSecond is millions a second from nanoseconds each.
func perSecond(ns float64) float64 {
	if ns == 0 {
		return 0
	}
	return 1000 / ns
}

func optional(format string, v float64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprintf(format, v)
}
