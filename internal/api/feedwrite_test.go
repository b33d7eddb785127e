package api

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"truce"
)

// TestFeedIsWritten: what is written by hand is what encoding/json writes.
func TestFeedIsWritten(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9<>&"\\ \x{1}\x{7f}\x{2028}é-]{0,8}`))
	raw := rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage(`{}`), json.RawMessage("{ \"a\" :\n [1, 2.50,\"x \\u2028 <&>\\n\"],\t\"é\u2028\":null}"), json.RawMessage(`"x"`)})
	at := rapid.Custom(func(t *rapid.T) time.Time { return time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "ms")).UTC() })
	rapid.Check(t, func(t *rapid.T) {
		view := func() *StatementView {
			return &StatementView{Entry: rapid.Int64().Draw(t, "entry"), ID: text.Draw(t, "id"), Received: at.Draw(t, "received"), Kind: truce.Kind(text.Draw(t, "kind")),
				Subject: text.Draw(t, "subject"), Author: text.Draw(t, "author"), Status: truce.Status(text.Draw(t, "status")), Replaces: text.Draw(t, "replaces"),
				Lang: text.Draw(t, "lang"), Body: raw.Draw(t, "body"), Whole: rapid.Bool().Draw(t, "whole"), Envelope: rapid.SampledFrom([]json.RawMessage{nil, json.RawMessage(`{"payload":"YQ=="}`)}).Draw(t, "envelope"), Links: Links{"self": text.Draw(t, "self"), "a": "b"}}
		}
		page := &FeedPage{AsOf: AsOf{}, Items: []*FeedItem{}, Last: rapid.Int64().Draw(t, "last"), More: rapid.Bool().Draw(t, "more")}
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			item := &FeedItem{Entry: rapid.Int64().Draw(t, "told"), Prev: rapid.Int64().Draw(t, "prev"), At: at.Draw(t, "at"), Subject: text.Draw(t, "of"), What: text.Draw(t, "what"),
				Version: text.Draw(t, "version"), Answer: rapid.Bool().Draw(t, "answer")}
			if rapid.Bool().Draw(t, "with statement") {
				item.Statement = view()
			}
			if rapid.Bool().Draw(t, "with content") {
				item.Content = view()
			}
			if rapid.Bool().Draw(t, "with changes") {
				item.Changes = []Change{{Path: text.Draw(t, "path"), Was: raw.Draw(t, "was")}}
			}
			page.Items = append(page.Items, item)
		}
		if got, want := page.appendJSON(nil), encodeJSON(page); !bytes.Equal(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	})
}
