package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"truce"
	"truce/internal/api"
	"truce/internal/auth"
	"truce/internal/compose"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/inbox"
	"truce/proof"
)

// teller is the register as the notifier sees it.
type teller struct {
	*Register
	server *api.Server
	author truce.PartyID
	signer proof.Signer
}

// Parties are all parties, as the log stands.
func (t *teller) Parties(ctx context.Context) (all []truce.PartyState, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		all, err = t.Register.Parties.Parties(ctx, r, truce.Now)
		return err
	})
	return all, err
}

// Desks are all duty desks, as the log stands.
func (t *teller) Desks(ctx context.Context) (all []*inbox.Desk, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		all, err = t.Register.Inbox.Desks(ctx, r, "", truce.Now)
		return err
	})
	return all, err
}

// Feed is the feed of a party, as it may read it.
func (t *teller) Feed(ctx context.Context, p truce.PartyState, after int64, limit int) ([]notify.Line, error) {
	items, err := t.server.Lines(ctx, auth.Viewer{Party: p.ID, Role: p.Role}, after, limit)
	if err != nil {
		return nil, err
	}
	lines := make([]notify.Line, len(items))
	for i, it := range items {
		status, err := t.statusOfLine(ctx, it)
		if err != nil {
			return nil, err
		}
		lines[i] = notify.Line{Entry: it.Entry, Subject: it.Subject, What: it.What, Version: it.Version, Answer: it.Answer, Status: status, Item: it.JSON()}
	}
	return lines, nil
}

// statusOfLine is the status of what a line tells of: what is said about a subject has
// the status of the subject.
func (t *teller) statusOfLine(ctx context.Context, it *api.FeedItem) (truce.Status, error) {
	if it.Statement != nil {
		return it.Statement.Status, nil
	}
	return t.statusOf(ctx, it.Subject)
}

// Feed is all that a party was told, as it may read it.
func (r *Register) Feed(ctx context.Context, party truce.PartyID) ([]notify.Line, error) {
	t := &teller{Register: r, server: r.server("", nil)}
	defer t.server.Close()
	parties, err := t.Parties(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parties {
		if p.ID != party {
			continue
		}
		var all []notify.Line
		for after := truce.NoEntry; ; after = all[len(all)-1].Entry {
			lines, err := t.Feed(ctx, p, after, feedPage)
			all = append(all, lines...)
			if err != nil || len(lines) < feedPage {
				return all, err
			}
		}
	}
	return nil, truce.E(truce.CodeNotFound, "there is no party %q", party).WithHint("truce party list shows the parties")
}

// feedPage is how many lines are read at a time.
const feedPage = 1000

// Lines are the lines of a party's feed that name it or its role.
func (t *teller) Lines(ctx context.Context, p truce.PartyState, after, size int64, limit int) (lines []told.Line, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		lines, _, err = t.Told().Lines(ctx, r, told.Names(p.ID, p.Role)[:2], after, size, limit)
		return err
	})
	return lines, err
}

// Newest is the entry of the last line of a party's feed.
func (t *teller) Newest(ctx context.Context, p truce.PartyState) (newest int64, err error) {
	newest = truce.NoEntry
	err = t.DB.View(ctx, func(r store.Reader) error {
		for _, v := range t.Told().Tellings {
			n, err := v.ToldBefore(ctx, r, told.Names(p.ID, p.Role), truce.Now)
			if err != nil {
				return err
			}
			newest = max(newest, n)
		}
		return nil
	})
	return newest, err
}

// KindOf is what a subject is: site, area, movement, or what its id begins with.
func (t *teller) KindOf(ctx context.Context, subject string) (kind string, emergency bool, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		kind, emergency, err = t.kindOf(ctx, r, subject)
		return err
	})
	return kind, emergency, err
}

func (t *teller) kindOf(ctx context.Context, r store.Reader, subject string) (kind string, emergency bool, err error) {
	o, err := t.Objects.Object(ctx, r, subject, truce.Now)
	if truce.CodeOf(err) == truce.CodeNotFound {
		kind, _, _ = strings.Cut(subject, "-")
		return kind, false, nil
	}
	if err != nil || o.Erased != nil {
		return "withdrawal", false, err
	}
	if c, err := truce.ParseContent(o.Content.Body); err == nil {
		emergency = c.Emergency
	}
	return o.Kind, emergency, nil
}

// Said lists statements of telling.
func (t *teller) Said(ctx context.Context, f inbox.Filter) (out []inbox.Said, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		out, err = t.Register.Inbox.Said(ctx, r, f)
		return err
	})
	return out, err
}

// OpenAlarms are the alarms that were raised and not ended.
func (t *teller) OpenAlarms(ctx context.Context) (out []inbox.Said, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		out, err = t.Register.Inbox.OpenAlarms(ctx, r, truce.Now)
		return err
	})
	return out, err
}

// TimeOf is when an entry was received.
func (t *teller) TimeOf(ctx context.Context, entry int64) (time.Time, error) {
	e, err := t.Ledger.Entry(ctx, entry)
	if err != nil {
		return time.Time{}, err
	}
	return e.Time, nil
}

// Size is the number of entries in the log.
func (t *teller) Size() int64 { return t.Ledger.Head().Size }

// Changed is closed when the log grows.
func (t *teller) Changed() <-chan struct{} { return t.Ledger.Changed() }

// Place is where a site or area is registered.
func (t *teller) Place(ctx context.Context, subject string) (p *notify.Place, err error) {
	err = t.DB.View(ctx, func(r store.Reader) error {
		o, err := t.Objects.Object(ctx, r, subject, truce.Now)
		if truce.CodeOf(err) == truce.CodeNotFound || err == nil && o.Erased != nil {
			return nil
		}
		if err != nil {
			return err
		}
		c, err := truce.ParseContent(o.Content.Body)
		if err != nil || len(c.Geometry) == 0 {
			return err
		}
		p = &notify.Place{Version: o.Version.ID, Content: o.Content.ID}
		for _, ch := range o.Challenges {
			var said struct{ Text string }
			if ch.Author == t.author && json.Unmarshal(ch.Body, &said) == nil {
				p.Said = append(p.Said, said.Text)
			}
		}
		return json.Unmarshal(c.Geometry, &p.Shape)
	})
	return p, err
}

// Ground is what a subject is and where it ever was.
func (t *teller) Ground(ctx context.Context, subject string) (g *told.Ground, err error) {
	kind, bodies, erased := truce.Kind(""), []json.RawMessage(nil), false
	err = t.DB.View(ctx, func(r store.Reader) error {
		if truce.AgreementObject(subject) != "" {
			kind, bodies, erased, err = t.agreedBodies(ctx, r, subject)
		} else {
			kind, bodies, erased, err = t.objectBodies(ctx, r, subject)
		}
		return err
	})
	g = told.GroundOf(kind, bodies)
	g.Lost = g.Lost || erased
	return g, err
}

// manyVersions bounds how many versions of an object are looked at for where it was.
const manyVersions = 1000

func (t *teller) objectBodies(ctx context.Context, r store.Reader, subject string) (kind truce.Kind, bodies []json.RawMessage, erased bool, err error) {
	h, err := t.Objects.Head(ctx, r, subject)
	if err != nil || h == nil || h.State == truce.ObjectErased {
		return "", nil, true, err
	}
	all, err := t.Objects.Versions(ctx, r, subject, truce.Now, truce.NoEntry, manyVersions)
	for _, v := range all {
		bodies = append(bodies, v.Body)
	}
	return truce.Kind(h.Object + ".register"), bodies, len(all) == manyVersions, err
}

func (t *teller) agreedBodies(ctx context.Context, r store.Reader, subject string) (kind truce.Kind, bodies []json.RawMessage, erased bool, err error) {
	rec, err := t.Agreements.Record(ctx, r, subject, truce.Now)
	if err != nil || rec.Erased != nil {
		return "", nil, true, err
	}
	for i := range rec.Versions {
		bodies = append(bodies, rec.Versions[i].Body)
	}
	kind = truce.AgreementRegister
	if rec.Object == "window" {
		kind = truce.WindowAnnounce
	}
	return kind, bodies, false, nil
}

// statusOf is the status that a subject was registered with, and so that of what is
// said about it; the register's for a party.
func (t *teller) statusOf(ctx context.Context, subject string) (status truce.Status, err error) {
	if status = truce.Actual; t.Exercise {
		status = truce.Exercise
	}
	err = t.DB.View(ctx, func(r store.Reader) error {
		h, err := t.Objects.Head(ctx, r, subject)
		if h != nil {
			status = h.Status
		}
		if err != nil || h != nil {
			return err
		}
		a, err := t.Agreements.AgreementHead(ctx, r, subject)
		if a != nil {
			status = a.Status
		}
		return err
	})
	return status, err
}

// ReadBack compares what the ack.read-back in an entry says with what is registered,
// and contests that where they differ, as a register that is served does by itself.
// Without the registrar's key nothing is contested: CodeUnavailable.
func (r *Register) ReadBack(ctx context.Context, entry int64) error {
	author, signer, err := r.Registrar(ctx)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the registrar's key cannot be used")
	}
	t := &teller{Register: r, author: author, signer: signer}
	said, err := t.Said(ctx, inbox.Filter{Object: "ack", After: entry - 1, AsOf: entry + 1})
	if err != nil || len(said) != 1 {
		return err
	}
	return notify.ReadBack(ctx, t, t, said[0])
}

// State signs a statement as the registrar and hands it in.
func (t *teller) State(ctx context.Context, kind truce.Kind, subject string, body any) error {
	status, err := t.statusOf(ctx, subject)
	if err != nil {
		return err
	}
	s, err := compose.Statement(kind, t.Origin, t.author, subject, body, compose.As(status), compose.MadeAt(t.now()))
	if err != nil {
		return err
	}
	e, err := compose.Sign(s, t.signer)
	if err != nil {
		return err
	}
	return t.Intake.Submit(ctx, [][]byte{e.JSON()})[0].Err
}

// HandIn hands in what others signed.
func (t *teller) HandIn(ctx context.Context, envelopes [][]byte) error {
	var first error
	for _, res := range t.Intake.Submit(ctx, envelopes) {
		if first == nil {
			first = res.Err
		}
	}
	return first
}

// NotifyOptions say over which lines the register tells desks.
type NotifyOptions struct {
	// Senders makes the lines; nil: nobody is told of anything by itself. Messages
	// are signed with the registrar's key; links answer e-mails.
	Senders func(signer proof.Signer, links *email.Links) ([]notify.Sender, error)
	Rules   []told.Rule // timers; the defaults when nil
}

// teller makes what the notifier and the links of its messages stand on. Without
// the registrar's key (a copy, or one that is kept elsewhere) it is nil where nobody
// is to be told.
func (r *Register) teller(ctx context.Context, o NotifyOptions) (*teller, *answers, error) {
	if r.Folder.IsMirror() && o.Senders == nil {
		return nil, nil, nil
	}
	author, signer, err := r.Registrar(ctx)
	if err != nil && o.Senders == nil {
		r.Logger.WarnContext(ctx, "what recipients read back is not compared: the registrar's key cannot be used", "code", string(truce.CodeOf(err)))
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	links, err := email.NewLinks(r.Origin, signer)
	if err != nil {
		return nil, nil, err
	}
	t := &teller{Register: r, author: author, signer: signer}
	return t, &answers{teller: t, links: links}, nil
}

// stopTime is how long is waited at the end for lines at work; a disk of a desk
// that hangs does not keep the register from ending.
const stopTime = 15 * time.Second

// telling runs the notifier of a register that is served, until the function that
// it gives is called. Without senders it compares what is read back, and tells
// nobody.
func (t *teller) telling(ctx context.Context, server *api.Server, links *email.Links, o NotifyOptions) (stop func(), err error) {
	t.server = server
	var senders []notify.Sender
	if o.Senders != nil {
		if senders, err = o.Senders(t.signer, links); err != nil {
			return nil, err
		}
	}
	n := notify.New(notify.Config{Register: t.Origin, Exercise: t.Exercise, Directory: t, Feeds: t, Records: t, Log: t, Pen: t, Places: t,
		Senders: senders, Rules: o.Rules, Now: t.now, Logger: t.Logger})
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { n.Run(ctx); close(done) }()
	return func() {
		cancel()
		select {
		case <-done:
		case <-time.After(stopTime):
			t.Logger.Error("a line does not let go; the register ends without it")
		}
	}, nil
}
