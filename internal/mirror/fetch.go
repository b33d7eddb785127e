package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/proof"
)

const (
	atOnce     = 4  // bundles that are fetched beside each other
	stageEvery = 32 // bundles that are put aside together
	maxOdd     = 20 // entries with a time that cannot be, of which evidence is kept
	skew       = 5 * time.Minute
)

// run is what one Sync has under way.
type run struct {
	*Mirror
	cp     *proof.Checkpoint
	own    *proof.Checkpoint
	staged *ledger.Staged
	before *proof.Checkpoint // head that an earlier run was fetching; nil for none
	odd    []oddTime
	gossip []gossip
	late   []int64 // entries of before whose content came in now
	faults []error // findings about single entries
	leaves leafCache
}

// fetch puts aside all that is needed to adopt cp. faults are what was found of
// single entries; they stay out.
func (m *Mirror) fetch(ctx context.Context, cp *proof.Checkpoint) (*run, error) {
	staged, err := m.cfg.Log.Staged(ctx)
	if err != nil {
		return nil, err
	}
	r := &run{Mirror: m, cp: cp, own: m.cfg.Log.Head(), staged: staged}
	if err := r.compareTarget(ctx); err != nil {
		return nil, err
	}
	if err := r.allLeaves(ctx); err != nil {
		return nil, err
	}
	if err := r.contents(ctx); err != nil {
		return nil, err
	}
	return r, r.lateContents(ctx)
}

// compareTarget compares cp with the head that an earlier run did not get to
// adopt: it was signed and shown, so it counts.
func (r *run) compareTarget(ctx context.Context) error {
	if r.staged.Target == nil {
		return nil
	}
	before, err := proof.OpenCheckpoint(r.staged.Target, r.cfg.Log.LogKey())
	if err != nil {
		return truce.Wrap(truce.CodeTampered, err, "what was put aside in the copy")
	}
	e := &proof.Evidence{Older: string(before.Note), Newer: string(r.cp.Note)}
	switch {
	case before.Size == r.cp.Size && before.Root != r.cp.Root:
		e.Kind, e.Told = proof.SplitView, fmt.Sprintf("the log shows two different roots for %d entries", r.cp.Size)
	case before.Size > r.cp.Size:
		e.Kind, e.Told = proof.Rollback, fmt.Sprintf("the log is shown with %d entries, after it was shown with %d", r.cp.Size, before.Size)
	default:
		if before.Size > r.own.Size {
			r.before = before
		}
		return nil
	}
	err = r.keep(e) // which of the two goes on will show: neither stands in the way
	if again := r.forget(ctx); again != nil {
		return again
	}
	return err
}

// allLeaves fetches the leaves and sees that they lead to the root of cp. Where
// they do not, what was put aside may be at fault: it is fetched once more before
// the log is blamed.
func (r *run) allLeaves(ctx context.Context) error {
	if r.cp.Size == r.own.Size {
		return nil
	}
	if err := r.bundles(ctx); err != nil {
		return err
	}
	err := r.check(ctx)
	if !tampered(err) {
		return err
	}
	if err := r.forget(ctx); err != nil {
		return err
	}
	if err := r.bundles(ctx); err != nil {
		return err
	}
	if err = r.check(ctx); !tampered(err) {
		return err
	}
	err = r.investigate(ctx, r.cp, r.before, err)
	if again := r.forget(ctx); again != nil {
		return again
	}
	return err
}

// forget throws away what was put aside: it may be of a log that was shown once
// and that nobody else is shown.
func (r *run) forget(ctx context.Context) error {
	r.staged.Bundles, r.staged.Late, r.leaves = map[int64]int{}, nil, leafCache{}
	r.staged.Read = min(r.staged.Read, r.own.Size)
	return r.cfg.Log.Unstage(context.WithoutCancel(ctx))
}

func (r *run) check(ctx context.Context) error {
	r.odd = nil
	oldest, newest := r.plausible(ctx)
	return r.cfg.Log.CheckStaged(ctx, r.cp, r.before, func(leaf []byte) {
		number, at, _, err := proof.ParseLeaf(leaf)
		if err == nil && (at.Before(oldest) || at.After(newest)) && len(r.odd) < maxOdd {
			r.odd = append(r.odd, oddTime{number, at, at.After(newest)})
		}
	})
}

// bundles fetches the entry bundles that are not put aside yet.
func (r *run) bundles(ctx context.Context) error {
	var missing []int64
	for n := r.own.Size / tileWidth; n*tileWidth < r.cp.Size; n++ {
		if r.staged.Bundles[n] != r.width(n) {
			missing = append(missing, n)
		}
	}
	done := r.own.Size
	for some := range slices.Chunk(missing, stageEvery) {
		got, err := r.fetchBundles(ctx, some)
		if len(got) > 0 { // what came in before a failure is not fetched again
			f := &ledger.Fetched{Target: r.cp.Note, Bundles: got, Read: r.staged.Read, Late: r.staged.Late}
			if err := r.cfg.Log.Stage(context.WithoutCancel(ctx), f); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		done += int64(len(got)) * tileWidth
		r.cfg.Progress(min(done, r.cp.Size), r.cp.Size)
	}
	return nil
}

// width is how many leaves bundle n has under cp.
func (r *run) width(n int64) int { return int(min(tileWidth, r.cp.Size-n*tileWidth)) }

// fetchBundles fetches some bundles beside each other, and gives those that came
// in with the first error.
func (r *run) fetchBundles(ctx context.Context, numbers []int64) (map[int64][]byte, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var wait sync.WaitGroup
	var failed error
	got, todo := map[int64][]byte{}, make(chan int64, len(numbers))
	for _, n := range numbers {
		todo <- n
	}
	close(todo)
	for range min(atOnce, len(numbers)) {
		wait.Go(func() {
			for n := range todo {
				data, err := r.bundle(ctx, n)
				mu.Lock()
				if err == nil {
					got[n] = data
				} else if failed == nil || errors.Is(failed, context.Canceled) {
					failed = err
					cancel()
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wait.Wait()
	return got, failed
}

// bundle fetches one bundle and reads it.
func (r *run) bundle(ctx context.Context, n int64) ([]byte, error) {
	known := max(0, r.own.Size-n*tileWidth)
	path := bundlePath(n, r.width(n))
	if known > 0 {
		path += "?from=" + strconv.FormatInt(known, 10)
	}
	data, err := r.cfg.Source.Tile(ctx, path)
	if err != nil {
		return nil, err
	}
	leaves, err := ledger.SplitBundle(data, n*tileWidth)
	if err != nil && known > 0 {
		if data, err = r.behind(ctx, n, known, data); err != nil {
			return nil, err
		}
		leaves, err = ledger.SplitBundle(data, n*tileWidth)
	}
	if err == nil && len(leaves) != r.width(n) {
		err = truce.E(truce.CodeTampered, "the bundle from entry %d on has %d leaves, and ought to have %d", n*tileWidth, len(leaves), r.width(n))
	}
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "the register hands over a damaged bundle").
			WithHint("nothing of it was taken; try again, and ask the registrar where it stays so")
	}
	return data, nil
}

// behind puts the leaves that the copy has before those that were handed over.
func (r *run) behind(ctx context.Context, n, known int64, rest []byte) ([]byte, error) {
	own, _, err := r.cfg.Log.Tile(ctx, bundlePath(n, int(known)))
	if err != nil {
		return nil, err
	}
	return append(own, rest...), nil
}

// leafCache remembers the leaves of one bundle.
type leafCache struct {
	n      int64
	leaves [][]byte
}

// leaf is the leaf of an entry that was put aside or is in the copy already.
func (r *run) leaf(ctx context.Context, number int64) ([]byte, error) {
	if number < r.own.Size {
		return r.cfg.Log.Leaf(ctx, number)
	}
	n := number / tileWidth
	if r.leaves.leaves == nil || r.leaves.n != n {
		data, err := r.cfg.Log.StagedBundle(ctx, n)
		if err != nil {
			return nil, err
		}
		leaves, err := ledger.SplitBundle(data, n*tileWidth)
		if err != nil {
			return nil, err
		}
		r.leaves = leafCache{n, leaves}
	}
	if i := int(number % tileWidth); i < len(r.leaves.leaves) {
		return r.leaves.leaves[i], nil
	}
	return nil, truce.E(truce.CodeNotFound, "there is no such entry")
}
