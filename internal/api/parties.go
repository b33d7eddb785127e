package api

import (
	"net/http"

	"truce"
	"truce/internal/store"
)

// PartyView is one party. Keys and entry numbers are for those who have signed in.
type PartyView struct {
	ID        truce.PartyID `json:"id"`
	Names     []truce.Name  `json:"names"`
	Role      truce.Role    `json:"role"`
	Active    bool          `json:"active" doc:"it takes part; what it signed before it left stays"`
	Version   string        `json:"version,omitempty" doc:"statement id of what is stated of it"`
	Enrolled  *int64        `json:"enrolled,omitempty" doc:"entry that enrolled it"`
	Withdrawn *int64        `json:"withdrawn,omitempty" doc:"entry that ended its part"`
	HasKeys   *bool         `json:"hasKeys,omitempty" doc:"it has a key in use that signs statements; of one party only"`
	Keys      []KeyView     `json:"keys,omitempty" doc:"every key that was ever stated for it; of one party only"`
}

// KeyView is one key of a party.
type KeyView struct {
	Key     string        `json:"key"`
	Use     string        `json:"use" doc:"root or listed"`
	Scopes  []truce.Scope `json:"scopes,omitempty"`
	Label   string        `json:"label,omitempty" doc:"desk or machine"`
	Counts  bool          `json:"counts" doc:"neither retired nor revoked"`
	From    int64         `json:"from" doc:"entry that states it"`
	Until   *int64        `json:"until,omitempty" doc:"entry from which it is not stated any more"`
	Revoked *int64        `json:"revoked,omitempty" doc:"entry that revoked it"`
}

// PartyPage is a page of parties.
type PartyPage struct {
	AsOf    AsOf        `json:"asOf"`
	Parties []PartyView `json:"parties"`
}

func (c *call) parties() error {
	m, err := c.moment()
	if err != nil {
		return err
	}
	page := PartyPage{AsOf: m.asOf(), Parties: []PartyView{}}
	err = c.read(func(r store.Reader) error {
		all, err := c.Parties.Parties(c.ctx, r, m.size)
		for i := range all {
			page.Parties = append(page.Parties, c.partyView(&all[i]))
		}
		return err
	})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, page)
}

func (c *call) party() error {
	id, err := c.id("id", truce.ValidPartyID)
	if err != nil {
		return err
	}
	m, err := c.moment()
	if err != nil {
		return err
	}
	var v PartyView
	err = c.read(func(r store.Reader) error {
		p, err := c.Parties.Party(c.ctx, r, id, m.size)
		if err != nil {
			return err
		}
		if p == nil {
			return notFound()
		}
		v = c.partyView(p)
		keys, err := c.Parties.Keys(c.ctx, r, id, m.size)
		v.WithKeys(keys, c.signedIn())
		return err
	})
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, v)
}

// signedIn reports whether a party asks whose role reads more than hashes.
func (c *call) signedIn() bool { return c.viewer.Party != "" && c.viewer.Role != truce.RoleAuditor }

// PartyOf is everything stated of a party but its keys. The command line shows the
// same of a data folder.
func PartyOf(p *truce.PartyState) PartyView {
	return PartyView{ID: p.ID, Names: p.Names, Role: p.Role, Active: p.Active(), Version: p.Version, Enrolled: &p.Enrolled,
		Withdrawn: entryOrNone(p.Withdrawn)}
}

func (c *call) partyView(p *truce.PartyState) PartyView {
	v := PartyOf(p)
	if !c.signedIn() {
		v.Version, v.Enrolled, v.Withdrawn = "", nil, nil
	}
	return v
}

// WithKeys adds whether the party has a key in use, and the keys themselves where
// they may be shown.
func (v *PartyView) WithKeys(all []truce.KeyState, show bool) {
	hasKeys := false
	for i := range all {
		k := keyOf(&all[i])
		hasKeys = hasKeys || k.Use == "listed" && k.Counts
		if show {
			v.Keys = append(v.Keys, k)
		}
	}
	v.HasKeys = &hasKeys
}

func keyOf(k *truce.KeyState) KeyView {
	use := "listed"
	if k.Root {
		use = "root"
	}
	return KeyView{Key: k.Key, Use: use, Scopes: k.Scopes, Label: k.Label, Counts: k.Usable(), From: k.From,
		Until: entryOrNone(k.Until), Revoked: entryOrNone(k.Revoked)}
}

// entryOrNone is n, nil for truce.NoEntry.
func entryOrNone(n int64) *int64 {
	if n == truce.NoEntry {
		return nil
	}
	return &n
}
