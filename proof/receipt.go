package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// Bounds of a receipt.
const (
	MaxReceipt  = 1 << 20 // bytes of the file
	MaxVouchers = 64      // vouchers in one receipt
	maxPath     = 64      // hashes in one inclusion proof
)

const (
	receiptFormat = "truce-receipt-v1"
	proofHeader   = "c2sp.org/tlog-proof@v1\n"
	extraPrefix   = "extra "
)

// Receipt is one entry with the proof that it stands in the log: one file that
// is verified with the log's public key and nothing else.
type Receipt struct {
	Entry      Entry       // Record is nil where the content is withheld or erased; Salt is then zero
	Commitment [32]byte    // the entry's commitment; only where Entry.Record is nil
	Proof      []tlog.Hash // inclusion proof of the entry's leaf (RFC 6962 2.1.1)
	Checkpoint []byte      // signed note, see OpenCheckpoint
	Vouchers   []Voucher   // what shows whose the signing keys are; ascending by number
}

// Voucher is an earlier entry about parties and keys (party.enrol, key.root,
// key.list, key.revoke), provable under the same checkpoint.
type Voucher struct {
	Entry Entry       // with its record
	Proof []tlog.Hash // inclusion proof of the entry's leaf
}

// Leaf is the public line of the entry, with or without its content.
func (r *Receipt) Leaf() []byte {
	if r.Entry.Record == nil {
		return LeafData(r.Entry.Number, r.Entry.Time, r.Commitment)
	}
	return r.Entry.Leaf()
}

// extraJSON is what the extra line of the file holds. The digest of the
// checkpoint makes every byte of the file count, the cosignatures of witnesses
// included, which not every reader can check.
type extraJSON struct {
	Format     string        `json:"format"`
	Digest     []byte        `json:"checkpoint"`
	Time       string        `json:"time"`
	Commitment []byte        `json:"commitment,omitempty"`
	Salt       []byte        `json:"salt,omitempty"`
	Record     []byte        `json:"record,omitempty"`
	Vouchers   []voucherJSON `json:"vouchers,omitempty"`
}

type voucherJSON struct {
	Number int64    `json:"number"`
	Time   string   `json:"time"`
	Salt   []byte   `json:"salt"`
	Record []byte   `json:"record"`
	Proof  [][]byte `json:"proof"`
}

// Marshal is the receipt as a file: C2SP tlog-proof, with the entry and its
// vouchers as JSON in the extra line. See docs/formats.md.
func (r *Receipt) Marshal() []byte {
	extra, err := json.Marshal(r.extra())
	if err != nil {
		panic(err) // strings, numbers and bytes always marshal
	}
	p := proof.TLogProof{Index: uint64(r.Entry.Number), Checkpoint: r.Checkpoint, ExtraData: extra}
	for _, h := range r.Proof {
		p.Hashes = append(p.Hashes, h)
	}
	return p.Marshal()
}

func (r *Receipt) extra() *extraJSON {
	digest := sha256.Sum256(r.Checkpoint)
	x := &extraJSON{Format: receiptFormat, Digest: digest[:], Time: formatTime(r.Entry.Time)}
	if r.Entry.Record == nil {
		x.Commitment = r.Commitment[:]
		return x
	}
	x.Salt, x.Record = r.Entry.Salt[:], r.Entry.Record
	for i := range r.Vouchers {
		x.Vouchers = append(x.Vouchers, r.Vouchers[i].json())
	}
	return x
}

func (v *Voucher) json() voucherJSON {
	path := make([][]byte, len(v.Proof))
	for i := range v.Proof {
		path[i] = v.Proof[i][:]
	}
	return voucherJSON{v.Entry.Number, formatTime(v.Entry.Time), v.Entry.Salt[:], v.Entry.Record, path}
}

func formatTime(t time.Time) string { return t.UTC().Format(timeForm) }

// ParseReceipt reads what Marshal writes, and nothing else: a file of at most
// MaxReceipt bytes. It verifies nothing; VerifyReceipt does. Any fault is
// CodeTampered (CodeTooLarge for the size) and says what does not match.
func ParseReceipt(data []byte) (*Receipt, error) {
	if len(data) > MaxReceipt {
		return nil, truce.E(truce.CodeTooLarge, "a receipt has at most %d bytes, this one %d", MaxReceipt, len(data))
	}
	p, err := parseProof(data)
	if err != nil {
		return nil, err
	}
	r := &Receipt{Checkpoint: p.Checkpoint}
	r.Entry.Number = int64(p.Index)
	for _, h := range p.Hashes {
		r.Proof = append(r.Proof, h)
	}
	if err := r.readExtra(p.ExtraData); err != nil {
		return nil, err
	}
	if !bytes.Equal(r.Marshal(), data) {
		return nil, tampered("the receipt is not written as a receipt is: bytes were changed, added or lost")
	}
	return r, nil
}

// parseProof takes the extra line out before it hands the rest to the library,
// which reads lines of at most 64 KiB; a statement with vouchers can be longer.
func parseProof(data []byte) (*proof.TLogProof, error) {
	rest, ok := bytes.CutPrefix(data, []byte(proofHeader+extraPrefix))
	if !ok {
		return nil, tampered("the file is not a receipt").WithHint("a receipt begins with the line %q and a line %q", proofHeader[:len(proofHeader)-1], extraPrefix)
	}
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	extra, ok := decode64(line)
	if !ok {
		return nil, tampered("the extra line of the receipt is not base64")
	}
	var p proof.TLogProof
	if err := p.Unmarshal(append([]byte(proofHeader), rest...)); err != nil {
		return nil, tampered("the receipt is not a log proof").WithHint("%s", err)
	}
	if p.ExtraData != nil || len(p.Hashes) > maxPath || p.Index > 1<<62 {
		return nil, tampered("the receipt is not a log proof as this register writes it")
	}
	p.ExtraData = extra
	return &p, nil
}

func (r *Receipt) readExtra(extra []byte) error {
	if err := truce.CheckJSON(extra, 4); err != nil {
		return tampered("the extra line of the receipt is damaged").WithHint("%s", err)
	}
	var x extraJSON
	if err := json.Unmarshal(extra, &x); err != nil || x.Format != receiptFormat {
		return tampered("the extra line of the receipt is not of the format %q", receiptFormat)
	}
	digest := sha256.Sum256(r.Checkpoint)
	if !bytes.Equal(digest[:], x.Digest) {
		return tampered("the checkpoint in the receipt is not the one that the receipt was made with")
	}
	return r.fill(&x)
}

func (r *Receipt) fill(x *extraJSON) (err error) {
	if (x.Record == nil) == (x.Commitment == nil) {
		return tampered("the receipt must hold either the entry or its commitment")
	}
	if x.Record == nil {
		if r.Entry.Time, err = parseTime(x.Time); err != nil {
			return err
		}
		return copy32(&r.Commitment, x.Commitment, "commitment")
	}
	if err := r.Entry.fill(x.Time, x.Salt, x.Record); err != nil {
		return err
	}
	if len(x.Vouchers) > MaxVouchers {
		return tampered("the receipt has more than %d vouchers", MaxVouchers)
	}
	r.Vouchers = make([]Voucher, len(x.Vouchers))
	for i := range x.Vouchers {
		if err := r.Vouchers[i].fill(&x.Vouchers[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *Voucher) fill(x *voucherJSON) error {
	v.Entry.Number = x.Number
	if len(x.Proof) > maxPath {
		return tampered("a voucher in the receipt has more than %d hashes", maxPath)
	}
	v.Proof = make([]tlog.Hash, len(x.Proof))
	for i, h := range x.Proof {
		if err := copy32((*[32]byte)(&v.Proof[i]), h, "hash"); err != nil {
			return err
		}
	}
	return v.Entry.fill(x.Time, x.Salt, x.Record)
}

func (e *Entry) fill(at string, salt, record []byte) (err error) {
	if e.Time, err = parseTime(at); err != nil {
		return err
	}
	e.Record = record
	return copy32(&e.Salt, salt, "salt")
}

func parseTime(s string) (time.Time, error) {
	t, err := time.Parse(timeForm, s)
	if err != nil {
		return t, tampered("a time in the receipt is not written as 2016-08-11T07:00:00.000Z")
	}
	return t, nil
}

func copy32(to *[32]byte, from []byte, what string) error {
	if len(from) != len(to) {
		return tampered("a %s in the receipt does not have 32 bytes", what)
	}
	copy(to[:], from)
	return nil
}

// hash64 is a hash as texts write it: standard base64.
func hash64(h [32]byte) string { return base64.StdEncoding.EncodeToString(h[:]) }
