package holds

import (
	"encoding/json"
	"time"

	"truce"
)

// Answer is what holds at a place and a time. Its JSON form is stable; lists are
// never null.
type Answer struct {
	LogSize       int64         `json:"logSize"`         // number of entries it knows
	At            time.Time     `json:"at"`              // the time asked about, or the beginning of the period, UTC
	Until         *time.Time    `json:"until,omitempty"` // end of the period asked about, UTC, exclusive; absent for an instant
	Retrospective bool          `json:"retrospective"`   // some of it was registered after the time asked about
	Prohibitions  []Prohibition `json:"prohibitions"`    // acts that are prohibited here then, by clauses and windows in force
	Agreements    []Agreement   `json:"agreements"`      // those that concern the place, whatever their state; in force first
	Windows       []Window      `json:"windows"`         // those that concern the place; open first
	Conflicts     []Conflict    `json:"conflicts"`       // between clauses that apply here then; shown, not resolved
	Notice        string        `json:"notice"`          // for a person; filled in by the surface that shows it
}

// Prohibition is one act that is prohibited, and by what.
type Prohibition struct {
	Act         string          `json:"act"` // see truce.ActCodes
	Agreement   string          `json:"agreement,omitempty"`
	Clause      string          `json:"clause,omitempty"`
	Window      string          `json:"window,omitempty"`
	Parties     []truce.PartyID `json:"parties"`         // those bound by it, by their own signed acceptance or announcement
	AgreedByAll bool            `json:"agreedByAll"`     // every party whose acceptance is needed has accepted
	Until       *time.Time      `json:"until,omitempty"` // UTC, exclusive; absent = no end is known
	Exceptions  []string        `json:"exceptions"`      // see truce.ExceptionCodes
	Pointer     string          `json:"pointer,omitempty"`
	Parts       []Part          `json:"parts,omitempty"` // see Part
}

// Part is one part of the period asked about in which something applies: an
// agreement binds, a clause holds, a window is open. Answers about a period have
// parts, those about an instant have none. The parts of one thing are in order and
// have no instant in common; in what lies between two it does not apply.
type Part struct {
	From        time.Time       `json:"from"`  // UTC, inclusive
	Until       time.Time       `json:"until"` // UTC, exclusive
	State       State           `json:"state"`
	Bound       []truce.PartyID `json:"bound"`
	AgreedByAll bool            `json:"agreedByAll"`
	Ready       bool            `json:"ready,omitempty"`  // of windows: every condition is met, as far as is known
	Coarse      bool            `json:"coarse,omitempty"` // it may apply at some time in it: there were too many parts to tell (maxParts)
}

// State is where an agreement or a window stands.
type State string

// The states of agreements.
const (
	Proposed    State = "proposed"    // registered, and not accepted by everyone whose acceptance is needed
	Reported    State = "reported"    // said by others to be agreed by those who have signed nothing here; binds nobody here
	Agreed      State = "agreed"      // accepted by all of them, not in force yet
	InForce     State = "inForce"     // binds every signatory
	PartlyForce State = "partlyForce" // binds two signatories or more, not all
	Declared    State = "declared"    // declared by one side, which alone is bound
	Suspended   State = "suspended"   // fewer than two are bound: somebody has suspended it
	Denounced   State = "denounced"   // fewer than two are bound: somebody has left it
	Lapsed      State = "lapsed"      // its end has passed
	Terminated  State = "terminated"  // ended for all
	Superseded  State = "superseded"  // another one in force takes its place
	Withdrawn   State = "withdrawn"   // its registration was taken back
)

// The states of windows. Open is by the schedule alone: whether it is agreed and
// ready is told beside it.
const (
	Open    State = "open"
	Later   State = "later"   // opens later
	Over    State = "over"    // does not open again, as far as the signed instants reach
	Aborted State = "aborted" // broken off

	// NotExpanded: the signed instants end before the time asked about, and the rule
	// does not. Whether it is open then is not known, and is not worked out from the
	// rule: that could give other instants than those that were signed.
	NotExpanded State = "notExpanded"
	NoTimes     State = "noTimes" // no instants are signed
)

// Agreement is one agreement at the time asked about.
type Agreement struct {
	ID            string             `json:"id"`
	Title         string             `json:"title"`
	Class         string             `json:"class"` // see truce.AgreementClassCodes
	Level         string             `json:"level,omitempty"`
	Form          string             `json:"form,omitempty"`
	State         State              `json:"state"`
	AgreedByAll   bool               `json:"agreedByAll"`            // two signatories or more, and all have accepted without condition
	Acceptance    map[string]string  `json:"acceptance"`             // by party id, or by name where it is not enrolled; see truce.AcceptanceCodes
	Parties       []Standing         `json:"parties"`                // the same with when, where and what
	InForceFrom   *time.Time         `json:"inForceFrom,omitempty"`  // UTC; absent = not in force, or not known since when
	InForceUntil  *time.Time         `json:"inForceUntil,omitempty"` // UTC, exclusive; absent = no end is known
	EndUnknown    bool               `json:"endUnknown"`             // the agreement itself says that its end is not known
	Clauses       []Clause           `json:"clauses"`                // those that apply at the place and time
	OtherClauses  []Clause           `json:"otherClauses"`           // those that concern the place and do not apply then
	Missing       []Gate             `json:"missing"`                // what keeps it from being in force
	Gaps          []Gap              `json:"gaps"`
	Excluded      []Excluded         `json:"excluded"`
	Texts         []Text             `json:"texts"`
	Parent        string             `json:"parent,omitempty"` // agreement above it
	Relation      string             `json:"relation,omitempty"`
	BreachOf      []string           `json:"breachOf"` // agreements whose breach its breach is too
	Supersedes    []string           `json:"supersedes"`
	SupersededBy  string             `json:"supersededBy,omitempty"`
	Depositaries  []string           `json:"depositaries"`
	AcceptBy      *time.Time         `json:"acceptBy,omitempty"`
	Notices       []DenunciationInfo `json:"denunciations"`    // denunciations, those whose notice runs too
	Former        *Agreement         `json:"former,omitempty"` // the version in force while this one is not accepted; about a period it stands by itself
	Parts         []Part             `json:"parts,omitempty"`  // of a period, those in which it binds somebody
	Version       string             `json:"version"`          // statement id
	Entry         int64              `json:"entry"`
	Owner         truce.PartyID      `json:"owner"`
	Status        truce.Status       `json:"status"`
	Exercise      bool               `json:"exercise"`
	Retrospective bool               `json:"retrospective"`
}

// Standing is where one party stands.
type Standing struct {
	Party     truce.PartyID `json:"party,omitempty"` // empty where it is not enrolled
	Name      string        `json:"name,omitempty"`
	Roles     []string      `json:"roles"`
	State     string        `json:"state"`           // see truce.AcceptanceCodes
	Needed    bool          `json:"needed"`          // its acceptance is needed
	Bound     bool          `json:"bound"`           // it is bound at the time asked about
	Since     *time.Time    `json:"since,omitempty"` // when that took effect, UTC
	Entry     int64         `json:"entry"`           // entry that says so; -1 where none does
	Statement string        `json:"statement,omitempty"`
	Text      string        `json:"text,omitempty"`     // its condition, reservation or reason
	Clauses   []string      `json:"clauses,omitempty"`  // clauses that it excepts or suspends
	Reported  string        `json:"reported,omitempty"` // what a source or a depositary says, see truce.ReportedCodes
	Earlier   string        `json:"earlier,omitempty"`  // version with other terms that it had accepted
}

// Clause is one clause that applies.
type Clause struct {
	ID            string          `json:"id"`
	Kind          string          `json:"kind"`
	Modality      string          `json:"modality"`
	Acts          []string        `json:"acts"`
	Bound         []truce.PartyID `json:"bound"`  // who is bound by it now
	Toward        []string        `json:"toward"` // empty = each other and civilians
	Applies       bool            `json:"applies"`
	Until         *time.Time      `json:"until,omitempty"` // UTC, exclusive
	Next          *time.Time      `json:"next,omitempty"`  // next beginning, UTC
	DistanceM     float64         `json:"distanceM"`       // metres from the place to its area
	AreaStated    bool            `json:"areaStated"`      // false: no area is stated, so it is taken to hold everywhere
	AreaText      string          `json:"areaText,omitempty"`
	Exceptions    []string        `json:"exceptions"`
	ExceptionText string          `json:"exceptionText,omitempty"`
	Distances     []Distance      `json:"distances"`
	Test          string          `json:"test,omitempty"`
	Evidence      string          `json:"evidence,omitempty"`
	Text          string          `json:"text,omitempty"` // hash of the text
	Pointer       string          `json:"pointer,omitempty"`
	Words         string          `json:"words,omitempty"`
	BreachOf      []string        `json:"breachOf"`
	Parts         []Part          `json:"parts,omitempty"` // of a period, those in which it applies
}

// Distance is an agreed separation distance.
type Distance = truce.SeparationContent

// Text is one text of an agreement or window.
type Text = truce.TextContent

// Excluded is an organisation that is not covered.
type Excluded = truce.ExcludedContent

// DenunciationInfo is a denunciation: when it was received and when it takes effect.
type DenunciationInfo struct {
	Party   truce.PartyID `json:"party"`
	At      time.Time     `json:"at"`
	Effect  time.Time     `json:"effect"` // after the notice
	Running bool          `json:"running"`
	Entry   int64         `json:"entry"`
	Reason  string        `json:"reason,omitempty"`
}

// Window is one window at the time asked about.
type Window struct {
	ID            string            `json:"id"`
	Title         string            `json:"title"`
	Kind          string            `json:"kind"`  // see truce.WindowKindCodes
	State         State             `json:"state"` // open, later, over, aborted, withdrawn, noTimes
	Open          bool              `json:"open"`  // by its signed schedule, unless it was broken off or withdrawn
	AgreedByAll   bool              `json:"agreedByAll"`
	Announced     []string          `json:"announcedBy"` // who announced this version
	Acceptance    map[string]string `json:"acceptance"`
	Parties       []Standing        `json:"parties"`
	Ready         bool              `json:"ready"`
	Missing       []string          `json:"missing"`            // codes of the gates not met, "acceptance:party-x"
	Gates         []Gate            `json:"gates"`              // every condition, met or not
	Until         *time.Time        `json:"until,omitempty"`    // end of the occurrence that is open, UTC, exclusive
	Next          *time.Time        `json:"next,omitempty"`     // next beginning, UTC
	Complete      bool              `json:"complete"`           // the signed instants are all that the rule means
	Horizon       *time.Time        `json:"horizon,omitempty"`  // up to where they are
	Minutes       float64           `json:"minutes"`            // length of the occurrence that is open or next
	Extended      *time.Time        `json:"extended,omitempty"` // end of that occurrence as every signatory extended it
	Extensions    map[string]string `json:"extensions"`         // by party, the end that it states; all of them are needed
	Feasibility   []Feasibility     `json:"feasibility"`
	Zone          string            `json:"zone,omitempty"`
	TZVersion     string            `json:"tzVersion,omitempty"`
	Prohibits     []string          `json:"prohibits"`
	Permits       []string          `json:"permits"`
	MayPass       []string          `json:"mayPass"`
	Direction     string            `json:"direction,omitempty"`
	VehicleClass  string            `json:"vehicleClass,omitempty"`
	DistanceM     float64           `json:"distanceM"`
	AreaStated    bool              `json:"areaStated"`
	Geometry      json.RawMessage   `json:"geometry,omitempty"` // GeoJSON as it was signed
	Segments      []Segment         `json:"segments"`
	Holding       []Holding         `json:"holdingPoints"`
	Steps         []Step            `json:"steps"`
	Passages      []Passage         `json:"passages"` // the newest hundred
	PassagesTotal int               `json:"passagesTotal"`
	Contacts      []Contact         `json:"contacts"`
	Gaps          []Gap             `json:"gaps"`
	Parts         []Part            `json:"parts,omitempty"` // of a period, those in which it is open
	Agreement     string            `json:"agreement,omitempty"`
	Clause        string            `json:"clause,omitempty"`
	Version       string            `json:"version"`
	Entry         int64             `json:"entry"`
	Owner         truce.PartyID     `json:"owner"`
	Status        truce.Status      `json:"status"`
	Exercise      bool              `json:"exercise"`
	Retrospective bool              `json:"retrospective"`
}

// Gate is one condition of readiness.
type Gate struct {
	Code  string     `json:"code"`            // what: "times", "acceptance", "attestation", …
	Of    string     `json:"of,omitempty"`    // of what: a segment, a counterpart
	Party string     `json:"party,omitempty"` // on whom it waits, or by whom it was met; id, or name where it is not enrolled
	By    string     `json:"by,omitempty"`    // who tried the line of that party
	Met   bool       `json:"met"`
	Since *time.Time `json:"since,omitempty"` // met, or waited for, since; UTC
	Limit *time.Time `json:"limit,omitempty"` // agreed limit, UTC
	Text  string     `json:"text,omitempty"`  // stated reason, condition, or what is lacking
	Entry int64      `json:"entry"`           // entry that decides it; -1 where none does
}

// Feasibility is the arithmetic of one stated need against the length.
type Feasibility struct {
	By        truce.PartyID `json:"by"`
	Load      float64       `json:"loadMinutes"`
	Drive     float64       `json:"driveMinutes"`
	Unload    float64       `json:"unloadMinutes"`
	Return    float64       `json:"returnMinutes"`
	Margin    float64       `json:"marginMinutes"`
	Needed    float64       `json:"neededMinutes"`    // the sum
	Available float64       `json:"availableMinutes"` // length of the occurrence that is open or next
	Fits      bool          `json:"fits"`
	Lanes     int           `json:"lanesNeeded,omitempty"`
	LanesHere int           `json:"lanes,omitempty"`
	Movement  string        `json:"movement,omitempty"`
	Text      string        `json:"text,omitempty"`
	Entry     int64         `json:"entry"`
}

// Segment is one segment of a corridor with its attestations.
type Segment struct {
	ID           string          `json:"id"`
	Name         string          `json:"name,omitempty"`
	ControlledBy string          `json:"controlledBy,omitempty"`
	Direction    string          `json:"direction,omitempty"`
	VehicleClass string          `json:"vehicleClass,omitempty"`
	LengthKm     float64         `json:"lengthKm,omitempty"`
	DriveMinutes float64         `json:"driveMinutes,omitempty"`
	Route        json.RawMessage `json:"route,omitempty"`
	Attestations []Attestation   `json:"attestations"`
}

// Attestation is the newest of one party for one segment.
type Attestation struct {
	Party   truce.PartyID `json:"party"`
	Result  string        `json:"result"` // see truce.AttestCodes
	Hazards []string      `json:"hazards"`
	At      time.Time     `json:"at"`
	Until   time.Time     `json:"until"`
	Valid   bool          `json:"valid"` // none-found or removed, and not over
	Entry   int64         `json:"entry"`
}

// Holding is one waiting point.
type Holding struct {
	ID              string          `json:"id"`
	Name            string          `json:"name,omitempty"`
	MaxDwellMinutes int             `json:"maxDwellMinutes"`
	Point           json.RawMessage `json:"point,omitempty"`
	Overstays       []Overstay      `json:"overstays"` // passages that stayed or stay longer
}

// Overstay is a passage that waits, or waited, longer than agreed.
type Overstay struct {
	Passage string  `json:"passage"`
	Minutes float64 `json:"minutes"`
	Over    bool    `json:"over"` // it has left since
}

// Step is one reciprocal step with what was agreed and what was counted.
type Step struct {
	ID       string   `json:"id"`
	Name     string   `json:"name,omitempty"`
	Side     string   `json:"side"`
	Category string   `json:"category"`
	Agreed   int      `json:"agreed"`
	Counts   []Count  `json:"counts"` // the newest of each party, never merged
	Against  []string `json:"against"`
	PartOf   string   `json:"partOf,omitempty"`
	Order    int      `json:"order"`
	Counted  *int     `json:"counted,omitempty"` // the least that anybody counted
	Done     bool     `json:"done"`              // that reaches the agreed number
	Differs  bool     `json:"differs"`           // two parties counted different numbers
	Limit    int      `json:"limitMinutes,omitempty"`
}

// Count is the newest number of one party.
type Count struct {
	Party truce.PartyID `json:"party"`
	Count int           `json:"count"`
	At    time.Time     `json:"at"`
	Entry int64         `json:"entry"`
}

// Passage is one passage with its legs.
type Passage struct {
	ID       string       `json:"id"`
	Movement string       `json:"movement,omitempty"`
	Legs     []PassageLeg `json:"legs"` // in order of entry; what two parties say of one leg stands twice
}

// PassageLeg is what one party says of one leg.
type PassageLeg struct {
	Segment    string        `json:"segment,omitempty"`
	Party      truce.PartyID `json:"party"`   // who says so
	Outcome    string        `json:"outcome"` // see truce.PassOutcomeCodes
	PlannedAt  *time.Time    `json:"plannedAt,omitempty"`
	EnteredAt  *time.Time    `json:"enteredAt,omitempty"`
	LeftAt     *time.Time    `json:"leftAt,omitempty"`
	Minutes    float64       `json:"minutes,omitempty"`
	HinderedBy string        `json:"hinderedBy,omitempty"` // a claim
	Reason     string        `json:"reason,omitempty"`
	Entry      int64         `json:"entry"`
}

// Contact is the newest try of a party's line.
type Contact struct {
	Party  truce.PartyID `json:"party"`
	By     truce.PartyID `json:"by"`     // empty where the asker is not told who tried a line of a desk
	Result string        `json:"result"` // see truce.ContactCodes, and truce.TestCodes of a desk
	At     time.Time     `json:"at"`
	Entry  int64         `json:"entry"`
}

// Conflict is two clauses that apply at once and do not agree.
type Conflict struct {
	Act   string `json:"act"`
	A     Source `json:"a"`               // prohibits
	B     Source `json:"b"`               // permits or obliges
	Under string `json:"under,omitempty"` // where one stands under the other: the id of the lower
	Parts []Span `json:"parts,omitempty"` // of a period, those in which both apply
}

// Span is a time from From (inclusive) to Until (exclusive), UTC.
type Span struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Source names a clause or a window.
type Source struct {
	Agreement string `json:"agreement,omitempty"`
	Clause    string `json:"clause,omitempty"`
	Window    string `json:"window,omitempty"`
}

// Gap is something that an agreement or window leaves open. Codes of agreements:
//
//	endUnknown          it says itself that its end is not known
//	noEnd               no end is stated
//	noText              no text is bound to it
//	noArea              the clause has no area, and is taken to hold everywhere
//	noTest              the clause prohibits, and does not say how that is measured
//	unboundParty        the party is not bound by the clause
//	pastHorizon         the signed instants of the clause do not reach so far
//	parentNotInForce    the agreement above binds nobody
//	cycle               it stands above itself, or takes its own place, by way of others
//	supersededByOthers  another takes its place, and does not bind everybody whom it binds
//
// and of windows:
//
//	noProhibition       nothing prohibits fire while it is open, neither it nor its agreement
//	noAbortSignal       no signal is agreed on which it is broken off
//	pastHorizon         the signed instants do not reach so far
//	otherTZ             the instants were worked out with another release of the time zones
//	stepSum             the sub-steps do not add up to the step
type Gap struct {
	Code   string `json:"code"`
	Clause string `json:"clause,omitempty"`
	Of     string `json:"of,omitempty"`
}

// Waiting is one row of the report "waiting on whom".
type Waiting struct {
	ID     string     `json:"id"` // agreement or window
	Title  string     `json:"title"`
	Kind   string     `json:"kind"` // agreement, or the kind of window
	Step   string     `json:"step"` // code of the gate
	Of     string     `json:"of,omitempty"`
	Party  string     `json:"party"`            // on whom; empty where it is nobody's alone
	Since  *time.Time `json:"since,omitempty"`  // UTC
	Reason string     `json:"reason,omitempty"` // as the party stated it
	Limit  *time.Time `json:"limit,omitempty"`
	Late   bool       `json:"late"` // the limit has passed
	Entry  int64      `json:"entry"`
}
