// Package arch holds the dependency rule as a test: a table of who may import
// whom, and the other rules of the house that a machine can check. It stands
// outside the flow and exports nothing.
package arch
