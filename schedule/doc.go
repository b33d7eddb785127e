// Package schedule is used at stages 1 IN, 3 VIEWS and 4 USE and belongs to none: it reads a rule of recurrence as a
// person writes it, "every day at 10:00 in Asia/Damascus, for three hours", and writes the UTC instants that it means. It is
// pure: no file, no network, no clock.
//
// An interval has a start that belongs to it and an end that does not, so that two that touch leave no instant between
// them and share none. Durations are elapsed time: a window of three hours has three hours on days when clocks change.
//
// # Local times that do not exist, or exist twice
//
// Local times are read as RFC 5545 3.3.5 says. A time in the hour that is skipped when clocks go forward is read with the
// offset from before: the window opens, as long after the day before as on any other day (a daily pause at 00:30 opens at
// 01:30 in Damascus on 25 March 2016, where 00:00 to 01:00 was skipped). A time in the hour that comes twice is the first of the two. RFC 5545
// 3.3.10 would leave out an occurrence of a rule that falls into a skipped hour; here a pause is never dropped for that.
//
// # What was signed wins
//
// Governments change their clocks on short notice, and so does the tz database. The instants that a party signed, with the version
// of the database that they were worked out with (TZVersion), are what counts; a rule is expanded once, by its author, and only
// compared afterwards (Check).
//
// The rules themselves are worked out on a clock without time zone: those of days and weeks here, step by step, all others by
// github.com/teambition/rrule-go, which the tests hold the steps against. What it is asked is bounded first: it is never asked
// about a rule that it could follow for long without an answer.
package schedule
