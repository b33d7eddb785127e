package check

import (
	"math/rand/v2"
	"testing"
	"time"
)

func TestUTCSecond(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5_000 {
		want := time.Unix(r.Int64N(253_402_300_800+62_167_219_200)-62_167_219_200, 0).UTC()
		text := want.Format(time.RFC3339)
		got, ok := utcSecond([]byte(text))
		if ok != (want.Day() <= 28) || ok && got != want.UnixMilli() {
			t.Fatalf("%s is read as %d, %v", text, got, ok)
		}
	}
}
