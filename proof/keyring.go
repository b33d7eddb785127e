package proof

import (
	"encoding/json"
	"slices"

	"truce"
)

// keyring is what a series of entries says about whose keys are whose. It asks
// of each statement that those signed it who may: the rules of intake, as far
// as a selection of the log can show them. It begins with entry 0, in which the
// registrar enrols itself.
type keyring struct {
	parties map[truce.PartyID]*standing
	owner   map[string]string // key id -> its one use, ever
	status  truce.Status      // of entry 0: that of the whole register
}

// standing is one party's keys as of the last entry that was worked in.
type standing struct {
	role       truce.Role
	invitation string // "sha256:…" of the code with which it may state its first root
	root       truce.Root
	rootIn     int64 // entry that stated the root
	restated   bool  // by the registrar, without the party's old root
	listed     map[string]listing
}

type listing struct {
	in     int64
	scopes []truce.Scope
}

func newKeyring(logKeyID string) *keyring {
	return &keyring{parties: map[truce.PartyID]*standing{}, owner: map[string]string{logKeyID: "the log"}}
}

// admit checks that those signed l who may, says in which capacity each key
// signed, and works l in where it is about keys.
func (k *keyring) admit(l *logged) ([]SignerInfo, error) {
	if len(k.parties) == 0 && (l.number != 0 || l.statement.Kind != truce.PartyEnrol) {
		return nil, l.fault("the vouchers do not begin with entry 0, in which the registrar enrols itself")
	}
	if err := k.checkStatus(l); err != nil {
		return nil, err
	}
	switch l.statement.Kind {
	case truce.PartyEnrol:
		return k.enrol(l)
	case truce.KeyRoot:
		return k.stateRoot(l)
	case truce.KeyList:
		return k.stateList(l)
	case truce.KeyRevoke:
		return k.revoke(l)
	case truce.PartyWithdraw:
		return k.withdraw(l)
	}
	return k.listedOnly(l)
}

// withdraw ends a party: none of its keys counts any more.
func (k *keyring) withdraw(l *logged) ([]SignerInfo, error) {
	signers, err := k.listedOnly(l)
	if p := k.parties[l.statement.Subject]; err == nil && p != nil {
		p.listed, p.root = map[string]listing{}, truce.Root{}
	}
	return signers, err
}

// checkStatus keeps what is meant apart from exercises, as intake does: an
// exercise holds nothing that is meant, and where things are meant so is what is
// said of parties and keys.
func (k *keyring) checkStatus(l *logged) error {
	if l.number == 0 {
		k.status = l.statement.Status
	}
	object := l.statement.Kind.Object()
	switch meant := l.statement.Status == truce.Actual; {
	case meant && k.status != truce.Actual:
		return l.fault("it is marked as meant, in a register that is an exercise")
	case !meant && k.status == truce.Actual && (object == "party" || object == "key"):
		return l.fault("it is marked %s, and cannot say whose keys are whose in a register where things are meant", l.statement.Status)
	}
	return nil
}

func (l *logged) fault(format string, args ...any) error {
	return tampered("entry %d, %s by %q: "+format, append([]any{l.number, l.statement.Kind, l.statement.Author}, args...)...)
}

// signers sorts the signatures of l: ask says in which capacity a key signs.
func (l *logged) signers(ask ...func(key string) (SignerInfo, bool)) ([]SignerInfo, error) {
	out := make([]SignerInfo, 0, len(l.envelope.Signatures))
next:
	for _, s := range l.envelope.Signatures {
		for _, as := range ask {
			if info, ok := as(s.KeyID); ok {
				out = append(out, info)
				continue next
			}
		}
		return nil, l.fault("the vouchers do not show that the key %s could sign it", s.KeyID)
	}
	return out, nil
}

// listedOnly is the rule of most kinds: the author has a role for which the kind
// is, and every signature is by a key in use of the author, with the scope that
// the kind needs.
func (k *keyring) listedOnly(l *logged) ([]SignerInfo, error) {
	if p := k.parties[l.statement.Author]; p != nil {
		if spec, ok := truce.SpecOf(l.statement.Kind); !ok || !spec.MayAuthor(p.role) {
			return nil, l.fault("it is not for a party with the role %s", p.role)
		}
	}
	return l.signers(k.listedKey(l.statement.Author, scopeOf(l)))
}

func scopeOf(l *logged) truce.Scope {
	if spec, ok := truce.SpecOf(l.statement.Kind); ok && spec.Scope != "" {
		return spec.Scope
	}
	return truce.ScopeAdminister
}

func (k *keyring) listedKey(party truce.PartyID, scope truce.Scope) func(string) (SignerInfo, bool) {
	return func(key string) (SignerInfo, bool) {
		p := k.parties[party]
		if p == nil {
			return SignerInfo{}, false
		}
		in, ok := p.listed[key]
		return SignerInfo{Key: key, Party: party, Use: UseListed, ListedIn: in.in, Scopes: in.scopes},
			ok && slices.Contains(in.scopes, scope)
	}
}

func (k *keyring) rootKey(party truce.PartyID) func(string) (SignerInfo, bool) {
	return func(key string) (SignerInfo, bool) {
		p := k.parties[party]
		if p == nil || !slices.Contains(p.root.Keys, key) {
			return SignerInfo{}, false
		}
		return SignerInfo{Key: key, Party: party, Use: UseRoot, ListedIn: p.rootIn}, true
	}
}

// newKey accepts the keys that the statement itself brings in.
func (l *logged) newKey(keys []string) func(string) (SignerInfo, bool) {
	return func(key string) (SignerInfo, bool) {
		return SignerInfo{Key: key, Party: l.statement.Subject, Use: UseNew, ListedIn: l.number}, slices.Contains(keys, key)
	}
}

func count(signers []SignerInfo, use Use) (n int) {
	for _, s := range signers {
		if s.Use == use {
			n++
		}
	}
	return n
}

// meets reports whether enough root keys signed.
func (p *standing) meets(signers []SignerInfo) bool {
	return p != nil && p.root.Threshold > 0 && count(signers, UseRoot) >= p.root.Threshold
}

type enrolBody struct {
	Role       truce.Role  `json:"role"`
	Root       *truce.Root `json:"root"`
	Invitation string      `json:"invitation"`
}

func (k *keyring) enrol(l *logged) ([]SignerInfo, error) {
	var b enrolBody
	if err := json.Unmarshal(l.statement.Body, &b); err != nil {
		return nil, l.fault("its body cannot be read")
	}
	if k.parties[l.statement.Subject] != nil {
		return nil, l.fault("the party was enrolled before")
	}
	signers, err := k.enrolSigners(l, &b)
	if err != nil {
		return nil, err
	}
	p := &standing{role: b.Role, invitation: b.Invitation, listed: map[string]listing{}}
	if b.Root != nil {
		if err := k.setRoot(l, p, b.Root); err != nil {
			return nil, err
		}
	}
	k.parties[l.statement.Subject] = p
	return signers, nil
}

func (k *keyring) enrolSigners(l *logged, b *enrolBody) ([]SignerInfo, error) {
	var fresh []string
	if b.Root != nil {
		fresh = b.Root.Keys
	}
	if l.number == 0 {
		if b.Root == nil || b.Role != truce.RoleRegistrar || l.statement.Author != l.statement.Subject {
			return nil, l.fault("the registrar does not enrol itself")
		}
		return l.signers(l.newKey(fresh))
	}
	if !k.isRegistrar(l.statement.Author) {
		return nil, l.fault("only the registrar enrols parties")
	}
	signers, err := l.signers(k.listedKey(l.statement.Author, scopeOf(l)), l.newKey(fresh))
	if err == nil && count(signers, UseListed) == 0 {
		err = l.fault("no key of the registrar signed it")
	}
	return signers, err
}

// setRoot states the root of p; every key that was not in the root before must
// have signed l.
func (k *keyring) setRoot(l *logged, p *standing, root *truce.Root) error {
	if root.Threshold < 1 || root.Threshold > len(root.Keys) {
		return l.fault("a root of %d keys cannot need %d signatures", len(root.Keys), root.Threshold)
	}
	for _, key := range root.Keys {
		if !slices.Contains(p.root.Keys, key) && !l.signedBy(key) {
			return l.fault("the new root key %s did not sign it", clip(key))
		}
	}
	if err := k.claimAll(l, root.Keys, rootOf(l)); err != nil {
		return err
	}
	p.root, p.rootIn = *root, l.number
	return nil
}

func (l *logged) signedBy(key string) bool {
	return slices.ContainsFunc(l.envelope.Signatures, func(s Signature) bool { return s.KeyID == key })
}

// claimAll holds that a key has one use in one party, ever.
func (k *keyring) claimAll(l *logged, keys []string, use string) error {
	for _, key := range keys {
		if was := k.owner[key]; was != "" && was != use {
			return l.fault("the key %s is already: %s", clip(key), was)
		}
	}
	for _, key := range keys {
		k.owner[key] = use
	}
	return nil
}

func (k *keyring) stateRoot(l *logged) ([]SignerInfo, error) {
	var root truce.Root
	author, subject := l.statement.Author, l.statement.Subject
	p := k.parties[subject]
	if err := json.Unmarshal(l.statement.Body, &root); err != nil || p == nil || author != subject && !k.isRegistrar(author) {
		return nil, l.fault("the vouchers do not show that the party was enrolled")
	}
	restated := false
	signers, err := l.signers(k.rootKey(subject), l.newKey(root.Keys), k.restatingKey(author, subject))
	if err != nil {
		return nil, err
	}
	switch {
	case author == subject && p.root.Threshold == 0 && p.invitation != "" && p.invitation == truce.InvitationHash(root.Invitation):
	case p.meets(signers):
	case count(signers, UseListed) > 0:
		restated = true
	default:
		return nil, l.fault("neither enough of the old root keys, nor the registrar, nor an invitation stand behind the new root")
	}
	err = k.setRoot(l, p, &root)
	p.restated = p.restated || restated && err == nil
	return signers, err
}

// restatingKey accepts a registrar's keys for the lost root of another party,
// never for its own.
func (k *keyring) restatingKey(author, subject truce.PartyID) func(string) (SignerInfo, bool) {
	if author == subject {
		return func(string) (SignerInfo, bool) { return SignerInfo{}, false }
	}
	return k.listedKey(author, truce.ScopeAdminister)
}

// isRegistrar reports whether the party was enrolled as a registrar: the one of
// entry 0, or one that a registrar enrolled.
func (k *keyring) isRegistrar(party truce.PartyID) bool {
	p := k.parties[party]
	return p != nil && p.role == truce.RoleRegistrar
}

func (k *keyring) stateList(l *logged) ([]SignerInfo, error) {
	var b struct {
		Keys []truce.ListedKey `json:"keys"`
	}
	p := k.parties[l.statement.Subject]
	if err := json.Unmarshal(l.statement.Body, &b); err != nil || p == nil || l.statement.Author != l.statement.Subject {
		return nil, l.fault("the vouchers do not show that the party was enrolled")
	}
	keys := make([]string, len(b.Keys))
	listed := make(map[string]listing, len(b.Keys))
	for i, key := range b.Keys {
		keys[i], listed[key.Key] = key.Key, listing{l.number, key.Scopes}
	}
	signers, err := l.signers(k.rootKey(l.statement.Author), l.newKey(keys))
	if err == nil && !p.meets(signers) {
		err = l.fault("%d of the %d root signatures that it needs are there", count(signers, UseRoot), p.root.Threshold)
	}
	if err == nil {
		err = k.claimAll(l, keys, keyOf(l))
	}
	if err != nil {
		return nil, err
	}
	p.listed = listed
	return signers, nil
}

func (k *keyring) revoke(l *logged) ([]SignerInfo, error) {
	var b struct {
		Key string `json:"key"`
	}
	p, author := k.parties[l.statement.Subject], l.statement.Author
	if err := json.Unmarshal(l.statement.Body, &b); err != nil || p == nil || author != l.statement.Subject && !k.isRegistrar(author) {
		return nil, l.fault("the vouchers do not show that it could be stated")
	}
	signers, err := l.signers(k.listedKey(author, scopeOf(l)), k.rootKey(author))
	if err != nil {
		return nil, err
	}
	if count(signers, UseListed) == 0 && !k.parties[author].meets(signers) {
		return nil, l.fault("not enough root keys signed it")
	}
	if was := k.owner[b.Key]; was != "" && was != rootOf(l) && was != keyOf(l) {
		return nil, l.fault("the key %s is not the party's: %s", clip(b.Key), was)
	}
	k.owner[b.Key] = "revoked"
	delete(p.listed, b.Key)
	p.root.Keys = slices.DeleteFunc(slices.Clone(p.root.Keys), func(key string) bool { return key == b.Key })
	return signers, nil
}

// rootOf and keyOf name the two uses that a key can have in the subject of l.
func rootOf(l *logged) string { return "root of " + l.statement.Subject }
func keyOf(l *logged) string  { return "key of " + l.statement.Subject }
