package api

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/view/protected"
	"truce/proof"
)

// scanPages bounds how many pages of the view one list request looks through
// for items that the viewer may see; a cursor leads on from there. It is so many
// (40,000 objects, some 0.3 s) that the number of thin pages tells next to nothing
// of how much there is that the viewer may not see.
const (
	scanPages   = 80
	scanObjects = 500
	allVersions = 1 << 20
)

// moment is the pair of clocks of a question.
type moment struct {
	head  *proof.Checkpoint // the newest
	size  int64             // as known at this log size
	force time.Time         // in force at, UTC
}

// now reports whether the newest state is asked for.
func (m moment) now() bool { return m.size == m.head.Size }

// asOf is m as part of an answer.
func (m moment) asOf() AsOf { return asOf(m.size, m.head) }

// moment reads as-known-at and in-force-at. The newest size is that of the head,
// so that an answer never knows more than the checkpoint it is given with.
func (c *call) moment() (moment, error) {
	head := c.Log.Head()
	size, err := c.number("as-known-at", head.Size, 0, head.Size)
	if err != nil {
		return moment{}, err
	}
	at, err := c.instant("in-force-at")
	return moment{head, size, at}, err
}

// show is what the viewer may see of subject at m; nil when it does not exist to
// it. What may be seen is decided as things stand now: to ask for an earlier log
// size gives nobody back what is not released to them any more.
func (c *call) show(r store.Reader, subject string, m moment) (*auth.Shown, string, error) {
	o, err := c.Objects.Object(c.ctx, r, subject, m.head.Size)
	if truce.CodeOf(err) == truce.CodeNotFound {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	if m.now() || o.Erased != nil {
		return auth.Show(c.viewer, o), o.Kind, nil
	}
	then, err := c.Objects.Object(c.ctx, r, subject, m.size)
	if truce.CodeOf(err) == truce.CodeNotFound {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	shown, err := c.showThen(r, o, then)
	return shown, o.Kind, err
}

// showThen shows then, an earlier state of now, to a viewer who may read the
// versions that it holds.
func (c *call) showThen(r store.Reader, now, then *protected.Object) (*auth.Shown, error) {
	all, err := c.Objects.Versions(c.ctx, r, now.Subject, truce.Now, truce.NoEntry, allVersions)
	if err != nil {
		return nil, err
	}
	may := auth.ShowVersions(c.viewer, now, all)
	for _, entry := range []int64{then.Version.Entry, then.Content.Entry} {
		if !slices.ContainsFunc(may, func(v protected.Version) bool { return v.Entry == entry }) {
			return nil, nil
		}
	}
	asNow := *then
	asNow.Releases, asNow.Version.Audience = now.Releases, now.Version.Audience
	shown := auth.Show(c.viewer, &asNow)
	if shown == nil {
		return nil, nil
	}
	unknown := func(g protected.Grant) bool { return !slices.Contains(then.Releases, g) }
	shown.Object.Releases = slices.DeleteFunc(shown.Object.Releases, unknown)
	if len(shown.Object.Version.Audience) > 0 {
		shown.Object.Version.Audience = then.Version.Audience
	}
	return shown, nil
}

// about is what a question about one object names: its id, and the two clocks.
func (c *call) about() (id string, m moment, err error) {
	if id, err = c.id("id", truce.ValidSubject); err == nil {
		m, err = c.moment()
	}
	return id, m, err
}

// object answers with one object.
func (c *call) object(kind string) error {
	id, m, err := c.about()
	if err != nil {
		return err
	}
	it, err := c.one(kind, id, m)
	if err != nil {
		return err
	}
	body := append(encodeJSON(it), '\n')
	if c.unchanged(versionTag(it.Version, body)) {
		return nil
	}
	return c.send(http.StatusOK, mediaJSON, body)
}

// one is the item of that kind and id, or the reason why there is none.
func (c *call) one(kind, id string, m moment) (it *Item, err error) {
	err = c.read(func(r store.Reader) error {
		shown, is, err := c.show(r, id, m)
		switch {
		case err != nil:
			return err
		case shown == nil || is != kind && shown.Object.Erased == nil:
			return notFound()
		case shown.Object.Erased != nil:
			return erased(shown.Object.Erased.Entry, shown.Object.Erased.Reason)
		}
		it, err = item(kind, shown, m.force)
		return err
	})
	return it, err
}

func erased(entry int64, reason string) error {
	return truce.E(truce.CodeGone, "the content was erased by entry %d: %s", entry, reason).
		WithHint("the entry stays in the log; GET /v1/entries/%d", entry)
}

// versionTag is the entity tag of an item: the version that an amendment must
// name, and a hash of all that is shown.
func versionTag(version string, body []byte) string {
	return `"` + version + "." + strings.Trim(tagOf(body), `"`) + `"`
}

// ItemPage is one page of a list.
type ItemPage struct {
	AsOf  AsOf    `json:"asOf"`
	Items []*Item `json:"items"`
	Next  string  `json:"next,omitempty" doc:"cursor of the next page; absent on the last. A page may hold fewer items than asked for, or none, and still have a next"`
}

// filter is what a list of objects is narrowed by, beyond its kind.
type filter struct {
	state protected.State
	box   *geo.Box
}

var states = []protected.State{protected.InForce, protected.Stale, protected.Later, protected.Lapsed, protected.Withdrawn}

func (c *call) filter() (f filter, err error) {
	if text, ok := c.query["state"]; ok {
		if f.state = protected.State(text); !slices.Contains(states, f.state) {
			return f, truce.E(truce.CodeUsage, "the state is not known").At("state").WithHint("one of inForce, stale, later, lapsed, withdrawn")
		}
	}
	if text, ok := c.query["bbox"]; ok {
		f.box, err = parseBox(text)
	}
	return f, err
}

// keeps judges by what was shown, never by what was hidden.
func (f filter) keeps(it *Item) (bool, error) {
	if f.state != "" && it.State != f.state {
		return false, nil
	}
	if f.box == nil {
		return true, nil
	}
	return touches(*f.box, it.Content)
}

// objects answers with a page of the objects of a kind.
func (c *call) objects(kind string) error {
	m, err := c.moment()
	if err != nil {
		return err
	}
	f, err := c.filter()
	if err != nil {
		return err
	}
	limit, err := c.number("limit", 100, 1, 1000)
	if err != nil {
		return err
	}
	l := &listing{call: c, kind: kind, m: m, f: f, limit: int(limit), question: c.question()}
	if l.after, err = c.cursors.read(c.query["cursor"], l.question); err != nil {
		return err
	}
	if err := c.read(l.fill); err != nil {
		return err
	}
	return c.page(l.next, ItemPage{AsOf: m.asOf(), Items: l.items, Next: l.next})
}

// question is what a cursor belongs to: the route, the viewer and the filters.
func (c *call) question() string {
	q := c.r.URL.Query()
	q.Del("cursor")
	q.Del("limit")
	return c.r.URL.Path + "?" + q.Encode() + "#" + c.viewer.Party
}

// page answers with a page of a list, and names the next one in Link too.
func (c *call) page(next string, v any) error {
	if next != "" {
		q := c.r.URL.Query()
		q.Set("cursor", next)
		c.w.Header().Set("Link", "<"+c.r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
	}
	return c.json(http.StatusOK, v)
}

// listing is one list request at work.
type listing struct {
	*call
	kind     string
	m        moment
	f        filter
	limit    int
	after    int64
	question string
	items    []*Item
	next     string
}

// fill looks through the view until there are enough items, the view ends, or
// enough was looked at.
func (l *listing) fill(r store.Reader) error {
	l.items = []*Item{}
	for range scanPages {
		page, err := l.Objects.Page(l.ctx, r, l.m.size, protected.Filter{Object: l.kind}, l.after, scanObjects)
		if err != nil {
			return err
		}
		for _, o := range page {
			if len(l.items) == l.limit {
				l.next = l.cursors.make(l.after, l.question)
				return nil
			}
			if err := l.add(r, o); err != nil {
				return err
			}
			l.after = o.First
		}
		if len(page) < scanObjects {
			return nil
		}
	}
	l.next = l.cursors.make(l.after, l.question)
	return nil
}

// add puts o on the page where the viewer may see it and the filter keeps it.
func (l *listing) add(r store.Reader, o *protected.Object) error {
	shown := auth.Show(l.viewer, o)
	if !l.m.now() {
		var err error
		if shown, _, err = l.show(r, o.Subject, l.m); err != nil {
			return err
		}
	}
	if shown == nil || shown.Object.Erased != nil {
		return nil
	}
	it, err := item(l.kind, shown, l.m.force)
	if err != nil {
		return err
	}
	keep, err := l.f.keeps(it)
	if keep {
		l.items = append(l.items, it)
	}
	return err
}

// History is what was said about one object, oldest first.
type History struct {
	ID       string    `json:"id"`
	Object   string    `json:"object"`
	AsOf     AsOf      `json:"asOf"`
	Versions []Version `json:"versions" doc:"register, amend, withdraw and revalidate"`
	Entries  []int64   `json:"entries" doc:"numbers of all entries about it that you may see"`
}

// Version is one version of an object.
type Version struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Act      string          `json:"act"`
	By       truce.PartyID   `json:"by,omitempty"`
	Received time.Time       `json:"received"`
	Audience truce.Audience  `json:"audience,omitempty"`
	Lang     string          `json:"lang,omitempty"`
	Body     json.RawMessage `json:"body"`
}

// VersionOf is one version as a history lists it.
func VersionOf(v protected.Version) Version {
	return Version{v.Entry, v.ID, v.Act, v.Author, v.At, v.Audience, v.Lang, v.Body}
}

// history answers with the versions of one object.
func (c *call) history(kind string) error {
	id, m, err := c.about()
	if err != nil {
		return err
	}
	if _, err := c.one(kind, id, m); err != nil {
		return err
	}
	h := History{ID: id, Object: kind, AsOf: m.asOf(), Versions: []Version{}, Entries: []int64{}}
	if err := c.fillHistory(&h, m); err != nil {
		return err
	}
	return c.json(http.StatusOK, h)
}

func (c *call) fillHistory(h *History, m moment) error {
	var numbers []int64
	err := c.read(func(r store.Reader) error {
		o, err := c.Objects.Object(c.ctx, r, h.ID, m.head.Size)
		if err != nil {
			return err
		}
		all, err := c.Objects.Versions(c.ctx, r, h.ID, m.size, truce.NoEntry, allVersions)
		if err != nil {
			return err
		}
		for _, v := range auth.ShowVersions(c.viewer, o, all) {
			h.Versions = append(h.Versions, VersionOf(v))
		}
		numbers, err = c.Objects.Entries(c.ctx, r, h.ID, m.size)
		return err
	})
	if err != nil {
		return err
	}
	h.Entries, err = c.visible(numbers)
	return err
}

// visible keeps the numbers of entries that exist to the viewer.
func (c *call) visible(numbers []int64) ([]int64, error) {
	seen := []int64{}
	look := c.looking()
	for _, n := range numbers {
		v, err := look.entry(n)
		if err != nil {
			return nil, err
		}
		if v != nil {
			seen = append(seen, n)
		}
	}
	return seen, nil
}

// replace takes an amendment, withdrawal or revalidation of one object, guarded
// by If-Match. PUT /v1/statements/{id} does the same without the guard.
func (c *call) replace(kind string) error {
	return c.guarded(kind, func(id string, m moment) (string, error) {
		it, err := c.one(kind, id, m)
		if err != nil {
			return "", err
		}
		return it.Version, nil
	})
}

// guarded takes a statement about one object of a kind, where If-Match names the
// newest version of it.
func (c *call) guarded(kind string, newest func(id string, m moment) (string, error)) error {
	id, m, err := c.about()
	if err != nil {
		return err
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	version, err := newest(id, m)
	if err != nil {
		return err
	}
	if err := c.matches(version); err != nil {
		return err
	}
	if err := meant(data, kind, id); err != nil {
		return err
	}
	return c.submitOne(data, "")
}

// matches compares If-Match with the newest version. What others have said of
// the object since does not stand in the way of a new version.
func (c *call) matches(version string) error {
	have := strings.TrimSpace(c.r.Header.Get("If-Match"))
	if have == "" {
		return truce.E(truce.CodeNoMatch, "the header If-Match is missing").WithHint("send the ETag that GET gave")
	}
	for tag := range strings.SplitSeq(have, ",") {
		tag = strings.Trim(strings.TrimSpace(tag), `"`)
		named, _, _ := strings.Cut(tag, ".")
		if tag == "*" || named == version && version != "" {
			return nil
		}
	}
	return truce.E(truce.CodeStaleWrite, "it was changed since you read it").WithHint("the newest version is %s; read it, and make the change again", cmp.Or(version, "hidden"))
}
