package pack

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/klauspost/compress/zstd"

	"truce"
)

// The first bytes of the files.
const (
	magicPack  = "truce pack v1\n"
	magicDelta = "truce pack delta v1\n"
)

// MaxRatio is how many times longer than compressed a content may be. What compresses better is filled up to that length,
// so that a file of a few bytes cannot ask for gigabytes.
const MaxRatio = 8

// ratioFloor is how long a content may be whatever it is compressed to, in bytes.
const ratioFloor = 64 << 10

// The ways in which a body is kept.
const (
	stored     = 0
	compressed = 1
)

// file are the parts of a pack or delta as bytes.
type file struct {
	header, note []byte
	base         []byte // delta: SHA-256 of the content that it goes from
	body         []byte // content or steps, decompressed
}

// marshal writes the file: first bytes; header and note, each behind its length (4 bytes, big-endian); for a delta the
// hash of what it goes from; how the body is kept (1 byte), its length decompressed and as it stands (8 bytes each), and
// the body; SHA-256 over everything before.
func (f *file) marshal(magic string) ([]byte, error) {
	method, body, err := compress(f.body)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(magic)+len(f.header)+len(f.note)+len(body)+128)
	out = append(out, magic...)
	for _, part := range [][]byte{f.header, f.note} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(part)))
		out = append(out, part...)
	}
	out = append(out, f.base...)
	out = append(out, method)
	out = binary.BigEndian.AppendUint64(out, uint64(len(f.body)))
	out = binary.BigEndian.AppendUint64(out, uint64(len(body)))
	out = append(out, body...)
	return seal(out), nil
}

// seal puts the checksum behind data.
func seal(data []byte) []byte {
	sum := sha256.Sum256(data)
	return append(data, sum[:]...)
}

// compress gives the body as it is to stand in the file. The level is fixed: the same content gives the same bytes.
func compress(body []byte) (method byte, out []byte, err error) {
	if out, err = frame(body); err != nil {
		return 0, nil, err
	}
	if len(body) > allowed(len(out)) {
		out = filled(out, (len(body)+MaxRatio-1)/MaxRatio)
	}
	if len(out) >= len(body) {
		return stored, body, nil
	}
	return compressed, out, nil
}

// filled is a frame with zeros behind it that are skipped, up to a length (RFC 8878, 3.1.2: a skippable frame).
func filled(frame []byte, size int) []byte {
	const head = 8
	zeros := max(0, size-len(frame)-head)
	frame = binary.LittleEndian.AppendUint32(frame, 0x184D2A50)
	frame = binary.LittleEndian.AppendUint32(frame, uint32(zeros))
	return append(frame, make([]byte, zeros)...)
}

func frame(body []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the pack cannot be compressed")
	}
	defer enc.Close()
	return enc.EncodeAll(body, nil), nil
}

// allowed is how long a content of so many bytes compressed may be.
func allowed(compressed int) int { return max(ratioFloor, compressed*MaxRatio) }

var errCut = truce.E(truce.CodeTampered, "the file breaks off").WithHint("it was not copied whole; fetch it again")

// unmarshal reads a file. Its last 32 bytes are compared first: whatever was altered or cut off since it was written
// shows there.
func unmarshal(data []byte, magic string) (*file, error) {
	r, err := checked(data, magic)
	if err != nil {
		return nil, err
	}
	return r.file(magic == magicDelta)
}

// checked is data behind its first bytes, once its checksum was compared.
func checked(data []byte, magic string) (*reader, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, truce.E(truce.CodeTampered, "the file does not begin like a pack").WithHint("it is something else, or its beginning was altered")
	}
	if len(rest) < sha256.Size {
		return nil, errCut
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if actual := sha256.Sum256(body); !bytes.Equal(actual[:], sum) {
		return nil, truce.E(truce.CodeTampered, "the file is not as it was written: its checksum does not match").
			WithHint("it was altered or cut off; fetch it again")
	}
	return &reader{rest: rest[:len(rest)-sha256.Size]}, nil
}

// reader takes a file apart.
type reader struct{ rest []byte }

var errParts = errors.New("parts of the file are longer than the file")

func (r *reader) take(n uint64) ([]byte, error) {
	if n > uint64(len(r.rest)) {
		return nil, errParts
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out, nil
}

func (r *reader) number(size uint64) (n uint64, err error) {
	raw, err := r.take(size)
	for _, b := range raw {
		n = n<<8 | uint64(b)
	}
	return n, err
}

// part is a part of at most limit bytes behind its length of size bytes.
func (r *reader) part(size, limit uint64) ([]byte, error) {
	n, err := r.number(size)
	if err == nil && n > limit {
		err = errParts
	}
	if err != nil {
		return nil, err
	}
	return r.take(n)
}

func (r *reader) file(delta bool) (*file, error) {
	f := &file{}
	err := r.read(f, delta)
	if err != nil && truce.CodeOf(err) == truce.CodeInternal {
		err = truce.Wrap(truce.CodeTampered, err, "the file is not laid out like a pack")
	}
	return f, err
}

func (r *reader) read(f *file, delta bool) (err error) {
	if f.header, err = r.part(4, maxHeader); err != nil {
		return err
	}
	if f.note, err = r.part(4, maxNote); err != nil {
		return err
	}
	if delta {
		if f.base, err = r.take(sha256.Size); err != nil {
			return err
		}
	}
	method, err := r.number(1)
	if err != nil {
		return err
	}
	size, err := r.number(8)
	if err != nil {
		return err
	}
	body, err := r.part(8, maxContent)
	if err == nil && len(r.rest) > 0 {
		err = errParts
	}
	if err == nil {
		f.body, err = decompress(byte(method), body, size)
	}
	return err
}

// decompress gives the body, which has size bytes, and takes no more memory than that.
func decompress(method byte, body []byte, size uint64) ([]byte, error) {
	switch {
	case method == stored && size == uint64(len(body)):
		return body, nil
	case method != compressed || size > uint64(min(maxContent, allowed(len(body)))):
		return nil, truce.E(truce.CodeTampered, "the pack says that it unpacks to more than it can")
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxMemory(max(1<<20, size)))
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the pack cannot be unpacked")
	}
	defer dec.Close()
	out, err := dec.DecodeAll(body, make([]byte, 0, size))
	if err != nil || uint64(len(out)) != size {
		return nil, truce.Wrap(truce.CodeTampered, err, "the pack does not unpack to what it says")
	}
	return out, nil
}

// hashOf is the SHA-256 of a content, as a header writes it.
func hashOf(content []byte) (sum [32]byte, text string) {
	sum = sha256.Sum256(content)
	return sum, base64.StdEncoding.EncodeToString(sum[:])
}
