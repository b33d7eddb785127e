package tabular

import (
	"bytes"
	"compress/flate"
	"io"

	"truce"
)

// bodies holds the bodies of the rows until the end of the file was seen.
// They are much alike, and take about a fifth of their size here.
type bodies struct {
	blocks [][]byte // compressed
	open   []byte   // the block that is being filled
	packer *flate.Writer
	size   int // bytes that are held
}

// blockSize is where a block is closed; one body more may be in it.
const blockSize = 256 << 10

// bodyAt is where a body lies.
type bodyAt struct{ block, start, length int32 }

// add keeps a body.
func (b *bodies) add(body []byte) (bodyAt, error) {
	at := bodyAt{int32(len(b.blocks)), int32(len(b.open)), int32(len(body))}
	if b.open == nil {
		b.open = make([]byte, 0, blockSize+maxBody)
	}
	b.open = append(b.open, body...)
	if len(b.open) < blockSize {
		return at, nil
	}
	return at, b.close()
}

// close packs the open block.
func (b *bodies) close() error {
	var out bytes.Buffer
	if b.packer == nil {
		packer, err := flate.NewWriter(nil, flate.BestSpeed)
		if err != nil {
			return err
		}
		b.packer = packer
	}
	b.packer.Reset(&out)
	if _, err := b.packer.Write(b.open); err != nil {
		return err
	}
	if err := b.packer.Close(); err != nil {
		return err
	}
	b.blocks = append(b.blocks, bytes.Clone(out.Bytes()))
	b.size += out.Len()
	b.open = b.open[:0]
	return nil
}

// reader gives bodies back, in the order in which they came.
type bodyReader struct {
	from  *bodies
	block int32 // that text is of; -1 at the beginning
	text  []byte
}

func (b *bodies) reader() *bodyReader { return &bodyReader{from: b, block: -1} }

// body is the body at a place. It stays as it is, but keeps its block alive.
func (r *bodyReader) body(at bodyAt) ([]byte, error) {
	if at.block != r.block {
		if err := r.load(at.block); err != nil {
			return nil, err
		}
	}
	return r.text[at.start : at.start+at.length : at.start+at.length], nil
}

func (r *bodyReader) load(block int32) error {
	r.block = block
	if int(block) == len(r.from.blocks) {
		r.text = r.from.open
		return nil
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(r.from.blocks[block])))
	if err != nil {
		return truce.Wrap(truce.CodeInternal, err, "a row cannot be read back from memory")
	}
	r.text = text
	return nil
}
