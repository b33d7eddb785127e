package api

import (
	"cmp"
	"runtime"
	"sync"

	"truce"
	"truce/internal/ledger"
	"truce/internal/store"
)

// filledAtOnce is how many lines are worked out together: their statements and
// objects are asked for in a few questions.
const filledAtOnce = 256

// whole gathers lines with their statements, as far as the viewer may read them. All
// processors share the work: lines are read while those before are worked out.
func (c *call) whole(after, size int64, limit int) (items []*FeedItem, err error) {
	look := c.looking()
	todo := make(chan []*FeedItem, 1)
	var wait sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), 1+limit/filledAtOnce)
	faults := make([]error, workers)
	for i := range workers {
		wait.Go(func() {
			for some := range todo {
				faults[i] = cmp.Or(faults[i], c.fillSome(look, some))
			}
		})
	}
	items = []*FeedItem{}
	for err == nil && len(items) < limit {
		var some []*FeedItem
		ask := min(filledAtOnce, limit-len(items))
		if some, err = c.feedLines(after, size, ask, false); len(some) == 0 {
			break
		}
		todo <- some
		items, after = append(items, some...), some[len(some)-1].Entry
		if len(some) < ask {
			break
		}
	}
	close(todo)
	wait.Wait()
	return items, cmp.Or(err, cmp.Or(faults...))
}

// fillSome gives its reader of the database back before it works the lines out: who
// holds one and waits for another can wait for ever.
func (c *call) fillSome(look *looker, items []*FeedItem) error {
	unread, err := look.gather(items)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := c.fill(&reading{look, unread}, item); err != nil {
			return err
		}
		item.written = item.appendJSON(nil)
	}
	return nil
}

// reading is a looker with entries that were gathered.
type reading struct {
	*looker
	unread map[string]*ledger.Unread // by statement id
}

// gather reads the entries and the objects of items.
func (l *looker) gather(items []*FeedItem) (unread map[string]*ledger.Unread, err error) {
	ids, near := make([]string, 0, len(items)), make([]int64, 0, len(items))
	for _, item := range items {
		ids, near = append(ids, item.Version), append(near, item.Entry)
		if item.before != "" {
			ids, near = append(ids, item.before), append(near, item.Entry)
		}
	}
	subjects := subjectsOf(items, func(it *FeedItem) bool { return truce.AgreementObject(it.Subject) == "" && l.known(it.Subject) == nil })
	unread = make(map[string]*ledger.Unread, len(ids))
	err = l.DB.View(l.ctx, func(r store.Reader) error {
		found, err := l.Entries.ByID(l.ctx, r, ids, near)
		for i, u := range found {
			if u != nil {
				unread[ids[i]] = u
			}
		}
		if err != nil || len(subjects) == 0 {
			return err
		}
		return l.histories(r, subjects)
	})
	return unread, err
}

// subjectsOf lists the subjects of the items that which picks, each once.
func subjectsOf(items []*FeedItem, which func(*FeedItem) bool) (subjects []string) {
	seen := map[string]bool{}
	for _, item := range items {
		if !seen[item.Subject] && which(item) {
			seen[item.Subject] = true
			subjects = append(subjects, item.Subject)
		}
	}
	return subjects
}

// histories reads objects with their versions.
func (l *looker) histories(r store.Reader, subjects []string) error {
	all, err := l.Histories.Histories(l.ctx, r, subjects, l.Log.Head().Size)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range subjects {
		seen := &looked{}
		if h := all[s]; h != nil {
			seen.object, seen.versions = h.Object, h.Versions
		}
		l.objects[s] = seen
	}
	return nil
}

// byID is what the viewer may see of a statement; nil when it may see nothing.
func (l *reading) byID(id string) (*StatementView, error) {
	u := l.unread[id]
	if u == nil {
		return nil, nil
	}
	e, err := u.Read()
	if err != nil {
		return nil, err
	}
	v, err := l.view(e)
	if truce.CodeOf(err) == truce.CodeGone {
		return nil, nil
	}
	return v, err
}
