package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"truce"
	"truce/geo"
	"truce/internal/told"
	"truce/internal/view/inbox"
)

// Places tells where objects are registered.
type Places interface {
	// Place is where an object is registered; nil where it has no single place, or
	// is not there any more.
	Place(ctx context.Context, subject string) (*Place, error)
	// Ground is what a subject is, and where it ever was.
	Ground(ctx context.Context, subject string) (*told.Ground, error)
}

// Place is where an object is registered.
type Place struct {
	Version string // statement id in force
	Content string // statement id that holds the shape: another one where it was revalidated since
	Shape   geo.Shape
	Said    []string // texts of the challenges that the registrar opened
}

// readBack is ReadBack with what the notifier is made of.
func (n *Notifier) readBack(ctx context.Context, s inbox.Said) error {
	return ReadBack(ctx, n.Places, n.Pen, s)
}

// ReadBack holds a coordinate that a recipient read back against what is
// registered, and contests the entry where they differ (domain.md 3.3, step 6); once,
// however often it is called. The text of the challenge names the entry of the
// read-back, and holds no coordinates.
func ReadBack(ctx context.Context, places Places, pen Pen, s inbox.Said) error {
	p, err := places.Place(ctx, s.Subject)
	if err != nil || p == nil || s.Ref != p.Version && s.Ref != p.Content {
		return err
	}
	var body struct {
		Coord struct {
			Entered string `json:"entered"`
		} `json:"coord"`
	}
	if err := json.Unmarshal(s.Body, &body); err != nil {
		return truce.Wrap(truce.CodeTampered, err, "entry %d cannot be read", s.Entry)
	}
	text := ""
	switch c, err := told.Compare(body.Coord.Entered, p.Shape); {
	case err != nil:
		text = fmt.Sprintf("entry %d reads back a coordinate of %s that cannot be read", s.Entry, s.Author)
	case c.Matches:
		return nil
	default:
		text = fmt.Sprintf("entry %d reads back a place that %s has stored %.0f m from what is registered", s.Entry, s.Author, c.DistanceM)
		if c.Slip != "" {
			text += "; it looks like the slip " + c.Slip
		}
	}
	if slices.Contains(p.Said, text) {
		return nil
	}
	err = pen.State(ctx, truce.ChallengeOpen, s.Subject, map[string]any{"version": p.Version, "reason": "wrong-position", "text": text})
	if truce.CodeOf(err) == truce.CodeStaleWrite || truce.CodeOf(err) == truce.CodeConflict {
		return nil // it was amended or withdrawn in the meantime
	}
	return err
}
