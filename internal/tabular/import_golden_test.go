package tabular

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"truce/geo"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file of testdata, or writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "import", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; go test -update writes it anew\n%s", name, got)
	}
}

// aleppo is the expected area of the tests: 8 km round the university hospital.
func aleppo() ImportOptions {
	return ImportOptions{Near: geo.Point{Lat: 36.2128, Lon: 37.1166}, RadiusM: 8000}
}

// TestEveryMistake holds the summary and the copy of the rejects for a list
// with every mistake that we know of, against golden files.
func TestEveryMistake(t *testing.T) {
	src, err := OpenFile(filepath.Join("testdata", "import", "mistakes.csv"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var bodies, rejects bytes.Buffer
	opt := aleppo()
	copyOf := NewRejects(&rejects, src.Header())
	opt.Reject = copyOf.Add
	sum, err := Import(context.Background(), src, opt, nil, func(d Draft) error {
		line, err := json.Marshal(d)
		bodies.Write(append(line, '\n'))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := copyOf.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(sum, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "mistakes.summary.json", append(text, '\n'))
	golden(t, "mistakes.drafts.ndjson", bodies.Bytes())
	golden(t, "mistakes.rejects.csv", rejects.Bytes())
}

// TestRejectsCanBeImportedAgain: the copy with errors is read like the source,
// and gives the same errors.
func TestRejectsCanBeImportedAgain(t *testing.T) {
	src, err := OpenFile(filepath.Join("testdata", "import", "mistakes.rejects.csv"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	sum, err := Import(context.Background(), src, aleppo(), nil, nil)
	if err != nil || sum.Accepted != 0 {
		t.Fatalf("%v, %d accepted", err, sum.Accepted)
	}
	first := 0
	for _, e := range sum.Errors {
		if e.Row == 2 && e.Code == "no_coordinates" {
			first++
		}
	}
	if first != 1 {
		t.Errorf("the first reject is not the one of the list: %+v", sum.Errors[0])
	}
}
