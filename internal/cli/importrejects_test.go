package cli

import (
	"os"
	"testing"

	"truce"
)

// TestRejectsAreBounded: the copy of what was rejected never fills a disk.
func TestRejectsAreBounded(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c := &rejectsCopy{wanted: "list.rejects.csv", file: f, bytes: maxRejects - 10}
	if _, err := c.Write(make([]byte, 10)); err != nil {
		t.Error(err)
	}
	if _, err := c.Write([]byte{0}); truce.CodeOf(err) != truce.CodeTooLarge || truce.HintOf(err) == "" {
		t.Errorf("%v", err)
	}
}
