package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

// evidenceFormat names the format and its version.
const evidenceFormat = "truce-evidence-v1"

// MaxEvidence bounds an evidence file, in bytes: two checkpoints, a receipt and
// two proofs, in base64.
const MaxEvidence = 4 << 20

// Misconduct is what a register was found to have done.
type Misconduct string

// The kinds of misconduct. They are stable.
const (
	SplitView Misconduct = "split-view"  // two signed roots for one size
	Fork      Misconduct = "fork"        // the newer log does not hold the older one: the past was rewritten
	Rollback  Misconduct = "rollback"    // a smaller log was shown after a larger one
	Freeze    Misconduct = "freeze"      // the newest head that is shown is older than was agreed
	Omission  Misconduct = "omission"    // what was acknowledged or told is not there
	BackDated Misconduct = "back-dated"  // an entry claims a time that had passed when it was not there yet
	Mismatch  Misconduct = "mismatch"    // what was told is not what the log commits to
	Foreign   Misconduct = "foreign-key" // an entry in a party's name that no key of the party signed which could
)

// Evidence is one finding with all that shows it: a JSON file that stands by
// itself. Notes are signed checkpoints as they were served, cosignatures
// included.
type Evidence struct {
	Format  string     `json:"format"`
	Kind    Misconduct `json:"kind"`
	Origin  string     `json:"origin"`
	LogKey  string     `json:"logKey"`
	FoundAt time.Time  `json:"foundAt"` // by the finder's clock, UTC
	Told    string     `json:"told"`    // what was found, in a sentence

	Older     string   `json:"older,omitempty"`     // signed note that was seen first
	Newer     string   `json:"newer,omitempty"`     // signed note that contradicts it
	OtherRoot []byte   `json:"otherRoot,omitempty"` // root that the newer note has at the size of the older
	Proof     [][]byte `json:"proof,omitempty"`     // consistency proof from OtherRoot to the newer root, RFC 6962 2.1.2

	Leaf      string   `json:"leaf,omitempty"`      // public line of the entry in question
	LeafProof [][]byte `json:"leafProof,omitempty"` // its inclusion proof under the newer note
	Receipt   []byte   `json:"receipt,omitempty"`   // receipt file
	Witness   string   `json:"witness,omitempty"`   // key of the cosigner whose time on the older note counts
	SeenAt    string   `json:"seenAt,omitempty"`    // RFC 3339: when the finder saw the older note as the newest
	Given     []byte   `json:"given,omitempty"`     // answer of the register, as it came
}

// Marshal is the evidence as a file.
func (e *Evidence) Marshal() []byte {
	c := *e
	c.Format = evidenceFormat
	data, err := json.MarshalIndent(&c, "", "  ")
	if err != nil {
		panic(err) // strings, times and bytes always marshal
	}
	return append(data, '\n')
}

// ParseEvidence reads an evidence file. It verifies nothing; Check does. Errors
// are CodeInvalid or CodeTooLarge.
func ParseEvidence(data []byte) (*Evidence, error) {
	if len(data) > MaxEvidence {
		return nil, truce.E(truce.CodeTooLarge, "an evidence file has at most %d bytes, this one %d", MaxEvidence, len(data))
	}
	if err := truce.CheckJSON(data, 4); err != nil {
		return nil, err
	}
	var e Evidence
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil || e.Format != evidenceFormat {
		return nil, truce.E(truce.CodeInvalid, "the file is no evidence of the format %q", evidenceFormat)
	}
	if len(e.Proof) > maxPath || len(e.LeafProof) > maxPath {
		return nil, truce.E(truce.CodeInvalid, "a proof in the evidence has more than %d hashes", maxPath)
	}
	return &e, nil
}

// IsEvidence reports whether a file begins as evidence does, so that a reader can
// tell it from a receipt.
func IsEvidence(data []byte) bool {
	return bytes.HasPrefix(data, []byte("{")) && bytes.Contains(data[:min(len(data), 200)], []byte(evidenceFormat))
}

// Finding is what a piece of evidence amounts to once it was checked.
type Finding struct {
	Kind   Misconduct
	Origin string
	Proven bool     // signatures of the log alone show it; otherwise the word of the finder stands beside them
	Shows  []string // what it shows, sentence by sentence
	Claims []string // what has to be taken from whoever found it
}

// Check works the evidence through against the key of the log. Evidence that
// does not show what it says is CodeInvalid.
func (e *Evidence) Check(logKey string) (*Finding, error) {
	f := &Finding{Kind: e.Kind, Origin: e.Origin}
	if strings.TrimSpace(logKey) != e.LogKey {
		return nil, unproven("it is about a log with another key than the one given")
	}
	older, newer, err := e.notes(logKey)
	if err != nil {
		return nil, err
	}
	check, ok := map[Misconduct]func(*Finding, *Checkpoint, *Checkpoint) error{
		SplitView: e.checkSplit, Fork: e.checkFork, Rollback: e.checkRollback, Freeze: e.checkFreeze,
		Omission: e.checkOmission, BackDated: e.checkBackDated, Mismatch: e.checkMismatch, Foreign: e.checkForeign,
	}[e.Kind]
	if !ok {
		return nil, truce.E(truce.CodeInvalid, "the evidence is of a kind that this version does not know")
	}
	if err := check(f, older, newer); err != nil {
		return nil, err
	}
	return f, nil
}

func (e *Evidence) notes(logKey string) (older, newer *Checkpoint, err error) {
	if e.Older != "" {
		if older, err = OpenCheckpoint([]byte(e.Older), logKey); err != nil {
			return nil, nil, unproven("the older checkpoint: %v", err)
		}
	}
	if e.Newer != "" {
		if newer, err = OpenCheckpoint([]byte(e.Newer), logKey); err != nil {
			return nil, nil, unproven("the newer checkpoint: %v", err)
		}
	}
	return older, newer, nil
}

func unproven(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeInvalid, "the evidence does not hold: "+format, args...)
}

func (f *Finding) shows(format string, args ...any) {
	f.Shows = append(f.Shows, fmt.Sprintf(format, args...))
}

func (f *Finding) claims(format string, args ...any) {
	f.Claims = append(f.Claims, fmt.Sprintf(format, args...))
}

func (e *Evidence) checkSplit(f *Finding, older, newer *Checkpoint) error {
	if older == nil || newer == nil || older.Size != newer.Size || older.Root == newer.Root {
		return unproven("two checkpoints of one size with different roots are needed")
	}
	f.Proven = true
	f.shows("The log signed two different roots for %d entries: %s and %s.", older.Size, older.RootText(), newer.RootText())
	f.shows("Two histories were kept, or the past was rewritten.")
	return nil
}

func (e *Evidence) checkFork(f *Finding, older, newer *Checkpoint) error {
	if older == nil || newer == nil || older.Size >= newer.Size || older.Size == 0 {
		return unproven("two checkpoints, the second of a larger log, are needed")
	}
	path, err := hashesOf(e.Proof)
	if err != nil {
		return err
	}
	var other tlog.Hash
	if copy(other[:], e.OtherRoot) != len(other) || len(e.OtherRoot) != len(other) || other == older.Root {
		return unproven("the root that the newer log has at %d entries is not another one", older.Size)
	}
	if err := tlog.CheckTree(path, newer.Size, newer.Root, older.Size, other); err != nil {
		return unproven("the proof does not lead from that root to the newer one")
	}
	f.Proven = true
	f.shows("The log signed the root %s over its first %d entries.", older.RootText(), older.Size)
	f.shows("It also signed a log of %d entries whose first %d entries have the root %s: the past was rewritten.", newer.Size, older.Size, hash64(other))
	return nil
}

func (e *Evidence) checkRollback(f *Finding, older, newer *Checkpoint) error {
	if older == nil || newer == nil || newer.Size >= older.Size {
		return unproven("two checkpoints, the second of a smaller log, are needed")
	}
	f.shows("The log signed a head of %d entries and one of %d entries.", older.Size, newer.Size)
	f.claims("The smaller one was shown after the larger one, at %s.", e.FoundAt.UTC().Format(time.RFC3339))
	return nil
}

func (e *Evidence) checkFreeze(f *Finding, _, newer *Checkpoint) error {
	if newer == nil {
		return unproven("the checkpoint that was shown is needed")
	}
	f.shows("The log signed a head of %d entries.", newer.Size)
	f.claims("It was shown as the newest at %s: %s.", e.FoundAt.UTC().Format(time.RFC3339), strings.TrimSuffix(e.Told, "."))
	return nil
}

// checkOmission knows two forms: a receipt that contradicts a checkpoint, which
// the log signed both, and an entry that was announced and not handed over.
func (e *Evidence) checkOmission(f *Finding, _, newer *Checkpoint) error {
	if newer == nil {
		return unproven("the checkpoint that was shown is needed")
	}
	if e.Receipt == nil {
		f.shows("The log signed a head of %d entries.", newer.Size)
		f.claims("%s.", strings.TrimSuffix(e.Told, "."))
		return nil
	}
	r, err := ParseReceipt(e.Receipt)
	if err != nil {
		return unproven("the receipt: %v", err)
	}
	under, err := OpenCheckpoint(r.Checkpoint, e.LogKey)
	if err != nil {
		return unproven("the checkpoint in the receipt: %v", err)
	}
	if err := under.CheckInclusion(r.Entry.Number, r.Leaf(), r.Proof); err != nil {
		return unproven("the receipt: %v", err)
	}
	f.shows("The log signed that entry %d is among its %d entries.", r.Entry.Number, under.Size)
	return e.omitted(f, r, newer)
}

// omitted shows that the leaf of a receipt is not where it was promised.
func (e *Evidence) omitted(f *Finding, r *Receipt, newer *Checkpoint) error {
	if newer.Size <= r.Entry.Number {
		f.shows("It also signed a head of %d entries, which does not reach entry %d.", newer.Size, r.Entry.Number)
		f.claims("That head was shown after the receipt had been given out, at %s.", e.FoundAt.UTC().Format(time.RFC3339))
		return nil
	}
	path, err := hashesOf(e.LeafProof)
	if err != nil {
		return err
	}
	if bytes.Equal(r.Leaf(), []byte(e.Leaf)) {
		return unproven("the entry in the log is the one of the receipt")
	}
	if err := newer.CheckInclusion(r.Entry.Number, []byte(e.Leaf), path); err != nil {
		return unproven("the entry in the log: %v", err)
	}
	f.Proven = true
	f.shows("It also signed a log of %d entries in which another entry has the number %d: what was acknowledged is not there.", newer.Size, r.Entry.Number)
	return nil
}

func (e *Evidence) checkBackDated(f *Finding, older, newer *Checkpoint) error {
	number, at, _, err := ParseLeaf([]byte(e.Leaf))
	if err != nil || older == nil || newer == nil || number < older.Size {
		return unproven("an entry behind the older checkpoint is needed")
	}
	path, err := hashesOf(e.LeafProof)
	if err != nil {
		return err
	}
	if err := newer.CheckInclusion(number, []byte(e.Leaf), path); err != nil {
		return unproven("the entry: %v", err)
	}
	f.shows("Entry %d claims to have been received at %s.", number, at.Format(timeForm))
	if e.Witness == "" {
		f.claims("At %s the log was shown with %d entries: entry %d was not among them.", e.SeenAt, older.Size, number)
		return nil
	}
	key, err := ParseCosignerKey(e.Witness)
	if err != nil {
		return unproven("the key of the cosigner: %v", err)
	}
	seen, ok := key.Of(older)
	if !ok || !at.Before(seen.At) {
		return unproven("the entry does not claim to be older than the cosignature")
	}
	f.shows("At %s the log had %d entries, says the cosignature of %q: entry %d was not among them.", seen.At.Format(time.RFC3339), older.Size, key.Name(), number)
	f.claims("The clock of %q was right.", key.Name())
	return nil
}

func (e *Evidence) checkMismatch(f *Finding, _, newer *Checkpoint) error {
	if newer == nil || e.Given == nil {
		return unproven("the checkpoint and the answer of the register are needed")
	}
	f.shows("The log signed a head of %d entries.", newer.Size)
	f.claims("The register answered what is kept here: %s.", strings.TrimSuffix(e.Told, "."))
	return nil
}

// checkForeign works through what was handed over of whose keys are whose, and then
// the entry in question, which is the last of it.
func (e *Evidence) checkForeign(f *Finding, _, newer *Checkpoint) error {
	number, at, commitment, err := ParseLeaf([]byte(e.Leaf))
	if err != nil || newer == nil {
		return unproven("an entry and the checkpoint that it is under are needed")
	}
	path, err := hashesOf(e.LeafProof)
	if err != nil {
		return err
	}
	if err := newer.CheckInclusion(number, []byte(e.Leaf), path); err != nil {
		return unproven("the entry: %v", err)
	}
	h, err := ParseHandover(e.Given)
	if err != nil || len(h.Entries) == 0 || h.Entries[len(h.Entries)-1].Number != number {
		return unproven("what was handed over does not end with the entry")
	}
	last := &h.Entries[len(h.Entries)-1]
	entry := Entry{Number: number, Time: at, Salt: last.Salt, Record: last.Record}
	if last.Record == nil || entry.Commitment() != commitment {
		return unproven("the entry is not what the log commits to")
	}
	why, err := e.followKeys(h, newer.Origin)
	if err != nil {
		return err
	}
	f.shows("The log signed a head of %d entries, with the entry %d that is kept here.", newer.Size, number)
	f.shows("By the statements about keys that are kept here: %s.", why.Error())
	f.claims("These are all statements about those keys that the register handed over below entry %d.", number)
	return nil
}

// followKeys gives the fault of the last entry; the others must have none.
func (e *Evidence) followKeys(h *Handover, origin string) (fault, err error) {
	_, logKeyID, err := ParseLogKey(e.LogKey)
	if err != nil {
		return nil, err
	}
	ring := NewKeyring(logKeyID)
	for i := range h.Entries {
		one := &h.Entries[i]
		if i > 0 && one.Number <= h.Entries[i-1].Number {
			return nil, unproven("the statements about keys are not in order")
		}
		if one.Record == nil { // told in part
			var p truce.Statement
			if json.Unmarshal(one.Partial, &p) == nil {
				ring.Untold(p.Kind, p.Subject, p.Body)
			}
			continue
		}
		l, err := openStatement(&Entry{Number: one.Number, Salt: one.Salt, Record: one.Record}, origin)
		if err != nil {
			return nil, unproven("%v", err)
		}
		fault := ring.Admit(l.number, l.at, l.envelope, l.statement)
		if i == len(h.Entries)-1 && fault != nil {
			return fault, nil
		}
		if fault != nil {
			return nil, unproven("%v", fault)
		}
	}
	return nil, unproven("the entry is signed by a key of its author")
}

func hashesOf(path [][]byte) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(path))
	for i, h := range path {
		if len(h) != tlog.HashSize {
			return nil, unproven("a hash in the proof does not have %d bytes", tlog.HashSize)
		}
		copy(out[i][:], h)
	}
	return out, nil
}

// RawPath is a proof as evidence holds it.
func RawPath(path []tlog.Hash) [][]byte {
	out := make([][]byte, len(path))
	for i := range path {
		out[i] = path[i][:]
	}
	return out
}

// Text is the evidence for a person to read: what was found, what it shows, and
// the checkpoints as they were signed.
func (e *Evidence) Text(f *Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "EVIDENCE: %s of the log %s\nfound %s\n\n%s\n", e.Kind, e.Origin, e.FoundAt.UTC().Format(time.RFC3339), e.Told)
	for _, s := range f.Shows {
		fmt.Fprintf(&b, "\nShown by signatures: %s", s)
	}
	for _, s := range f.Claims {
		fmt.Fprintf(&b, "\nSaid by the finder: %s", s)
	}
	b.WriteString("\n")
	for _, n := range []struct{ name, text string }{{"Seen first", e.Older}, {"Seen later", e.Newer}, {"Entry in the log", e.Leaf}} {
		if n.text != "" {
			fmt.Fprintf(&b, "\n%s:\n\n%s", n.name, n.text)
		}
	}
	fmt.Fprintf(&b, "\nKey of the log: %s\nCheck the file of the same name ending in .json with: truce verify FILE --log-key log.pub\n", e.LogKey)
	if e.OtherRoot != nil {
		fmt.Fprintf(&b, "Root that the later one gives the earlier size: %s\n", base64.StdEncoding.EncodeToString(e.OtherRoot))
	}
	return b.String()
}
