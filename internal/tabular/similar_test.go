package tabular

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"truce/geo"
)

func similarity(a, b string) float64 {
	return nameSimilarity(foldNames([]string{a}), foldNames([]string{b}), nil)
}

// TestNamesAcrossSpellings: pairs that people would take for one place, and
// pairs of neighbours that they would not.
func TestNamesAcrossSpellings(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Aleppo University Hospital", "مستشفى حلب الجامعي", true},
		{"Aleppo University Hospital", "Hôpital universitaire d'Alep", true},
		{"مشفى حلب الجامعي", "Hopital universitaire d’Alep", true},
		{"Алеппо, университетская больница", "University Hospital of Aleppo", true},
		{"Al-Razi Hospital", "مستشفى الرازي", true},
		{"Al Razi hosp.", "Ar-Razi Hospital", true},
		{"مستشفى الزملة", "Zemla Hospital", true},
		{"Great Mosque", "Great Mosque of Aleppo", false}, // one names the city, it is told where they are one place
		{"المركز الصحي النعم", "مستشفى النعم", true},
		{"مصحة إيوان الجديدة", "مصحه ايوان الجديده", true},
		{"مُسْتَشْفَى الأُورام مصراتة", "مستشفى أورام مصراته", true},
		{"Koubigou Centre de Santé", "Koubeigou Centre de Sante", true},
		{"Больница № 4", "Лікарня №4", true},
		{"Школа имени Гагарина", "Школа Гагаріна", true},
		{"Sulaiman al-Halabi", "سليمان الحلبي", true},
		{"Mohammed Clinic", "عيادة محمد", true},
		{"School No 4", "School No 5", false},
		{"مدرسة 12", "مدرسة 13", false},
		{"Roro Nord", "Roro Sud", false},
		{"Suq Old Istanbul, Market", "Suq New Istanbul, Market", false},
		{"Beit Basil, House", "Beit Balit, House", false},
		{"مستشفى الرازي", "مستشفى النعم", false},
		{"Hospital", "School", false},
		{"Clinic", "Al-Razi Clinic", false},
		{"Saleh Manga", "Mbaranga", false},
		{"", "Al-Razi", false},
	} {
		if s := similarity(c.a, c.b); (s >= similarName) != c.same {
			t.Errorf("%q and %q: %.2f, want the same: %t (%q, %q)", c.a, c.b, s, c.same, nameWords(c.a), nameWords(c.b))
		}
	}
}

// TestSimilarityIsFair: it lies between 0 and 1, does not depend on the order,
// and a name is like itself.
func TestSimilarityIsFair(t *testing.T) {
	text := rapid.StringMatching(`[a-zA-Zأ-ياа-яії'\- 0-9]{0,24}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		s := similarity(a, b)
		if s < 0 || s > 1 || similarity(b, a)-s > 0.35 {
			t.Fatalf("%q, %q: %g and %g", a, b, s, similarity(b, a))
		}
		if len(nameWords(a)) > 0 && similarity(a, a) != 1 {
			t.Fatalf("%q is not like itself", a)
		}
	})
}

// TestJaroWinkler holds the values of W. E. Winkler, "String Comparator Metrics
// and Enhanced Decision Rules" (1990), table 1, as usually quoted.
func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"martha", "marhta", 0.961}, {"dwayne", "duane", 0.84}, {"dixon", "dicksonx", 0.813}, {"", "a", 0}, {"abc", "xyz", 0}} {
		if got := jaroWinkler(c.a, c.b); got < c.want-0.001 || got > c.want+0.001 {
			t.Errorf("%s, %s: %.4f, want %.3f", c.a, c.b, got, c.want)
		}
	}
}

func TestDuplicates(t *testing.T) {
	const header = "name,type,operator,lat,lon\n"
	const first = "Aleppo University Hospital,hospital,Health Directorate,36.21280,37.11660\n"
	for _, c := range []struct{ row, reason string }{
		{"مستشفى حلب الجامعي,مستشفى,,36.21290,37.11670", "a name that is much alike"},
		{"Hopital universitaire d'Alep,CHU,,36.21290,37.11670", "a name that is much alike"},
		{"Surgical ward,hospital,health directorate,36.21290,37.11670", "the same operator and function"},
		{",hospital,,36.21281,37.11661", "one of them has no name"},
		{",hospital,,36.21320,37.11700", ""},
		{"Aleppo University Hospital,hospital,,36.21480,37.11660", ""},
		{"Aleppo University,school,,36.21290,37.11670", ""},
		{"Blood bank,laboratory,Health Directorate,36.21290,37.11670", ""},
	} {
		sum, _, err := importText(t, header+first+c.row+"\n", ImportOptions{}, nil)
		if err != nil || sum.Accepted != 2 {
			t.Fatal(err, sum)
		}
		if c.reason == "" {
			if sum.Duplicates != 0 {
				t.Errorf("%s: %+v", c.row, sum.Warnings)
			}
			continue
		}
		w := sum.Warnings[len(sum.Warnings)-1]
		if sum.Duplicates != 1 || w.Code != possibleDuplicate || w.Row != 3 || w.Of.Row != 2 || *w.DistanceM > 100 || !strings.Contains(w.Message, c.reason) {
			t.Errorf("%s: %d, %+v", c.row, sum.Duplicates, w)
		}
	}
	sum, _, err := importText(t, header+first+first, ImportOptions{DuplicateM: -1}, nil)
	if err != nil || sum.Duplicates != 0 {
		t.Error("duplicates were not to be looked for", err, sum.Duplicates)
	}
}

// TestGridFindsAllNeighbours: against comparing all with all, at the poles and
// the antimeridian too.
func TestGridFindsAllNeighbours(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, within := range []float64{0.5, 100, 5000} {
		for _, centre := range []geo.Point{{Lat: 36.2, Lon: 37.1}, {Lat: 89.9999, Lon: 10}, {Lat: -89.9999, Lon: 10}, {Lat: 0, Lon: 180}, {Lat: 51.5, Lon: 0}} {
			g := newGrid(within)
			var places []*place
			for range 60 {
				step := 3 * within / 111_000
				p := geo.Point{Lat: centre.Lat + step*(random.Float64()-0.5), Lon: centre.Lon + step*(random.Float64()-0.5)}
				if p.Lat = min(max(p.Lat, -90), 90); p.Lon > 180 {
					p.Lon -= 360
				}
				places = append(places, &place{at: p, located: true})
				g.add(entry{place: places[len(places)-1], row: len(places)})
			}
			for _, p := range places {
				found := map[int]bool{}
				g.near(p, func(e entry) { found[e.row] = true })
				for i, q := range places {
					if geo.Distance(p.at, q.at) <= within && !found[i+1] {
						t.Fatalf("within %g m of %v, %v was not found", within, p.at, q.at)
					}
				}
			}
		}
	}
}

// TestManyAtOnePlace: two thousand rows at one place are compared with a bound, and
// yet the one with a name that stood before is found.
func TestManyAtOnePlace(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("name,lat,lon\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "Tent %d,36.21280,37.11660\n", i)
	}
	b.WriteString("tent 7,36.21280,37.11660\n")
	src := mustOpen(t, "a.csv", b.String(), Options{})
	sum, err := Import(context.Background(), src, ImportOptions{}, nil, nil)
	if err != nil || sum.Accepted != 2001 || sum.Duplicates != 1 || codes(sum)["crowded"] != 1 {
		t.Fatal(err, sum.Duplicates, codes(sum))
	}
	if w := sum.Warnings[len(sum.Warnings)-1]; w.Row != 2002 || w.Of.Row != 9 {
		t.Errorf("%+v", w)
	}
}

// TestNamesMadeToBeSlow: names of many long words cost bounded time, and beyond
// the work allowed only equal names are found.
func TestNamesMadeToBeSlow(t *testing.T) {
	var names []string
	for i := range 20 {
		names = append(names, strings.Repeat(fmt.Sprintf("%s%d ", strings.Repeat("abcdefghij", 5), i), 30))
	}
	names = append(names, strings.Repeat("я", 300))
	folded := foldNames(append([]string{strings.Repeat("Zürich", 60), strings.Repeat("ab cd ", 80)}, names...))
	if len(folded) > maxNames || len(folded) < 2 {
		t.Errorf("%d names", len(folded))
	}
	for _, n := range folded {
		if words := strings.Fields(n); len(words) > maxWords || len(words[0]) > maxLetters+1 {
			t.Errorf("%d words of %d letters", len(words), len(words[0]))
		}
	}
	weights := newWordWeights()
	weights.spent = maxWordPairs
	if s := nameSimilarity([]string{"al razi"}, []string{"ar razi"}, weights); s != 0 {
		t.Errorf("compared beyond the bound: %g", s)
	}
	if s := nameSimilarity([]string{"al razi"}, []string{"al razi"}, weights); s != 1 {
		t.Errorf("equal names are found at any time, not %g", s)
	}
}
