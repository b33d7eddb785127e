package feeds

import (
	"strconv"

	"truce/internal/i18n"
)

// Standing is how far a window is agreed, as the public is told.
type Standing string

// The standings.
const (
	AgreedByAll  Standing = "all"       // two sides or more, and every one of them by its own signature
	AgreedBySome Standing = "some"      // two sides or more of them, not all
	OneSide      Standing = "one"       // one side only
	NoSide       Standing = "none"      // nobody has agreed yet
	Rejected     Standing = "rejected"  // a side has said no
	Suspended    Standing = "suspended" // a side has suspended it, or left
	CalledOff    Standing = "off"       // withdrawn or broken off
)

// Standing works out how far n is agreed. It says less than AgreedByAll where the
// sides do not bear it out: what only one side has announced is agreed by nobody else,
// even if no other signature is asked for.
func (n *Notice) Standing() Standing {
	bound, standing := n.bound(), n.refused()
	switch {
	case n.Off:
		return CalledOff
	case standing != "":
		return standing
	case bound == 0:
		return NoSide
	case bound == 1:
		return OneSide
	case n.AgreedByAll && bound == len(n.Sides):
		return AgreedByAll
	}
	return AgreedBySome
}

// bound counts the sides that have bound themselves without a condition.
func (n *Notice) bound() int {
	count := 0
	for _, s := range n.Sides {
		if s.State == "announced" || s.State == "accepted" {
			count++
		}
	}
	return count
}

// refused is the standing that the refusal of any side gives it.
func (n *Notice) refused() (s Standing) {
	for _, side := range n.Sides {
		switch side.State {
		case "rejected":
			return Rejected
		case "suspended", "denounced":
			s = Suspended
		}
	}
	return s
}

// words is the standing in lang.
func (n *Notice) standing(lang i18n.Lang) string {
	return i18n.Text(lang, "standing."+string(n.Standing()), i18n.Args{"n": strconv.Itoa(n.bound()), "of": strconv.Itoa(len(n.Sides))})
}
