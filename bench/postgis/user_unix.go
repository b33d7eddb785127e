//go:build unix

package main

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// nobody is whom PostgreSQL is run as by root, which it refuses to serve.
func nobody() (uid, gid int) {
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			return uid, gid
		}
	}
	return 65534, 65534
}

// give hands a folder to the user that the server runs as.
func give(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid := nobody()
	return os.Chown(dir, uid, gid)
}

// drop has a command run without the rights of root.
func drop(c *exec.Cmd) {
	if os.Geteuid() != 0 {
		return
	}
	uid, gid := nobody()
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}
