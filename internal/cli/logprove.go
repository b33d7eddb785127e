package cli

import (
	"context"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"truce"
)

// proveAnswer is the --json form of `truce log prove`.
type proveAnswer struct {
	Register string `json:"register"`
	Entry    int64  `json:"entry"`
	LogSize  int64  `json:"logSize"`
	File     string `json:"file"`
}

func newLogProve(sh *shell) *cobra.Command {
	var entry int64
	var id, out string
	cmd := &cobra.Command{
		Use:   "prove --entry N -o FILE",
		Short: "Write a receipt: who registered what and when, provable to a stranger",
		Long: `Writes one file with the entry, the proof that it stands in the log, and the entries
that show whose the signing keys are. Whoever has the log's public key verifies it
without any server: truce verify.`,
		Example: `  truce log prove --data D --entry 3 -o r.proof
  truce log prove --server https://register.example --key mine.key --id 3f… -o r.proof`,
		Args: noArgs,
	}
	w := sh.where(cmd)
	cmd.Flags().Int64Var(&entry, "entry", -1, "number of the entry")
	cmd.Flags().StringVar(&id, "id", "", "id of the statement, instead of --entry")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; - for standard output")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ref, err := entryRef(entry, id)
		if err := firstOf(err, given("output", out, "r.proof")); err != nil {
			return err
		}
		return w.do(cmd.Context(), toRead, func(r *register) error { return sh.prove(cmd.Context(), r, ref, out) })
	}
	return cmd
}

func entryRef(entry int64, id string) (string, error) {
	switch {
	case (entry >= 0) == (id != ""):
		return "", truce.E(truce.CodeUsage, "which entry is meant?").WithHint("give --entry NUMBER, or --id STATEMENT")
	case id == "":
		return strconv.FormatInt(entry, 10), nil
	case !truce.IsStatementID(id):
		return "", truce.E(truce.CodeUsage, "--id %q is not a statement id", plain(id)).WithHint("it has 64 hex digits")
	}
	return id, nil
}

func (sh *shell) prove(ctx context.Context, r *register, ref, out string) error {
	h, err := r.head(ctx)
	if err != nil {
		return err
	}
	receipt, err := r.Receipt(ctx, ref)
	if err != nil {
		return err
	}
	v, err := checkReceipt(receipt, h.LogKey)
	if err != nil {
		return err
	}
	if err := sh.writeFile(out, receipt); err != nil {
		return err
	}
	sh.say("entry %d of %s, provable under %d entries: %s", v.Entry.Number, v.Origin, v.Size, out)
	if sh.json && out != "-" {
		return sh.printJSON(proveAnswer{v.Origin, v.Entry.Number, v.Size, out})
	}
	return nil
}

// sameFolder reports whether two paths lead to one folder. One that is not there
// yet is no other's.
func sameFolder(a, b string) (bool, error) {
	one, err := os.Stat(a)
	if os.IsNotExist(err) {
		return false, nil
	}
	if err != nil {
		return false, fileError(a, err)
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other), nil
}
