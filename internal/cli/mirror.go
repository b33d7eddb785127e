package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/client"
	"truce/internal/app"
	"truce/internal/durable"
	"truce/internal/keyfile"
	"truce/internal/mirror"
	"truce/internal/obs"
	"truce/internal/outbound"
	"truce/proof"
)

// mirrorFlags are the flags of `truce mirror`.
type mirrorFlags struct {
	*where
	from, name, token, policy, addr string
	receipts                        []string
	once, allowPrivate, open, feed  bool
	every, maxAge, lag, timeout     time.Duration
}

func newMirror(sh *shell) *cobra.Command {
	m := &mirrorFlags{}
	cmd := &cobra.Command{
		Use:   "mirror --from URL|FOLDER --data FOLDER --log-key FILE",
		Short: "Keep a verified copy of a log, and of what you may read of it",
		Long: `Copies every leaf of a log and, signed in with --token-key, the entries that your
party may read; verifies every byte; and keeps them in a folder that answers like the
register: truce check, log verify and serve take it as --data. What breaks off goes on
where it broke. --from a folder reads what truce log export wrote.

With --name it cosigns what it stores, and answers as a witness (C2SP tlog-witness)
while it is served with --addr, or with truce serve --data.

A log that was split, rewritten, rolled back or frozen, that drops what it acknowledged
or dates back, is misconduct: evidence is kept in FOLDER/evidence, and the exit code is 7.`,
		Example: `  truce mirror --from https://register.example --data M --log-key log.pub --token-key party.key --once
  truce mirror --from /media/usb/log --data M --log-key log.pub --once
  truce mirror --from https://register.example --data M --log-key log.pub --name party.example/mirror --addr 127.0.0.1:8449`,
		Args: noArgs,
	}
	m.where = sh.dataFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&m.from, "from", "", "URL of the register or of another mirror, or a folder with an exported log")
	f.StringVar(&m.logKey, "log-key", "", "file of the log's public key; needed the first time")
	f.StringVar(&m.token, "token-key", "", "file of your party's key, to sign in with: what it may read is copied too")
	f.StringVar(&m.name, "name", "", "name of your cosigner, host and path: cosign what is stored")
	f.BoolVar(&m.open, "no-passphrase", false, "leave the cosigner's new key files open to whoever can read the disk")
	f.StringVar(&m.policy, "policy", "", "file that says which witnesses must have cosigned (C2SP tlog-policy)")
	f.DurationVar(&m.maxAge, "max-age", 0, "how old the newest cosignatures, or without a policy the newest entry, may be")
	f.DurationVar(&m.lag, "lag", 15*time.Minute, "by how much what the register publishes may be behind its log")
	f.StringSliceVar(&m.receipts, "receipt", nil, "keep this receipt, and see each time that the log keeps it too")
	f.BoolVar(&m.feed, "compare-feed", false, "read your feed too, and see that everything it shows was handed over")
	f.BoolVar(&m.once, "once", false, "bring the copy up to date, and end")
	f.DurationVar(&m.every, "every", time.Minute, "time between two looks")
	f.DurationVar(&m.timeout, "timeout", 10*time.Minute, "for one request, answer included")
	f.BoolVar(&m.allowPrivate, "allow-private", false, "go to addresses that are not public too")
	f.StringVar(&m.addr, "addr", "", "host:port to serve the copy on meanwhile")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := m.check(); err != nil {
			return err
		}
		return m.run(cmd.Context())
	}
	return cmd
}

func (m *mirrorFlags) check() error {
	if m.data == "" {
		m.data = m.sh.Env("TRUCE_DATA")
	}
	for _, need := range []struct{ name, value, example string }{{"from", m.from, "https://register.example"}, {"data", m.data, "M"}} {
		if err := given(need.name, need.value, need.example); err != nil {
			return err
		}
	}
	if m.every < time.Second || m.timeout < time.Second || m.maxAge < 0 || m.lag < 0 {
		return truce.E(truce.CodeUsage, "a time is too short").WithHint("--every and --timeout are at least 1s")
	}
	if m.once && m.addr != "" {
		return truce.E(truce.CodeUsage, "--once and --addr contradict each other").WithHint("serve the folder with: truce serve --data %s", m.data)
	}
	if m.addr != "" {
		return checkAddr(m.addr)
	}
	return nil
}

func (m *mirrorFlags) run(ctx context.Context) error {
	logger := slog.New(slog.DiscardHandler)
	if !m.once {
		logger = obs.NewLogger(m.sh.Err, obs.LogOptions{Level: slog.LevelInfo, Text: true})
	}
	o, bar, err := m.options(logger)
	if err != nil {
		return err
	}
	reg, mirrored, err := app.OpenMirror(ctx, app.Folder(m.data), *o)
	if err != nil {
		return err
	}
	defer reg.Close()
	if err := m.keepReceipts(reg); err != nil {
		return err
	}
	if err := m.tellKeys(reg); err != nil {
		return err
	}
	if m.once {
		report, err := mirrored.Sync(ctx)
		bar.end()
		return m.tell(report, err)
	}
	return m.keepOn(ctx, reg, mirrored)
}

func (m *mirrorFlags) options(logger *slog.Logger) (*app.MirrorOptions, *bar, error) {
	o := &app.MirrorOptions{MirrorSettings: app.MirrorSettings{From: m.from, Name: m.name}, MaxAge: m.maxAge, Lag: m.lag, Logger: logger,
		Ask: m.pass.of(m.data), Fresh: func() ([]byte, error) { return m.pass.fresh("the cosigner in "+m.data, m.open) }}
	var err error
	if m.logKey == "" && !app.Folder(m.data).IsMirror() {
		return nil, nil, given("log-key", "", "log.pub")
	}
	if m.logKey == "" {
		m.logKey = app.Folder(m.data).LogPublic()
	}
	if o.LogKey, err = readLogKey(m.logKey); err != nil {
		return nil, nil, err
	}
	if o.Policy, err = m.sh.readPolicy(m.policy); err != nil {
		return nil, nil, err
	}
	if o.Source, err = m.source(o.LogKey); err != nil {
		return nil, nil, err
	}
	if m.feed {
		feed, ok := o.Source.(*client.Client)
		if !ok || m.token == "" {
			return nil, nil, truce.E(truce.CodeUsage, "--compare-feed needs a server, and --token-key").WithHint("a folder has no feed of a party")
		}
		o.Feed = feed
	}
	bar := m.sh.progress("copying")
	o.Progress = bar.of
	return o, bar, nil
}

// source is a server or a folder.
func (m *mirrorFlags) source(logKey string) (mirror.Source, error) {
	if !strings.HasPrefix(m.from, "http://") && !strings.HasPrefix(m.from, "https://") {
		return mirror.Folder(m.from), nil
	}
	o := client.Options{LogKey: logKey, HTTP: outbound.Client(outbound.Options{AllowPrivate: m.allowPrivate, Timeout: m.timeout})}
	if m.token != "" {
		f, err := keyfile.Load(m.token, m.pass.of(m.token))
		if err != nil {
			return nil, err
		}
		o.Signer = f.Signer()
	}
	return client.New(m.from, o)
}

// keepReceipts copies receipts into the folder, once they verify.
func (m *mirrorFlags) keepReceipts(reg *app.Register) error {
	for _, path := range m.receipts {
		data, err := m.sh.readInput(path, proof.MaxReceipt)
		if err != nil {
			return err
		}
		v, err := checkReceipt(data, reg.LogKey)
		if err != nil {
			return inFile(path, err)
		}
		dir := reg.Folder.Receipts()
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return truce.Wrap(truce.CodeUnavailable, err, "the folder of receipts cannot be made")
		}
		if err := durable.Replace(filepath.Join(dir, receiptName(v)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func receiptName(v *proof.Verified) string {
	return fmt.Sprintf("%d-%x.proof", v.Entry.Number, v.Root[:4])
}

func (m *mirrorFlags) tellKeys(reg *app.Register) error {
	stores, witnesses, err := reg.CosignerKeys()
	if err == nil && stores != "" {
		m.sh.say("cosigns what it stores as %s", stores)
		m.sh.say("cosigns as a witness as    %s", witnesses)
	}
	return err
}

// tell prints what one run came to.
func (m *mirrorFlags) tell(r *mirror.Report, err error) error {
	if r == nil || err != nil && truce.CodeOf(err) != truce.CodeTampered {
		return err
	}
	if m.sh.json {
		return errors.Join(m.sh.printJSON(r), err)
	}
	m.sh.printf("%d entries, %d new; %d contents verified, %d told in part\nroot %s\n", r.Size, r.Added, r.Whole, r.Partial, r.Root)
	if m.policy != "" {
		m.sh.printf("cosigned by %d witnesses; %s\n", r.Witnesses, map[bool]string{true: "the quorum is met", false: "UNWITNESSED: the quorum is not met"}[r.Witnessed])
	}
	for _, e := range r.Evidence {
		m.sh.printf("evidence %s\n", e)
	}
	return err
}

// keepOn looks again and again, and serves meanwhile where that is wanted. A link
// that is down is waited for; misconduct ends it.
func (m *mirrorFlags) keepOn(ctx context.Context, reg *app.Register, mirrored *mirror.Mirror) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if m.addr != "" {
		go func() {
			ready := func(url string) { m.sh.printErr("truce: serving %s\n", url) }
			cancel(reg.Serve(ctx, app.ServeOptions{Addr: m.addr, Version: Version, Ready: ready}))
		}()
	}
	for {
		report, err := mirrored.Sync(ctx)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case truce.CodeOf(err) == truce.CodeTampered:
			return m.tell(report, err)
		case err != nil:
			reg.Logger.Warn("the source cannot be copied now", "error", err)
		case report.Added > 0:
			reg.Logger.Info("copied", "entries", report.Size, "new", report.Added)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(m.every):
		}
	}
}

// readPolicy reads a policy file; nil where none is named.
func (sh *shell) readPolicy(path string) (*proof.Policy, error) {
	if path == "" {
		return nil, nil
	}
	data, err := sh.readInput(path, proof.MaxPolicy)
	if err != nil {
		return nil, err
	}
	p, err := proof.ParsePolicy(data)
	if err != nil {
		return nil, inFile(path, err)
	}
	return p, nil
}
