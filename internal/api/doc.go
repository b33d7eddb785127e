// Package api is stage 5 OUT over HTTP: it reads the views, the log and the
// check, writes nothing itself, and hands statements that arrive to intake, the
// only door.
//
// One table (routes.go) drives everything: the routing, which query parameters
// and content types are taken, how large a body may be, the OpenAPI document and
// the readable page made from it. A handler gets a *call, answers through it, or
// returns an error; every error becomes one problem+json (RFC 9457) in one place.
//
// What a viewer may not see does not show: not in an answer, not in a count, not
// in the difference between "absent" and "hidden", which are the same bytes.
package api
