package holds

import (
	"time"

	"truce"
)

// AgreementBrief is where one agreement stands, as it is told beside the
// protections of a check: the whole of it is told by its id.
type AgreementBrief struct {
	ID            string            `json:"id"`
	Title         string            `json:"title"`
	Class         string            `json:"class"`
	State         State             `json:"state"`
	AgreedByAll   bool              `json:"agreedByAll"`
	Acceptance    map[string]string `json:"acceptance"`
	InForceFrom   *time.Time        `json:"inForceFrom,omitempty"`
	InForceUntil  *time.Time        `json:"inForceUntil,omitempty"`
	EndUnknown    bool              `json:"endUnknown"`
	Clauses       []Clause          `json:"clauses"`               // those that apply at the place and time
	NotExpanded   []string          `json:"notExpanded,omitempty"` // clauses whose signed instants end before that time: whether they apply is not known
	Parts         []Part            `json:"parts,omitempty"`       // of a period, those in which it binds somebody
	Version       string            `json:"version"`
	Entry         int64             `json:"entry"`
	Status        truce.Status      `json:"status"`
	Exercise      bool              `json:"exercise"`
	Retrospective bool              `json:"retrospective"`
}

// WindowBrief is where one window stands, as AgreementBrief.
type WindowBrief struct {
	ID            string            `json:"id"`
	Title         string            `json:"title"`
	Kind          string            `json:"kind"`
	State         State             `json:"state"`
	Open          bool              `json:"open"` // by its signed schedule alone
	AgreedByAll   bool              `json:"agreedByAll"`
	Acceptance    map[string]string `json:"acceptance"`
	Ready         bool              `json:"ready"`
	Missing       []string          `json:"missing"`
	Until         *time.Time        `json:"until,omitempty"`
	Next          *time.Time        `json:"next,omitempty"`
	Horizon       *time.Time        `json:"horizon,omitempty"` // the signed instants reach up to here and the rule goes on; absent = they are all
	Prohibits     []string          `json:"prohibits"`
	DistanceM     float64           `json:"distanceM"`
	AreaStated    bool              `json:"areaStated"`
	Parts         []Part            `json:"parts,omitempty"` // of a period, those in which it is open
	Agreement     string            `json:"agreement,omitempty"`
	Version       string            `json:"version"`
	Entry         int64             `json:"entry"`
	Status        truce.Status      `json:"status"`
	Exercise      bool              `json:"exercise"`
	Retrospective bool              `json:"retrospective"`
}

// Applies reports whether the agreement binds somebody at the time, or in some part
// of the period, asked about.
func (a *AgreementBrief) Applies() bool { return a.State.Binding() || len(a.Parts) > 0 }

// Applies reports whether the window is open at the time, or in some part of the
// period, asked about: by its signed schedule, whoever has agreed to it.
func (w *WindowBrief) Applies() bool { return w.Open || len(w.Parts) > 0 }

// Applies reports whether any agreement binds somebody or any window is open at the
// time, or in some part of the period, asked about.
func (a *Answer) Applies() bool {
	return Applying(a.Brief()) > 0
}

// Applying counts those that apply.
func Applying(agreements []AgreementBrief, windows []WindowBrief) (n int) {
	for i := range agreements {
		if agreements[i].Applies() {
			n++
		}
	}
	for i := range windows {
		if windows[i].Applies() {
			n++
		}
	}
	return n
}

// Brief is the answer in the form that checks tell; lists are never nil. A version
// that stays in force while a newer one is not accepted stands before that one.
func (a *Answer) Brief() (agreements []AgreementBrief, windows []WindowBrief) {
	agreements, windows = make([]AgreementBrief, 0, len(a.Agreements)), make([]WindowBrief, len(a.Windows))
	for i := range a.Agreements {
		if former := a.Agreements[i].Former; former != nil {
			agreements = append(agreements, former.brief())
		}
		agreements = append(agreements, a.Agreements[i].brief())
	}
	for i := range a.Windows {
		windows[i] = a.Windows[i].brief()
	}
	return agreements, windows
}

func (a *Agreement) brief() AgreementBrief {
	var beyond []string
	for _, g := range a.Gaps {
		if g.Code == "pastHorizon" {
			beyond = append(beyond, g.Clause)
		}
	}
	return AgreementBrief{NotExpanded: beyond, ID: a.ID, Title: a.Title, Class: a.Class, State: a.State, AgreedByAll: a.AgreedByAll, Acceptance: a.Acceptance,
		InForceFrom: a.InForceFrom, InForceUntil: a.InForceUntil, EndUnknown: a.EndUnknown, Clauses: a.Clauses, Parts: a.Parts, Version: a.Version,
		Entry: a.Entry, Status: a.Status, Exercise: a.Exercise, Retrospective: a.Retrospective}
}

func (w *Window) brief() WindowBrief {
	return WindowBrief{ID: w.ID, Title: w.Title, Kind: w.Kind, State: w.State, Open: w.Open, AgreedByAll: w.AgreedByAll, Acceptance: w.Acceptance,
		Ready: w.Ready, Missing: w.Missing, Until: w.Until, Next: w.Next, Horizon: w.Horizon, Prohibits: w.Prohibits, DistanceM: w.DistanceM, AreaStated: w.AreaStated, Parts: w.Parts,
		Agreement: w.Agreement, Version: w.Version, Entry: w.Entry, Status: w.Status, Exercise: w.Exercise, Retrospective: w.Retrospective}
}
