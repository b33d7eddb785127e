package intake

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"truce"
)

// readContent checks what the body of an object says by itself.
func readContent(d *draft) (any, error) {
	c, err := readLimits(d.Body)
	if err != nil {
		return nil, err
	}
	if c.Parent == d.Subject {
		return nil, truce.E(truce.CodeInvalid, "an object cannot be a part of itself").At("/body/parent").WithHint("leave parent out")
	}
	if err := checkOrder(c.ValidFrom, c.ValidUntil, "/body/validUntil"); err != nil {
		return nil, err
	}
	for _, leg := range c.Legs {
		if err := checkOrder(leg.PlannedStart, leg.PlannedEnd, "/body/legs"); err != nil {
			return nil, err
		}
		for _, h := range leg.Halts {
			if err := checkOrder(h.From, h.Until, "/body/legs"); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// readLimits reads of a body what readContent looks at, and passes over the rest:
// most objects have none of it.
func readLimits(body json.RawMessage) (*truce.Content, error) {
	c := &truce.Content{}
	var fault error
	truce.Members(body, func(name, value []byte) {
		var into any
		switch string(name) {
		case "parent":
			into = &c.Parent
		case "validFrom":
			into = &c.ValidFrom
		case "validUntil":
			into = &c.ValidUntil
		case "legs":
			into = &c.Legs
		default:
			return
		}
		if err := json.Unmarshal(value, into); err != nil && fault == nil {
			fault = truce.Wrap(truce.CodeInvalid, err, "the value cannot be read").At("/body/" + string(name))
		}
	})
	return c, fault
}

// checkOrder refuses a period that cannot have any length, however its
// imprecise ends are read.
func checkOrder(from, until truce.When, at string) error {
	earliest, _, err := from.Span()
	if err != nil {
		return err
	}
	_, latest, err := until.Span()
	if err != nil {
		return err
	}
	if !earliest.IsZero() && !latest.IsZero() && !latest.After(earliest) {
		return truce.E(truce.CodeInvalid, "the period ends before it begins").At(at).WithHint("give an end after the beginning")
	}
	return nil
}

// admitRegister: the id is new.
func admitRegister(a *act) error {
	if o := truce.AgreementObject(a.Subject); o != "" {
		return truce.E(truce.CodeInvalid, "ids of that form are those of an %s", o).At("/subject").WithHint("use a fresh random id: %s- and random characters", a.Kind.Object())
	}
	h, err := a.in.Objects.Head(a.ctx, a.r, a.Subject)
	if err != nil {
		return err
	}
	if sees, err := a.sees(h); err != nil || sees && h.State == truce.ObjectErased {
		return cmp.Or(err, gone(a.Subject))
	}
	taken := h != nil
	if !taken && !strings.HasPrefix(a.Subject, a.Kind.Object()+"-") {
		// Ids of that form are never those of parties; others are looked up.
		p, err := a.party(a.Subject)
		if err != nil {
			return err
		}
		taken = p != nil
	}
	if taken {
		return truce.E(truce.CodeConflict, "the id %q is in use", a.Subject).At("/subject").
			WithHint("register with a fresh random id; %s.amend changes an object that is registered", a.Kind.Object())
	}
	return nil
}

// admitChange is amend, withdraw and revalidate: by owner or registrar, on the
// newest version of an object that is not withdrawn.
func admitChange(a *act) error {
	_, err := a.change()
	return err
}

// admitAmend is a change whose audience replaces the one in force. Who is not the
// owner cannot widen it: that would tell others without consent.
func admitAmend(a *act) error {
	h, err := a.change()
	if err != nil || h.Owner == a.Author {
		return err
	}
	for i, member := range a.Audience {
		may, err := a.agreed(h, member)
		if err != nil {
			return err
		}
		if !may {
			return truce.E(truce.CodeRefused, "there is no consent of the owner to disclose the object to %q", member).At("/audience/" + strconv.Itoa(i)).
				WithHint("keep to the audience that the owner gave it, or ask the owner for consent.give")
		}
	}
	return nil
}

// agreed reports whether the owner has let the member of an audience read the
// object: by the audience in force or by consent.
func (a *act) agreed(h *truce.ObjectHead, member string) (bool, error) {
	if slices.Contains(h.Audience, member) || member == "role:"+string(truce.RoleRegistrar) {
		return true, nil
	}
	id, ok := strings.CutPrefix(member, "party:")
	if !ok || id == h.Owner {
		return ok, nil
	}
	p, err := a.party(id)
	if err != nil || p != nil && (p.Role == truce.RoleRegistrar || slices.Contains(h.Audience, "role:"+string(p.Role))) {
		return err == nil, err
	}
	return a.in.Objects.HasConsent(a.ctx, a.r, a.Subject, id)
}

func (a *act) change() (*truce.ObjectHead, error) {
	h, err := a.object()
	if err != nil {
		return nil, err
	}
	if h.Object != a.Kind.Object() {
		return nil, truce.E(truce.CodeConflict, "%q is of another kind: %s", a.Subject, h.Object).At("/kind").
			WithHint("use %s.%s", h.Object, a.Kind.Act())
	}
	if err := a.owns(h); err != nil {
		return nil, err
	}
	if err := standing(h); err != nil {
		return nil, err
	}
	if a.Replaces != h.Version {
		return nil, staleWrite(h.Version)
	}
	return h, nil
}

// object is the object that the statement is about, where the author may know
// of it: to all others it does not exist.
func (a *act) object() (*truce.ObjectHead, error) {
	h, err := a.in.Objects.Head(a.ctx, a.r, a.Subject)
	if err != nil {
		return nil, err
	}
	sees, err := a.sees(h)
	if err != nil {
		return nil, err
	}
	if !sees {
		return nil, truce.E(truce.CodeNotFound, "there is no object %q", a.Subject).At("/subject").
			WithHint("check the id; what is not released to you cannot be spoken about")
	}
	if h.State == truce.ObjectErased {
		return nil, gone(a.Subject)
	}
	if h.Status != a.Status {
		return nil, truce.E(truce.CodeConflict, "the object has the status %s, the statement %s", h.Status, a.Status).At("/status").
			WithHint("speak about an object in the status it was registered with")
	}
	return h, nil
}

// sees reports whether the author may know of the object: its owner, a
// registrar, a recipient, a member of its audience; never an auditor, who sees
// hashes only (domain.md 3.1).
func (a *act) sees(h *truce.ObjectHead) (bool, error) {
	if h == nil || a.author.Role == truce.RoleAuditor {
		return false, nil
	}
	if h.Owner == a.Author || a.registrar() || h.Audience.Includes(a.Author, a.author.Role) {
		return true, nil
	}
	return a.in.Objects.Released(a.ctx, a.r, a.Subject, a.Author)
}

func (a *act) owns(h *truce.ObjectHead) error {
	if h.Owner == a.Author || a.registrar() {
		return nil
	}
	return truce.E(truce.CodeRefused, "%s is for the owner of the object or the registrar", a.Kind).At("/author").
		WithHint("who sees an error can contest it (challenge.open)")
}

// standing refuses objects that were withdrawn.
func standing(h *truce.ObjectHead) error {
	if h.State == truce.ObjectRegistered {
		return nil
	}
	return truce.E(truce.CodeConflict, "the object is withdrawn").At("/subject").
		WithHint("register it anew, naming the withdrawn one as its parent")
}

func staleWrite(newest string) error {
	return truce.E(truce.CodeStaleWrite, "there is a newer version").At("/replaces").
		WithHint("the newest version is %s; look at it, then sign again", newest)
}

func gone(subject string) error {
	return truce.E(truce.CodeGone, "the content of %q was erased", subject).At("/subject").
		WithHint("register with a fresh id if it must be registered again")
}
