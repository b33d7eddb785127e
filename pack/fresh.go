package pack

import (
	"math"
	"time"

	"truce"
)

// clockSkew is how far a clock may be behind that of the pack's maker before the age of the pack is unknown.
const clockSkew = 5 * time.Minute

// Age is how long ago the pack was made, by the clock that shows now, and whether it is older than its maker permits. A
// clock that is well behind the time when the pack was made cannot tell: that counts as too old.
func (h *Header) Age(now time.Time) (age time.Duration, stale bool) {
	age = now.Sub(h.Made())
	switch {
	case age < -clockSkew:
		return 0, true
	case h.MaxAgeS > 0 && age.Seconds() > float64(h.MaxAgeS):
		return age, true
	}
	return max(0, age), false
}

// Fresh is nil where the pack is young enough, and CodeStale where it is not.
func (h *Header) Fresh(now time.Time) error {
	age, stale := h.Age(now)
	switch {
	case !stale:
		return nil
	case age == 0:
		return truce.E(truce.CodeStale, "the pack was made at %s, and the clock of this machine shows an earlier time", h.MadeAt).
			WithHint("set the clock: without it nobody can tell how old the pack is")
	}
	return truce.E(truce.CodeStale, "the pack is %s old, and its maker permits %s", age.Round(time.Second), time.Duration(h.MaxAgeS)*time.Second).
		WithHint("fetch a newer one; what it does not name may be registered by now")
}

// AsOf is what every answer of the pack says of what it knows, at the time now.
func (p *Pack) AsOf(now time.Time) AsOf {
	age, stale := p.Age(now)
	a := AsOf{LogSize: p.LogSize, Root: p.Root, LastEntry: p.LogSize - 1, LastEntryTime: optional(p.LastEntryTime()), Exercise: p.Exercise,
		AgeS: seconds(age), Pack: PackAge{Source: p.Source, MadeAt: p.Made(), AgeS: seconds(age), MaxAgeS: p.MaxAgeS, Stale: stale, SHA256: p.SHA256}}
	if p.Source == FromFile {
		a.Pack.Name = p.Origin
		return a
	}
	a.Register = p.Origin
	if t := a.LastEntryTime; t != nil {
		a.AgeS = seconds(now.Sub(*t))
	}
	return a
}

// seconds is d to the millisecond; a clock that is behind makes nothing younger than now.
func seconds(d time.Duration) float64 {
	return math.Max(0, d.Round(time.Millisecond).Seconds())
}

// Follows checks that the pack is not older than one that was seen of the same log before, of size entries with that root
// (standard base64). CodeTampered is the evidence of an older pack in the place of a newer one, or of two histories.
func (h *Header) Follows(size int64, root string) error {
	switch {
	case h.LogSize < size:
		return truce.E(truce.CodeTampered, "the pack knows %d entries, and one of %d entries was seen before it", h.LogSize, size).
			WithHint("somebody put an older pack in the place of a newer one: fetch it again")
	case h.LogSize == size && h.Root != root:
		return truce.E(truce.CodeTampered, "the log of the pack has another root at %d entries than the one seen before", size).
			WithHint("keep both packs: together they are evidence of a log that was split")
	}
	return nil
}
