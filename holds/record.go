package holds

import (
	"encoding/json"
	"time"

	"truce"
)

// Record is everything known of one agreement or window at one log size. It is not
// changed once a model was made of it.
type Record struct {
	Subject   string
	Object    string // "agreement" or "window"
	Owner     truce.PartyID
	Status    truce.Status
	First     int64     // entry that registered it
	Withdrawn time.Time // when its registration was taken back, UTC; zero while it stands
	Versions  []Version // in order of entry
	Said      []Said    // what was said about it, in order of entry; not what is void
	Tests     []Test    // of lines of desks, where they come with the record; else those of Model.Tested count
	Facts     *Facts    // who it concerns; nil where only those ask who may know of it
}

// Facts are what decides what an asker may know of a record.
type Facts struct {
	Owner    truce.PartyID
	Audience truce.Audience  // of the newest version
	Parties  []truce.PartyID // named in it, or bound by any
}

// Version is one version of an agreement or window. Its content is either Body, as it
// was signed, or was read already. Of versions that share their terms the content of
// the newest counts: those before it may have none.
type Version struct {
	Entry     int64           // number in the log
	ID        string          // statement id
	Author    truce.PartyID   // party that said it
	At        time.Time       // when it was received, UTC, by the log's clock
	Terms     int64           // entry of the first version with the same terms, without another between
	Audience  truce.Audience  // who could know of the subject while it was the newest
	Hidden    bool            // the asker could not: at that time it is told nothing of the subject
	Body      json.RawMessage // of an agreement or window
	Agreement *truce.AgreementContent
	Window    *truce.WindowContent
}

// Said is one statement about an agreement or window. Its content is either Body, as it
// was signed, or was read already.
type Said struct {
	Entry  int64
	ID     string
	Kind   truce.Kind
	Author truce.PartyID
	At     time.Time // UTC, by the log's clock
	Terms  int64     // Terms of the version that it speaks about
	Body   json.RawMessage
	Act    *truce.ActContent
	Need   *truce.BudgetContent // of window.need
}

// Sight says what an asker may know.
type Sight interface {
	// Of is how much it may know of what has those facts.
	Of(f *Facts) Extent
}

// Extent is how much an asker may know of a record. The zero Extent is nothing.
type Extent struct {
	Known  bool // that it is there, and what is told to all who may know that
	Inner  bool // texts and clauses that are for the parties alone
	People bool // numbers of people in reciprocal steps
	Desks  bool // who tried a line of a duty desk
}

// everything is what is known of a record to those who hold it.
var everything = Extent{true, true, true, true}

// terms reads the content of a version of an agreement.
func (v *Version) terms(at places) (*terms, error) {
	c := v.Agreement
	if c == nil {
		c = &truce.AgreementContent{}
		if err := json.Unmarshal(v.Body, c); err != nil {
			return nil, err
		}
	}
	return readTerms(c, at)
}

func (v *Version) window(at places) (*windowTerms, error) {
	c := v.Window
	if c == nil {
		c = &truce.WindowContent{}
		if err := json.Unmarshal(v.Body, c); err != nil {
			return nil, err
		}
	}
	return readWindow(c, at)
}

// stated reports whether the version brings a content.
func (v *Version) stated() bool { return v.Agreement != nil || v.Window != nil || v.Body != nil }

// content reads what was said.
func (s *Said) content() (*truce.ActContent, *truce.BudgetContent, error) {
	if s.Act != nil {
		return s.Act, s.Need, nil
	}
	act := &truce.ActContent{}
	if err := json.Unmarshal(s.Body, act); err != nil || s.Kind != truce.WindowNeed {
		return act, nil, err
	}
	need := &truce.BudgetContent{}
	return act, need, json.Unmarshal(s.Body, need)
}
