package intake

import (
	"context"
	"encoding/json"

	"truce"
	"truce/proof"
)

// draft is a statement whose form, signatures and content hold by themselves.
type draft struct {
	*truce.Statement
	env  *proof.Envelope
	id   string
	spec *truce.KindSpec
	rule *rule
	body any // what the rule's read found; nil where the rule needs nothing of it

	otherHistory error // the signer saw another history than ours, see checkSeen
}

// rule is what intake demands of a kind beyond its row in truce.Kinds.
type rule struct {
	// replaces says whether the statement names the version that it supersedes.
	replaces demand
	// read checks what the body says by itself and gives what admit needs of it.
	read func(*draft) (any, error)
	// sign decides whose signatures count. byKey where it is nil.
	sign func(*act) error
	// admit decides with the views as they stand.
	admit func(*act) error
}

// demand says whether a member must be there.
type demand int

const (
	never demand = iota
	optional
	always
)

// prepare is the half of the work that needs no view: bounds, form, register,
// signatures, geometry. The errors say which.
func (in *Intake) prepare(ctx context.Context, data []byte) (*draft, error) {
	env, err := proof.ParseEnvelope(data)
	if err != nil {
		return nil, err
	}
	if env.PayloadType != truce.PayloadType {
		return nil, truce.E(truce.CodeInvalid, "the payload is not a statement").At("/payloadType").
			WithHint("the payload type of a statement is %s", truce.PayloadType)
	}
	s, err := truce.ParseStatement(env.Payload)
	if err != nil {
		return nil, err
	}
	if s.Register != in.Origin {
		return nil, truce.E(truce.CodeRefused, "the statement is made for another register").At("/register").
			WithHint("this register is %s; a statement is signed for one register only", in.Origin)
	}
	if err := env.Verify(); err != nil {
		return nil, err
	}
	other := in.checkSeen(ctx, s)
	if other != nil && truce.CodeOf(other) != truce.CodeTampered {
		return nil, other
	}
	d, err := newDraft(env, s)
	if err != nil {
		return nil, err
	}
	d.otherHistory = other
	return d, nil
}

func newDraft(env *proof.Envelope, s *truce.Statement) (*draft, error) {
	spec, _ := truce.SpecOf(s.Kind) // ParseStatement knows the kind
	d := &draft{Statement: s, env: env, id: env.ID(), spec: spec, rule: rules[s.Kind]}
	if err := checkReplaces(d); err != nil {
		return nil, err
	}
	if err := checkShapes(s.Kind.Object(), spec.Fields, s.Body); err != nil {
		return nil, err
	}
	if d.rule.read == nil {
		return d, nil
	}
	body, err := d.rule.read(d)
	if err != nil {
		return nil, err
	}
	d.body = body
	return d, nil
}

func checkReplaces(d *draft) error {
	switch {
	case d.rule.replaces == always && d.Replaces == "":
		return truce.E(truce.CodeInvalid, "replaces is missing").At("/replaces").
			WithHint("name the version that %s is about: the statement id of the newest one", d.Kind)
	case d.rule.replaces == never && d.Replaces != "":
		return truce.E(truce.CodeInvalid, "replaces has no place in %s", d.Kind).At("/replaces").
			WithHint("leave it out")
	}
	return nil
}

// changesKeys reports whether the statement changes parties or keys.
func (d *draft) changesKeys() bool {
	o := d.Kind.Object()
	return o == "party" || o == "key"
}

// bodyAs reads the body as T. ParseStatement has checked its form.
func bodyAs[T any](d *draft) (*T, error) {
	var v T
	if err := json.Unmarshal(d.Body, &v); err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the body cannot be read").At("/body")
	}
	return &v, nil
}
