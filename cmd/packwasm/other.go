//go:build !(js && wasm)

package main

import (
	"fmt"
	"os"
)

// main says how the program is made: it runs in a browser only.
func main() {
	fmt.Fprintln(os.Stderr, "packwasm runs in a browser; make wasm builds it into docs/check/check.html")
	os.Exit(2)
}
