package told

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/geo"
)

// TestLadder: an answer counts for the telling that it was given to, and no
// level stands for another.
func TestLadder(t *testing.T) {
	g := newReg(t)
	v1 := g.say(truce.SiteRegister, "aid", "site-a", hospital)
	if s := g.standing("army", "site-a"); s.Told || s.ToldEntry != truce.NoEntry || s.Behind {
		t.Fatalf("nobody told it: %+v", s)
	}
	g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army"]}`)
	if s := g.standing("army", "site-a"); !s.Told || s.Version != v1 || !s.Behind || !s.Since.Equal(start.Add(time.Minute)) {
		t.Fatalf("after the release: %+v", s)
	}
	g.say(truce.AckReceive, "army", "site-a", `{"version":"`+v1+`","echelon":"headquarters","method":"voice"}`)
	s := g.standing("army", "site-a")
	if s.Behind || !s.Has(Received) || s.Has(Noted) || s.Has(WillComply) || s.Has(Loaded) || !slices.Equal(s.Echelons, []string{"headquarters"}) {
		t.Fatalf("after it was received: %+v", s)
	}
	v2 := g.say(truce.SiteAmend, "aid", "site-a", strings.Replace(hospital, "36.2", "36.3", 1))
	s = g.standing("army", "site-a")
	if !s.Behind || s.Version != v2 || s.Has(Received) || len(s.Steps) != 1 {
		t.Fatalf("after an amendment the old answer counts no more, and stays: %+v", s)
	}
	g.say(truce.AckReceive, "army", "army", `{"upTo":{"entries":`+fmt.Sprint(g.size)+`,"root":"x"}}`)
	if s = g.standing("army", "site-a"); s.Behind || !s.Has(Received) {
		t.Fatalf("after all was acknowledged: %+v", s)
	}
	g.say(truce.AckLoad, "army", "site-a", `{"version":"`+v2+`","pack":"sha256:x","entries":3}`)
	if g.standing("army", "site-a").Has(Loaded) {
		t.Fatal("a pack made before the amendment does not hold it")
	}
	g.say(truce.AckLoad, "army", "site-a", `{"version":"`+v2+`","pack":"sha256:y","entries":`+fmt.Sprint(g.size)+`}`)
	if !g.standing("army", "site-a").Has(Loaded) {
		t.Fatal("a pack made after it does")
	}
	g.say(truce.ReleaseEnd, "aid", "site-a", `{"recipients":["army"]}`)
	if s = g.standing("army", "site-a"); s.Told || s.Ended == nil || !s.Behind {
		t.Fatalf("the end is a telling too: %+v", s)
	}
}

// TestGap: who was never told, who did not answer, who objects.
func TestGap(t *testing.T) {
	g := newReg(t)
	v1 := g.say(truce.SiteRegister, "aid", "site-a", hospital, "role:monitor")
	g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army","chair"]}`)
	g.say(truce.AckObject, "army", "site-a", `{"version":"`+v1+`","reason":"function-disputed"}`)
	g.say(truce.DeliveryRecord, "cell", "site-a", `{"recipient":"chair","version":"`+v1+`","channel":"email","reason":"release","delivery":"d","attempt":1,"outcome":"failed"}`)
	subject := Subject{ID: "site-a", Kind: "site", Owner: "aid"}
	g.reading(truce.Now, func(q *Reading) {
		gap, err := q.Gap(subject)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(gap.NotTold, []string{"group"}) || !slices.Equal(gap.Objecting, []string{"army"}) || !slices.Equal(gap.NotLoaded, []string{"army"}) {
			t.Errorf("%+v", gap)
		}
		if len(gap.Unacknowledged) != 2 || gap.Unacknowledged[0].Party != "chair" || gap.Unacknowledged[0].Tried != 1 || gap.Unacknowledged[1].Party != "watch" {
			t.Errorf("%+v", gap.Unacknowledged)
		}
	})
	g.reading(1, func(q *Reading) { // as known before the release
		gap, err := q.Gap(subject)
		if err != nil || !slices.Equal(gap.NotTold, []string{"army", "group", "chair"}) || len(gap.Objecting) != 0 {
			t.Errorf("%+v, %v", gap, err)
		}
	})
}

// TestBox: what a party was told, subject by subject, and not what others were.
func TestBox(t *testing.T) {
	g := newReg(t)
	a := g.say(truce.SiteRegister, "aid", "site-a", hospital)
	g.say(truce.SiteRegister, "aid", "site-b", hospital, "role:party")
	g.say(truce.SiteRegister, "aid", "site-c", hospital)
	g.say(truce.ReleaseGive, "aid", "site-a", `{"recipients":["army"]}`)
	g.say(truce.AckReceive, "army", "site-a", `{"version":"`+a+`"}`)
	g.say(truce.AckReceive, "group", "site-b", `{"version":"`+id(1)+`"}`)
	box := func(party string) string {
		var out []string
		g.reading(truce.Now, func(q *Reading) {
			b, err := q.Box(q.Party(party))
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range b.Items {
				out = append(out, fmt.Sprint(i.Subject, " ", i.What, " ", i.Behind))
			}
		})
		return strings.Join(out, ", ")
	}
	for party, want := range map[string]string{"army": "site-b new true, site-a new false", "group": "site-b new false", "watch": ""} {
		if got := box(party); got != want {
			t.Errorf("%s: %q, want %q", party, got, want)
		}
	}
	g.say(truce.EraseContent, "aid", "site-a", `{"reason":"operator-risk"}`, "party:army")
	if got := box("army"); got != "site-b new true, site-a erased true" {
		t.Errorf("after an erasure: %q", got)
	}
}

func TestRules(t *testing.T) {
	for _, r := range Defaults() {
		again, err := ParseRule(r.String())
		if err != nil || again != r {
			t.Errorf("%q reads as %+v, %v", r, again, err)
		}
	}
	for _, bad := range []string{"", "A movement is to be received within 4h", "A tank is to be received within 4h; else the desk is reminded.",
		"A movement is to be approved within 4h; else the desk is reminded.", "A movement is to be received within 0s; else the desk is reminded.",
		"A movement is to be received within 9999999h; else the desk is reminded.", "A movement is to be received within 4h; else fire."} {
		if _, err := ParseRule(bad); truce.CodeOf(err) != truce.CodeInvalid || truce.HintOf(err) == "" {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := ParseRules("# timers\n\nA site is to be received within 1h; else the desk is reminded.\nnonsense"); err == nil || !strings.Contains(err.Error(), "line 4") {
		t.Errorf("%v", err)
	}
}

// TestCompare: a read-back in the recipient's notation is held against what is
// registered, no more strictly than its digits allow; a slip is found out.
func TestCompare(t *testing.T) {
	s := geo.PointShape(geo.Point{Lat: 36.212777, Lon: 37.116666}, 0)
	for _, c := range []struct {
		entered string
		matches bool
		slip    string
	}{
		{"36.212777, 37.116666", true, ""}, {"36.21278, 37.11667", true, ""}, {`36°12'46"N 37°7'0"E`, true, ""}, {"37S CA 30743 09136", false, ""},
		{"36.2128, 37.1267", false, ""}, {"36.2, 37.1", false, "coarse"}, {"37.116666, 36.212777", false, "swapped"}, {"36.1246, 37.0700", false, "dms_as_decimal"},
	} {
		got, err := Compare(c.entered, s)
		if err != nil || got.Matches != c.matches || c.slip != "" && got.Slip != c.slip {
			t.Errorf("%q: %+v, %v", c.entered, got, err)
		}
	}
	if _, err := Compare("nowhere", s); truce.CodeOf(err) != truce.CodeInvalid {
		t.Errorf("%v", err)
	}
}

func FuzzParseRule(f *testing.F) {
	f.Add("A movement is to be received within 4h; else the desk is reminded.")
	f.Add("an emergency movement is to be read back within 1h5m; else the seniors are told")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRule(s)
		if err != nil {
			return
		}
		if again, err := ParseRule(r.String()); err != nil || again != r {
			t.Fatalf("%q: %+v, %v", s, again, err)
		}
	})
}
