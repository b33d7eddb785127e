package keyfile

import (
	"crypto/ed25519"
	"encoding/base64"
	"io/fs"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/proof"
)

// maxPublic bounds a public key file, in bytes.
const maxPublic = 4 << 10

// algEd25519 is the algorithm byte of an Ed25519 key in a signed note (C2SP signed-note).
const algEd25519 = 1

// SaveLogKey writes the key of a log (skey, "PRIVATE+KEY+…", of
// proof.NewLogKey) to a new file at path, in the same format and under the same
// rules as Save; the origin stands in the comment.
func SaveLogKey(path, skey string, passphrase []byte) error {
	signer, err := note.NewSigner(skey)
	if err != nil {
		return truce.E(truce.CodeInvalid, "the log key cannot be read") // never with the key in it
	}
	raw, err := base64.StdEncoding.DecodeString(skey[prefixLen(signer):])
	if err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != algEd25519 {
		return truce.E(truce.CodeInvalid, "the log key is not an Ed25519 key")
	}
	defer clear(raw)
	return Save(path, ed25519.NewKeyFromSeed(raw[1:]), passphrase, signer.Name())
}

// prefixLen is the length of "PRIVATE+KEY+name+hash+".
func prefixLen(signer note.Signer) int {
	return len("PRIVATE+KEY+") + len(signer.Name()) + len("+12345678+")
}

// LoadLogKey reads the key of a log and checks that it is the one that vkey, the
// line in the public file, stands for; vkey also gives it its name, the origin.
// A key of another log is CodeTampered. Other errors are those of Load.
func LoadLogKey(path, vkey string, ask Ask) (note.Signer, error) {
	origin, keyID, err := proof.ParseLogKey(vkey)
	if err != nil {
		return nil, err
	}
	f, err := Load(path, ask)
	if err != nil {
		return nil, err
	}
	if f.KeyID != keyID {
		return nil, truce.E(truce.CodeTampered, "the private key is not the one of the log %q", origin).At(path).
			WithHint("put back the two key files that belong together")
	}
	hash := strings.Split(strings.TrimPrefix(strings.TrimSpace(vkey), origin+"+"), "+")[0]
	seed := append([]byte{algEd25519}, f.Key.Seed()...)
	signer, err := note.NewSigner("PRIVATE+KEY+" + origin + "+" + hash + "+" + base64.StdEncoding.EncodeToString(seed))
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the log key cannot be used")
	}
	return signer, nil
}

// SavePublic writes one public line, such as the vkey of a log, to a new file
// that everybody may read (mode 0644), whole or not at all, never over another.
func SavePublic(path, line string) error {
	if line == "" || len(line) >= maxPublic || strings.ContainsAny(line, "\r\n") {
		return truce.E(truce.CodeInvalid, "a public key is one line of text").At(path)
	}
	return writeNew(path, []byte(line+"\n"), 0o644)
}

// LoadPublic reads the line that SavePublic wrote, without its line end.
func LoadPublic(path string) (string, error) {
	data, err := read(path, maxPublic, func(fs.FileInfo) error { return nil })
	if err != nil {
		return "", err
	}
	line := strings.TrimSpace(string(data))
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return "", truce.E(truce.CodeInvalid, "the file does not hold one line of text").At(path)
	}
	return line, nil
}
