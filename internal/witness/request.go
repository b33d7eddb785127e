package witness

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// MaxRequest bounds the body of an add-checkpoint request, in bytes.
const MaxRequest = 400 << 10

// maxHashes is how many hashes a consistency proof may have (C2SP tlog-witness).
const maxHashes = 63

// request is the body of add-checkpoint.
type request struct {
	old   int64 // size of the head that the asker believes was cosigned last
	proof []tlog.Hash
	note  []byte // signed head
}

// parseRequest reads a body: "old N", hashes in base64 one a line, an empty line
// and a signed note. Errors are CodeUsage.
func parseRequest(body []byte) (*request, error) {
	bad := truce.E(truce.CodeUsage, "the request is not formed as C2SP tlog-witness says")
	if len(body) > MaxRequest {
		return nil, truce.E(truce.CodeTooLarge, "the request has more than %d bytes", MaxRequest)
	}
	head, note, ok := bytes.Cut(body, []byte("\n\n"))
	if !ok || len(note) == 0 || len(head) > 64+maxHashes*64 {
		return nil, bad
	}
	lines := strings.Split(string(head), "\n")
	size, ok := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(size, 10, 64)
	if !ok || err != nil || old < 0 || strconv.FormatInt(old, 10) != size || len(lines)-1 > maxHashes {
		return nil, bad
	}
	r := &request{old: old, note: note}
	for _, line := range lines[1:] {
		raw, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize || len(line) != base64.StdEncoding.EncodedLen(tlog.HashSize) {
			return nil, bad
		}
		r.proof = append(r.proof, tlog.Hash(raw))
	}
	return r, nil
}

// body is the request as it is sent.
func (r *request) body() []byte {
	b := strconv.AppendInt([]byte("old "), r.old, 10)
	b = append(b, '\n')
	for _, h := range r.proof {
		b = append(base64.StdEncoding.AppendEncode(b, h[:]), '\n')
	}
	return append(append(b, '\n'), r.note...)
}
