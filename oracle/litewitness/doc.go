// Package litewitness stands outside the flow: it has a witness by others
// (filippo.io/torchwood, cmd/litewitness) cosign the heads of our log, and refuse
// the forks that we stage. It is a module of its own, so that nothing it needs is
// a dependency of the product or of the other oracles.
package litewitness
