package cli

import (
	"context"

	"github.com/spf13/cobra"

	"truce"
)

func newFeed(sh *shell) *cobra.Command {
	return group(sh, "feed", "What a party was told, line by line: pull", "  truce feed pull --after 120 --server https://register.example --key mine.key", newFeedPull)
}

func newFeedPull(sh *shell) *cobra.Command {
	var after int64
	cmd := &cobra.Command{
		Use: "pull", Short: "Print what your party was told, a line of JSON each, verified", Args: noArgs,
		Long: `Prints what your party was told behind an entry, a line of JSON each. Every line names the
one before it, and a missing one ends the command with exit code 7; signed statements are verified.
The entry of the last line is where the next pull goes on: --after.`,
		Example: "  truce feed pull --server https://register.example --key mine.key\n  truce feed pull --after 120 --server https://register.example --key mine.key",
	}
	w := sh.where(cmd)
	cmd.Flags().Int64Var(&after, "after", -1, "entry of the last line that you have")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if after < -1 {
			return truce.E(truce.CodeUsage, "it is the number of an entry, or -1 for all").At("--after").WithHint("entries are counted from 0")
		}
		if err := w.choose(); err != nil {
			return err
		}
		if w.server == "" {
			return truce.E(truce.CodeUsage, "a feed is pulled from a server").WithHint("give --server URL and --key FILE; truce inbox list --party PARTY --data D shows it in a folder")
		}
		return w.pull(cmd.Context(), after)
	}
	return cmd
}

func (w *where) pull(ctx context.Context, after int64) error {
	r, err := w.openRemote(ctx, toRead)
	if err != nil {
		return err
	}
	defer r.stop()
	for item, err := range r.objects.(*remote).Client.Feed(ctx, after) {
		if err != nil {
			return err
		}
		if err := compactJSON(w.sh.Out, item.Raw); err != nil {
			return err
		}
	}
	return nil
}
