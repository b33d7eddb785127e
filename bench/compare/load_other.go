//go:build !linux

package main

import "os"

// load reads the bytes of a built index: other ways are for Linux.
func load(f *os.File, size int, _ string) ([]byte, error) { return readHeap(f, size) }

// anonymous is memory of Go's.
func anonymous(size int) ([]byte, error) { return make([]byte, size), nil }
