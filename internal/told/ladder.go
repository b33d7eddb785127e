package told

import (
	"encoding/json"
	"slices"
	"time"

	"truce"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// Level is a rung of the ladder of acknowledgement (domain.md 2.6). The words are
// not steps of agreement: who noted it has not undertaken anything.
type Level string

// The levels, in the order of the ladder.
const (
	Received   Level = "received"
	ReadBack   Level = "readBack"
	Relayed    Level = "relayed"
	Loaded     Level = "loaded"
	Noted      Level = "noted"
	WillComply Level = "willComply"
	Objects    Level = "objects"
)

// Levels lists them in order.
func Levels() []Level {
	return []Level{Received, ReadBack, Relayed, Loaded, Noted, WillComply, Objects}
}

var levelOf = map[truce.Kind]Level{truce.AckReceive: Received, truce.AckReadBack: ReadBack, truce.AckRelay: Relayed, truce.AckLoad: Loaded,
	truce.AckNote: Noted, truce.AckComply: WillComply, truce.AckObject: Objects}

// Step is one acknowledgement.
type Step struct {
	Level     Level         `json:"level"`
	Party     truce.PartyID `json:"party"`
	Entry     int64         `json:"entry"`
	At        time.Time     `json:"at"`                // log time, UTC
	Version   string        `json:"version,omitempty"` // statement id that it is bound to; absent for a whole feed
	UpTo      int64         `json:"upTo,omitempty"`    // log size that it is bound to, for a whole feed
	Newest    bool          `json:"newest"`            // it covers the version that the party was told last
	Desk      string        `json:"desk,omitempty"`
	Echelon   string        `json:"echelon,omitempty"`
	Method    string        `json:"method,omitempty"`
	ToEchelon string        `json:"toEchelon,omitempty"` // relayed: to which
	Pack      string        `json:"pack,omitempty"`      // loaded: hash of the pack
	PackSize  int64         `json:"packSize,omitempty"`  // loaded: log size that it was made at
	Entered   string        `json:"entered,omitempty"`   // readBack: the coordinate as stored
	Reason    string        `json:"reason,omitempty"`    // objects: why
	Text      string        `json:"text,omitempty"`
}

// Attempt is one attempt to deliver.
type Attempt struct {
	Entry    int64     `json:"entry"`
	At       time.Time `json:"at"` // log time, UTC
	Delivery string    `json:"delivery"`
	Channel  string    `json:"channel"`
	Desk     string    `json:"desk,omitempty"`
	Version  string    `json:"version,omitempty"`
	Reason   string    `json:"reason"`
	Why      string    `json:"why,omitempty"`
	Number   int       `json:"attempt"`
	Outcome  string    `json:"outcome"`
	Detail   string    `json:"detail,omitempty"`
}

// Standing is where one recipient stands with one subject.
type Standing struct {
	Party     truce.PartyID `json:"party"`
	Role      truce.Role    `json:"role"`
	Told      bool          `json:"told"`              // it was told, and is told still
	Version   string        `json:"version,omitempty"` // statement id that it was told last
	ToldEntry int64         `json:"toldEntry"`         // entry that told it; -1 when it never was
	ToldAt    *time.Time    `json:"toldAt,omitempty"`  // log time, UTC
	What      string        `json:"what,omitempty"`    // see view.ToldNew and the others
	Ended     *time.Time    `json:"ended,omitempty"`   // it is told no more since then
	Behind    bool          `json:"behind"`            // nothing of it covers the newest telling
	Since     *time.Time    `json:"since,omitempty"`   // unacknowledged since then
	Echelons  []string      `json:"echelons"`          // that answered for the newest telling, in order of their answers
	Relayed   []string      `json:"relayed"`           // echelons that it says it passed the newest telling on to
	Silent    []string      `json:"silent"`            // echelons with a desk of the party, or that it was passed on to, that have not answered
	Steps     []Step        `json:"steps"`             // in the order of the log
	Attempts  []Attempt     `json:"attempts"`          // in the order of the log
}

// Has reports whether the newest telling was answered on that level.
func (s *Standing) Has(l Level) bool {
	return slices.ContainsFunc(s.Steps, func(x Step) bool { return x.Level == l && x.Newest })
}

// First is the time of the first answer to the newest telling, zero when there is none.
func (s *Standing) First() time.Time {
	for _, x := range s.Steps {
		if x.Newest {
			return x.At
		}
	}
	return time.Time{}
}

// Standings says of every party that takes part or took part where it stands,
// those that were never told too: they are the gap. The owner is not among them,
// nor auditors, who see hashes only. They stand in the order of the parties.
func (h *History) Standings(owner truce.PartyID) ([]*Standing, error) {
	var out []*Standing
	for i := range h.Parties {
		p := &h.Parties[i]
		if p.ID == owner || p.Role == truce.RoleAuditor {
			continue
		}
		s, err := h.standing(p)
		if err != nil {
			return nil, err
		}
		if s.ToldEntry == truce.NoEntry && !p.Active() {
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

func (h *History) standing(p *truce.PartyState) (*Standing, error) {
	s := &Standing{Party: p.ID, Role: p.Role, ToldEntry: truce.NoEntry, Echelons: []string{}, Relayed: []string{}, Silent: []string{}, Steps: []Step{}, Attempts: []Attempt{}}
	lines := h.lines(p)
	for _, t := range lines {
		s.tell(t)
	}
	for _, said := range h.Said {
		if said.Party != p.ID {
			continue
		}
		if err := s.hear(said, lines); err != nil {
			return nil, err
		}
	}
	s.hearFeed(h.Feeds[p.ID], lines)
	slices.SortStableFunc(s.Steps, func(a, b Step) int { return int(a.Entry - b.Entry) })
	s.conclude()
	if s.Told {
		s.hush(h.Desks[p.ID])
	}
	return s, nil
}

// hush lists the echelons that have not answered for the newest telling.
func (s *Standing) hush(desks []*inbox.Desk) {
	silent := slices.Clone(s.Relayed)
	for _, d := range desks {
		if !d.Withdrawn {
			silent = append(silent, d.Content.Echelon)
		}
	}
	for _, e := range silent {
		if !slices.Contains(s.Echelons, e) && !slices.Contains(s.Silent, e) {
			s.Silent = append(s.Silent, e)
		}
	}
}

// HideDesks keeps of the echelons that have not answered those that the party itself
// told of, by saying that it passed it on to them.
func (s *Standing) HideDesks() {
	s.Silent = slices.DeleteFunc(s.Silent, func(e string) bool { return !slices.Contains(s.Relayed, e) })
}

// tell works one line of the feed into the standing.
func (s *Standing) tell(t view.Telling) {
	if t.What == view.ToldEnded || t.What == view.ToldErased {
		s.Told, s.Ended = false, moment(t.At)
	} else {
		s.Told, s.Ended = true, nil
	}
	s.Version, s.ToldEntry, s.ToldAt, s.What = t.Version, t.Entry, moment(t.At), t.What
}

// hear works an acknowledgement or a delivery into the standing.
func (s *Standing) hear(said inbox.Said, lines []view.Telling) error {
	if said.Kind == truce.DeliveryRecord {
		return s.attempt(said)
	}
	if !isAck(said.Kind) {
		return nil
	}
	step, err := stepOf(said)
	if err != nil {
		return err
	}
	step.Newest = s.covers(step, lines)
	s.Steps = append(s.Steps, step)
	return nil
}

// hearFeed works acknowledgements of the whole feed into the standing: the first
// that covers the newest telling, of each level and desk. The others are about
// what was told before.
func (s *Standing) hearFeed(steps []Step, lines []view.Telling) {
	type by struct {
		level                   Level
		desk, echelon, to, pack string
	}
	var heard map[by]bool
	for _, step := range steps {
		of := by{step.Level, step.Desk, step.Echelon, step.ToEchelon, step.Pack}
		if !s.covers(step, lines) || heard[of] {
			continue
		}
		if heard == nil {
			heard = map[by]bool{}
		}
		heard[of], step.Newest = true, true
		s.Steps = append(s.Steps, step)
	}
}

// stepOf reads an acknowledgement.
func stepOf(said inbox.Said) (Step, error) {
	a, err := answerOf(said)
	if err != nil {
		return Step{}, err
	}
	step := Step{Level: levelOf[said.Kind], Party: said.Party, Entry: said.Entry, At: said.At, Version: a.Version, Desk: a.Desk, Echelon: a.Echelon, Method: a.Method,
		ToEchelon: a.ToEchelon, Pack: a.Pack, PackSize: a.Entries, Reason: a.Reason, Text: a.Text}
	if a.Coord != nil {
		step.Entered = a.Coord.Entered
	}
	if a.UpTo != nil {
		step.UpTo = a.UpTo.Entries
	}
	return step, nil
}

// covers reports whether an acknowledgement is about what the party was told last:
// it names that version and was made after the telling, or a whole feed up to a
// size of the log in which that telling stands. A pack that was made before does
// not hold it.
func (s *Standing) covers(step Step, lines []view.Telling) bool {
	if len(lines) == 0 {
		return false
	}
	last := lines[len(lines)-1].Entry
	if step.Level == Loaded && step.PackSize <= last {
		return false
	}
	if step.UpTo > 0 {
		return step.UpTo > last
	}
	return step.Version == s.Version && step.Entry > last
}

func (s *Standing) attempt(said inbox.Said) error {
	var d delivery
	if err := json.Unmarshal(said.Body, &d); err != nil {
		return truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", said.Entry)
	}
	s.Attempts = append(s.Attempts, Attempt{Entry: said.Entry, At: said.At, Delivery: d.Delivery, Channel: d.Channel, Desk: d.Desk, Version: d.Version,
		Reason: d.Reason, Why: d.Why, Number: d.Attempt, Outcome: d.Outcome, Detail: d.Detail})
	return nil
}

// conclude says what is missing.
func (s *Standing) conclude() {
	for _, x := range s.Steps {
		if x.Newest && x.Echelon != "" && !slices.Contains(s.Echelons, x.Echelon) {
			s.Echelons = append(s.Echelons, x.Echelon)
		}
		if x.Newest && x.ToEchelon != "" && !slices.Contains(s.Relayed, x.ToEchelon) {
			s.Relayed = append(s.Relayed, x.ToEchelon)
		}
	}
	if s.ToldEntry == truce.NoEntry {
		return
	}
	if s.First().IsZero() {
		s.Behind, s.Since = true, s.ToldAt
	}
}
