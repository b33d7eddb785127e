package cli

import (
	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
)

// initAnswer is the --json form of `truce init`.
type initAnswer struct {
	Origin    string        `json:"origin"`
	LogKey    string        `json:"logKey"`
	Registrar truce.PartyID `json:"registrar"`
	Folder    string        `json:"folder"`
	Exercise  bool          `json:"exercise"`
}

func newInit(sh *shell) *cobra.Command {
	var f app.Founding
	var none bool
	cmd := &cobra.Command{
		Use:   "init FOLDER --origin NAME",
		Short: "Make a register, its registrar and its keys",
		Long: `Makes a data folder with a new register: the key of its log, its registrar with a
root key and a key in use, and the first two entries. Prints the log's public key,
which is what others need to verify anything; it also stands in FOLDER/log.pub.`,
		Example: `  truce init D --origin register.example/aleppo
  truce init D --origin register.example/aleppo --no-passphrase
  truce init drill --origin drill.example/2016 --exercise --passphrase-file secret.txt`,
		Args: exactArgs("the folder to make"),
	}
	pass := sh.passphraseFlag(cmd)
	cmd.Flags().StringVar(&f.Origin, "origin", "", "name of the register: host and path, lower case, no scheme")
	cmd.Flags().StringVar(&f.Name, "name", "", "name of the registrar")
	cmd.Flags().BoolVar(&f.Exercise, "exercise", false, "nothing in this register is meant; every statement is marked as an exercise")
	cmd.Flags().BoolVar(&none, "no-passphrase", false, "leave the key files open to whoever can read the disk")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if err := given("origin", f.Origin, "register.example/aleppo"); err != nil {
			return err
		}
		if f.Passphrase, err = pass.fresh(args[0], none); err != nil {
			return err
		}
		if err := app.Create(cmd.Context(), app.Folder(args[0]), f, nil); err != nil {
			return err
		}
		return sh.created(app.Folder(args[0]), f)
	}
	return cmd
}

func (sh *shell) created(dir app.Folder, f app.Founding) error {
	logKey, err := dir.LogKey()
	if err != nil {
		return err
	}
	sh.say("the register %s is in %s; keep a copy of its log.pub elsewhere, and its keys too", f.Origin, string(dir))
	if f.Passphrase == nil {
		sh.say("the key files have no passphrase: whoever can read %s can sign as the register", string(dir))
	}
	if sh.json {
		return sh.printJSON(initAnswer{f.Origin, logKey, app.RegistrarID, string(dir), f.Exercise})
	}
	sh.printf("%s\n", logKey)
	return nil
}
