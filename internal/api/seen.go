package api

import (
	"cmp"

	"truce"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/protected"
)

// SeenPage is a page of who saw objects.
type SeenPage struct {
	AsOf AsOf         `json:"asOf"`
	Seen []*told.Seen `json:"seen"`
	Next string       `json:"next,omitempty" doc:"cursor of the next page"`
}

// seen answers, for the objects of the viewer, who was told of them, who refused them
// and from whom they are withheld; a registrar may ask about those of any party. It is
// the audit of the operator (domain.md 5, item 8): others have no such objects.
func (c *call) seen() error {
	m, question, after, err := c.paged()
	if err != nil {
		return err
	}
	f := protected.Filter{Owner: c.viewer.Party}
	if c.viewer.Role == truce.RoleRegistrar {
		f.Owner = c.query["owner"]
	} else if cmp.Or(c.query["owner"], c.viewer.Party) != c.viewer.Party {
		return notFound()
	}
	page := SeenPage{AsOf: m.asOf(), Seen: []*told.Seen{}}
	err = c.read(func(r store.Reader) error {
		q, err := c.Told.At(c.ctx, r, m.size)
		if err != nil {
			return err
		}
		objects, err := c.Objects.Page(c.ctx, r, m.size, f, after, gapsAtOnce)
		if err != nil {
			return err
		}
		for _, o := range objects {
			s, err := q.Seen(o)
			if err != nil {
				return err
			}
			page.Seen = append(page.Seen, s)
		}
		if len(objects) == gapsAtOnce {
			page.Next = c.cursors.make(objects[len(objects)-1].First, question)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return c.page(page.Next, page)
}
