package pack

import (
	"iter"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/holds"
	"truce/proof"
)

// Pack is an open pack. It is read only but for Use, and any number of goroutines may share it.
type Pack struct {
	Header
	tables
	sum     [32]byte
	content []byte
	data    []byte // the file
	making  sync.Mutex
	engine  engine
	faces   []atomic.Pointer[keptFace]
	agreed  []*holds.Record
	model   *holds.Model // of agreed
}

// Contents say what a pack is to hold. Members of Header that Make works out (Format, Key, Objects, Zones, Bytes,
// SHA256) are overwritten.
type Contents struct {
	Header
	MadeAt        time.Time       // to the millisecond
	LastEntryTime time.Time       // zero for none
	MaxAge        time.Duration   // policy, whole seconds; 0 = none
	Objects       []Object        // in order of First; they are not changed
	Agreed        []*holds.Record // agreements and windows, in order of First; they are not changed
}

// Make writes a pack: the same contents give the same bytes. signer is the key of the log, whose checkpoint stands in the
// header, or of who made a plain list; nil leaves a plain list unsigned. vkey is its public half. An object that cannot
// be written is CodeInvalid.
func Make(c Contents, signer note.Signer, vkey string) ([]byte, error) {
	b := NewBuilder()
	for i := range c.Objects {
		if err := b.Add(&c.Objects[i]); err != nil {
			return nil, err
		}
	}
	for _, r := range c.Agreed {
		if err := b.AddAgreed(r); err != nil {
			return nil, err
		}
	}
	return b.Make(c, signer, vkey)
}

// Builder makes a pack of objects that come one after the other, and keeps none of them.
type Builder struct {
	enc                 *encoder
	objects, zones      int
	agreements, windows int
}

// NewBuilder is a Builder without objects.
func NewBuilder() *Builder { return &Builder{enc: newEncoder()} }

// Add puts in the next object, in order of First. One that cannot be written is CodeInvalid, and is not put in.
func (b *Builder) Add(o *Object) error {
	if _, err := versionBytes(o.Version); err != nil {
		return truce.Within(err, "/objects/"+o.ID)
	}
	for k := range o.Parts {
		if err := checkShape(o.Parts[k].Shape); err != nil {
			return truce.Within(err, "/objects/"+o.ID)
		}
	}
	b.enc.object(o, groupAll)
	b.objects, b.zones = b.objects+1, b.zones+len(o.Parts)
	return nil
}

// AddAgreed puts in the next agreement or window, in order of First. What of it stands in a pack is what holds.Evaluate
// reads. Its contents must have been read, as those of holds.Model.Told are; else it is CodeInvalid.
func (b *Builder) AddAgreed(r *holds.Record) error {
	if !wellFormed(r) {
		return truce.E(truce.CodeInvalid, "an agreement or window cannot be written").At("/agreed/" + r.Subject)
	}
	b.enc.agreed.record(r)
	if r.Object == "window" {
		b.windows++
	} else {
		b.agreements++
	}
	return nil
}

// Make writes the pack of the objects that were added; see the function Make, and Contents for what of c counts (not its
// Objects).
func (b *Builder) Make(c Contents, signer note.Signer, vkey string) ([]byte, error) {
	content := b.enc.content()
	if b.enc.fault != nil {
		return nil, b.enc.fault
	}
	if len(content) > maxContent {
		return nil, truce.E(truce.CodeTooLarge, "a pack has at most %d bytes of content", maxContent)
	}
	h := c.Header
	h.Format, h.Key, h.Objects, h.Zones = formatPack, vkey, b.objects, b.zones
	h.Agreements, h.Windows = b.agreements, b.windows
	h.MadeAt, h.LastEntry, h.MaxAgeS = stamp(c.MadeAt), stamp(c.LastEntryTime), int64(c.MaxAge/time.Second)
	_, h.SHA256 = hashOf(content)
	h.Bytes = len(content)
	if err := h.check(); err != nil {
		return nil, err
	}
	header := h.json()
	signed, err := sign(signer, header)
	if err != nil {
		return nil, err
	}
	return (&file{header: header, note: signed, body: content}).marshal(magicPack)
}

// IsPack reports whether data begins like a pack, IsDelta whether it begins like a delta.
func IsPack(data []byte) bool { return hasPrefix(data, magicPack) }

// IsDelta reports whether data begins like a delta.
func IsDelta(data []byte) bool { return hasPrefix(data, magicDelta) }

func hasPrefix(data []byte, magic string) bool {
	return len(data) >= len(magic) && string(data[:len(magic)]) == magic
}

// Open reads and verifies a pack: every byte is as it was written, it is signed with the key vkey ("name+hash+base64", as
// in log.pub), and it is bound to a checkpoint of that log. With an empty vkey the key that the pack itself names is
// taken, and what that is worth is for the caller to know (Header.Key); a plain list may then be signed by nobody.
// Whatever does not match is CodeTampered. data must not be changed afterwards.
func Open(data []byte, vkey string) (*Pack, error) {
	f, err := unmarshal(data, magicPack)
	if err != nil {
		return nil, err
	}
	h, err := f.trusted(vkey)
	if err != nil {
		return nil, err
	}
	return open(h, f.body, data)
}

// trusted reads the header of a file and checks who signed it.
func (f *file) trusted(vkey string) (*Header, error) {
	h, err := parseHeader(f.header)
	if err != nil {
		return nil, err
	}
	switch {
	case vkey != "" && h.Key == "":
		return nil, truce.E(truce.CodeTampered, "the pack is signed by nobody, and a key was given").WithHint("it is not from the register of that key")
	case vkey == "" && h.Key == "" && len(f.note) > 0:
		return nil, truce.E(truce.CodeTampered, "the pack is signed and does not say with which key")
	case vkey == "" && h.Key == "":
		return h, nil
	case vkey == "":
		vkey = h.Key
	}
	if err := verify(f.note, f.header, vkey); err != nil {
		return nil, err
	}
	return h, h.bound(vkey)
}

// bound checks that the pack is of the log whose key signed it.
func (h *Header) bound(vkey string) error {
	if h.Source == FromFile {
		return nil
	}
	cp, err := proof.OpenCheckpoint([]byte(h.Checkpoint), vkey)
	if err != nil {
		return err
	}
	if cp.Origin != h.Origin || cp.Size != h.LogSize || cp.RootText() != h.Root {
		return truce.E(truce.CodeTampered, "the pack is not of the state of the log that its checkpoint signs")
	}
	return nil
}

func open(h *Header, content, data []byte) (*Pack, error) {
	sum, text := hashOf(content)
	if h.SHA256 != text || h.Bytes != len(content) {
		return nil, truce.E(truce.CodeTampered, "the content of the pack is not the one that was signed")
	}
	t, err := decode(unsafe.String(unsafe.SliceData(content), len(content)), nil) // content is not written to
	if err != nil {
		return nil, err
	}
	if t.len() != h.Objects || len(t.parts)-1 != h.Zones {
		return nil, truce.E(truce.CodeTampered, "the pack does not hold as many objects as it says")
	}
	agreed, err := readAgreed(t.agreedTexts, t.agreedRest)
	if err != nil {
		return nil, err
	}
	if a, w := countAgreed(agreed); a != h.Agreements || w != h.Windows {
		return nil, truce.E(truce.CodeTampered, "the pack does not hold as many agreements and windows as it says")
	}
	model := holds.NewModel(h.LogSize, agreed)
	if err := model.Damaged(); err != nil || model.Len() != len(agreed) {
		return nil, truce.Wrap(truce.CodeTampered, err, "the agreements in the pack cannot be read")
	}
	return &Pack{Header: *h, tables: *t, agreed: agreed, model: model, sum: sum, content: content, data: data, faces: make([]atomic.Pointer[keptFace], min(max(1, t.len()), maxFaces))}, nil
}

// ReadHeader reads what a file says of itself, pack or delta, without unpacking its content. That nothing in the file was
// altered is checked; who signed it is not.
func ReadHeader(data []byte) (*Header, error) {
	magic := magicPack
	if IsDelta(data) {
		magic = magicDelta
	}
	r, err := checked(data, magic)
	if err != nil {
		return nil, err
	}
	header, err := r.part(4, maxHeader)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "the file is not laid out like a pack")
	}
	return parseHeader(header)
}

// Hash is the SHA-256 of the content: two packs of the same hash hold the same, whenever they were made.
func (p *Pack) Hash() [32]byte { return p.sum }

// Bytes is the pack as a file. It must not be changed.
func (p *Pack) Bytes() []byte { return p.data }

// Len is the number of objects.
func (p *Pack) Len() int { return p.tables.len() }

// Object is object i, from 0, in the order of the entries that registered them. It panics where there is none.
func (p *Pack) Object(i int) Object { return p.tables.object(i) }

// All are the objects in order.
func (p *Pack) All() iter.Seq2[int, Object] {
	return func(yield func(int, Object) bool) {
		for i := range p.Len() {
			if !yield(i, p.Object(i)) {
				return
			}
		}
	}
}
