// Package app wires a register together: it creates and opens data folders,
// reads and writes their files, joins store, ledger, views, intake, check, auth
// and api, serves them and closes them in order. It is the only package that
// knows every other and the only one that opens a database.
package app
