package ledger

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// RootAt is the root hash that the log had with size entries. A size beyond
// Head is CodeNotFound.
func (l *Ledger) RootAt(ctx context.Context, size int64) (tlog.Hash, error) {
	if size < 0 || size > l.Head().Size {
		return tlog.Hash{}, truce.E(truce.CodeNotFound, "the log has %d entries, not %d", l.Head().Size, size)
	}
	return l.rootAt(ctx, size, l.head.Load().edge)
}

func (l *Ledger) rootAt(ctx context.Context, size int64, e *edge) (root tlog.Hash, err error) {
	err = l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		root, err = tlog.TreeHash(size, hashesFrom(ctx, r, e))
		return err
	})
	return root, err
}

// ConsistencyProof is the RFC 6962 2.1.2 path that shows that the log of size
// newer only appends to the log of size older. Sizes beyond Head are CodeNotFound.
func (l *Ledger) ConsistencyProof(ctx context.Context, older, newer int64) (path []tlog.Hash, err error) {
	if older < 0 || newer < older || newer > l.Head().Size {
		return nil, truce.E(truce.CodeNotFound, "there is no proof from %d to %d entries", older, newer)
	}
	if older == newer || older == 0 {
		return nil, nil
	}
	e := l.head.Load().edge
	err = l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		path, err = tlog.ProveTree(newer, older, hashesFrom(ctx, r, e))
		return err
	})
	return path, err
}

// InclusionProof is the RFC 6962 2.1.1 path of the leaf of entry number under
// the log of the given size. Numbers and sizes beyond Head are CodeNotFound.
func (l *Ledger) InclusionProof(ctx context.Context, number, size int64) (path []tlog.Hash, err error) {
	if number < 0 || number >= size || size > l.Head().Size {
		return nil, truce.E(truce.CodeNotFound, "there is no proof of entry %d among %d entries", number, size)
	}
	e := l.head.Load().edge
	err = l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		path, err = tlog.ProveRecord(size, number, hashesFrom(ctx, r, e))
		return err
	})
	return path, err
}

// Receipt proves that entry number stands in the log, under Head. Without
// content (or once that is erased) it holds the commitment only. It has no
// vouchers: those who know the parties add them with Voucher. What is stored is
// verified before it is given out: CodeTampered where it does not match.
func (l *Ledger) Receipt(ctx context.Context, number int64, withContent bool) (*proof.Receipt, error) {
	return l.ReceiptUnder(ctx, number, withContent, l.Head())
}

// ReceiptUnder is Receipt under cp, a head of this log that is not ahead of Head,
// with whatever cosignatures it has.
func (l *Ledger) ReceiptUnder(ctx context.Context, number int64, withContent bool, cp *proof.Checkpoint) (*proof.Receipt, error) {
	w, path, err := l.prove(ctx, number, cp)
	if err != nil {
		return nil, err
	}
	out := &proof.Receipt{Proof: path, Checkpoint: cp.Note}
	if withContent && w.held() {
		out.Entry = w.entry()
		return out, nil
	}
	out.Entry = proof.Entry{Number: w.number, Time: w.time()}
	out.Commitment = [32]byte(w.commitment)
	return out, nil
}

// Voucher proves entry number under the checkpoint of a receipt, with its
// content. Where the content is erased it is CodeGone.
func (l *Ledger) Voucher(ctx context.Context, number int64, receipt *proof.Receipt) (*proof.Voucher, error) {
	cp, err := proof.OpenCheckpoint(receipt.Checkpoint, l.cfg.Verifier)
	if err != nil {
		return nil, err
	}
	w, path, err := l.prove(ctx, number, cp)
	if err != nil {
		return nil, err
	}
	if w.withheld() {
		return nil, truce.E(truce.CodeNotFound, "the content of entry %d was not handed to this copy", number)
	}
	if w.record == nil {
		return nil, truce.E(truce.CodeGone, "the content of entry %d was erased", number)
	}
	return &proof.Voucher{Entry: w.entry(), Proof: path}, nil
}

// prove reads an entry with its inclusion proof and sees that it holds.
func (l *Ledger) prove(ctx context.Context, number int64, cp *proof.Checkpoint) (w *row, path []tlog.Hash, err error) {
	if number < 0 || number >= cp.Size {
		return nil, nil, truce.E(truce.CodeNotFound, "there is no such entry")
	}
	e := l.head.Load().edge
	err = l.cfg.DB.View(ctx, func(r store.Reader) (err error) {
		w, err = oneRow(ctx, r, "SELECT "+rowColumns+" FROM entry WHERE number = ?", number)
		if err != nil {
			return err
		}
		path, err = tlog.ProveRecord(cp.Size, number, hashesFrom(ctx, r, e))
		return err
	})
	if err == nil && w == nil {
		err = tampered("entry %d is missing", number)
	}
	if err == nil {
		err = l.takes(w)
	}
	if err == nil {
		err = w.check()
	}
	if err == nil {
		err = cp.CheckInclusion(number, w.leaf(), path)
	}
	return w, path, err
}
