package inforce

import "truce/holds"

// What is told is that of package holds.
type (
	Answer           = holds.Answer
	Agreement        = holds.Agreement
	AgreementBrief   = holds.AgreementBrief
	Attestation      = holds.Attestation
	Clause           = holds.Clause
	Condition        = holds.Condition
	Conflict         = holds.Conflict
	Contact          = holds.Contact
	Count            = holds.Count
	DenunciationInfo = holds.DenunciationInfo
	Feasibility      = holds.Feasibility
	Gap              = holds.Gap
	Gate             = holds.Gate
	Holding          = holds.Holding
	Model            = holds.Model
	Part             = holds.Part
	Passage          = holds.Passage
	PassageLeg       = holds.PassageLeg
	Prohibition      = holds.Prohibition
	Segment          = holds.Segment
	Source           = holds.Source
	Standing         = holds.Standing
	State            = holds.State
	Step             = holds.Step
	Waiting          = holds.Waiting
	Window           = holds.Window
	WindowBrief      = holds.WindowBrief
)

// The states are those of package holds.
const (
	Proposed    = holds.Proposed
	Reported    = holds.Reported
	Agreed      = holds.Agreed
	InForce     = holds.InForce
	PartlyForce = holds.PartlyForce
	Declared    = holds.Declared
	Suspended   = holds.Suspended
	Denounced   = holds.Denounced
	Lapsed      = holds.Lapsed
	Terminated  = holds.Terminated
	Superseded  = holds.Superseded
	Withdrawn   = holds.Withdrawn

	Open    = holds.Open
	Later   = holds.Later
	Over    = holds.Over
	Aborted = holds.Aborted
	NoTimes = holds.NoTimes

	NotExpanded = holds.NotExpanded
)

// AgreementStates and WindowStates are all the states of each.
var (
	AgreementStates = []State{Proposed, Reported, Agreed, InForce, PartlyForce, Declared, Suspended, Denounced, Lapsed, Terminated, Superseded, Withdrawn}
	WindowStates    = []State{Open, Later, Over, Aborted, Withdrawn, NoTimes, NotExpanded}
)

// MaxRadiusM is the largest radius that can be asked about, in metres.
const MaxRadiusM = holds.MaxRadiusM
