package inforce

import (
	"testing"
	"time"
)

// What a movement waits for: the window that its need was stated for, and what is
// attested on it; nothing of windows that it does not use.
func TestMovement(t *testing.T) {
	early, late := time.Date(2016, 8, 10, 0, 0, 0, 0, time.UTC), time.Date(2016, 8, 11, 0, 0, 0, 0, time.UTC)
	need := []Feasibility{{Movement: "movement-1"}}
	a := &Answer{Windows: []Window{
		{ID: "window-1", Open: true, Feasibility: need, Gates: []Gate{{Code: "times", Met: true}, {Code: "acceptance", Party: "b", Since: &late}, {Code: "contact", Party: "b", Since: &early},
			{Code: "attestation", Of: "s1", Party: "c", Since: &late}}},
		{ID: "window-2", Open: true, Ready: true, Feasibility: need, Gates: []Gate{{Code: "times", Met: true}}},
		{ID: "window-3", Open: false, Ready: true, Feasibility: need},
		{ID: "window-4", Open: true, Ready: true},
	}}
	got := a.Movement("movement-1")
	if len(got) != 4 {
		t.Fatalf("%+v", got)
	}
	if c := got[0]; c.What != "windows" || c.Met || len(c.Waiting) != 1 || c.Waiting[0] != "b" || !c.Since.Equal(early) || c.Detail != "window-1" {
		t.Errorf("%+v", c)
	}
	if c := got[1]; c.What != "attested" || c.Met || c.Waiting[0] != "c" {
		t.Errorf("%+v", c)
	}
	if !got[2].Met || got[3].Met {
		t.Errorf("an open and ready window, and one that is not open: %+v", got[2:])
	}
	if other := a.Movement("movement-2"); other != nil {
		t.Errorf("%+v", other)
	}
}
