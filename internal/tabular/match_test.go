package tabular

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// registry keeps what is imported into it, as a register would.
type registry struct {
	objects []Existing
	failing error
}

func (r *registry) Each(_ context.Context, fn func(Existing) error) error {
	for _, o := range r.objects {
		if err := fn(o); err != nil {
			return err
		}
	}
	return r.failing
}

// take does what a draft says.
func (r *registry) take(d Draft) error {
	version := fmt.Sprintf("v%d", len(r.objects)+1)
	switch d.Action {
	case Register:
		r.objects = append(r.objects, Existing{Subject: "s" + version, Version: version, Entry: int64(len(r.objects) + 1), Object: d.Object, Body: bytes.Clone(d.Body)})
	case Amend:
		for i := range r.objects {
			if o := &r.objects[i]; o.Subject == d.Subject && o.Version == d.Replaces {
				o.Version, o.Body = o.Version+"'", bytes.Clone(d.Body)
				return nil
			}
		}
		return fmt.Errorf("row %d amends %q at %q, which is not there", d.Row, d.Subject, d.Replaces)
	}
	return nil
}

func (r *registry) importFrom(t interface{ Fatal(...any) }, src *Source, opt ImportOptions) *Summary {
	sum, err := Import(context.Background(), src, opt, r, r.take)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Rows != sum.Accepted+sum.Rejected || sum.Accepted != sum.Registered+sum.Amended+sum.Unchanged {
		t.Fatal("the summary does not add up", *sum)
	}
	return sum
}

func (r *registry) importText(t *testing.T, text string, opt ImportOptions) *Summary {
	t.Helper()
	return r.importFrom(t, mustOpen(t, "a.csv", text, Options{}), opt)
}

// counts is registered, amended, unchanged.
func counts(s *Summary) string { return fmt.Sprintf("%d/%d/%d", s.Registered, s.Amended, s.Unchanged) }

func TestImportingAgainChangesNothing(t *testing.T) {
	for _, name := range []string{"healthsites_lby-mli-tcd-tun.csv.gz", "who_kwtrp_facilities_mli-tcd.csv.gz", "aleppo_cultural_sites.geojson"} {
		var r registry
		first := r.importFrom(t, openShared(t, "sites", name), ImportOptions{})
		again := r.importFrom(t, openShared(t, "sites", name), ImportOptions{})
		if first.Registered != first.Accepted || again.Unchanged != first.Accepted || again.Duplicates != first.Duplicates || len(r.objects) != first.Accepted {
			t.Errorf("%s: first %s, again %s with %d and %d duplicates", name, counts(first), counts(again), first.Duplicates, again.Duplicates)
		}
	}
}

// TestImportTwice: any table at all changes nothing the second time, whatever
// rows it repeats.
func TestImportTwice(t *testing.T) {
	cellText := rapid.SampledFrom([]string{"", "a", "b", "36.21", "36.2128", "37,1166", "37.1166", "مستشفى", "hospital", "2016-08-11", "1", "2", "x\"y", "36°12'46\"N"})
	heading := rapid.SampledFrom([]string{"name", "lat", "lon", "id", "osm_id", "type", "operator", "notes", "valid from", "coordinates", "x", "accuracy", "name_ar"})
	rapid.Check(t, func(t *rapid.T) {
		headings := rapid.SliceOfNDistinct(heading, 1, 8, rapid.ID[string]).Draw(t, "headings")
		row := rapid.SliceOfN(cellText, len(headings), len(headings))
		rows := rapid.SliceOfN(row, 0, 12).Draw(t, "rows")
		var b strings.Builder
		b.WriteString(strings.Join(headings, ";") + "\n")
		for _, cells := range rows {
			for i, c := range cells {
				cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(strings.Join(cells, ";") + "\n")
		}
		var r registry
		open := func() *Source {
			src, err := Open("a.csv", strings.NewReader(b.String()), int64(b.Len()), Options{Delimiter: ';'})
			if err != nil {
				t.Fatal(err)
			}
			return src
		}
		first := r.importFrom(t, open(), ImportOptions{})
		size := len(r.objects)
		again := r.importFrom(t, open(), ImportOptions{})
		if again.Unchanged != first.Accepted || again.Registered+again.Amended != 0 || len(r.objects) != size || again.Rejected != first.Rejected {
			t.Fatalf("first %s, again %s of\n%s", counts(first), counts(again), b.String())
		}
		for _, o := range r.objects {
			if !bytes.Equal(canonical(o.Body), o.Body) {
				t.Fatalf("a draft is not in its canonical form:\n%s\n%s", o.Body, canonical(o.Body))
			}
		}
	})
}

const three = "osm_id,name,type,lat,lon\n11,Al-Razi,hospital,36.21100,37.14300\n12,Sulaiman,water,36.21700,37.18400\n13,Shelter,shelter,36.18000,37.10500\n"

func TestAmendments(t *testing.T) {
	var r registry
	if got := counts(r.importText(t, three, ImportOptions{})); got != "3/0/0" {
		t.Fatal(got)
	}
	if got := counts(r.importText(t, strings.Replace(three, "Al-Razi", "Al-Razi Hospital", 1), ImportOptions{})); got != "0/1/2" {
		t.Error("a name was corrected:", got)
	}
	if !strings.Contains(string(r.objects[0].Body), "Al-Razi Hospital") || r.objects[0].Version != "v1'" {
		t.Errorf("%+v", r.objects[0])
	}
	if got := counts(r.importText(t, three+"14,School,school,36.19000,37.10600\n", ImportOptions{})); got != "1/1/2" {
		t.Error("a row was added, the name set back:", got)
	}
	if got := counts(r.importText(t, three, ImportOptions{Object: "area"})); got != "0/0/0" {
		t.Error("areas are not sites:", got)
	}
}

// TestSameContentWrittenOtherwise: values are compared, not bytes.
func TestSameContentWrittenOtherwise(t *testing.T) {
	var r registry
	r.importText(t, three, ImportOptions{})
	for i := range r.objects {
		var value map[string]any
		if err := json.Unmarshal(r.objects[i].Body, &value); err != nil {
			t.Fatal(err)
		}
		indented, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		r.objects[i].Body = bytes.ReplaceAll(indented, []byte("36.217\n"), []byte("3.62170e1\n"))
	}
	if got := counts(r.importText(t, three, ImportOptions{})); got != "0/0/3" {
		t.Error(got)
	}
}

func TestRowsThatRepeat(t *testing.T) {
	const twins = "name,lat,lon\nWell,36.21100,37.14300\nWell,36.21100,37.14300\n"
	var r registry
	if s := r.importText(t, twins, ImportOptions{}); counts(s) != "2/0/0" || s.Duplicates != 1 {
		t.Error(counts(s), s.Duplicates)
	}
	if got := counts(r.importText(t, twins, ImportOptions{})); got != "0/0/2" {
		t.Error(got)
	}
	if got := counts(r.importText(t, twins+"Well,36.21100,37.14300\n", ImportOptions{})); got != "1/0/2" {
		t.Error("a third one:", got)
	}
}

// TestOneIDForTwoRows: two rows with one id stay two objects, and the one that
// changes is amended.
func TestOneIDForTwoRows(t *testing.T) {
	const text = "osm_id,name,lat,lon\n5,Ward A,36.21100,37.14300\n5,Ward B,36.21900,37.14300\n"
	var r registry
	if s := r.importText(t, text, ImportOptions{}); counts(s) != "2/0/0" || s.Duplicates != 1 {
		t.Fatal(counts(s))
	}
	if got := counts(r.importText(t, strings.Replace(text, "Ward B", "Ward C", 1), ImportOptions{})); got != "0/1/1" {
		t.Error(got)
	}
	if !strings.Contains(string(r.objects[1].Body), "Ward C") || !strings.Contains(string(r.objects[0].Body), "Ward A") {
		t.Error("the wrong one was amended")
	}
}

// TestNumbersOfAnotherList: "id" 1 of one list is not "id" 1 of another.
func TestNumbersOfAnotherList(t *testing.T) {
	var r registry
	r.importText(t, "id,name,lat,lon\n1,Al-Razi,36.21100,37.14300\n", ImportOptions{})
	s := r.importText(t, "id,name,lat,lon\n1,Great Mosque,33.51100,36.30600\n", ImportOptions{})
	if counts(s) != "1/0/0" || codes(s)["id_reused"] != 1 {
		t.Errorf("%s %v", counts(s), codes(s))
	}
	if s = r.importText(t, "id,name,lat,lon\n1,Al-Razi,36.31100,37.14300\n", ImportOptions{}); counts(s) != "0/1/0" {
		t.Error("the same name, moved:", counts(s))
	}
	if s = r.importText(t, "id,name,lat,lon\n1,Ar-Razi New,36.31110,37.14300\n", ImportOptions{}); counts(s) != "0/1/0" {
		t.Error("the same place, renamed:", counts(s))
	}
}

func TestStatesOfWhatIsThere(t *testing.T) {
	var r registry
	r.importText(t, three, ImportOptions{})
	r.objects[0].Withdrawn = true
	s := r.importText(t, three, ImportOptions{})
	if counts(s) != "0/0/3" || codes(s)["withdrawn"] != 1 {
		t.Errorf("withdrawn: %s %v", counts(s), codes(s))
	}
	if s = r.importText(t, strings.Replace(three, "Al-Razi", "Al-Razi Hospital", 1), ImportOptions{}); counts(s) != "0/0/3" || codes(s)["withdrawn"] != 1 {
		t.Errorf("withdrawn and changed in the list: %s %v", counts(s), codes(s))
	}
	old := r.objects[1]
	r.objects[1].Body = bytes.Replace(old.Body, []byte("36.217"), []byte("36.2175"), 1)
	old.Superseded = true
	r.objects = append(r.objects, old)
	if s = r.importText(t, three, ImportOptions{}); counts(s) != "0/0/3" || codes(s)["superseded"] != 1 {
		t.Errorf("an old list: %s %v", counts(s), codes(s))
	}
	for i := range r.objects {
		r.objects[i].Foreign = true
	}
	if s = r.importText(t, three, ImportOptions{}); counts(s) != "3/0/0" || s.Duplicates != 3 {
		t.Errorf("of another author: %s, %d duplicates", counts(s), s.Duplicates)
	}
}

func TestKnownFails(t *testing.T) {
	r := registry{failing: errors.New("the view is behind")}
	emitted := 0
	sum, err := Import(context.Background(), mustOpen(t, "a.csv", three, Options{}), ImportOptions{}, &r, func(Draft) error { emitted++; return nil })
	if !errors.Is(err, r.failing) || emitted > 0 || sum.Rows != 3 {
		t.Errorf("%v after %d drafts", err, emitted)
	}
}

// unread is a register that must not be read.
type unread struct{ t *testing.T }

// Each fails the test.
func (u unread) Each(context.Context, func(Existing) error) error {
	u.t.Error("the register is read though no row is left to compare with it")
	return nil
}

func TestNothingToCompare(t *testing.T) {
	src := mustOpen(t, "a.csv", "name,lat,lon\nx,,\ny,a,b\n", Options{})
	if sum, err := Import(context.Background(), src, ImportOptions{}, unread{t}, nil); err != nil || sum.Rejected != 2 {
		t.Error(err, sum)
	}
}
