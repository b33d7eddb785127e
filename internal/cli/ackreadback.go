package cli

import (
	"context"

	"truce"
	"truce/geo"
	"truce/internal/compose"
	"truce/internal/told"
)

// readBackAnswer is the --json form of a read-back: what became of the statement, and
// the comparison with what is registered.
type readBackAnswer struct {
	said
	Comparison *told.Comparison `json:"comparison,omitempty"` // absent where the object has no single place, or the coordinate cannot be read
	Unreadable string           `json:"unreadable,omitempty"` // why the coordinate cannot be read
	Contested  string           `json:"contested"`            // no; raised: a challenge was raised over it; before: it was contested before; later: when the register is served, or in a moment
}

// readBack states what the party's own system has stored, and shows how far that is
// from what is registered.
func (f *ackFlags) readBack(ctx context.Context, sh *shell, r *register, subject string, body map[string]any, status compose.Option) error {
	a, before := readBackAnswer{said: said{Kind: truce.AckReadBack, Subject: subject}, Contested: "no"}, false
	if truce.AgreementObject(subject) == "" {
		it, err := r.Object(ctx, "", subject, clocks{})
		if err != nil {
			return err
		}
		if err := a.compare(f.coord, it); err != nil {
			return err
		}
		before = it.Contested
	}
	p, err := r.pen(ctx)
	if err != nil {
		return err
	}
	e, err := p.sign(truce.AckReadBack, subject, body, status)
	if err != nil {
		return err
	}
	if a.outcome, err = r.submitOne(ctx, e); err != nil {
		return err
	}
	a.contested(ctx, r, before)
	if sh.json {
		return sh.printJSON(a)
	}
	sh.printReadBack(&a)
	return nil
}

// compare holds the coordinate against the place of the object, if it has one.
func (a *readBackAnswer) compare(entered string, it *item) error {
	c, err := truce.ParseContent(it.Content)
	if err != nil || len(c.Geometry) == 0 {
		return err
	}
	var shape geo.Shape
	if err := shape.UnmarshalJSON(c.Geometry); err != nil {
		return err
	}
	if a.Comparison, err = told.Compare(entered, shape); err != nil {
		a.Unreadable = err.Error()
	}
	return nil
}

// contested finds out what the register made of the read-back.
func (a *readBackAnswer) contested(ctx context.Context, r *register, before bool) {
	differs := a.Unreadable != "" || a.Comparison != nil && !a.Comparison.Matches
	switch {
	case !differs:
	case before:
		a.Contested = "before"
	default:
		a.Contested = "later"
		if now, err := r.Contested(ctx, a.Subject, *a.Entry); err == nil && now {
			a.Contested = "raised"
		}
	}
}

func (sh *shell) printReadBack(a *readBackAnswer) {
	sh.printf("%s\n", a.line())
	switch c := a.Comparison; {
	case a.Unreadable != "":
		sh.printf("  read back    it cannot be read as a coordinate: %s\n", a.Unreadable)
	case c == nil:
		sh.printf("  not compared: the object has no single place\n")
	case c.Matches:
		sh.printf("  read back    %s\n  compared     the same place, as far as its notation can tell: %.1f m from what is registered, %.1f m are within it\n", c.Entered, c.DistanceM, c.ToleranceM)
	default:
		sh.printf("  read back    %s\n  compared     NOT THE SAME PLACE: %.1f m from what is registered, %.1f m would be within its notation\n", c.Entered, c.DistanceM, c.ToleranceM)
		if c.Slip != "" {
			sh.printf("  looks like   the slip %s: %s\n", c.Slip, slipWords[geo.SlipCode(c.Slip)])
		}
	}
	if text := contestTexts[a.Contested]; text != "" {
		sh.printf("  contested    %s\n", text)
	}
}

var contestTexts = map[string]string{
	"raised": "a challenge was raised over it; everybody who is told of the object sees that it is contested until that is answered and closed",
	"before": "it was contested before; the difference stands in the log",
	"later":  "a challenge is raised as soon as the register compares it, which it does while it is served",
}

// slipWords are what usual mistakes are, in words; see geo.SlipCode.
var slipWords = map[geo.SlipCode]string{
	geo.SlipCoarse: "its digits place it no better than a kilometre", geo.SlipTruncated: "a grid square of a kilometre or more",
	geo.SlipDMSAsDecimal: "degrees, minutes and seconds typed as a decimal number", geo.SlipSwapped: "latitude and longitude exchanged",
	geo.SlipMissingMinus: "the other hemisphere", geo.SlipFar: "far from the registered place", geo.SlipReading: "the text has another reading",
	geo.SlipBand: "the letter S: a band, or the southern hemisphere", geo.SlipMapCentre: "the middle of a map, not a marked place", geo.SlipNullIsland: "latitude 0, longitude 0",
}
