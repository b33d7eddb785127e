package cli

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"

	"truce"
	"truce/client"
	"truce/geo"
	"truce/internal/auth"
	"truce/internal/i18n"
	"truce/internal/inforce"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/agreement"
)

// agreements are what was agreed, and what holds.
type agreements interface {
	// Now is what holds at a place and a time.
	Now(ctx context.Context, q nowQuery) (*nowAnswer, error)
	// Agreed is one agreement or window ("agreement", "window").
	Agreed(ctx context.Context, object, id string, at clocks) (*agreedAnswer, error)
	// AgreedList lists them, in the order of their newest versions.
	AgreedList(ctx context.Context, object string, at clocks) (*agreedList, error)
	// AgreedHistory lists the statements about one of them, oldest first.
	AgreedHistory(ctx context.Context, object, id string) ([]*statementAnswer, error)
}

// nowQuery is a question about what holds.
type nowQuery struct {
	shape   geo.Shape // zero is everywhere
	radiusM float64
	at      clocks
	until   time.Time // end of the period that begins at at.forceAt; zero for an instant
	part    span
	lang    i18n.Lang
}

// nowAnswer is the --json form of what holds.
type nowAnswer struct {
	AsOf asOf `json:"asOf"`
	*inforce.Answer
	Slips []geo.Slip `json:"slips,omitempty"`
	Next  string     `json:"next,omitempty"` // what --behind goes on behind; absent where nothing is left out

	applies bool // something in the whole of it, of which this may be a part
}

// cut keeps a part of an answer, in the order of the entries of the newest versions.
func (a *nowAnswer) cut(part span, lang i18n.Lang) error {
	a.applies = a.Applies()
	if part.after == "" && part.limit == 0 {
		return nil
	}
	limit := part.limit
	if limit == 0 {
		limit = math.MaxInt
	}
	next, ok := a.PageByID(part.after, limit)
	if !ok {
		return truce.E(truce.CodeNotFound, "there is no %q in the answer", plain(part.after)).At("--behind").WithHint("give the member next of the answer before")
	}
	if a.Next = next; next != "" {
		a.Notice = i18n.Text(lang, "notice.more", nil) + " " + a.Notice
	}
	return nil
}

// agreedAnswer is the --json form of one agreement or window: what it is, and
// beside it what follows from it. One of agreement and window is there.
type agreedAnswer struct {
	agreedFrame
	agreement *inforce.Agreement
	window    *inforce.Window
}

type agreedFrame struct {
	AsOf       asOf            `json:"asOf"`
	At         time.Time       `json:"at"`
	Object     string          `json:"object"`
	Relation   auth.Relation   `json:"youAre"`
	Registered int64           `json:"registered"`
	Received   time.Time       `json:"received"`
	Author     truce.PartyID   `json:"author"`
	Audience   truce.Audience  `json:"audience,omitempty"`
	Lang       string          `json:"lang,omitempty"`
	Content    json.RawMessage `json:"content"`
	Newest     string          `json:"newest"`
}

// MarshalJSON writes both parts side by side.
func (a *agreedAnswer) MarshalJSON() ([]byte, error) {
	if a.window != nil {
		return json.Marshal(struct {
			agreedFrame
			*inforce.Window
		}{a.agreedFrame, a.window})
	}
	return json.Marshal(struct {
		agreedFrame
		*inforce.Agreement
	}{a.agreedFrame, a.agreement})
}

// UnmarshalJSON reads what MarshalJSON, or a server, wrote.
func (a *agreedAnswer) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &a.agreedFrame); err != nil {
		return err
	}
	if a.Object == "window" {
		a.window = &inforce.Window{}
		return json.Unmarshal(data, a.window)
	}
	a.agreement = &inforce.Agreement{}
	return json.Unmarshal(data, a.agreement)
}

func (a *agreedAnswer) owner() truce.PartyID {
	if a.window != nil {
		return a.window.Owner
	}
	return a.agreement.Owner
}

func (a *agreedAnswer) parties() []inforce.Standing {
	if a.window != nil {
		return a.window.Parties
	}
	return a.agreement.Parties
}

func (a *agreedAnswer) status() truce.Status {
	if a.window != nil {
		return a.window.Status
	}
	return a.agreement.Status
}

// agreedList is the --json form of a list.
type agreedList struct {
	AsOf       asOf                 `json:"asOf"`
	At         time.Time            `json:"at"`
	Agreements []*inforce.Agreement `json:"agreements,omitempty"`
	Windows    []*inforce.Window    `json:"windows,omitempty"`
	Next       string               `json:"next,omitempty"` // what --after goes on behind; absent where nothing is left out
}

// part keeps a part of the list; what is named in it need not be in the state asked for.
func (list *agreedList) part(object, state string, s span) error {
	known := map[string]bool{}
	for _, a := range list.Agreements {
		known[a.ID] = true
	}
	for _, w := range list.Windows {
		known[w.ID] = true
	}
	if s.after != "" && !known[s.after] {
		return noAgreed(object, s.after)
	}
	list.Agreements, list.Next = partOf(list.Agreements, s, func(a *inforce.Agreement) (string, inforce.State) { return a.ID, a.State }, state, list.Next)
	list.Windows, list.Next = partOf(list.Windows, s, func(w *inforce.Window) (string, inforce.State) { return w.ID, w.State }, state, list.Next)
	return nil
}

// partOf are those behind the one named, in the state where one is asked for; next is
// the last of them where there are more.
func partOf[T any](all []T, s span, of func(T) (string, inforce.State), state, next string) (out []T, _ string) {
	begun := s.after == ""
	for _, x := range all {
		id, is := of(x)
		switch {
		case !begun:
			begun = id == s.after
		case state != "" && string(is) != state:
		case s.full(len(out)):
			last, _ := of(out[len(out)-1])
			return out, last
		default:
			out = append(out, x)
		}
	}
	return out, next
}

var everyStatus = []truce.Status{truce.Actual, truce.Exercise, truce.Test}

func (l *local) agreedQuery(ctx context.Context, at clocks) (inforce.Query, asOf, error) {
	size, err := l.asOf(at)
	if err != nil {
		return inforce.Query{}, size, err
	}
	viewer, err := l.viewer(ctx)
	return inforce.Query{At: at.forceAt, AsKnownAt: at.knownAt, Viewer: viewer}, size, err
}

// Now answers as to the registrar, who sees all.
func (l *local) Now(ctx context.Context, asked nowQuery) (*nowAnswer, error) {
	q, size, err := l.agreedQuery(ctx, asked.at)
	if err != nil {
		return nil, err
	}
	q.Shape, q.RadiusM, q.Until = asked.shape, asked.radiusM, asked.until
	a, err := l.app.InForce.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	age := time.Duration(0)
	if a.LogSize > 0 {
		e, err := l.app.Ledger.Entry(ctx, a.LogSize-1)
		if err != nil {
			return nil, err
		}
		age = time.Since(e.Time)
	}
	inforce.Say(a, l.w.language(), age, l.app.Folder.IsMirror(), l.app.Exercise)
	out := &nowAnswer{AsOf: size, Answer: a}
	return out, out.cut(asked.part, l.w.language())
}

// Agreed is one of them with everything known of it.
func (l *local) Agreed(ctx context.Context, object, id string, at clocks) (*agreedAnswer, error) {
	q, size, err := l.agreedQuery(ctx, at)
	if err != nil {
		return nil, err
	}
	q.Statuses = everyStatus
	rec, err := l.record(ctx, object, id, at)
	if err != nil {
		return nil, err
	}
	v := rec.Newest()
	a := &agreedAnswer{agreedFrame: agreedFrame{AsOf: size, At: at.force().UTC(), Object: object, Relation: auth.AgreementRelationOf(q.Viewer, auth.AgreementFactsOf(rec)),
		Registered: rec.First, Received: v.At, Author: v.Author, Audience: v.Audience, Lang: v.Lang, Content: v.Body, Newest: v.ID}}
	if rec.Withdrawn != nil {
		a.Newest = rec.Withdrawn.ID
	}
	if object == "window" {
		a.window, err = l.app.InForce.Window(ctx, id, q)
	} else {
		a.agreement, err = l.app.InForce.Agreement(ctx, id, q)
	}
	return a, err
}

func (l *local) record(ctx context.Context, object, id string, at clocks) (rec *agreement.Record, err error) {
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		rec, err = l.app.Agreements.Record(ctx, r, id, at.known())
		return err
	})
	switch {
	case truce.CodeOf(err) == truce.CodeNotFound || truce.AgreementObject(id) != object:
		return nil, noAgreed(object, id)
	case err == nil && rec.Erased != nil:
		return nil, truce.E(truce.CodeGone, "the content was erased by entry %d: %s", rec.Erased.Entry, rec.Erased.Reason).
			WithHint("the entry stays in the log: truce statement show %d", rec.Erased.Entry)
	}
	return rec, err
}

func noAgreed(object, id string) error {
	return truce.E(truce.CodeNotFound, "there is no %s %q", object, plain(id)).WithHint("truce %s list shows the ids", object)
}

// AgreedList lists all of them.
func (l *local) AgreedList(ctx context.Context, object string, at clocks) (*agreedList, error) {
	q, size, err := l.agreedQuery(ctx, at)
	if err != nil {
		return nil, err
	}
	q.Object, q.Statuses = object, everyStatus
	a, err := l.app.InForce.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	list := &agreedList{AsOf: size, At: a.At}
	for i := range a.Agreements {
		list.Agreements = append(list.Agreements, &a.Agreements[i])
	}
	for i := range a.Windows {
		list.Windows = append(list.Windows, &a.Windows[i])
	}
	list.sort()
	return list, nil
}

func (list *agreedList) sort() {
	slices.SortFunc(list.Agreements, func(a, b *inforce.Agreement) int { return int(a.Entry - b.Entry) })
	slices.SortFunc(list.Windows, func(a, b *inforce.Window) int { return int(a.Entry - b.Entry) })
}

// restsOn are the windows that a movement rests on, now, and what is attested of them.
func (l *local) restsOn(ctx context.Context, movement string, at clocks) ([]told.Condition, error) {
	q, _, err := l.agreedQuery(ctx, at)
	if err != nil {
		return nil, err
	}
	q.Object, q.Statuses = "window", everyStatus
	a, err := l.app.InForce.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []told.Condition
	for _, x := range a.Movement(movement) {
		out = append(out, told.Condition(x))
	}
	return out, nil
}

// agreedGaps adds the agreements and windows in whose telling something is missing.
func (l *local) agreedGaps(ctx context.Context, r store.Reader, q *told.Reading, gaps *[]*told.Gap) error {
	return l.app.Agreements.Each(ctx, r, truce.Now, agreement.Filter{}, func(rec *agreement.Record) error {
		g, err := q.Gap(told.SubjectAgreed(rec))
		if err == nil && !g.Empty() {
			*gaps = append(*gaps, g)
		}
		return err
	})
}

// AgreedHistory is every statement about one of them.
func (l *local) AgreedHistory(ctx context.Context, object, id string) (out []*statementAnswer, err error) {
	if _, err := l.record(ctx, object, id, clocks{}); err != nil {
		return nil, err
	}
	var numbers []int64
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		numbers, err = l.app.Agreements.Entries(ctx, r, id, truce.Now)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		e, err := l.app.Ledger.Entry(ctx, n)
		if err != nil {
			return nil, err
		}
		a := statementOf(e)
		if e.Statement != nil {
			a.Body = e.Statement.Body
		}
		out = append(out, a)
	}
	return out, nil
}

// Now asks the server. The place goes there.
func (r *remote) Now(ctx context.Context, asked nowQuery) (*nowAnswer, error) {
	q := client.NowQuery{Limit: pageSize, RadiusM: asked.radiusM, AsKnownAt: asked.at.knownAt}
	if !asked.shape.IsZero() {
		q.Shape = &asked.shape
	}
	switch {
	case !asked.until.IsZero():
		q.From, q.Until = &asked.at.forceAt, &asked.until
	case !asked.at.forceAt.IsZero():
		q.Time = &asked.at.forceAt
	}
	res, err := r.Client.Now(ctx, q)
	if err != nil {
		return nil, err
	}
	a := &nowAnswer{}
	if err := decode(res.Raw, a); err != nil {
		return nil, err
	}
	for q.Cursor = res.Next; q.Cursor != ""; q.Cursor = res.Next {
		if res, err = r.Client.Now(ctx, q); err != nil {
			return nil, err
		}
		page := &nowAnswer{}
		if err := decode(res.Raw, page); err != nil {
			return nil, err
		}
		a.Join(page.Answer)
		a.Notice = page.Notice // of the last page: it says nothing of further ones
	}
	return a, a.cut(asked.part, asked.lang)
}

// Agreed is one of them, as far as the asker may read it.
func (r *remote) Agreed(ctx context.Context, object, id string, at clocks) (*agreedAnswer, error) {
	raw, err := r.Client.AgreedOne(ctx, object, id, at.listing())
	if truce.CodeOf(err) == truce.CodeNotFound {
		return nil, noAgreed(object, id)
	}
	if err != nil {
		return nil, err
	}
	a := &agreedAnswer{}
	return a, decode(raw, a)
}

// AgreedList lists those that the asker may see.
func (r *remote) AgreedList(ctx context.Context, object string, at clocks) (*agreedList, error) {
	h, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	list := &agreedList{AsOf: asOf{LogSize: h.Size, Root: h.Root}, At: at.force().UTC()}
	if at.knownAt > 0 && at.knownAt != h.Size {
		list.AsOf = asOf{LogSize: at.knownAt}
	}
	for raw, err := range r.Client.Agreed(ctx, object, at.listing()) {
		if err != nil {
			return nil, err
		}
		if err := list.add(object, *raw); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (list *agreedList) add(object string, raw json.RawMessage) error {
	if object == "window" {
		w := &inforce.Window{}
		list.Windows = append(list.Windows, w)
		return decode(raw, w)
	}
	a := &inforce.Agreement{}
	list.Agreements = append(list.Agreements, a)
	return decode(raw, a)
}

// AgreedHistory is what the asker may read.
func (r *remote) AgreedHistory(ctx context.Context, object, id string) (out []*statementAnswer, err error) {
	for s, err := range r.Client.AgreedHistory(ctx, object, id) {
		var problem *truce.Error
		if errors.As(err, &problem) && problem.Code == truce.CodeNotFound {
			return nil, noAgreed(object, id)
		}
		if err != nil {
			return nil, err
		}
		a := &statementAnswer{}
		if err := decode(s.Raw, a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
