package keyfile

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/ssh"

	"truce"
	"truce/proof"
)

// maxFile bounds what is read, in bytes. An Ed25519 key takes about 450; there
// is room for keys of other kinds so that they can be refused by their name.
const maxFile = 64 << 10

// maxPassphrase bounds a passphrase, in bytes.
const maxPassphrase = 1024

// Ask gives the passphrase of a key file. It is called only where one is
// needed; what it returns is overwritten after use.
type Ask func() ([]byte, error)

// File is a key file that was read.
type File struct {
	KeyID     string             // id of the key, see proof.KeyID
	Protected bool               // a passphrase protects the file
	Key       ed25519.PrivateKey // secret; nil after Inspect of a protected file
}

// Signer signs with the key of f.
func (f *File) Signer() proof.Signer { return proof.NewSigner(f.Key) }

// New makes an Ed25519 key from 32 bytes of random, which is crypto/rand.Reader
// outside tests. An error of random is CodeUnavailable.
func New(random io.Reader) (ed25519.PrivateKey, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "there is no randomness for a key")
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// Save writes key to a new file at path, mode 0600, whole or not at all, and
// never over a file that is there (CodeConflict). An empty passphrase leaves the
// file unprotected. The comment stands in the file and is not secret.
func Save(path string, key ed25519.PrivateKey, passphrase []byte, comment string) error {
	block, err := encode(key, passphrase, comment)
	if err != nil {
		return err
	}
	data := pem.EncodeToMemory(block)
	defer clear(data)
	return writeNew(path, data, 0o600)
}

func encode(key ed25519.PrivateKey, passphrase []byte, comment string) (*pem.Block, error) {
	switch {
	case len(key) != ed25519.PrivateKeySize:
		return nil, truce.E(truce.CodeInvalid, "the private key does not have %d bytes", ed25519.PrivateKeySize)
	case len(passphrase) > maxPassphrase:
		return nil, truce.E(truce.CodeTooLarge, "a passphrase has at most %d bytes", maxPassphrase)
	case len(comment) > 200 || strings.ContainsFunc(comment, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return nil, truce.E(truce.CodeInvalid, "the comment of a key has at most 200 bytes and no control characters")
	}
	marshal := func() (*pem.Block, error) { return ssh.MarshalPrivateKey(key, comment) }
	if len(passphrase) > 0 {
		marshal = func() (*pem.Block, error) { return ssh.MarshalPrivateKeyWithPassphrase(key, comment, passphrase) }
	}
	block, err := marshal()
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the key cannot be encoded")
	}
	return block, nil
}

// Load reads the key file at path. A file that others may read is refused
// (CodeRefused, with the command that mends it), as is a wrong passphrase; a key
// of another kind than Ed25519 is CodeInvalid and named; halves of a key that do
// not belong together are CodeTampered. ask may be nil where no passphrase can
// be had.
func Load(path string, ask Ask) (*File, error) {
	data, err := readPrivate(path)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	f, err := parse(data, ask)
	return f, at(path, err)
}

// Inspect reads the key file at path without its passphrase: KeyID, and whether
// one is needed. The id of a protected file is not yet proven by the private
// half; Load compares the two.
func Inspect(path string) (*File, error) {
	data, err := readPrivate(path)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	raw, err := ssh.ParseRawPrivateKey(data)
	missing, protected := errors.AsType[*ssh.PassphraseMissingError](err)
	if !protected {
		f, err := fromRaw(raw, err)
		return f, at(path, err)
	}
	id, err := publicID(missing.PublicKey)
	if err != nil {
		return nil, at(path, err)
	}
	return &File{KeyID: id, Protected: true}, nil
}

// at names the file in an error.
func at(path string, err error) error {
	if e, ok := errors.AsType[*truce.Error](err); ok {
		return e.At(path)
	}
	return err
}

func parse(data []byte, ask Ask) (*File, error) {
	raw, err := ssh.ParseRawPrivateKey(data)
	missing, ok := errors.AsType[*ssh.PassphraseMissingError](err)
	if !ok {
		return fromRaw(raw, err)
	}
	id, err := publicID(missing.PublicKey)
	if err != nil {
		return nil, err
	}
	f, err := unlock(data, ask)
	if err != nil {
		return nil, err
	}
	if f.KeyID != id {
		return nil, truce.E(truce.CodeTampered, "the public key in the file does not belong to the private key in it")
	}
	f.Protected = true
	return f, nil
}

func unlock(data []byte, ask Ask) (*File, error) {
	if ask == nil {
		return nil, truce.E(truce.CodeRefused, "a passphrase protects the key, and none was given")
	}
	passphrase, err := ask()
	if err != nil {
		return nil, err
	}
	defer clear(passphrase)
	if len(passphrase) > maxPassphrase {
		return nil, truce.E(truce.CodeTooLarge, "a passphrase has at most %d bytes", maxPassphrase)
	}
	return fromRaw(ssh.ParseRawPrivateKeyWithPassphrase(data, passphrase))
}

// publicID is the id of the public key that stands in a protected file.
func publicID(pub ssh.PublicKey) (string, error) {
	if pub == nil {
		return "", truce.E(truce.CodeInvalid, "the key is protected in an old format that does not say its kind").
			WithHint("only OpenSSH key files with an Ed25519 key can be used")
	}
	if pub.Type() != ssh.KeyAlgoED25519 {
		return "", wrongKind(pub.Type())
	}
	crypto, ok := pub.(ssh.CryptoPublicKey)
	if !ok {
		return "", wrongKind(pub.Type())
	}
	key, ok := crypto.CryptoPublicKey().(ed25519.PublicKey)
	if !ok {
		return "", wrongKind(pub.Type())
	}
	return proof.KeyID(key), nil
}

// fromRaw takes the answer of the ssh library.
func fromRaw(raw any, err error) (*File, error) {
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, truce.E(truce.CodeRefused, "the passphrase is wrong").
			WithHint("try again; nobody can read the key without it")
	}
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the file is not a private key that can be used").
			WithHint("make one with: truce key new")
	}
	switch key := raw.(type) {
	case *ed25519.PrivateKey:
		return fromKey(*key)
	case ed25519.PrivateKey:
		return fromKey(key)
	}
	return nil, wrongKind(kindName(raw))
}

// fromKey works the public half out again: a file whose halves do not belong
// together would give its key away with the first signature.
func fromKey(key ed25519.PrivateKey) (*File, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, truce.E(truce.CodeInvalid, "the private key does not have %d bytes", ed25519.PrivateKeySize)
	}
	whole := ed25519.NewKeyFromSeed(key.Seed())
	if !whole.Equal(key) {
		return nil, truce.E(truce.CodeTampered, "the two halves of the key do not belong together").
			WithHint("the file is damaged; take the copy you made of it")
	}
	return &File{KeyID: proof.KeyID(whole.Public().(ed25519.PublicKey)), Key: whole}, nil
}

// kindName turns "*rsa.PrivateKey" into "rsa".
func kindName(raw any) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(fmt.Sprintf("%T", raw), "*"), ".")
	return name
}

func wrongKind(kind string) error {
	name := strings.TrimPrefix(kind, "ssh-")
	for _, known := range []string{"rsa", "ecdsa", "dsa"} {
		if strings.HasPrefix(name, known) {
			name = strings.ToUpper(known)
		}
	}
	return truce.E(truce.CodeInvalid, "this is a key of the kind %s; only Ed25519 keys sign statements", name).
		WithHint("make one with: truce key new")
}
