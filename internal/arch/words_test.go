package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"truce"
	"truce/internal/i18n"
	"truce/internal/told"
)

// permission is the word that an acknowledgement drifts into (domain.md F21), and its kin.
var permission = regexp.MustCompile(`(?i)approv|clearance`)

// readByUsers are the endings of files that users read, or that are shown to them;
// texts in Go code are looked at too.
var readByUsers = []string{".go", ".md", ".html", ".css", ".js", ".ts", ".json", ".txt", ".yaml", ".svg", ".golden"}

// nameIt may hold the words: lists of what is never said, and tests that it is not.
var nameIt = []string{"CONTRIBUTING.md", "internal/i18n/reassuring.txt", "internal/i18n/text_test.go", "internal/arch/house_test.go", "internal/arch/words_test.go",
	"internal/told/told_test.go"}

// TestNothingIsPermitted: the word stands in nothing that a user reads: not in code,
// documents, pages, the description of the interface or recorded answers.
func TestNothingIsPermitted(t *testing.T) {
	top, n := root(t), 0
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(top, path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && path != top || slices.Contains([]string{"node_modules", "bench", "oracle"}, rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if slices.Contains(nameIt, rel) || !slices.Contains(readByUsers, filepath.Ext(rel)) {
			return nil
		}
		text, err := os.ReadFile(path)
		if word := permission.Find(text); word != nil {
			t.Errorf("%s says %q", rel, word)
		}
		n++
		return err
	})
	if err != nil || n < 500 {
		t.Fatal(n, err)
	}
}

// TestAcknowledgementsAreDistinct: one kind of statement, one level, one word and one
// icon for each of the seven, in data and in words.
func TestAcknowledgementsAreDistinct(t *testing.T) {
	kinds, levels := truce.AckKinds(), told.Levels()
	if len(kinds) != 7 || len(levels) != 7 || !slices.Equal(i18n.Levels(), asTexts(levels)) {
		t.Fatalf("%v, %v, %v", kinds, levels, i18n.Levels())
	}
	docs := map[string]bool{}
	for _, k := range kinds {
		spec, ok := truce.SpecOf(k)
		if !ok || docs[spec.Doc] {
			t.Errorf("%s is described as another is: %q", k, spec.Doc)
		}
		docs[spec.Doc] = true
	}
}

func asTexts(levels []told.Level) (out []string) {
	for _, l := range levels {
		out = append(out, string(l))
	}
	return out
}
