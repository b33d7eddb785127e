//go:build !linux

package main

import "time"

var started = time.Now()

// threadTime is not known here: it is the time on the wall.
func threadTime() time.Duration { return time.Since(started) }
