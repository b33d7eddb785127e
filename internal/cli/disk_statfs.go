//go:build linux || darwin

package cli

import "syscall"

// freeSpace is how many bytes a user may still write to the disk of a folder.
func freeSpace(path string) (bytes int64, known bool) {
	var s syscall.Statfs_t
	if syscall.Statfs(path, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}
