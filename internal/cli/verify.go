package cli

import (
	"context"
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/keyfile"
	"truce/proof"
)

// receiptAnswer is the --json form of `truce verify`.
type receiptAnswer struct {
	Register     string           `json:"register"`
	Entry        int64            `json:"entry"`
	Received     time.Time        `json:"received"`
	LogSize      int64            `json:"logSize"`
	Root         string           `json:"root"`
	Withheld     bool             `json:"withheld"`
	ID           string           `json:"id,omitempty"`
	Kind         truce.Kind       `json:"kind,omitempty"`
	Subject      string           `json:"subject,omitempty"`
	Author       truce.PartyID    `json:"author,omitempty"`
	MadeAt       *time.Time       `json:"madeAt,omitempty"` // the author's clock; a claim
	Status       truce.Status     `json:"status,omitempty"`
	Body         json.RawMessage  `json:"body,omitempty"`
	AuthorProven bool             `json:"authorProven"`
	Signers      []signerAnswer   `json:"signers"`
	Caveats      []string         `json:"caveats"`
	Later        *laterAnswer     `json:"later,omitempty"`     // with --checkpoint or --server
	Witnessed    *witnessedAnswer `json:"witnessed,omitempty"` // with --policy
	OK           bool             `json:"ok"`
}

type signerAnswer struct {
	Key      string        `json:"key"`
	Party    truce.PartyID `json:"party,omitempty"`
	Use      proof.Use     `json:"use,omitempty"`
	ListedIn *int64        `json:"listedIn,omitempty"`
	Scopes   []truce.Scope `json:"scopes,omitempty"`
}

func newVerify(sh *shell) *cobra.Command {
	var logKey string
	var newer later
	var under underPolicy
	cmd := &cobra.Command{
		Use:   "verify RECEIPT --log-key FILE",
		Short: "Verify a receipt without any register: who said what, and when",
		Long: `Verifies a receipt with the log's public key and nothing else: the log's signature,
the place of the entry in the log, every signature, and the entries that show whose
the keys are. Get the public key from the registrar by another way than the receipt.
What does not match is named, with exit code 7.

With --checkpoint or --server the receipt is also held against a newer state of the
log: that it still contains all that it contained when it gave the receipt. A log that
has dropped or rewritten something since is found out, and both are evidence.

With --policy the checkpoint must also be cosigned by its witnesses, so that everybody
is shown the same log; the policy may stand in for --log-key.

A file of evidence, as truce mirror keeps it, is checked likewise: exit code 7 where
it holds.`,
		Example: `  truce verify r.proof --log-key D/log.pub
  truce verify r.proof --log-key log.pub --json
  truce verify r.proof --log-key log.pub --checkpoint public          # a folder that truce log export wrote
  truce verify r.proof --log-key log.pub --server https://register.example`,
		Args: exactArgs("a receipt"),
	}
	cmd.Flags().StringVar(&logKey, "log-key", "", "file of the log's public key")
	cmd.Flags().StringVar(&newer.checkpoint, "checkpoint", "", "newer checkpoint of the log with its tiles beside it, or their folder")
	cmd.Flags().StringVar(&newer.server, "server", "", "URL of a server to ask for the newest checkpoint")
	under.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := under.read(sh); err != nil {
			return err
		}
		vkey, err := under.key(logKey)
		if err != nil {
			return err
		}
		return sh.verifyReceipt(cmd.Context(), args[0], vkey, newer, &under)
	}
	return cmd
}

func (sh *shell) verifyReceipt(ctx context.Context, file, vkey string, newer later, under *underPolicy) error {
	data, err := sh.readInput(file, proof.MaxEvidence)
	if err != nil {
		return err
	}
	if proof.IsEvidence(data) {
		return sh.showEvidence(file, data, vkey)
	}
	v, witnessed, err := under.receipt(data, vkey)
	if err != nil {
		return inFile(file, err)
	}
	if vkey == "" {
		if vkey, err = under.policy.KeyOf([]byte(v.Origin + "\n")); err != nil {
			return err
		}
	}
	src, err := newer.source(sh, vkey)
	if err != nil {
		return err
	}
	a := answerOf(v)
	a.Witnessed = witnessed
	if src != nil {
		if a.Later, err = newer.holds(ctx, src, vkey, v); err != nil {
			return err
		}
	}
	return sh.showReceipt(a)
}

// readLogKey reads the public key of a log out of a file.
func readLogKey(path string) (string, error) {
	vkey, err := keyfile.LoadPublic(path)
	if err != nil {
		return "", err
	}
	if _, _, err := proof.ParseLogKey(vkey); err != nil {
		return "", inFile(path, err)
	}
	return vkey, nil
}

func checkReceipt(data []byte, vkey string) (*proof.Verified, error) {
	v, err := proof.VerifyReceipt(data, vkey)
	if truce.CodeOf(err) == truce.CodeTampered && truce.HintOf(err) == "" {
		return nil, truce.Wrap(truce.CodeTampered, err, "the receipt does not verify").
			WithHint("it was changed, or is of another log than the key; ask for a new one, and keep this one as evidence")
	}
	return v, err
}

func answerOf(v *proof.Verified) receiptAnswer {
	a := receiptAnswer{Register: v.Origin, Entry: v.Entry.Number, Received: v.Entry.Time, LogSize: v.Size, Root: v.Root.String(),
		Withheld: v.Withheld, ID: v.ID, AuthorProven: v.AuthorProven, Signers: []signerAnswer{}, Caveats: v.Caveats, OK: true}
	if a.Caveats == nil {
		a.Caveats = []string{}
	}
	if s := v.Statement; s != nil {
		a.Kind, a.Subject, a.Author, a.MadeAt, a.Status, a.Body = s.Kind, s.Subject, s.Author, &s.MadeAt, s.Status, s.Body
	}
	for _, s := range v.Signers {
		a.Signers = append(a.Signers, signerAnswer{s.Key, s.Party, s.Use, entryOrNone(s.ListedIn), s.Scopes})
	}
	return a
}

func (sh *shell) showReceipt(a receiptAnswer) error {
	if sh.json {
		return sh.printJSON(a)
	}
	sh.printf("The receipt verifies: entry %d of %s, under %d entries.\n", a.Entry, a.Register, a.LogSize)
	if l := a.Later; l != nil {
		sh.printf("The log of %d entries, root %s, still contains it and all before it.\n", l.Size, l.Root)
	}
	sh.tellWitnesses(a.Witnessed)
	sh.line("received", timeText(&a.Received))
	if a.AuthorProven {
		sh.line("said by", a.Author)
	} else {
		sh.line("author", orDash(a.Author)+" by its own word: the receipt does not show whose the key is")
	}
	sh.line("what", string(a.Kind))
	sh.line("about", a.Subject)
	sh.line("signed", timeText(a.MadeAt)+" by the author's clock")
	sh.line("status", string(a.Status))
	sh.line("statement", a.ID)
	for _, s := range a.Signers {
		sh.line("key", s.text())
	}
	sh.body(a.Body)
	for _, c := range a.Caveats {
		sh.line("note", c)
	}
	return nil
}

func (s signerAnswer) text() string {
	if s.Party == "" {
		return s.Key + ", whose it is is not shown"
	}
	text := s.Key + ", " + string(s.Use) + " key of " + s.Party
	if s.ListedIn != nil {
		text += ", stated in entry " + entryText(s.ListedIn)
	}
	return text
}
