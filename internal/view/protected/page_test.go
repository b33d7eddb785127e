package protected

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"truce"
	"truce/internal/store"
)

// many registers n sites of two owners in one transaction.
func many(l *log, n int) {
	l.update(func(tx store.Tx) error {
		l.tx = tx
		defer func() { l.tx = nil }()
		for i := range n {
			l.say(truce.SiteRegister, []string{msf, opy}[i%2], fmt.Sprintf("site-%d", n-i), site("37.1"))
		}
		return nil
	})
}

func subjects(page []*Object) (out []string) {
	for _, o := range page {
		out = append(out, o.Subject)
	}
	return out
}

func TestPages(t *testing.T) {
	l := newLog(t)
	const n = pageSize + 20
	many(l, n)
	if all := l.all(truce.Now); len(all) != n || all[0].Subject != fmt.Sprint("site-", n) || all[n-1].Subject != "site-1" {
		t.Fatalf("%d objects, want %d in order of entry", len(all), n)
	}
	l.say(truce.SiteAmend, msf, "site-1", site("37.3"))
	l.say(truce.ReleaseGive, cell, "site-3", `{"recipients":["party-x"]}`)
	l.say(truce.AreaRegister, msf, "area-a", `{}`)
	l.view(func(r store.Reader) error {
		ctx := context.Background()
		for _, c := range []struct {
			name   string
			asOf   int64
			filter Filter
			after  int64
			limit  int
			want   string
		}{
			{"the first two", truce.Now, Filter{}, truce.NoEntry, 2, "site-520 site-519"},
			{"the next two", truce.Now, Filter{}, 1, 2, "site-518 site-517"},
			{"the last", truce.Now, Filter{}, n - 2, 9, "site-1 area-a"},
			{"as known before the area", n + 2, Filter{}, n - 2, 9, "site-1"},
			{"areas", truce.Now, Filter{Object: "area"}, truce.NoEntry, 9, "area-a"},
			{"an owner's", truce.Now, Filter{Owner: opy}, truce.NoEntry, 2, "site-519 site-517"},
			{"a recipient's", truce.Now, Filter{Recipient: opx}, truce.NoEntry, 9, "site-3"},
			{"nobody's", truce.Now, Filter{Owner: "nobody"}, truce.NoEntry, 9, ""},
			{"an owner's areas", truce.Now, Filter{Object: "area", Owner: msf}, truce.NoEntry, 9, "area-a"},
		} {
			page, err := l.v.Page(ctx, r, c.asOf, c.filter, c.after, c.limit)
			if got := strings.Join(subjects(page), " "); err != nil || got != c.want {
				t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
			}
		}
		return nil
	})
}

func TestVersionsAndChanged(t *testing.T) {
	l := newLog(t)
	many(l, 3) // site-3, site-2, site-1
	l.say(truce.SiteAmend, msf, "site-1", site("37.3"))
	l.say(truce.ChallengeOpen, opx, "site-2", `{"reason":"closed","text":"t"}`)
	l.say(truce.SiteWithdraw, msf, "site-1", `{"reason":"closed"}`)
	l.say(truce.EraseContent, msf, "site-3", `{"reason":"legal"}`)
	l.view(func(r store.Reader) error {
		ctx := context.Background()
		all, err := l.v.Versions(ctx, r, "site-1", truce.Now, truce.NoEntry, 10)
		if err != nil || len(all) != 3 || string(all[0].Body) != site("37.1") || string(all[1].Body) != site("37.3") || all[2].Act != "withdraw" {
			t.Errorf("versions %+v, %v", all, err)
		}
		then, err := l.v.Versions(ctx, r, "site-1", 5, 2, 10)
		if err != nil || len(then) != 1 || then[0].Entry != 3 {
			t.Errorf("versions after 2 as known at 5: %+v, %v", then, err)
		}
		for _, c := range []struct {
			from, asOf int64
			want       []string
		}{
			{0, truce.Now, []string{"site-1", "site-2", "site-3"}}, {3, 4, []string{"site-1"}}, {4, 6, []string{"site-1", "site-2"}},
			{6, 7, []string{"site-3"}}, {0, 1, nil}, {7, truce.Now, nil},
		} {
			if got, err := l.v.Changed(ctx, r, c.from, c.asOf); err != nil || !slices.Equal(got, c.want) {
				t.Errorf("changed from %d to %d: %v, %v; want %v", c.from, c.asOf, got, err, c.want)
			}
		}
		if got, err := l.v.Entries(ctx, r, "site-3", truce.Now); err != nil || !slices.Equal(got, []int64{6}) {
			t.Errorf("entries of what was erased: %v, %v", got, err)
		}
		if got, err := l.v.Entries(ctx, r, "site-1", 4); err != nil || !slices.Equal(got, []int64{2, 3}) {
			t.Errorf("entries as known at 4: %v, %v", got, err)
		}
		return nil
	})
}

// TestWhatSpeaksOfNoObject: entries of other kinds and erased ones pass by.
func TestWhatSpeaksOfNoObject(t *testing.T) {
	l := newLog(t)
	l.say(truce.PartyEnrol, cell, "cell", `{}`)
	e := l.entry(truce.SiteRegister, msf, "site-a", site("37.1"))
	e.Envelope, e.Statement = nil, nil
	l.apply(e)
	l.say(truce.ReleaseGive, cell, "never-registered", `{"recipients":["party-x"]}`)
	if got := l.all(truce.Now); len(got) != 0 || l.head("cell") != nil {
		t.Errorf("objects %v", got)
	}
}

// BenchmarkRegister measures Apply of a site.register in one transaction.
func BenchmarkRegister(b *testing.B) {
	l := newLog(b)
	body := site("37.1")
	l.update(func(tx store.Tx) error {
		e := l.entry(truce.SiteRegister, msf, "x", body, "role:party")
		b.ResetTimer()
		for i := range b.N {
			e.Number, e.ID, e.Statement.Subject = int64(i), idOf(int64(i)), "s"+idOf(int64(i))[:20]
			if _, err := l.v.Apply(context.Background(), tx, e); err != nil {
				return err
			}
		}
		b.StopTimer()
		return nil
	})
}
