package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/i18n"
	"truce/internal/told"
	"truce/pack"
)

func newInbox(sh *shell) *cobra.Command {
	return group(sh, "inbox", "What a party was told, and its acknowledgements: list, ack", `  truce inbox list --server https://register.example --key mine.key
  truce inbox ack site-… --as received --echelon headquarters --server https://register.example --key mine.key`,
		newInboxList, newInboxAck)
}

func newInboxList(sh *shell) *cobra.Command {
	var party string
	var unanswered bool
	cmd := &cobra.Command{
		Use: "list", Short: "List what a party was told, and what it answered to it", Args: noArgs,
		Long: `Lists what your party was told last of each object, and what it answered. Received, read
back, relayed, loaded, noted, will comply and objects are different things, and none stands
for another.`,
		Example: "  truce inbox list --server https://register.example --key mine.key\n  truce inbox list --party syria --unanswered --data D --json",
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&party, "party", "", "inbox of another party, for the registrar")
	cmd.Flags().BoolVar(&unanswered, "unanswered", false, "only what has no acknowledgement")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		need := toRead
		if party == "" {
			need = toWrite // the party is the one whose key is in the folder
		}
		return w.do(cmd.Context(), need, func(r *register) error {
			a, err := r.Inbox(cmd.Context(), party, unanswered)
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(a)
			}
			sh.inboxTable(a)
			return nil
		})
	}
	return cmd
}

func (sh *shell) inboxTable(a *inboxAnswer) {
	rows := make([][]string, len(a.Items))
	for i, it := range a.Items {
		rows[i] = []string{it.Subject, it.What, fmt.Sprint(it.ToldEntry), timeText(it.ToldAt), signs(&it.Standing), answersText(&it.Standing)}
	}
	sh.table([]string{"ID", "TOLD", "ENTRY", "AT", "SIGNS", "ANSWERED"}, rows)
	sh.printf("%d told to %s, %d without an answer to what was told last\n", len(a.Items), a.Party, a.Behind)
	for _, it := range a.Alarms {
		sh.printf("ALARM since %s: %s; answered: %s\n  truce inbox ack %s --version %s --as received\n", timeText(it.ToldAt), it.Subject, answersText(&it.Standing), it.Subject, it.Version)
	}
}

// levelWord is the word for a level of the ladder.
func levelWord(l told.Level) string { return i18n.Text(i18n.English, "level."+string(l), nil) }

// signs are the icons of the levels on which the newest telling was answered.
func signs(s *told.Standing) string {
	out := ""
	for _, l := range told.Levels() {
		if s.Has(l) {
			out += i18n.LevelIcon(string(l))
		}
	}
	return orDash(out)
}

func answersText(s *told.Standing) string {
	var out []string
	for _, l := range told.Levels() {
		if s.Has(l) {
			out = append(out, levelWord(l))
		}
	}
	if out == nil {
		return "-"
	}
	return strings.Join(out, ", ")
}

// ackFlags are what an acknowledgement says.
type ackFlags struct {
	as, coord, to, toDesk, pack, reason  string
	entries                              int64
	version, desk, echelon, method, text string
	all                                  bool
}

// ackWords are the values of --as.
var ackWords = map[string]truce.Kind{"received": truce.AckReceive, "read-back": truce.AckReadBack, "relayed": truce.AckRelay, "loaded": truce.AckLoad,
	"noted": truce.AckNote, "will-comply": truce.AckComply, "objects": truce.AckObject}

func newInboxAck(sh *shell) *cobra.Command {
	f := &ackFlags{}
	cmd := &cobra.Command{
		Use: "ack SUBJECT… | --all", Short: "Acknowledge what your party was told, in one of seven ways",
		Long: `Acknowledges the version that your party was told last of each object, or with --all
everything that it was told up to the newest checkpoint. It says one thing only: received is
not relayed, noted is not an undertaking. Objecting leaves the object shown. A read-back is
compared with what is registered, and where it is another place a challenge is raised.`,
		Example: `  truce inbox ack site-… --as received --echelon headquarters --server URL --key mine.key
  truce inbox ack site-… --as read-back --coord "37S CA 30743 09136" --server URL --key mine.key
  truce inbox ack site-… --as loaded --pack mine.pack --echelon air --server URL --key mine.key
  truce inbox ack --all --as received --server URL --key mine.key`,
		Args: cobra.ArbitraryArgs,
	}
	w := sh.where(cmd)
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := f.check(args); err != nil {
			return err
		}
		if err := f.readPack(sh); err != nil {
			return err
		}
		return w.do(cmd.Context(), toWrite, func(r *register) error {
			if f.all {
				return f.everything(cmd.Context(), sh, r)
			}
			return f.each(cmd.Context(), sh, r, args)
		})
	}
	return cmd
}

func (f *ackFlags) add(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVar(&f.as, "as", "received", "one of "+strings.Join(sortedKeys(ackWords), ", "))
	s.BoolVar(&f.all, "all", false, "everything up to the newest checkpoint")
	s.StringVar(&f.version, "version", "", "statement id to acknowledge (default: the one told last)")
	s.StringVar(&f.coord, "coord", "", "read-back: the coordinate as your system stored it, in its own notation")
	s.StringVar(&f.to, "to", "", "relayed: echelon that it was passed on to, one of "+listText(truce.EchelonCodes))
	s.StringVar(&f.toDesk, "to-desk", "", "relayed: desk that it was passed on to")
	s.StringVar(&f.pack, "pack", "", "loaded: file of the pack, or its hash, sha256:… (truce pack info shows it)")
	s.Int64Var(&f.entries, "entries", 0, "loaded: log size that the pack was made at; its file says it")
	s.StringVar(&f.reason, "reason", "", "objects: one of "+listText(truce.ObjectionCodes))
	s.StringVar(&f.desk, "desk", "", "desk of your party that says it")
	s.StringVar(&f.echelon, "echelon", "", "echelon that says it, one of "+listText(truce.EchelonCodes))
	s.StringVar(&f.method, "method", "", "how it was said, one of "+listText(truce.MethodCodes))
	s.StringVar(&f.text, "text", "", "in words")
}

// needed are the flags that a way of acknowledging needs, with an example.
func (f *ackFlags) needed() error {
	switch f.as {
	case "read-back":
		return given("coord", f.coord, `"36.2128, 37.1166"`)
	case "relayed":
		return oneOf("to", f.to, truce.EchelonCodes.List()...)
	case "loaded":
		return given("pack", f.pack, "sha256:…")
	case "objects":
		return oneOf("reason", f.reason, truce.ObjectionCodes.List()...)
	}
	return nil
}

func (f *ackFlags) check(subjects []string) error {
	if err := firstOf(oneOf("as", f.as, sortedKeys(ackWords)...), f.needed()); err != nil {
		return err
	}
	switch {
	case f.all == (len(subjects) > 0):
		return truce.E(truce.CodeUsage, "what is acknowledged?").WithHint("name objects, or give --all; truce inbox list shows what waits")
	case f.all && (f.as == "read-back" || f.as == "objects"):
		return truce.E(truce.CodeUsage, "--as %s is about one object", f.as).WithHint("name the object")
	case f.version != "" && len(subjects) != 1:
		return truce.E(truce.CodeUsage, "--version belongs to one object").WithHint("name one object, or leave --version out")
	}
	return nil
}

// readPack takes hash and log size out of the file of the pack, where one was named.
func (f *ackFlags) readPack(sh *shell) error {
	if f.pack == "" || strings.HasPrefix(f.pack, "sha256:") {
		return nil
	}
	data, err := sh.readInput(f.pack, maxPack)
	if err != nil {
		return err
	}
	h, err := pack.ReadHeader(data)
	if err != nil {
		return inFile(f.pack, err)
	}
	f.pack, f.entries = packHash(h), h.LogSize
	return nil
}

// body is the acknowledgement without what it is bound to.
func (f *ackFlags) body() map[string]any {
	b := map[string]any{}
	for name, v := range map[string]string{"desk": f.desk, "echelon": f.echelon, "method": f.method, "text": f.text} {
		if v != "" {
			b[name] = v
		}
	}
	switch f.as {
	case "read-back":
		b["coord"] = map[string]any{"entered": f.coord}
	case "relayed":
		b["toEchelon"] = f.to
		if f.toDesk != "" {
			b["toDesk"] = f.toDesk
		}
	case "loaded":
		b["pack"], b["entries"] = f.pack, f.entries
	case "objects":
		b["reason"] = f.reason
	}
	return b
}

// everything acknowledges the whole feed up to the newest checkpoint.
func (f *ackFlags) everything(ctx context.Context, sh *shell, r *register) error {
	h, err := r.head(ctx)
	if err != nil {
		return err
	}
	b := f.body()
	b["upTo"] = map[string]any{"entries": h.Size, "root": h.Root}
	return sh.sayIn(ctx, r, ackWords[f.as], "", b)
}

// each acknowledges what was told last of every subject.
func (f *ackFlags) each(ctx context.Context, sh *shell, r *register, subjects []string) error {
	author, _, err := r.Acting(ctx)
	if err != nil {
		return err
	}
	box, err := r.Inbox(ctx, author, false)
	if err != nil {
		return err
	}
	known := map[string]*told.Item{}
	for _, it := range slices.Concat(box.Items, box.Alarms) {
		known[it.Subject+" "+it.Version] = it
	}
	for _, it := range box.Items {
		known[it.Subject+" "] = it
	}
	for _, subject := range subjects {
		if err := f.one(ctx, sh, r, subject, known[subject+" "+f.version]); err != nil {
			return notTold(err, author, subject)
		}
	}
	return nil
}

// notTold says which party was not told of a subject, of which nothing is known to it.
func notTold(err error, author truce.PartyID, subject string) error {
	if truce.CodeOf(err) != truce.CodeNotFound {
		return err
	}
	return truce.E(truce.CodeNotFound, "%s was not told of %q", author, plain(subject)).WithHint("truce inbox list shows what it was told")
}

// one acknowledges a version of a subject: the one that was given, or the one that
// was told last. Its status is that of the entry that told it.
func (f *ackFlags) one(ctx context.Context, sh *shell, r *register, subject string, it *told.Item) error {
	version, ref := f.version, f.version
	if it != nil {
		version, ref = it.Version, fmt.Sprint(it.ToldEntry)
	}
	if version == "" {
		return truce.E(truce.CodeNotFound, "it was not told")
	}
	status, err := r.asTold(ctx, ref)
	if err != nil {
		return err
	}
	b := f.body()
	b["version"] = version
	if f.as == "read-back" {
		return f.readBack(ctx, sh, r, subject, b, status)
	}
	return sh.sayIn(ctx, r, ackWords[f.as], subject, b, status)
}
