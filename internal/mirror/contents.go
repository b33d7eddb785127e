package mirror

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"truce"
	"truce/internal/ledger"
	"truce/proof"
)

// lateAtOnce is how many objects are asked about together.
const lateAtOnce = 64

// contents fetches what the reader may read of the entries under cp, verifies
// each against its leaf, and puts it aside. The source hands over the next entries
// and the disk takes those before while signatures are verified.
func (r *run) contents(ctx context.Context) error {
	from := r.staged.Read
	if again, ok := r.cfg.Source.(rereader); ok && again.Rereads() {
		from = 0
	}
	ctx, stop := context.WithCancel(ctx)
	handed, aside := r.handovers(ctx, from), done(nil)
	defer func() { // the source is not asked any more once this returns
		stop()
		for range handed {
		}
	}()
	for h := range handed {
		if h.err != nil {
			return cmp.Or(<-aside, h.err)
		}
		good, err := r.verify(ctx, h.Entries)
		if err = cmp.Or(<-aside, err); err != nil {
			return err
		}
		r.staged.Read = h.To
		aside = r.stage(ctx, good)
	}
	return cmp.Or(<-aside, ctx.Err()) // what was cut short is not all of it
}

// handover is what the source hands over, or why it does not.
type handover struct {
	*proof.Handover
	err error
}

// handovers asks the source for the entries from from on, one page ahead of who
// reads them. The channel is closed behind the last one, or an error.
func (r *run) handovers(ctx context.Context, from int64) <-chan handover {
	out := make(chan handover)
	go func() {
		defer close(out)
		for from < r.cp.Size {
			h, err := r.cfg.Source.Records(ctx, from, r.cp.Size)
			if err == nil {
				err = inOrder(h, from, r.cp.Size)
			}
			select {
			case out <- handover{h, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
			from = h.To
		}
	}()
	return out
}

// done is a channel that gives err once.
func done(err error) <-chan error {
	out := make(chan error, 1)
	out <- err
	return out
}

// inOrder sees that a handover is about the entries that were asked for.
func inOrder(h *proof.Handover, from, until int64) error {
	bad := truce.E(truce.CodeUnavailable, "the source hands over other entries than were asked for").WithHint("check that the address is that of a register")
	if h.From > from || h.To <= from || h.To > until {
		return bad
	}
	for _, e := range h.Entries {
		if e.Number < from || e.Number >= h.To {
			return bad
		}
	}
	return nil
}

// stage puts contents aside, with how far the run is, and gives the outcome once.
func (r *run) stage(ctx context.Context, contents []ledger.Content) <-chan error {
	f := &ledger.Fetched{Target: r.cp.Note, Contents: contents, Read: r.staged.Read, Late: slices.Clone(r.staged.Late)}
	out := make(chan error, 1)
	go func() { out <- r.cfg.Log.Stage(context.WithoutCancel(ctx), f) }()
	return out
}

// verify checks contents on all processors and gives those that hold. One that
// does not is kept as evidence, and the others go on.
func (r *run) verify(ctx context.Context, all []ledger.Content) ([]ledger.Content, error) {
	leaves := make([][]byte, len(all))
	for i := range all {
		var err error
		if leaves[i], err = r.leaf(ctx, all[i].Number); err != nil {
			return nil, err
		}
	}
	statements, errs := make([]*truce.Statement, len(all)), make([]error, len(all))
	eachInParallel(len(all), func(i int) { statements[i], errs[i] = ledger.CheckContent(r.cfg.Log.Origin(), leaves[i], &all[i]) })
	good := all[:0:0]
	for i := range all {
		if errs[i] != nil {
			r.faults = append(r.faults, r.mismatch(&all[i], leaves[i], errs[i]))
			continue
		}
		good = append(good, all[i])
		r.note(&all[i], statements[i])
	}
	return good, nil
}

func eachInParallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), n)
	for w := range workers {
		wait.Go(func() {
			for i := w; i < n; i += workers {
				do(i)
			}
		})
	}
	wait.Wait()
}

// mismatch keeps a content that is not what the log commits to.
func (r *run) mismatch(c *ledger.Content, leaf []byte, why error) error {
	one := proof.Handover{From: c.Number, To: c.Number + 1, Entries: []proof.Handed{*c}}
	return r.keep(&proof.Evidence{Kind: proof.Mismatch, Newer: string(r.cp.Note), Leaf: string(leaf), Given: one.Marshal(), Told: why.Error()})
}

// gossip is what a signer says to have seen of the log.
type gossip struct {
	number int64
	author truce.PartyID
	seen   truce.Seen
	given  []byte
}

// note counts a content, and remembers what else is to be done about it.
func (r *run) note(c *ledger.Content, s *truce.Statement) {
	if c.Record == nil {
		r.report.Partial++
	} else {
		r.report.Whole++
	}
	if s == nil {
		return
	}
	if c.Number < r.own.Size && c.Record != nil {
		r.late = append(r.late, c.Number)
	}
	if s.Kind == truce.ReleaseGive && c.Number >= r.own.Size { // what was said before may now be read
		r.staged.Late = appendNew(r.staged.Late, s.Subject)
	}
	if s.Seen != nil {
		r.gossip = append(r.gossip, gossip{c.Number, s.Author, *s.Seen, c.Record})
	}
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// lateContents asks for earlier entries about objects that were released since.
func (r *run) lateContents(ctx context.Context) error {
	for len(r.staged.Late) > 0 {
		some := r.staged.Late[:min(len(r.staged.Late), lateAtOnce)]
		h, err := r.cfg.Source.RecordsAbout(ctx, some, r.cp.Size)
		if err != nil {
			return err
		}
		if h.To < 1 || h.To > int64(len(some)) || len(h.Entries) > 0 && h.Entries[len(h.Entries)-1].Number >= r.cp.Size {
			return truce.E(truce.CodeUnavailable, "the source hands over other entries than were asked for")
		}
		good, err := r.verify(ctx, h.Entries)
		if err != nil {
			return err
		}
		done := some[:h.To]
		if _, rereads := r.cfg.Source.(rereader); !rereads {
			r.omitted(done, good)
		}
		r.staged.Late = r.staged.Late[h.To:]
		if err := <-r.stage(ctx, good); err != nil {
			return err
		}
	}
	return nil
}

// omitted looks for objects of which a release in force was handed over and no
// version: the register says that it told us, and does not say what.
func (r *run) omitted(subjects []string, handed []ledger.Content) {
	released, shown := map[string]int64{}, map[string]bool{}
	for i := range handed {
		kind, subject := aboutWhat(&handed[i])
		switch kind.Object() {
		case "site", "area", "movement", "erase":
			shown[subject] = true
		case "release":
			released[subject] = handed[i].Number
			if kind != truce.ReleaseGive {
				delete(released, subject)
			}
		}
	}
	for _, s := range subjects {
		if number, ok := released[s]; ok && !shown[s] {
			r.faults = append(r.faults, r.keep(&proof.Evidence{Kind: proof.Omission, Newer: string(r.cp.Note),
				Told: fmt.Sprintf("entry %d says that an object was released to this reader, and no entry with its content is handed over", number)}))
		}
	}
}

// aboutWhat reads kind and subject of a content that was verified.
func aboutWhat(c *ledger.Content) (truce.Kind, string) {
	if c.Record == nil {
		if p, err := ledger.ParsePartial(c.Partial); err == nil {
			return p.Kind, p.Subject
		}
		return "", ""
	}
	env, err := proof.ParseRecord(c.Record)
	if err != nil {
		return "", ""
	}
	var s truce.Statement
	if json.Unmarshal(env.Payload, &s) != nil {
		return "", ""
	}
	return s.Kind, s.Subject
}
