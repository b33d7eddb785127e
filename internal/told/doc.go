// Package told is part of stage 4 USE: it reads the views protected, agreement
// and inbox, writes nothing, and works out who was told which version of what,
// when, by which line, what they answered, and who was not told.
//
// Everything that it works out is a pure function of what the views hold and of
// two clocks: the log size that is asked about, and the time that is asked about.
// Being told, receiving, reading back, passing on, loading, noting and undertaking
// are different things: none is ever inferred from another.
package told
