package cli

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/i18n"
	"truce/internal/notify/sheet"
	"truce/internal/view"
)

func newSheet(sh *shell) *cobra.Command {
	var party, lang, out, code string
	cmd := &cobra.Command{
		Use: "sheet [--party PARTY] -o FILE", Short: "Print what a party was told on sheets of A4", Args: noArgs,
		Long: `Draws every object that a party is told of as sheets to print: its place in decimal degrees,
in degrees, minutes and seconds, and in MGRS, a code to read back by voice, and a QR code of the
version. With --code it says which entry a code that was heard stands for.`,
		Example: `  truce sheet --party syria -o sheets.html --data D
  truce sheet --party syria --code "1234 5678 90" --data D`,
	}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.StringVar(&party, "party", "", "party that the sheets are for (default: the one whose key is given)")
	f.StringVar(&lang, "lang", "en", "language of the sheets: en, ar, fr, ru, uk")
	f.StringVarP(&out, "out", "o", "", "file to write, HTML; - for standard output")
	f.StringVar(&code, "code", "", "a code that was read back")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if code == "" {
			if err := given("out", out, "sheets.html"); err != nil {
				return err
			}
		}
		return w.do(cmd.Context(), toRead, func(r *register) error {
			s, err := r.sheets(cmd.Context(), party)
			if err != nil {
				return err
			}
			if code != "" {
				return sh.heard(s, code)
			}
			s.Lang = i18n.Match(lang)
			html, err := sheet.Draw(s)
			if err != nil {
				return err
			}
			return sh.writeFile(out, html)
		})
	}
	return cmd
}

// sheets gathers what a party is told of, as it may read it.
func (r *register) sheets(ctx context.Context, party truce.PartyID) (*sheet.Sheets, error) {
	h, err := r.head(ctx)
	if err != nil {
		return nil, err
	}
	party, items, err := r.Feed(ctx, party)
	if err != nil {
		return nil, err
	}
	s := &sheet.Sheets{Register: h.Origin, Party: party, Exercise: h.Exercise, Size: h.Size, Root: h.Root, At: clocks{}.force()}
	newest := map[string]feedItem{}
	var order []string
	for _, it := range items {
		if !view.AsksForAnswer(it.What) {
			continue
		}
		if _, there := newest[it.Subject]; !there {
			order = append(order, it.Subject)
		}
		newest[it.Subject] = it
	}
	for _, subject := range order {
		it := newest[subject]
		if it.Statement == nil || slices.Contains([]string{view.ToldEnded, view.ToldErased}, it.What) {
			continue
		}
		if it.Content != nil {
			it.Statement = it.Content
		}
		s.Entries = append(s.Entries, sheet.Entry{Entry: it.Entry, Subject: it.Subject, What: it.What, Version: it.Version, Body: it.Statement.Body})
	}
	return s, nil
}

// feedItem is a line of a feed, as far as a sheet needs it.
type feedItem struct {
	Entry     int64     `json:"entry"`
	Subject   string    `json:"subject"`
	What      string    `json:"what"`
	Version   string    `json:"version"`
	Statement *feedBody `json:"statement"`
	Content   *feedBody `json:"content"` // where the statement holds none
}

type feedBody struct {
	Body json.RawMessage `json:"body"`
}

// heard tells which entry a code stands for.
func (sh *shell) heard(s *sheet.Sheets, code string) error {
	code, err := sheet.ParseCode(code)
	if err != nil {
		return err
	}
	for _, e := range s.Entries {
		if sheet.Code(s.Party, e.Version) == code {
			if sh.json {
				return sh.printJSON(map[string]any{"party": s.Party, "subject": e.Subject, "entry": e.Entry, "version": e.Version})
			}
			sh.printf("entry %d  %s  version %s\n", e.Entry, e.Subject, e.Version)
			return nil
		}
	}
	return truce.E(truce.CodeNotFound, "no version that %s is told of now has that code", s.Party).WithHint("the sheet may be an older one, or another party's")
}

// Feed is the feed of a party, as it may read it.
func (l *local) Feed(ctx context.Context, party truce.PartyID) (truce.PartyID, []feedItem, error) {
	if party == "" {
		return "", nil, truce.E(truce.CodeUsage, "which party are the sheets for?").WithHint("give --party PARTY")
	}
	lines, err := l.app.Feed(ctx, party)
	if err != nil {
		return party, nil, err
	}
	var out []feedItem
	for _, line := range lines {
		var it feedItem
		if err := json.Unmarshal(line.Item, &it); err != nil {
			return party, nil, truce.Wrap(truce.CodeInternal, err, "a line of the feed cannot be read")
		}
		out = append(out, it)
	}
	return party, out, nil
}

// Feed is the feed of the party whose key was given.
func (r *remote) Feed(ctx context.Context, party truce.PartyID) (truce.PartyID, []feedItem, error) {
	own, _, err := r.Acting(ctx)
	if err != nil {
		return "", nil, err
	}
	if party != "" && party != own {
		return "", nil, truce.E(truce.CodeUsage, "a server shows the feed of the party whose key is given: %s", own).WithHint("leave --party out, or use --data")
	}
	var out []feedItem
	for item, err := range r.Client.Feed(ctx, truce.NoEntry) {
		if err != nil {
			return own, nil, err
		}
		var it feedItem
		if err := decode(item.Raw, &it); err != nil {
			return own, nil, err
		}
		out = append(out, it)
	}
	return own, out, nil
}
