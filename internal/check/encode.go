package check

import (
	"encoding/json"
	"strconv"
	"time"

	"truce"
)

// Encoder writes answers as JSON, in the bytes of an encoding/json Encoder that does
// not escape for HTML. What many answers share is encoded once. It is for one
// goroutine at a time; the zero Encoder is ready.
type Encoder struct {
	asOf     AsOf
	asOfText []byte

	notices [16]encodedText // told last, each in the place of its length
}

type encodedText struct {
	text string
	json []byte
}

// Members appends the members of an answer, without braces round them. Its lists of
// raw JSON must be compact, as those of CheckMany are.
func (e *Encoder) Members(out []byte, a *Answer) []byte {
	out = append(append(out, `"asOf":`...), e.AsOf(a.AsOf)...)
	out = e.Found(append(out, ','), a)
	return append(append(out, `,"notice":`...), e.Notice(a.Notice)...)
}

// AsOf gives as of what an answer holds. It is good until the next call.
func (e *Encoder) AsOf(a AsOf) []byte {
	if e.asOfText != nil && a == e.asOf {
		return e.asOfText
	}
	out := strconv.AppendInt(append(e.asOfText[:0], `{"logSize":`...), a.LogSize, 10)
	out = truce.AppendJSONText(append(out, `,"root":`...), a.Root)
	out = strconv.AppendInt(append(out, `,"lastEntry":`...), a.LastEntry, 10)
	out = appendTime(append(out, `,"lastEntryTime":`...), a.LastEntryTime)
	out = truce.AppendJSONNumber(append(out, `,"ageS":`...), a.AgeS)
	out = truce.AppendJSONText(append(out, `,"register":`...), a.Register)
	out = strconv.AppendBool(append(out, `,"exercise":`...), a.Exercise)
	out = strconv.AppendInt(append(out, `,"lag":`...), a.Lag, 10)
	e.asOf, e.asOfText = a, append(out, '}')
	return e.asOfText
}

// Notice gives a notice as JSON. It must not be changed.
func (e *Encoder) Notice(text string) []byte {
	kept := &e.notices[len(text)%len(e.notices)]
	if kept.json == nil || kept.text != text {
		*kept = encodedText{text, truce.AppendJSONText(nil, text)}
	}
	return kept.json
}

// Found appends the members of an answer that are its own: all but asOf and notice.
func (e *Encoder) Found(out []byte, a *Answer) []byte {
	out = a.Query.append(append(out, `"query":`...))
	out = append(out, `,"protections":[`...)
	for i := range a.Protections {
		if i > 0 {
			out = append(out, ',')
		}
		out = a.Protections[i].append(out)
	}
	out = appendRaw(append(out, `],"agreements":`...), a.Agreements)
	return appendRaw(append(out, `,"windows":`...), a.Windows)
}

func (q *Echo) append(out []byte) []byte {
	out = truce.AppendJSONText(append(out, `{"shape":`...), q.Shape)
	out = truce.AppendJSONNumber(append(out, `,"radiusM":`...), q.RadiusM)
	out = appendTime(append(out, `,"from":`...), q.From)
	out = appendTime(append(out, `,"until":`...), q.Until)
	if q.AsKnownAt != 0 {
		out = strconv.AppendInt(append(out, `,"asKnownAt":`...), q.AsKnownAt, 10)
	}
	return append(out, '}')
}

func (p *Protection) append(out []byte) []byte {
	out = truce.AppendJSONText(append(out, `{"id":`...), p.ID)
	out = truce.AppendJSONText(append(out, `,"kind":`...), p.Kind)
	out = truce.AppendJSONText(append(out, `,"type":`...), p.Type)
	out = truce.AppendJSONText(append(out, `,"name":`...), p.Name)
	out = appendUnlessEmpty(out, `,"operator":`, p.Operator)
	out = truce.AppendJSONNumber(append(out, `,"distanceM":`...), p.DistanceM)
	if p.AccuracyM != 0 {
		out = truce.AppendJSONNumber(append(out, `,"accuracyM":`...), p.AccuracyM)
	}
	out = truce.AppendJSONText(append(out, `,"state":`...), string(p.State))
	out = appendOptional(out, `,"inForceFrom":`, p.InForceFrom)
	out = appendOptional(out, `,"inForceUntil":`, p.InForceUntil)
	out = appendOptional(out, `,"revalidateBy":`, p.RevalidateBy)
	out = appendUnlessEmpty(out, `,"withdrawn":`, p.Withdrawn)
	out = strconv.AppendBool(append(out, `,"contested":`...), p.Contested)
	out = truce.AppendJSONText(append(out, `,"verification":`...), p.Verification)
	if p.Differs {
		out = append(out, `,"differs":true`...)
	}
	if p.Leg != nil {
		out = strconv.AppendInt(append(out, `,"leg":`...), int64(*p.Leg), 10)
	}
	out = appendUnlessEmpty(out, `,"part":`, p.Part)
	out = strconv.AppendInt(append(out, `,"entry":`...), p.Entry, 10)
	out = truce.AppendJSONText(append(out, `,"version":`...), p.Version)
	out = truce.AppendJSONText(append(out, `,"status":`...), string(p.Status))
	return append(strconv.AppendBool(append(out, `,"exercise":`...), p.Exercise), '}')
}

func appendUnlessEmpty(out []byte, name, text string) []byte {
	if text == "" {
		return out
	}
	return truce.AppendJSONText(append(out, name...), text)
}

func appendOptional(out []byte, name string, t *time.Time) []byte {
	if t == nil {
		return out
	}
	return appendTime(append(out, name...), *t)
}

// appendTime writes a time of which the year has four digits, as encoding/json does.
func appendTime(out []byte, t time.Time) []byte {
	return append(t.AppendFormat(append(out, '"'), time.RFC3339Nano), '"')
}

func appendRaw(out []byte, list []json.RawMessage) []byte {
	out = append(out, '[')
	for i, raw := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, raw...)
	}
	return append(out, ']')
}
