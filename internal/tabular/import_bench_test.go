package tabular

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// manyRows is a list of n facilities spread over a country, as a table.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("osm_id,name,amenity,operator,lat,lon,country,adm1\n")
	kinds := []string{"hospital", "clinic", "Hôpital de District", "مستشفى", "school"}
	for i := range n {
		fmt.Fprintf(&b, "%d,Facility %d of %s,%s,Ministry of Health,%.6f,%.6f,Mali,Kayes\n",
			4000000+i, i, []string{"Sidi Ibrahim", "حلب الجديدة", "Bamako"}[i%3], kinds[i%len(kinds)],
			12+float64(i%1000)*0.00731, 3+float64(i/1000)*0.01113)
	}
	return b.String()
}

// BenchmarkImport drafts 100,000 rows, comparisons included.
func BenchmarkImport(b *testing.B) {
	const rows = 100_000
	text := manyRows(rows)
	b.ReportAllocs()
	for b.Loop() {
		src := mustOpen(b, "list.csv", text, Options{})
		sum, err := Import(context.Background(), src, ImportOptions{}, nil, func(Draft) error { return nil })
		if err != nil || sum.Accepted != rows {
			b.Fatal(err, sum.Accepted, sum.Errors)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
