package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"truce"
)

//go:embed docs.html
var docsText string

var docsPage = template.Must(template.New("docs").Parse(docsText))

// docsStyleHash permits the page's own style and no other (CSP Level 3, hash-source).
var docsStyleHash = func() string {
	var b bytes.Buffer
	if err := docsPage.ExecuteTemplate(&b, "style", nil); err != nil {
		panic(err) // the template is part of the program
	}
	sum := sha256.Sum256(b.Bytes())
	return base64.StdEncoding.EncodeToString(sum[:])
}()

// docsView is what the page shows.
type docsView struct {
	Introduction []string
	Base         string // address under which the reader reached the server
	Chapters     []chapter
	Codes        []codeRow
}

type chapter struct {
	Name, Doc string
	Routes    []docsRoute
}

type docsRoute struct {
	Name, Method, Path, Doc, Access, Example string
	Query                                    []docsParam
	Takes, Gives                             string
	Members                                  []member
}

type docsParam struct{ Name, Kind, Doc, Example string }

type codeRow struct {
	Code, Title string
	Status      int
}

// docs answers with the readable page: made from the table of routes, without
// scripts.
func (c *call) docs() error {
	var b bytes.Buffer
	if err := docsPage.Execute(&b, c.docsView()); err != nil {
		return err
	}
	c.w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+docsStyleHash+"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	c.w.Header().Set("Vary", "Host, Accept-Encoding")
	c.w.Header().Set("Cache-Control", "public, max-age=300")
	return c.send(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
}

func (c *call) docsView() docsView {
	v := docsView{Introduction: strings.Split(introduction, "\n\n"), Base: c.base()}
	for _, t := range tags {
		ch := chapter{Name: t.name, Doc: t.doc}
		for _, rt := range c.routes {
			if rt.tag == t.name {
				ch.Routes = append(ch.Routes, rt.shown(v.Base))
			}
		}
		v.Chapters = append(v.Chapters, ch)
	}
	for _, code := range truce.Codes() {
		v.Codes = append(v.Codes, codeRow{string(code), code.Title(), code.HTTP()})
	}
	return v
}

// base is the address of the server as the reader wrote it.
func (c *call) base() string {
	scheme := "http://"
	if c.r.TLS != nil || c.r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https://"
	}
	return scheme + c.r.Host
}

func (r *route) shown(base string) docsRoute {
	d := docsRoute{Name: r.name, Method: r.method, Path: r.documented(), Doc: r.doc, Takes: strings.Join(r.takes, ", "), Gives: strings.Join(r.gives, ", "),
		Example: r.example(base)}
	switch {
	case r.open:
		d.Access = "for everybody"
	case r.signedIn:
		d.Access = "for parties that have signed in"
	default:
		d.Access = "shows more to parties that have signed in"
	}
	for _, p := range slices.Concat(r.headers, r.query) {
		d.Query = append(d.Query, docsParam{p.name, p.kind, p.doc, p.example})
	}
	if slices.Contains(r.gives, mediaJSON) && r.output != nil {
		d.Members = membersOf(typeOf(r.output))
	}
	return d
}

// example is a command line that works when the words in capitals are filled in.
func (r *route) example(base string) string {
	path := strings.NewReplacer("{id}", "ID", "{n}", "0", "{path}", "0/000.p/1").Replace(r.documented())
	cmd := "curl"
	if r.method != http.MethodGet {
		cmd += " -X " + r.method
	}
	if !r.open {
		cmd += ` -H "Authorization: Bearer $TOKEN"`
	}
	if len(r.takes) > 0 {
		cmd += " -H 'Content-Type: " + r.takes[0] + "' --data-binary @FILE"
	}
	return cmd + " '" + base + path + "'"
}
