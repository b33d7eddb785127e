// Package durable stands beside the flow: it writes files that are there whole,
// and still there after a loss of power, or not at all. It reads nothing.
package durable
