// Package obs stands beside every stage of the flow and lets an operator see how
// the register does: structured logs, metrics in the format of Prometheus, and
// the probes of health. It reads what the stages hand it and writes to the log
// and to /metrics.
//
// Nothing that it writes holds coordinates, names, keys, tokens or the text of a
// query: an operator who can read the logs learns nothing of what was asked.
package obs
