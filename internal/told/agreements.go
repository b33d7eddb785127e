package told

import (
	"context"

	"truce/internal/store"
	"truce/internal/view/agreement"
	"truce/internal/view/protected"
)

// Agreements are the tellings of agreements and windows, as those of protected
// objects are told: the words for what was told are the same in both views.
type Agreements struct{ agreement.View }

var _ Tellings = Agreements{}

// ToldOf lists what anybody was told of a subject, see agreement.View.
func (a Agreements) ToldOf(ctx context.Context, r store.Reader, subject string, asOf int64) ([]protected.Telling, error) {
	lines, err := a.View.ToldOf(ctx, r, subject, asOf)
	return sameForm(lines), err
}

// Told lists what the members of an audience were told, see agreement.View.
func (a Agreements) Told(ctx context.Context, r store.Reader, to []string, after, asOf int64, limit int) ([]protected.Telling, error) {
	lines, err := a.View.Told(ctx, r, to, after, asOf, limit)
	return sameForm(lines), err
}

func sameForm(lines []agreement.Telling) []protected.Telling {
	out := make([]protected.Telling, len(lines))
	for i, t := range lines {
		out[i] = protected.Telling(t)
	}
	return out
}
