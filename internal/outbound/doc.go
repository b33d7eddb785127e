// Package outbound stands beside the flow: it makes the HTTP clients with which
// the register, a mirror or a witness goes out to addresses that somebody else
// wrote down. Nothing goes to a private address unless that was allowed, and
// neither a slow nor a large answer holds anything up for long. It stores nothing.
package outbound
