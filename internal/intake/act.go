package intake

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/internal/store"
)

// How far the clock of an author may be from log time (trust-interop.md 2.5,
// back-dating). Imports sign lists that are up to a year old; the date that
// counts is always that of the log.
const (
	maxAhead = 5 * time.Minute
	maxAge   = 366 * 24 * time.Hour
)

// act is one statement on its way through the door, with the views as they
// stand just before its number. It only reads.
type act struct {
	*draft
	ctx    context.Context
	in     *Intake
	r      store.Reader
	number int64
	at     time.Time // log time
	known  *memory

	author *truce.PartyState // set by admit; nil at entry 0
}

// admit applies every rule that needs the views: first those for all kinds, then
// that of the kind.
func (a *act) admit() error {
	if err := a.checkTime(); err != nil {
		return err
	}
	if a.number == 0 {
		return a.admitGenesis()
	}
	if err := a.checkStranger(); err != nil {
		return err
	}
	if err := a.checkAuthor(); err != nil {
		return err
	}
	sign := a.rule.sign
	if sign == nil {
		sign = byKey
	}
	if err := sign(a); err != nil {
		return err
	}
	if a.otherHistory != nil {
		a.in.Logger.WarnContext(a.ctx, "a party has seen another history than ours", "author", a.Author, "seen", a.Seen.Size, "size", a.number)
		return a.otherHistory
	}
	if err := a.checkStatus(); err != nil {
		return err
	}
	if err := a.checkAudience(); err != nil {
		return err
	}
	return a.rule.admit(a)
}

// checkAudience refuses an audience that names a party which was never here: by a
// slip in a name nobody would be told. Parties that have left may be named still;
// the new party itself may be, in what enrols it.
func (a *act) checkAudience() error {
	for i, member := range a.Audience {
		id, ok := strings.CutPrefix(member, "party:")
		if !ok || id == a.Author || id == a.Subject {
			continue
		}
		p, err := a.party(id)
		if err != nil {
			return err
		}
		if p == nil {
			return truce.E(truce.CodeRefused, "party %q is not enrolled", id).At("/audience/" + strconv.Itoa(i)).
				WithHint("check the id of the party: truce party list")
		}
	}
	return nil
}

func (a *act) checkTime() error {
	switch d := a.MadeAt.Sub(a.at); {
	case d > maxAhead:
		return truce.E(truce.CodeRefused, "the statement is dated %s after the register's clock", d.Round(time.Second)).At("/madeAt").
			WithHint("set the clock; at most %s are tolerated", maxAhead)
	case d < -maxAge:
		return truce.E(truce.CodeRefused, "the statement is dated more than %d days before the register's clock", int(maxAge.Hours()/24)).At("/madeAt").
			WithHint("madeAt is when it was signed; say in the body when the fact began")
	}
	return nil
}

// checkStranger refuses what nobody signed whose key was ever stated here, in the
// same words whoever is said to be the author: the door tells strangers nothing
// of who takes part. The invited, who are strangers still, show a code.
func (a *act) checkStranger() error {
	for i := range a.env.Signatures {
		if k, err := a.key(a.env.Signatures[i].KeyID); err != nil || k != nil {
			return err
		}
	}
	if a.Kind == truce.KeyRoot && a.Author == a.Subject {
		return a.checkInvited(a.body.(*truce.Root).Invitation)
	}
	return unknownKey(a.env.Signatures[0].KeyID)
}

func (a *act) checkInvited(code string) error {
	p, err := a.party(a.Author)
	if err == nil && (!p.Active() || !sameText(truce.InvitationHash(code), p.Invitation)) {
		return wrongCode(a.Author)
	}
	return err
}

func (a *act) checkAuthor() error {
	p, err := a.party(a.Author)
	if err != nil {
		return err
	}
	switch {
	case p == nil:
		return truce.E(truce.CodeUnsigned, "party %q is not enrolled", a.Author).At("/author").
			WithHint("ask the registrar for an invitation")
	case !p.Active():
		return truce.E(truce.CodeRefused, "party %q was withdrawn at entry %d", a.Author, p.Withdrawn).At("/author").
			WithHint("what it signed before stays valid")
	case !a.spec.MayAuthor(p.Role):
		return truce.E(truce.CodeRefused, "a party with the role %s cannot author %s", p.Role, a.Kind).At("/author").
			WithHint("it is for the roles %v", a.spec.Roles)
	}
	a.author = p
	return nil
}

// checkStatus keeps what is meant apart from exercises: a register whose entry 0
// is an exercise holds nothing that is meant, and where things are meant nobody
// is enrolled, and no key revoked, for practice.
func (a *act) checkStatus() error {
	status, err := a.known.registerStatus(a.ctx, a.in.Parties, a.r)
	if err != nil {
		return err
	}
	if status != truce.Actual && a.Status == truce.Actual {
		return truce.E(truce.CodeRefused, "this register is an exercise; it takes no actual statements").At("/status").
			WithHint("give the status exercise or test")
	}
	if status == truce.Actual && a.Status != truce.Actual && a.changesKeys() {
		return truce.E(truce.CodeRefused, "what is said of parties and keys in this register is meant; it cannot be marked %s", a.Status).At("/status").
			WithHint("give the status actual, or practise in a register made as an exercise")
	}
	return nil
}

func (a *act) party(id truce.PartyID) (*truce.PartyState, error) {
	return a.known.party(a.ctx, a.in.Parties, a.r, id)
}

func (a *act) key(id string) (*truce.KeyState, error) {
	return a.known.key(a.ctx, a.in.Parties, a.r, id)
}

// registrar reports whether the author runs the register's procedure.
func (a *act) registrar() bool { return a.author.Role == truce.RoleRegistrar }

// activeParty is a party that takes part, or a refusal at field.
func (a *act) activeParty(id truce.PartyID, field string) (*truce.PartyState, error) {
	p, err := a.party(id)
	switch {
	case err != nil:
		return nil, err
	case p == nil:
		return nil, truce.E(truce.CodeRefused, "party %q is not enrolled", id).At(field).WithHint("check the id of the party")
	case !p.Active():
		return nil, truce.E(truce.CodeRefused, "party %q was withdrawn at entry %d", id, p.Withdrawn).At(field).WithHint("leave it out")
	}
	return p, nil
}

// signedBy reports whether the key signed the envelope.
func (d *draft) signedBy(key string) bool {
	for i := range d.env.Signatures {
		if d.env.Signatures[i].KeyID == key {
			return true
		}
	}
	return false
}

// countSigned is how many of the keys signed the envelope.
func (d *draft) countSigned(keys []string) int {
	n := 0
	for _, k := range keys {
		if d.signedBy(k) {
			n++
		}
	}
	return n
}

// possession demands that every key signs: who lists a key proves to hold it.
func (d *draft) possession(keys []string) error {
	for _, k := range keys {
		if !d.signedBy(k) {
			return truce.E(truce.CodeUnsigned, "key %s is stated as new and does not sign", k).At("/body").
				WithHint("every new key signs the envelope too, as proof that its holder agrees")
		}
	}
	return nil
}

// onlyBy demands that nobody signs but the keys.
func (d *draft) onlyBy(keys ...[]string) error {
	for i := range d.env.Signatures {
		id := d.env.Signatures[i].KeyID
		if !slices.ContainsFunc(keys, func(set []string) bool { return slices.Contains(set, id) }) {
			return truce.E(truce.CodeUnsigned, "key %s has no part in this statement", id).
				WithHint("sign %s with the root keys in force and the new keys only", d.Kind)
		}
	}
	return nil
}
