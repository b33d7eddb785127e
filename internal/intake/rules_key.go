package intake

import (
	"crypto/subtle"

	"truce"
	"truce/proof"
)

func readRoot(d *draft) (any, error) {
	b, err := bodyAs[truce.Root](d)
	if err != nil {
		return nil, err
	}
	return b, checkRoot(b, "/body", true)
}

// signRoot decides who may state a root: the root in force, the invited party
// itself for its first one, or a registrar where no root can act.
func signRoot(a *act) error {
	b := a.body.(*truce.Root)
	p, err := a.activeParty(a.Subject, "/subject")
	if err != nil {
		return err
	}
	root, err := a.in.Parties.Root(a.ctx, a.r, a.Subject, truce.Now)
	if err != nil {
		return err
	}
	fresh, err := a.newAmong(b.Keys, a.Subject, true)
	if err != nil {
		return err
	}
	switch {
	case a.Author != a.Subject:
		return a.restateRoot(root, fresh)
	case root == nil:
		return a.firstRoot(p, b, fresh)
	}
	return a.rotateRoot(root, b, fresh)
}

// rotateRoot: signed by k of the old keys and by every new one.
func (a *act) rotateRoot(old *truce.RootState, b *truce.Root, fresh []string) error {
	if b.Invitation != "" {
		return truce.E(truce.CodeRefused, "the invitation of party %q was used", a.Subject).At("/body/invitation").
			WithHint("leave the code out; the root in force signs a new one")
	}
	if !old.Enough() {
		return truce.E(truce.CodeRefused, "too few root keys of party %q are left to sign", a.Subject).
			WithHint("ask a registrar to restate the root")
	}
	if err := a.threshold(old); err != nil {
		return err
	}
	if err := a.possession(fresh); err != nil {
		return err
	}
	return a.onlyBy(old.Keys, b.Keys)
}

// firstRoot: an invited party states its root with the code, once.
func (a *act) firstRoot(p *truce.PartyState, b *truce.Root, fresh []string) error {
	if err := a.invitationOpen(p, b.Invitation); err != nil {
		return err
	}
	if err := a.possession(fresh); err != nil {
		return err
	}
	return a.onlyBy(b.Keys)
}

// restateRoot: a registrar states the root of another party whose root cannot
// act, because it has none yet or too many of its keys were revoked.
func (a *act) restateRoot(old *truce.RootState, fresh []string) error {
	if !a.registrar() {
		return truce.E(truce.CodeRefused, "a party states its own root only").At("/subject").
			WithHint("the subject is the id of your own party")
	}
	if old != nil && old.Enough() {
		return truce.E(truce.CodeRefused, "the root of party %q can act for itself", a.Subject).At("/subject").
			WithHint("a registrar restates a root only where too few of its keys are left")
	}
	if a.body.(*truce.Root).Invitation != "" {
		return truce.E(truce.CodeInvalid, "an invitation code is for the invited party itself").At("/body/invitation").WithHint("leave it out")
	}
	return a.signedWith(truce.ScopeAdminister, fresh)
}

type keyList struct {
	Keys []truce.ListedKey `json:"keys"`
	ids  []string
}

func readKeyList(d *draft) (any, error) {
	b, err := bodyAs[keyList](d)
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool, len(b.Keys))
	for _, k := range b.Keys {
		if seen[k.Key] {
			return nil, truce.E(truce.CodeInvalid, "key %s stands twice", k.Key).At("/body/keys").WithHint("list a key once, with all its scopes")
		}
		seen[k.Key] = true
		b.ids = append(b.ids, k.Key)
	}
	return b, checkKeys(b.ids, "/body/keys")
}

// signKeyList: k of the root keys sign, and every key that is not in the list in
// force.
func signKeyList(a *act) error {
	b := a.body.(*keyList)
	if a.Author != a.Subject {
		return truce.E(truce.CodeRefused, "a party lists its own keys only").At("/subject").
			WithHint("the subject is the id of your own party")
	}
	root, err := a.in.Parties.Root(a.ctx, a.r, a.Subject, truce.Now)
	if err != nil {
		return err
	}
	if root == nil {
		return truce.E(truce.CodeRefused, "party %q has no root yet", a.Subject).
			WithHint("state the root first (key.root), with the invitation code")
	}
	if err := a.threshold(root); err != nil {
		return err
	}
	fresh, err := a.newAmong(b.ids, a.Subject, false)
	if err != nil {
		return err
	}
	if err := a.possession(fresh); err != nil {
		return err
	}
	return a.onlyBy(root.Keys, b.ids)
}

type revocation struct {
	Key string `json:"key"`
}

func readRevoke(d *draft) (any, error) {
	b, err := bodyAs[revocation](d)
	if err != nil {
		return nil, err
	}
	if _, err := proof.ParseKey(b.Key); err != nil {
		return nil, within(err, "/body/key")
	}
	return b, nil
}

// signRevoke: root keys of the author sign as a root, with its threshold; any
// other key signs as a key in use. A party's own root keys are revoked by its
// root only, so that one stolen key cannot unseat the root.
func signRevoke(a *act) error {
	root, err := a.in.Parties.Root(a.ctx, a.r, a.Author, truce.Now)
	if err != nil {
		return err
	}
	if root != nil && a.countSigned(root.Keys) > 0 {
		if err := a.threshold(root); err != nil {
			return err
		}
		return a.onlyBy(root.Keys)
	}
	if err := byKey(a); err != nil {
		return err
	}
	k, err := a.key(a.body.(*revocation).Key)
	if err == nil && k != nil && k.Root && k.Party == a.Author {
		return truce.E(truce.CodeRefused, "a root key of the own party is revoked by its root").At("/body/key").
			WithHint("sign with the root keys that are left, or ask another registrar")
	}
	return err
}

func admitRevoke(a *act) error {
	if _, err := a.ofOwnParty(); err != nil {
		return err
	}
	id := a.body.(*revocation).Key
	k, err := a.key(id)
	switch {
	case err != nil:
		return err
	case k == nil || k.Party != a.Subject:
		return truce.E(truce.CodeNotFound, "key %s is not a key of party %q", id, a.Subject).At("/body/key").
			WithHint("the subject is the party whose key it is")
	case k.Revoked != truce.NoEntry:
		return truce.E(truce.CodeConflict, "key %s was revoked at entry %d", id, k.Revoked).At("/body/key").
			WithHint("nothing is left to do")
	}
	return nil
}

// sameText compares in constant time.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
