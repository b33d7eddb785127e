package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	fnote "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"truce"
)

// Signature types of cosigners' keys (C2SP tlog-cosignature).
const (
	cosignEd25519 = 0x04
	cosignMLDSA44 = 0x06
)

const (
	sigPrefix    = "— "
	maxReply     = 64 << 10 // bytes of what a witness may answer
	maxKeyName   = 255      // bytes; what an ML-DSA-44 cosignature can commit to
	stampBytes   = 8        // of a cosignature: the time, seconds since 1970-01-01 UTC
	keyHashBytes = 4
)

// Cosigner signs checkpoints of others as a witness or mirror does: with
// Ed25519, as C2SP tlog-cosignature v1 says. By that it states that the log of
// the origin had this root at that time, and none larger was seen before.
type Cosigner struct {
	name string
	priv ed25519.PrivateKey
	hash uint32
}

// NewCosigner makes a cosigner of that name, a host and path without a scheme.
// One key MUST NOT serve two names: the signature does not say which. Errors
// are CodeInvalid.
func NewCosigner(name string, priv ed25519.PrivateKey) (*Cosigner, error) {
	if !truce.ValidOrigin(name) {
		return nil, truce.E(truce.CodeInvalid, "%q cannot name a witness", clip(name)).
			WithHint("use a host and path without a scheme, such as party.example/witness")
	}
	if len(priv) != ed25519.PrivateKeySize {
		return nil, truce.E(truce.CodeInvalid, "the private key does not have %d bytes", ed25519.PrivateKeySize)
	}
	priv = ed25519.NewKeyFromSeed(priv.Seed())
	return &Cosigner{name, priv, cosignerHash(name, cosignEd25519, priv.Public().(ed25519.PublicKey))}, nil
}

// cosignerHash is the key id of C2SP tlog-cosignature: the first 4 bytes of
// SHA-256 over the name, a line feed, the type and the key.
func cosignerHash(name string, kind byte, key []byte) uint32 {
	sum := sha256.Sum256(slices.Concat([]byte(name), []byte{'\n', kind}, key))
	return binary.BigEndian.Uint32(sum[:])
}

// Name is the name of the cosigner's key.
func (c *Cosigner) Name() string { return c.name }

// Key is the public key as policies hold it: "name+hash+base64" (C2SP
// signed-note, type 0x04).
func (c *Cosigner) Key() string {
	raw := append([]byte{cosignEd25519}, c.priv.Public().(ed25519.PublicKey)...)
	return fmt.Sprintf("%s+%08x+%s", c.name, c.hash, base64.StdEncoding.EncodeToString(raw))
}

// Cosign signs cp as of a time, of which whole seconds count.
func (c *Cosigner) Cosign(cp *Checkpoint, at time.Time) Cosignature {
	text, _ := splitNote(cp.Note)
	seconds := max(at.Unix(), 0)
	message := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
	raw := binary.BigEndian.AppendUint32(nil, c.hash)
	raw = binary.BigEndian.AppendUint64(raw, uint64(seconds))
	raw = append(raw, ed25519.Sign(c.priv, message)...)
	line := sigPrefix + c.name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
	return Cosignature{Name: c.name, Hash: c.hash, At: time.Unix(seconds, 0).UTC(), Line: line}
}

// Cosignature is one verified line below a checkpoint, by a witness or mirror.
type Cosignature struct {
	Name string    // of the cosigner's key
	Hash uint32    // id of the key
	At   time.Time // when it had seen nothing larger, by its clock; UTC, whole seconds
	Line string    // the signature line, with its line end
}

// CosignerKey is the public key of a witness or mirror.
type CosignerKey struct {
	Key      string // "name+hash+base64", as it was read
	verifier note.Verifier
	raw      []byte // the bare public key, without its type
}

// ParseCosignerKey reads a public key of the types that tlog-cosignature has:
// Ed25519 (0x04) and ML-DSA-44 (0x06). Keys of logs (0x01), weak keys and keys
// whose hash is not their own are CodeInvalid.
func ParseCosignerKey(vkey string) (*CosignerKey, error) {
	bad := truce.E(truce.CodeInvalid, "the key of the witness cannot be read").
		WithHint(`it is one line "name+hash+base64" of the type 0x04 (Ed25519) or 0x06 (ML-DSA-44), see C2SP tlog-cosignature`)
	name, rest, _ := strings.Cut(vkey, "+")
	hash, text, _ := strings.Cut(rest, "+")
	raw, ok := decode64(text)
	if !ok || len(raw) < 2 || len(hash) != 8 || len(name) > maxKeyName || !utf8.ValidString(name) {
		return nil, bad
	}
	want, err := strconv.ParseUint(hash, 16, 32)
	if err != nil || hash != strings.ToLower(hash) || uint32(want) != cosignerHash(name, raw[0], raw[1:]) {
		return nil, bad
	}
	if raw[0] != cosignEd25519 && raw[0] != cosignMLDSA44 {
		return nil, bad
	}
	if raw[0] == cosignEd25519 {
		if len(raw) != 1+ed25519.PublicKeySize {
			return nil, bad
		}
		if _, err := checkKey([32]byte(raw[1:])); err != nil {
			return nil, err
		}
	}
	verifier, err := fnote.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the key of the witness cannot be read")
	}
	return &CosignerKey{Key: vkey, verifier: verifier, raw: raw[1:]}, nil
}

// Name is the name of the key.
func (k *CosignerKey) Name() string { return k.verifier.Name() }

// Of finds the valid cosignature by k below a checkpoint; ok is false where
// there is none, or one that does not verify.
func (k *CosignerKey) Of(cp *Checkpoint) (c Cosignature, ok bool) {
	return k.in(cp.Note)
}

func (k *CosignerKey) in(signed []byte) (c Cosignature, ok bool) {
	n, err := note.Open(signed, note.VerifierList(k.verifier))
	if err != nil || len(n.Sigs) != 1 {
		return c, false
	}
	sig := n.Sigs[0]
	raw, ok := decode64(sig.Base64)
	if !ok || len(raw) < keyHashBytes+stampBytes {
		return c, false
	}
	seconds := binary.BigEndian.Uint64(raw[keyHashBytes:])
	if seconds > 1<<62 {
		return c, false
	}
	return Cosignature{Name: sig.Name, Hash: sig.Hash, At: time.Unix(int64(seconds), 0).UTC(),
		Line: sigPrefix + sig.Name + " " + sig.Base64 + "\n"}, true
}

// ReadReply finds the cosignature by k in what a witness answered about cp: one
// or more signature lines. Lines by other keys are passed over. An answer that
// is none, or in which k's line does not verify, is CodeTampered.
func (k *CosignerKey) ReadReply(cp *Checkpoint, reply []byte) (Cosignature, error) {
	if len(reply) > maxReply || !bytes.HasPrefix(reply, []byte(sigPrefix)) || !bytes.HasSuffix(reply, []byte("\n")) {
		return Cosignature{}, tampered("the witness %q does not answer with signature lines", clip(k.Name()))
	}
	text, _ := splitNote(cp.Note)
	c, ok := k.in(slices.Concat(text, []byte("\n"), reply))
	if !ok {
		return Cosignature{}, tampered("the answer of the witness %q holds no cosignature of its key that verifies", clip(k.Name()))
	}
	return c, nil
}

// WithCosignatures is cp with these lines below it, each in the place of an
// older line by the same key. The lines of other keys stay, the log's first.
func (c *Checkpoint) WithCosignatures(list ...Cosignature) *Checkpoint {
	text, lines := splitNote(c.Note)
	out := slices.Concat(text, []byte("\n"))
	for line := range bytes.Lines(lines) {
		if !slices.ContainsFunc(list, func(s Cosignature) bool { return sameCosigner(line, s.Line) }) {
			out = append(out, line...)
		}
	}
	for _, s := range list {
		out = append(out, s.Line...)
	}
	cp := *c
	cp.Note = out
	return &cp
}

// LogOnly is c with the signature lines of the log alone.
func (c *Checkpoint) LogOnly() *Checkpoint {
	text, lines := splitNote(c.Note)
	out := slices.Concat(text, []byte("\n"))
	for line := range bytes.Lines(lines) {
		if bytes.HasPrefix(line, []byte(sigPrefix+c.Origin+" ")) {
			out = append(out, line...)
		}
	}
	cp := *c
	cp.Note = out
	return &cp
}

// IsEmpty reports whether the root is that of a log without entries (RFC 6962 2.1).
func (c *Checkpoint) IsEmpty() bool { return c.Root == sha256.Sum256(nil) }

// splitNote cuts a signed note into its text, with the last line end, and its
// signature lines. The empty line between them is the last one (C2SP signed-note).
func splitNote(signed []byte) (text, lines []byte) {
	i := bytes.LastIndex(signed, []byte("\n\n"))
	if i < 0 {
		return signed, nil
	}
	return signed[:i+1], signed[i+2:]
}

// sameCosigner reports whether two signature lines are by one key: the same name
// and key id, the first 4 bytes of the base64.
func sameCosigner(a []byte, b string) bool {
	x, y := signatureID(string(a)), signatureID(b)
	return x != "" && x == y
}

func signatureID(line string) string {
	name, text, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, sigPrefix), "\n"), " ")
	raw, ok := decode64(text)
	if !ok || len(raw) < keyHashBytes {
		return ""
	}
	return name + " " + string(raw[:keyHashBytes])
}
