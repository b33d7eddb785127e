package cli

import (
	"github.com/spf13/cobra"

	"truce"
)

func newAlarm(sh *shell) *cobra.Command {
	return group(sh, "alarm", "Something registered is in danger now: raise, end, show", `  truce alarm raise site-… --what under-fire --data D
  truce alarm show site-… --data D
  truce alarm end 3f… --data D`, newAlarmRaise, newAlarmEnd, newAlarmShow)
}

func newAlarmRaise(sh *shell) *cobra.Command {
	var what, at, text string
	cmd := &cobra.Command{
		Use: "raise SUBJECT", Short: "Raise an alarm for a registered object or movement",
		Long: `Raises an alarm. Everybody who was told of the object is told at once, over every line of
every duty desk; each attempt and each answer is recorded with its time.`,
		Example: "  truce alarm raise site-… --what under-fire --data D", Args: exactArgs("the id of an object or movement"),
	}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&what, "what", "under-fire", "one of "+listText(truce.AlarmCodes))
	cmd.Flags().StringVar(&at, "at", "", "since when, RFC 3339 (default now)")
	cmd.Flags().StringVar(&text, "text", "", "in words")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("what", what, truce.AlarmCodes.List()...); err != nil {
			return err
		}
		when, err := momentFlag("at", at)
		if err != nil {
			return err
		}
		return w.about(cmd.Context(), "", args[0], func(r *register, it *item) error {
			return sh.sayIn(cmd.Context(), r, truce.AlarmRaise, it.ID, withText(map[string]any{"what": what, "at": when}, text), it.sameStatus())
		})
	}
	return cmd
}

func newAlarmEnd(sh *shell) *cobra.Command {
	var text string
	cmd := &cobra.Command{Use: "end ALARM", Short: "End an alarm", Example: "  truce alarm end 3f… --data D", Args: exactArgs("the statement id of an alarm")}
	w := sh.where(cmd)
	cmd.Flags().StringVar(&text, "text", "", "in words")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toWrite, func(r *register) error {
			s, err := r.Statement(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if s.Kind != truce.AlarmRaise {
				return truce.E(truce.CodeNotFound, "that statement is not an alarm but %s", s.Kind).WithHint("truce alarm show SUBJECT shows the alarms of an object")
			}
			it, err := r.Object(cmd.Context(), "", s.Subject, clocks{})
			if err != nil {
				return err
			}
			return sh.sayIn(cmd.Context(), r, truce.AlarmEnd, s.Subject, withText(map[string]any{"alarm": s.ID}, text), it.sameStatus())
		})
	}
	return cmd
}

func newAlarmShow(sh *shell) *cobra.Command {
	cmd := &cobra.Command{Use: "show SUBJECT", Short: "Show the alarms of an object with every attempt and answer", Example: "  truce alarm show site-… --data D --json", Args: exactArgs("the id of an object or movement")}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			a, err := r.Telling(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if sh.json {
				return sh.printJSON(map[string]any{"subject": a.Subject, "alarms": a.Alarms})
			}
			sh.printAlarms(a)
			return nil
		})
	}
	return cmd
}

func newJourney(sh *shell) *cobra.Command {
	return group(sh, "journey", "A movement on its day: report, show", `  truce journey report movement-… --event departed --next-by 2016-08-12T09:00:00Z --data D
  truce journey show movement-… --data D`, newJourneyReport, newJourneyShow)
}

func newJourneyReport(sh *shell) *cobra.Command {
	var event, at, nextBy, outcome, reason string
	var delay, leg int
	cmd := &cobra.Command{Use: "report MOVEMENT --event EVENT", Short: "Report a movement on its day",
		Long: `Reports what a movement does. With --next-by the next report is waited for until then: one
that does not come makes the movement unreachable, which is an alarm and not a delay.`,
		Example: "  truce journey report movement-… --event departed --next-by 2016-08-12T09:00:00Z --data D", Args: exactArgs("the id of a movement")}
	w := sh.where(cmd)
	f := cmd.Flags()
	f.StringVar(&event, "event", "", "one of "+listText(truce.JourneyCodes))
	f.StringVar(&at, "at", "", "when, RFC 3339 (default now)")
	f.StringVar(&nextBy, "next-by", "", "the next report is due by then, RFC 3339")
	f.StringVar(&outcome, "outcome", "", "how it ended, one of "+listText(truce.OutcomeCodes))
	f.StringVar(&reason, "reason", "", "stated reason")
	f.IntVar(&delay, "delay", 0, "delay, minutes")
	f.IntVar(&leg, "leg", -1, "leg, from 0")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneOf("event", event, truce.JourneyCodes.List()...); err != nil {
			return err
		}
		body := map[string]any{"event": event}
		when, err := momentFlag("at", at)
		if err != nil {
			return err
		}
		body["at"] = when
		if nextBy != "" {
			if body["nextBy"], err = momentFlag("next-by", nextBy); err != nil {
				return err
			}
		}
		for name, v := range map[string]string{"outcome": outcome, "reason": reason} {
			if v != "" {
				body[name] = v
			}
		}
		if delay > 0 {
			body["delayMinutes"] = delay
		}
		if leg >= 0 {
			body["leg"] = leg
		}
		return w.about(cmd.Context(), "movement", args[0], func(r *register, it *item) error {
			return sh.sayIn(cmd.Context(), r, truce.JourneyReport, it.ID, body, it.sameStatus())
		})
	}
	return cmd
}

func newJourneyShow(sh *shell) *cobra.Command {
	cmd := &cobra.Command{Use: "show MOVEMENT", Short: "Show what a movement waits for, and its day", Example: "  truce journey show movement-… --data D", Args: exactArgs("the id of a movement")}
	w := sh.where(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return w.do(cmd.Context(), toRead, func(r *register) error {
			a, err := r.Telling(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if a.Journey == nil {
				return truce.E(truce.CodeNotFound, "%q is no movement", plain(args[0])).WithHint("truce movement list shows the movements")
			}
			if sh.json {
				return sh.printJSON(map[string]any{"subject": a.Subject, "board": a.Board, "journey": a.Journey})
			}
			sh.printDay(a)
			return nil
		})
	}
	return cmd
}
