// Command truce runs and asks the register that people who do not trust each
// other can share. All it does is in package internal/cli.
package main

import (
	"os"
	_ "time/tzdata" // zones are known on machines that have no database of them

	"truce/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.System()))
}
