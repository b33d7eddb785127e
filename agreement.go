package truce

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// PartyContent is a party named in an agreement or window. Either Party or Name
// is given, or both.
type PartyContent struct {
	Party      PartyID  `json:"party,omitempty"`
	Name       string   `json:"name,omitempty"`
	Roles      []string `json:"roles"` // see PartyRoleCodes
	AnswersFor []string `json:"answersFor,omitempty"`
	Reported   string   `json:"reported,omitempty"` // see ReportedCodes
}

// Is reports whether the party has the role.
func (p *PartyContent) Is(role string) bool { return slices.Contains(p.Roles, role) }

// Label is how acceptances name the party: its id, or its name where it is not enrolled.
func (p *PartyContent) Label() string {
	if p.Party != "" {
		return p.Party
	}
	return p.Name
}

// TextContent is one text of an agreement or window.
type TextContent struct {
	Hash       string `json:"hash"` // "sha256:" and 64 hex digits
	Label      string `json:"label,omitempty"`
	Lang       string `json:"lang,omitempty"`
	Authentic  bool   `json:"authentic,omitempty"`
	Disclosure string `json:"disclosure,omitempty"` // see TextDisclosureCodes; public when empty
	MediaType  string `json:"mediaType,omitempty"`
	Source     string `json:"source,omitempty"`
}

// Public is what anybody who may know of an agreement may know of a text that is for
// its parties alone: its hash, so that a text published later can be held against it.
func (t TextContent) Public() TextContent {
	return TextContent{Hash: t.Hash, Lang: t.Lang, Authentic: t.Authentic, Disclosure: t.Disclosure}
}

// ExcludedContent is an organisation that an agreement does not cover.
type ExcludedContent struct {
	Name   string `json:"name"`
	List   string `json:"list,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// SeparationContent is an agreed distance, metres.
type SeparationContent struct {
	Of     string  `json:"of"` // see SeparationCodes
	Metres float64 `json:"metres"`
	From   string  `json:"from,omitempty"`
}

// ScheduleContent is a rule and the instants that it was signed to mean. See
// package schedule for the rule.
type ScheduleContent struct {
	Start     string   `json:"start,omitempty"`   // local, 2016-08-11T10:00:00
	Zone      string   `json:"zone,omitempty"`    // IANA
	Minutes   int64    `json:"minutes,omitempty"` // elapsed
	RRule     string   `json:"rrule,omitempty"`
	ExDates   []string `json:"exDates,omitempty"`
	RDates    []string `json:"rDates,omitempty"`
	Until     string   `json:"until,omitempty"`    // local
	Instants  []string `json:"instants,omitempty"` // from/until in UTC
	TZVersion string   `json:"tzVersion,omitempty"`
	Horizon   *When    `json:"horizon,omitempty"`

	Runs []Run `json:"-"` // the instants as they repeat, once they were read; in a pack they stand alone
}

// Run is instants of one length that begin at equal distances: so the daily pause of a
// month is one. What is open from From to From+Length is so again each Step later, Count
// times in all. Seconds; From is Unix time.
type Run struct{ From, Length, Step, Count int64 }

// ClauseContent is one clause.
type ClauseContent struct {
	ID            string              `json:"id"`
	Kind          string              `json:"kind"`     // see ClauseKindCodes
	Modality      string              `json:"modality"` // see ModalityCodes
	Acts          []string            `json:"acts,omitempty"`
	Who           []string            `json:"who,omitempty"`
	Toward        []string            `json:"toward,omitempty"`
	Area          json.RawMessage     `json:"area,omitempty"` // see package geo
	AreaText      string              `json:"areaText,omitempty"`
	Schedule      *ScheduleContent    `json:"schedule,omitempty"`
	Exceptions    []string            `json:"exceptions,omitempty"`
	ExceptionText string              `json:"exceptionText,omitempty"`
	Distances     []SeparationContent `json:"distances,omitempty"`
	Test          string              `json:"test,omitempty"`
	Evidence      string              `json:"evidence,omitempty"`
	Confidence    float64             `json:"confidence,omitempty"` // percent
	Text          string              `json:"text,omitempty"`       // hash
	Pointer       string              `json:"pointer,omitempty"`
	Words         string              `json:"words,omitempty"`
	Disclosure    string              `json:"disclosure,omitempty"`
	BreachAlso    []string            `json:"breachAlso,omitempty"`
}

// ModeContent is a way into force, of extending or of ending.
type ModeContent struct {
	Mode      string  `json:"mode"`
	At        *When   `json:"at,omitempty"`
	Condition string  `json:"condition,omitempty"`
	Hours     float64 `json:"hours,omitempty"`
	Text      string  `json:"text,omitempty"`
}

// AgreementContent is the body of agreement.register and agreement.amend.
type AgreementContent struct {
	Names           []Name            `json:"names"`
	Description     string            `json:"description,omitempty"`
	Class           string            `json:"class"`
	Level           string            `json:"level,omitempty"`
	Form            string            `json:"form,omitempty"`
	Written         *bool             `json:"written,omitempty"`
	Purposes        []string          `json:"purposes,omitempty"`
	Parties         []PartyContent    `json:"parties"`
	Excluded        []ExcludedContent `json:"excluded,omitempty"`
	OpenToAdherence bool              `json:"openToAdherence,omitempty"`
	Texts           []TextContent     `json:"texts,omitempty"`
	Parent          string            `json:"parent,omitempty"`
	Relation        string            `json:"relation,omitempty"`
	BreachOfParent  bool              `json:"breachOfParent,omitempty"`
	Supersedes      []string          `json:"supersedes,omitempty"`
	AcceptBy        *When             `json:"acceptBy,omitempty"`
	EntryIntoForce  *ModeContent      `json:"entryIntoForce,omitempty"`
	Until           *When             `json:"until,omitempty"`
	DurationHours   float64           `json:"durationHours,omitempty"`
	Extension       *ModeContent      `json:"extension,omitempty"`
	NoticeHours     float64           `json:"noticeHours,omitempty"`
	Termination     *ModeContent      `json:"termination,omitempty"`
	Mechanism       map[string]string `json:"mechanism,omitempty"`
	Dissemination   string            `json:"dissemination,omitempty"`
	Geometry        json.RawMessage   `json:"geometry,omitempty"`
	Admin           map[string]string `json:"admin,omitempty"`
	Clauses         []ClauseContent   `json:"clauses,omitempty"`
	ExternalIDs     []External        `json:"externalIds,omitempty"`
	Source          string            `json:"source,omitempty"`
	Notes           string            `json:"notes,omitempty"`
}

// SegmentContent is one segment of a corridor.
type SegmentContent struct {
	ID           string          `json:"id"`
	Name         string          `json:"name,omitempty"`
	Route        json.RawMessage `json:"route,omitempty"`
	ControlledBy PartyID         `json:"controlledBy,omitempty"`
	ControlText  string          `json:"controlText,omitempty"`
	Direction    string          `json:"direction,omitempty"`
	VehicleClass string          `json:"vehicleClass,omitempty"`
	LengthKm     float64         `json:"lengthKm,omitempty"`
	DriveMinutes float64         `json:"driveMinutes,omitempty"`
}

// HoldingContent is one waiting point.
type HoldingContent struct {
	ID              string          `json:"id"`
	Name            string          `json:"name,omitempty"`
	Point           json.RawMessage `json:"point,omitempty"`
	MaxDwellMinutes int             `json:"maxDwellMinutes"`
}

// StepContent is one reciprocal step.
type StepContent struct {
	ID           string   `json:"id"`
	Name         string   `json:"name,omitempty"`
	Side         PartyID  `json:"side,omitempty"`
	SideText     string   `json:"sideText,omitempty"`
	Category     string   `json:"category"`
	Agreed       int      `json:"agreed"`
	Order        int      `json:"order,omitempty"`
	Against      []string `json:"against,omitempty"`
	PartOf       string   `json:"partOf,omitempty"`
	LimitMinutes int      `json:"limitMinutes,omitempty"`
}

// BudgetContent is the time that the use of a window takes, minutes.
type BudgetContent struct {
	Load     float64 `json:"loadMinutes,omitempty"`
	Drive    float64 `json:"driveMinutes,omitempty"`
	Unload   float64 `json:"unloadMinutes,omitempty"`
	Return   float64 `json:"returnMinutes,omitempty"`
	Margin   float64 `json:"marginMinutes,omitempty"`
	Vehicles int     `json:"vehicles,omitempty"`
	Lanes    int     `json:"lanes,omitempty"`
	Movement string  `json:"movement,omitempty"`
	Text     string  `json:"text,omitempty"` // window.need only
}

// Needed is the sum, minutes.
func (b *BudgetContent) Needed() float64 { return b.Load + b.Drive + b.Unload + b.Return + b.Margin }

// RepairContent says what is repaired, and by whom.
type RepairContent struct {
	Asset     string `json:"asset,omitempty"`
	AssetText string `json:"assetText,omitempty"`
	Crew      string `json:"crew,omitempty"`
	Watch     string `json:"watch,omitempty"`
}

// WindowContent is the body of window.announce and window.amend.
type WindowContent struct {
	Names         []Name            `json:"names,omitempty"`
	Description   string            `json:"description,omitempty"`
	WindowKind    string            `json:"windowKind"`
	Agreement     string            `json:"agreement,omitempty"`
	Clause        string            `json:"clause,omitempty"`
	Counterparts  []string          `json:"counterparts,omitempty"`
	Parties       []PartyContent    `json:"parties,omitempty"`
	Texts         []TextContent     `json:"texts,omitempty"`
	AcceptBy      *When             `json:"acceptBy,omitempty"`
	Schedule      *ScheduleContent  `json:"schedule,omitempty"`
	Geometry      json.RawMessage   `json:"geometry,omitempty"`
	Admin         map[string]string `json:"admin,omitempty"`
	Prohibits     []string          `json:"prohibits,omitempty"`
	Permits       []string          `json:"permits,omitempty"`
	Direction     string            `json:"direction,omitempty"`
	MayPass       []string          `json:"mayPass,omitempty"`
	PassText      string            `json:"passText,omitempty"`
	VehicleClass  string            `json:"vehicleClass,omitempty"`
	Lanes         int               `json:"lanes,omitempty"`
	Segments      []SegmentContent  `json:"segments,omitempty"`
	HoldingPoints []HoldingContent  `json:"holdingPoints,omitempty"`
	Steps         []StepContent     `json:"steps,omitempty"`
	Budget        *BudgetContent    `json:"budget,omitempty"`
	Repair        *RepairContent    `json:"repair,omitempty"`
	Extension     *ModeContent      `json:"extension,omitempty"`
	AbortSignal   string            `json:"abortSignal,omitempty"`
	ContactHours  float64           `json:"contactHours,omitempty"`
	ExternalIDs   []External        `json:"externalIds,omitempty"`
	Source        string            `json:"source,omitempty"`
	Notes         string            `json:"notes,omitempty"`
}

// ActContent is the body of every statement about an agreement or window but
// those that hold its content: a member that the kind does not have is empty.
type ActContent struct {
	Version    string   `json:"version,omitempty"`
	Texts      []string `json:"texts,omitempty"`
	Clauses    []string `json:"clauses,omitempty"`
	From       *When    `json:"from,omitempty"`
	Until      *When    `json:"until,omitempty"`
	At         *When    `json:"at,omitempty"`
	Occurrence *When    `json:"occurrence,omitempty"`
	Text       string   `json:"text,omitempty"`
	Reason     string   `json:"reason,omitempty"`
	Condition  string   `json:"condition,omitempty"`

	Party   PartyID  `json:"party,omitempty"`
	Name    string   `json:"name,omitempty"`
	Segment string   `json:"segment,omitempty"`
	Result  string   `json:"result,omitempty"`
	Hazards []string `json:"hazards,omitempty"`
	Role    string   `json:"role,omitempty"`

	Passage   string  `json:"passage,omitempty"`
	Movement  string  `json:"movement,omitempty"`
	Outcome   string  `json:"outcome,omitempty"`
	PlannedAt *When   `json:"plannedAt,omitempty"`
	EnteredAt *When   `json:"enteredAt,omitempty"`
	LeftAt    *When   `json:"leftAt,omitempty"`
	By        PartyID `json:"by,omitempty"`
	Step      string  `json:"step,omitempty"`
	Count     int     `json:"count,omitempty"`
	Where     string  `json:"where,omitempty"`
}

// TitleOf is the name to show: the first official one, else the first, else "".
func TitleOf(names []Name) string { return (&Content{Names: names}).Title() }

// Instant is the exact time of w, UTC; zero where w is nil or not exact.
func (w *When) Instant() time.Time {
	if w == nil || w.Precision != Exact {
		return time.Time{}
	}
	t, _, err := w.Span()
	if err != nil {
		return time.Time{}
	}
	return t
}

// Earliest is the first instant that w can mean, UTC; zero where w is nil or unknown.
func (w *When) Earliest() time.Time {
	if w == nil {
		return time.Time{}
	}
	t, _, _ := w.Span()
	return t
}

// Latest is the end of the span that w can mean, UTC; zero where w is nil or unknown.
func (w *When) Latest() time.Time {
	if w == nil {
		return time.Time{}
	}
	_, t, _ := w.Span()
	return t
}

// notTerms are the members of an agreement or window that can change without
// anybody's acceptance being asked for again: they describe, and bind nobody.
var notTerms = []string{"names", "description", "contacts", "externalIds", "source", "notes", "dissemination", "admin"}

// TermsHash is "sha256:" and the hex digits of a hash over what is accepted of an
// agreement or window: every member of the body but those that only describe, in
// the order of their names, as spelt, without white space. Spelling counts: 3.0
// for 3 asks for the acceptances anew.
func TermsHash(body json.RawMessage) string {
	var terms []string
	Members(body, func(name, value []byte) {
		if !slices.Contains(notTerms, string(name)) {
			terms = append(terms, compacted(name, value))
		}
	})
	slices.Sort(terms)
	sum := sha256.Sum256([]byte(strings.Join(terms, "\n")))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func compacted(name, value []byte) string {
	var b bytes.Buffer
	b.Write(name)
	b.WriteByte('=')
	if json.Compact(&b, value) != nil {
		b.Write(value)
	}
	return b.String()
}
