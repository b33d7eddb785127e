package cli

import (
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
	"truce/internal/obs"
	"truce/internal/packing"
)

type logFormat string

const (
	logText logFormat = "text"
	logJSON logFormat = "json"
)

func newServe(sh *shell) *cobra.Command {
	var o app.ServeOptions
	var packAge time.Duration
	var format, policy, patience string
	cmd := &cobra.Command{
		Use:   "serve --data FOLDER",
		Short: "Serve a register over HTTP until stopped",
		Long: `Serves the HTTP interface, the log for others to verify, and the documentation of
both. Prints the URL on standard error once it listens; logs go there too and hold
neither coordinates nor names. Ctrl-C or SIGTERM lets requests finish and ends it.`,
		Example: `  truce serve --data D
  truce serve --data D --addr 0.0.0.0:8448 --tls-cert cert.pem --tls-key key.pem --log-format json
  truce serve --data D --tell webhook,file --drop /srv/truce-drop --rules timers.txt`,
		Args: noArgs,
	}
	w := sh.dataFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.Addr, "addr", "127.0.0.1:8448", "host:port to listen on; port 0 takes a free one")
	f.StringVar(&o.CertFile, "tls-cert", "", "file of the certificate, PEM")
	f.StringVar(&o.KeyFile, "tls-key", "", "file of its key, PEM")
	f.StringVar(&format, "log-format", string(logText), "form of the log on standard error: text or json")
	f.DurationVar(&packAge, "pack-max-age", packing.MaxAge, "how long the packs count that parties fetch, such as 72h")
	f.StringVar(&policy, "policy", "", "file that names witnesses (C2SP tlog-policy): bring every head of the log to them")
	f.StringVar(&patience, "witness-wait", "10s", "hold a head back so long for its quorum, then publish it unwitnessed; \"forever\" never does")
	f.BoolVar(&o.AllowPrivate, "allow-private", false, "witnesses and desks may have addresses that are not public")
	tell := &tellFlags{sh: sh}
	tell.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
		if o.Patience, err = witnessWait(patience); err != nil {
			return err
		}
		if o.Policy, err = sh.readPolicy(policy); err != nil {
			return err
		}
		if o.Notify, err = tell.options(o.AllowPrivate); err != nil {
			return err
		}
		if err := oneOf("log-format", logFormat(format), logText, logJSON); err != nil {
			return err
		}
		if err := checkAddr(o.Addr); err != nil {
			return err
		}
		if packAge < time.Minute || packAge%time.Second != 0 {
			return truce.E(truce.CodeUsage, "--pack-max-age is a length of time in whole seconds, from a minute").WithHint("such as 72h")
		}
		o.PackMaxAge, o.Version = packAge, Version
		o.Ready = func(url string) {
			sh.printErr("truce: serving %s\n", url)
		}
		return w.serve(cmd, o, logFormat(format))
	}
	return cmd
}

func (w *where) serve(cmd *cobra.Command, o app.ServeOptions, format logFormat) error {
	level := slog.LevelInfo
	if w.sh.quiet {
		level = slog.LevelWarn
	}
	logger := obs.NewLogger(w.sh.Err, obs.LogOptions{Level: level, Text: format == logText})
	r, err := w.openApp(cmd.Context(), toWrite, logger)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Ledger.Head().Size == 0 {
		return truce.E(truce.CodeTampered, "the register has no entry").WithHint("run: truce doctor --data %s", app.ShellWord(w.data))
	}
	return r.Serve(cmd.Context(), o)
}

// checkAddr refuses what cannot be listened on, whoever has the port.
func checkAddr(addr string) error {
	_, port, err := net.SplitHostPort(addr)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return truce.E(truce.CodeUsage, "--addr %q is not host:port", plain(addr)).WithHint("such as --addr 127.0.0.1:8448; port 0 takes a free one")
	}
	return nil
}
