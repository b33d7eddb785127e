// Package compose stands before stage 1 IN, on the side of those who make
// statements: from what a person or a program wants to say it builds statements
// and signed envelopes, and writes nothing. The command line, the client, the
// demo and the tests use it; the register itself never does, it holds no keys of
// parties.
package compose
