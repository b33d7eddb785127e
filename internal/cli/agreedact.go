package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
)

// agreedAct is a command that says one thing about an agreement or window. Its
// flags are the members of the statement's body, out of the table of kinds.
type agreedAct struct {
	kind    truce.Kind
	object  string // "agreement" or "window"
	name    string // of the command
	example string // what follows the command's name and the id
}

// command makes the command.
func (x agreedAct) command(sh *shell) *cobra.Command {
	spec, _ := truce.SpecOf(x.kind)
	flags := &actFlags{members: map[string]*member{}}
	article := map[string]string{"agreement": "an agreement", "window": "a window"}[x.object]
	group := map[bool]string{true: "corridor", false: x.object}[x.kind.Object() == "corridor"]
	cmd := &cobra.Command{
		Use: strings.TrimSpace(x.name + " " + strings.ToUpper(x.object)), Short: strings.TrimSuffix(firstSentence(spec.Doc), "."),
		Example: strings.TrimRight("  truce "+group+" "+x.name+" "+x.object+"-… "+x.example, " ") + " --data D --key mine.key",
		Args:    exactArgs("the id of " + article),
	}
	w := sh.where(cmd)
	flags.add(cmd, spec.Fields)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := flags.body(cmd, spec.Fields)
		if err != nil {
			return err
		}
		return w.do(cmd.Context(), toWrite, func(r *register) error {
			a, err := r.Agreed(cmd.Context(), x.object, args[0], clocks{})
			if err != nil {
				return err
			}
			if err := flags.bind(sh, body, spec.Fields, a); err != nil {
				return err
			}
			return sh.sayIn(cmd.Context(), r, x.kind, args[0], body, a.sameStatus())
		})
	}
	return cmd
}

func firstSentence(doc string) string {
	if i := strings.IndexAny(doc, ".;"); i > 0 {
		return doc[:i]
	}
	return doc
}

// sameStatus gives a statement about it its own status: an exercise is not told of
// as if it were meant.
func (a *agreedAnswer) sameStatus() compose.Option {
	return func(s *truce.Statement) { s.Status = a.status() }
}

// actFlags hold what was typed.
type actFlags struct {
	members map[string]*member
	version string
	have    []string // files of texts that were read
}

// member is one member of a body as a flag.
type member struct {
	text   string
	list   []string
	number float64
}

// add makes a flag of every member but those that bind the act to what it is about.
func (f *actFlags) add(cmd *cobra.Command, fields []truce.Field) {
	s := cmd.Flags()
	for i := range fields {
		x := &fields[i]
		switch {
		case x.Name == "version":
			s.StringVar(&f.version, "version", "", "statement id of the version you looked at; a newer one is then a conflict (default: the newest)")
			continue
		case x.Name == "texts":
			s.StringArrayVar(&f.have, "have", nil, "file of a text that you read: refused unless it is, byte for byte, one that is accepted; may be given again")
			continue
		}
		m := &member{}
		f.members[x.Name] = m
		doc := x.Doc
		if x.Codes != nil {
			doc += ": one of " + listText(x.Codes)
		}
		switch x.Type {
		case truce.Texts:
			s.StringSliceVar(&m.list, flagName(x.Name), nil, doc)
		case truce.Integer, truce.Number:
			s.Float64Var(&m.number, flagName(x.Name), 0, doc)
		default:
			s.StringVar(&m.text, flagName(x.Name), "", doc)
		}
	}
}

// flagName is the name of a member as a flag: plannedAt is --planned-at.
func flagName(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// body is what was typed as the body of a statement.
func (f *actFlags) body(cmd *cobra.Command, fields []truce.Field) (map[string]any, error) {
	body := map[string]any{}
	for i := range fields {
		x := &fields[i]
		m := f.members[x.Name]
		if m == nil {
			continue
		}
		flag := flagName(x.Name)
		if !cmd.Flags().Changed(flag) {
			if x.Required {
				return nil, f.missing(x, flag)
			}
			continue
		}
		v, err := m.value(x, flag)
		if err != nil {
			return nil, err
		}
		body[x.Name] = v
	}
	return body, nil
}

func (f *actFlags) missing(x *truce.Field, flag string) error {
	if x.Codes != nil {
		return oneOf(flag, "", x.Codes.List()...)
	}
	example := "TEXT"
	switch x.Type {
	case truce.Moment:
		example = "2016-08-11T10:00:00+03:00"
	case truce.Integer, truce.Number:
		example = "40"
	case truce.PartyOf:
		example = "party-id"
	}
	return given(flag, "", example)
}

func (m *member) value(x *truce.Field, flag string) (any, error) {
	switch x.Type {
	case truce.Texts:
		for _, v := range m.list {
			if x.Codes != nil {
				if err := oneOf(flag, v, x.Codes.List()...); err != nil {
					return nil, err
				}
			}
		}
		return m.list, nil
	case truce.Integer, truce.Number:
		return m.number, nil
	case truce.Moment:
		return momentFlag(flag, m.text)
	case truce.Choice:
		return m.text, oneOf(flag, m.text, x.Codes.List()...)
	}
	return m.text, given(flag, m.text, "TEXT")
}

// bind ties the body to the version that is there, and to its texts.
func (f *actFlags) bind(sh *shell, body map[string]any, fields []truce.Field, a *agreedAnswer) error {
	has := func(name string) bool {
		return slices.ContainsFunc(fields, func(x truce.Field) bool { return x.Name == name })
	}
	if has("version") {
		body["version"] = f.version
		if f.version == "" {
			body["version"] = a.Newest
		}
	}
	if !has("texts") {
		return nil
	}
	hashes := authenticTexts(a.Content)
	if len(hashes) > 0 {
		body["texts"] = hashes
	}
	for _, path := range f.have {
		if err := sh.isText(path, hashes); err != nil {
			return err
		}
	}
	return nil
}

// authenticTexts are the hashes of the texts that an acceptance names: the
// authentic ones, or all where none is marked so.
func authenticTexts(content json.RawMessage) []string {
	var c struct {
		Texts []truce.TextContent `json:"texts"`
	}
	if json.Unmarshal(content, &c) != nil {
		return nil // the register says what is wrong with it
	}
	var authentic, all []string
	for _, t := range c.Texts {
		all = append(all, t.Hash)
		if t.Authentic {
			authentic = append(authentic, t.Hash)
		}
	}
	if authentic == nil {
		return all
	}
	return authentic
}

// maxText bounds the file of a text, in bytes.
const maxText = 64 << 20

// isText demands that a file is one of the texts.
func (sh *shell) isText(path string, hashes []string) error {
	data, err := sh.readInput(path, maxText)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	if hash := "sha256:" + hex.EncodeToString(sum[:]); !slices.Contains(hashes, hash) {
		return truce.E(truce.CodeConflict, "the text is none of those that would be accepted").At(path).
			WithHint("its hash is %s; get the very file that the others accept, or use reserve or condition", hash)
	}
	return nil
}
