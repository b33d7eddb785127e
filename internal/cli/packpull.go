package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/client"
	"truce/internal/auth"
	"truce/internal/store"
	"truce/pack"
)

// packs gives the signed pack of whoever acts, or of another party where the data folder is at hand.
type packs interface {
	// Pull gives the newest pack; have is the one that a delta may lead on from, or nil.
	Pull(ctx context.Context, p pulling, have *pack.Pack) (*client.Pulled, error)
}

// pulling is what `truce pack pull` was asked for.
type pulling struct {
	out    string
	party  string        // with --data: whose pack
	maxAge time.Duration // with --data: how long it counts; 0 = as the register has it
	delta  bool
}

// packPulled is the --json form of `truce pack pull`.
type packPulled struct {
	packInfo
	Received int  `json:"received"` // bytes that came over the network, or would have
	Delta    bool `json:"delta"`
}

func newPackPull(sh *shell) *cobra.Command {
	var p pulling
	cmd := &cobra.Command{
		Use:   "pull (--data D | --server URL --key FILE) -o FILE",
		Short: "Fetch everything that your party was told as one signed file",
		Long: `Writes a pack: what your party was told, as of the newest log entry, signed with the key of
the log. It is verified before it is written, and takes the place of an older one whole.
With --delta only what changed since the pack in FILE is fetched.
With --data the register's own pack is made, or with --for that of a party.`,
		Example: `  truce pack pull --server https://register.example --key mine.key --log-key log.pub -o x.pack
  truce pack pull --server https://register.example --key mine.key -o x.pack --delta
  truce pack pull --data D --for party-x -o x.pack`,
		Args: noArgs,
	}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.StringVarP(&p.out, "output", "o", "", "file to write; - for standard output")
	f.BoolVar(&p.delta, "delta", false, "fetch what changed since the pack that lies in the file")
	f.StringVar(&p.party, "for", "", "with --data: id of the party whose pack it is")
	f.DurationVar(&p.maxAge, "max-age", 0, "with --data: how long the pack counts, such as 72h")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := firstOf(given("output", p.out, "x.pack"), p.check()); err != nil {
			return err
		}
		return w.do(cmd.Context(), toWrite, func(r *register) error { return sh.pull(cmd.Context(), r, w, p) })
	}
	return cmd
}

func (p pulling) check() error {
	switch {
	case p.delta && p.out == "-":
		return truce.E(truce.CodeUsage, "--delta needs the file that it leads on from").WithHint("name it with -o")
	case p.maxAge < 0 || p.maxAge%time.Second != 0:
		return truce.E(truce.CodeUsage, "--max-age is a length of time in whole seconds").WithHint("such as 72h")
	}
	return nil
}

func (sh *shell) pull(ctx context.Context, r *register, w *where, p pulling) error {
	h, err := r.head(ctx)
	if err != nil {
		return err
	}
	var have *pack.Pack
	if p.delta {
		data, err := sh.readInput(p.out, maxPack)
		if err != nil {
			return err
		}
		if have, err = pack.Open(data, h.LogKey); err != nil {
			return inFile(p.out, err)
		}
	}
	got, err := r.Pull(ctx, p, have)
	if err != nil {
		return err
	}
	if err := sh.notRolledBack(got.Pack); err != nil {
		return err
	}
	if err := sh.writePack(p.out, got.Bytes()); err != nil {
		return err
	}
	sh.rememberKey(&got.Header)
	sh.say("%d objects, as of %d entries of %s: %s (%d bytes, %d received)", got.Objects, got.LogSize, got.Origin, p.out, len(got.Bytes()), got.Received)
	if sh.json && p.out != "-" {
		return sh.printJSON(packPulled{infoOf(&got.Header, p.out, true), got.Received, got.Delta})
	}
	return nil
}

// Pull fetches the pack of the party whose key was given.
func (r *remote) Pull(ctx context.Context, p pulling, have *pack.Pack) (*client.Pulled, error) {
	if p.party != "" || p.maxAge != 0 {
		return nil, truce.E(truce.CodeUsage, "--for and --max-age are for --data: a server gives each party its own pack")
	}
	return r.PullPack(ctx, have)
}

// Pull makes the pack of the registrar, of the party whose key was given, or of the party named.
func (l *local) Pull(ctx context.Context, p pulling, have *pack.Pack) (*client.Pulled, error) {
	v, err := l.packViewer(ctx, p.party)
	if err != nil {
		return nil, err
	}
	maker := l.app.Packs.Lasting(p.maxAge)
	if have == nil || have.Source != pack.FromRegister {
		to, err := maker.Pack(ctx, v)
		if err != nil {
			return nil, err
		}
		return &client.Pulled{Pack: to, Received: len(to.Bytes())}, nil
	}
	to, delta, err := maker.Delta(ctx, v, have.LogSize, have.Hash())
	if err != nil || delta == nil {
		return &client.Pulled{Pack: to}, err
	}
	to, err = pack.Apply(have, delta, l.app.LogKey)
	return &client.Pulled{Pack: to, Received: len(delta), Delta: true}, err
}

func (l *local) packViewer(ctx context.Context, party string) (v auth.Viewer, err error) {
	if party == "" && l.w.key == "" {
		return l.viewer(ctx)
	}
	id := truce.PartyID(party)
	if party == "" {
		if id, _, err = l.Acting(ctx); err != nil {
			return v, err
		}
	}
	err = l.app.DB.View(ctx, func(r store.Reader) error {
		state, err := l.app.Parties.Party(ctx, r, id, truce.Now)
		if err == nil && state == nil {
			err = noParty(id)
		}
		if err == nil && !state.Active() {
			err = truce.E(truce.CodeRefused, "the party %q takes no part any more", string(id))
		}
		if err == nil {
			v = auth.Viewer{Party: id, Role: state.Role}
		}
		return err
	})
	return v, err
}
