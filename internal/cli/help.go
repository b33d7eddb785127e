package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"truce"
)

// helpTemplate begins with examples: they answer most questions.
const helpTemplate = `{{if .HasExample}}Examples:
{{.Example}}

{{end}}{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{if or .Runnable .HasSubCommands}}{{.UsageString}}{{end}}`

// usageTemplate is that of cobra, without the examples that stand above it.
const usageTemplate = `Usage:{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}
`

// suggestWithin is the edit distance up to which a mistyped command is guessed.
const suggestWithin = 2

// group is a command that only holds others.
func group(sh *shell, use, short, example string, subs ...func(*shell) *cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short, Example: example, Args: noArgs, SuggestionsMinimumDistance: suggestWithin,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, sub := range subs {
		cmd.AddCommand(sub(sh))
	}
	return cmd
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	e := truce.E(truce.CodeUsage, "unknown command or argument %q for %q", plain(args[0]), cmd.CommandPath())
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return e.WithHint("did you mean %s?", strings.Join(near, " or "))
	}
	return e.WithHint("%s --help shows what there is", cmd.CommandPath())
}

// exactArgs demands n arguments, named for the message.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == len(names) {
			return nil
		}
		return wrongArgs(cmd, strings.Join(names, " and "))
	}
}

// someArgs demands at least one argument of that name.
func someArgs(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		return wrongArgs(cmd, "at least one "+name)
	}
}

// mostArgs demands at most n arguments.
func mostArgs(n int, needs string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return truce.E(truce.CodeUsage, "%s takes %s at most", cmd.CommandPath(), needs).WithHint("%s", cmd.UseLine())
	}
}

func wrongArgs(cmd *cobra.Command, needs string) error {
	return truce.E(truce.CodeUsage, "%s needs %s", cmd.CommandPath(), needs).WithHint("%s", cmd.UseLine())
}

// oneOf demands that a flag has one of the values.
func oneOf[T ~string](flag string, value T, values ...T) error {
	texts := make([]string, len(values))
	for i, v := range values {
		if v == value {
			return nil
		}
		texts[i] = string(v)
	}
	if value == "" {
		return truce.E(truce.CodeUsage, "--%s is missing", flag).WithHint("one of %s", strings.Join(texts, ", "))
	}
	return truce.E(truce.CodeUsage, "--%s %q is not known", flag, plain(string(value))).WithHint("one of %s", strings.Join(texts, ", "))
}

// given demands that a flag is not empty.
func given(flag, value, example string) error {
	if value != "" {
		return nil
	}
	return truce.E(truce.CodeUsage, "--%s is missing", flag).WithHint("such as --%s %s", flag, example)
}

// notNegative demands a number of 0 or more.
func notNegative(flag string, n int) error {
	if n >= 0 {
		return nil
	}
	return truce.E(truce.CodeUsage, "--%s must be 0 or more", flag).WithHint("leave it out for no bound")
}

// firstOf is the first error there is.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
