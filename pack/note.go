package pack

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/proof"
)

// noteTitle is the first line of the note of a pack. A checkpoint has an origin there, without spaces, so that the
// signature of one never passes for the other's.
const noteTitle = "truce pack v1"

// maxNote bounds a note, in bytes.
const maxNote = 4 << 10

// noteText is what is signed: title, name of the key, and the hash of the header, which holds that of the content.
func noteText(name string, header []byte) string {
	sum := sha256.Sum256(header)
	return noteTitle + "\n" + name + "\n" + base64.StdEncoding.EncodeToString(sum[:]) + "\n"
}

func sign(signer note.Signer, header []byte) ([]byte, error) {
	if signer == nil {
		return nil, nil
	}
	signed, err := note.Sign(&note.Note{Text: noteText(signer.Name(), header)}, signer)
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the pack cannot be signed")
	}
	return signed, nil
}

// verify checks that the key vkey signed that header, in the one spelling that there is.
func verify(signed, header []byte, vkey string) error {
	if _, _, err := proof.ParseLogKey(vkey); err != nil {
		return err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(vkey))
	if err != nil {
		return truce.Wrap(truce.CodeInvalid, err, "the key cannot be read")
	}
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return truce.E(truce.CodeTampered, "the pack is not signed by %q with the key %s", clip(verifier.Name()), keyHash(verifier)).
			WithHint("it was altered, or it is signed with another key than the one given")
	}
	if n.Text != noteText(verifier.Name(), header) {
		return truce.E(truce.CodeTampered, "the signature on the pack is that of another pack")
	}
	if len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 || string(signed) != spell(n) {
		return truce.E(truce.CodeTampered, "the signature on the pack is not spelt as it must be")
	}
	return nil
}

func keyHash(v note.Verifier) string { return fmt.Sprintf("%08x", v.KeyHash()) }

// spell writes a note with its one signature; base64 that could be spelt otherwise gives something else.
func spell(n *note.Note) string {
	raw, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64)
	if err != nil {
		return ""
	}
	return n.Text + "\n— " + n.Sigs[0].Name + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

// NewSigner makes of a key somebody has a signer of packs under that name, and the line that others verify them with
// ("name+hash+base64", C2SP signed-note). It is for plain lists; a register signs with the key of its log. A name with
// spaces or a plus, or a key of another length, is CodeInvalid.
func NewSigner(name string, key ed25519.PrivateKey) (signer note.Signer, vkey string, err error) {
	if len(key) != ed25519.PrivateKeySize || !truce.ValidOrigin(name) {
		return nil, "", truce.E(truce.CodeInvalid, "%q cannot name a key, or the key is none", clip(name)).
			WithHint("use a host and path without a scheme, such as aid.example/lists")
	}
	public := append([]byte{1}, key.Public().(ed25519.PublicKey)...) // 1 = Ed25519
	sum := sha256.Sum256(append([]byte(name+"\n"), public...))
	id := fmt.Sprintf("%s+%x+", name, sum[:4])
	seed := append([]byte{1}, key.Seed()...)
	defer clear(seed)
	signer, err = note.NewSigner("PRIVATE+KEY+" + id + base64.StdEncoding.EncodeToString(seed))
	if err != nil {
		return nil, "", truce.Wrap(truce.CodeInternal, err, "the key cannot be used")
	}
	return signer, id + base64.StdEncoding.EncodeToString(public), nil
}
