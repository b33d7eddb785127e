package party

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"truce"
	"truce/internal/store"
)

const selectParty = `SELECT p.id, p.role, p.enrolled, p.withdrawn, p.invitation, p.invitation_until, p.invitation_used, s.entry, s.id, s.names
	FROM party p JOIN party_statement s ON s.party = p.id `

// Party is the party of that id as known at log size asOf, or nil where no such
// party is known then.
func (*View) Party(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) (*truce.PartyState, error) {
	all, err := queryParties(ctx, r, asOf, selectParty+`WHERE p.id = ? AND s.entry < ? ORDER BY s.entry DESC LIMIT 1`, id, asOf)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Parties lists every party as known at log size asOf, withdrawn ones too, by id.
func (*View) Parties(ctx context.Context, r store.Reader, asOf int64) ([]truce.PartyState, error) {
	return queryParties(ctx, r, asOf, selectParty+
		`WHERE s.entry = (SELECT MAX(l.entry) FROM party_statement l WHERE l.party = p.id AND l.entry < ?) ORDER BY p.id`, asOf)
}

func queryParties(ctx context.Context, r store.Reader, asOf int64, query string, args ...any) ([]truce.PartyState, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []truce.PartyState
	for rows.Next() {
		p, err := scanParty(rows, asOf)
		if err != nil {
			return nil, err
		}
		out = append(out, *p)
	}
	return out, rows.Err()
}

func scanParty(rows store.Rows, asOf int64) (*truce.PartyState, error) {
	var p truce.PartyState
	var until int64
	var names string
	err := rows.Scan(&p.ID, (*string)(&p.Role), &p.Enrolled, &p.Withdrawn, &p.Invitation, &until, &p.InvitationUsed, &p.Amended, &p.Version, &names)
	if err != nil {
		return nil, err
	}
	p.Withdrawn, p.InvitationUsed = known(p.Withdrawn, asOf), known(p.InvitationUsed, asOf)
	if until != 0 {
		p.InvitationUntil = time.UnixMilli(until).UTC()
	}
	if err := json.Unmarshal([]byte(names), &p.Names); err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the names of a party cannot be read")
	}
	return &p, nil
}

// known hides an entry number that is not below the log size.
func known(entry, asOf int64) int64 {
	if entry >= asOf {
		return truce.NoEntry
	}
	return entry
}

const selectKey = `SELECT k.id, k.party, k.root, k.revoked, p.role, l.entry, l.until, l.scopes, l.label
	FROM party_listing l JOIN party_key k ON k.id = l.id JOIN party p ON p.id = k.party `

// Key is the key of that id as known at log size asOf, or nil where no statement
// has named it till then. See truce.KeyState for what makes it count.
func (*View) Key(ctx context.Context, r store.Reader, keyID string, asOf int64) (*truce.KeyState, error) {
	all, err := queryKeys(ctx, r, asOf, selectKey+`WHERE l.id = ? AND l.entry < ? ORDER BY l.entry DESC LIMIT 1`, keyID, asOf)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Keys lists every key, root or not, in use or not, that was stated for a party
// until log size asOf, as it stands then, oldest first.
func (*View) Keys(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) ([]truce.KeyState, error) {
	return queryKeys(ctx, r, asOf, selectKey+`WHERE l.party = ? AND l.entry =
		(SELECT MAX(n.entry) FROM party_listing n WHERE n.id = l.id AND n.entry < ?) ORDER BY l.entry, l.root, l.place`, id, asOf)
}

func queryKeys(ctx context.Context, r store.Reader, asOf int64, query string, args ...any) ([]truce.KeyState, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []truce.KeyState
	for rows.Next() {
		var k truce.KeyState
		var root int64
		var scopes string
		if err := rows.Scan(&k.Key, &k.Party, &root, &k.Revoked, (*string)(&k.Role), &k.From, &k.Until, &scopes, &k.Label); err != nil {
			return nil, err
		}
		k.Root, k.Scopes = root != 0, splitScopes(scopes)
		k.Revoked, k.Until = known(k.Revoked, asOf), known(k.Until, asOf)
		out = append(out, k)
	}
	return out, rows.Err()
}

// Root is the root of a party as known at log size asOf, or nil where it has none.
func (*View) Root(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) (*truce.RootState, error) {
	root := truce.RootState{Party: id}
	found, err := store.One(ctx, r, `SELECT entry, threshold, until FROM party_root WHERE party = ? AND entry < ? ORDER BY entry DESC LIMIT 1`,
		[]any{id, asOf}, &root.From, &root.Threshold, &root.Until)
	if err != nil || !found {
		return nil, err
	}
	root.Until = known(root.Until, asOf)
	keys, err := queryKeys(ctx, r, asOf, selectKey+`WHERE l.party = ? AND l.root = 1 AND l.entry = ? ORDER BY l.place`, id, root.From)
	for _, k := range keys {
		if k.Revoked != truce.NoEntry {
			root.Revoked = append(root.Revoked, k.Key)
			continue
		}
		root.Keys = append(root.Keys, k.Key)
	}
	return &root, err
}

// RegisterStatus is the status of entry 0: truce.Exercise makes the whole
// register an exercise. Empty while there is no entry.
func (*View) RegisterStatus(ctx context.Context, r store.Reader) (truce.Status, error) {
	var status string
	_, err := store.One(ctx, r, `SELECT status FROM party_register WHERE entry = 0`, nil, &status)
	return truce.Status(status), err
}

// Vouchers are the numbers of the entries that a verifier needs to judge a
// signature by a key for a party just before entry number: the enrolment of the
// party, every root that it had till the key was stated (each is vouched for by
// the one before), and the list that a key in use stands in. Of a key that does
// not count then, enrolment and roots alone: it may be one that the entry itself
// brings in. Ascending; none for a party that was not enrolled.
func (v *View) Vouchers(ctx context.Context, r store.Reader, id truce.PartyID, keyID string, number int64) ([]int64, error) {
	k, err := v.Key(ctx, r, keyID, number)
	if err != nil {
		return nil, err
	}
	counts := k.Usable() && k.Party == id
	before := number // roots below it
	if counts {
		before = k.From + 1
	}
	out, err := numbers(ctx, r, `SELECT enrolled FROM party WHERE id = ? AND enrolled < ?
		UNION SELECT entry FROM party_root WHERE party = ? AND entry < ? ORDER BY 1`, id, number, id, before)
	if err == nil && counts && !k.Root {
		out = append(out, k.From)
	}
	return out, err
}

// KeyEntries lists the numbers of all entries that say whose keys are whose, ascending.
func (*View) KeyEntries(ctx context.Context, r store.Reader) ([]int64, error) {
	return numbers(ctx, r, `SELECT enrolled FROM party UNION SELECT withdrawn FROM party WHERE withdrawn >= 0 UNION SELECT entry FROM party_root
		UNION SELECT entry FROM party_listing UNION SELECT revoked FROM party_key WHERE revoked >= 0 ORDER BY 1`)
}

func numbers(ctx context.Context, r store.Reader, query string, args ...any) ([]int64, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

func joinScopes(scopes []truce.Scope) string {
	texts := make([]string, len(scopes))
	for i, s := range scopes {
		texts[i] = string(s)
	}
	return strings.Join(texts, " ")
}

func splitScopes(s string) []truce.Scope {
	var out []truce.Scope
	for word := range strings.FieldsSeq(s) {
		out = append(out, truce.Scope(word))
	}
	return out
}
