package cli

import (
	"context"

	"truce"
	"truce/internal/api"
	"truce/internal/store"
)

// Parties lists every party, withdrawn ones too.
func (l *local) Parties(ctx context.Context) (*partyList, error) {
	size, _ := l.asOf(clocks{}) // the newest is always there
	list := &partyList{AsOf: size, Parties: []partyAnswer{}}
	err := l.app.DB.View(ctx, func(r store.Reader) error {
		all, err := l.app.Parties.Parties(ctx, r, truce.Now)
		for i := range all {
			list.Parties = append(list.Parties, partyAnswer(api.PartyOf(&all[i])))
		}
		return err
	})
	return list, err
}

// Party is one party with every key that was ever stated for it.
func (l *local) Party(ctx context.Context, id truce.PartyID) (answer *partyAnswer, err error) {
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		p, err := l.app.Parties.Party(ctx, r, id, truce.Now)
		if err != nil {
			return err
		}
		if p == nil {
			return noParty(id)
		}
		keys, err := l.app.Parties.Keys(ctx, r, id, truce.Now)
		v := api.PartyOf(p)
		v.WithKeys(keys, true)
		answer = (*partyAnswer)(&v)
		return err
	})
	return answer, err
}

func noParty(id truce.PartyID) error {
	return truce.E(truce.CodeNotFound, "there is no party %q", plain(id)).WithHint("truce party list shows the parties")
}
