package api

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/compose"
)

// TestFeedManyReaders: more readers than the database has connections for wait for
// each other, and none of them for ever.
func TestFeedManyReaders(t *testing.T) {
	w, v1 := tellingWorld(t)
	w.state(truce.SiteAmend, "aid", "site-a", bare(36.3, 37.1), compose.Replaces(v1.ID))
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var group sync.WaitGroup
	errs := make([]error, 64)
	for i := range errs {
		group.Go(func() {
			for range 5 {
				items, err := w.api.Lines(ctx, auth.Viewer{Party: "army", Role: truce.RoleParty}, truce.NoEntry, 100)
				if err == nil && (len(items) != 2 || items[1].Statement == nil || len(items[1].Changes) != 1) {
					err = errors.New("the feed is not whole")
				}
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// TestTellingHidesDesks: of alarms too an owner reads neither desks nor what was said
// in words, and of echelons only those that the party told of itself.
func TestTellingHidesDesks(t *testing.T) {
	w, v1 := tellingWorld(t)
	for id, echelon := range map[string]string{"desk-hq": "headquarters", "desk-air": "air"} {
		w.state(truce.DeskRegister, "army", id, map[string]any{"name": "Liaison", "echelon": echelon})
	}
	w.state(truce.AckRelay, "army", "site-a", map[string]any{"version": v1.ID, "echelon": "headquarters", "toEchelon": "brigade"})
	alarm := w.state(truce.AlarmRaise, "aid", "site-a", map[string]any{"what": "under-fire"})
	w.state(truce.AckReceive, "army", "site-a", map[string]any{"version": alarm.ID, "desk": "desk-hq", "text": "secret words"})
	w.state(truce.DeliveryRecord, "cell", "site-a", map[string]any{"recipient": "army", "desk": "desk-air", "channel": "voice", "version": alarm.ID, "reason": "alarm",
		"delivery": "d", "attempt": 1, "outcome": "failed", "detail": "nobody at the line"})
	for who, hidden := range map[string]bool{"aid": true, "cell": false} {
		r := w.get("/v1/tellings/site-a", who)
		for _, kept := range []string{"desk-hq", "desk-air", "secret words", "nobody at the line", `"air"`} {
			if strings.Contains(string(r.body), kept) == hidden {
				t.Errorf("%s reads %q: %v", who, kept, !hidden)
			}
		}
		var v TellingView
		if err := json.Unmarshal(r.body, &v); err != nil || len(v.Gap.Silent) != 1 || !strings.Contains(strings.Join(v.Gap.Silent[0].Echelons, " "), "brigade") {
			t.Errorf("%s: %+v, %v", who, v.Gap, err)
		}
	}
}
