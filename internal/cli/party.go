package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
	"truce/internal/keyfile"
	"truce/proof"
)

func newParty(sh *shell) *cobra.Command {
	return group(sh, "party", "Parties: invite, enrol, list, show, withdraw", `  truce party invite msf --name "Médecins Sans Frontières" --role humanitarian --data D
  truce party list --data D`,
		newPartyList, newPartyShow, newPartyInvite, newPartyEnrol, newPartyWithdraw)
}

func newPartyList(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the parties", Args: noArgs,
		Example: "  truce party list --data D\n  truce party list --server https://register.example --json",
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return answer(cmd.Context(), w, func(r *register) (*partyList, error) { return r.Parties(cmd.Context()) }, sh.partyTable)
	}
	return cmd
}

func (sh *shell) partyTable(list *partyList) {
	rows := make([][]string, len(list.Parties))
	for i, p := range list.Parties {
		rows[i] = []string{p.ID, string(p.Role), p.takesPart(), entryText(p.Enrolled), title(p.Names)}
	}
	sh.table([]string{"ID", "ROLE", "STANDING", "ENTRY", "NAME"}, rows)
}

func (p *partyAnswer) takesPart() string {
	switch {
	case p.Withdrawn != nil:
		return "withdrawn at entry " + entryText(p.Withdrawn)
	case !p.Active:
		return "withdrawn"
	}
	return "takes part"
}

func title(names []truce.Name) string {
	return orDash((&truce.Content{Names: names}).Title())
}

func newPartyShow(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use: "show PARTY", Short: "Show a party and its keys",
		Example: "  truce party show registrar --data D",
		Args:    exactArgs("the id of a party"),
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.party(cmd.Context(), args[0], sh.showParty)
	}
	return cmd
}

// party shows one party.
func (w *where) party(ctx context.Context, id string, text func(*partyAnswer)) error {
	return answer(ctx, w, func(r *register) (*partyAnswer, error) { return r.Party(ctx, id) }, text)
}

func (sh *shell) showParty(p *partyAnswer) {
	sh.printf("party     %s\nrole      %s\nstanding  %s\n", p.ID, p.Role, p.takesPart())
	for _, n := range p.Names {
		sh.printf("name      %s\n", n.Text)
	}
	if len(p.Keys) > 0 {
		sh.printf("\n")
		sh.keyTable(p.Keys)
	}
}

// enrolFlags are what is stated of a new party.
type enrolFlags struct {
	names []string
	role  string
}

func (e *enrolFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&e.names, "name", nil, "name of the party; may be given again for other names")
	cmd.Flags().StringVar(&e.role, "role", "", "registrar, party, guarantor, humanitarian, monitor, inspector, mediator or auditor")
}

// partyID refuses what cannot be the id of a party.
func partyID(id string) error {
	if truce.ValidPartyID(id) {
		return nil
	}
	return truce.E(truce.CodeUsage, "%q cannot be the id of a party", plain(id)).
		WithHint("2 to 64 characters of a-z, 0-9, '-' and '.', beginning with a letter, such as msf; its name is given with --name")
}

func (e *enrolFlags) body() (compose.Enrolment, error) {
	body := compose.Enrolment{Role: truce.Role(e.role)}
	if len(e.names) == 0 {
		return body, given("name", "", `"Médecins Sans Frontières"`)
	}
	for i, n := range e.names {
		if strings.TrimSpace(n) == "" {
			return body, truce.E(truce.CodeUsage, "--name is empty").WithHint(`such as --name "Médecins Sans Frontières"`)
		}
		name := truce.Name{Text: n}
		if i > 0 {
			name.Kind = "alias"
		}
		body.Names = append(body.Names, name)
	}
	return body, oneOf("role", body.Role, truce.Roles()...)
}

// inviteAnswer is the --json form of `truce party invite`.
type inviteAnswer struct {
	said
	Invitation string `json:"invitation"` // a secret; shown this once
}

func newPartyInvite(sh *shell) *cobra.Command {
	var e enrolFlags
	var valid time.Duration
	cmd := &cobra.Command{
		Use:   "invite PARTY --name NAME --role ROLE",
		Short: "Enrol a party and print a one-use code with which it states its own keys",
		Long: `Enrols a party that makes its keys itself. The code is printed once and is a secret:
give it to the party by another way than the one the register is reached by. Whoever
has it first becomes that party.`,
		Example: `  truce party invite msf --name "Médecins Sans Frontières" --role humanitarian --data D`,
		Args:    exactArgs("an id for the party"),
	}
	w := sh.where(cmd)
	e.add(cmd)
	cmd.Flags().DurationVar(&valid, "valid", 14*24*time.Hour, "how long the code counts; 0 for no end")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := e.body()
		if err := firstOf(partyID(args[0]), err); err != nil {
			return err
		}
		if valid < 0 {
			return truce.E(truce.CodeUsage, "--valid must be 0 or more").WithHint("such as --valid 48h; 0 is for a code without an end")
		}
		code, hash := compose.NewInvitation()
		body.Invitation = hash
		if valid > 0 {
			until := truce.Instant(time.Now().Add(valid))
			body.InvitationUntil = &until
		}
		return w.invite(cmd.Context(), args[0], body, code)
	}
	return cmd
}

func (w *where) invite(ctx context.Context, party string, body compose.Enrolment, code string) error {
	return w.do(ctx, toWrite, func(r *register) error {
		p, err := r.pen(ctx)
		if err != nil {
			return err
		}
		e, err := p.sign(truce.PartyEnrol, party, body)
		if err != nil {
			return err
		}
		res, err := r.submitOne(ctx, e)
		if err != nil {
			return err
		}
		w.sh.say("%s is enrolled at entry %s; the code below is shown this once", party, entryText(res.Entry))
		if w.sh.json {
			return w.sh.printJSON(inviteAnswer{said{truce.PartyEnrol, party, res}, code})
		}
		w.sh.printf("%s\n", code)
		return nil
	})
}

func newPartyEnrol(sh *shell) *cobra.Command {
	var e enrolFlags
	var id string
	var roots []string
	var threshold int
	cmd := &cobra.Command{
		Use:   "enrol --id PARTY --name NAME --role ROLE --root-key FILE",
		Short: "Enrol a party whose root keys are at hand",
		Long: `Enrols a party together with its root keys, each of which signs. Where the party is
elsewhere, invite it instead: truce party invite.`,
		Example: `  truce party enrol --id monitor --name "Monitoring mission" --role monitor --root-key monitor.root --data D`,
		Args:    noArgs,
	}
	w := sh.where(cmd)
	e.add(cmd)
	cmd.Flags().StringVar(&id, "id", "", "id of the party")
	cmd.Flags().StringArrayVar(&roots, "root-key", nil, "file of a root key; may be given again")
	cmd.Flags().IntVar(&threshold, "threshold", 1, "how many of the root keys must sign")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := firstOf(given("id", id, "monitor"), partyID(id)); err != nil {
			return err
		}
		body, err := e.body()
		if err != nil {
			return err
		}
		signers, err := w.rootKeys(roots)
		if err != nil {
			return err
		}
		body.Root = compose.RootOf(threshold, signers...)
		return w.sayWith(cmd.Context(), truce.PartyEnrol, id, body, signers)
	}
	return cmd
}

func (w *where) rootKeys(paths []string) ([]proof.Signer, error) {
	if len(paths) == 0 {
		return nil, truce.E(truce.CodeUsage, "--root-key is missing").
			WithHint("name the files of its root keys, or invite the party: truce party invite")
	}
	signers := make([]proof.Signer, len(paths))
	for i, path := range paths {
		f, err := keyfile.Load(path, w.pass.of(path))
		if err != nil {
			return nil, err
		}
		signers[i] = f.Signer()
	}
	return signers, nil
}

func newPartyWithdraw(sh *shell) *cobra.Command {
	var reason, text string
	cmd := &cobra.Command{
		Use:     "withdraw PARTY",
		Short:   "End a party's participation; what it signed stays",
		Example: "  truce party withdraw msf --reason left --data D",
		Args:    exactArgs("the id of a party"),
	}
	w := sh.where(cmd)
	reasonFlags(cmd, &reason, &text, "left", truce.WithdrawCodes)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := reasonBody(reason, text, truce.WithdrawCodes)
		if err != nil {
			return err
		}
		return w.say(cmd.Context(), truce.PartyWithdraw, args[0], body)
	}
	return cmd
}
