package cli

import (
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"truce"
)

func newWindow(sh *shell) *cobra.Command {
	o := agreedCommands{"window", "announce"}
	subs := []func(*shell) *cobra.Command{o.list, o.show, o.history, o.enter, o.amend, o.withdraw, newWindowExpand}
	for _, x := range windowActs {
		subs = append(subs, x.command)
	}
	return group(sh, "window", "Pauses, corridors, repair windows: announce, accept, condition, reject, suspend, extend, abort, list, show, expand", `  truce window list --data D
  truce window expand --start 2016-08-11T10:00:00 --zone Asia/Damascus --minutes 180 --rrule FREQ=DAILY;COUNT=30
  truce window announce -f pause.json --audience public --data D --key mine.key`, subs...)
}

// windowActs are what a party says about a window.
var windowActs = []agreedAct{
	{truce.WindowAccept, "window", "accept", ""},
	{truce.WindowCondition, "window", "condition", "--condition \"48 hours a week, two lanes\""},
	{truce.WindowReject, "window", "reject", "--reason \"…\""},
	{truce.WindowSuspend, "window", "suspend", "--reason \"…\""},
	{truce.WindowResume, "window", "resume", ""},
	{truce.WindowExtend, "window", "extend", "--occurrence 2016-08-11T07:00:00Z --until 2016-08-11T12:00:00Z"},
	{truce.WindowAbort, "window", "abort", "--reason \"…\""},
	{truce.WindowNeed, "window", "need", "--load-minutes 120 --drive-minutes 90 --unload-minutes 120 --return-minutes 90"},
	{truce.WindowContact, "window", "contact", "--party group-a --result answered"},
	{truce.StepCount, "window", "count", "--step a --count 40"},
}

// expandFlags are a rule as it is typed.
type expandFlags struct {
	file, horizon string
	rule          truce.ScheduleContent
}

func newWindowExpand(sh *shell) *cobra.Command {
	f := &expandFlags{}
	cmd := &cobra.Command{
		Use: "expand (-f FILE | --start LOCAL --zone ZONE --minutes N)", Short: "Work out what a rule of recurrence means in UTC; nothing is signed", Args: noArgs,
		Long: `Works out the instants that a rule means, with the time zone data of this program, and
prints them. With -f it reads the content of a window or agreement, and with --json writes
it with the instants in place: what truce window announce signs. What was signed counts;
it is never worked out again.`,
		Example: `  truce window expand --start 2016-08-11T10:00:00 --zone Asia/Damascus --minutes 180 --rrule "FREQ=DAILY;COUNT=30"
  truce window expand -f pause.json --horizon 2017-01-01T00:00:00Z --json > signed.json`,
	}
	f.add(cmd)
	cmd.RunE = func(*cobra.Command, []string) error {
		horizon, err := f.until()
		if err != nil {
			return err
		}
		if f.file != "" {
			return sh.expandFile(f.file, horizon)
		}
		return sh.expandRule(&f.rule, horizon)
	}
	return cmd
}

func (f *expandFlags) add(cmd *cobra.Command) {
	s := cmd.Flags()
	s.StringVarP(&f.file, "file", "f", "", "file of the content of a window or agreement, JSON; - for standard input")
	s.StringVar(&f.horizon, "horizon", "", "work it out up to here, RFC 3339 (default: a year after the start)")
	s.StringVar(&f.rule.Start, "start", "", "first beginning, local time in the zone: 2016-08-11T10:00:00")
	s.StringVar(&f.rule.Zone, "zone", "", "IANA time zone: Asia/Damascus")
	s.Int64Var(&f.rule.Minutes, "minutes", 0, "length of each, minutes of elapsed time")
	s.StringVar(&f.rule.RRule, "rrule", "", "RFC 5545 recurrence rule: FREQ=DAILY;COUNT=30 (default: once)")
	s.StringSliceVar(&f.rule.ExDates, "exdate", nil, "local beginning that is left out; may be given again")
	s.StringSliceVar(&f.rule.RDates, "rdate", nil, "local beginning that is added; may be given again")
	s.StringVar(&f.rule.Until, "until", "", "the whole ends then, local time")
}

func (f *expandFlags) until() (time.Time, error) {
	if f.file == "" {
		for _, need := range []struct{ flag, value, example string }{{"start", f.rule.Start, "2016-08-11T10:00:00"}, {"zone", f.rule.Zone, "Asia/Damascus"}} {
			if err := given(need.flag, need.value, need.example); err != nil {
				return time.Time{}, err
			}
		}
	}
	if f.horizon == "" {
		return time.Time{}, nil
	}
	from, _, err := parseTime("horizon", f.horizon)
	return from, err
}

func (sh *shell) expandFile(file string, horizon time.Time) error {
	body, err := sh.readJSON(file)
	if err != nil {
		return err
	}
	if body, err = expandSchedules(body, horizon); err != nil {
		return inFile(file, err)
	}
	if sh.json {
		return sh.printJSON(json.RawMessage(body))
	}
	var c struct {
		Schedule *truce.ScheduleContent `json:"schedule"`
	}
	if json.Unmarshal(body, &c) != nil || c.Schedule == nil {
		return truce.E(truce.CodeInvalid, "the content has no schedule").At(file).WithHint("give a member schedule with start, zone, minutes and rrule; --json shows clauses too")
	}
	sh.instants(c.Schedule)
	return nil
}

func (sh *shell) expandRule(s *truce.ScheduleContent, horizon time.Time) error {
	if err := expandSchedule(s, horizon); err != nil {
		return err
	}
	if sh.json {
		return sh.printJSON(s)
	}
	sh.instants(s)
	return nil
}

func (sh *shell) instants(s *truce.ScheduleContent) {
	for _, iv := range s.Instants {
		sh.printf("%s\n", iv)
	}
	if s.Horizon != nil {
		sh.say("%d instants; the rule goes on after %s, and what is signed does not", len(s.Instants), s.Horizon.At)
		return
	}
	sh.say("%d instants, worked out with time zone data %s; the rule has no others", len(s.Instants), s.TZVersion)
}
