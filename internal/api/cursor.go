package api

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"

	"truce"
)

// cursors turn the number of the last entry looked at into an opaque text and
// back. It is encrypted: that number may be of something the viewer must not
// know of. It is bound to the question, so that it cannot be used with another
// filter or by another party, and ends with the process.
type cursors struct{ aead cipher.AEAD }

func newCursors() cursors {
	var key [16]byte
	rand.Read(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 16 bytes are a key
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size of GCM
	}
	return cursors{aead}
}

// make gives the cursor behind the entry number after.
func (c cursors) make(after int64, question string) string {
	plain := binary.BigEndian.AppendUint64(nil, uint64(after))
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nil, nil, plain, []byte(question)))
}

// read gives the entry number back; truce.NoEntry for no cursor.
func (c cursors) read(cursor, question string) (after int64, err error) {
	if cursor == "" {
		return truce.NoEntry, nil
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err == nil {
		var plain []byte
		if plain, err = c.aead.Open(nil, nil, sealed, []byte(question)); err == nil && len(plain) == 8 {
			return int64(binary.BigEndian.Uint64(plain)), nil
		}
	}
	return 0, truce.E(truce.CodeUsage, "the cursor does not belong to this question, or is not from this run of the server").At("cursor").
		WithHint("begin again without a cursor, with the same other parameters throughout")
}
