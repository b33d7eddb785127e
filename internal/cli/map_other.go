//go:build !unix

package cli

import "os"

// mapFile reads a file, where files are not mapped.
func mapFile(path string) ([]byte, error) { return os.ReadFile(path) }
