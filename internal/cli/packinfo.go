package cli

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/pack"
)

// packInfo is the --json form of `truce pack info` and `truce pack verify`.
type packInfo struct {
	pack.Header
	File     string  `json:"file"`
	AgeS     float64 `json:"ageS"`
	Stale    bool    `json:"stale"`
	Hash     string  `json:"hash"`     // of the content, sha256: and hex: what an acknowledgement names
	Verified bool    `json:"verified"` // signed with a key that was given, or met before; not one that a list names itself
}

func newPackInfo(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "info FILE",
		Short: "Say what a pack is: whose, of which state of the log, how old; verifies no signature",
		Example: `  truce pack info x.pack
  truce pack info x.pack --json`,
		Args: exactArgs("file"),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := sh.readInput(args[0], maxPack)
			if err != nil {
				return err
			}
			h, err := pack.ReadHeader(data)
			if err != nil {
				return inFile(args[0], err)
			}
			return sh.showPack(infoOf(h, args[0], false))
		},
	}
}

func newPackVerify(sh *shell) *cobra.Command {
	var t packTrust
	cmd := &cobra.Command{
		Use:   "verify FILE --log-key FILE",
		Short: "Verify a pack: every byte, its signature, its checkpoint, and that it is not an older one",
		Long: `Exit code 7 says that the pack was altered, cut off, signed with another key, or put back in
the place of a newer one. Without --log-key the key that this machine met first for the
register is used. A pack older than its maker lets it count is exit code 8.`,
		Example: `  truce pack verify x.pack --log-key log.pub
  truce pack verify x.pack --log-key log.pub --after 1200 --json`,
		Args: exactArgs("file"),
	}
	t.add(cmd)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		p, err := sh.openPack(args[0], t)
		if err != nil {
			return err
		}
		if err := sh.showPack(infoOf(&p.Header, args[0], t.vouches(p))); err != nil {
			return err
		}
		return inFile(args[0], p.Fresh(time.Now()))
	}
	return cmd
}

func (t *packTrust) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.logKey, "log-key", "", "file of the public key that the pack must be signed with")
	cmd.Flags().Int64Var(&t.after, "after", 0, "number of entries that it must know at least; a pack of fewer is exit code 7")
}

// vouches reports whether the key of a pack that was verified is worth more than the pack's own word.
func (t *packTrust) vouches(p *pack.Pack) bool {
	return t.logKey != "" || p.Source == pack.FromRegister
}

func infoOf(h *pack.Header, file string, verified bool) packInfo {
	age, stale := h.Age(time.Now())
	return packInfo{Header: *h, File: file, Hash: packHash(h), AgeS: age.Round(time.Millisecond).Seconds(), Stale: stale, Verified: verified}
}

// packHash is the hash of a pack's content as ack.load names it.
func packHash(h *pack.Header) string {
	sum, err := base64.StdEncoding.DecodeString(h.SHA256)
	if err != nil {
		return "" // of a header that was read there is one
	}
	return "sha256:" + hex.EncodeToString(sum)
}

func (sh *shell) showPack(i packInfo) error {
	if sh.json {
		return sh.printJSON(i)
	}
	if i.Source == pack.FromFile {
		sh.printf("a list made from the file %s; no register stands behind it\n", i.Origin)
	} else {
		sh.printf("register  %s\naudience  %s (%s)\nknows     %d entries\n", i.Origin, i.Audience.Party, i.Audience.Role, i.LogSize)
	}
	sh.printf("hash      %s\n", i.Hash)
	sh.printf("holds     %d objects, %d shapes", i.Objects, i.Zones)
	if i.Source == pack.FromRegister {
		sh.printf("; %d agreements, %d windows", i.Agreements, i.Windows)
	}
	sh.printf("\nmade at   %s, %s ago\n", i.MadeAt, ageText(i.AgeS))
	switch {
	case i.Stale:
		sh.printf("stale     it counts for %s\n", ageText(float64(i.MaxAgeS)))
	case i.MaxAgeS > 0:
		sh.printf("counts    for %s\n", ageText(float64(i.MaxAgeS)))
	}
	switch {
	case i.Verified:
		sh.printf("verified  signed with %s\n", i.Key)
	case i.Key == "":
		sh.printf("signed    by nobody\n")
	case i.Source == pack.FromFile:
		sh.printf("signed    with a key that it names itself: %s\n", i.Key)
	default:
		sh.printf("signed    not verified; it names the key %s\n", i.Key)
	}
	return nil
}

func ageText(seconds float64) string {
	return (time.Duration(seconds) * time.Second).String()
}

// rowOf is the row that an error names, 0 for none.
func rowOf(err error) int {
	if e, ok := errors.AsType[*truce.Error](err); ok {
		return e.Row
	}
	return 0
}
