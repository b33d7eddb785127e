package truce

import "encoding/json"

// Name is one name of an object or party.
type Name struct {
	Text string `json:"text"`
	Lang string `json:"lang,omitempty"`
	Kind string `json:"kind,omitempty"` // see NameCodes
}

// Key is a public key that a key list puts in use.
type ListedKey struct {
	Key    string  `json:"key"` // "ed25519:" and base64url
	Scopes []Scope `json:"scopes"`
	Label  string  `json:"label,omitempty"`
}

// Root is the k-of-n root of a party.
type Root struct {
	Threshold  int      `json:"threshold"`
	Keys       []string `json:"keys"`
	Invitation string   `json:"invitation,omitempty"`
}

// External is the id of an object in another list.
type External struct {
	Source string `json:"source"`
	ID     string `json:"id"`
}

// Content is the reading of the body of a registered object that views and
// checks need; the body itself stays as it was signed.
type Content struct {
	Names        []Name          `json:"names"`
	Function     string          `json:"function"`  // sites
	AreaKind     string          `json:"areaKind"`  // areas
	Purpose      string          `json:"purpose"`   // movements
	Emergency    bool            `json:"emergency"` // movements
	OperatorOrg  string          `json:"operatorOrg"`
	Geometry     json.RawMessage `json:"geometry"` // sites and areas; see package geo
	Legs         []LegContent    `json:"legs"`     // movements
	ValidFrom    When            `json:"validFrom"`
	ValidUntil   When            `json:"validUntil"`
	RevalidateBy When            `json:"revalidateBy"`
	Parent       string          `json:"parent"`
	ExternalIDs  []External      `json:"externalIds"`
	Admin        struct {
		Country string `json:"country"`
	} `json:"admin"`
}

// PlaceContent is the reading of a named place: its shape, if it has one.
type PlaceContent struct {
	Point json.RawMessage `json:"point"`
}

// LegContent is the reading of one leg of a movement: its shapes and times.
type LegContent struct {
	From         PlaceContent    `json:"from"`
	To           PlaceContent    `json:"to"`
	Route        json.RawMessage `json:"route"`
	PlannedStart When            `json:"plannedStart"`
	PlannedEnd   When            `json:"plannedEnd"`
	Halts        []struct {
		Point json.RawMessage `json:"point"`
		From  When            `json:"from"`
		Until When            `json:"until"`
	} `json:"halts"`
}

// ParseContent reads the body of a register or amend statement, which
// ParseStatement has passed. Members that Content does not have are passed over
// without being decoded.
func ParseContent(body json.RawMessage) (*Content, error) {
	c := &Content{}
	var fault error
	object := Members(body, func(name, value []byte) {
		if err := c.member(string(name), value); err != nil && fault == nil {
			fault = Wrap(CodeInvalid, err, "the value cannot be read").At("/body/" + string(name))
		}
	})
	if !object {
		return nil, E(CodeInvalid, "the body is not an object").At("/body")
	}
	return c, fault
}

func (c *Content) member(name string, value []byte) error {
	switch name {
	case "function":
		return readText(value, &c.Function)
	case "areaKind":
		return readText(value, &c.AreaKind)
	case "purpose":
		return readText(value, &c.Purpose)
	case "operatorOrg":
		return readText(value, &c.OperatorOrg)
	case "parent":
		return readText(value, &c.Parent)
	case "emergency":
		return json.Unmarshal(value, &c.Emergency)
	case "validFrom":
		return c.ValidFrom.UnmarshalJSON(value)
	case "validUntil":
		return c.ValidUntil.UnmarshalJSON(value)
	case "revalidateBy":
		return c.RevalidateBy.UnmarshalJSON(value)
	case "names":
		return json.Unmarshal(value, &c.Names)
	case "geometry":
		c.Geometry = value
	case "legs":
		return json.Unmarshal(value, &c.Legs)
	case "externalIds":
		return json.Unmarshal(value, &c.ExternalIDs)
	case "admin":
		return json.Unmarshal(value, &c.Admin)
	}
	return nil
}

func readText(value []byte, into *string) error {
	text, ok := unquoted(value)
	if !ok {
		return E(CodeInvalid, "a text must stand here")
	}
	*into = text
	return nil
}

// Title is the name to show: the first official one, else the first, else "".
func (c *Content) Title() string {
	for _, n := range c.Names {
		if n.Kind == "" || n.Kind == "official" {
			return n.Text
		}
	}
	if len(c.Names) > 0 {
		return c.Names[0].Text
	}
	return ""
}

// Type is the function, area kind or purpose: what it is in one code.
func (c *Content) Type() string {
	for _, t := range []string{c.Function, c.AreaKind, c.Purpose} {
		if t != "" {
			return t
		}
	}
	return "unspecified"
}
