package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"

	"rsc.io/qr"

	"truce"
	"truce/geo"
	"truce/internal/i18n"
)

// Sheets are what is printed for one party.
type Sheets struct {
	Register string
	Party    truce.PartyID
	Lang     i18n.Lang
	Exercise bool
	Size     int64     // log size that they are true for
	Root     string    // of the log at that size
	At       time.Time // when they were made, UTC
	Entries  []Entry
}

// Entry is one object that the party was told of.
type Entry struct {
	Entry   int64
	Subject string
	What    string // see view.ToldNew and the others
	Version string // statement id
	Body    json.RawMessage
}

// perSheet is how many entries stand on one sheet of A4.
const perSheet = 6

// maxEntries bounds what is printed at one time: a thousand sheets.
const maxEntries = 6000

// drawn is an entry as it is printed.
type drawn struct {
	Entry
	Name, Kind, WhatText, Code string
	DD, DMS, MGRS              string
	Extent                     string
	QR                         template.HTML
}

type sheet struct {
	Page    string
	Entries []drawn
}

// page is the document: A4, black on white, no colours that a copier loses.
var page = template.Must(template.New("sheet").Parse(`<!doctype html>
<html lang="{{.Lang}}" dir="{{.Dir}}"><head><meta charset="utf-8"><title>{{.Title}}</title>
<style>@page{size:A4;margin:12mm}body{font:10pt/1.3 sans-serif;margin:0}section{page-break-after:always}table{width:100%;border-collapse:collapse}
td{border:1px solid #000;padding:2mm;vertical-align:top}td.q{width:28mm}svg{width:26mm;height:26mm}.c{font:bold 14pt monospace;white-space:nowrap}.m{font-family:monospace;unicode-bidi:isolate;direction:ltr}
h1{font-size:13pt;margin:0 0 1mm}p{margin:0 0 1mm}.x{border:2px solid #000;padding:1mm;font-weight:bold}</style></head><body>
{{range .Sheets}}<section><h1>{{$.Title}}</h1>{{if $.Exercise}}<p class="x">{{$.Exercise}}</p>{{end}}<p>{{$.AsOf}} · <span class="m">{{$.Root}}</span> · {{.Page}}</p><p>{{$.Law}}</p><p>{{$.Answers}}</p>
<table>{{range .Entries}}<tr><td><p><b>{{.Name}}</b> · {{.Kind}} · {{.WhatText}}</p><p>{{$.EntryWord}} {{.Entry.Entry}} · <span class="m">{{.Subject}}</span></p>
{{if .DD}}<p>{{$.Place}}: <span class="m">{{.DD}}</span> · <span class="m">{{.DMS}}</span> · <span class="m">{{.MGRS}}</span>{{if .Extent}} · {{.Extent}}{{end}}</p>{{end}}
<p>{{$.CodeWord}}: <span class="c m">{{.Code}}</span></p><p class="m">{{.Version}}</p></td><td class="q">{{.QR}}</td></tr>{{end}}</table></section>
{{end}}</body></html>
`))

// Draw gives the sheets as one HTML document that prints on A4 and loads nothing.
// Too many entries are CodeTooLarge.
func Draw(s *Sheets) ([]byte, error) {
	if len(s.Entries) > maxEntries {
		return nil, truce.E(truce.CodeTooLarge, "at most %d entries are printed at a time, these are %d", maxEntries, len(s.Entries)).WithHint("take a pack: truce pack pull")
	}
	say := func(key string, args i18n.Args) string { return i18n.Text(s.Lang, key, args) }
	v := struct {
		Lang, Dir, Title, Exercise, AsOf, Root, Law, EntryWord, Place, CodeWord, Answers string
		Sheets                                                                           []sheet
	}{Lang: string(s.Lang), Dir: "ltr", Title: say("sheet.title", i18n.Args{"party": s.Party}), Root: s.Root, Law: say("public.law", nil), EntryWord: say("sheet.entry", nil),
		Place: say("sheet.place", nil), CodeWord: say("sheet.code", nil), Answers: answers(s.Lang), AsOf: say("public.asOf", i18n.Args{"entry": s.Size - 1, "time": s.At.UTC().Format("2006-01-02 15:04Z")})}
	if s.Lang.RightToLeft() {
		v.Dir = "rtl"
	}
	if s.Exercise {
		v.Exercise = say("public.exercise", nil)
	}
	of := (len(s.Entries) + perSheet - 1) / perSheet
	for i := 0; i < len(s.Entries); i += perSheet {
		page := sheet{Page: say("sheet.page", i18n.Args{"n": i/perSheet + 1, "of": of})}
		for _, e := range s.Entries[i:min(i+perSheet, len(s.Entries))] {
			d, err := s.draw(e)
			if err != nil {
				return nil, err
			}
			page.Entries = append(page.Entries, *d)
		}
		v.Sheets = append(v.Sheets, page)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "the sheets cannot be drawn")
	}
	return b.Bytes(), nil
}

// answers are the words that a desk answers in, with their icons.
func answers(lang i18n.Lang) string {
	words := make([]string, len(i18n.Levels()))
	for i, level := range i18n.Levels() {
		words[i] = i18n.LevelIcon(level) + " " + i18n.Text(lang, "level."+level, nil)
	}
	return i18n.Text(lang, "sheet.answers", nil) + ": " + strings.Join(words, " · ")
}

func (s *Sheets) draw(e Entry) (*drawn, error) {
	d := &drawn{Entry: e, Name: e.Subject, WhatText: i18n.Text(s.Lang, "what."+e.What, nil), Code: Code(s.Party, e.Version)}
	d.Kind, _, _ = strings.Cut(e.Subject, "-")
	code, err := svg(s.Register + "#" + e.Version)
	if err != nil {
		return nil, err
	}
	d.QR = code
	c, err := truce.ParseContent(e.Body)
	if err != nil {
		return d, nil // of what may not be read there is nothing to print
	}
	if name := c.Title(); name != "" {
		d.Name = name
	}
	if kind := c.Type(); kind != "" {
		d.Kind = kind
	}
	d.place(c)
	return d, nil
}

// place prints where the middle of the object is, and how far it reaches.
func (d *drawn) place(c *truce.Content) {
	var shape geo.Shape
	if len(c.Geometry) == 0 || json.Unmarshal(c.Geometry, &shape) != nil || shape.IsZero() {
		return
	}
	p := shape.Centre()
	d.DD, d.DMS = geo.FormatDD(p, 5), geo.FormatDMS(p, 1)
	d.MGRS, _ = geo.FormatMGRS(p, 10) // there is none only where no such grid is
	if reach := shape.ExtentM(); reach >= 1 {
		d.Extent = fmt.Sprintf("± %.0f m", reach)
	}
}

// svg draws a QR code of text (ISO/IEC 18004), with the quiet zone of four modules.
func svg(text string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", truce.Wrap(truce.CodeInternal, err, "a QR code cannot be drawn")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 %d %d" shape-rendering="crispEdges"><path d="`, code.Size+8, code.Size+8)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()), nil // made of numbers alone
}
