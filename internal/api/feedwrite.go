package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"truce"
)

// What follows writes lines of a feed as encoding/json would, at a tenth of its
// price: a page of a feed is thousands of them, most of it bytes that are JSON already.
// TestFeedIsWritten compares the two.

func (p *FeedPage) appendJSON(b []byte) []byte {
	b = append(append(b, `{"asOf":`...), encodeJSON(p.AsOf)...)
	b = append(b, `,"items":[`...)
	for i, item := range p.Items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item.JSON()...)
	}
	b = strconv.AppendInt(append(b, `],"last":`...), p.Last, 10)
	b = strconv.AppendBool(append(b, `,"more":`...), p.More)
	return append(b, '}')
}

// JSON is the line as GET /v1/feed shows it.
func (it *FeedItem) JSON() json.RawMessage {
	if it.written != nil {
		return it.written
	}
	return it.appendJSON(nil)
}

func (it *FeedItem) appendJSON(b []byte) []byte {
	if it.Statement != nil {
		b = slices.Grow(b, 1000+len(it.Statement.Body)+len(it.Statement.Envelope))
	}
	b = strconv.AppendInt(append(b, `{"entry":`...), it.Entry, 10)
	b = strconv.AppendInt(append(b, `,"prev":`...), it.Prev, 10)
	b = appendTime(append(b, `,"at":`...), it.At)
	b = truce.AppendJSONText(append(b, `,"subject":`...), it.Subject)
	b = truce.AppendJSONText(append(b, `,"what":`...), it.What)
	b = truce.AppendJSONText(append(b, `,"version":`...), it.Version)
	b = strconv.AppendBool(append(b, `,"answer":`...), it.Answer)
	if len(it.Changes) > 0 {
		b = append(append(b, `,"changes":`...), encodeJSON(it.Changes)...)
	}
	if it.Statement != nil {
		b = it.Statement.appendJSON(append(b, `,"statement":`...))
	}
	if it.Content != nil {
		b = it.Content.appendJSON(append(b, `,"content":`...))
	}
	return append(b, '}')
}

func (v *StatementView) appendJSON(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"entry":`...), v.Entry, 10)
	b = truce.AppendJSONText(append(b, `,"id":`...), v.ID)
	b = appendTime(append(b, `,"received":`...), v.Received)
	b = truce.AppendJSONText(append(b, `,"kind":`...), string(v.Kind))
	b = truce.AppendJSONText(append(b, `,"subject":`...), v.Subject)
	b = appendOptional(b, `,"author":`, v.Author)
	b = truce.AppendJSONText(append(b, `,"status":`...), string(v.Status))
	b = appendOptional(b, `,"replaces":`, v.Replaces)
	b = appendOptional(b, `,"lang":`, v.Lang)
	b = appendBody(b, v.Body)
	b = strconv.AppendBool(append(b, `,"whole":`...), v.Whole)
	if len(v.Envelope) > 0 { // it was written by package proof, without space
		b = append(append(b, `,"envelope":`...), v.Envelope...)
	}
	return append(v.Links.appendJSON(append(b, `,"links":`...)), '}')
}

func appendOptional(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return truce.AppendJSONText(append(b, name...), text)
}

func (l Links) appendJSON(b []byte) []byte {
	if l == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i, name := range slices.Sorted(maps.Keys(l)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = truce.AppendJSONText(append(truce.AppendJSONText(b, name), ':'), l[name])
	}
	return append(b, '}')
}

// appendBody writes what was taken as JSON once, without the space between its parts:
// a line end in it would end a line of an event stream.
func appendBody(b []byte, raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return b
	}
	b = append(b, `,"body":`...)
	text := false // inside one
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case text && c == '\\':
			b = append(b, c)
			if i++; i < len(raw) {
				b = append(b, raw[i])
			}
			continue
		case c == '"':
			text = !text
		case !text && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		}
		b = append(b, c)
	}
	return b
}

func appendTime(b []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"')
}
