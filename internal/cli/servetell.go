package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/app"
	"truce/internal/notify"
	"truce/internal/notify/email"
	"truce/internal/notify/filedrop"
	"truce/internal/notify/sms"
	"truce/internal/notify/webhook"
	"truce/internal/told"
	"truce/proof"
)

// tellFlags say over which lines a register that is served tells desks.
type tellFlags struct {
	sh      *shell
	kinds   []string
	rules   string
	drop    string
	gateway string
	plain   bool

	smtp, from, base string
}

func (t *tellFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&t.kinds, "tell", nil, "tell duty desks over these lines by itself: "+strings.Join(tellKinds, ", "))
	f.StringVar(&t.rules, "rules", "", "file of timers, a sentence a line; docs/cli.md has the defaults")
	f.StringVar(&t.drop, "drop", "", "folder below which the folders of desks with file lines lie")
	f.StringVar(&t.gateway, "sms-gateway", "", "URL that takes short messages as JSON; $TRUCE_SMS_TOKEN is its bearer token")
	f.StringVar(&t.smtp, "smtp", "", "host:port of the mail server; $TRUCE_SMTP_USER and $TRUCE_SMTP_PASSWORD sign in")
	f.StringVar(&t.from, "mail-from", "", "e-mail address of the register")
	f.StringVar(&t.base, "base", "", "URL under which others reach this server, for links in e-mails")
	f.BoolVar(&t.plain, "allow-http", false, "lines may have addresses without TLS")
}

var tellKinds = []string{"webhook", "email", "file", "sms"}

// options are the lines; nothing is told where none was asked for.
func (t *tellFlags) options(allowPrivate bool) (app.NotifyOptions, error) {
	var o app.NotifyOptions
	for _, k := range t.kinds {
		if err := oneOf("tell", k, tellKinds...); err != nil {
			return o, err
		}
	}
	if err := t.complete(); err != nil {
		return o, err
	}
	if t.rules != "" {
		text, err := t.sh.readInput(t.rules, 1<<20)
		if err != nil {
			return o, err
		}
		if o.Rules, err = told.ParseRules(string(text)); err != nil {
			return o, inFile(t.rules, err)
		}
	}
	if len(t.kinds) == 0 {
		return o, nil
	}
	o.Senders = func(signer proof.Signer, links *email.Links) ([]notify.Sender, error) {
		return t.senders(signer, links, allowPrivate)
	}
	return o, nil
}

// complete demands what a kind of line needs.
func (t *tellFlags) complete() error {
	for _, k := range t.kinds {
		switch {
		case k == "file" && t.drop == "":
			return given("drop", "", "/srv/truce-drop")
		case k == "email":
			if err := firstOf(given("smtp", t.smtp, "smtp.example.org:587"), given("mail-from", t.from, "register@example.org")); err != nil {
				return err
			}
		case k == "sms" && t.gateway == "":
			return given("sms-gateway", "", "https://gateway.example/send")
		}
	}
	if len(t.kinds) == 0 && (t.rules != "" || t.drop != "" || t.gateway != "" || t.smtp != "") {
		return truce.E(truce.CodeUsage, "--rules, --drop, --smtp and --sms-gateway belong to --tell").WithHint("say over which lines desks are told: --tell webhook,email,file,sms")
	}
	return nil
}

func (t *tellFlags) senders(signer proof.Signer, links *email.Links, allowPrivate bool) ([]notify.Sender, error) {
	var out []notify.Sender
	for _, k := range t.kinds {
		switch k {
		case "webhook":
			out = append(out, webhook.New(webhook.Options{Signer: signer, AllowPrivate: allowPrivate, AllowHTTP: t.plain}))
		case "email":
			mail, err := email.New(email.Options{Server: t.smtp, From: t.from, User: t.sh.Env("TRUCE_SMTP_USER"), Password: t.sh.Env("TRUCE_SMTP_PASSWORD"), Plain: t.plain, Base: t.base, Links: links})
			if err != nil {
				return nil, err
			}
			out = append(out, mail)
		case "file":
			out = append(out, filedrop.New(filedrop.Options{Root: t.drop, Signer: signer}))
		case "sms":
			out = append(out, sms.New(sms.Options{Gateway: t.gateway, Token: t.sh.Env("TRUCE_SMS_TOKEN"), Signer: signer, AllowPrivate: allowPrivate, AllowHTTP: t.plain}))
		}
	}
	return out, nil
}
