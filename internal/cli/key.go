package cli

import (
	"crypto/rand"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/keyfile"
)

func newKey(sh *shell) *cobra.Command {
	return group(sh, "key", "Keys of parties: make, show, enrol, list, revoke", `  truce key new -o mine.key
  truce key enrol --server https://register.example --party msf --invite CODE --key mine.key`,
		newKeyNew, newKeyShow, newKeyEnrol, newKeyList, newKeyRevoke)
}

// keyFileAnswer is the --json form of `truce key new` and `truce key show`.
type keyFileAnswer struct {
	Key       string `json:"key"`
	File      string `json:"file"`
	Protected bool   `json:"protected"` // a passphrase is needed
}

func newKeyNew(sh *shell) *cobra.Command {
	var out string
	var none bool
	cmd := &cobra.Command{
		Use:   "new -o FILE",
		Short: "Make an Ed25519 key in an OpenSSH file; print its public id",
		Example: `  truce key new -o mine.key
  truce key new -o machine.key --passphrase-file secret.txt`,
		Args: noArgs,
	}
	pass := sh.passphraseFlag(cmd)
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to make")
	cmd.Flags().BoolVar(&none, "no-passphrase", false, "leave the file open to whoever can read the disk")
	cmd.RunE = func(*cobra.Command, []string) error {
		if err := given("output", out, "mine.key"); err != nil {
			return err
		}
		secret, err := pass.fresh(out, none)
		if err != nil {
			return err
		}
		if err := makeKey(out, secret); err != nil {
			return err
		}
		return sh.showKey(out)
	}
	return cmd
}

func makeKey(path string, secret []byte) error {
	key, err := keyfile.New(rand.Reader)
	if err != nil {
		return err
	}
	return keyfile.Save(path, key, secret, "truce")
}

func newKeyShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use: "show FILE", Short: "Print the public id of a key file; the passphrase is not needed",
		Example: "  truce key show mine.key",
		Args:    exactArgs("a key file"),
		RunE:    func(_ *cobra.Command, args []string) error { return sh.showKey(args[0]) },
	}
}

func (sh *shell) showKey(path string) error {
	f, err := keyfile.Inspect(path)
	if err != nil {
		return err
	}
	if sh.json {
		return sh.printJSON(keyFileAnswer{f.KeyID, path, f.Protected})
	}
	sh.printf("%s\n", f.KeyID)
	return nil
}

func newKeyList(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list PARTY", Short: "List every key that was ever stated for a party",
		Example: "  truce key list registrar --data D",
		Args:    exactArgs("the id of a party"),
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.party(cmd.Context(), args[0], func(p *partyAnswer) { sh.keyTable(p.Keys) })
	}
	return cmd
}

func (sh *shell) keyTable(keys []keyAnswer) {
	rows := make([][]string, len(keys))
	for i, k := range keys {
		rows[i] = []string{k.Key, k.Use, standing(k), entryText(&k.From), orDash(join(k.Scopes)), orDash(k.Label)}
	}
	sh.table([]string{"KEY", "USE", "STANDING", "ENTRY", "SCOPES", "LABEL"}, rows)
}

func standing(k keyAnswer) string {
	switch {
	case k.Revoked != nil:
		return "revoked at entry " + entryText(k.Revoked)
	case k.Until != nil:
		return "retired at entry " + entryText(k.Until)
	}
	return "in use"
}

func newKeyRevoke(sh *shell) *cobra.Command {
	var party, reason string
	cmd := &cobra.Command{
		Use:   "revoke KEY",
		Short: "Revoke a key; what it signed before stays valid",
		Long: `Revokes a key from the entry on that says so. A party revokes its own keys; the
registrar revokes any, and names the party whose key it is with --party.`,
		Example: `  truce key revoke ed25519:AB… --data D --party msf --reason "laptop lost"`,
		Args:    exactArgs("the id of a key"),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&party, "party", "", "party whose key it is (default: who acts)")
	cmd.Flags().StringVar(&reason, "reason", "", "why")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body := map[string]string{"key": args[0]}
		if reason != "" {
			body["reason"] = reason
		}
		return w.say(cmd.Context(), truce.KeyRevoke, party, body)
	}
	return cmd
}
