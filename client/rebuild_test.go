package client_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/client"
	"truce/internal/compose"
	"truce/internal/store"
	"truce/proof"
)

// rebuilt is what the signed statements say of one object.
type rebuilt struct {
	version   string // statement id
	entry     int64
	content   string // compacted
	withdrawn bool
	releases  map[truce.PartyID]bool
}

// rebuild works the objects out of nothing but signed envelopes: each is asked
// for with its receipt, whose proof leads to a signed head of the log. It shares no
// code with the views.
func rebuild(t *testing.T, c *client.Client, vkey string) map[string]*rebuilt {
	t.Helper()
	out := map[string]*rebuilt{}
	for listed, err := range c.Entries(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		data, _, err := c.Receipt(t.Context(), strconv.FormatInt(listed.Entry, 10))
		if err != nil {
			t.Fatal(err)
		}
		v, err := proof.VerifyReceipt(data, vkey)
		if err != nil || v.Entry.Number != listed.Entry || v.ID != listed.ID || !v.AuthorProven {
			t.Fatalf("entry %d: %v, %+v", listed.Entry, err, v)
		}
		apply(out, v)
	}
	return out
}

func apply(all map[string]*rebuilt, v *proof.Verified) {
	s := v.Statement
	o := all[s.Subject]
	switch s.Kind {
	case truce.SiteRegister:
		all[s.Subject] = &rebuilt{v.ID, v.Entry.Number, compact(s.Body), false, map[truce.PartyID]bool{}}
	case truce.SiteAmend:
		o.version, o.entry, o.content = v.ID, v.Entry.Number, compact(s.Body)
	case truce.SiteWithdraw:
		o.version, o.entry, o.withdrawn = v.ID, v.Entry.Number, true
	case truce.ReleaseGive, truce.ReleaseEnd:
		var body compose.Recipients
		json.Unmarshal(s.Body, &body)
		for _, p := range body.Recipients {
			o.releases[p] = s.Kind == truce.ReleaseGive
		}
	}
}

func compact(raw json.RawMessage) string {
	var value any
	json.Unmarshal(raw, &value)
	text, _ := json.Marshal(value)
	return string(text)
}

// told is what the API says of every object, in the same form.
func told(t *testing.T, c *client.Client) map[string]*rebuilt {
	t.Helper()
	out := map[string]*rebuilt{}
	for it, err := range c.Objects(t.Context(), "site", client.Listing{}) {
		if err != nil {
			t.Fatal(err)
		}
		var raw struct {
			Entry     int64
			Withdrawn json.RawMessage
			Releases  []struct {
				Recipient truce.PartyID
				Ended     *int64
			}
		}
		if err := json.Unmarshal(it.Raw, &raw); err != nil {
			t.Fatal(err)
		}
		o := &rebuilt{it.Version, raw.Entry, compact(it.Content), raw.Withdrawn != nil, map[truce.PartyID]bool{}}
		for _, g := range raw.Releases {
			o.releases[g.Recipient] = o.releases[g.Recipient] || g.Ended == nil
		}
		out[it.ID] = o
	}
	return out
}

// differences names the objects of which the two say something else.
func differences(log, api map[string]*rebuilt) []string {
	var out []string
	for id := range maps.Keys(log) {
		if api[id] == nil || fmt.Sprintf("%+v", *api[id]) != fmt.Sprintf("%+v", *log[id]) {
			out = append(out, id)
		}
	}
	for id := range maps.Keys(api) {
		if log[id] == nil {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// TestRebuiltFromTheLog: what the interface says of the sites is what the signed
// entries say, and where somebody changed the views behind the log, it shows.
func TestRebuiltFromTheLog(t *testing.T) {
	h := newHouse(t)
	ids := h.history()
	c := h.client(h.url)
	log, api := rebuild(t, c, h.reg.LogKey), told(t, c)
	if len(log) != len(ids) || len(api) != len(ids) {
		t.Fatalf("%d sites registered, %d in the log, %d told", len(ids), len(log), len(api))
	}
	if diff := differences(log, api); diff != nil {
		t.Fatalf("the log and the interface differ on %v:\n%+v\n%+v", diff, log[diff[0]], api[diff[0]])
	}
	if !log[ids[2]].withdrawn || log[ids[0]].withdrawn || !log[ids[0]].releases["north"] || log[ids[1]].releases["north"] {
		t.Errorf("the history was not read: %+v %+v %+v", log[ids[0]], log[ids[1]], log[ids[2]])
	}
	err := h.reg.DB.Update(t.Context(), func(tx store.Tx) error {
		n, err := tx.Exec(t.Context(), "UPDATE protected_version SET body = CAST(replace(CAST(body AS TEXT), 'hospital', 'office') AS BLOB) WHERE subject = ?", ids[0])
		if err == nil && n == 0 {
			t.Error("nothing was changed")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := differences(log, told(t, c)); !slices.Equal(diff, ids[:1]) {
		t.Errorf("what was changed behind the log is found in %v, want %v", diff, ids[:1])
	}
}

// history states a few things about a few sites: some are amended, withdrawn,
// released, and released no more.
func (h *house) history() (ids []string) {
	h.Helper()
	_, hash := compose.NewInvitation()
	h.say(truce.PartyEnrol, "north", compose.Enrolment{Names: []truce.Name{{Text: "North"}}, Role: truce.RoleParty, Invitation: hash})
	versions := make([]string, 4)
	for i := range versions {
		e := h.site(36+float64(i)/100, 37.1)
		versions[i] = h.submit(e)
		s, err := truce.ParseStatement(e.Payload)
		if err != nil {
			h.Fatal(err)
		}
		ids = append(ids, s.Subject)
	}
	body := map[string]any{"function": "hospital", "notes": "moved", "geometry": map[string]any{"type": "Point", "coordinates": []float64{37.2, 36.2}}}
	versions[1] = h.say(truce.SiteAmend, ids[1], body, compose.Replaces(versions[1]))
	versions[1] = h.say(truce.SiteAmend, ids[1], body, compose.Replaces(versions[1]))
	h.say(truce.SiteWithdraw, ids[2], map[string]any{"reason": "closed"}, compose.Replaces(versions[2]))
	for _, id := range ids[:2] {
		h.say(truce.ReleaseGive, id, compose.Recipients{Recipients: []truce.PartyID{"north"}})
	}
	h.say(truce.ReleaseEnd, ids[1], compose.Recipients{Recipients: []truce.PartyID{"north"}})
	return ids
}

func (h *house) say(kind truce.Kind, subject string, body any, opts ...compose.Option) string {
	h.Helper()
	s, err := compose.Statement(kind, origin, h.party, subject, body, opts...)
	if err != nil {
		h.Fatal(err)
	}
	e, err := compose.Sign(s, h.signer)
	if err != nil {
		h.Fatal(err)
	}
	return h.submit(e)
}

func (h *house) submit(e *proof.Envelope) string {
	h.Helper()
	res := h.reg.Intake.Submit(h.Context(), [][]byte{e.JSON()})[0]
	if res.Err != nil {
		h.Fatal(res.Err)
	}
	return res.ID
}

// TestLeavesOfTheLog: the public leaves, hashed by a foreign library, give the
// signed root: entries that nobody was told of are under it too.
func TestLeavesOfTheLog(t *testing.T) {
	h := newHouse(t)
	h.fill(20)
	c := h.client(h.url, func(o *client.Options) { o.Signer = nil })
	cp, err := c.Update(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := c.Tile(t.Context(), "tile/entries/000.p/"+strconv.FormatInt(cp.Size, 10))
	if err != nil {
		t.Fatal(err)
	}
	var hashes []tlog.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, n := range at {
			out[i] = hashes[n]
		}
		return out, nil
	})
	n := int64(0)
	for ; len(bundle) > 0; n++ {
		size := int(bundle[0])<<8 | int(bundle[1])
		leaf := bundle[2 : 2+size]
		bundle = bundle[2+size:]
		more, err := tlog.StoredHashes(n, leaf, read)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(n, read)
	if err != nil || n != cp.Size || root != cp.Root {
		t.Errorf("%d leaves give %s, the head says %d and %s: %v", n, root, cp.Size, strings.TrimSpace(cp.RootText()), err)
	}
}
