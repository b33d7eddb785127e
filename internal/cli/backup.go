package cli

import (
	"context"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
)

func newBackup(sh *shell) *cobra.Command {
	return group(sh, "backup", "Backups: create, restore", `  truce backup create --data D -o monday.backup
  truce backup restore monday.backup D2`, newBackupCreate, newBackupRestore)
}

// backupAnswer is the --json form of `truce backup create`.
type backupAnswer struct {
	Register string `json:"register"`
	Size     int64  `json:"size"`
	Root     string `json:"root"`
	File     string `json:"file"`
	Keys     bool   `json:"keys"`
}

func newBackupCreate(sh *shell) *cobra.Command {
	var out string
	var keys bool
	cmd := &cobra.Command{
		Use:   "create -o FILE",
		Short: "Write the register into one file",
		Long: `Writes database, head and public key of one moment into one file. The private keys are
left out unless --with-keys is given: keep them elsewhere, the register cannot sign
without them. The file holds every entry with its content; guard it as the register.`,
		Example: "  truce backup create --data D -o monday.backup",
		Args:    noArgs,
	}
	w := sh.dataFlags(cmd)
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write")
	cmd.Flags().BoolVar(&keys, "with-keys", false, "put the private keys into it too, as they are")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := given("output", out, "monday.backup"); err != nil {
			return err
		}
		r, err := w.openApp(cmd.Context(), toRead, nil)
		if err != nil {
			return err
		}
		defer r.Close()
		cp, err := r.Backup(cmd.Context(), out, keys)
		if err != nil {
			return err
		}
		if sh.json {
			return sh.printJSON(backupAnswer{r.Origin, cp.Size, cp.RootText(), out, keys})
		}
		sh.printf("%d entries of %s, root %s: %s\n", cp.Size, r.Origin, cp.RootText(), out)
		return nil
	}
	return cmd
}

// restoreAnswer is the --json form of `truce backup restore`.
type restoreAnswer struct {
	Register   string `json:"register"`
	Size       int64  `json:"size"`
	Root       string `json:"root"`
	Signatures int64  `json:"signatures"`
	Folder     string `json:"folder"`
	Keys       bool   `json:"keys"` // the private keys are in the folder
}

func newBackupRestore(sh *shell) *cobra.Command {
	var logKey string
	cmd := &cobra.Command{
		Use:   "restore FILE FOLDER",
		Short: "Restore a backup into a folder, verifying every entry",
		Long: `Restores a backup into a folder that holds no database. Every entry is hashed and
verified again, and the views are worked out anew; what does not verify leaves nothing
behind. A folder that still has the head of a newer state is refused: the register
would sign a second history.`,
		Example: "  truce backup restore monday.backup D2\n  truce backup restore monday.backup D2 --log-key log.pub",
		Args:    exactArgs("a backup", "a folder"),
	}
	cmd.Flags().StringVar(&logKey, "log-key", "", "file of the public key that the log must have")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		vkey := ""
		if logKey != "" {
			var err error
			if vkey, err = readLogKey(logKey); err != nil {
				return err
			}
		}
		return sh.restore(cmd.Context(), args[0], args[1], vkey)
	}
	return cmd
}

func (sh *shell) restore(ctx context.Context, file, folder, vkey string) error {
	bar := sh.progress("verifying")
	done, err := app.Restore(ctx, file, app.Folder(folder), vkey, bar.of)
	bar.end()
	if err != nil {
		return err
	}
	if !done.Keys {
		sh.say("the private keys are not in the folder: put log.key and keys/registrar.key back before it can sign")
	}
	if sh.json {
		return sh.printJSON(restoreAnswer{done.Origin, done.Size, done.Root.String(), done.Signatures, folder, done.Keys})
	}
	sh.printf("%d entries of %s verified and restored, root %s\n", done.Size, done.Origin, done.Root)
	return nil
}

func newViews(sh *shell) *cobra.Command {
	return group(sh, "views", "Views of the log: rebuild", "  truce views rebuild --data D", newViewsRebuild)
}

// viewsAnswer is the --json form of `truce views rebuild`: SHA-256 digests over
// all rows of each view.
type viewsAnswer struct {
	Size   int64             `json:"size"`
	Before map[string]string `json:"before"`
	After  map[string]string `json:"after"`
	Same   bool              `json:"same"`
}

func newViewsRebuild(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Drop every view and work it out again from the log",
		Long: `Drops the views and replays the log into new ones, and prints their digests before and
after. They are the same unless somebody changed the views behind the register's back;
then the exit code is 7, and the views are right again.`,
		Example: "  truce views rebuild --data D",
		Args:    noArgs,
	}
	w := sh.dataFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		r, err := w.openApp(cmd.Context(), toRead, nil)
		if err != nil {
			return err
		}
		defer r.Close()
		return sh.rebuildViews(cmd.Context(), r)
	}
	return cmd
}

func (sh *shell) rebuildViews(ctx context.Context, r *app.Register) error {
	// Views that cannot even be read have no digest; they are rebuilt all the same.
	before, readErr := r.ViewDigests(ctx)
	if err := r.RebuildViews(ctx); err != nil {
		return err
	}
	after, err := r.ViewDigests(ctx)
	if err != nil {
		return err
	}
	a := viewsAnswer{Size: r.Ledger.Head().Size, Before: before, After: after, Same: readErr == nil}
	var changed []string
	for _, name := range sortedKeys(after) {
		if before[name] != after[name] {
			a.Same, changed = false, append(changed, name)
		}
	}
	if err := sh.showRebuilt(a); err != nil || a.Same {
		return err
	}
	return truce.E(truce.CodeTampered, "the rows of these views were not what the log says: %v", changed).
		WithHint("they are right again now; find out who could write to the database")
}

func (sh *shell) showRebuilt(a viewsAnswer) error {
	if sh.json {
		return sh.printJSON(a)
	}
	rows := [][]string{}
	for _, name := range sortedKeys(a.After) {
		rows = append(rows, []string{name, "before", orDash(a.Before[name])}, []string{name, "after", a.After[name]})
	}
	sh.table([]string{"VIEW", "", "SHA-256"}, rows)
	return nil
}
