package intake

import (
	"slices"
	"strings"
	"time"

	"truce"
	"truce/proof"
)

// enrolBody is what intake reads of party.enrol and party.amend.
type enrolBody struct {
	Role            truce.Role  `json:"role"`
	Root            *truce.Root `json:"root"`
	Invitation      string      `json:"invitation"`
	InvitationUntil truce.When  `json:"invitationUntil"`
}

// objectPrefixes begin the ids of objects, and never those of parties: the two
// share the member "subject".
var objectPrefixes = []string{"site-", "area-", "movement-", truce.AgreementPrefix, truce.WindowPrefix}

func readEnrol(d *draft) (any, error) {
	b, err := bodyAs[enrolBody](d)
	if err != nil {
		return nil, err
	}
	if !truce.ValidPartyID(d.Subject) || hasObjectPrefix(d.Subject) {
		return nil, truce.E(truce.CodeInvalid, "%q cannot be the id of a party", d.Subject).At("/subject").
			WithHint("2 to 64 characters of a-z, 0-9, '-' and '.', not beginning with %v", objectPrefixes)
	}
	if (b.Root == nil) == (b.Invitation == "") {
		return nil, truce.E(truce.CodeInvalid, "a party is enrolled either with its root or with an invitation").At("/body").
			WithHint("give root, or invitation with the hash of a one-use code")
	}
	if b.Root != nil {
		if !b.InvitationUntil.IsZero() {
			return nil, truce.E(truce.CodeInvalid, "there is no invitation that could end").At("/body/invitationUntil").WithHint("leave it out")
		}
		return b, checkRoot(b.Root, "/body/root", false)
	}
	if !b.InvitationUntil.IsZero() && b.InvitationUntil.Precision != truce.Exact {
		return nil, truce.E(truce.CodeInvalid, "the end of an invitation must be an exact time").At("/body/invitationUntil").
			WithHint("write 2016-08-11T10:00:00Z")
	}
	return b, nil
}

func hasObjectPrefix(id string) bool {
	return slices.ContainsFunc(objectPrefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

// checkRoot checks a root by itself: k of n, and keys that can be used. The list
// has no key twice (truce.CheckBody).
func checkRoot(root *truce.Root, at string, mayUseCode bool) error {
	if root.Threshold > len(root.Keys) {
		return truce.E(truce.CodeInvalid, "%d of %d root keys can never sign", root.Threshold, len(root.Keys)).At(at + "/threshold").
			WithHint("the threshold is at most the number of keys")
	}
	if root.Invitation != "" && !mayUseCode {
		return truce.E(truce.CodeInvalid, "an invitation code has no place here").At(at + "/invitation").
			WithHint("the invited party states it in its own key.root")
	}
	return checkKeys(root.Keys, at+"/keys")
}

// checkKeys refuses keys that are malformed or weak.
func checkKeys(keys []string, at string) error {
	for _, k := range keys {
		if _, err := proof.ParseKey(k); err != nil {
			return within(err, at)
		}
	}
	return nil
}

// admitGenesis is entry 0: the registrar enrols itself with its root, signed by
// its root keys and nobody else.
func (a *act) admitGenesis() error {
	b, ok := a.body.(*enrolBody)
	if !ok || a.Kind != truce.PartyEnrol || b.Role != truce.RoleRegistrar || b.Root == nil || a.Author != a.Subject {
		return truce.E(truce.CodeRefused, "the first entry of a register is the enrolment of its registrar, with its root").
			WithHint("run: truce init")
	}
	if _, err := a.newAmong(b.Root.Keys, a.Subject, true); err != nil {
		return err
	}
	if err := a.possession(b.Root.Keys); err != nil {
		return err
	}
	return a.onlyBy(b.Root.Keys)
}

// signEnrol: the registrar signs, and each root key of the new party.
func signEnrol(a *act) error {
	b := a.body.(*enrolBody)
	if b.Root == nil {
		return byKey(a)
	}
	for _, id := range b.Root.Keys {
		k, err := a.fresh(id, a.Subject, true)
		if err != nil {
			return err
		}
		if k != nil {
			return truce.E(truce.CodeRefused, "key %s is stated already", id).At("/body/root/keys").WithHint("make a new key")
		}
	}
	return a.signedWith(a.spec.Scope, b.Root.Keys)
}

func admitEnrol(a *act) error {
	b := a.body.(*enrolBody)
	p, err := a.party(a.Subject)
	if err != nil {
		return err
	}
	head, err := a.in.Objects.Head(a.ctx, a.r, a.Subject)
	if err != nil {
		return err
	}
	if p != nil || head != nil {
		return truce.E(truce.CodeConflict, "the id %q is in use", a.Subject).At("/subject").
			WithHint("choose another id; the id of a withdrawn party is not given again")
	}
	if until, _, _ := b.InvitationUntil.Span(); !until.IsZero() && !until.After(a.at) {
		return truce.E(truce.CodeInvalid, "the invitation has ended before it begins").At("/body/invitationUntil").
			WithHint("give a time in the future")
	}
	return nil
}

func readAmendParty(d *draft) (any, error) { return bodyAs[enrolBody](d) }

// ofOwnParty is the party that the statement is about, which only itself and a
// registrar may speak about.
func (a *act) ofOwnParty() (*truce.PartyState, error) {
	if a.Author != a.Subject && !a.registrar() {
		return nil, truce.E(truce.CodeRefused, "%s is for the party itself or the registrar", a.Kind).At("/subject").
			WithHint("the subject is the id of your own party")
	}
	return a.activeParty(a.Subject, "/subject")
}

func admitAmendParty(a *act) error {
	p, err := a.ofOwnParty()
	if err != nil {
		return err
	}
	if a.Replaces != "" && a.Replaces != p.Version {
		return staleWrite(p.Version)
	}
	if role := a.body.(*enrolBody).Role; role != p.Role {
		return truce.E(truce.CodeRefused, "the role of a party stays what it was enrolled with: %s", p.Role).At("/body/role").
			WithHint("enrol another party for another role")
	}
	return nil
}

// admitWithdrawParty: a registrar is withdrawn by another one only, so that one
// always remains.
func admitWithdrawParty(a *act) error {
	p, err := a.ofOwnParty()
	if err != nil {
		return err
	}
	if p.Role == truce.RoleRegistrar && a.Author == a.Subject {
		return truce.E(truce.CodeRefused, "a registrar cannot withdraw itself").At("/subject").
			WithHint("enrol another registrar, which then withdraws this one")
	}
	return nil
}

// invitationOpen refuses a code that is wrong, used or over.
func (a *act) invitationOpen(p *truce.PartyState, code string) error {
	switch {
	case p.Invitation == "" || p.InvitationUsed != truce.NoEntry:
		return truce.E(truce.CodeRefused, "the invitation of party %q was used", p.ID).At("/body/invitation").
			WithHint("a root is changed by the root in force; ask the registrar if it is lost")
	case !sameText(truce.InvitationHash(code), p.Invitation):
		return wrongCode(p.ID)
	case !p.InvitationUntil.IsZero() && !a.at.Before(p.InvitationUntil):
		return truce.E(truce.CodeRefused, "the invitation ended at %s", p.InvitationUntil.Format(time.RFC3339)).At("/body/invitation").
			WithHint("ask the registrar for another one")
	}
	return nil
}

func wrongCode(id truce.PartyID) error {
	return truce.E(truce.CodeRefused, "the invitation code is not that of party %q", id).At("/body/invitation").
		WithHint("use the code, and the id, that the registrar gave to this party")
}
