package cli

import (
	"github.com/spf13/cobra"

	"truce"
	"truce/pack"
)

// packDelta is the --json form of `truce pack delta`.
type packDelta struct {
	File    string `json:"file"`
	Bytes   int    `json:"bytes"`
	From    int64  `json:"from"` // entries that the old pack knows
	LogSize int64  `json:"logSize"`
	SHA256  string `json:"sha256"` // of the content that it leads to
}

func newPackDelta(sh *shell) *cobra.Command {
	var t packTrust
	var out string
	cmd := &cobra.Command{
		Use:   "delta OLD NEW -o FILE",
		Short: "Write what leads from one pack to a newer one, to be carried where there is no network",
		Example: `  truce pack delta monday.pack tuesday.pack -o change.delta
  truce pack apply monday.pack change.delta -o tuesday.pack`,
		Args: exactArgs("old", "new"),
	}
	cmd.Flags().StringVar(&t.logKey, "log-key", "", "file of the public key that the packs must be signed with")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; - for standard output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := given("output", out, "change.delta"); err != nil {
			return err
		}
		older, err := sh.heldPack(args[0], t)
		if err != nil {
			return err
		}
		newer, err := sh.heldPack(args[1], t)
		if err != nil {
			return err
		}
		if err := inFile(args[1], sameLine(older, newer)); err != nil {
			return err
		}
		delta, err := pack.Diff(older, newer)
		if err != nil {
			return err
		}
		if err := sh.writeFile(out, delta); err != nil {
			return err
		}
		sh.say("from %d entries to %d: %s (%d bytes)", older.LogSize, newer.LogSize, out, len(delta))
		if sh.json && out != "-" {
			return sh.printJSON(packDelta{out, len(delta), older.LogSize, newer.LogSize, newer.SHA256})
		}
		return nil
	}
	return cmd
}

// sameLine refuses packs of which one does not follow the other: of two registers, for two parties, or turned round.
func sameLine(older, newer *pack.Pack) error {
	switch {
	case older.Source != newer.Source || older.Origin != newer.Origin:
		return truce.E(truce.CodeUsage, "the packs are not of one register").WithHint("truce pack info says whose they are")
	case older.Source == pack.FromRegister && older.Audience.Party != newer.Audience.Party:
		return truce.E(truce.CodeUsage, "the packs were made for two parties").WithHint("truce pack info says for whom")
	case newer.LogSize < older.LogSize:
		return truce.E(truce.CodeUsage, "the first pack is the newer one").WithHint("name the older one first")
	}
	return nil
}

// heldPack reads and verifies a pack that may be an older one: it is not answered from.
func (sh *shell) heldPack(path string, t packTrust) (*pack.Pack, error) {
	data, err := sh.readInput(path, maxPack)
	if err != nil {
		return nil, err
	}
	vkey, err := sh.packKey(data, t.logKey)
	if err != nil {
		return nil, inFile(path, err)
	}
	p, err := pack.Open(data, vkey)
	return p, inFile(path, err)
}

func newPackApply(sh *shell) *cobra.Command {
	var t packTrust
	var out string
	cmd := &cobra.Command{
		Use:   "apply OLD DELTA -o FILE",
		Short: "Make the newer pack out of an older one and a delta, and verify it",
		Long: `The pack that comes out is the same, byte by byte, as if it had been fetched whole, and is verified
as such before it is written. A delta that leads on from another pack is exit code 5.`,
		Example: `  truce pack apply monday.pack change.delta -o tuesday.pack
  truce pack apply x.pack change.delta -o x.pack --log-key log.pub`,
		Args: exactArgs("old", "delta"),
	}
	t.add(cmd)
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; - for standard output")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := given("output", out, "x.pack"); err != nil {
			return err
		}
		older, err := sh.heldPack(args[0], t)
		if err != nil {
			return err
		}
		delta, err := sh.readInput(args[1], maxPack)
		if err != nil {
			return err
		}
		newer, err := pack.Apply(older, delta, older.Key)
		if err == nil {
			newer, err = sh.trustPack(newer.Bytes(), t)
		}
		if err != nil {
			return inFile(args[1], err)
		}
		if err := sh.writePack(out, newer.Bytes()); err != nil {
			return err
		}
		if out == "-" {
			return nil
		}
		return sh.showPack(infoOf(&newer.Header, out, t.vouches(newer)))
	}
	return cmd
}
