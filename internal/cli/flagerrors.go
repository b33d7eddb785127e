package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"truce"
)

// flagOf are the flags that hold what a member of a statement or of a question
// says. A fault in such a member is told as one of the flag.
var flagOf = map[string][]string{
	"/at": {"at"}, "/radiusM": {"radius"}, "/asKnownAt": {"as-known-at"}, "as-known-at": {"as-known-at"}, "/minEntry": {"min-entry"},
	"/time": {"time"}, "time": {"time"}, "/from": {"from"}, "/until": {"until"}, "in-force-at": {"in-force-at", "time"},
	"--in-force-at": {"in-force-at", "time"},
	"/kind":         {"kind"}, "/subject": {"id", "subject"}, "/replaces": {"replaces"}, "/status": {"status"}, "/lang": {"lang"},
	"/audience": {"audience"}, "/register": {"register"}, "/author": {"author"},
}

// content are the members whose text may be wrong though the command was called
// rightly: a coordinate is input, like a file.
var content = []string{"/at"}

// nameFlags makes every command below cmd tell its errors by its flags.
func nameFlags(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		nameFlags(sub)
	}
	run := cmd.RunE
	if run == nil {
		return
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return byFlag(cmd, run(cmd, args)) }
}

// byFlag names the flag, where an error names the member that the flag fills.
func byFlag(cmd *cobra.Command, err error) error {
	e, ok := errors.AsType[*truce.Error](err)
	if !ok || e.Row > 0 {
		return err
	}
	for _, name := range flagOf[e.Field] {
		if cmd.Flags().Lookup(name) == nil {
			continue
		}
		named := e.At("--" + name)
		if e.Code == truce.CodeInvalid && !slices.Contains(content, e.Field) {
			named.Code = truce.CodeUsage
		}
		return named
	}
	return err
}

// flagError says what is wrong with the flags themselves.
func flagError(cmd *cobra.Command, err error) error {
	text := strings.NewReplacer("strconv.ParseInt: ", "", "strconv.ParseFloat: ", "", "strconv.ParseBool: ", "").Replace(err.Error())
	e := truce.E(truce.CodeUsage, "%s", plain(text))
	if _, arg, ok := strings.Cut(text, " in -"); ok && arg != "" && strings.ContainsRune("0123456789.", rune(arg[0])) {
		return e.WithHint("what begins with a minus and is no flag stands behind --: %s -- -%s", cmd.CommandPath(), plain(arg))
	}
	return e.WithHint("%s --help shows the flags", cmd.CommandPath())
}

// otherwise are the hints for errors that have none of their own.
var otherwise = map[truce.Code]string{
	truce.CodeUsage:       "the command's --help begins with examples",
	truce.CodeInvalid:     "put right what is named and try again; nothing was changed",
	truce.CodeNotFound:    "look whether the id or the path is right",
	truce.CodeRefused:     "ask the registrar; truce party show and truce key list say who may do what",
	truce.CodeUnsigned:    "sign it again with a key that is in use; truce key list shows them",
	truce.CodeSignIn:      "give --key FILE with a key of your party",
	truce.CodeConflict:    "look at what is registered now, and decide anew",
	truce.CodeNoMatch:     "say which version it replaces",
	truce.CodeStaleWrite:  "look at the newest version, and decide anew",
	truce.CodeGone:        "the entry stays in the log; its content is gone for ever",
	truce.CodeTooLarge:    "divide it into parts",
	truce.CodeBusy:        "wait a while and try again",
	truce.CodeUnavailable: "truce doctor --data FOLDER says what stands in the way",
	truce.CodeTampered:    "keep everything as it is, it is evidence; truce log verify looks at every entry",
	truce.CodeStale:       "get newer knowledge: from the server, or a newer pack",
	truce.CodeInternal:    "this is a fault of the program; truce doctor --data FOLDER may tell more",
}

// hintOf is what to do about an error.
func hintOf(err error) string {
	if hint := truce.HintOf(err); hint != "" {
		return hint
	}
	e, ok := errors.AsType[*truce.Error](err)
	if ok && e.Code == truce.CodeInvalid && strings.Contains(e.Field, "/body") {
		return "docs/kinds.md lists the members of every statement with their values"
	}
	return otherwise[truce.CodeOf(err)]
}
