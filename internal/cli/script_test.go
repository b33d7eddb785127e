package cli

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"truce": func() { os.Exit(Main(os.Args[1:], System())) },
	})
}

// The scripts are readable without Go: each walks a part of the product from
// the outside, with the real command line.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("hundreds of processes: run without -short")
	}
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"flipbyte":    flipByte,
		"sqlexec":     sqlExec,
		"exits":       exits,
		"capture":     capture,
		"capture-err": captureErr,
		"port":        freePort,
		"await":       await,
		"sites":       manySites,
	}})
}
