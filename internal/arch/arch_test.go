package arch

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayImport says for each package which packages of the house it may import.
// It is a statement of policy: to change it is to change the design, and
// ARCHITECTURE.md changes with it. What is not listed is forbidden.
var mayImport = map[string][]string{
	".":          {},
	"geo":        {"."},
	"proof":      {"."},
	"pack":       {".", "geo", "proof", "pack/index", "holds", "schedule"},
	"pack/index": {".", "geo"},
	"schedule":   {"."},
	"holds":      {".", "geo", "schedule"},

	"internal/compose":  {".", "proof"},
	"internal/keyfile":  {".", "proof"},
	"internal/i18n":     {"."},
	"internal/obs":      {"."},
	"internal/durable":  {"."},
	"internal/outbound": {"."},

	"client": {".", "geo", "proof", "pack", "internal/compose"},

	"internal/store":           {"."},
	"internal/store/sqlite":    {".", "internal/store"},
	"internal/store/storetest": {".", "internal/store"},

	"internal/ledger":  {".", "proof", "internal/store", "internal/obs"},
	"internal/witness": {".", "proof", "internal/durable"},
	// A mirror is a reader outside of the register, with a ledger of its own.
	"internal/mirror": {".", "proof", "client", "internal/ledger", "internal/durable"},
	"internal/intake": {".", "geo", "proof", "schedule", "internal/store", "internal/ledger", "internal/obs"},
	// Rows become drafts of statements before anybody signs them.
	"internal/tabular": {".", "geo", "internal/i18n"},

	"internal/view":           {".", "internal/store", "internal/ledger", "internal/obs"},
	"internal/view/party":     {".", "proof", "internal/store", "internal/ledger", "internal/view"},
	"internal/view/protected": {".", "geo", "internal/store", "internal/ledger", "internal/view"},

	"internal/view/agreement": {".", "internal/store", "internal/ledger", "internal/view"},
	"internal/view/inbox":     {".", "internal/store", "internal/ledger", "internal/view"},

	"internal/notify":          {".", "geo", "internal/told", "internal/view", "internal/view/inbox", "internal/view/protected"},
	"internal/notify/filedrop": {".", "proof", "internal/durable", "internal/notify", "internal/notify/webhook", "internal/view/inbox"},
	"internal/notify/email":    {".", "proof", "internal/i18n", "internal/notify"},
	"internal/notify/sheet":    {".", "geo", "internal/i18n"},
	"internal/notify/sms":      {".", "proof", "internal/notify", "internal/outbound"},
	"internal/notify/webhook":  {".", "proof", "internal/notify", "internal/outbound"},
	"internal/told":            {".", "geo", "holds", "internal/store", "internal/view", "internal/view/agreement", "internal/view/inbox", "internal/view/protected"},
	"internal/receipt":         {".", "proof", "internal/store", "internal/ledger"},
	"internal/auth":            {".", "geo", "proof", "internal/store", "internal/view/party", "internal/view/protected", "internal/view/agreement"},
	"internal/inforce":         {".", "geo", "holds", "internal/store", "internal/i18n", "internal/auth", "internal/view/agreement", "internal/view/inbox"},
	"internal/check":           {".", "geo", "pack", "internal/store", "internal/auth", "internal/i18n", "internal/obs", "internal/view/protected", "pack/index"},
	"internal/packnotice":      {".", "holds", "pack", "internal/i18n"},
	"cmd/packwasm":             {".", "geo", "pack", "internal/i18n", "internal/packnotice"},
	"internal/packing":         {".", "proof", "pack", "holds", "internal/auth", "internal/check"},

	// A model of its own that api fills: what is told to the world knows no view.
	"internal/feeds": {".", "geo", "schedule", "internal/i18n"},

	"internal/api": {".", "geo", "proof", "pack", "internal/store", "internal/auth", "internal/obs", "internal/i18n", "internal/check", "internal/receipt", "internal/intake", "internal/tabular",
		"internal/ledger", "internal/view", "internal/view/party", "internal/view/protected", "internal/told", "internal/view/inbox", "internal/view/agreement", "internal/inforce", "internal/feeds", "schedule"},
}

// wiring may import every package of the house: app joins them, demo and cli
// stand on app.
var wiring = []string{"internal/app", "internal/demo", "internal/cli", "cmd/truce", "internal/arch", "cmd/packwasm/bundle"}

// pure packages do no input or output and read no clock.
var pure = []string{".", "geo", "proof", "pack", "pack/index", "schedule", "holds"}

var impure = []string{"net", "net/http", "os", "os/exec", "database/sql", "io/fs", "syscall", "log", "log/slog"}

type pkg struct {
	ImportPath, Dir, Name      string
	Imports, GoFiles, Standard []string
}

// packages are those of the product. bench/ and oracle/ are modules of their own:
// they may import all of it, and it cannot import them.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Name,Imports,GoFiles", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// local is the path of a package inside the house: "." for the root.
func local(importPath string) (string, bool) {
	if importPath == "truce" {
		return ".", true
	}
	return strings.CutPrefix(importPath, "truce/")
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		name, _ := local(p.ImportPath)
		if slices.Contains(wiring, name) {
			continue
		}
		allowed, known := mayImport[name]
		if !known {
			t.Errorf("%s is not in the table: decide where it stands in the flow, and add it here and to ARCHITECTURE.md", name)
			continue
		}
		for _, imp := range p.Imports {
			if l, ours := local(imp); ours && !slices.Contains(allowed, l) {
				t.Errorf("%s imports %s: the dependency rule forbids it", name, l)
			}
		}
	}
}

func TestOnlyAppOpensADatabase(t *testing.T) {
	for _, p := range packages(t) {
		name, _ := local(p.ImportPath)
		for _, imp := range p.Imports {
			driver := strings.HasPrefix(imp, "modernc.org/") || imp == "database/sql" || imp == "database/sql/driver"
			if driver && name != "internal/store/sqlite" && name != "internal/store/storetest" {
				t.Errorf("%s imports %s: only the drivers below internal/store know a database", name, imp)
			}
			opens := imp == "truce/internal/store/sqlite"
			if opens && name != "internal/app" {
				t.Errorf("%s imports %s: only app opens a database", name, imp)
			}
		}
	}
}

func TestPurePackages(t *testing.T) {
	for _, p := range packages(t) {
		if name, _ := local(p.ImportPath); slices.Contains(pure, name) {
			for _, imp := range p.Imports {
				if slices.Contains(impure, imp) {
					t.Errorf("%s imports %s: it does no input or output", name, imp)
				}
			}
		}
	}
}

func TestProofNeedsNoServer(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./proof")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(out)) {
		dep = strings.TrimSpace(dep)
		if strings.HasPrefix(dep, "truce/internal") || dep == "net/http" || strings.Contains(dep, "sqlite") {
			t.Errorf("proof reaches %s: a verifier must stay small", dep)
		}
	}
}
