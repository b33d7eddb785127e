// Package notify is part of stage 4 USE: it reads who is told what (view
// protected, view agreement, view inbox), tells them over the lines of their duty
// desks, and writes what became of every attempt as a statement, through the front
// door like everybody else.
//
// Delivery is at least once, in order on each line. What was delivered is known
// from the log alone: a process that is killed between sending and recording
// sends again, under the same delivery id, and the reader counts it once. Each line
// has a worker of its own, so that a dead one delays no other. Alarms wait for
// nobody: they go to every desk over every line at once.
//
// The packages below this one are the kinds of lines: webhook, email, filedrop,
// sheet, sms.
package notify
