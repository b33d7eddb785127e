package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

const (
	entryTag = "truce entry v1\n" // opens what a commitment is taken over
	leafTag  = "truce-leaf-v1"    // first word of a leaf

	// timeForm is RFC 3339 in UTC with exactly three decimals.
	timeForm = "2006-01-02T15:04:05.000Z"
)

// Entry is one numbered statement of the log with all that its leaf commits to.
type Entry struct {
	Number int64     // position in the log, from 0
	Time   time.Time // when the log received it, UTC, whole milliseconds
	Salt   [32]byte  // random; keeps the commitment from being guessed
	Record []byte    // see Envelope.Record; nil when the content is withheld or erased
}

// Commitment is SHA-256 over the tag "truce entry v1\n", the number (8 bytes,
// big-endian), the time (milliseconds since 1970-01-01 UTC, 8 bytes, big-endian,
// two's complement), the 32-byte salt and the record. Without the salt it tells
// nothing about the record. It is meaningless for an entry without a record.
func (e *Entry) Commitment() [32]byte {
	var head [len(entryTag) + 8 + 8 + 32]byte
	b := append(head[:0], entryTag...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Number))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Time.UnixMilli()))
	b = append(b, e.Salt[:]...)
	h := sha256.New()
	h.Write(b)
	h.Write(e.Record)
	return [32]byte(h.Sum(head[:0]))
}

// Leaf is the public line of e: LeafData of its number, time and commitment.
func (e *Entry) Leaf() []byte { return LeafData(e.Number, e.Time, e.Commitment()) }

// LeafData is the public line of an entry: "truce-leaf-v1", the number in
// decimal, the time in RFC 3339 (UTC, three decimals) and the commitment in
// standard base64, separated by one space and ended by a line feed. It is what
// the entry bundles of C2SP tlog-tiles hold and what LeafHash hashes.
func LeafData(number int64, at time.Time, commitment [32]byte) []byte {
	b := make([]byte, 0, 112)
	b = append(b, leafTag...)
	b = append(b, ' ')
	b = strconv.AppendInt(b, number, 10)
	b = append(b, ' ')
	b = at.UTC().AppendFormat(b, timeForm)
	b = append(b, ' ')
	b = base64.StdEncoding.AppendEncode(b, commitment[:])
	return append(b, '\n')
}

// ParseLeaf reads what LeafData writes, and nothing else. The error is CodeInvalid.
func ParseLeaf(data []byte) (number int64, at time.Time, commitment [32]byte, err error) {
	bad := truce.E(truce.CodeInvalid, "the line is not a leaf of the log")
	if len(data) > 128 {
		return 0, at, commitment, bad
	}
	words := strings.Split(strings.TrimSuffix(string(data), "\n"), " ")
	if len(words) != 4 {
		return 0, at, commitment, bad
	}
	number, err1 := strconv.ParseInt(words[1], 10, 64)
	at, err2 := time.Parse(timeForm, words[2])
	hash, ok := decode64(words[3])
	if err1 != nil || err2 != nil || !ok || number < 0 || copy(commitment[:], hash) != len(commitment) {
		return 0, time.Time{}, [32]byte{}, bad
	}
	if !bytes.Equal(LeafData(number, at, commitment), data) {
		return 0, time.Time{}, [32]byte{}, bad
	}
	return number, at, commitment, nil
}

// LeafHash is the hash of a leaf in the tree (RFC 6962 2.1: SHA-256 over a zero
// byte and the data).
func LeafHash(leaf []byte) tlog.Hash { return tlog.RecordHash(leaf) }
