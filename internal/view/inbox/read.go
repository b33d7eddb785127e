package inbox

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"truce"
	"truce/internal/store"
)

// Desk is a duty desk of a party, as known at some log size.
type Desk struct {
	ID        string
	Party     truce.PartyID
	Version   string    // statement id of the version in force
	Entry     int64     // its entry
	First     int64     // entry that registered it
	At        time.Time // log time of that entry, UTC
	Withdrawn bool
	Status    truce.Status
	Content   DeskContent // of the newest version with content
}

// DeskContent is the reading of a desk's body; see the fields of desk.register.
type DeskContent struct {
	Name     string          `json:"name"`
	Echelon  string          `json:"echelon"`
	Parent   string          `json:"parent"`
	Order    int             `json:"order"`
	Senior   bool            `json:"senior"`
	Channels []Channel       `json:"channels"`
	Roster   []Duty          `json:"roster"`
	Covers   json.RawMessage `json:"covers"` // shape; empty = everywhere
	Kinds    []string        `json:"kinds"`  // see truce.TellableCodes; empty = all
	Lang     string          `json:"lang"`
}

// Channel is one line to a desk.
type Channel struct {
	Kind    string `json:"kind"`    // see truce.ChannelCodes
	Address string `json:"address"` // of that kind
	Key     string `json:"key"`     // that signs answers; may be empty
}

// Duty is a duty on a roster, with its time.
type Duty struct {
	Duty  string     `json:"duty"`
	From  truce.When `json:"from"`
	Until truce.When `json:"until"`
}

// Said is a test of a line, a delivery, an acknowledgement, an alarm or a report
// of a journey.
type Said struct {
	Entry   int64
	Kind    truce.Kind
	Subject string
	Author  truce.PartyID
	Party   truce.PartyID // recipient of a delivery, else the author
	ID      string        // statement id
	Ref     string        // statement id that it is bound to; may be empty
	At      time.Time     // log time, UTC
	Status  truce.Status
	Body    json.RawMessage
}

// Desk is one desk as known at log size asOf (truce.Now for the newest); nil
// when there was none of that id.
func (View) Desk(ctx context.Context, r store.Reader, subject string, asOf int64) (*Desk, error) {
	desks, err := desksOf(ctx, r, `subject = ?`, subject, asOf)
	if err != nil || len(desks) == 0 {
		return nil, err
	}
	return desks[0], nil
}

// Desks lists the desks of a party, withdrawn ones too, in the order of their
// registration; with an empty party those of all.
func (View) Desks(ctx context.Context, r store.Reader, party truce.PartyID, asOf int64) ([]*Desk, error) {
	if party == "" {
		return desksOf(ctx, r, `? = ''`, "", asOf)
	}
	return desksOf(ctx, r, `party = ?`, party, asOf)
}

func desksOf(ctx context.Context, r store.Reader, where string, arg any, asOf int64) ([]*Desk, error) {
	var all []*Desk
	byID := map[string]*Desk{}
	query := `SELECT entry, subject, party, act, id, at, status, body FROM inbox_desk WHERE ` + where + ` AND entry < ? ORDER BY entry`
	err := store.Each(ctx, r, query, []any{arg, asOf}, func(rows store.Rows) error {
		var entry, ms int64
		var subject, party, act, id, status string
		var body []byte
		if err := rows.Scan(&entry, &subject, &party, &act, &id, &ms, &status, &body); err != nil {
			return err
		}
		d := byID[subject]
		if d == nil {
			d = &Desk{ID: subject, Party: party, First: entry, Status: truce.Status(status)}
			byID[subject] = d
			all = append(all, d)
		}
		d.Version, d.Entry, d.At, d.Withdrawn = id, entry, time.UnixMilli(ms).UTC(), act == "withdraw"
		if d.Withdrawn {
			return nil
		}
		d.Content = DeskContent{}
		if err := json.Unmarshal(body, &d.Content); err != nil {
			return truce.Wrap(truce.CodeTampered, err, "the row of a desk cannot be read")
		}
		return nil
	})
	return all, err
}

// Filter says which of what was said is meant. Empty members do not narrow.
type Filter struct {
	Subject string
	Party   truce.PartyID // see Said.Party
	Object  string        // part of the kind before the dot: "ack"
	After   int64         // entries behind that number; truce.NoEntry for all
	AsOf    int64         // log size; truce.Now for the newest
	Limit   int           // most rows; 0 = no bound
	Newest  bool          // the newest first
}

// Said lists what was said, in the order of the log.
func (View) Said(ctx context.Context, r store.Reader, f Filter) ([]Said, error) {
	where, args := []string{"entry > ?", "entry < ?"}, []any{f.After, f.AsOf}
	for _, c := range []struct{ test, value string }{{"subject = ?", f.Subject}, {"party = ?", f.Party}} {
		if c.value != "" {
			where, args = append(where, c.test), append(args, c.value)
		}
	}
	if f.Object != "" { // '/' is the character after '.'
		where, args = append(where, "kind >= ?", "kind < ?"), append(args, f.Object+".", f.Object+"/")
	}
	query := selectSaid + ` WHERE ` + strings.Join(where, " AND ") + ` ORDER BY entry`
	if f.Newest {
		query += ` DESC`
	}
	if f.Limit > 0 {
		query, args = query+` LIMIT ?`, append(args, f.Limit)
	}
	return scanSaid(ctx, r, query, args)
}

const selectSaid = `SELECT entry, kind, subject, author, party, id, ref, at, status, body FROM inbox_said`

func scanSaid(ctx context.Context, r store.Reader, query string, args []any) (out []Said, err error) {
	err = store.Each(ctx, r, query, args, func(rows store.Rows) error {
		var s Said
		var kind, status string
		var ms int64
		var body []byte
		if err := rows.Scan(&s.Entry, &kind, &s.Subject, &s.Author, &s.Party, &s.ID, &s.Ref, &ms, &status, &body); err != nil {
			return err
		}
		s.Kind, s.Status, s.At, s.Body = truce.Kind(kind), truce.Status(status), time.UnixMilli(ms).UTC(), body
		out = append(out, s)
		return nil
	})
	return out, err
}

// Try reads a contact.test: the line, what came of it, and when. It counts from when it
// was made, and never from later than its receipt.
func (s *Said) Try() (line, outcome string, at time.Time, err error) {
	var b struct {
		Channel, Outcome string
		At               truce.When
	}
	if err := json.Unmarshal(s.Body, &b); err != nil {
		return "", "", s.At, truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", s.Entry)
	}
	if stated := b.At.Earliest(); !stated.IsZero() && stated.Before(s.At) {
		return b.Channel, b.Outcome, stated, nil
	}
	return b.Channel, b.Outcome, s.At, nil
}

// DeskRows is how many statements about desks stand below the entry number asOf. It
// becomes less where a desk is erased.
func (View) DeskRows(ctx context.Context, r store.Reader, asOf int64) (n int64, err error) {
	_, err = store.One(ctx, r, `SELECT COUNT(*) FROM inbox_desk WHERE entry < ?`, []any{asOf}, &n)
	return n, err
}

// Tried reports whether a line was tried, or something said of a desk, in the entries
// from from (inclusive) to asOf (exclusive).
func (View) Tried(ctx context.Context, r store.Reader, from, asOf int64) (bool, error) {
	for _, query := range []string{`SELECT entry FROM inbox_said WHERE entry >= ? AND entry < ? AND kind = 'contact.test' LIMIT 1`,
		`SELECT entry FROM inbox_desk WHERE entry >= ? AND entry < ? LIMIT 1`} {
		var entry int64
		if found, err := store.One(ctx, r, query, []any{from, asOf}, &entry); err != nil || found {
			return found, err
		}
	}
	return false, nil
}

// OpenAlarms lists the alarms that were raised and not ended, as known at log size
// asOf, in the order of the log. It costs what there are of alarms, not of entries:
// asking for an id takes the index of alarms.
func (View) OpenAlarms(ctx context.Context, r store.Reader, asOf int64) ([]Said, error) {
	all, err := scanSaid(ctx, r, selectSaid+` AS a WHERE kind = 'alarm.raise' AND id > '' AND NOT EXISTS (
		SELECT 1 FROM inbox_said AS e WHERE e.subject = a.subject AND e.kind = 'alarm.end' AND e.ref = a.id AND e.entry < ?)`, []any{asOf})
	all = slices.DeleteFunc(all, func(s Said) bool { return s.Entry >= asOf })
	slices.SortFunc(all, func(a, b Said) int { return cmp.Compare(a.Entry, b.Entry) })
	return all, err
}

// DeskHead is what intake needs to know of a desk, as it stands; nil when there
// is none.
func (v View) DeskHead(ctx context.Context, r store.Reader, subject string) (*truce.DeskHead, error) {
	d, err := v.Desk(ctx, r, subject, truce.Now)
	if err != nil || d == nil {
		return nil, err
	}
	return &truce.DeskHead{ID: d.ID, Party: d.Party, Version: d.Version, Parent: d.Content.Parent, Withdrawn: d.Withdrawn}, nil
}

// Alarm is what intake needs to know of the alarm with that statement id; nil
// when there is none.
func (View) Alarm(ctx context.Context, r store.Reader, id string) (*truce.AlarmHead, error) {
	a := truce.AlarmHead{ID: id}
	found, err := store.One(ctx, r, `SELECT subject, author FROM inbox_said WHERE kind = 'alarm.raise' AND id = ?`, []any{id}, &a.Subject, &a.By)
	if err != nil || !found {
		return nil, err
	}
	var entry int64
	ended, err := store.One(ctx, r, `SELECT entry FROM inbox_said WHERE subject = ? AND kind = 'alarm.end' AND ref = ? LIMIT 1`, []any{a.Subject, id}, &entry)
	a.Open = !ended
	return &a, err
}
