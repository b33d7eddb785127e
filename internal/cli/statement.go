package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
	"truce/internal/keyfile"
	"truce/proof"
)

func newStatement(sh *shell) *cobra.Command {
	return group(sh, "statement", "Statements: sign, submit, show", `  truce statement sign --kind site.register --body body.json --key mine.key --author msf --register register.example/aleppo > signed.json
  truce statement submit signed.json --server https://register.example`,
		newStatementSign, newStatementSubmit, newStatementShow)
}

// signing is what `truce statement sign` was asked for.
type signing struct {
	kind, subject, replaces, body string
	author, register, status      string
	lang                          string
	audience                      []string
}

func newStatementSign(sh *shell) *cobra.Command {
	var s signing
	cmd := &cobra.Command{
		Use:   "sign --kind KIND --body FILE",
		Short: "Write a statement and sign it; print the envelope",
		Long: `Writes a statement around a body and signs it with --key, on this machine alone: no
register is asked when --register and --author say what it is for and whose it is.
With --data or --server these two, and the status, are those of the register.`,
		Example: `  truce statement sign --kind site.register --body body.json --key mine.key --author msf --register register.example/aleppo
  truce statement sign --kind site.withdraw --subject site-… --replaces 3f… --body reason.json --data D`,
		Args: noArgs,
	}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.Lookup("key").Usage = "file of the key that signs"
	f.StringVar(&s.kind, "kind", "", "kind of the statement, such as site.register")
	f.StringVar(&s.subject, "subject", "", "id of what it is about (a new one for a register)")
	f.StringVar(&s.replaces, "replaces", "", "statement id of the version that it supersedes")
	f.StringVar(&s.body, "body", "", "file of the body, JSON; - for standard input")
	f.StringVar(&s.author, "author", "", "id of the party that says it")
	f.StringVar(&s.register, "register", "", "origin of the register that it is for")
	f.StringVar(&s.status, "status", "", "actual, exercise or test")
	f.StringVar(&s.lang, "lang", "", "language of the texts, BCP 47")
	f.StringSliceVar(&s.audience, "audience", nil, "who may read it: public, role:ROLE, party:ID")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return w.signStatement(cmd.Context(), s) }
	return cmd
}

func (w *where) signStatement(ctx context.Context, s signing) error {
	if err := firstOf(given("kind", s.kind, "site.register"), given("body", s.body, "body.json")); err != nil {
		return err
	}
	kind := truce.Kind(s.kind)
	if err := s.about(kind); err != nil {
		return err
	}
	body, err := w.sh.readJSON(s.body)
	if err != nil {
		return err
	}
	if err := w.sh.agreesWithEntered(kind, body); err != nil {
		return inFile(s.body, err)
	}
	p, err := w.penFor(ctx, s)
	if err != nil {
		return err
	}
	if s.subject == "" && kind.Act() == "register" {
		s.subject = compose.NewSubject(kind.Object())
	}
	e, err := p.sign(kind, s.subject, body, s.options()...)
	if err != nil {
		return err
	}
	_, err = w.sh.Out.Write(append(e.JSON(), '\n'))
	return err
}

// about demands a subject, unless the statement is one that makes its own or is
// about its author.
func (s *signing) about(kind truce.Kind) error {
	if _, ok := truce.SpecOf(kind); !ok {
		return truce.E(truce.CodeUsage, "--kind %q is not known", plain(s.kind)).WithHint("docs/kinds.md lists the kinds, such as site.register")
	}
	if kind.Act() == "register" || !slices.Contains(ofObjects, kind.Object()) {
		return nil
	}
	return given("subject", s.subject, "site-…")
}

// ofObjects are the first words of the kinds that are about a site, an area or a
// movement.
var ofObjects = []string{"site", "area", "movement", "verification", "challenge", "consent", "release", "erase"}

func (s *signing) options() []compose.Option {
	opts := []compose.Option{compose.To(s.audience...)}
	if s.replaces != "" {
		opts = append(opts, compose.Replaces(s.replaces))
	}
	if s.status != "" {
		opts = append(opts, compose.As(truce.Status(s.status)))
	}
	if s.lang != "" {
		opts = append(opts, compose.Lang(s.lang))
	}
	return opts
}

// penFor signs without a register where the flags say all that is needed.
func (w *where) penFor(ctx context.Context, s signing) (*pen, error) {
	if s.register == "" || s.author == "" {
		var p *pen
		err := w.do(ctx, toRead, func(r *register) (err error) {
			p, err = r.pen(ctx)
			return err
		})
		return p, err
	}
	if err := given("key", w.key, "mine.key"); err != nil {
		return nil, err
	}
	f, err := keyfile.Load(w.key, w.pass.of(w.key))
	if err != nil {
		return nil, err
	}
	return &pen{origin: s.register, author: s.author, signer: f.Signer()}, nil
}

// readJSON reads one JSON value from a file, as large as a statement may be.
func (sh *shell) readJSON(path string) (json.RawMessage, error) {
	data, err := sh.readInput(path, truce.MaxStatement)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if err := truce.CheckJSON(data, truce.MaxDepth); err != nil {
		if e, ok := errors.AsType[*truce.Error](err); ok && e.Hint == "" {
			err = e.WithHint("the file holds one JSON object; docs/kinds.md lists its members for every kind of statement")
		}
		return nil, inFile(path, err)
	}
	return data, nil
}

// maxLine bounds a line of envelopes, in bytes: the largest envelope and its line end.
const maxLine = proof.MaxEnvelope + 2

func newStatementSubmit(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "submit FILE",
		Short: "Submit signed envelopes: one, or one a line",
		Long: `Submits envelopes that were signed before, from a file or from standard input (-): one
JSON object, or one on every line. Each is answered, in order; one that is refused
does not hinder the others. Whoever signed speaks; nobody has to sign in to hand it in.`,
		Example: `  truce statement submit signed.json --server https://register.example
  truce statement submit many.ndjson --data D --json`,
		Args: exactArgs("a file, or -"),
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toWrite, func(r *register) error { return sh.submitFile(cmd.Context(), r, args[0]) })
	}
	return cmd
}

func (sh *shell) submitFile(ctx context.Context, r *register, path string) error {
	in, err := sh.openInput(path)
	if err != nil {
		return err
	}
	defer in.Close()
	s := &submission{shell: sh, r: r, lines: bufio.NewReaderSize(in, 64<<10)}
	if err := s.run(ctx); err != nil {
		return inFile(path, err)
	}
	return s.verdict()
}

func newStatementShow(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID|NUMBER", Short: "Show one statement, by its id or its entry number",
		Example: "  truce statement show 3 --data D\n  truce statement show 3 --data D --json",
		Args:    exactArgs("a statement id or an entry number"),
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			s, err := r.Statement(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(s)
			}
			sh.showStatement(s)
			return nil
		})
	}
	return cmd
}

func (sh *shell) showStatement(s *statementAnswer) {
	sh.printf("entry      %d\nstatement  %s\nreceived   %s\nkind       %s\nsubject    %s\nauthor     %s\nstatus     %s\n",
		s.Entry, s.ID, timeText(&s.Received), s.Kind, plain(s.Subject), orDash(plain(s.Author)), s.Status)
	if s.Replaces != "" {
		sh.printf("replaces   %s\n", s.Replaces)
	}
	if !s.Whole {
		sh.printf("body       (as far as it is for you)\n")
	}
	sh.body(s.Body)
}

// body prints JSON of others with its names and texts made harmless.
func (sh *shell) body(raw json.RawMessage) {
	var b bytes.Buffer
	if len(raw) == 0 || json.Indent(&b, raw, "", "  ") != nil {
		return
	}
	for line := range bytes.Lines(b.Bytes()) {
		io.WriteString(sh.Out, plain(string(line))+"\n")
	}
}
