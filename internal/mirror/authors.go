package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"truce/internal/ledger"
	"truce/proof"
)

// authors holds the entries that are new in the copy, and older ones whose content came
// in late, against what the log says of keys: who wrote an entry is who signed it, and
// the register signs nothing in the name of others.
func (r *run) authors(ctx context.Context) []error {
	if r.cfg.KeyEntries == nil {
		return nil
	}
	a, err := r.newAudit(ctx)
	if err == nil {
		err = a.follow(ctx)
	}
	if err != nil {
		return []error{err}
	}
	var faults []error
	for _, f := range a.found {
		faults = append(faults, a.foreign(ctx, f))
	}
	if err := r.cfg.Log.SetLooked(ctx, r.cp.Size, a.parts); err != nil {
		return append(faults, err)
	}
	return faults
}

// audit is one walk through the entries that matter.
type audit struct {
	*run
	ring  *proof.Keyring
	from  int64   // entries below it were looked at before
	keys  []int64 // entries that say whose keys are whose
	good  []int64 // those of them that were worked in
	parts []int64 // those that were told in part
	found []foreignEntry
}

// foreignEntry is an entry that its author's keys did not sign.
type foreignEntry struct {
	number   int64
	vouchers []int64 // entries that say so
	why      string
}

func (r *run) newAudit(ctx context.Context) (*audit, error) {
	_, id, err := proof.ParseLogKey(r.cfg.Log.LogKey())
	if err != nil {
		return nil, err
	}
	from, parts, err := r.cfg.Log.Looked(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := r.cfg.KeyEntries(ctx)
	return &audit{run: r, ring: proof.NewKeyring(id), from: from, keys: append(keys, parts...)}, err
}

// follow reads the entries about keys below what is new, with the late ones between
// them, and then everything that is new.
func (a *audit) follow(ctx context.Context) error {
	slices.Sort(a.late)
	numbers := slices.Concat(a.keys, a.late)
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		if n >= a.from {
			break
		}
		e, err := a.cfg.Log.Entry(ctx, n)
		if err != nil {
			return err
		}
		_, late := slices.BinarySearch(a.late, n)
		a.take(e, late)
	}
	if a.from > 0 && !a.ring.Begun() {
		return nil // who may not read entry 0 has nothing to hold signatures against
	}
	return a.cfg.Log.Each(ctx, a.from, a.cp.Size, func(e *ledger.Entry) error {
		a.take(e, true)
		return nil
	})
}

// take works an entry in, and notes a fault where the entry is looked at for the
// first time.
func (a *audit) take(e *ledger.Entry, first bool) {
	if p := e.Part; p != nil {
		a.ring.Untold(p.Kind, p.Subject, p.Body)
		if proof.DecidesKeys(p.Kind) {
			a.good, a.parts = append(a.good, e.Number), append(a.parts, e.Number)
		}
	}
	if e.Statement == nil || e.Envelope == nil {
		return
	}
	err := a.ring.Admit(e.Number, e.Time, e.Envelope, e.Statement)
	if err == nil && proof.DecidesKeys(e.Statement.Kind) {
		a.good = append(a.good, e.Number)
	}
	if err == nil || !first || len(a.found) >= maxOdd {
		return
	}
	a.found = append(a.found, foreignEntry{e.Number, slices.Clone(a.good), err.Error()})
}

// maxVouchers bounds how many entries about keys go into one piece of evidence.
const maxVouchers = 2000

// foreign keeps an entry that its author's keys did not sign, with all that was handed
// over of those keys and of the registrars'.
func (a *audit) foreign(ctx context.Context, f foreignEntry) error {
	leaf, path, err := a.cfg.Log.LeafProof(ctx, f.number)
	if err != nil {
		return err
	}
	given, err := a.vouchers(ctx, f)
	if err != nil {
		return err
	}
	return a.keep(&proof.Evidence{Kind: proof.Foreign, Newer: string(a.cp.Note), Leaf: string(leaf), LeafProof: proof.RawPath(path), Given: given,
		Told: fmt.Sprintf("the keys that signed entry %d could not sign it: %s", f.number, f.why)})
}

// vouchers are what foreign says, with the entry at the end.
func (a *audit) vouchers(ctx context.Context, f foreignEntry) ([]byte, error) {
	last, err := a.cfg.Log.Entry(ctx, f.number)
	if err != nil || last.Statement == nil || last.Envelope == nil {
		return nil, err
	}
	h := proof.Handover{To: f.number + 1}
	for _, n := range f.vouchers {
		if n >= f.number || len(h.Entries) >= maxVouchers {
			break
		}
		e, err := a.cfg.Log.Entry(ctx, n)
		if err != nil {
			return nil, err
		}
		if s := subjectOf(e); a.ring.Registrar(s) || s == last.Statement.Author || s == last.Statement.Subject {
			h.Entries = append(h.Entries, handed(e))
		}
	}
	h.Entries = append(h.Entries, handed(last))
	return h.Marshal(), nil
}

func subjectOf(e *ledger.Entry) string {
	if e.Part != nil {
		return e.Part.Subject
	}
	return e.Statement.Subject
}

func handed(e *ledger.Entry) proof.Handed {
	if e.Part != nil { // the register told it in part
		part, _ := json.Marshal(e.Part) // it came as JSON
		return proof.Handed{Number: e.Number, Partial: part}
	}
	return proof.Handed{Number: e.Number, Salt: e.Salt, Record: e.Envelope.Record()}
}
