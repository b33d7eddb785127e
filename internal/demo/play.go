package demo

import (
	"context"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/proof"
)

// Submit hands one envelope to the register and says whether it was taken.
type Submit func(ctx context.Context, e *proof.Envelope) error

// Played says what the scenario left behind that the walk shows.
type Played struct {
	Hospital  string // object id of the university hospital
	Statement string // statement id of its registration
	Corrected string // object id of the hospital that was entered with a slip
	Erased    string // object id of the clinic whose content was erased
	Convoy    string // object id of the convoy
	Cessation string // id of the cessation of hostilities
	Pause     string // id of the daily pause
	Corridor  string // id of the corridor by the Castello road
	Razi      string // object id of the hospital for which an alarm is raised
	Shelter   string // object id of the shelter of which one recipient says nothing
}

// Play submits the scenario, in order, to a register that can be written to. submit
// may be another way in than reg's own; nil is that. It stops at the first
// statement refused.
func Play(ctx context.Context, reg *app.Register, submit Submit) (*Played, error) {
	_, registrar, err := reg.Registrar(ctx)
	if err != nil {
		return nil, err
	}
	if submit == nil {
		submit = func(ctx context.Context, e *proof.Envelope) error {
			return reg.Intake.Submit(ctx, [][]byte{e.JSON()})[0].Err
		}
	}
	s := &script{ctx: ctx, reg: reg, send: submit, actors: map[truce.PartyID]actor{cell: {key: registrar}}, out: &Played{}, objects: map[string]registered{}}
	for _, act := range []func() error{s.enrol, s.registerSites, s.withdrawClinic, s.correctSlip, s.registerArea, s.registerConvoy, s.verify, s.release,
		s.agree, s.announce, s.openDesks, s.testLines, s.deliver, s.acknowledge, s.convoyDay, s.alarm} {
		if err := act(); err != nil {
			return nil, err
		}
	}
	s.out.Hospital, s.out.Statement = s.objects["hospital"].subject, s.objects["hospital"].version
	s.out.Cessation, s.out.Pause, s.out.Corridor = s.objects["cessation"].subject, s.objects["pause"].subject, s.objects["corridor-castello"].subject
	s.out.Corrected, s.out.Convoy = s.objects["slip"].subject, s.objects["convoy"].subject
	s.out.Razi, s.out.Shelter = s.objects["razi"].subject, s.objects["shelter"].subject
	return s.out, nil
}

// registered is where an object of the scenario stands.
type registered struct {
	subject, version string
	owner            truce.PartyID
}

type script struct {
	ctx     context.Context
	reg     *app.Register
	send    Submit
	actors  map[truce.PartyID]actor
	objects map[string]registered
	out     *Played
}

// say has author say body about subject, signed by its key and by more, and
// gives the statement id. replaces is the version superseded, or empty.
func (s *script) say(author truce.PartyID, kind truce.Kind, subject string, body any, replaces string, more ...proof.Signer) (string, error) {
	var opts []compose.Option
	if replaces != "" {
		opts = append(opts, compose.Replaces(replaces))
	}
	return s.sign(author, kind, subject, body, opts, more...)
}

// sayTo is say to an audience.
func (s *script) sayTo(audience []string, author truce.PartyID, kind truce.Kind, subject string, body any) (string, error) {
	return s.sign(author, kind, subject, body, []compose.Option{compose.To(audience...)})
}

func (s *script) sign(author truce.PartyID, kind truce.Kind, subject string, body any, opts []compose.Option, more ...proof.Signer) (string, error) {
	opts = append(opts, compose.As(truce.Exercise), compose.Lang("en"))
	st, err := compose.Statement(kind, s.reg.Origin, author, subject, body, opts...)
	if err != nil {
		return "", err
	}
	e, err := compose.Sign(st, append([]proof.Signer{s.actors[author].key}, more...)...)
	if err != nil {
		return "", err
	}
	return e.ID(), s.submit(e)
}

func (s *script) submit(e *proof.Envelope) error { return s.send(s.ctx, e) }

// register puts an object in and keeps it under a short name.
func (s *script) register(short, object string, owner truce.PartyID, body any) error {
	subject := compose.NewSubject(object)
	version, err := s.say(owner, truce.Kind(object+".register"), subject, body, "")
	s.objects[short] = registered{subject, version, owner}
	return err
}
