package main

import (
	"io"
	"os"
	"syscall"
)

// madviseHugepage is MADV_HUGEPAGE (include/uapi/asm-generic/mman-common.h).
const madviseHugepage = 14

// load brings the bytes of a built index in: "map" maps the file, as the product
// does; "huge" reads it into memory that may have pages of 2 MiB; "heap" reads it
// into Go's own memory.
func load(f *os.File, size int, how string) ([]byte, error) {
	switch how {
	case "map":
		return syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
	case "huge":
		data, err := anonymous(size)
		if err != nil {
			return nil, err
		}
		_, err = io.ReadFull(io.NewSectionReader(f, 0, int64(size)), data)
		return data, err
	}
	return readHeap(f, size)
}

// anonymous is memory that may have pages of 2 MiB.
func anonymous(size int) ([]byte, error) {
	const page = 2 << 20
	data, err := syscall.Mmap(-1, 0, (size+2*page)/page*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, err
	}
	return data[:size:size], syscall.Madvise(data, madviseHugepage)
}
