package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// route is one row of the table: how it is reached, what it takes, what it
// answers, and what a reader of the documentation needs to know.
type route struct {
	method string
	path   string // as in the documents: /v1/sites/{id}; a last {path…} takes slashes too
	name   string // operation id
	tag    string // chapter of the documentation
	doc    string // first sentence is the summary

	query   []param  // what is not here is refused
	headers []param  // those worth telling of
	takes   []string // media types of the body; none = no body
	limit   int64    // bytes of the body; a stream of lines has maxStream
	input   any      // value of the type that a JSON body is read as, or several of them

	gives  []string // media types of the answer
	output any      // value of the type of a JSON answer, or several of them, of which the page shows the first
	status int      // of the good answer; 200 when 0
	errors []int    // that it gives besides 400, 429, 500 and 503

	open     bool // does not ask who asks
	signedIn bool // the public is asked to sign in
	stream   bool // lasts; is counted by itself, not among the requests in flight
	probe    bool // is never refused for its rate

	handle func(*call) error
}

// param is one query parameter.
type param struct {
	name, doc string
	kind      string // "string", "integer", "number", "boolean", or "array" for one that may stand several times
	example   string
}

const (
	mediaJSON    = "application/json"
	mediaNDJSON  = "application/x-ndjson"
	mediaCSV     = "text/csv"
	mediaGeoJSON = "application/geo+json"
	mediaText    = "text/plain; charset=utf-8"
	mediaEvents  = "text/event-stream"
	mediaBytes   = "application/octet-stream"
	mediaDSSE    = "application/vnd.dsse.envelope.v1+json"
	mediaProblem = "application/problem+json"
)

// pattern is the path as http.ServeMux wants it.
func (r *route) pattern() string { return strings.ReplaceAll(r.path, "…", "...") }

// documented is the path as OpenAPI writes it.
func (r *route) documented() string { return strings.ReplaceAll(r.path, "…", "") }

func (r *route) takesMedia(media string) bool { return slices.Contains(r.takes, media) }

func (r *route) queryNames() []string {
	names := make([]string, len(r.query))
	for i, p := range r.query {
		names[i] = p.name
	}
	if len(names) == 0 {
		return []string{"none"}
	}
	return names
}

// pathValues are the names in braces.
func (r *route) pathValues() (names []string) {
	for _, part := range strings.Split(r.documented(), "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}

func (r *route) good() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return r.status
}

// typeOf is the type of a value that stands for its type in the table; the first one
// of several.
func typeOf(v any) reflect.Type {
	if several, ok := v.([]any); ok {
		v = several[0]
	}
	return reflect.TypeOf(v)
}

// summary is the first sentence of doc.
func (r *route) summary() string {
	if i := strings.Index(r.doc, ". "); i >= 0 {
		return r.doc[:i]
	}
	return strings.TrimSuffix(r.doc, ".")
}
