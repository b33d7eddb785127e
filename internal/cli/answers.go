package cli

import (
	"encoding/json"
	"time"

	"truce"
	"truce/internal/api"
)

// The --json forms that a data folder and a server have in common. They are those
// of the HTTP interface without its links; docs/cli.md lists them.

// item is one site, area or movement, without links.
type item api.Item

// What an item and a party are made of.
type (
	contest   = api.Contest
	grant     = api.Grant
	version   = api.Version
	keyAnswer = api.KeyView
)

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

// partyAnswer is one party, with its keys where one party is asked for.
type partyAnswer api.PartyView

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
