package proof

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// The caveats: what one file cannot show. Verified lists those that hold. The
// texts are stable within a release, so that a surface can translate them.
const (
	CaveatWithheld    = "the content is withheld: the receipt shows that entry and time stand in the log, not what was said or by whom"
	CaveatNoVouchers  = "the receipt holds no vouchers: whose the signing keys are is not shown"
	CaveatRevocation  = "a list of keys or a revocation that is not among the vouchers cannot be seen in one file"
	CaveatRestated    = "the registrar restated the author's root keys without the author's old ones"
	CaveatLater       = "whether it was amended, withdrawn, contested or erased later cannot be seen in one file"
	CaveatOneView     = "that everybody is shown the same log can be seen only by comparing checkpoints"
	CaveatCosigners   = "the checkpoint carries signatures by others than the log, and they were not checked"
	CaveatNotActual   = "the statement is not meant: it is marked as an exercise or a test"
	CaveatClaimedTime = "the time is the one of the register's clock"
)

// Verified is what a receipt shows once everything in it matched.
type Verified struct {
	Origin       string           // name of the log
	Size         int64            // entries in the log at the checkpoint
	Root         tlog.Hash        // root hash of the log at that size
	Entry        Entry            // number, time received and, unless withheld, salt and record
	Commitment   [32]byte         // what the leaf commits to
	Withheld     bool             // the content is not in the file; what follows is then empty
	Envelope     *Envelope        // the signed statement
	Statement    *truce.Statement // its reading: who (Author), what (Kind, Body), about what (Subject)
	ID           string           // statement id, see Envelope.ID
	Signers      []SignerInfo     // one a signature, ordered by key id
	AuthorProven bool             // vouchers show that the signing keys were the author's
	Caveats      []string         // what the file cannot show, see the constants
}

// Use says in which capacity a key signed.
type Use string

// The uses of a key.
const (
	UseUnknown Use = ""       // no voucher says so
	UseListed  Use = "listed" // in the author's list of keys in use
	UseRoot    Use = "root"   // root key of the author
	UseNew     Use = "new"    // the statement itself brings the key in; it signs as proof of possession
)

// SignerInfo is one signature of a verified receipt.
type SignerInfo struct {
	Key      string        // key id
	Party    truce.PartyID // whose it is; "" where no voucher says so
	Use      Use           // in which capacity it signed
	ListedIn int64         // number of the entry that put the key in use; truce.NoEntry where no voucher says so
	Scopes   []truce.Scope // what the key may be used for; nil for root keys
}

// VerifyReceipt checks a receipt file against the public key of the log (vkey,
// "origin+hash+base64"): format, the log's signature, the inclusion of the entry
// and of every voucher, all signatures, that the statement was meant for this
// log, and that the vouchers lead from entry 0 to the author's keys. What does
// not match is CodeTampered and named; a logKey that is none is CodeInvalid, as
// is a logged statement that this version cannot read.
func VerifyReceipt(data []byte, logKey string) (*Verified, error) {
	_, logKeyID, err := ParseLogKey(logKey)
	if err != nil {
		return nil, err
	}
	r, err := ParseReceipt(data)
	if err != nil {
		return nil, err
	}
	c, err := OpenCheckpoint(r.Checkpoint, logKey)
	if err != nil {
		return nil, err
	}
	if err := c.CheckInclusion(r.Entry.Number, r.Leaf(), r.Proof); err != nil {
		return nil, err
	}
	v := &Verified{Origin: c.Origin, Size: c.Size, Root: c.Root, Entry: r.Entry, Commitment: r.commitment(), Withheld: r.Entry.Record == nil}
	if !v.Withheld {
		if err := v.content(r, c, logKeyID); err != nil {
			return nil, err
		}
	}
	v.caveats(r)
	return v, nil
}

func (r *Receipt) commitment() [32]byte {
	if r.Entry.Record == nil {
		return r.Commitment
	}
	return r.Entry.Commitment()
}

// content verifies what the entry says and who said it.
func (v *Verified) content(r *Receipt, c *Checkpoint, logKeyID string) error {
	main, err := openStatement(&r.Entry, c.Origin)
	if err != nil {
		return err
	}
	v.Envelope, v.Statement, v.ID = main.envelope, main.statement, main.envelope.ID()
	for _, s := range main.envelope.Signatures {
		v.Signers = append(v.Signers, SignerInfo{Key: s.KeyID, ListedIn: truce.NoEntry})
	}
	ring := newKeyring(logKeyID)
	if err := ring.fill(r, c); err != nil {
		return err
	}
	if len(r.Vouchers) == 0 && r.Entry.Number > 0 {
		return nil
	}
	if v.Signers, err = ring.admit(main); err != nil {
		return err
	}
	v.AuthorProven = true
	if p := ring.parties[main.statement.Author]; p != nil && p.restated {
		v.Caveats = append(v.Caveats, CaveatRestated)
	}
	return nil
}

func (v *Verified) caveats(r *Receipt) {
	add := func(holds bool, caveat string) {
		if holds {
			v.Caveats = append(v.Caveats, caveat)
		}
	}
	add(v.Withheld, CaveatWithheld)
	add(!v.Withheld && v.Statement.Status != truce.Actual, CaveatNotActual)
	add(!v.Withheld && !v.AuthorProven, CaveatNoVouchers)
	add(v.AuthorProven && v.Entry.Number > 0, CaveatRevocation)
	add(true, CaveatLater)
	add(true, CaveatOneView)
	add(true, CaveatClaimedTime)
	add(strings.Count(string(r.Checkpoint), "\n— ") > 1, CaveatCosigners)
}

// logged is an entry whose content was verified by itself.
type logged struct {
	number    int64
	at        time.Time
	envelope  *Envelope
	statement *truce.Statement
}

// openStatement reads the record of an entry that is proven to stand in the log
// of that origin, and checks its signatures.
func openStatement(e *Entry, origin string) (*logged, error) {
	env, err := ParseRecord(e.Record)
	if err != nil {
		return nil, tampered("entry %d holds no record", e.Number).WithHint("%s", err)
	}
	if err := env.Verify(); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d stands in the log, but not every signature on it verifies", e.Number)
	}
	if env.PayloadType != truce.PayloadType {
		return nil, tampered("entry %d is of the type %q and no statement", e.Number, clip(env.PayloadType))
	}
	s, err := truce.ParseStatement(env.Payload)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "entry %d stands in the log, but this version cannot read its statement", e.Number).
			WithHint("try a newer version of the program")
	}
	if s.Register != origin {
		return nil, tampered("entry %d was signed for the register %q, not for %q", e.Number, s.Register, origin)
	}
	return &logged{number: e.Number, at: e.Time, envelope: env, statement: s}, nil
}

// fill proves the vouchers and works them into the ring, in order.
func (k *keyring) fill(r *Receipt, c *Checkpoint) error {
	last := int64(-1)
	for i := range r.Vouchers {
		n := r.Vouchers[i].Entry.Number
		if n <= last || n >= r.Entry.Number {
			return tampered("the vouchers of entry %d are not earlier entries in ascending order", r.Entry.Number)
		}
		last = n
	}
	for i := range r.Vouchers {
		if err := k.vouch(&r.Vouchers[i], c); err != nil {
			return err
		}
	}
	return nil
}

func (k *keyring) vouch(w *Voucher, c *Checkpoint) error {
	if err := c.CheckInclusion(w.Entry.Number, w.Entry.Leaf(), w.Proof); err != nil {
		return err
	}
	l, err := openStatement(&w.Entry, c.Origin)
	if err != nil {
		return err
	}
	if !slices.Contains(voucherKinds, l.statement.Kind) {
		return tampered("entry %d is among the vouchers, but %s says nothing about keys", l.number, l.statement.Kind)
	}
	_, err = k.admit(l)
	return err
}

// voucherKinds are the kinds of statements that say whose a key is.
var voucherKinds = []truce.Kind{truce.PartyEnrol, truce.KeyRoot, truce.KeyList, truce.KeyRevoke}
