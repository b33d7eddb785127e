package cli

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/keyfile"
	"truce/pack"
)

// packBuilt is the --json form of `truce pack build`.
type packBuilt struct {
	File     string       `json:"file"`
	Source   string       `json:"source"`
	Objects  int          `json:"objects"`
	Zones    int          `json:"zones"`
	Bytes    int          `json:"bytes"`
	MadeAt   string       `json:"madeAt"`
	MaxAgeS  int64        `json:"maxAgeS,omitempty"`
	Key      string       `json:"key,omitempty"`
	SHA256   string       `json:"sha256"`
	Rejected int          `json:"rejected"`
	Errors   []rowProblem `json:"errors"`
}

// rowProblem is what is wrong with one feature.
type rowProblem struct {
	Row int `json:"row"`
	problem
}

func newPackBuild(sh *shell) *cobra.Command {
	var out, key string
	var maxAge time.Duration
	cmd := &cobra.Command{
		Use:   "build FILE.geojson -o FILE.pack",
		Short: "Make a pack of a list of your own; it says that no register stands behind it",
		Long: `Reads GeoJSON: points, lines, polygons and their Multi forms, with the optional properties
name, kind, radius_m (points, metres), buffer_m (lines, metres), from and until (RFC 3339),
or periods (a list of such pairs).
A feature that cannot be read is named and left out, and the exit code is then 1.
With --key the pack is signed, and its public key is printed for those who verify it.`,
		Example: `  truce pack build sites.geojson -o x.pack
  truce pack build sites.geojson -o x.pack --max-age 72h --key mine.key --json`,
		Args: exactArgs("file"),
	}
	pass := sh.passphraseFlag(cmd)
	f := cmd.Flags()
	f.StringVarP(&out, "output", "o", "", "file to write; - for standard output")
	f.StringVar(&key, "key", "", "file of a key to sign it with")
	f.DurationVar(&maxAge, "max-age", 0, "how long it counts, such as 72h; 0 = it does not say")
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if err := given("output", out, "x.pack"); err != nil {
			return err
		}
		if maxAge < 0 || maxAge%time.Second != 0 {
			return truce.E(truce.CodeUsage, "--max-age is a length of time in whole seconds").WithHint("such as 72h")
		}
		b := &packBuilder{sh: sh, maxAge: maxAge}
		if key != "" {
			file, err := keyfile.Load(key, pass.of(key))
			if err != nil {
				return err
			}
			if b.signer, b.vkey, err = pack.NewSigner(listSigner, file.Key); err != nil {
				return err
			}
		}
		return b.run(args[0], out)
	}
	return cmd
}

// listSigner is the name of a key that signs plain lists: no register has it.
const listSigner = "list.invalid/pack"

type packBuilder struct {
	sh     *shell
	maxAge time.Duration
	signer note.Signer
	vkey   string
}

func (b *packBuilder) run(from, to string) error {
	in := b.sh.In
	if from != "-" {
		f, err := os.Open(from)
		if err != nil {
			return fileError(from, err)
		}
		defer f.Close()
		in = f
	}
	list, data, err := b.make(in, filepath.Base(from))
	if err != nil {
		return inFile(from, err)
	}
	if err := b.sh.writePack(to, data); err != nil {
		return err
	}
	return b.tell(list, data, to)
}

func (b *packBuilder) make(in io.Reader, name string) (*pack.List, []byte, error) {
	made := pack.NewBuilder()
	list, err := pack.ReadGeoJSON(in, made.Add)
	if err != nil {
		return nil, nil, err
	}
	if list.Count == 0 {
		return nil, nil, firstOf(append(list.Errors, truce.E(truce.CodeInvalid, "the list holds no place"))...)
	}
	data, err := made.Make(pack.Contents{Header: pack.Header{Source: pack.FromFile, Origin: name},
		MadeAt: time.Now().UTC(), MaxAge: b.maxAge}, b.signer, b.vkey)
	return list, data, err
}

func (b *packBuilder) tell(list *pack.List, data []byte, to string) error {
	for _, remark := range list.Remarks {
		b.sh.say("%s", remark)
	}
	for _, err := range list.Errors {
		b.sh.printErr("truce: %s\n", oneLine(err.Error()))
	}
	h, err := pack.ReadHeader(data)
	if err != nil {
		return err
	}
	b.sh.say("%d places, %d bytes: %s", h.Objects, len(data), to)
	if b.vkey != "" && !b.sh.json {
		b.sh.say("it is signed; others verify it with the key %s", b.vkey)
	}
	if b.sh.json && to != "-" {
		a := packBuilt{File: to, Source: h.Source, Objects: h.Objects, Zones: h.Zones, Bytes: len(data), MadeAt: h.MadeAt, MaxAgeS: h.MaxAgeS,
			Key: h.Key, SHA256: h.SHA256, Rejected: list.Rejected, Errors: rowProblems(list.Errors)}
		if err := b.sh.printJSON(a); err != nil {
			return err
		}
	}
	if n := list.Rejected; n > 0 {
		return truce.E(truce.CodeInvalid, "%d of %d features were left out", n, n+h.Objects).WithHint("the pack does not have them: put them right and build it again")
	}
	return nil
}

func rowProblems(errs []error) []rowProblem {
	out := []rowProblem{}
	for _, err := range errs {
		out = append(out, rowProblem{rowOf(err), problemOf(err)})
	}
	return out
}
