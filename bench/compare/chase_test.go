package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// line is a line of a processor's cache.
type line struct {
	next uint32
	_    [60]byte
}

// BenchmarkChase is what memory allows: loads of which each needs what the one before brought, and eight such chains at
// once, from so many MiB. The memory has pages of 2 MiB where the system gives them.
func BenchmarkChase(b *testing.B) {
	for _, mib := range []int{1, 4, 16, 64, 256} {
		lines := circle(b, mib<<20)
		for _, chains := range []int{1, 8} {
			b.Run(fmt.Sprintf("%dMiB/%d", mib, chains), func(b *testing.B) {
				const steps = 200_000
				at := make([]uint32, chains)
				for k := range at {
					at[k] = uint32(k * len(lines) / chains)
				}
				passes(b, steps*chains, func() { follow(lines, at, steps) })
			})
		}
	}
}

func follow(lines []line, at []uint32, steps int) {
	for range steps {
		for k, i := range at {
			at[k] = lines[i].next
		}
	}
}

// circle is memory in which every line leads to another, at random, and all are on one way.
func circle(b *testing.B, size int) []line {
	data, err := anonymous(size)
	if err != nil {
		b.Fatal(err)
	}
	lines := unsafe.Slice((*line)(unsafe.Pointer(&data[0])), size/64)
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(lines))
	for k, i := range order {
		lines[i].next = uint32(order[(k+1)%len(order)])
	}
	return lines
}
