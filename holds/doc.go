// Package holds is the pure part of stage 4 USE: it is handed what was said about
// agreements and windows, and works out what holds at a place and a time: which
// clauses prohibit what, who has accepted them, which windows are open, what they
// lack and on whom they wait. It reads no database and no clock: a register hands it
// the records of its view (package inforce), a pack those that it carries, and the
// answers are the same. It writes nothing.
//
// The evaluation is a function of what is known (one log size) and of the time asked
// about, and of nothing else. Two rules give it its edges:
//
//   - A period begins with its first instant and ends before its last one.
//   - What is said takes effect when it is received, or later where it says so.
//     Only of the time before the register knew of an agreement at all is
//     everything answered that was said since; such an answer is marked
//     retrospective.
//
// Nothing is in force because somebody says so: it follows from each party's own
// signed acceptance. What one side announced is never counted as agreed by all.
// Instants are those that were signed: nothing is expanded again from a rule, with
// another tz database.
package holds
