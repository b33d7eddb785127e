package schedule

import (
	"regexp"
	"time"

	"truce"
)

// OtherTZ is a warning in the shape of an error: what was signed differs from
// what the rule says here, and was worked out with another version of the tz
// database. What was signed counts; the difference is to be shown.
type OtherTZ struct {
	Signed, Ours string    // versions of the tz database, as 2025c
	At           time.Time // the first instant that differs, UTC
}

// Error says what differs.
func (o *OtherTZ) Error() string {
	return "signed with tz database " + o.Signed + ", looked at with " + o.Ours + ": they differ from " + o.At.Format(time.RFC3339)
}

var versionForm = regexp.MustCompile(`^(19|20)[0-9]{2}[a-z]{1,2}$`)

// mostMoved is the most that a change of the tz database is believed to move an
// opening: no zone has moved its clocks by more since 1970 but those that crossed
// the date line.
const mostMoved = 3 * time.Hour

// Check reports whether what was signed is what the rule says, up to the end of
// the last interval signed (whether it goes on after that is for Expansion.Complete
// to say). A difference is CodeInvalid and names the first instant that differs. Where tz,
// the version of the tz database that was signed, is not TZVersion and every interval is
// moved by no more than three hours, the error is *OtherTZ: a warning.
func Check(r Rule, signed []Interval, tz string) error {
	if !versionForm.MatchString(tz) {
		return truce.E(truce.CodeInvalid, "%q is no version of the tz database", clip(tz)).WithHint("it looks like %s", TZVersion)
	}
	if err := Valid(signed); err != nil {
		return err
	}
	at, differs, err := r.differs(signed)
	if err != nil || !differs {
		return err
	}
	if tz != TZVersion {
		if says, err := r.said(signed, mostMoved); err == nil && moved(signed, says) {
			return &OtherTZ{Signed: tz, Ours: TZVersion, At: at}
		}
	}
	return truce.E(truce.CodeInvalid, "what is signed is not what the rule says: they differ from %s", at.Format(time.RFC3339)).
		WithHint("expand the rule again, or change the rule")
}

func (r Rule) differs(signed []Interval) (time.Time, bool, error) {
	says, err := r.said(signed, 0)
	if err != nil {
		return time.Time{}, false, err
	}
	at, differs := firstDifference(signed, says)
	return at, differs, nil
}

// said is what the rule says up to the end of the last interval signed and slack:
// the occurrences that have ended by then.
func (r Rule) said(signed []Interval, slack time.Duration) ([]Interval, error) {
	end := signed[len(signed)-1].Until.Add(slack)
	list, _, err := r.occurrences(end, MaxInstants)
	n := 0
	for n < len(list) && !list[n].Until.After(end) {
		n++
	}
	return merge(list[:n]), err
}

// firstDifference is the first instant that is in one of the two and not in the
// other.
func firstDifference(a, b []Interval) (time.Time, bool) {
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return b[i].From, true
		case i >= len(b):
			return a[i].From, true
		case !a[i].From.Equal(b[i].From):
			return earlier(a[i].From, b[i].From), true
		case !a[i].Until.Equal(b[i].Until):
			return earlier(a[i].Until, b[i].Until), true
		}
	}
	return time.Time{}, false
}

// moved reports whether signed is says with its intervals moved by little. says may
// have more at its end: it was followed a little further.
func moved(signed, says []Interval) bool {
	if len(says) < len(signed) {
		return false
	}
	for i, s := range signed {
		if s.From.Sub(says[i].From).Abs() > mostMoved || s.Until.Sub(says[i].Until).Abs() > mostMoved {
			return false
		}
	}
	return true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a.UTC()
	}
	return b.UTC()
}
