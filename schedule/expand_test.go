package schedule

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
)

const hour = time.Hour

func utc(text string) time.Time {
	t, err := time.Parse("2006-01-02T15:04:05Z", text)
	if err != nil {
		panic(err)
	}
	return t
}

func expand(t *testing.T, r Rule, horizon string) Expansion {
	t.Helper()
	e, err := Expand(r, utc(horizon), 0)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	if len(e.Intervals) > 0 {
		if err := Valid(e.Intervals); err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
	}
	return e
}

func texts(list []Interval) []string {
	out := make([]string, len(list))
	for i, iv := range list {
		out[i] = iv.String()
	}
	return out
}

// TestExpand holds what rules mean on the days where it could be doubted.
func TestExpand(t *testing.T) {
	for _, c := range []struct {
		name     string
		rule     Rule
		horizon  string
		want     []string
		complete bool
	}{
		{"once", Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: 3 * hour}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-11T07:00:00Z/2016-08-11T10:00:00Z"}, true},
		{"the pauses of August 2016", Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: 3 * hour, RRule: "FREQ=DAILY;COUNT=3"}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-11T07:00:00Z/2016-08-11T10:00:00Z", "2016-08-12T07:00:00Z/2016-08-12T10:00:00Z", "2016-08-13T07:00:00Z/2016-08-13T10:00:00Z"}, true},
		{"never ends", Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: 3 * hour, RRule: "FREQ=DAILY"}, "2016-08-13T00:00:00Z",
			[]string{"2016-08-11T07:00:00Z/2016-08-11T10:00:00Z", "2016-08-12T07:00:00Z/2016-08-12T10:00:00Z"}, false},
		{"a start at the horizon is not there", Rule{Start: "2016-08-11T10:00:00", Zone: "UTC", Duration: hour, RRule: "FREQ=DAILY;COUNT=2"}, "2016-08-12T10:00:00Z",
			[]string{"2016-08-11T10:00:00Z/2016-08-11T11:00:00Z"}, false},
		{"UNTIL is an occurrence itself", Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: hour, RRule: "FREQ=DAILY;UNTIL=20160812T070000Z"}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-11T07:00:00Z/2016-08-11T08:00:00Z", "2016-08-12T07:00:00Z/2016-08-12T08:00:00Z"}, true},
		{"until ends all, and cuts what is open", Rule{Start: "2016-08-11T10:00:00", Zone: "UTC", Duration: 3 * hour, RRule: "FREQ=DAILY", Until: "2016-08-12T11:00:00"}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-11T10:00:00Z/2016-08-11T13:00:00Z", "2016-08-12T10:00:00Z/2016-08-12T11:00:00Z"}, true},
		{"nothing starts at until", Rule{Start: "2016-08-11T10:00:00", Zone: "UTC", Duration: hour, RRule: "FREQ=DAILY", Until: "2016-08-12T10:00:00"}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-11T10:00:00Z/2016-08-11T11:00:00Z"}, true},
		{"exceptions and further dates", Rule{Start: "2016-08-11T10:00:00", Zone: "UTC", Duration: hour, RRule: "FREQ=DAILY;COUNT=3",
			ExDates: []string{"2016-08-12T10:00:00"}, RDates: []string{"2016-08-12T15:00:00", "2016-08-11T10:00:00"}}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-11T10:00:00Z/2016-08-11T11:00:00Z", "2016-08-12T15:00:00Z/2016-08-12T16:00:00Z", "2016-08-13T10:00:00Z/2016-08-13T11:00:00Z"}, true},
		{"what touches is one", Rule{Start: "2016-09-12T19:00:00", Zone: "Asia/Damascus", Duration: 48 * hour, RRule: "FREQ=DAILY;INTERVAL=2;COUNT=3"}, "2030-01-01T00:00:00Z",
			[]string{"2016-09-12T16:00:00Z/2016-09-18T16:00:00Z"}, true},
		{"what overlaps is one", Rule{Start: "2016-09-12T19:00:00", Zone: "UTC", Duration: 72 * hour, RRule: "FREQ=DAILY;COUNT=2"}, "2030-01-01T00:00:00Z",
			[]string{"2016-09-12T19:00:00Z/2016-09-16T19:00:00Z"}, true},
		{"leap days", Rule{Start: "2096-02-29T10:00:00", Zone: "UTC", Duration: hour, RRule: "FREQ=YEARLY"}, "2106-01-01T00:00:00Z",
			[]string{"2096-02-29T10:00:00Z/2096-02-29T11:00:00Z", "2104-02-29T10:00:00Z/2104-02-29T11:00:00Z"}, false},
		{"daily over a leap day", Rule{Start: "2016-02-28T23:00:00", Zone: "UTC", Duration: 2 * hour, RRule: "FREQ=DAILY;COUNT=2"}, "2030-01-01T00:00:00Z",
			[]string{"2016-02-28T23:00:00Z/2016-02-29T01:00:00Z", "2016-02-29T23:00:00Z/2016-03-01T01:00:00Z"}, true},
		{"Fridays", Rule{Start: "2016-08-12T12:00:00", Zone: "Asia/Aden", Duration: 48 * hour, RRule: "FREQ=WEEKLY;BYDAY=FR;COUNT=2"}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-12T09:00:00Z/2016-08-14T09:00:00Z", "2016-08-19T09:00:00Z/2016-08-21T09:00:00Z"}, true},
		{"last Friday of the month", Rule{Start: "2016-08-26T12:00:00", Zone: "UTC", Duration: hour, RRule: "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1;COUNT=2"}, "2030-01-01T00:00:00Z",
			[]string{"2016-08-26T12:00:00Z/2016-08-26T13:00:00Z", "2016-09-30T12:00:00Z/2016-09-30T13:00:00Z"}, true},
		{"never again", Rule{Start: "2016-02-29T12:00:00", Zone: "UTC", Duration: hour, RRule: "FREQ=YEARLY;INTERVAL=1000"}, "2199-01-01T00:00:00Z",
			[]string{"2016-02-29T12:00:00Z/2016-02-29T13:00:00Z"}, false},
	} {
		e := expand(t, c.rule, c.horizon)
		if got := texts(e.Intervals); !slices.Equal(got, c.want) || e.Complete != c.complete || e.TZVersion != TZVersion || !e.Horizon.Equal(utc(c.horizon)) {
			t.Errorf("%s: %v, complete %v", c.name, got, e.Complete)
		}
	}
}

// TestDaylightSaving: three hours are three hours, a pause is never dropped for a
// skipped hour, and the first of two equal hours counts.
func TestDaylightSaving(t *testing.T) {
	for _, c := range []struct {
		name, zone, start string
		days              int
		want              []string // starts
	}{
		{"Damascus goes forward at midnight, 25 March 2016: 00:30 is skipped", "Asia/Damascus", "2016-03-24T00:30:00", 3,
			[]string{"2016-03-23T22:30:00Z", "2016-03-24T22:30:00Z", "2016-03-25T21:30:00Z"}},
		{"Damascus goes back at midnight, 28 October 2016: 23:30 comes twice", "Asia/Damascus", "2016-10-26T23:30:00", 3,
			[]string{"2016-10-26T20:30:00Z", "2016-10-27T20:30:00Z", "2016-10-28T21:30:00Z"}},
		{"Damascus stays at +03 from October 2022", "Asia/Damascus", "2022-10-27T10:00:00", 2, []string{"2022-10-27T07:00:00Z", "2022-10-28T07:00:00Z"}},
		{"Damascus in a later winter", "Asia/Damascus", "2024-01-15T10:00:00", 1, []string{"2024-01-15T07:00:00Z"}},
		{"Damascus in an earlier winter", "Asia/Damascus", "2022-01-15T10:00:00", 1, []string{"2022-01-15T08:00:00Z"}},
		{"Kyiv goes forward at 03:00, 27 March 2022", "Europe/Kyiv", "2022-03-26T03:30:00", 3,
			[]string{"2022-03-26T01:30:00Z", "2022-03-27T01:30:00Z", "2022-03-28T00:30:00Z"}},
		{"the first instant after the skipped hour", "Europe/Kyiv", "2022-03-27T04:00:00", 1, []string{"2022-03-27T01:00:00Z"}},
		{"Kyiv goes back at 04:00, 30 October 2022: 03:30 comes twice", "Europe/Kyiv", "2022-10-29T03:30:00", 3,
			[]string{"2022-10-29T00:30:00Z", "2022-10-30T00:30:00Z", "2022-10-31T01:30:00Z"}},
		{"Gaza goes forward at 02:00, 29 April 2023", "Asia/Gaza", "2023-04-28T02:15:00", 3,
			[]string{"2023-04-28T00:15:00Z", "2023-04-29T00:15:00Z", "2023-04-29T23:15:00Z"}},
		{"Gaza goes back at 02:00, 28 October 2023: 01:15 comes twice", "Asia/Gaza", "2023-10-27T01:15:00", 3,
			[]string{"2023-10-26T22:15:00Z", "2023-10-27T22:15:00Z", "2023-10-28T23:15:00Z"}},
		{"Sana'a has no such days", "Asia/Aden", "2023-10-27T01:15:00", 2, []string{"2023-10-26T22:15:00Z", "2023-10-27T22:15:00Z"}},
	} {
		r := Rule{Start: c.start, Zone: c.zone, Duration: 3 * hour, RRule: "FREQ=DAILY;COUNT=" + itoa(c.days)}
		var want []string
		for _, from := range c.want {
			want = append(want, Interval{From: utc(from), Until: utc(from).Add(3 * hour)}.String())
		}
		if got := texts(expand(t, r, "2050-01-01T00:00:00Z").Intervals); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.name, got, want)
		}
	}
}

// TestHours: where an hour is skipped, two local hours are one instant; where one
// comes twice, the rule has the first.
func TestHours(t *testing.T) {
	r := Rule{Start: "2022-03-27T01:00:00", Zone: "Europe/Kyiv", Duration: 10 * time.Minute, RRule: "FREQ=HOURLY;COUNT=5"}
	want := []string{"2022-03-26T23:00:00Z", "2022-03-27T00:00:00Z", "2022-03-27T01:00:00Z", "2022-03-27T02:00:00Z"}
	for i, iv := range expand(t, r, "2050-01-01T00:00:00Z").Intervals {
		if i >= len(want) || !iv.From.Equal(utc(want[i])) {
			t.Errorf("forward: %d is %s", i, iv)
		}
	}
	r.Start = "2022-10-30T02:00:00"
	want = []string{"2022-10-29T23:00:00Z", "2022-10-30T00:00:00Z", "2022-10-30T02:00:00Z", "2022-10-30T03:00:00Z", "2022-10-30T04:00:00Z"}
	for i, iv := range expand(t, r, "2050-01-01T00:00:00Z").Intervals {
		if i >= len(want) || !iv.From.Equal(utc(want[i])) {
			t.Errorf("back: %d is %s", i, iv)
		}
	}
}

// TestRefused: each with its place and, so that nobody waits, at once.
func TestRefused(t *testing.T) {
	base := Rule{Start: "2016-08-11T10:00:00", Zone: "Asia/Damascus", Duration: hour}
	with := func(rule string) Rule { r := base; r.RRule = rule; return r }
	long := strings.TrimSuffix(strings.Repeat("1,", 300), ",")
	seconds := "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23"
	cases := map[string]struct {
		rule  Rule
		field string
		code  truce.Code
	}{
		"every second":             {with("FREQ=SECONDLY"), "/rrule", truce.CodeInvalid},
		"every minute":             {with("FREQ=MINUTELY;COUNT=3"), "/rrule", truce.CodeInvalid},
		"a list of seconds":        {with("FREQ=DAILY;BYHOUR=10;BYMINUTE=" + seconds + ";BYSECOND=" + seconds), "/rrule", truce.CodeTooLarge},
		"every second of an hour":  {with("FREQ=HOURLY;BYSECOND=" + seconds), "/rrule", truce.CodeTooLarge},
		"huge COUNT":               {with("FREQ=DAILY;COUNT=1000000000"), "/rrule", truce.CodeTooLarge},
		"COUNT past int":           {with("FREQ=DAILY;COUNT=99999999999999999999"), "/rrule", truce.CodeInvalid},
		"COUNT of none":            {with("FREQ=DAILY;COUNT=0"), "/rrule", truce.CodeTooLarge},
		"too many":                 {with("FREQ=HOURLY;BYMINUTE=0,20"), "/rrule", truce.CodeTooLarge},
		"INTERVAL of none":         {with("FREQ=DAILY;INTERVAL=0"), "/rrule", truce.CodeInvalid},
		"INTERVAL below none":      {with("FREQ=DAILY;INTERVAL=-1"), "/rrule", truce.CodeInvalid},
		"INTERVAL past all":        {with("FREQ=DAILY;INTERVAL=9999999"), "/rrule", truce.CodeInvalid},
		"COUNT and UNTIL":          {with("FREQ=DAILY;COUNT=3;UNTIL=20170101T000000Z"), "/rrule", truce.CodeInvalid},
		"UNTIL without zone":       {with("FREQ=DAILY;UNTIL=20170101T000000"), "/rrule", truce.CodeInvalid},
		"UNTIL as a day":           {with("FREQ=DAILY;UNTIL=20170101"), "/rrule", truce.CodeInvalid},
		"no FREQ":                  {with("COUNT=3"), "/rrule", truce.CodeInvalid},
		"FREQ twice":               {with("FREQ=DAILY;FREQ=HOURLY"), "/rrule", truce.CodeInvalid},
		"with its name":            {with("RRULE:FREQ=DAILY"), "/rrule", truce.CodeInvalid},
		"two lines":                {with("FREQ=DAILY\nFREQ=DAILY"), "/rrule", truce.CodeInvalid},
		"DTSTART inside":           {with("FREQ=DAILY;DTSTART=20160101T000000Z"), "/rrule", truce.CodeInvalid},
		"Easter":                   {with("FREQ=YEARLY;BYEASTER=0"), "/rrule", truce.CodeInvalid},
		"empty part":               {with("FREQ=DAILY;"), "/rrule", truce.CodeInvalid},
		"too long":                 {with("FREQ=YEARLY;BYYEARDAY=" + long), "/rrule", truce.CodeTooLarge},
		"a value twice":            {with("FREQ=DAILY;BYHOUR=10,10"), "/rrule", truce.CodeInvalid},
		"a day twice":              {with("FREQ=WEEKLY;BYDAY=TH,TH"), "/rrule", truce.CodeInvalid},
		"BYSETPOS of nothing":      {with("FREQ=DAILY;BYSETPOS=1"), "/rrule", truce.CodeInvalid},
		"BYSETPOS of none":         {with("FREQ=DAILY;BYHOUR=10;BYSETPOS=0"), "/rrule", truce.CodeInvalid},
		"BYSETPOS past all":        {with("FREQ=DAILY;BYHOUR=10;BYSETPOS=300"), "/rrule", truce.CodeInvalid},
		"BYSETPOS by the hour":     {with("FREQ=HOURLY;BYMINUTE=0;BYSETPOS=300"), "/rrule", truce.CodeInvalid},
		"53rd Monday of a month":   {with("FREQ=MONTHLY;BYDAY=53MO"), "/rrule", truce.CodeInvalid},
		"second Monday of a week":  {with("FREQ=WEEKLY;BYDAY=2MO"), "/rrule", truce.CodeInvalid},
		"WKST with a number":       {with("FREQ=WEEKLY;WKST=2MO"), "/rrule", truce.CodeInvalid},
		"30 February":              {with("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "/rrule", truce.CodeInvalid},
		"daily on 30 February":     {with("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "/rrule", truce.CodeInvalid},
		"hourly on 30 February":    {with("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"), "/rrule", truce.CodeInvalid},
		"an hour never reached":    {with("FREQ=HOURLY;INTERVAL=2;BYHOUR=11"), "/rrule", truce.CodeInvalid},
		"the start is not in it":   {with("FREQ=WEEKLY;BYDAY=FR"), "/rrule", truce.CodeInvalid},
		"days of the year by week": {with("FREQ=WEEKLY;BYYEARDAY=224"), "/rrule", truce.CodeInvalid},
		"month 13":                 {with("FREQ=YEARLY;BYMONTH=13"), "/rrule", truce.CodeInvalid},
	}
	set := func(name, field string, code truce.Code, change func(*Rule)) {
		r := with("FREQ=DAILY")
		change(&r)
		cases[name] = struct {
			rule  Rule
			field string
			code  truce.Code
		}{r, field, code}
	}
	set("no zone", "/zone", truce.CodeInvalid, func(r *Rule) { r.Zone = "" })
	set("zone of the machine", "/zone", truce.CodeInvalid, func(r *Rule) { r.Zone = "Local" })
	set("a path", "/zone", truce.CodeInvalid, func(r *Rule) { r.Zone = "Asia/../Asia/Damascus" })
	set("a folder", "/zone", truce.CodeInvalid, func(r *Rule) { r.Zone = "Asia/" })
	set("letter case", "/zone", truce.CodeInvalid, func(r *Rule) { r.Zone = "asia/damascus" })
	set("no duration", "/duration", truce.CodeInvalid, func(r *Rule) { r.Duration = 0 })
	set("half a second", "/duration", truce.CodeInvalid, func(r *Rule) { r.Duration = time.Second / 2 })
	set("for ever", "/duration", truce.CodeInvalid, func(r *Rule) { r.Duration = 1 << 62 })
	set("an offset", "/start", truce.CodeInvalid, func(r *Rule) { r.Start = "2016-08-11T10:00:00+03:00" })
	set("no such day", "/start", truce.CodeInvalid, func(r *Rule) { r.Start = "2015-02-29T10:00:00" })
	set("24 o'clock", "/start", truce.CodeInvalid, func(r *Rule) { r.Start = "2016-08-11T24:00:00" })
	set("fractions", "/start", truce.CodeInvalid, func(r *Rule) { r.Start = "2016-08-11T10:00:00.5" })
	set("long ago", "/start", truce.CodeInvalid, func(r *Rule) { r.Start = "1648-10-24T10:00:00" })
	set("ends before", "/until", truce.CodeInvalid, func(r *Rule) { r.Until = "2016-08-11T10:00:00" })
	set("until what", "/until", truce.CodeInvalid, func(r *Rule) { r.Until = "tomorrow" })
	set("exception of nothing", "/exDates/1", truce.CodeInvalid, func(r *Rule) { r.ExDates = []string{"2016-08-12T10:00:00", "2016-08-12T10:30:00"} })
	set("many exceptions", "/exDates", truce.CodeTooLarge, func(r *Rule) { r.ExDates = make([]string, 100_000) })
	set("many dates", "/rDates", truce.CodeTooLarge, func(r *Rule) { r.RDates = make([]string, 100_000) })
	set("a date that is none", "/rDates/0", truce.CodeInvalid, func(r *Rule) { r.RDates = []string{"2016-13-01T00:00:00"} })
	set("all taken away", "/exDates", truce.CodeInvalid, func(r *Rule) { r.RRule, r.ExDates = "", []string{r.Start} })
	for name, c := range cases {
		_, err := Expand(c.rule, utc("2016-12-31T00:00:00Z"), 0)
		e, ok := errors.AsType[*truce.Error](err)
		if !ok || e.Field != c.field || e.Code != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Expand(base, utc("9999-01-01T00:00:00Z"), 0); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("a horizon past all: %v", err)
	}
}

// TestMost: the bound is on occurrences, and exactly as many are given.
func TestMost(t *testing.T) {
	r := Rule{Start: "2016-08-11T10:00:00", Zone: "Europe/Kyiv", Duration: hour, RRule: "FREQ=DAILY;UNTIL=20160820T235959Z"}
	if e, err := Expand(r, utc("2050-01-01T00:00:00Z"), 10); err != nil || len(e.Intervals) != 10 || !e.Complete {
		t.Errorf("ten of ten: %d, %v", len(e.Intervals), err)
	}
	if _, err := Expand(r, utc("2050-01-01T00:00:00Z"), 9); truce.CodeOf(err) != truce.CodeTooLarge {
		t.Errorf("ten where nine are the most: %v", err)
	}
	if e, err := Expand(r, utc("2016-08-11T00:00:00Z"), 9); err != nil || len(e.Intervals) != 0 || e.Complete {
		t.Errorf("before the start: %+v, %v", e, err)
	}
}
