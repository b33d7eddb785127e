// Package pack stands behind stage 5 OUT, on the asker's machine: it reads the bytes of a signed file with everything
// that one audience was told, and answers from it what is registered at a place and a time. It writes the bytes of such
// files and of the deltas between them. It is pure: no file, no network, no clock; bytes and the time now are handed in.
//
// A pack is made by a register for one viewer at one log size, or from a plain list of places, which it says. Make
// writes one, Open reads and verifies one, Diff and Apply go from one to the next. The form of the file is in
// docs/formats.md. What is in a pack is what the register would have answered with, no more and no less.
//
// What is handed in may come from anybody: bytes that are not a pack are an error, never a panic, and cost less than a
// hundred times their length in memory, and a few times where they are what a register makes (see MaxRatio).
package pack
