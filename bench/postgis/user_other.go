//go:build !unix

package main

import "os/exec"

func give(string) error { return nil }

func drop(*exec.Cmd) {}
