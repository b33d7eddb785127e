// Package storetest is the one suite that every driver of package store must
// pass; it stands beside the flow, is used by tests only and needs no driver
// of its own.
package storetest
