package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
	"truce/proof"
)

// pen is who acts, ready to sign statements meant for one register.
type pen struct {
	origin string
	author truce.PartyID
	signer proof.Signer
	frame  []compose.Option // status and checkpoint seen
}

// pen gives the pen of whoever acts. In a register that is an exercise every
// statement says so.
func (r *register) pen(ctx context.Context) (*pen, error) {
	h, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	author, signer, err := r.Acting(ctx)
	if err != nil {
		return nil, err
	}
	return &pen{h.Origin, author, signer, h.frame()}, nil
}

func (h head) frame() []compose.Option {
	opts := []compose.Option{compose.Seen(h.Size, h.Root)}
	if h.Exercise {
		opts = append(opts, compose.As(truce.Exercise))
	}
	return opts
}

// sign writes a statement and signs it. An empty subject is the author itself.
func (p *pen) sign(kind truce.Kind, subject string, body any, opts ...compose.Option) (*proof.Envelope, error) {
	s, err := p.write(kind, subject, body, opts...)
	if err != nil {
		return nil, err
	}
	return compose.Sign(s, p.signer)
}

func (p *pen) write(kind truce.Kind, subject string, body any, opts ...compose.Option) (*truce.Statement, error) {
	all := append(append([]compose.Option{}, p.frame...), opts...)
	return compose.Statement(kind, p.origin, p.author, cmp.Or(subject, p.author), body, all...)
}

// submitOne hands in one envelope.
func (r *register) submitOne(ctx context.Context, e *proof.Envelope) (outcome, error) {
	res := r.Submit(ctx, [][]byte{e.JSON()})[0]
	return res, res.Err
}

// said is the --json form of what became of a statement that a command made.
type said struct {
	Kind    truce.Kind `json:"kind"`
	Subject string     `json:"subject"`
	outcome
}

// say opens the register, states one thing and tells what became of it.
func (w *where) say(ctx context.Context, kind truce.Kind, subject string, body any, opts ...compose.Option) error {
	return w.do(ctx, toWrite, func(r *register) error { return w.sh.sayIn(ctx, r, kind, subject, body, opts...) })
}

// sayIn is say in a register that is open.
func (sh *shell) sayIn(ctx context.Context, r *register, kind truce.Kind, subject string, body any, opts ...compose.Option) error {
	p, err := r.pen(ctx)
	if err != nil {
		return err
	}
	e, err := p.sign(kind, subject, body, opts...)
	if err != nil {
		return err
	}
	return sh.submitSaid(ctx, r, kind, cmp.Or(subject, p.author), e)
}

// sayWith is say, signed by more keys than the one of who acts.
func (w *where) sayWith(ctx context.Context, kind truce.Kind, subject string, body any, more []proof.Signer) error {
	return w.do(ctx, toWrite, func(r *register) error {
		p, err := r.pen(ctx)
		if err != nil {
			return err
		}
		s, err := p.write(kind, subject, body)
		if err != nil {
			return err
		}
		e, err := compose.Sign(s, append([]proof.Signer{p.signer}, more...)...)
		if err != nil {
			return err
		}
		return w.sh.submitSaid(ctx, r, kind, subject, e)
	})
}

func (sh *shell) submitSaid(ctx context.Context, r *register, kind truce.Kind, subject string, e *proof.Envelope) error {
	res, err := r.submitOne(ctx, e)
	if err != nil {
		return err
	}
	return sh.tell(said{kind, subject, res})
}

func (sh *shell) tell(s said) error {
	if sh.json {
		return sh.printJSON(s)
	}
	sh.printf("%s\n", s.line())
	return nil
}

func (s said) line() string {
	return fmt.Sprintf("entry %s  %s  %s  statement %s", entryText(s.Entry), s.Kind, plain(s.Subject), s.ID)
}

func entryText(n *int64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprint(*n)
}

func timeText(t *time.Time) string {
	if t == nil || t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

func join[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = string(v)
	}
	return strings.Join(texts, ",")
}

// reasonFlags adds --reason, out of a table of codes, and --text.
func reasonFlags(cmd *cobra.Command, reason, text *string, otherwise string, codes *truce.CodeTable) {
	cmd.Flags().StringVar(reason, "reason", otherwise, "one of "+strings.Join(codes.List(), ", "))
	cmd.Flags().StringVar(text, "text", "", "in words")
}

// reasonBody is the body that holds a reason and perhaps a text.
func reasonBody(reason, text string, codes *truce.CodeTable) (map[string]any, error) {
	if err := oneOf("reason", reason, codes.List()...); err != nil {
		return nil, err
	}
	return withText(map[string]any{"reason": reason}, text), nil
}

// withText adds a text where there is one.
func withText(body map[string]any, text string) map[string]any {
	if text != "" {
		body["text"] = text
	}
	return body
}
