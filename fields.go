package truce

// FieldType is the form of a field's value in a body.
type FieldType string

// The forms.
const (
	Text    FieldType = "text"    // string, at most Max runes (default 500)
	Choice  FieldType = "code"    // string out of Codes
	Moment  FieldType = "when"    // see When
	Number  FieldType = "number"  // finite number between Min and Top where Top > Min
	Integer FieldType = "integer" // whole number, same bounds
	Bool    FieldType = "bool"
	Shape   FieldType = "shape"   // geometry, see package geo
	Subject FieldType = "subject" // id of another object
	PartyOf FieldType = "party"   // id of a party
	Hash    FieldType = "hash"    // "sha256:" and 64 lower-case hex digits
	Version FieldType = "version" // statement id: 64 lower-case hex digits
	Key     FieldType = "key"     // "ed25519:" and 43 base64url characters
	Group   FieldType = "group"   // object with the members in Of
	List    FieldType = "list"    // array of objects with the members in Of, at most Max
	Texts   FieldType = "texts"   // array of strings, out of Codes where given
)

// Disclosure groups fields by who may read them; the table of who may read
// which group is in one place (package auth).
type Disclosure string

// The groups of fields.
const (
	DiscloseKind     Disclosure = "kind"     // kind, function, state, times, country: what the public set holds
	DiscloseIdentity Disclosure = "identity" // names, operator, description
	DisclosePosition Disclosure = "position" // where it is
	DiscloseContact  Disclosure = "contact"  // telephones, call signs
	DisclosePeople   Disclosure = "people"   // numbers and leaders of those who travel
	DiscloseInternal Disclosure = "internal" // notes, sources, how it was entered
)

// Field is one member of a body: its form, its bounds, who may read it and
// what it means. Validation, import, documents and disclosure are driven by it.
type Field struct {
	Name     string
	Type     FieldType
	Required bool
	Codes    *CodeTable // for Choice and Texts
	Of       []Field    // for Group and List
	Max      int        // longest text in runes, or most members of a list
	Min, Top float64    // bounds of numbers
	Disclose Disclosure // group; members of Of have their parent's
	Doc      string     // meaning, unit and source
}

// Codes of a table, in order, with their meaning.
type CodeTable struct {
	Name   string // name of the table
	Source string // where the terms come from
	Codes  []CodeMeaning
}

// CodeMeaning is one code and what it stands for.
type CodeMeaning struct{ Code, Meaning string }

// Has reports whether code is in the table.
func (t *CodeTable) Has(code string) bool {
	for _, c := range t.Codes {
		if c.Code == code {
			return true
		}
	}
	return false
}

// List gives the codes alone, in the table's order.
func (t *CodeTable) List() []string {
	out := make([]string, len(t.Codes))
	for i, c := range t.Codes {
		out[i] = c.Code
	}
	return out
}
