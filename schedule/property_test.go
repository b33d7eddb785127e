package schedule

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var someZones = []string{"Asia/Damascus", "Europe/Kyiv", "Asia/Gaza", "Asia/Aden", "UTC", "Africa/Casablanca", "Australia/Lord_Howe",
	"America/St_Johns", "Pacific/Apia", "Africa/Khartoum", "Asia/Pyongyang", "America/Havana"}

// someRule draws a rule whose start is its first occurrence.
func someRule(t *rapid.T) Rule {
	start := time.Unix(rapid.Int64Range(-200_000_000, 2_500_000_000).Draw(t, "start"), 0).UTC().Truncate(15 * time.Minute)
	r := Rule{Start: start.Format(localForm), Zone: rapid.SampledFrom(someZones).Draw(t, "zone"),
		Duration: time.Duration(rapid.IntRange(1, 50*60).Draw(t, "minutes")) * time.Minute}
	days := []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"}
	other := days[(int(start.Weekday())+rapid.IntRange(1, 6).Draw(t, "day"))%7]
	n := rapid.IntRange(1, 3).Draw(t, "interval")
	r.RRule = rapid.SampledFrom([]string{
		"", fmt.Sprintf("FREQ=DAILY;INTERVAL=%d", n), fmt.Sprintf("FREQ=DAILY;COUNT=%d", 7*n),
		fmt.Sprintf("FREQ=WEEKLY;BYDAY=%s,%s", days[start.Weekday()], other),
		"FREQ=MONTHLY", fmt.Sprintf("FREQ=HOURLY;INTERVAL=%d", 5*n),
	}).Draw(t, "rule")
	return r
}

// TestPrefix: followed further, a rule says the same of the time before.
func TestPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := someRule(t)
		begin, _ := time.Parse(localForm, r.Start)
		b := begin.Add(time.Duration(rapid.IntRange(0, 90*24).Draw(t, "b")) * hour)
		c := b.Add(time.Duration(rapid.IntRange(0, 90*24).Draw(t, "c")) * hour)
		short, err1 := Expand(r, b, 0)
		long, err2 := Expand(r, c, 0)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		first := time.Time{}
		if !slices.Equal(short.Between(first, b), long.Between(first, b)) {
			t.Fatalf("before %s: %v, then %v", b, texts(short.Intervals), texts(long.Intervals))
		}
		joined := merge(append(long.Between(first, b), long.Between(b, c)...))
		if !slices.Equal(joined, long.Between(first, c)) {
			t.Fatalf("cut at %s: %v, whole %v", b, texts(joined), texts(long.Between(first, c)))
		}
	})
}

// TestEdges: no gap and no overlap at an edge; At, Next, Overlaps and Between say
// one thing.
func TestEdges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := someRule(t)
		begin, _ := time.Parse(localForm, r.Start)
		e, err := Expand(r, begin.Add(40*24*hour), 0)
		if err != nil || Valid(e.Intervals) != nil {
			t.Fatal(err, Valid(e.Intervals))
		}
		iv := rapid.SampledFrom(e.Intervals).Draw(t, "interval")
		for edge, open := range map[time.Time]bool{iv.From: true, iv.From.Add(-time.Second): false, iv.Until: false, iv.Until.Add(-time.Second): true} {
			if in, got := e.At(edge); in != open || open && got != iv {
				t.Fatalf("at %s of %s: open %v", edge, iv, in)
			}
		}
		agree(t, e, iv.From.Add(time.Duration(rapid.Int64Range(-100, 300_000).Draw(t, "seconds"))*time.Second))
	})
}

func agree(t *rapid.T, e Expansion, at time.Time) {
	in, _ := e.At(at)
	if in != e.Overlaps(at, at.Add(time.Second)) || in != (len(e.Between(at, at.Add(time.Second))) == 1) {
		t.Fatalf("at %s: At %v, Overlaps and Between otherwise", at, in)
	}
	change, opens, ok := e.Next(at)
	if !ok {
		if in {
			t.Fatalf("at %s: open, and never closes", at)
		}
		return
	}
	if !change.After(at) || opens == in {
		t.Fatalf("at %s, open %v: next at %s, opens %v", at, in, change, opens)
	}
	just, _ := e.At(change.Add(-time.Second))
	then, _ := e.At(change)
	if just != in || then != opens || !in && e.Overlaps(at, change) {
		t.Fatalf("between %s and %s something changes", at, change)
	}
}

// TestLocalTimes: a local time that exists once is that instant and no other;
// twice, it is the earlier; skipped, it takes the offset from before.
func TestLocalTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone, err := Zone(rapid.SampledFrom(someZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		local := time.Unix(rapid.Int64Range(-2_000_000_000, 6_000_000_000).Draw(t, "local"), 0).UTC()
		if near := time.Unix(rapid.Int64Range(0, 2_000_000_000).Draw(t, "near"), 0).In(zone); rapid.Bool().Draw(t, "near a change") {
			if _, end := near.ZoneBounds(); !end.IsZero() {
				local = time.Unix(end.Unix()+int64(offsetAt(end)/time.Second)+rapid.Int64Range(-9000, 9000).Draw(t, "by"), 0).UTC()
			}
		}
		clock := &wallClock{zone: zone}
		want := slowInstant(local, zone)
		for range 2 { // the second time from what it remembers
			if got := clock.instant(local); !got.Equal(want) {
				t.Fatalf("%s in %s: %s, want %s", local.Format(localForm), zone, got, want)
			}
		}
	})
}

// slowInstant tries every offset that the zone has within two days.
func slowInstant(local time.Time, zone *time.Location) time.Time {
	var first, before time.Time
	for d := -2 * 24 * hour; d <= 2*24*hour; d += 15 * time.Minute {
		read := local.Add(-offsetAt(local.Add(d).In(zone)))
		if exists := read.In(zone).Format(localForm) == local.Format(localForm); exists && (first.IsZero() || read.Before(first)) {
			first = read
		}
		if before.IsZero() || read.After(before) {
			before = read // of a skipped time: the smaller offset, which is the one before
		}
	}
	if first.IsZero() {
		return before
	}
	return first
}

// TestAgainstAWalk holds the expansion against a walk over every minute of local
// time that asks the rule's words, without rrule-go.
func TestAgainstAWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 2500).Draw(t, "day")).
			Add(time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * hour)
		days := rapid.SliceOfDistinct(rapid.IntRange(0, 6), rapid.ID[int]).Draw(t, "days")
		weeks := rapid.IntRange(1, 3).Draw(t, "weeks")
		list, zone := chosen(start, days), rapid.SampledFrom(someZones).Draw(t, "zone")
		r := Rule{Start: start.Format(localForm), Zone: zone, Duration: 37 * time.Minute,
			RRule: fmt.Sprintf("FREQ=WEEKLY;INTERVAL=%d;BYDAY=%s", weeks, strings.Join(list, ","))}
		e, err := Expand(r, start.AddDate(0, 0, 60), 0)
		if err != nil {
			t.Fatal(err)
		}
		loc, _ := Zone(zone)
		var want []time.Time
		monday := start.AddDate(0, 0, -(int(start.Weekday())+6)%7)
		for local := start; local.Before(start.AddDate(0, 0, 70)); local = local.AddDate(0, 0, 1) {
			week := int(local.Sub(monday).Hours()) / (24 * 7)
			at := slowInstant(local, loc)
			if week%weeks == 0 && slices.Contains(list, dayName(local)) && at.Before(e.Horizon) {
				want = append(want, at)
			}
		}
		slices.SortFunc(want, time.Time.Compare)
		var got []time.Time
		for _, iv := range e.Intervals {
			got = append(got, iv.From)
		}
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%+v: %v, want %v", r, got, want)
		}
	})
}

func dayName(t time.Time) string { return strings.ToUpper(t.Weekday().String()[:2]) }

func chosen(start time.Time, days []int) []string {
	list := []string{dayName(start)}
	for _, d := range days {
		if name := dayName(time.Date(2016, 5, 1+d, 0, 0, 0, 0, time.UTC)); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func TestIntervalText(t *testing.T) {
	iv := Interval{From: utc("2016-08-11T07:00:00Z"), Until: utc("2016-08-11T10:00:00Z")}
	data, err := json.Marshal([]Interval{iv})
	var back []Interval
	if err != nil || string(data) != `["2016-08-11T07:00:00Z/2016-08-11T10:00:00Z"]` || json.Unmarshal(data, &back) != nil || back[0] != iv {
		t.Fatalf("%s, %v, %v", data, err, back)
	}
	for _, bad := range []string{"", "/", "2016-08-11T07:00:00Z", "2016-08-11T10:00:00Z/2016-08-11T10:00:00Z", "2016-08-11T10:00:00Z/2016-08-11T07:00:00Z",
		"2016-08-11T07:00:00+00:00/2016-08-11T10:00:00Z", "2016-08-11T07:00:00Z/PT3H", "2016-08-11T07:00:00.0Z/2016-08-11T10:00:00Z",
		"2016-08-11T07:00:00Z/2016-08-11T10:00:00Z/", strings.Repeat("2", 100_000)} {
		if err := new(Interval).UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%.60q was read", bad)
		}
	}
}

func TestValid(t *testing.T) {
	one := Interval{From: utc("2016-08-11T07:00:00Z"), Until: utc("2016-08-11T10:00:00Z")}
	touching := Interval{From: one.Until, Until: one.Until.Add(hour)}
	for name, list := range map[string][]Interval{"none": nil, "twice": {one, one}, "touching": {one, touching}, "turned": {{one.Until, one.From}},
		"nothing": {{one.From, one.From}}, "fractions": {{one.From.Add(1), one.Until}}, "order": {touching, one}, "many": make([]Interval, MaxInstants+1)} {
		if Valid(list) == nil {
			t.Errorf("%s: valid", name)
		}
	}
}

// TestTZVersion: the file is the one that it says it is, wherever the Go at hand
// has that version too.
func TestTZVersion(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("there is no go command here")
	}
	lib := filepath.Join(strings.TrimSpace(string(root)), "lib", "time")
	script, err := os.ReadFile(filepath.Join(lib, "update.bash"))
	if err != nil {
		t.Skip("this Go comes without lib/time")
	}
	if !strings.Contains(string(script), "\nDATA="+TZVersion+"\n") {
		t.Skip("this Go has another version of the tz database: think of an update")
	}
	theirs, err := os.ReadFile(filepath.Join(lib, "zoneinfo.zip"))
	if err != nil || !slices.Equal(theirs, zoneinfo) {
		t.Errorf("zoneinfo.zip is not version %s: %v", TZVersion, err)
	}
}
