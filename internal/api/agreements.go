package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/i18n"
	"truce/internal/inforce"
	"truce/internal/store"
	"truce/internal/view/agreement"
)

// InForce works out what holds at a place and a time. It keeps nothing of what it
// was asked.
type InForce interface {
	Now(ctx context.Context, q inforce.Query) (*inforce.Answer, error)
	Agreement(ctx context.Context, id string, q inforce.Query) (*inforce.Agreement, error)
	Window(ctx context.Context, id string, q inforce.Query) (*inforce.Window, error)
}

// NowQuestion is the body of POST /v1/now. Without a place it asks about everywhere.
type NowQuestion struct {
	check.Place
	RadiusM   float64    `json:"radiusM,omitempty" doc:"how near an area counts, metres; 0 = it touches"`
	Time      *time.Time `json:"time,omitempty" doc:"instant asked about; now when absent"`
	From      *time.Time `json:"from,omitempty" doc:"beginning of the period asked about"`
	Until     *time.Time `json:"until,omitempty" doc:"its end, exclusive"`
	AsKnownAt int64      `json:"asKnownAt,omitempty" doc:"log size to answer from; the newest when absent"`
	Limit     int        `json:"limit,omitempty" doc:"most agreements and windows on a page, 1 to 1000; all of them where a place is given, else 100 when absent"`
	Cursor    string     `json:"cursor,omitempty" doc:"next of the page before; the rest of the question stays the same"`
}

// wanted is how many agreements and windows there are on a page; 0 for all.
func (q *NowQuestion) wanted(place bool) (int, error) {
	switch {
	case q.Limit < 0 || q.Limit > maxPage:
		return 0, truce.E(truce.CodeUsage, "limit must lie between 1 and %d", maxPage).At("limit")
	case q.Limit == 0 && !place:
		return 100, nil
	}
	return q.Limit, nil
}

// maxPage is the most that a page of a list holds.
const maxPage = 1000

// NowAnswer is what holds at a place and a time.
type NowAnswer struct {
	AsOf AsOf `json:"asOf"`
	*inforce.Answer
	Slips []geo.Slip `json:"slips,omitempty" doc:"what may be wrong with the coordinate as it was typed; nothing was changed"`
	Next  string     `json:"next,omitempty" doc:"cursor of the next page; absent on the last. The notice says so too"`
}

// nowGet answers what holds, from the query string.
func (c *call) nowGet() error {
	in := NowQuestion{Place: check.Place{At: c.query["at"]}}
	var err error
	if in.RadiusM, err = c.radius(); err != nil {
		return err
	}
	if in.AsKnownAt, err = c.number("as-known-at", 0, 0, c.Log.Head().Size); err != nil {
		return err
	}
	limit, err := c.number("limit", 0, 1, maxPage)
	if err != nil {
		return err
	}
	in.Limit, in.Cursor = int(limit), c.query["cursor"]
	for _, t := range []struct {
		name string
		to   **time.Time
	}{{"time", &in.Time}, {"from", &in.From}, {"until", &in.Until}} {
		if _, ok := c.query[t.name]; ok {
			at, err := c.instant(t.name)
			if err != nil {
				return err
			}
			*t.to = &at
		}
	}
	return c.answerNow(&in)
}

// nowPost answers what holds, from a body: no address keeps the place.
func (c *call) nowPost() error {
	data, err := c.body()
	if err != nil {
		return err
	}
	var in NowQuestion
	if err := strictJSON(data, &in, truce.MaxDepth); err != nil {
		return err
	}
	return c.answerNow(&in)
}

// answerNow answers a question. No coordinate leaves it but to the one who asked.
func (c *call) answerNow(in *NowQuestion) error {
	c.w.Header().Set("Cache-Control", "no-store")
	if in.AsKnownAt < 0 {
		return truce.E(truce.CodeInvalid, "entry numbers begin at 0").At("/asKnownAt").WithHint("give a number of entries, or leave it out")
	}
	var times check.Query
	if err := (&Question{Time: in.Time, From: in.From, Until: in.Until}).times(&times); err != nil {
		return err
	}
	q := inforce.Query{RadiusM: in.RadiusM, At: times.From, Until: times.Until, AsKnownAt: in.AsKnownAt, Viewer: c.viewer}
	var slips []geo.Slip
	if in.At != "" || in.Lat != nil || in.Lon != nil || len(in.Shape) > 0 {
		var err error
		if q.Shape, slips, err = in.Place.Read(); err != nil {
			return err
		}
	}
	a, err := c.InForce.Now(c.ctx, q)
	if err != nil {
		return err
	}
	next, err := c.nowPage(in, a, !q.Shape.IsZero())
	if err != nil {
		return err
	}
	if err := c.sayNow(a, next != ""); err != nil {
		return err
	}
	return c.json(http.StatusOK, NowAnswer{asOf(a.LogSize, c.Log.Head()), a, slips, next})
}

// nowPage keeps the page of an answer that was asked for, and gives the cursor of the
// next. A cursor belongs to its question, the place in a body included.
func (c *call) nowPage(in *NowQuestion, a *inforce.Answer, place bool) (next string, err error) {
	limit, err := in.wanted(place)
	if err != nil {
		return "", err
	}
	asked := *in
	asked.Limit, asked.Cursor = 0, ""
	question := c.r.URL.Path + " " + string(encodeJSON(asked)) + "#" + c.viewer.Party
	after, err := c.cursors.read(in.Cursor, question)
	if err != nil || limit == 0 && after == truce.NoEntry {
		return "", err
	}
	if limit == 0 {
		limit = maxPage
	}
	if last := a.Page(after, limit); last != truce.NoEntry {
		next = c.cursors.make(last, question)
	}
	return next, nil
}

// sayNow puts the notice of an answer into the language that was asked for; more says
// that it is a page of several.
func (c *call) sayNow(a *inforce.Answer, more bool) error {
	lang := i18n.Match(c.r.Header.Get("Accept-Language"))
	c.w.Header().Set("Content-Language", string(lang))
	age := time.Duration(0)
	if a.LogSize > 0 {
		e, err := c.Log.Entry(c.ctx, a.LogSize-1)
		if err != nil {
			return err
		}
		age = c.Now().Sub(e.Time)
	}
	inforce.Say(a, lang, age, c.viewer.Role != truce.RoleRegistrar, c.Exercise)
	if more {
		a.Notice = i18n.Text(lang, "notice.more", nil) + " " + a.Notice
	}
	return nil
}

// AgreedItem is what is shown of an agreement or window beside what follows from
// it at the time asked about.
type AgreedItem struct {
	AsOf       AsOf            `json:"asOf"`
	At         time.Time       `json:"at" doc:"the time asked about, UTC"`
	Object     string          `json:"object" doc:"agreement or window"`
	Relation   auth.Relation   `json:"youAre" doc:"what you are to it: registrar, owner, party, audience, public"`
	Registered int64           `json:"registered" doc:"entry that registered it"`
	Received   time.Time       `json:"received" doc:"when the newest version was received, UTC"`
	Author     truce.PartyID   `json:"author" doc:"of the newest version"`
	Audience   truce.Audience  `json:"audience,omitempty" doc:"who may read it beside owner, parties and registrar; to owner and registrar"`
	Lang       string          `json:"lang,omitempty"`
	Content    json.RawMessage `json:"content" doc:"the newest version, as far as you may read it"`
	Newest     string          `json:"newest" doc:"statement id of the newest version: what an act names, and an amendment replaces"`
	Links      Links           `json:"links"`
}

// AgreementItem is one agreement.
type AgreementItem struct {
	AgreedItem
	*inforce.Agreement
}

// WindowItem is one window.
type WindowItem struct {
	AgreedItem
	*inforce.Window
}

// agreed answers with one agreement or window.
func (c *call) agreed(object string) error {
	id, m, err := c.about()
	if err != nil {
		return err
	}
	it, version, err := c.agreedOne(object, id, m)
	if err != nil {
		return err
	}
	body := append(encodeJSON(it), '\n')
	if c.unchanged(versionTag(version, body)) {
		return nil
	}
	return c.send(http.StatusOK, mediaJSON, body)
}

// agreedOne is the item of that id and its newest version, or the reason why there
// is none.
func (c *call) agreedOne(object, id string, m moment) (it any, version string, err error) {
	frame, err := c.agreedFrame(object, id, m)
	if err != nil {
		return nil, "", err
	}
	q := inforce.Query{At: m.force, AsKnownAt: m.size, Viewer: c.viewer, Statuses: everyStatus}
	if object == "window" {
		w, err := c.InForce.Window(c.ctx, id, q)
		return WindowItem{*frame, w}, frame.Newest, unseenAs404(err)
	}
	a, err := c.InForce.Agreement(c.ctx, id, q)
	return AgreementItem{*frame, a}, frame.Newest, unseenAs404(err)
}

// everyStatus asks about what is meant and about exercises alike: who names an id
// wants that one.
var everyStatus = []truce.Status{truce.Actual, truce.Exercise, truce.Test}

// unseenAs404 gives what may not be seen the answer of what is not there.
func unseenAs404(err error) error {
	if truce.CodeOf(err) == truce.CodeNotFound {
		return notFound()
	}
	return err
}

// agreedFrame is what an agreement or window is, as known at m and as far as the
// viewer may read it then and now.
func (c *call) agreedFrame(object, id string, m moment) (it *AgreedItem, err error) {
	if truce.AgreementObject(id) != object {
		return nil, notFound()
	}
	err = c.read(func(r store.Reader) error {
		now, err := c.Agreements.Record(c.ctx, r, id, m.head.Size)
		if err != nil {
			return unseenAs404(err)
		}
		rel := auth.AgreementRelationOf(c.viewer, auth.AgreementFactsOf(now))
		switch {
		case rel == auth.RelationNone:
			return notFound()
		case now.Erased != nil:
			return erased(now.Erased.Entry, now.Erased.Reason)
		}
		then := now
		if !m.now() {
			if then, err = c.Agreements.Record(c.ctx, r, id, m.size); err != nil {
				return unseenAs404(err)
			}
			if rel = auth.AgreementRelationOf(c.viewer, auth.AgreementFactsOf(then)); rel == auth.RelationNone {
				return notFound()
			}
		}
		it = agreedItem(object, then, rel, m)
		return nil
	})
	return it, err
}

func agreedItem(object string, rec *agreement.Record, rel auth.Relation, m moment) *AgreedItem {
	v := rec.Newest()
	path := "/v1/" + object + "s/" + rec.Subject
	it := &AgreedItem{AsOf: m.asOf(), At: m.force, Object: object, Relation: rel, Registered: rec.First, Received: v.At, Author: v.Author, Lang: v.Lang, Newest: v.ID,
		Content: auth.MaskAgreement(agreedFields(object), v.Body, rel), Links: Links{"self": path, "history": path + "/history"}}
	if rel == auth.RelationOwner || rel == auth.RelationRegistrar {
		it.Audience = v.Audience
	}
	if rec.Withdrawn != nil {
		it.Newest = rec.Withdrawn.ID
	}
	return it
}

func agreedFields(object string) []truce.Field {
	if object == "window" {
		return truce.WindowFields
	}
	return truce.AgreementFields
}

// AgreementPage is a page of agreements.
type AgreementPage struct {
	AsOf  AsOf                 `json:"asOf"`
	At    time.Time            `json:"at" doc:"the time asked about, UTC"`
	Items []*inforce.Agreement `json:"items" doc:"in the order of the entries of their newest versions"`
	Next  string               `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// WindowPage is a page of windows.
type WindowPage struct {
	AsOf  AsOf              `json:"asOf"`
	At    time.Time         `json:"at" doc:"the time asked about, UTC"`
	Items []*inforce.Window `json:"items" doc:"in the order of the entries of their newest versions"`
	Next  string            `json:"next,omitempty" doc:"cursor of the next page; absent on the last"`
}

// agreedList answers with a page of agreements or windows.
func (c *call) agreedList(object string) error {
	m, err := c.moment()
	if err != nil {
		return err
	}
	limit, after, err := c.pageWanted()
	if err != nil {
		return err
	}
	if err := knownState(object, c.query["state"]); err != nil {
		return err
	}
	a, err := c.InForce.Now(c.ctx, inforce.Query{At: m.force, AsKnownAt: m.size, Viewer: c.viewer, Object: object, Statuses: everyStatus})
	if err != nil {
		return err
	}
	if object == "window" {
		items, next := pageOf(a.Windows, after, limit, func(w *inforce.Window) (int64, inforce.State) { return w.Entry, w.State }, c.query["state"])
		cursor := c.cursorOf(next)
		return c.page(cursor, WindowPage{m.asOf(), m.force, items, cursor})
	}
	items, next := pageOf(a.Agreements, after, limit, func(x *inforce.Agreement) (int64, inforce.State) { return x.Entry, x.State }, c.query["state"])
	cursor := c.cursorOf(next)
	return c.page(cursor, AgreementPage{m.asOf(), m.force, items, cursor})
}

// pageWanted reads limit and cursor.
func (c *call) pageWanted() (limit int, after int64, err error) {
	n, err := c.number("limit", 100, 1, 1000)
	if err != nil {
		return 0, 0, err
	}
	after, err = c.cursors.read(c.query["cursor"], c.question())
	return int(n), after, err
}

// agreedStates are the states that a list can be narrowed to.
var agreedStates = map[string][]inforce.State{"agreement": inforce.AgreementStates, "window": inforce.WindowStates}

func knownState(object, state string) error {
	if known := agreedStates[object]; state != "" && !slices.Contains(known, inforce.State(state)) {
		return truce.E(truce.CodeUsage, "the state is not known").At("state").WithHint("one of %v", known)
	}
	return nil
}

func (c *call) cursorOf(after int64) string {
	if after == truce.NoEntry {
		return ""
	}
	return c.cursors.make(after, c.question())
}

// pageOf is the page behind the entry after, of those in the state where one is
// named, and the entry that the next page goes on behind; truce.NoEntry on the last.
func pageOf[T any](all []T, after int64, limit int, of func(*T) (int64, inforce.State), state string) (items []*T, next int64) {
	items = []*T{}
	entry := func(x *T) int64 { n, _ := of(x); return n }
	for i := range all {
		if n, s := of(&all[i]); n > after && (state == "" || string(s) == state) {
			items = append(items, &all[i])
		}
	}
	slices.SortFunc(items, func(a, b *T) int { return cmp.Compare(entry(a), entry(b)) })
	if len(items) <= limit {
		return items, truce.NoEntry
	}
	return items[:limit], entry(items[limit-1])
}

// agreedHistory answers with the statements about one agreement or window.
func (c *call) agreedHistory(object string) error {
	id, m, err := c.about()
	if err != nil {
		return err
	}
	limit, after, err := c.pageWanted()
	if err != nil {
		return err
	}
	if _, err := c.agreedFrame(object, id, m); err != nil {
		return err
	}
	page, err := c.statementsOf(id, m, after, limit)
	if err != nil {
		return err
	}
	return c.page(page.Next, page)
}

// statementsOf are the statements about a subject that the viewer may read, with
// their bodies.
func (c *call) statementsOf(id string, m moment, after int64, limit int) (*EntryPage, error) {
	page := &EntryPage{AsOf: m.asOf(), Entries: []*StatementView{}}
	var numbers []int64
	err := c.read(func(r store.Reader) (err error) {
		numbers, err = c.Agreements.Entries(c.ctx, r, id, m.size)
		return err
	})
	if err != nil {
		return nil, err
	}
	look := c.looking()
	last := after
	for _, n := range numbers {
		if n <= after {
			continue
		}
		if len(page.Entries) == limit {
			page.Next = c.cursors.make(last, c.question())
			break
		}
		v, err := look.entry(n)
		if err != nil {
			return nil, err
		}
		if v != nil {
			page.Entries = append(page.Entries, v)
		}
		last = n
	}
	return page, nil
}

// WaitingPage is the report "waiting on whom".
type WaitingPage struct {
	AsOf    AsOf              `json:"asOf"`
	At      time.Time         `json:"at" doc:"the time asked about, UTC"`
	Waiting []inforce.Waiting `json:"waiting" doc:"the longest wait first"`
}

// waiting answers on whom every joint step waits.
func (c *call) waiting() error {
	m, err := c.moment()
	if err != nil {
		return err
	}
	a, err := c.InForce.Now(c.ctx, inforce.Query{At: m.force, AsKnownAt: m.size, Viewer: c.viewer, ID: c.query["id"]})
	if err != nil {
		return err
	}
	page := WaitingPage{AsOf: m.asOf(), At: a.At, Waiting: []inforce.Waiting{}}
	for _, w := range a.Waiting() {
		if party, ok := c.query["party"]; !ok || w.Party == party {
			page.Waiting = append(page.Waiting, w)
		}
	}
	return c.json(http.StatusOK, page)
}

// agreedReplace takes an amendment or withdrawal, guarded by If-Match.
func (c *call) agreedReplace(object string) error {
	return c.guarded(object, func(id string, m moment) (string, error) {
		frame, err := c.agreedFrame(object, id, m)
		if err != nil {
			return "", err
		}
		return frame.Newest, nil
	})
}
