package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"truce"
)

// admitAgreement is register and announce: the id is new, and everybody and
// everything that is named is there.
func admitAgreement(a *act) error {
	h, err := a.in.Agreements.AgreementHead(a.ctx, a.r, a.Subject)
	if err != nil {
		return err
	}
	o, err := a.in.Objects.Head(a.ctx, a.r, a.Subject)
	if err != nil {
		return err
	}
	if h != nil || o != nil {
		return truce.E(truce.CodeConflict, "the id %q is in use", a.Subject).At("/subject").
			WithHint("use a fresh random id; %s.amend changes one that is registered", a.Kind.Object())
	}
	return a.named(a.body.(*matter))
}

// named demands that the parties take part, and that other agreements and windows
// are there for the author; and that who announces what binds it may do so.
func (a *act) named(m *matter) error {
	for i := range m.parties {
		id := m.parties[i].Party
		if id == "" {
			continue
		}
		p, err := a.activeParty(id, "/body/parties/"+strconv.Itoa(i))
		if err != nil {
			return err
		}
		if p.Role == truce.RoleAuditor {
			return truce.E(truce.CodeRefused, "party %q is an auditor: it sees hashes only", id).At("/body/parties/" + strconv.Itoa(i)).WithHint("leave it out")
		}
	}
	for _, r := range m.refs {
		h, err := a.in.Agreements.AgreementHead(a.ctx, a.r, r.id)
		if err != nil {
			return err
		}
		if !a.seesAgreement(h) {
			return truce.E(truce.CodeNotFound, "there is no %s %q", r.object, r.id).At(r.field).WithHint("check the id")
		}
	}
	return cmp.Or(a.inNoCircle(m), a.mayBindItself(m))
}

// mayBindItself: who announces a window as one of its signatories is bound by
// that, and needs a key that may accept.
func (a *act) mayBindItself(m *matter) error {
	if a.Kind.Object() != "window" || !m.signatory(a.Author) {
		return nil
	}
	for i := range a.env.Signatures {
		if err := a.mayUse(a.env.Signatures[i].KeyID, truce.ScopeAccept); err != nil {
			return err
		}
	}
	return nil
}

// maxAbove bounds how many agreements above or superseded are followed.
const maxAbove = 64

// inNoCircle refuses an agreement that would stand above itself, or take its own
// place. What the author may not know of is not followed: a circle through it is
// left to the evaluation, which shows it to those who may see it.
func (a *act) inNoCircle(m *matter) error {
	if a.Kind != truce.AgreementAmend {
		return nil // a new id stands above nothing yet
	}
	up := func(m *matter) []string { return []string{m.parent} }
	before := func(m *matter) []string { return m.above }
	return cmp.Or(a.follow(m, up, "/body/parent"), a.follow(m, before, "/body/supersedes"))
}

func (a *act) follow(m *matter, edges func(*matter) []string, at string) error {
	seen := map[string]bool{"": true}
	for todo := slices.Clone(edges(m)); len(todo) > 0; todo = todo[1:] {
		id := todo[0]
		switch {
		case seen[id]:
			continue
		case id == a.Subject:
			return truce.E(truce.CodeConflict, "the agreement would stand in a circle with itself").At(at).WithHint("leave out what leads back to it")
		case len(seen) > maxAbove:
			return truce.E(truce.CodeTooLarge, "more than %d agreements would stand above one another", maxAbove).At(at).WithHint("name fewer")
		}
		seen[id] = true
		h, err := a.in.Agreements.AgreementHead(a.ctx, a.r, id)
		if err != nil {
			return err
		}
		if !a.seesAgreement(h) || h.Body == nil {
			continue
		}
		next, err := matterOf(h)
		if err != nil {
			return err
		}
		todo = append(todo, edges(next)...)
	}
	return nil
}

// seesAgreement reports whether the author may know of the agreement or window:
// its owner, a registrar, a party named in it, a member of its audience; never
// an auditor.
func (a *act) seesAgreement(h *truce.AgreementHead) bool {
	if h == nil || a.author.Role == truce.RoleAuditor {
		return false
	}
	if h.Owner == a.Author || a.registrar() || h.Audience.Includes(a.Author, a.author.Role) {
		return true
	}
	if h.Body == nil {
		return false
	}
	m, err := matterOf(h)
	return err == nil && m.party(a.Author) != nil
}

// agreement is the agreement or window that the statement is about, where the
// author may know of it: to all others it does not exist.
func (a *act) agreement() (*truce.AgreementHead, *matter, error) {
	object := map[string]string{"agreement": "agreement"}[a.Kind.Object()]
	object = cmp.Or(object, "window")
	h, err := a.in.Agreements.AgreementHead(a.ctx, a.r, a.Subject)
	switch {
	case err != nil:
		return nil, nil, err
	case !a.seesAgreement(h) || truce.AgreementObject(a.Subject) != object:
		return nil, nil, truce.E(truce.CodeNotFound, "there is no %s %q", object, a.Subject).At("/subject").WithHint("check the id")
	case h.State == truce.ObjectErased:
		return nil, nil, gone(a.Subject)
	case h.Status != a.Status:
		return nil, nil, truce.E(truce.CodeConflict, "the %s has the status %s, the statement %s", object, h.Status, a.Status).At("/status").
			WithHint("speak about it in the status it was registered with")
	case h.State == truce.ObjectWithdrawn:
		return nil, nil, truce.E(truce.CodeConflict, "the %s is withdrawn", object).At("/subject").WithHint("register it anew with a fresh id")
	}
	m, err := matterOf(h)
	return h, m, err
}

// agreementChange is amend and withdraw: by the owner or a registrar, on the
// newest version.
func (a *act) agreementChange() (*truce.AgreementHead, *matter, error) {
	h, m, err := a.agreement()
	switch {
	case err != nil:
		return nil, nil, err
	case h.Owner != a.Author && !a.registrar():
		return nil, nil, truce.E(truce.CodeRefused, "%s is for its owner or the registrar", a.Kind).At("/author").
			WithHint("a party says where it stands with the other acts: accept, reject, suspend")
	case a.Replaces != h.Version:
		return nil, nil, staleWrite(h.Version)
	}
	return h, m, nil
}

// admitAgreementAmend: who is not the owner cannot widen the audience.
func admitAgreementAmend(a *act) error {
	h, _, err := a.agreementChange()
	if err != nil {
		return err
	}
	m := a.body.(*matter)
	for i, member := range a.Audience {
		id, isParty := strings.CutPrefix(member, "party:")
		may := h.Owner == a.Author || slices.Contains(h.Audience, member) || member == "role:"+string(truce.RoleRegistrar) ||
			isParty && (id == h.Owner || m.party(id) != nil)
		if !may {
			return truce.E(truce.CodeRefused, "only its owner tells others of it").At("/audience/" + strconv.Itoa(i)).WithHint("keep to the audience that the owner gave it")
		}
	}
	return a.named(m)
}

// admitAgreementWithdraw: what others have accepted is not taken back by one.
func admitAgreementWithdraw(a *act) error {
	h, _, err := a.agreementChange()
	if err != nil || h.Object == "window" {
		return err
	}
	return a.boundAlone(h)
}

// boundAlone refuses where somebody else than the owner is bound by the terms in
// force.
func (a *act) boundAlone(h *truce.AgreementHead) error {
	bound, err := a.in.Agreements.AgreementBound(a.ctx, a.r, a.Subject, h.Terms)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(bound, func(id truce.PartyID) bool { return id != h.Owner }) {
		return truce.E(truce.CodeRefused, "others have accepted it: one side does not take it back").At("/subject").
			WithHint("a party leaves with agreement.denounce; all end it with agreement.terminate")
	}
	return nil
}

// admitAgreementErase: content goes where its owner asks for it and nobody else
// is bound, or by a registrar, who names the owner.
func (a *act) admitAgreementErase() error {
	h, err := a.in.Agreements.AgreementHead(a.ctx, a.r, a.Subject)
	switch {
	case err != nil:
		return err
	case !a.seesAgreement(h):
		return truce.E(truce.CodeNotFound, "there is no object %q", a.Subject).At("/subject").
			WithHint("check the id; what is not released to you cannot be spoken about")
	case h.State == truce.ObjectErased:
		return gone(a.Subject)
	case h.Status != a.Status:
		return truce.E(truce.CodeConflict, "the object has the status %s, the statement %s", h.Status, a.Status).At("/status").
			WithHint("speak about an object in the status it was registered with")
	case h.Owner != a.Author && !a.registrar():
		return truce.E(truce.CodeRefused, "%s is for the owner of the object or the registrar", a.Kind).At("/author")
	case h.Owner != a.Author && !slices.Contains(a.Audience, "party:"+h.Owner):
		return truce.E(truce.CodeInvalid, "the owner of the object is not told of its erasure").At("/audience").
			WithHint("name %q in the audience: nothing else will show whose it was", "party:"+h.Owner)
	case h.Owner == a.Author && !a.registrar():
		return a.boundAlone(h)
	}
	return nil
}

// party is what is said of a party, nil where it is not named.
func (m *matter) party(id truce.PartyID) *truce.PartyContent {
	for i := range m.parties {
		if m.parties[i].Party == id {
			return &m.parties[i]
		}
	}
	return nil
}

func (m *matter) signatory(id truce.PartyID) bool { return m.is(id, "signatory") }

// is reports whether the party has one of the roles.
func (m *matter) is(id truce.PartyID, roles ...string) bool {
	p := m.party(id)
	return p != nil && slices.ContainsFunc(roles, p.Is)
}
