package pack

import (
	"bytes"
	"encoding/json"
	"time"

	"truce"
)

// Sources of a pack.
const (
	FromRegister = "register" // a register made it, for one of its parties
	FromFile     = "file"     // somebody made it from a list of their own; no register stands behind it
)

// maxHeader bounds the header, in bytes.
const maxHeader = 64 << 10

// Header says what a pack is. It stands in the file as JSON and is read without the content.
type Header struct {
	Format     string    `json:"format"`               // truce-pack-v2
	Source     string    `json:"source"`               // FromRegister or FromFile
	Origin     string    `json:"origin"`               // of the register; of a plain list the name of the file it was made from
	Key        string    `json:"key,omitempty"`        // public key that signed, "name+hash+base64"; absent where nobody did
	Exercise   bool      `json:"exercise"`             // the register is an exercise
	Audience   *Audience `json:"audience,omitempty"`   // whom it was made for; absent for a plain list
	LogSize    int64     `json:"logSize"`              // number of entries that it knows; 0 for a plain list
	Root       string    `json:"root,omitempty"`       // root hash of the log at that size, standard base64
	Checkpoint string    `json:"checkpoint,omitempty"` // signed head of the log of that size (C2SP tlog-checkpoint)
	LastEntry  string    `json:"lastEntry,omitempty"`  // when the last entry was received, RFC 3339, UTC
	MadeAt     string    `json:"madeAt"`               // when it was made, by the clock of the register or of who made it, RFC 3339, UTC
	MaxAgeS    int64     `json:"maxAgeS,omitempty"`    // older than so many seconds it is stale; 0 = its maker says nothing
	Objects    int       `json:"objects"`
	Zones      int       `json:"zones"` // parts of objects: shapes
	Agreements int       `json:"agreements"`
	Windows    int       `json:"windows"` // pauses, corridors, repair windows, evacuations and steps
	Bytes      int       `json:"bytes"`   // of the content, decompressed
	SHA256     string    `json:"sha256"`
}

// Audience is whom a pack was made for.
type Audience struct {
	Party truce.PartyID `json:"party"`
	Role  truce.Role    `json:"role"`
}

// formatPack is the format of a header.
const formatPack = "truce-pack-v2"

// parseHeader reads a header in the one spelling that there is.
func parseHeader(data []byte) (*Header, error) {
	if err := truce.CheckJSON(data, 3); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "the header of the pack cannot be read")
	}
	h := &Header{}
	if err := json.Unmarshal(data, h); err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "the header of the pack cannot be read")
	}
	if h.Format != formatPack {
		return nil, truce.E(truce.CodeInvalid, "the pack has the format %q", clip(h.Format)).WithHint("this program reads %s: fetch the pack anew, or take a newer program", formatPack)
	}
	if !bytes.Equal(data, h.json()) {
		return nil, truce.E(truce.CodeTampered, "the header of the pack is not spelt as it must be")
	}
	return h, h.check()
}

func (h *Header) check() error {
	for _, text := range []string{h.MadeAt, h.LastEntry} {
		if _, err := time.Parse(time.RFC3339, text); err != nil && text != "" {
			return truce.E(truce.CodeTampered, "the header of the pack has a time that is none")
		}
	}
	register := h.Source == FromRegister
	switch {
	case h.Source != FromRegister && h.Source != FromFile:
		return truce.E(truce.CodeTampered, "the pack does not say where it is from")
	case h.LogSize < 0 || h.MaxAgeS < 0 || h.Objects < 0 || h.Zones < 0 || h.Agreements < 0 || h.Windows < 0 || h.Bytes < 0 || h.MadeAt == "":
		return truce.E(truce.CodeTampered, "the header of the pack has a number that cannot be")
	case register != (h.Checkpoint != "") || register != (h.Audience != nil) || register && h.Key == "":
		return truce.E(truce.CodeTampered, "the header of the pack does not have the members of its source")
	}
	return nil
}

// json is the header in its one spelling: members in order, no spaces.
func (h *Header) json() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(h) != nil {
		return nil // strings and numbers always marshal
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// Made is when the pack was made, UTC.
func (h *Header) Made() time.Time { return parsed(h.MadeAt) }

// LastEntryTime is when the last entry that it knows was received, UTC; zero where there is none.
func (h *Header) LastEntryTime() time.Time { return parsed(h.LastEntry) }

func parsed(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// stamp writes a time as a header has it.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// clip shortens text of others for a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
