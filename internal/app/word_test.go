package app

import "testing"

func TestShellWord(t *testing.T) {
	for path, want := range map[string]string{
		"D": "D", "/srv/truce/d-1": "/srv/truce/d-1", "": "''", "two words": "'two words'", "Übung": "'Übung'",
		"it's": `'it'\''s'`, "$(rm -r x)": "'$(rm -r x)'", "a;b": "'a;b'",
	} {
		if got := ShellWord(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
}
