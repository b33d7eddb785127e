package tabular

import (
	"slices"
	"strings"
)

// hxlTags say what a column with an HXL tag means (Humanitarian Exchange
// Language 1.1, hashtag dictionary, hxlstandard.org). The attributes written
// must all be on the tag; the first line that fits counts.
var hxlTags = []struct{ tag, field string }{
	{"#geo+lat", "lat"}, {"#geo+lon", "lon"}, {"#geo+coord", "coord"}, {"#geo+latlon", "coord"}, {"#geo+mgrs", "coord"},
	{"#geo+precision", "coord.accuracyM"}, {"#geo+accuracy", "coord.accuracyM"}, {"#geo+radius", "coord.accuracyM"},
	{"#loc+type", "type"}, {"#loc+code", "externalIds"}, {"#loc+id", "externalIds"}, {"#loc+status", "operatingState"},
	{"#loc+name+alt", "names.alias"}, {"#loc+name", "names"}, {"#loc", "names"},
	{"#facility+type", "type"}, {"#facility+code", "externalIds"}, {"#facility", "names"},
	{"#org+support", "supportingAgency"}, {"#org+reporting", "submittingOrg"}, {"#org+code", leftOut}, {"#org", "operatorOrg"},
	{"#date+start", "validFrom"}, {"#date+end", "validUntil"}, {"#date+review", "revalidateBy"},
	{"#meta+id", "externalIds"}, {"#meta+comments", "notes"}, {"#meta+notes", "notes"},
	{"#country", "admin.country"}, {"#adm1", "admin.adm1"}, {"#adm2", "admin.adm2"}, {"#adm3", "admin.adm3"}, {"#adm4", "admin.adm4"},
	{"#status", "operatingState"}, {"#description", "description"},
	{"#contact+phone", "contacts.phone"}, {"#contact+email", "contacts.email"},
}

// recogniseTag finds what an HXL tag means. tag is in lower case without
// white space.
func (s *schema) recogniseTag(tag, heading string) target {
	parts := strings.Split(tag, "+")
	for _, known := range hxlTags {
		want := strings.Split(known.tag, "+")
		if want[0] != parts[0] || !hasAll(parts[1:], want[1:]) {
			continue
		}
		field := known.field
		if s.object == "movement" {
			field = orElse(movementFields[field], field)
		}
		t, _ := s.parseTarget(field, heading)
		if t.path == "names" {
			t.lang = tagLanguage(parts[1:])
		}
		return t
	}
	return target{}
}

func hasAll(have, want []string) bool {
	for _, w := range want {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return true
}

// tagLanguage is the language among the attributes: "+ar", or "+i_ar" as older
// lists write it.
func tagLanguage(attributes []string) string {
	for _, a := range attributes {
		if a = strings.TrimPrefix(a, "i_"); languages[a] != "" {
			return a
		}
	}
	return ""
}
