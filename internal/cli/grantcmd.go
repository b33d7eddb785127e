package cli

import (
	"bufio"
	"bytes"
	"context"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
)

func newConsent(sh *shell) *cobra.Command {
	return group(sh, "consent", "Consents of owners to disclosure: give, withdraw", `  truce consent give site-… --to syria,russia --server https://register.example --key mine.key`,
		granting{"consent", "give", "Agree that an object is disclosed to parties", truce.ConsentGive}.command,
		granting{"consent", "withdraw", "Take consent back; releases to those parties end with it", truce.ConsentWithdraw}.command)
}

func newRelease(sh *shell) *cobra.Command {
	return group(sh, "release", "Releases of objects to recipients: give, end", `  truce release give site-… --to syria,russia --data D
  truce release give --all-of site --to monitor --data D`,
		granting{"release", "give", "Release objects to parties", truce.ReleaseGive}.command,
		granting{"release", "end", "End the release of objects to parties", truce.ReleaseEnd}.command)
}

// granting is a command that names recipients of objects.
type granting struct {
	object, act, short string
	kind               truce.Kind
}

// granted is what such a command was asked for.
type granted struct {
	granting
	sh             *shell
	subjects, to   []string
	allOf, from    string
	text           string
	taken, refused int
}

func (g granting) command(sh *shell) *cobra.Command {
	do := &granted{granting: g, sh: sh}
	cmd := &cobra.Command{
		Use:   g.act + " SUBJECT… --to PARTY,…",
		Short: g.short,
		Example: strings.NewReplacer("OBJECT", g.object, "ACT", g.act).Replace(`  truce OBJECT ACT site-… --to syria,russia --data D
  truce OBJECT ACT --all-of site --to monitor --data D
  truce OBJECT ACT --from-file ids.txt --to monitor --data D`),
		Args: cobra.ArbitraryArgs,
	}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&do.to, "to", nil, "ids of the recipients")
	f.StringVar(&do.allOf, "all-of", "", "every site, area or movement that is not withdrawn")
	f.StringVar(&do.from, "from-file", "", "file with an id on every line; - for standard input")
	f.StringVar(&do.text, "text", "", "in words")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		do.subjects = args
		if err := do.check(); err != nil {
			return err
		}
		return w.do(cmd.Context(), toWrite, func(r *register) error { return do.run(cmd.Context(), r) })
	}
	return cmd
}

func (g *granted) check() error {
	if len(g.to) == 0 {
		return given("to", "", "syria,russia")
	}
	if g.from != "" {
		if err := g.readIDs(); err != nil {
			return err
		}
		if len(g.subjects) == 0 {
			return truce.E(truce.CodeInvalid, "the file names no object").At(g.from).WithHint("write one id a line; truce site list shows them")
		}
	}
	if g.allOf != "" {
		return oneOf("all-of", g.allOf, "site", "area", "movement")
	}
	if len(g.subjects) == 0 {
		return truce.E(truce.CodeUsage, "which objects are meant?").WithHint("name their ids, or give --all-of site or --from-file FILE")
	}
	return nil
}

func (g *granted) readIDs() error {
	data, err := g.sh.readInput(g.from, 16<<20)
	if err != nil {
		return err
	}
	for in := bufio.NewScanner(bytes.NewReader(data)); in.Scan(); {
		if id := strings.TrimSpace(in.Text()); id != "" {
			g.subjects = append(g.subjects, id)
		}
	}
	return nil
}

func (g *granted) run(ctx context.Context, r *register) error {
	p, err := r.pen(ctx)
	if err != nil {
		return err
	}
	items, err := g.items(ctx, r)
	if err != nil {
		return err
	}
	for len(items) > 0 {
		n := min(len(items), batchSize)
		if err := g.submit(ctx, r, p, items[:n]); err != nil {
			return err
		}
		items = items[n:]
	}
	if g.refused > 0 && g.taken+g.refused > 1 {
		return truce.E(truce.CodeInvalid, "%d of %d statements were refused", g.refused, g.taken+g.refused).WithHint("the lines above say why")
	}
	return nil
}

// items are the objects that are meant, as the register has them.
func (g *granted) items(ctx context.Context, r *register) ([]*item, error) {
	var out []*item
	if g.allOf != "" {
		list, err := r.Objects(ctx, g.allOf, clocks{}, span{})
		if err != nil {
			return nil, err
		}
		for _, it := range list.Items {
			if it.Withdrawn == nil {
				out = append(out, it)
			}
		}
	}
	for _, id := range g.subjects {
		it, err := r.Object(ctx, "", id, clocks{})
		if err != nil {
			return nil, err
		}
		out = append(out, it)
	}
	return out, nil
}

// submit states one thing about each of the items.
func (g *granted) submit(ctx context.Context, r *register, p *pen, items []*item) error {
	envelopes := make([][]byte, len(items))
	for i, it := range items {
		e, err := p.sign(g.kind, it.ID, compose.Recipients{Recipients: g.to, Text: g.text}, it.sameStatus())
		if err != nil {
			return err
		}
		envelopes[i] = e.JSON()
	}
	for i, res := range r.Submit(ctx, envelopes) {
		if err := g.tell(said{g.kind, items[i].ID, res}, len(items) == 1); err != nil {
			return err
		}
	}
	return nil
}

// tell prints what became of one statement. The refusal of the only one is the
// error of the command.
func (g *granted) tell(s said, only bool) error {
	if s.Err == nil {
		g.taken++
		if g.sh.json {
			return compactJSON(g.sh.Out, s)
		}
		g.sh.printf("%s\n", s.line())
		return nil
	}
	if g.refused++; only {
		return s.Err
	}
	if g.sh.json {
		return compactJSON(g.sh.Out, struct {
			said
			problem
		}{s, problemOf(s.Err)})
	}
	g.sh.printErr("truce: %s: %s\n", s.Subject, s.Err.Error())
	return nil
}
