package intake

import (
	"slices"

	"truce"
)

// byKey demands that every signature is by a key in use of the author that has
// the kind's scope.
func byKey(a *act) error { return a.signedWith(a.spec.Scope, nil) }

// signedWith demands that every signature is by a key in use of the author that
// has the scope, but for those of the new keys, which prove possession and count
// for nothing else.
func (a *act) signedWith(scope truce.Scope, newKeys []string) error {
	counted := 0
	for i := range a.env.Signatures {
		id := a.env.Signatures[i].KeyID
		if slices.Contains(newKeys, id) {
			continue
		}
		if err := a.mayUse(id, scope); err != nil {
			return err
		}
		counted++
	}
	if counted == 0 {
		return truce.E(truce.CodeUnsigned, "no key in use of party %q signs", a.Author).
			WithHint("sign with a key that has the scope %s", scope)
	}
	return a.possession(newKeys)
}

// mayUse reports why a signature by the key does not count, nil where it does.
func (a *act) mayUse(id string, scope truce.Scope) error {
	k, err := a.key(id)
	if err != nil {
		return err
	}
	switch {
	case k == nil:
		return unknownKey(id)
	case k.Party != a.Author:
		return truce.E(truce.CodeUnsigned, "key %s is not a key of party %q", id, a.Author).At("/author").
			WithHint("the author is the party whose key signs")
	case k.Revoked != truce.NoEntry:
		return truce.E(truce.CodeRefused, "key %s was revoked at entry %d", id, k.Revoked).
			WithHint("sign with another key; what it signed before stays valid")
	case k.Root:
		return truce.E(truce.CodeRefused, "key %s is a root key: it signs key.root and key.list only", id).
			WithHint("sign with a key that the root lists")
	case k.Until != truce.NoEntry:
		return truce.E(truce.CodeRefused, "key %s was retired at entry %d", id, k.Until).
			WithHint("sign with a key in the newest key.list")
	case !k.May(scope):
		return truce.E(truce.CodeRefused, "key %s does not have the scope %s that %s needs", id, scope, a.Kind).
			WithHint("its scopes are %v", k.Scopes)
	}
	return nil
}

func unknownKey(id string) error {
	return truce.E(truce.CodeUnsigned, "key %s is not known here", id).
		WithHint("the party's root lists a key (key.list) before it signs; who is not enrolled asks the registrar for an invitation")
}

// threshold demands the signatures of k of the root keys that count.
func (a *act) threshold(root *truce.RootState) error {
	if n := a.countSigned(root.Keys); n < root.Threshold {
		return truce.E(truce.CodeUnsigned, "%d of the %d root keys sign, %d must", n, len(root.Keys), root.Threshold).
			WithHint("collect the signatures of more root keys of party %q", root.Party)
	}
	return nil
}

// fresh demands that a key may be stated as a root key (root) or as a listed key
// of the party: it is not the log's, was never another party's, never served the
// other use and was not revoked. It gives what is known of the key, nil where
// nobody stated it before.
func (a *act) fresh(id string, party truce.PartyID, root bool) (*truce.KeyState, error) {
	if id == a.in.LogKeyID {
		return nil, truce.E(truce.CodeRefused, "key %s is the key of the log itself", id).At("/body").
			WithHint("make a new key: a key has one holder and one use")
	}
	k, err := a.key(id)
	if err != nil || k == nil {
		return nil, err
	}
	switch {
	case k.Party != party:
		return nil, truce.E(truce.CodeRefused, "key %s belongs to another party", id).At("/body").
			WithHint("make a new key: a key has one holder for ever")
	case k.Revoked != truce.NoEntry:
		return nil, truce.E(truce.CodeRefused, "key %s was revoked at entry %d", id, k.Revoked).At("/body").
			WithHint("make a new key: a revoked one never counts again")
	case k.Root != root:
		return nil, truce.E(truce.CodeRefused, "key %s is already stated for the other use: root keys and keys in use are apart", id).At("/body").
			WithHint("make a new key")
	}
	return k, nil
}

// newAmong are the keys that possession must be proved for: those that do not
// stand in what is in force. Every key must be fresh.
func (a *act) newAmong(keys []string, party truce.PartyID, root bool) ([]string, error) {
	var fresh []string
	for _, id := range keys {
		k, err := a.fresh(id, party, root)
		if err != nil {
			return nil, err
		}
		if !k.Usable() {
			fresh = append(fresh, id)
		}
	}
	return fresh, nil
}
