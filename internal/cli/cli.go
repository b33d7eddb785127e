package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"truce"
)

// Streams are what a command reads and writes: the terminal, or a test.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(string) string
	Terminal bool // standard error is a terminal: progress may be drawn
}

// System is the process's own streams.
func System() Streams {
	return Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.Getenv, Terminal: term.IsTerminal(int(os.Stderr.Fd()))}
}

// Main runs one command line and gives its exit code (see truce.Code). Ctrl-C
// and SIGTERM end it in order; a second one ends it at once.
func Main(args []string, streams Streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { <-ctx.Done(); stop() }()
	root := newRoot(&shell{Streams: streams})
	root.SetArgs(args)
	return report(streams.Err, root.ExecuteContext(ctx))
}

// shell is what every subcommand shares: the streams and the global flags.
type shell struct {
	Streams
	json    bool // --json
	quiet   bool // --quiet: no progress, no talk
	noInput bool // --no-input: never ask
}

func newRoot(sh *shell) *cobra.Command {
	root := &cobra.Command{
		Use:   "truce",
		Short: "The register that people who do not trust each other can share",
		Long: `Truce keeps what must not be hit, who was told, and who stated it: each a signed
statement in a log that nobody can rewrite. Registration does not create protection
under the law, and the lack of it takes none away.`,
		Example: `  truce demo                                          # a register to look at
  truce init D --origin register.example/aleppo       # a register of your own
  truce check --data D --at "36.2128, 37.1166" --radius 500`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Args:              noArgs,

		SuggestionsMinimumDistance: suggestWithin,
	}
	root.SetHelpTemplate(helpTemplate)
	root.SetUsageTemplate(usageTemplate)
	root.SetIn(sh.In)
	root.SetOut(sh.Out)
	root.SetErr(sh.Err)
	flags := root.PersistentFlags()
	flags.BoolVar(&sh.json, "json", false, "answer as JSON, in the documented form")
	flags.BoolVarP(&sh.quiet, "quiet", "q", false, "no progress and no remarks on standard error")
	flags.BoolVar(&sh.noInput, "no-input", false, "never ask; fail where a question would be")
	root.SetFlagErrorFunc(flagError)
	for _, add := range subcommands {
		root.AddCommand(add(sh))
	}
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args, cmd.RunE = noArgs, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
			cmd.Example = "  truce completion bash > /etc/bash_completion.d/truce"
			for _, shell := range cmd.Commands() {
				shell.Example = "  truce completion " + shell.Name() + " --help"
			}
		}
	}
	nameFlags(root)
	return root
}

// subcommands are the commands in the order of the help; each file of the
// package adds its own here by name.
var subcommands = []func(*shell) *cobra.Command{
	newDemo,
	newInit,
	newServe,
	newParty,
	newKey,
	newStatement,
	newImport,
	newSite,
	newArea,
	newMovement,
	newCheck,
	newNow,
	newAgreement,
	newWindow,
	newCorridor,
	newWaiting,
	newPack,
	newConsent,
	newRelease,
	newVerification,
	newChallenge,
	newInbox,
	newFeed,
	newGaps,
	newSheet,
	newDesk,
	newAlarm,
	newJourney,
	newErase,
	newLog,
	newVerify,
	newMirror,
	newBackup,
	newViews,
	newDoctor,
	newCoord,
	newVersion,
}

// exitError ends with a code and nothing to say, as --exit-code asks.
type exitError int

func (e exitError) Error() string { return "" }

// report tells an error to people and gives the exit code for it.
func report(w io.Writer, err error) int {
	if err == nil {
		return truce.ExitOK
	}
	if code, ok := errors.AsType[exitError](err); ok {
		return int(code)
	}
	if errors.Is(err, context.Canceled) {
		io.WriteString(w, "truce: error: stopped\n")
		return truce.ExitFailed
	}
	io.WriteString(w, "truce: error: "+oneLine(err.Error())+"\n")
	if hint := hintOf(err); hint != "" {
		io.WriteString(w, "truce: hint: "+oneLine(hint)+"\n")
	}
	return truce.CodeOf(err).Exit()
}

// oneLine is a text of several lines on one, as plain text.
func oneLine(s string) string { return plain(strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ")) }
