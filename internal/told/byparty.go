package told

import (
	"cmp"
	"slices"
	"time"

	"truce"
)

// Lack is what is missing in the telling of one party, over many objects.
type Lack struct {
	Party     truce.PartyID `json:"party"`
	NotTold   []string      `json:"notTold"`   // subjects that it does not know of, where it is a party to the conflict or a guarantor
	Waiting   []Lacking     `json:"waiting"`   // what it was told and did not answer, or not at every echelon; the oldest first
	NotLoaded []string      `json:"notLoaded"` // subjects that no pack holds that it says is in use
	Objecting []string      `json:"objecting"` // subjects to which it objects
}

// Lacking is one thing that a party has not answered at every echelon.
type Lacking struct {
	Subject        string    `json:"subject"`
	Kind           string    `json:"kind"`
	Version        string    `json:"version"` // statement id that it was told last
	Since          time.Time `json:"since"`   // when it was told, by log time, UTC
	Unacknowledged bool      `json:"unacknowledged"`
	Attempts       int       `json:"attempts"`
	Echelons       []string  `json:"echelons"` // that have not answered
}

// ByParty turns gaps round: what is missing with each party, those with the most
// unanswered first.
func ByParty(gaps []*Gap) []*Lack {
	all := map[truce.PartyID]*Lack{}
	of := func(p truce.PartyID) *Lack {
		if all[p] == nil {
			all[p] = &Lack{Party: p, NotTold: []string{}, Waiting: []Lacking{}, NotLoaded: []string{}, Objecting: []string{}}
		}
		return all[p]
	}
	for _, g := range gaps {
		for _, p := range g.NotTold {
			of(p).NotTold = append(of(p).NotTold, g.ID)
		}
		for _, p := range g.NotLoaded {
			of(p).NotLoaded = append(of(p).NotLoaded, g.ID)
		}
		for _, p := range g.Objecting {
			of(p).Objecting = append(of(p).Objecting, g.ID)
		}
		for _, w := range g.Unacknowledged {
			of(w.Party).Waiting = append(of(w.Party).Waiting, Lacking{g.ID, g.Kind, w.Version, w.Since, true, w.Tried, []string{}})
		}
		for _, s := range g.Silent {
			of(s.Party).silent(g, s)
		}
	}
	out := make([]*Lack, 0, len(all))
	for _, l := range all {
		slices.SortStableFunc(l.Waiting, func(a, b Lacking) int { return a.Since.Compare(b.Since) })
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *Lack) int { return cmp.Or(b.unanswered()-a.unanswered(), cmp.Compare(a.Party, b.Party)) })
	return out
}

// silent adds echelons to what waits, or what waits at echelons alone.
func (l *Lack) silent(g *Gap, s Silent) {
	if i := slices.IndexFunc(l.Waiting, func(w Lacking) bool { return w.Subject == g.ID }); i >= 0 {
		l.Waiting[i].Echelons = s.Echelons
		return
	}
	l.Waiting = append(l.Waiting, Lacking{Subject: g.ID, Kind: g.Kind, Version: s.Version, Since: s.Since, Echelons: s.Echelons})
}

func (l *Lack) unanswered() (n int) {
	for _, w := range l.Waiting {
		if w.Unacknowledged {
			n++
		}
	}
	return n
}

// Of is the gap with one party alone.
func (g *Gap) Of(p truce.PartyID) *Gap {
	only := func(all []truce.PartyID) []truce.PartyID {
		if slices.Contains(all, p) {
			return []truce.PartyID{p}
		}
		return []truce.PartyID{}
	}
	out := &Gap{Subject: g.Subject, NotTold: only(g.NotTold), ToldNoMore: only(g.ToldNoMore), NotLoaded: only(g.NotLoaded), Objecting: only(g.Objecting), Unacknowledged: []Waiting{}, Silent: []Silent{}}
	for _, w := range g.Unacknowledged {
		if w.Party == p {
			out.Unacknowledged = append(out.Unacknowledged, w)
		}
	}
	for _, s := range g.Silent {
		if s.Party == p {
			out.Silent = append(out.Silent, s)
		}
	}
	return out
}
