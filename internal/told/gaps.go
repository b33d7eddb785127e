package told

import (
	"slices"
	"time"

	"truce"
)

// Subject is an object that somebody can be told of.
type Subject struct {
	ID        string        `json:"subject"`
	Kind      string        `json:"kind"`  // site, area, movement, window, agreement
	Owner     truce.PartyID `json:"owner"` // party that registered it
	Entry     int64         `json:"entry"` // of the version in force
	Emergency bool          `json:"-"`     // of movements
}

// Waiting is a party on whom an answer is waited for.
type Waiting struct {
	Party   truce.PartyID `json:"party"`
	Version string        `json:"version"`  // statement id that it was told last
	Since   time.Time     `json:"since"`    // when it was told, by log time, UTC
	Entry   int64         `json:"entry"`    // that told it
	Tried   int           `json:"attempts"` // deliveries on record
}

// Gap is what is missing in the telling of one subject.
type Gap struct {
	Subject
	NotTold        []truce.PartyID `json:"notTold"`        // parties to the conflict and guarantors that do not know of it
	ToldNoMore     []truce.PartyID `json:"toldNoMore"`     // were told once
	Unacknowledged []Waiting       `json:"unacknowledged"` // were told and have not answered what they were told last
	NotLoaded      []truce.PartyID `json:"notLoaded"`      // no desk of theirs says that a pack with the newest version is in use
	Objecting      []truce.PartyID `json:"objecting"`      // object to what they were told last
	Silent         []Silent        `json:"silent"`         // parties of which some echelons have not answered
}

// Silent are the echelons of a party that have not answered what it was told last.
type Silent struct {
	Party    truce.PartyID `json:"party"`
	Echelons []string      `json:"echelons"`
	Version  string        `json:"version"` // statement id that it was told last
	Since    time.Time     `json:"since"`   // when it was told, by log time, UTC
	relayed  []string
}

// HideDesks keeps the echelons that the party itself told of, see Standing.HideDesks.
func (g *Gap) HideDesks() {
	for i := range g.Silent {
		s := &g.Silent[i]
		s.Echelons = slices.DeleteFunc(slices.Clone(s.Echelons), func(e string) bool { return !slices.Contains(s.relayed, e) })
	}
	g.Silent = slices.DeleteFunc(g.Silent, func(s Silent) bool { return len(s.Echelons) == 0 })
}

// Gap says what is missing for a subject.
func (q *Reading) Gap(s Subject) (*Gap, error) {
	h, err := q.History(s.ID)
	if err != nil {
		return nil, err
	}
	standings, err := h.Standings(s.Owner)
	if err != nil {
		return nil, err
	}
	g := &Gap{Subject: s, NotTold: []truce.PartyID{}, ToldNoMore: []truce.PartyID{}, Unacknowledged: []Waiting{}, NotLoaded: []truce.PartyID{}, Objecting: []truce.PartyID{}, Silent: []Silent{}}
	for _, x := range standings {
		g.add(x)
	}
	if truce.AgreementObject(s.ID) != "" {
		g.NotTold = []truce.PartyID{}   // nobody has to know of it but its parties, and they are told
		g.NotLoaded = []truce.PartyID{} // packs hold places
	}
	return g, nil
}

func (g *Gap) add(x *Standing) {
	switch {
	case x.ToldEntry == truce.NoEntry:
		if x.Role == truce.RoleParty || x.Role == truce.RoleGuarantor {
			g.NotTold = append(g.NotTold, x.Party)
		}
		return
	case !x.Told:
		g.ToldNoMore = append(g.ToldNoMore, x.Party)
	case x.Role == truce.RoleParty && !x.Has(Loaded):
		g.NotLoaded = append(g.NotLoaded, x.Party)
	}
	if x.Behind {
		g.Unacknowledged = append(g.Unacknowledged, Waiting{Party: x.Party, Version: x.Version, Since: *x.Since, Entry: x.ToldEntry, Tried: len(x.Attempts)})
	}
	if len(x.Silent) > 0 {
		g.Silent = append(g.Silent, Silent{x.Party, x.Silent, x.Version, *x.ToldAt, x.Relayed})
	}
	if x.Has(Objects) {
		g.Objecting = append(g.Objecting, x.Party)
	}
}

// Empty reports whether nothing is missing.
func (g *Gap) Empty() bool {
	return len(g.NotTold)+len(g.ToldNoMore)+len(g.Unacknowledged)+len(g.NotLoaded)+len(g.Objecting)+len(g.Silent) == 0
}
