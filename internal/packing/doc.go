// Package packing is part of stage 4 USE: it reads what a check would tell one viewer, and makes the signed pack of it, or
// the delta from a pack that the viewer has. It writes nothing; a few packs stay in memory, so that asking again costs
// little.
package packing
