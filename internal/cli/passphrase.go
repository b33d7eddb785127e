package cli

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"truce"
	"truce/internal/keyfile"
)

// maxPassphrase bounds what is read as a passphrase, in bytes.
const maxPassphrase = 1024

// passphrase gives the passphrases of key files: from a file, or from the
// terminal without echo; never from a flag or the environment, where others on
// the machine could read them.
type passphrase struct {
	sh   *shell
	file string // --passphrase-file; "-" is standard input
	kept map[string][]byte
}

func (sh *shell) passphraseFlag(cmd *cobra.Command) *passphrase {
	p := &passphrase{sh: sh, kept: map[string][]byte{}}
	cmd.Flags().StringVar(&p.file, "passphrase-file", "", "file whose first line is the passphrase of the key files; - for standard input")
	return p
}

// of gives the passphrase of what, which is asked for once.
func (p *passphrase) of(what string) keyfile.Ask {
	return func() ([]byte, error) {
		if p.file != "" {
			what = p.file
		}
		if _, ok := p.kept[what]; !ok {
			text, err := p.read("passphrase of " + what)
			if err != nil {
				return nil, err
			}
			p.kept[what] = text
		}
		return bytes.Clone(p.kept[what]), nil // it is wiped after use
	}
}

// possible reports whether a passphrase can be had at all.
func (p *passphrase) possible() bool { return p.file != "" || p.sh.terminal() != nil }

func (p *passphrase) read(prompt string) ([]byte, error) {
	if p.file != "" {
		return p.fromFile()
	}
	return p.sh.askSecret(prompt)
}

func (p *passphrase) fromFile() ([]byte, error) {
	in := p.sh.In
	if p.file != "-" {
		f, err := os.Open(p.file)
		if err != nil {
			return nil, fileError(p.file, err)
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxPassphrase+2))
	if err != nil {
		return nil, fileError(p.file, err)
	}
	line, _, _ := bytes.Cut(data, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if len(line) == 0 || len(line) > maxPassphrase {
		return nil, truce.E(truce.CodeInvalid, "the first line must be a passphrase of at most %d bytes", maxPassphrase).At(p.file).
			WithHint("it is empty or too long; what follows the first line is not read")
	}
	return line, nil
}

// fresh is the passphrase of a new key: asked for twice, or nil with none.
func (p *passphrase) fresh(what string, none bool) ([]byte, error) {
	switch {
	case none && p.file != "":
		return nil, truce.E(truce.CodeUsage, "--no-passphrase and --passphrase-file contradict each other").WithHint("give one of them")
	case none:
		return nil, nil
	case !p.possible():
		return nil, truce.E(truce.CodeUsage, "a new key needs a passphrase, and there is no terminal to ask on").
			WithHint("give --passphrase-file FILE, or --no-passphrase where the disk itself is protected")
	case p.file != "":
		return p.of(what)()
	}
	first, err := p.sh.askSecret("new passphrase of " + what)
	if err != nil {
		return nil, err
	}
	again, err := p.sh.askSecret("once more")
	if err == nil && (len(first) == 0 || subtle.ConstantTimeCompare(first, again) != 1) {
		err = truce.E(truce.CodeInvalid, "the passphrases are empty or not the same")
	}
	return first, err
}

// terminal is the file of the terminal that may be asked on, nil where there is none.
func (sh *shell) terminal() *os.File {
	if f, ok := sh.In.(*os.File); ok && !sh.noInput && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

func (sh *shell) askSecret(prompt string) ([]byte, error) {
	tty := sh.terminal()
	if tty == nil {
		return nil, truce.E(truce.CodeRefused, "a passphrase is needed, and there is no terminal to ask on").
			WithHint("give --passphrase-file FILE")
	}
	fmt.Fprintf(sh.Err, "%s: ", plain(prompt))
	text, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(sh.Err)
	if err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the passphrase cannot be read")
	}
	return text, nil
}
