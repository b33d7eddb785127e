package arch

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// maxDirect is how many modules the product may depend on directly (design.md 9).
const maxDirect = 20

// modFile is what "go mod edit -json" says of a go.mod.
type modFile struct {
	Module  struct{ Path string }
	Require []struct {
		Path     string
		Indirect bool
	}
}

func (m modFile) direct() (paths []string) {
	for _, r := range m.Require {
		if !r.Indirect {
			paths = append(paths, r.Path)
		}
	}
	return paths
}

func readModule(t *testing.T, dir string) (m modFile) {
	t.Helper()
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = filepath.Join(root(t), dir)
	out, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(out, &m)
	}
	if err != nil {
		t.Fatal(dir, err)
	}
	return m
}

func TestDependenciesAreFew(t *testing.T) {
	direct := readModule(t, ".").direct()
	if len(direct) > maxDirect {
		t.Errorf("%d direct dependencies, at most %d: %s", len(direct), maxDirect, strings.Join(direct, ", "))
	}
	reasons, err := os.ReadFile(filepath.Join(root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range direct {
		if !strings.Contains(string(reasons), "| "+path+" |") {
			t.Errorf("docs/dependencies.md has no line for %s: why is it here, and what would it cost to leave it?", path)
		}
	}
}

// Peers and oracles are compared with; the product does not depend on them.
func TestPeersAreNoDependency(t *testing.T) {
	ours := readModule(t, ".").direct()
	both := []string{"truce", "truce/oracle", "golang.org/x/mod", "pgregory.net/rapid"}
	for _, dir := range []string{"bench", "oracle"} {
		m := readModule(t, dir)
		if m.Module.Path != "truce/"+dir {
			t.Errorf("%s/go.mod is of the module %q", dir, m.Module.Path)
		}
		for _, path := range m.direct() {
			if slices.Contains(alsoOurs, path) || slices.Contains(both, path) {
				continue
			}
			if slices.Contains(ours, path) {
				t.Errorf("%s is a peer or an oracle of %s/, and a dependency of the product", path, dir)
			}
		}
	}
}

// alsoOurs are libraries that the product stands on and that are asked as peers or
// oracles too, for other things than those it uses them for.
var alsoOurs = []string{
	"github.com/golang/geo",                // coordconv takes its angles; its predicates and CellIndex are asked
	"github.com/peterstace/simplefeatures", // validity of rings; its R-tree is a peer
	"github.com/transparency-dev/formats",  // checkpoints; its reader of proofs is asked
}
