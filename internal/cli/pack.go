package cli

import (
	"github.com/spf13/cobra"
)

func newPack(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "pack",
		Short: "Take along what you were told in one signed file, and ask it without a network",
		Long: `A pack holds everything that one party was told, as of one state of the log, signed with
the key of the log. truce check --pack FILE asks it: the place never leaves this machine.
A pack says how long it counts; older than that it is stale (exit code 8).`,
		Example: `  truce pack pull --server https://register.example --key mine.key -o x.pack
  truce check --pack x.pack --at "36.2128, 37.1166" --radius 500
  truce pack build sites.geojson -o mine.pack`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPackPull(sh), newPackVerify(sh), newPackInfo(sh), newPackBuild(sh), newPackDelta(sh), newPackApply(sh))
	return cmd
}
