// Command compare stands outside the flow: it builds the product's index and its
// peers (package peers) from one workload, asks them the same checks in turns, in one
// run, and writes a table with ratios to standard output. docs/benchmarks.md says
// how to run it and what was measured.
package main
