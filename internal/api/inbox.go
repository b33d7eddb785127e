package api

import (
	"net/http"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/inbox"
	"truce/internal/view/protected"
)

// InboxPage is the inbox of a party.
type InboxPage struct {
	AsOf   AsOf          `json:"asOf"`
	Party  truce.PartyID `json:"party"`
	Behind int           `json:"behind" doc:"how many have no acknowledgement of what was told last"`
	Items  []*told.Item  `json:"items"`
	Alarms []*told.Item  `json:"alarms" doc:"that go on and that the party was told of; version is what to acknowledge"`
}

// inbox answers with what the viewer's party was told and what it answered; the
// registrar may ask about any party.
func (c *call) inbox() error {
	m, err := c.moment()
	if err != nil {
		return err
	}
	page := InboxPage{AsOf: m.asOf(), Party: c.viewer.Party, Items: []*told.Item{}, Alarms: []*told.Item{}}
	if other, ok := c.query["party"]; ok && other != c.viewer.Party {
		if c.viewer.Role != truce.RoleRegistrar {
			return notFound()
		}
		page.Party = other
	}
	unanswered, err := c.flag("unanswered")
	if err != nil {
		return err
	}
	err = c.reading(m, func(q *told.Reading) error {
		p := q.Party(page.Party)
		if p == nil {
			return notFound()
		}
		box, err := q.Box(p)
		if err != nil {
			return err
		}
		page.Behind, page.Alarms = box.Behind, box.Alarms
		for _, item := range box.Items {
			if item.Behind || !unanswered {
				page.Items = append(page.Items, item)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, page)
}

// reading runs fn on who was told what, at a moment.
func (c *call) reading(m moment, fn func(*told.Reading) error) error {
	return c.read(func(r store.Reader) error {
		q, err := c.Told.At(c.ctx, r, m.size)
		if err != nil {
			return err
		}
		return fn(q)
	})
}

// TellingView is the telling of one object: where every party stands with it.
type TellingView struct {
	AsOf AsOf `json:"asOf"`
	*told.Telling
}

// telling answers with the telling of one object, to its owner and the registrar.
func (c *call) telling() error {
	id, m, err := c.about()
	if err != nil {
		return err
	}
	v := TellingView{AsOf: m.asOf()}
	var rests []told.Condition
	if truce.AgreementObject(id) == "" { // it reads by itself, and so not within a snapshot of ours
		if rests, err = c.restsOn(id, m); err != nil {
			return err
		}
	}
	err = c.read(func(r store.Reader) error {
		s, err := c.mine(r, id, m)
		if err != nil {
			return err
		}
		q, err := c.Told.At(c.ctx, r, m.size)
		if err != nil {
			return err
		}
		if v.Telling, err = q.Telling(s, rests, m.force); err == nil && c.viewer.Role != truce.RoleRegistrar {
			v.HideDesks()
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, v)
}

// mine is an object of which the viewer may read who was told: its own, and any
// for a registrar. To others it does not exist here, whatever else they may read.
func (c *call) mine(r store.Reader, id string, m moment) (s told.Subject, err error) {
	if truce.AgreementObject(id) != "" {
		return c.mineAgreed(r, id, m)
	}
	o, err := c.Objects.Object(c.ctx, r, id, m.size)
	if truce.CodeOf(err) == truce.CodeNotFound {
		return s, notFound()
	}
	if err != nil {
		return s, err
	}
	if auth.May(auth.RelationOf(c.viewer, auth.FactsOf(o)), auth.DiscloseReleases) != auth.All {
		return s, notFound()
	}
	if o.Erased != nil {
		return s, erased(o.Erased.Entry, o.Erased.Reason)
	}
	return told.SubjectOf(o), nil
}

// GapPage is a page of what is missing in telling.
type GapPage struct {
	AsOf AsOf        `json:"asOf"`
	Gaps []*told.Gap `json:"gaps"`
	Next string      `json:"next,omitempty" doc:"cursor of the next page; a page may hold fewer than asked for, or none, and still have a next"`
}

// gapsAtOnce bounds how many objects one request looks at.
const gapsAtOnce = 500

// gaps answers with the objects of the viewer, or all for a registrar, in whose
// telling something is missing.
func (c *call) gaps() error {
	m, question, after, err := c.paged()
	if err != nil {
		return err
	}
	page := GapPage{AsOf: m.asOf(), Gaps: []*told.Gap{}}
	err = c.read(func(r store.Reader) error {
		f := protected.Filter{Owner: c.viewer.Party}
		if c.viewer.Role == truce.RoleRegistrar {
			f.Owner = ""
		}
		subjects, next, err := c.tellable(r, m, f, after)
		if err != nil {
			return err
		}
		q, err := c.Told.At(c.ctx, r, m.size)
		if err != nil {
			return err
		}
		for _, s := range subjects {
			g, err := q.Gap(s)
			if err != nil {
				return err
			}
			if c.viewer.Role != truce.RoleRegistrar {
				g.HideDesks()
			}
			if with := c.query["party"]; with != "" {
				g = g.Of(with)
			}
			if !g.Empty() {
				page.Gaps = append(page.Gaps, g)
			}
		}
		if next != truce.NoEntry {
			page.Next = c.cursors.make(next, question)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.page(page.Next, page)
}

// DeskPage lists duty desks.
type DeskPage struct {
	AsOf  AsOf             `json:"asOf"`
	Desks []*told.DeskView `json:"desks"`
}

// desks answers with the viewer's own desks; to a registrar with all; to a
// guarantor with the echelons that there are.
func (c *call) desks() error {
	m, err := c.moment()
	if err != nil {
		return err
	}
	page := DeskPage{AsOf: m.asOf(), Desks: []*told.DeskView{}}
	err = c.read(func(r store.Reader) error {
		q, err := c.Told.At(c.ctx, r, m.size)
		if err != nil {
			return err
		}
		all, err := c.Told.Inbox.Desks(c.ctx, r, "", m.size)
		for _, d := range all {
			v, err := c.deskView(q, d, m.force)
			if err != nil {
				return err
			}
			if v != nil {
				page.Desks = append(page.Desks, v)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, page)
}

// deskView is a desk as far as the viewer may read it; nil where it may not know of it.
func (c *call) deskView(q *told.Reading, d *inbox.Desk, now time.Time) (*told.DeskView, error) {
	switch auth.BystanderOf(c.viewer, auth.ToldFacts{Author: d.Party}) {
	case auth.ByRegistrar, auth.ByAuthor:
		return q.Desk(d, now)
	case auth.ByGuarantor:
		return &told.DeskView{ID: d.ID, Party: d.Party, Version: d.Version, Entry: d.Entry, Withdrawn: d.Withdrawn, Echelon: d.Content.Echelon}, nil
	}
	return nil, nil
}
