//go:build !unix

package index

import "time"

var began = time.Now()

func processorTime() time.Duration { return time.Since(began) }
