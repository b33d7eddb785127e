package api

import (
	"encoding/json"

	"truce"
	"truce/internal/auth"
	"truce/internal/store"
)

// told is what may be read of the body of a statement of telling: see the table
// in package auth.
func (l *looker) told(s *truce.Statement) (body json.RawMessage, whole, ok bool, err error) {
	f := auth.ToldFacts{Author: s.Author}
	if f.Concerned, err = l.concerned(s); err != nil {
		return nil, false, false, err
	}
	if s.Kind.Object() != "desk" && s.Kind.Object() != "contact" {
		seen, err := l.subject(s.Subject)
		if err != nil {
			return nil, false, false, err
		}
		if seen.object != nil {
			f.Object = auth.FactsOf(seen.object)
		}
		if seen.agreement != nil {
			f.Agreement = auth.AgreementFactsOf(seen.agreement)
		}
	}
	body, whole, ok = auth.ShowTold(l.viewer, f, s.Kind, s.Body)
	return body, whole, ok, nil
}

// concerned is whom a statement of telling concerns beside its author.
func (l *looker) concerned(s *truce.Statement) (party truce.PartyID, err error) {
	switch s.Kind.Object() {
	case "delivery":
		var b struct {
			Recipient truce.PartyID `json:"recipient"`
		}
		err = json.Unmarshal(s.Body, &b)
		return b.Recipient, err
	case "contact":
		err = l.DB.View(l.ctx, func(r store.Reader) error {
			d, err := l.Told.Inbox.Desk(l.ctx, r, s.Subject, truce.Now)
			if d != nil {
				party = d.Party
			}
			return err
		})
	}
	return party, err
}
