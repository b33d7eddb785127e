// Package cli is stage 5 OUT: the command line, one file per subcommand. It
// reads flags, files and answers, and writes data to standard output, talk to
// standard error, and nothing else: what it has to say to a register it says
// through package app (a data folder) or package client (a server).
package cli
