package intake

import (
	"errors"
	"fmt"
	"time"

	"truce"
	"truce/schedule"
)

// checkSchedule: what is signed is what the rule says. Instants without a rule
// are taken as they are; a rule without instants is not taken, because its meaning
// would depend on who works it out, and when.
func checkSchedule(s *truce.ScheduleContent, at string) error {
	if s == nil {
		return nil
	}
	instants, err := readInstants(s, at)
	if err != nil {
		return err
	}
	if s.Start == "" {
		if s.RRule != "" || s.Until != "" || s.Minutes != 0 || len(s.ExDates)+len(s.RDates) > 0 {
			return truce.E(truce.CodeInvalid, "a rule without a beginning").At(at + "/start").WithHint("give start, or leave the rule out")
		}
		return nil
	}
	rule := schedule.Rule{Start: s.Start, Zone: s.Zone, Duration: time.Duration(s.Minutes) * time.Minute, RRule: s.RRule,
		ExDates: s.ExDates, RDates: s.RDates, Until: s.Until}
	other := &schedule.OtherTZ{}
	if err := schedule.Check(rule, instants, s.TZVersion); err != nil {
		if errors.As(err, &other) {
			return nil // worked out with another release of the zones: what was signed counts
		}
		return truce.Within(err, at)
	}
	return checkHorizon(rule, s, instants, at)
}

func readInstants(s *truce.ScheduleContent, at string) ([]schedule.Interval, error) {
	out := make([]schedule.Interval, len(s.Instants))
	for i, text := range s.Instants {
		if err := out[i].UnmarshalText([]byte(text)); err != nil {
			return nil, truce.Within(err, fmt.Sprintf("%s/instants/%d", at, i))
		}
	}
	if len(out) == 0 {
		return nil, truce.E(truce.CodeInvalid, "no instants are signed").At(at + "/instants").
			WithHint("give the instants that the rule means, in UTC: the command line and the library work them out")
	}
	return out, truce.Within(schedule.Valid(out), at+"/instants")
}

// checkHorizon: a rule that goes on after what is signed says up to where the
// instants are complete, and they are.
func checkHorizon(rule schedule.Rule, s *truce.ScheduleContent, signed []schedule.Interval, at string) error {
	last := signed[len(signed)-1].Until
	horizon := s.Horizon.Instant()
	switch {
	case s.Horizon != nil && horizon.IsZero():
		return checkExact(s.Horizon, at+"/horizon")
	case horizon.Before(last):
		horizon = last
	}
	e, err := schedule.Expand(rule, horizon, schedule.MaxInstants)
	if err != nil {
		return truce.Within(err, at)
	}
	if !e.Complete && s.Horizon == nil {
		return truce.E(truce.CodeInvalid, "the rule goes on after the instants that are signed").At(at + "/horizon").
			WithHint("say up to where the instants are complete (horizon), or end the rule with COUNT or UNTIL")
	}
	if n := len(e.Intervals); n > len(signed) && e.Intervals[len(signed)].From.Before(horizon) {
		return truce.E(truce.CodeInvalid, "an instant is missing: the rule begins again at %s", e.Intervals[len(signed)].From.Format(time.RFC3339)).
			At(at + "/instants").WithHint("expand the rule again, or state an earlier horizon")
	}
	return nil
}
