package tabular

import (
	"regexp"
	"slices"
	"strings"

	"truce"
)

// target is what a column means. The zero target means nothing to us.
type target struct {
	path   string         // of a field, see ImportFields; "-" is left out on purpose
	lang   string         // of a name, BCP 47
	kind   string         // of a name, see truce.NameCodes
	source string         // of an external id
	chain  []*truce.Field // from the body down to the value, for the plain fields
}

// leftOut is the target of a column that was asked to be left out, and of the
// errors column of our own copies of rejects.
const leftOut = "-"

func (t target) known() bool { return t.path != "" }

// String is the target as --map takes it and as Summary.Mapping tells it.
func (t target) String() string {
	switch {
	case t.path == "names":
		return strings.Join(slices.DeleteFunc([]string{"names", t.lang, t.kind}, func(s string) bool { return s == "" }), ".")
	case t.path == "externalIds":
		return "externalIds:" + t.source
	}
	return t.path
}

// positionFields say where something is. They are put together to one place.
var positionFields = []string{"lat", "lon", "lat.dms", "lon.dms", "coord", "utm.easting", "utm.northing", "utm.zone", "geometry", "coord.accuracyM", "coord.datum"}

// schema is what an object has: its fields, and the paths that a column can
// be mapped to.
type schema struct {
	object string
	fields []truce.Field
	typed  string // the field that "type" stands for
	paths  map[string][]*truce.Field
}

// schemas are the objects that can be imported.
var schemas = map[string]*schema{
	"site":     newSchema("site", truce.SiteFields, "function"),
	"area":     newSchema("area", truce.AreaFields, "areaKind"),
	"movement": newSchema("movement", truce.MovementFields, "purpose"),
}

func newSchema(object string, fields []truce.Field, typed string) *schema {
	s := &schema{object: object, fields: fields, typed: typed, paths: map[string][]*truce.Field{}}
	s.collect(fields, "", nil)
	for _, p := range positionFields {
		s.paths[p] = nil
	}
	if object == "movement" {
		s.paths["legs.bufferM"] = nil
	}
	return s
}

// builtFields are put together by us and no column is taken for them.
var builtFields = []string{"names", "externalIds", "geometry", "coord.entered", "coord.format", "legs.route", "legs.halts", "checkIns", "vehicles.photos", "markings.photos", "duress"}

// collect gathers the paths to all plain values.
func (s *schema) collect(fields []truce.Field, prefix string, above []*truce.Field) {
	for i := range fields {
		f := &fields[i]
		path := prefix + f.Name
		chain := append(slices.Clone(above), f)
		switch {
		case slices.Contains(builtFields, path) || f.Type == truce.Shape:
		case f.Type == truce.Group || f.Type == truce.List:
			s.collect(f.Of, path+".", chain)
		default:
			s.paths[path] = chain
		}
	}
}

// ImportFields lists what a column can be mapped to for an object ("site",
// "area" or "movement"), sorted. Beside these, names take a language and a
// kind ("names.ar", "names.alias", "names.ar.former"), an external id the list
// it is from ("externalIds:osm"), and "-" leaves a column out.
func ImportFields(object string) []string {
	s, ok := schemas[object]
	if !ok {
		return nil
	}
	out := []string{"names", "externalIds"}
	for p := range s.paths {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

var langTag = regexp.MustCompile(`^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$`)

// parseTarget reads a target as written after --map. column is the heading,
// the source of an external id that names none.
func (s *schema) parseTarget(text, column string) (target, bool) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "externalIds"); ok && (rest == "" || rest[0] == ':') {
		return target{path: "externalIds", source: orElse(strings.TrimPrefix(rest, ":"), column)}, true
	}
	if text == "names" || strings.HasPrefix(text, "names.") {
		return nameTarget(strings.Split(text, ".")[1:])
	}
	switch text {
	case leftOut:
		return target{path: leftOut}, true
	case "type":
		text = s.typed
	case "accuracy":
		text = "coord.accuracyM"
	case "name":
		return target{path: "names"}, true
	}
	chain, ok := s.paths[text]
	if !ok {
		return target{}, false
	}
	return target{path: text, chain: chain}, true
}

// nameTarget reads what follows "names.": a language, a kind, or both.
func nameTarget(parts []string) (target, bool) {
	t := target{path: "names"}
	for _, p := range parts {
		switch {
		case truce.NameCodes.Has(p) && t.kind == "":
			t.kind = p
		case langTag.MatchString(p) && t.lang == "":
			t.lang = p
		default:
			return target{}, false
		}
	}
	return t, true
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// recognise finds what a heading means: by the paths of our own fields, by the
// aliases, and for names with the language taken off.
func (s *schema) recognise(heading string) target {
	if t, ok := s.parseTarget(heading, heading); ok && strings.TrimSpace(heading) != leftOut {
		return t
	}
	key, words := headingKey(heading)
	if t, ok := s.byAlias(key, heading); ok {
		return t
	}
	if t := s.nameInLanguage(heading, words); t.known() {
		return t
	}
	if t, ok := s.byAlias(plainHeading(heading), heading); ok {
		return t
	}
	if i := strings.LastIndexByte(heading, '/'); i >= 0 { // group/question, as KoBo writes it
		return s.recognise(heading[i+1:])
	}
	return target{}
}

func (s *schema) byAlias(key, heading string) (target, bool) {
	field, ok := aliasIndex()[key]
	if !ok {
		return target{}, false
	}
	if s.object == "movement" {
		field = orElse(movementFields[field], field)
	}
	return s.parseTarget(field, heading)
}

// movementFields are the headings that mean something else for a movement.
var movementFields = map[string]string{"validFrom": "legs.plannedStart", "validUntil": "legs.plannedEnd"}

var bracketed = regexp.MustCompile(`\([^()]*\)|\[[^\[\]]*\]`)

// plainHeading is the key of a heading without what stands in brackets, such as
// a unit.
func plainHeading(heading string) string {
	key, _ := headingKey(bracketed.ReplaceAllString(heading, " "))
	return key
}

// nameInLanguage takes a language off the end or the beginning of a heading and
// looks whether the rest is a word for name.
func (s *schema) nameInLanguage(heading string, words []string) target {
	if tag, ok := strings.CutPrefix(heading, "name:"); ok && langTag.MatchString(tag) { // OpenStreetMap
		return target{path: "names", lang: tag}
	}
	if len(words) < 2 {
		return target{}
	}
	last := len(words) - 1
	for _, split := range []struct {
		lang string
		rest []string
	}{{words[last], words[:last]}, {words[0], words[1:]}} {
		lang := languageIndex()[split.lang]
		t, ok := s.byAlias(strings.Join(split.rest, ""), heading)
		if lang != "" && ok && t.path == "names" {
			t.lang = lang
			return t
		}
	}
	return target{}
}

// weakSources are headings that many lists use for numbers of their own. The
// same number in another list is another thing.
var weakSources = map[string]bool{
	"id": true, "ids": true, "fid": true, "gid": true, "objectid": true, "code": true, "codes": true, "ref": true, "reference": true,
	"recordid": true, "identifier": true, "siteid": true, "sitecode": true, "facilityid": true, "facilitycode": true, "locationid": true,
	"locationcode": true, "uid": true, "uniqueid": true, "identifiant": true, "codigo": true, "identificador": true, "код": true,
	"идентификатор": true, "ідентифікатор": true, "المعرف": true, "رمز": true, "الرمز": true, "الكود": true, "كود": true, "hcid": true,
}

func weakSource(source string) bool {
	key, _ := headingKey(source)
	return weakSources[key]
}
