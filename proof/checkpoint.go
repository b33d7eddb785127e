package proof

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"strings"

	"github.com/transparency-dev/formats/log"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// maxNote bounds a checkpoint with all its cosignatures, in bytes. A note has
// at most 100 signatures, and one of ML-DSA-44 takes about 3,300 bytes.
const maxNote = 384 << 10

// Checkpoint is the head of a log: how many entries, and the root over them.
type Checkpoint struct {
	Origin string    // name of the log, equal to the name of its key
	Size   int64     // number of entries
	Root   tlog.Hash // RFC 6962 root hash over the leaves
	Note   []byte    // the signed note as served: C2SP tlog-checkpoint
}

// NewLogKey makes the key of a log. skey is secret ("PRIVATE+KEY+…"); vkey is
// what verifiers hold: "origin+hash+base64" (C2SP signed-note). The error is
// CodeInvalid where the origin is not truce.ValidOrigin.
func NewLogKey(origin string) (skey, vkey string, err error) {
	if !truce.ValidOrigin(origin) {
		return "", "", truce.E(truce.CodeInvalid, "%q cannot name a register", clip(origin)).
			WithHint("use a host and path without a scheme, such as register.example/aleppo")
	}
	return note.GenerateKey(rand.Reader, origin)
}

// SignCheckpoint signs the head of the log whose key signer is; its name is the origin.
func SignCheckpoint(signer note.Signer, size int64, root tlog.Hash) (*Checkpoint, error) {
	if size < 0 {
		return nil, truce.E(truce.CodeInvalid, "a log cannot have %d entries", size)
	}
	text := log.Checkpoint{Origin: signer.Name(), Size: uint64(size), Hash: root[:]}.Marshal()
	signed, err := note.Sign(&note.Note{Text: string(text)}, signer)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the checkpoint cannot be signed")
	}
	return &Checkpoint{Origin: signer.Name(), Size: size, Root: root, Note: signed}, nil
}

// OpenCheckpoint reads a signed checkpoint and checks the log's signature with
// vkey, one line "origin+hash+base64"; spaces and line ends around it do not
// count. The origin in the note must be the key's name. Signatures by other
// keys (witnesses) may stand beside; they are neither needed nor checked. What
// does not match is CodeTampered; a vkey that is none is CodeInvalid.
func OpenCheckpoint(noteText []byte, vkey string) (*Checkpoint, error) {
	verifier, _, err := logVerifier(vkey)
	if err != nil {
		return nil, err
	}
	if len(noteText) > maxNote {
		return nil, tampered("the checkpoint is longer than %d bytes", maxNote)
	}
	n, err := note.Open(noteText, note.VerifierList(verifier))
	if err != nil {
		return nil, noteError(err, verifier)
	}
	if err := canonicalSignatures(n); err != nil {
		return nil, err
	}
	return readCheckpoint(n.Text, noteText, verifier.Name())
}

// ParseLogKey reads a vkey, one line "origin+hash+base64" (C2SP signed-note), and
// gives the origin of the log and the id of its key as a party's key would be
// named, so that one cannot pass for the other. Weak keys and keys of other
// algorithms than Ed25519 are CodeInvalid.
func ParseLogKey(vkey string) (origin, keyID string, err error) {
	verifier, key, err := logVerifier(vkey)
	if err != nil {
		return "", "", err
	}
	return verifier.Name(), KeyID(key), nil
}

func logVerifier(vkey string) (note.Verifier, ed25519.PublicKey, error) {
	vkey = strings.TrimSpace(vkey)
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, nil, truce.Wrap(truce.CodeInvalid, err, "the log key cannot be read").
			WithHint(`a log key is one line "origin+hash+base64", as in the file log.pub`)
	}
	raw, ok := decode64(vkey[len(verifier.Name())+len("+12345678+"):])
	if !ok || len(raw) != 1+ed25519.PublicKeySize {
		return nil, nil, truce.E(truce.CodeInvalid, "the log key is not an Ed25519 key in its canonical spelling")
	}
	key, err := checkKey([32]byte(raw[1:]))
	if err != nil {
		return nil, nil, err
	}
	return verifier, key.bytes[:], nil
}

func noteError(err error, verifier note.Verifier) error {
	switch e := err.(type) {
	case *note.UnverifiedNoteError:
		return tampered("the checkpoint is not signed by the log %q with the key given", verifier.Name()).
			WithHint("check that the log key belongs to this register")
	case *note.InvalidSignatureError:
		return tampered("the log's signature on the checkpoint does not match its text: key %s+%08x", e.Name, e.Hash)
	}
	return tampered("the checkpoint is not a signed note")
}

// canonicalSignatures refuses base64 that could be spelt otherwise: the note
// library decodes leniently, and then a changed byte would not show.
func canonicalSignatures(n *note.Note) error {
	for _, list := range [][]note.Signature{n.Sigs, n.UnverifiedSigs} {
		for _, s := range list {
			if _, ok := decode64(s.Base64); !ok {
				return tampered("a signature line of the checkpoint, by %q, is not canonical base64", clip(s.Name))
			}
		}
	}
	return nil
}

// readCheckpoint reads origin, size and root. Lines after these three are
// extensions (C2SP tlog-checkpoint); the log signed them, and we ignore them.
func readCheckpoint(text string, signed []byte, origin string) (*Checkpoint, error) {
	var c log.Checkpoint
	if _, err := c.Unmarshal([]byte(text)); err != nil {
		return nil, tampered("the text of the checkpoint is not origin, size and root")
	}
	if !strings.HasPrefix(text, string(c.Marshal())) || len(c.Hash) != tlog.HashSize || c.Size > 1<<62 {
		return nil, tampered("the text of the checkpoint is not origin, size and root")
	}
	if c.Origin != origin {
		return nil, tampered("the checkpoint is of %q, the log key of %q", clip(c.Origin), clip(origin))
	}
	return &Checkpoint{Origin: c.Origin, Size: int64(c.Size), Root: tlog.Hash(c.Hash), Note: bytes.Clone(signed)}, nil
}

// RootText is the root in standard base64, as a checkpoint and a statement's
// "seen" write it.
func (c *Checkpoint) RootText() string { return hash64(c.Root) }

// CheckInclusion checks that the leaf stands at number under the checkpoint.
// What does not match is CodeTampered.
func (c *Checkpoint) CheckInclusion(number int64, leaf []byte, path []tlog.Hash) error {
	if number < 0 || number >= c.Size {
		return tampered("entry %d is not among the %d entries of the checkpoint", number, c.Size)
	}
	if err := tlog.CheckRecord(path, c.Size, c.Root, number, LeafHash(leaf)); err != nil {
		return tampered("entry %d does not lead to the root of the checkpoint of size %d", number, c.Size)
	}
	return nil
}

// CheckConsistency checks that newer only appended to older: same origin, and
// the path of hashes of RFC 6962 2.1.2 between the two. CodeTampered is the
// evidence of a rewritten or split log.
func CheckConsistency(older, newer *Checkpoint, path []tlog.Hash) error {
	switch {
	case older.Origin != newer.Origin:
		return tampered("one checkpoint is of %q, the other of %q", clip(older.Origin), clip(newer.Origin))
	case newer.Size < older.Size:
		return tampered("the log shrank from %d entries to %d", older.Size, newer.Size)
	case older.Size == newer.Size && older.Root != newer.Root:
		return tampered("the log shows two different roots for %d entries", older.Size)
	case older.Size == newer.Size || older.Size == 0:
		if len(path) > 0 {
			return tampered("the consistency proof has hashes where none are needed")
		}
		return nil
	}
	if err := tlog.CheckTree(path, newer.Size, newer.Root, older.Size, older.Root); err != nil {
		return tampered("the log of %d entries does not continue the one of %d entries", newer.Size, older.Size)
	}
	return nil
}

func tampered(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeTampered, format, args...)
}
