// Package check is part of stage 4 USE: it reads the view of protected objects
// and answers what is registered at a place and a time. It writes nothing, and
// keeps, logs and returns no coordinates that it was asked about.
//
// It is correct before it is fast: objects that the viewer may see are compared
// with the place asked about, on the ellipsoid, one after the other. Where there are
// many, an index of places (package truce/pack/index) says which ones can be near;
// the comparison decides as before, and the tests hold the answers against those
// without an index, byte for byte.
//
// What counts, in short. Only what the viewer may read with its position takes
// part; the rest leaves no trace in the answer. An object within the radius counts,
// a tie included, and errors of arithmetic fall on the side of protection. Its
// state (in force, stale, later, lapsed, withdrawn) and whether it is contested
// are told and never leave it out. What cannot be read is an error, never an
// empty answer.
package check
