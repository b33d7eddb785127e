// Package bench measures the register as a whole, each figure beside a peer in
// the same run. It holds no code that the product uses. How to run it, and what
// was measured where, stands in docs/benchmarks.md.
package bench
