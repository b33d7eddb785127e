package demo

import "truce"

// convoyDay is the day of the convoy, made for the exercise: it waits at a halt, is
// out of reach for a time, and arrives with less than it loaded.
func (s *script) convoyDay() error {
	at := func(clock string) truce.When { return damascus("2016-08-15T" + clock + ":00+03:00") }
	for _, r := range []fields{
		{"event": "departed", "leg": 0, "at": at("09:05"), "nextBy": at("10:00")},
		{"event": "halted", "leg": 0, "at": at("09:55"), "nextBy": at("10:30"), "point": point(36.160, 37.145, 500)},
		{"event": "delayed", "leg": 0, "at": at("10:30"), "delayMinutes": 90, "nextBy": at("11:30"), "reason": "held at a checkpoint (exercise)"},
		{"event": "unreachable", "leg": 0, "at": at("11:30"), "reason": "no report by the time that was agreed"},
		{"event": "resumed", "leg": 0, "at": at("11:50"), "nextBy": at("13:00")},
		{"event": "arrived", "leg": 0, "at": at("12:50"), "outcome": "partially-facilitated", "reason": "surgical kits were removed at the inspection (exercise)"},
	} {
		if _, err := s.say(relief, truce.JourneyReport, s.objects["convoy"].subject, r, ""); err != nil {
			return err
		}
	}
	return nil
}

// alarm: a hospital is under fire. Every desk of those who were told of it is
// called at once; two answer, one does not, and the clocks of all are on record.
func (s *script) alarm() error {
	o := s.objects["razi"]
	id, err := s.say(o.owner, truce.AlarmRaise, o.subject, fields{"what": "under-fire", "at": damascus("2016-08-16T03:10:00+03:00"), "text": "Made for the exercise."}, "")
	if err != nil {
		return err
	}
	for _, desk := range []string{"ru-hq", "ru-air", "us-hq"} {
		if err := s.calledOf(desk, "razi", id, "alarm", "delivered"); err != nil {
			return err
		}
	}
	if err := s.calledOf("us-air", "razi", id, "alarm", "failed"); err != nil {
		return err
	}
	for _, desk := range []string{"ru-hq", "us-hq", "ru-air"} {
		if err := s.answer(ack{desk, "razi", truce.AckReceive, nil}, id); err != nil {
			return err
		}
	}
	_, err = s.say(o.owner, truce.AlarmEnd, o.subject, fields{"alarm": id}, "")
	return err
}
