//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"
	"math"
	"syscall/js"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/i18n"
	"truce/internal/packnotice"
	"truce/pack"
)

// open is the pack that was opened last.
var open *pack.Pack

// The page calls two functions, which answer with JSON: {"error":{…}} or what was
// asked for. truceOpen(bytes, logKey) opens a pack; truceCheck(place, radiusM, time,
// until, lang) asks it; until is empty for an instant.
func main() {
	js.Global().Set("truceOpen", js.FuncOf(func(_ js.Value, args []js.Value) any { return answer(openPack(args)) }))
	js.Global().Set("truceCheck", js.FuncOf(func(_ js.Value, args []js.Value) any { return answer(check(args)) }))
	select {} // the page holds the functions for as long as it lives
}

// fault is an error as the page shows it.
type fault struct {
	Code    truce.Code `json:"code"`
	Message string     `json:"message"`
	Hint    string     `json:"hint,omitempty"`
}

func answer(v any, err error) string {
	if err != nil {
		f := fault{Code: truce.CodeOf(err), Message: err.Error(), Hint: truce.HintOf(err)}
		v = map[string]any{"error": f}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return `{"error":{"code":"internal","message":"the answer cannot be written"}}`
	}
	return string(text)
}

// opened is what the page shows of a pack.
type opened struct {
	pack.Header
	AgeS     float64 `json:"ageS"`
	Stale    bool    `json:"stale"`
	Verified bool    `json:"verified"` // against a key that the page was given, not one that the pack names itself
}

func openPack(args []js.Value) (any, error) {
	if len(args) != 2 {
		return nil, errors.New("truceOpen takes bytes and a key")
	}
	data := make([]byte, args[0].Length())
	js.CopyBytesToGo(data, args[0])
	p, err := pack.Open(data, args[1].String())
	if err != nil {
		return nil, err
	}
	x, err := p.BuildIndex()
	if err != nil {
		return nil, err
	}
	if err := p.Use(x); err != nil {
		return nil, err
	}
	open = p
	age, stale := p.Age(time.Now())
	return opened{p.Header, age.Seconds(), stale, args[1].String() != ""}, nil
}

// asked is an answer with what may be wrong with the coordinate as it was typed.
type asked struct {
	*pack.Answer
	Place geo.Coord  `json:"place"`
	Slips []geo.Slip `json:"slips,omitempty"`
}

func check(args []js.Value) (any, error) {
	if len(args) != 5 {
		return nil, errors.New("truceCheck takes a place, a radius, a time, the end of a period and a language")
	}
	if open == nil {
		return nil, truce.E(truce.CodeUsage, "no pack is open").WithHint("drop a pack on the page first")
	}
	at, err := geo.ParseCoord(args[0].String())
	if err != nil {
		return nil, err
	}
	if at.Ambiguous {
		return nil, truce.E(truce.CodeInvalid, "the coordinate has two readings").WithHint("write it with N and E, or latitude first in decimal degrees")
	}
	q := pack.Query{Shape: geo.PointShape(at.Point, 0), RadiusM: args[1].Float()}
	if math.IsNaN(q.RadiusM) {
		return nil, truce.E(truce.CodeInvalid, "the radius is no number").WithHint("metres, 0 for the place alone")
	}
	now := time.Now().UTC()
	if q.From, err = instant(args[2].String(), now); err != nil {
		return nil, err
	}
	if args[3].String() != "" {
		if q.Until, err = instant(args[3].String(), now); err != nil {
			return nil, err
		}
	}
	a, err := open.Check(q, now)
	if err != nil {
		return nil, err
	}
	if a.Stale && a.Named().None() {
		return nil, open.Fresh(now) // a stale pack that names nothing gives no answer
	}
	a.Notice = packnotice.Of(&a.AsOf, a.Named(), open, i18n.Match(args[4].String()))
	return asked{a, at, at.Slips}, nil
}

func instant(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, truce.E(truce.CodeInvalid, "the time is not one").WithHint("write 2016-08-11T10:00:00Z, or leave it empty for now")
	}
	return t.UTC(), nil
}
