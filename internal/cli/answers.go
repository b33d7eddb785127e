package cli

import (
	"encoding/json"
	"time"

	"truce"
)

// The --json forms that a data folder and a server have in common. They are those
// of the HTTP interface without its links; docs/cli.md lists them.

// item is one site, area or movement.
type item struct {
	ID           string          `json:"id"`
	Object       string          `json:"object"` // site, area or movement
	Relation     string          `json:"relation"`
	Status       truce.Status    `json:"status,omitempty"`
	Owner        truce.PartyID   `json:"owner,omitempty"`
	State        string          `json:"state,omitempty"`
	Contested    bool            `json:"contested"`
	Verification *ladder         `json:"verification,omitempty"`
	Version      string          `json:"version,omitempty"`
	Entry        *int64          `json:"entry,omitempty"`
	Received     *time.Time      `json:"received,omitempty"`
	Registered   *int64          `json:"registered,omitempty"`
	Audience     truce.Audience  `json:"audience,omitempty"`
	Lang         string          `json:"lang,omitempty"`
	Content      json.RawMessage `json:"content,omitempty"`
	Withdrawn    *withdrawal     `json:"withdrawn,omitempty"`
	Steps        []step          `json:"steps,omitempty"`
	Challenges   []contest       `json:"challenges,omitempty"`
	Consents     []grant         `json:"consents,omitempty"`
	Releases     []grant         `json:"releases,omitempty"`
}

type ladder struct {
	Step    string `json:"step"`
	Entry   int64  `json:"entry"`
	Differs bool   `json:"differs"`
}

type withdrawal struct {
	Entry    int64         `json:"entry"`
	Received time.Time     `json:"received"`
	By       truce.PartyID `json:"by,omitempty"`
	Reason   string        `json:"reason"`
	Text     string        `json:"text,omitempty"`
}

// remark is one statement that was made about an object.
type remark struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Received time.Time       `json:"received"`
	By       truce.PartyID   `json:"by,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
}

type step struct {
	remark
	Step   string `json:"step"`
	Result string `json:"result"`
}

type contest struct {
	remark
	Reason  string   `json:"reason"`
	Answers []remark `json:"answers,omitempty"`
	Closed  *remark  `json:"closed,omitempty"`
	Outcome string   `json:"outcome,omitempty"`
}

type grant struct {
	Recipient truce.PartyID `json:"recipient"`
	By        truce.PartyID `json:"by,omitempty"`
	Entry     int64         `json:"entry"`
	Ended     *int64        `json:"ended,omitempty"`
}

// asOf says as of which state of the log an answer holds.
type asOf struct {
	LogSize int64  `json:"logSize"`
	Root    string `json:"root,omitempty"`
}

type itemList struct {
	AsOf  asOf    `json:"asOf"`
	Items []*item `json:"items"`
	Next  string  `json:"next,omitempty"` // for --after, where there are more
}

// cut leaves limit of the items, of which one more was asked for, and says where
// the rest begins.
func (list *itemList) cut(limit int) {
	if limit > 0 && len(list.Items) > limit {
		list.Items = list.Items[:limit]
		list.Next = list.Items[limit-1].ID
	}
}

// history is what was said about one object, oldest first.
type history struct {
	ID       string    `json:"id"`
	Object   string    `json:"object"`
	AsOf     asOf      `json:"asOf"`
	Versions []version `json:"versions"`
	Entries  []int64   `json:"entries"`
}

type version struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Act      string          `json:"act"`
	By       truce.PartyID   `json:"by,omitempty"`
	Received time.Time       `json:"received"`
	Audience truce.Audience  `json:"audience,omitempty"`
	Lang     string          `json:"lang,omitempty"`
	Body     json.RawMessage `json:"body"`
}

// partyAnswer is one party, with its keys where one party is asked for.
type partyAnswer struct {
	ID        truce.PartyID `json:"id"`
	Names     []truce.Name  `json:"names"`
	Role      truce.Role    `json:"role"`
	Active    bool          `json:"active"`
	Version   string        `json:"version,omitempty"`
	Enrolled  *int64        `json:"enrolled,omitempty"`
	Withdrawn *int64        `json:"withdrawn,omitempty"`
	HasKeys   *bool         `json:"hasKeys,omitempty"` // of one party only
	Keys      []keyAnswer   `json:"keys,omitempty"`
}

type keyAnswer struct {
	Key     string        `json:"key"`
	Use     string        `json:"use"` // root or listed
	Scopes  []truce.Scope `json:"scopes,omitempty"`
	Label   string        `json:"label,omitempty"`
	Counts  bool          `json:"counts"`
	From    int64         `json:"from"`
	Until   *int64        `json:"until,omitempty"`
	Revoked *int64        `json:"revoked,omitempty"`
}

type partyList struct {
	AsOf    asOf          `json:"asOf"`
	Parties []partyAnswer `json:"parties"`
}

// statementAnswer is one statement as it lies in the log.
type statementAnswer struct {
	Entry    int64           `json:"entry"`
	ID       string          `json:"id"`
	Received time.Time       `json:"received"`
	Kind     truce.Kind      `json:"kind,omitempty"` // empty when the content was erased
	Subject  string          `json:"subject,omitempty"`
	Author   truce.PartyID   `json:"author,omitempty"`
	Status   truce.Status    `json:"status,omitempty"`
	Replaces string          `json:"replaces,omitempty"`
	Lang     string          `json:"lang,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
	Whole    bool            `json:"whole"`
	Envelope json.RawMessage `json:"envelope,omitempty"`
}

// outcome is what became of a statement that was submitted.
type outcome struct {
	ID       string     `json:"id,omitempty"`
	Entry    *int64     `json:"entry,omitempty"`
	Received *time.Time `json:"received,omitempty"`
	Known    bool       `json:"known"`
	Err      error      `json:"-"`
}

func entryOrNone(n int64) *int64 {
	if n == truce.NoEntry {
		return nil
	}
	return &n
}
