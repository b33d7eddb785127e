package api

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/yaml"
)

// describe makes the OpenAPI document out of the table of routes. The library
// writes 3.1; it is served as 3.0.3, which more tools read (OGC API Features
// demands it too).
func (s *Server) describe() []byte {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info:    &huma.Info{Title: "Truce", Version: "v1", Description: introduction},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token": {Type: "http", Scheme: "bearer", Description: "token of POST /v1/auth/token, valid for a quarter of an hour"},
		}},
	}
	for _, t := range tags {
		doc.Tags = append(doc.Tags, &huma.Tag{Name: t.name, Description: t.doc})
	}
	for _, rt := range s.routes {
		doc.AddOperation(rt.operation(registry))
	}
	openAnswers(registry)
	out, err := doc.Downgrade()
	if err != nil {
		panic(fmt.Sprintf("api: the description cannot be written: %v", err)) // made of constants
	}
	return out
}

// openAnswers lets answers have members that this version does not know: a later
// one adds some. What is sent to us stays closed.
func openAnswers(registry huma.Registry) {
	for name, s := range registry.Map() {
		if !slices.Contains([]string{"Question", "Questions", "ChallengeRequest", "SignedStatement", "SignatureLine"}, name) {
			s.AdditionalProperties = nil
		}
	}
}

// schemaName is the name of a type in the document: types of other packages
// carry their package's name, as check.AsOf and our AsOf are two.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	elem, _ := element(t)
	if pkg, ok := strings.CutPrefix(elem.PkgPath(), "truce/"); ok && pkg != "internal/api" && elem.Kind() == reflect.Struct {
		pkg = pkg[strings.LastIndexByte(pkg, '/')+1:]
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

func (r *route) operation(reg huma.Registry) *huma.Operation {
	op := &huma.Operation{Method: r.method, Path: r.documented(), OperationID: r.name, Tags: []string{r.tag},
		Summary: r.summary(), Description: r.doc, Responses: map[string]*huma.Response{}}
	for _, name := range r.pathValues() {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}, Description: pathDocs[name]})
	}
	for _, p := range r.query {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "query", Description: p.doc, Example: p.example, Schema: p.schema()})
	}
	for _, p := range r.headers {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "header", Description: p.doc, Schema: &huma.Schema{Type: p.kind}})
	}
	if len(r.takes) > 0 {
		op.RequestBody = &huma.RequestBody{Required: true, Content: r.content(reg, r.takes, r.input)}
	}
	op.Responses[strconv.Itoa(r.good())] = &huma.Response{Description: http.StatusText(r.good()), Content: r.content(reg, r.gives, r.output)}
	for _, status := range r.refusals() {
		op.Responses[strconv.Itoa(status)] = problemResponse(reg, status)
	}
	op.Security = []map[string][]string{}
	if !r.open {
		op.Security = append(op.Security, map[string][]string{"token": {}})
		if !r.signedIn {
			op.Security = append(op.Security, map[string][]string{})
		}
	}
	return op
}

func (p param) schema() *huma.Schema {
	s := &huma.Schema{Type: p.kind}
	if p.kind == "array" {
		s.Items = &huma.Schema{Type: "string"}
	}
	return s
}

func (r *route) content(reg huma.Registry, medias []string, typed any) map[string]*huma.MediaType {
	out := map[string]*huma.MediaType{}
	for _, m := range medias {
		media, _, _ := strings.Cut(m, ";")
		out[media] = &huma.MediaType{Schema: schemaOf(reg, m, typed)}
	}
	return out
}

// schemaOf is the schema of a JSON body; of other media only that they are text
// or bytes, as OpenAPI cannot say more of them.
func schemaOf(reg huma.Registry, media string, typed any) *huma.Schema {
	if media == mediaJSON || media == mediaDSSE {
		if typed == nil {
			return &huma.Schema{Type: "object"}
		}
		if either, ok := typed.([]any); ok {
			s := &huma.Schema{}
			for _, v := range either {
				s.OneOf = append(s.OneOf, reg.Schema(typeOf(v), true, "Body"))
			}
			return s
		}
		return reg.Schema(typeOf(typed), true, "Body")
	}
	if strings.HasPrefix(media, "text/") || media == mediaNDJSON || media == mediaGeoJSON {
		return &huma.Schema{Type: "string"}
	}
	return &huma.Schema{Type: "string", Description: "bytes"}
}

func (r *route) refusals() []int {
	all := append([]int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}, r.errors...)
	if len(r.takes) > 0 {
		all = append(all, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if !r.open {
		all = append(all, http.StatusUnauthorized)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func problemResponse(reg huma.Registry, status int) *huma.Response {
	return &huma.Response{Description: http.StatusText(status), Content: map[string]*huma.MediaType{
		mediaProblem: {Schema: reg.Schema(reflect.TypeFor[Problem](), true, "Problem")},
	}}
}

func (c *call) openAPIJSON() error { return c.public(mediaJSON, c.document) }

func (c *call) openAPIYAML() error {
	var b bytes.Buffer
	if err := yaml.Convert(&b, bytes.NewReader(c.document)); err != nil {
		return err
	}
	return c.public("application/yaml", b.Bytes())
}

// public answers with what is the same for everybody.
func (c *call) public(media string, body []byte) error {
	c.w.Header().Set("Cache-Control", "public, max-age=300")
	if c.unchanged(tagOf(body)) {
		return nil
	}
	return c.send(http.StatusOK, media, body)
}
