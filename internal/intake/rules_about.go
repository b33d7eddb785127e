package intake

import (
	"slices"

	"truce"
)

type verification struct {
	Version string `json:"version"`
	Step    string `json:"step"`
}

func readVerification(d *draft) (any, error) {
	b, err := bodyAs[verification](d)
	if err == nil && (b.Step == "entered" || b.Step == "sane") {
		return nil, truce.E(truce.CodeInvalid, "the step %q is reached by registering", b.Step).At("/body/step").
			WithHint("record one of the further steps")
	}
	return b, err
}

// admitVerification: on the newest version, by one who can bear witness to the
// step (domain.md 3.3).
func admitVerification(a *act) error {
	b := a.body.(*verification)
	h, err := a.objectAt(b.Version)
	if err != nil {
		return err
	}
	switch b.Step {
	case "imagery", "second-organisation":
		if h.Owner == a.Author {
			return truce.E(truce.CodeRefused, "the step %q is for another organisation than the owner", b.Step).At("/author").
				WithHint("ask another party; the owner can record read-back")
		}
	case "recipient-read-back":
		released, err := a.in.Objects.Released(a.ctx, a.r, a.Subject, a.Author)
		if err == nil && !released {
			err = truce.E(truce.CodeRefused, "only a recipient can read back what it stored").At("/author").
				WithHint("release the object to this party first")
		}
		return err
	}
	return nil
}

// objectAt is object, standing and with that version as its newest.
func (a *act) objectAt(version string) (*truce.ObjectHead, error) {
	h, err := a.object()
	if err != nil {
		return nil, err
	}
	if err := standing(h); err != nil {
		return nil, err
	}
	if version != h.Version {
		return nil, truce.E(truce.CodeStaleWrite, "there is a newer version of the object").At("/body/version").
			WithHint("the newest version is %s; look at it, then sign again", h.Version)
	}
	return h, nil
}

func readChallenge(d *draft) (any, error) { return bodyAs[verification](d) }

func admitChallenge(a *act) error {
	_, err := a.objectAt(a.body.(*verification).Version)
	return err
}

type reply struct {
	Challenge string `json:"challenge"`
	Outcome   string `json:"outcome"`
}

func readReply(d *draft) (any, error) { return bodyAs[reply](d) }

// openChallenge is the challenge that the statement is about.
func (a *act) openChallenge() (*truce.ChallengeHead, error) {
	c, err := a.in.Objects.Challenge(a.ctx, a.r, a.body.(*reply).Challenge)
	switch {
	case err != nil:
		return nil, err
	case c == nil || c.Subject != a.Subject:
		return nil, truce.E(truce.CodeNotFound, "there is no such challenge of %q", a.Subject).At("/body/challenge").
			WithHint("give the statement id of the challenge.open")
	case !c.Open:
		return nil, truce.E(truce.CodeConflict, "the challenge is closed").At("/body/challenge").WithHint("open another one")
	}
	return c, nil
}

func admitAnswer(a *act) error {
	h, err := a.object()
	if err != nil {
		return err
	}
	if err := a.owns(h); err != nil {
		return err
	}
	_, err = a.openChallenge()
	return err
}

// admitClose: a registrar with any outcome; who opened it takes it back.
func admitClose(a *act) error {
	h, err := a.object()
	if err != nil {
		return err
	}
	c, err := a.openChallenge()
	if err != nil {
		return err
	}
	if a.registrar() {
		return outcomeHolds(a.body.(*reply).Outcome, h, c)
	}
	if c.By != a.Author {
		return truce.E(truce.CodeRefused, "a challenge is closed by the registrar or by who opened it").At("/author").
			WithHint("answer it instead (challenge.answer)")
	}
	if a.body.(*reply).Outcome != "retracted" {
		return truce.E(truce.CodeRefused, "who opened a challenge can only retract it").At("/body/outcome").
			WithHint(`give the outcome "retracted"; the others are for the registrar`)
	}
	return nil
}

// outcomeHolds refuses an outcome that says that something was done which was
// not: the mark "contested" would go while the entry stands as it was.
func outcomeHolds(outcome string, h *truce.ObjectHead, c *truce.ChallengeHead) error {
	switch {
	case outcome == "corrected" && h.Version == c.Version:
		return truce.E(truce.CodeConflict, "nothing was corrected: the object stands in the version that is contested").At("/body/outcome").
			WithHint("amend it first, or close the challenge as not-upheld or unable-to-rule")
	case outcome == "upheld" && h.State == truce.ObjectRegistered:
		return truce.E(truce.CodeConflict, "the object is not withdrawn").At("/body/outcome").
			WithHint("withdraw it first, or amend it and close the challenge as corrected")
	}
	return nil
}

type recipients struct {
	Recipients []truce.PartyID `json:"recipients"`
}

func readRecipients(d *draft) (any, error) {
	b, err := bodyAs[recipients](d)
	if err != nil {
		return nil, err
	}
	for _, id := range b.Recipients {
		if !truce.ValidPartyID(id) {
			return nil, truce.E(truce.CodeInvalid, "a recipient is named by the id of a party").At("/body/recipients").
				WithHint("a-z, 0-9, '-' and '.', 2 to 64 characters")
		}
	}
	return b, nil
}

// byOwner is the object, where its owner speaks.
func (a *act) byOwner() (*truce.ObjectHead, error) {
	h, err := a.object()
	if err != nil {
		return nil, err
	}
	if h.Owner != a.Author {
		return nil, truce.E(truce.CodeRefused, "consent is the owner's to give and to take back").At("/author").
			WithHint("ask the party that registered the object")
	}
	return h, nil
}

func admitConsent(a *act) error {
	h, err := a.byOwner()
	if err != nil {
		return err
	}
	if err := standing(h); err != nil {
		return err
	}
	return a.takingPart(h)
}

// takingPart demands that every recipient takes part, is not the owner, and is no
// auditor: it sees hashes only (domain.md 3.1), and would count as told.
func (a *act) takingPart(h *truce.ObjectHead) error {
	for _, id := range a.body.(*recipients).Recipients {
		if id == h.Owner {
			return truce.E(truce.CodeInvalid, "the owner is not a recipient of its own object").At("/body/recipients").WithHint("leave %q out", id)
		}
		p, err := a.activeParty(id, "/body/recipients")
		if err != nil {
			return err
		}
		if p.Role == truce.RoleAuditor {
			return truce.E(truce.CodeRefused, "party %q is an auditor: it sees hashes only and cannot be told", id).At("/body/recipients").WithHint("leave it out")
		}
	}
	return nil
}

// admitConsentEnd: consent can always be taken back, also of a withdrawn object
// and from a party that has left.
func admitConsentEnd(a *act) error {
	_, err := a.byOwner()
	return err
}

// admitRelease: to recipients that take part and for whom there is consent; an
// owner who releases consents thereby.
func admitRelease(a *act) error {
	h, err := a.object()
	if err != nil {
		return err
	}
	if err := a.owns(h); err != nil {
		return err
	}
	if err := standing(h); err != nil {
		return err
	}
	if err := a.takingPart(h); err != nil || h.Owner == a.Author {
		return err
	}
	for _, id := range a.body.(*recipients).Recipients {
		consent, err := a.in.Objects.HasConsent(a.ctx, a.r, a.Subject, id)
		if err != nil {
			return err
		}
		if !consent {
			return truce.E(truce.CodeRefused, "there is no consent of the owner to disclose the object to %q", id).At("/body/recipients").
				WithHint("ask the owner for consent.give")
		}
	}
	return nil
}

// admitReleaseEnd: of releases that are in force. Who believes to have ended one and
// has not, by a slip in a name, must know.
func admitReleaseEnd(a *act) error {
	h, err := a.object()
	if err != nil {
		return err
	}
	if err := a.owns(h); err != nil {
		return err
	}
	for _, id := range a.body.(*recipients).Recipients {
		released, err := a.in.Objects.Released(a.ctx, a.r, a.Subject, id)
		if err != nil {
			return err
		}
		if !released {
			return truce.E(truce.CodeConflict, "no release to %q is in force", id).At("/body/recipients").
				WithHint("leave it out; who reads the object by its audience is taken out of that, with %s.amend", h.Object)
		}
	}
	return nil
}

// admitErase: objects only. What was stated of parties and keys proves
// signatures and stays. Afterwards nothing but the erasure itself shows who may
// know of it, so an erasure by a registrar names the owner.
func admitErase(a *act) error {
	p, err := a.party(a.Subject)
	if err != nil {
		return err
	}
	if p != nil {
		return truce.E(truce.CodeRefused, "what was stated of a party and its keys is not erased: signatures rest on it").At("/subject").
			WithHint("withdraw the party (party.withdraw); an object can be erased")
	}
	if truce.AgreementObject(a.Subject) != "" {
		return a.admitAgreementErase()
	}
	h, err := a.object()
	if err != nil {
		return err
	}
	if err := a.owns(h); err != nil {
		return err
	}
	if h.Owner != a.Author && !slices.Contains(a.Audience, "party:"+h.Owner) {
		return truce.E(truce.CodeInvalid, "the owner of the object is not told of its erasure").At("/audience").
			WithHint("name %q in the audience: nothing else will show whose it was", "party:"+h.Owner)
	}
	return nil
}
