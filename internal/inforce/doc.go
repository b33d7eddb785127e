// Package inforce is stage 4 USE: it reads the view of agreements and windows, hands
// it to package holds, which works out what holds at a place and a time, and keeps
// what is known at the newest log size in memory. It decides what each asker may know
// of it. It writes nothing.
package inforce
