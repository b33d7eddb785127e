package receipt

import (
	"context"
	"slices"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
	"truce/proof"
)

// Log gives entries and proves them.
type Log interface {
	// Entry is the entry of that number, CodeNotFound where there is none.
	Entry(ctx context.Context, number int64) (*ledger.Entry, error)
	// Receipt is the receipt of an entry, without vouchers.
	Receipt(ctx context.Context, number int64, withContent bool) (*proof.Receipt, error)
	// Voucher is an entry, with its content, proved under the checkpoint of the receipt.
	Voucher(ctx context.Context, number int64, receipt *proof.Receipt) (*proof.Voucher, error)
}

// Parties tells which entries show whose a key is.
type Parties interface {
	// Vouchers are the numbers of the entries that prove that a key counted for a
	// party just before entry number.
	Vouchers(ctx context.Context, r store.Reader, id truce.PartyID, keyID string, number int64) ([]int64, error)
}

// Snapshots gives consistent readings of the views.
type Snapshots interface {
	View(ctx context.Context, fn func(store.Reader) error) error
}

// Maker makes receipts.
type Maker struct {
	Log     Log
	Parties Parties
	DB      Snapshots
}

// May says whether the one who asks may be handed a whole statement about a
// party or its keys, as a voucher is. nil permits all.
type May func(*truce.Statement) bool

// Make is the receipt of an entry: with its content and the vouchers for its
// keys where whole is set, with the commitment alone where it is not or the
// content was erased. Where a voucher may not be handed over, or there are too
// many, it goes without any: it then says which key signed, and not whose it is.
func (m Maker) Make(ctx context.Context, number int64, whole bool, may May) (*proof.Receipt, error) {
	r, err := m.Log.Receipt(ctx, number, whole)
	if err != nil || !whole || r.Entry.Record == nil {
		return r, err
	}
	numbers, err := m.closure(ctx, number, may)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		v, err := m.Log.Voucher(ctx, n, r)
		if err != nil {
			return nil, err
		}
		r.Vouchers = append(r.Vouchers, *v)
	}
	return r, nil
}

// closure is the set of entries that vouch for the keys of entry number and for
// the keys that signed those, down to entry 0, ascending; nil where one of them
// may not be handed over or they are too many for a receipt.
func (m Maker) closure(ctx context.Context, number int64, may May) ([]int64, error) {
	done := map[int64]bool{}
	for todo := []int64{number}; len(todo) > 0; todo = todo[1:] {
		next, ok, err := m.direct(ctx, todo[0], todo[0] == number, may)
		if err != nil || !ok {
			return nil, err
		}
		for _, n := range next {
			if n != number && !done[n] {
				done[n] = true
				todo = append(todo, n)
			}
		}
		if len(done) > proof.MaxVouchers {
			return nil, nil
		}
	}
	return sorted(done), nil
}

func sorted(set map[int64]bool) []int64 {
	out := make([]int64, 0, len(set))
	for n := range set {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// direct are the entries that vouch for the keys that signed entry n.
func (m Maker) direct(ctx context.Context, n int64, first bool, may May) (numbers []int64, ok bool, err error) {
	e, err := m.Log.Entry(ctx, n)
	if err != nil || e.Envelope == nil || !first && may != nil && !may(e.Statement) {
		return nil, false, err
	}
	err = m.DB.View(ctx, func(q store.Reader) error {
		for _, party := range signersOf(e.Statement) {
			for _, sig := range e.Envelope.Signatures {
				more, err := m.Parties.Vouchers(ctx, q, party, sig.KeyID, n)
				if err != nil {
					return err
				}
				numbers = append(numbers, more...)
			}
		}
		return nil
	})
	return numbers, err == nil, err
}

// signersOf are the parties whose keys can have signed s: its author, and its
// subject where it is about a party.
func signersOf(s *truce.Statement) []truce.PartyID {
	if o := s.Kind.Object(); (o == "party" || o == "key") && s.Subject != s.Author {
		return []truce.PartyID{s.Author, s.Subject}
	}
	return []truce.PartyID{s.Author}
}
