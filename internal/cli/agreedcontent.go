package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/internal/compose"
	"truce/internal/inforce"
	"truce/schedule"
)

// agreedCommands make the commands that agreements and windows have in common.
type agreedCommands struct {
	object string // "agreement" or "window"
	first  string // act that registers one: "register" or "announce"
}

func (o agreedCommands) list(sh *shell) *cobra.Command {
	var at clockFlags
	var state string
	var part span
	cmd := &cobra.Command{
		Use: "list", Short: "List them with where each stands", Args: noArgs,
		Example: "  truce " + o.object + " list --data D\n  truce " + o.object + " list --server https://register.example --key mine.key --json",
	}
	w := sh.where(cmd)
	at.add(cmd)
	cmd.Flags().StringVar(&state, "state", "", "those in this state alone")
	part.add(cmd, "after")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		when, err := at.clocks()
		if err := firstOf(err, notNegative("limit", part.limit), o.knownState(state)); err != nil {
			return err
		}
		return w.do(cmd.Context(), toRead, func(r *register) error {
			list, err := r.AgreedList(cmd.Context(), o.object, when)
			if err != nil {
				return err
			}
			if err := list.part(o.object, state, part); err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(list)
			}
			sh.agreedTable(list)
			sh.goOn("after", list.Next)
			return nil
		})
	}
	return cmd
}

// knownState refuses a state that agreements, or windows, never have: an empty list
// would read as if there were none.
func (o agreedCommands) knownState(state string) error {
	all := inforce.AgreementStates
	if o.object == "window" {
		all = inforce.WindowStates
	}
	if state == "" || slices.Contains(all, inforce.State(state)) {
		return nil
	}
	return truce.E(truce.CodeUsage, "the state %q is not known", plain(state)).At("--state").WithHint("one of %s", join(all))
}

// goOn says that something was left out, and how to go on.
func (sh *shell) goOn(flag, next string) {
	if next != "" {
		sh.say("there are more: go on with --%s %s", flag, next)
	}
}

func (sh *shell) agreedTable(list *agreedList) {
	var rows [][]string
	for _, a := range list.Agreements {
		rows = append(rows, []string{a.ID, a.Class, string(a.State), whoAgreed(a.AgreedByAll, a.Parties), timeText(a.InForceUntil), fmt.Sprint(a.Entry), exerciseText(a.Exercise) + a.Title})
	}
	for _, w := range list.Windows {
		next := w.Next
		if w.Open {
			next = w.Until
		}
		rows = append(rows, []string{w.ID, w.Kind, string(w.State), whoAgreed(w.AgreedByAll, w.Parties), timeText(next), fmt.Sprint(w.Entry), exerciseText(w.Exercise) + w.Title})
	}
	sh.table([]string{"ID", "KIND", "STATE", "AGREED", "CHANGES AT", "ENTRY", "NAME"}, rows)
}

func (o agreedCommands) show(sh *shell) *cobra.Command {
	var at clockFlags
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show one: where each party stands, and what is missing", Args: exactArgs("the id of the " + o.object),
		Example: "  truce " + o.object + " show " + o.object + "-… --data D\n  truce " + o.object + " show " + o.object + "-… --data D --in-force-at 2016-08-11T10:30:00+03:00 --json",
	}
	w := sh.where(cmd)
	at.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		when, err := at.clocks()
		if err != nil {
			return err
		}
		return w.do(cmd.Context(), toRead, func(r *register) error {
			a, err := r.Agreed(cmd.Context(), o.object, args[0], when)
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(a)
			}
			sh.showAgreed(a)
			return nil
		})
	}
	return cmd
}

func (sh *shell) showAgreed(a *agreedAnswer) {
	if a.window != nil {
		sh.windowText(a.window)
		sh.corridorText(a.window)
	} else {
		sh.agreementText(a.agreement)
	}
	sh.printf("  version %s, by %s, received %s\n", a.Newest, a.Author, timeText(&a.Received))
	sh.body(shortened(a.Content))
}

// shownInstants is how many instants of a schedule are printed for people.
const shownInstants = 3

// shortened is a content with the instants of its schedule cut: --json has them all.
func shortened(content json.RawMessage) json.RawMessage {
	var members, schedule map[string]json.RawMessage
	var instants []string
	if json.Unmarshal(content, &members) != nil || json.Unmarshal(members["schedule"], &schedule) != nil ||
		json.Unmarshal(schedule["instants"], &instants) != nil || len(instants) <= shownInstants {
		return content
	}
	cut := append(instants[:shownInstants:shownInstants], fmt.Sprintf("… and %d more; --json lists them", len(instants)-shownInstants))
	schedule["instants"], _ = json.Marshal(cut) // read from JSON, all of it
	members["schedule"], _ = json.Marshal(schedule)
	out, err := json.Marshal(members)
	if err != nil {
		return content
	}
	return out
}

func (o agreedCommands) history(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use: "history ID", Short: "List the statements about one, oldest first", Args: exactArgs("the id of the " + o.object),
		Example: "  truce " + o.object + " history " + o.object + "-… --data D --json",
	}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			all, err := r.AgreedHistory(cmd.Context(), o.object, args[0])
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(map[string]any{"id": args[0], "object": o.object, "entries": all})
			}
			rows := make([][]string, len(all))
			for i, s := range all {
				rows[i] = []string{fmt.Sprint(s.Entry), timeText(&s.Received), string(s.Kind), orDash(s.Author), s.ID}
			}
			sh.table([]string{"ENTRY", "RECEIVED", "KIND", "BY", "STATEMENT"}, rows)
			return nil
		})
	}
	return cmd
}

// enter is register or announce.
func (o agreedCommands) enter(sh *shell) *cobra.Command {
	var frame frameFlags
	var file, id string
	cmd := &cobra.Command{
		Use: o.first + " -f FILE", Short: "Enter one from the JSON of its content; nobody else is bound by that", Args: noArgs,
		Long: `The file holds the content as a JSON object; docs/kinds.md lists the members. A schedule
with a rule and no instants is worked out here, a year ahead, and the instants are signed:
truce window expand shows them first.`,
		Example: "  truce " + o.object + " " + o.first + " -f body.json --audience role:humanitarian --data D --key mine.key",
	}
	w := sh.where(cmd)
	frame.add(cmd)
	cmd.Flags().StringVarP(&file, "file", "f", "", "file of the content, JSON; - for standard input")
	cmd.Flags().StringVar(&id, "id", "", "id to give it (default: a fresh random one)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		body, err := sh.agreedBody(file)
		if err := firstOf(err, frame.check()); err != nil {
			return err
		}
		if id == "" {
			id = compose.NewSubject(o.object)
		}
		return w.say(cmd.Context(), truce.Kind(o.object+"."+o.first), id, body, frame.options()...)
	}
	return cmd
}

func (o agreedCommands) amend(sh *shell) *cobra.Command {
	var frame frameFlags
	var file, replaces string
	cmd := &cobra.Command{
		Use: "amend ID -f FILE", Short: "Replace its content; where a term changes, acceptances are asked for anew", Args: exactArgs("the id of the " + o.object),
		Example: "  truce " + o.object + " show " + o.object + "-… --data D --json | jq .content > body.json\n  truce " + o.object + " amend " + o.object + "-… -f body.json --data D",
	}
	w := sh.where(cmd)
	frame.add(cmd)
	cmd.Flags().StringVarP(&file, "file", "f", "", "file of the new content, JSON; - for standard input")
	replacesFlag(cmd, &replaces)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := sh.agreedBody(file)
		if err := firstOf(err, frame.check()); err != nil {
			return err
		}
		return o.change(cmd, w, args[0], "amend", replaces, body, frame)
	}
	return cmd
}

func (o agreedCommands) withdraw(sh *shell) *cobra.Command {
	var reason, text, replaces string
	cmd := &cobra.Command{
		Use: "withdraw ID --reason REASON", Short: "Take it back; it stays visible as withdrawn", Args: exactArgs("the id of the " + o.object),
		Example: "  truce " + o.object + " withdraw " + o.object + "-… --reason cancelled --data D",
	}
	w := sh.where(cmd)
	reasonFlags(cmd, &reason, &text, "", truce.AgreementWithdrawCodes)
	replacesFlag(cmd, &replaces)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		body, err := reasonBody(reason, text, truce.AgreementWithdrawCodes)
		if err != nil {
			return err
		}
		return o.change(cmd, w, args[0], "withdraw", replaces, body, frameFlags{})
	}
	return cmd
}

// change amends or withdraws the newest version. Who may read it stays as it was
// where nothing else is said.
func (o agreedCommands) change(cmd *cobra.Command, w *where, id, act, replaces string, body any, frame frameFlags) error {
	return w.do(cmd.Context(), toWrite, func(r *register) error {
		a, err := r.Agreed(cmd.Context(), o.object, id, clocks{})
		if err != nil {
			return err
		}
		if replaces == "" {
			replaces = a.Newest
		}
		if !cmd.Flags().Changed("audience") {
			frame.audience = a.Audience
		}
		return w.sh.sayIn(cmd.Context(), r, truce.Kind(o.object+"."+act), id, body, append(frame.options(), compose.Replaces(replaces), a.sameStatus())...)
	})
}

// agreedBody reads the content of an agreement or window, and works out the
// instants of its schedules.
func (sh *shell) agreedBody(file string) (json.RawMessage, error) {
	if err := given("file", file, "body.json"); err != nil {
		return nil, err
	}
	body, err := sh.readJSON(file)
	if err != nil {
		return nil, err
	}
	body, err = expandSchedules(body, time.Time{})
	return body, inFile(file, err)
}

// expandSchedules fills in the instants of every schedule of a body that has a
// rule and no instants, up to the horizon (zero: a year after its start).
func expandSchedules(body json.RawMessage, horizon time.Time) (json.RawMessage, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return body, nil // the register says what is wrong with it
	}
	changed, err := expandMember(members, "/body/schedule", horizon)
	if err != nil {
		return nil, err
	}
	var clauses []map[string]json.RawMessage
	if raw := members["clauses"]; raw != nil && json.Unmarshal(raw, &clauses) == nil {
		for i, c := range clauses {
			one, err := expandMember(c, fmt.Sprintf("/body/clauses/%d/schedule", i), horizon)
			if err != nil {
				return nil, err
			}
			changed = changed || one
		}
		members["clauses"], _ = json.Marshal(clauses) // it was read from JSON
	}
	if !changed {
		return body, nil
	}
	return json.Marshal(members)
}

func expandMember(members map[string]json.RawMessage, at string, horizon time.Time) (changed bool, err error) {
	var s truce.ScheduleContent
	if members["schedule"] == nil || json.Unmarshal(members["schedule"], &s) != nil || s.Start == "" || len(s.Instants) > 0 {
		return false, nil
	}
	if err := expandSchedule(&s, horizon); err != nil {
		return false, truce.Within(err, at)
	}
	members["schedule"], err = json.Marshal(s)
	return err == nil, err
}

// mostInstants is how many instants a statement has room for.
const mostInstants = 1200

// expandSchedule works out what a rule means and writes it beside the rule.
func expandSchedule(s *truce.ScheduleContent, horizon time.Time) error {
	rule := schedule.Rule{Start: s.Start, Zone: s.Zone, Duration: time.Duration(s.Minutes) * time.Minute, RRule: s.RRule,
		ExDates: s.ExDates, RDates: s.RDates, Until: s.Until}
	if horizon.IsZero() {
		first, err := schedule.Expand(schedule.Rule{Start: s.Start, Zone: s.Zone, Duration: rule.Duration}, farFuture, 1)
		if err != nil {
			return err
		}
		horizon = first.Intervals[0].From.AddDate(1, 0, 0)
	}
	e, err := schedule.Expand(rule, horizon, mostInstants)
	if err != nil {
		return err
	}
	if len(e.Intervals) == 0 {
		return truce.E(truce.CodeInvalid, "the rule opens at no time before %s", horizon.Format(time.RFC3339)).At("/start").WithHint("give a later --horizon, or an earlier start")
	}
	s.Instants, s.TZVersion, s.Horizon = make([]string, len(e.Intervals)), e.TZVersion, nil
	for i, iv := range e.Intervals {
		s.Instants[i] = iv.String()
	}
	if !e.Complete {
		w := truce.Instant(e.Horizon)
		s.Horizon = &w
	}
	return nil
}

var farFuture = time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC)
