package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/durable"
	"truce/internal/mirror"
	"truce/internal/store"
	"truce/proof"
)

// exportAnswer is the --json form of `truce log export`.
type exportAnswer struct {
	Folder  string `json:"folder"`
	Size    int64  `json:"size"`
	Root    string `json:"root"`
	Records int    `json:"records"` // entries whose content was written, whole or in part
}

func newLogExport(sh *shell) *cobra.Command {
	var out, reader string
	cmd := &cobra.Command{
		Use:   "export FOLDER",
		Short: "Write the log as static files that others can verify (C2SP tlog-tiles)",
		Long: `Writes checkpoint and tiles into a folder: hashes only, no content of any entry. Any
web server can hand them out. Exporting into the same folder again adds what is new.

With --for it also writes what one reader may read, for a mirror that is reached by
hand: truce mirror --from FOLDER. The folder is then for that reader only.`,
		Example: "  truce log export public --data D\n  truce log export -o /media/usb/log --data D --for party:north",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 || len(args) == 0 && out != "" {
				return nil
			}
			return wrongArgs(cmd, "a folder")
		},
	}
	w := sh.dataFlags(cmd)
	cmd.Flags().StringVarP(&out, "out", "o", "", "the folder, where it is not named as an argument")
	cmd.Flags().StringVar(&reader, "for", "", `write the contents too that this reader may read: "party:ID", "public" or "all"`)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 && out != "" {
			return truce.E(truce.CodeUsage, "two folders are named").WithHint("name one: truce log export public --data D")
		}
		if len(args) == 1 {
			out = args[0]
		}
		return sh.export(cmd.Context(), w, out, reader)
	}
	return cmd
}

// export writes the contents before the tiles, and the checkpoint last.
func (sh *shell) export(ctx context.Context, w *where, out, reader string) error {
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return truce.E(truce.CodeUsage, "this is a file; a folder is needed").At(out).WithHint("name a new folder for the static files")
	}
	r, err := w.openApp(ctx, toRead, nil)
	if err != nil {
		return err
	}
	defer r.Close()
	if same, err := sameFolder(out, w.data); err != nil || same {
		return firstOf(err, truce.E(truce.CodeUsage, "the register itself lies in this folder").At(out).
			WithHint("name another folder: what is exported is for others to read, the register is not"))
	}
	records, err := sh.exportRecords(ctx, r, out, reader)
	if err != nil {
		return err
	}
	cp, err := r.Ledger.Export(ctx, out)
	if err == nil {
		err = durable.Replace(filepath.Join(out, "checkpoint"), r.ShownHead().Note, 0o644)
	}
	if err != nil {
		return err
	}
	a := exportAnswer{out, cp.Size, cp.RootText(), records}
	if sh.json {
		return sh.printJSON(a)
	}
	sh.printf("%d entries, root %s\n", a.Size, a.Root)
	if reader != "" {
		sh.printf("%d contents, for %s\n", a.Records, reader)
	}
	return nil
}

func (sh *shell) exportRecords(ctx context.Context, r *app.Register, out, reader string) (int, error) {
	if reader == "" {
		return 0, nil
	}
	viewer, err := readerOf(ctx, r, reader)
	if err != nil {
		return 0, err
	}
	hand := func(ctx context.Context, from, until int64) (*proof.Handover, error) {
		return r.HandOver(ctx, viewer, from, until)
	}
	return mirror.ExportRecords(ctx, out, r.Ledger.Head().Size, hand)
}

// readerOf is whom --for means.
func readerOf(ctx context.Context, r *app.Register, text string) (v auth.Viewer, err error) {
	switch id, isParty := strings.CutPrefix(text, "party:"); {
	case text == truce.AudiencePublic:
		return auth.Viewer{Role: truce.RolePublic}, nil
	case text == "all":
		return (&local{app: r}).viewer(ctx)
	case isParty:
		err = r.DB.View(ctx, func(q store.Reader) error {
			p, err := r.Parties.Party(ctx, q, id, truce.Now)
			if err == nil && p == nil {
				err = truce.E(truce.CodeNotFound, "there is no party %q", plain(id)).WithHint("truce party list shows the parties")
			}
			if err == nil {
				v = auth.Viewer{Party: p.ID, Role: p.Role}
			}
			return err
		})
		return v, err
	}
	return v, truce.E(truce.CodeUsage, "--for %q is no reader", plain(text)).WithHint(`"party:ID", "public" or "all"`)
}
