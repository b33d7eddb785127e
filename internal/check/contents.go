package check

import (
	"context"

	"truce/internal/auth"
	"truce/internal/view/protected"
	"truce/pack"
)

// Contents are the objects that a check would tell the viewer of, wherever it asked, as a pack holds them: those it could
// see when the log had size entries, or sees now for size 0. Of a size in the past they say what the viewer held then, and
// are for comparing with it only: what it may be told now is that of size 0. An object that cannot be read is an error,
// as it is for a check.
func (e *Engine) Contents(ctx context.Context, v auth.Viewer, size int64) (Head, []pack.Object, error) {
	s, err := e.current(ctx)
	if err != nil {
		return Head{}, nil, err
	}
	if size > 0 && size != s.head.Size {
		if s, err = e.past(ctx, size); err != nil {
			return Head{}, nil, err
		}
	}
	var q Query
	if err := q.statuses(e.cfg.Exercise); err != nil {
		return Head{}, nil, err
	}
	out := []pack.Object{}
	for _, it := range s.visible(v) {
		if !q.answers(it) {
			continue
		}
		if it.broken != nil {
			return Head{}, nil, it.broken
		}
		out = append(out, it.packed())
	}
	return s.head, out, nil
}

// past is what was known when the log had size entries, and by whom it could be seen then.
func (e *Engine) past(ctx context.Context, size int64) (*snapshot, error) {
	head, err := e.cfg.Register.Head(ctx, size)
	if err != nil {
		return nil, err
	}
	return build(ctx, e.cfg.Register, head)
}

// answers reports whether the statuses that are answered with hold that of it.
func (q *Query) answers(it *item) bool {
	for _, s := range q.Statuses {
		if s == it.status {
			return true
		}
	}
	return false
}

// packed is the object as a pack holds it.
func (it *item) packed() pack.Object {
	o := pack.Object{ID: it.told.ID, Kind: it.told.Kind, Type: it.told.Type, Names: it.names, Operator: it.told.Operator, Status: it.status,
		Verification: it.told.Verification, Differs: it.told.Differs, Contested: it.told.Contested, Withdrawn: it.told.Withdrawn,
		WithdrawnAt: it.life.Withdrawn, RevalidateBy: it.life.RevalidateBy, First: it.first, Entry: it.told.Entry, Version: it.told.Version}
	for i := range it.parts {
		p := &it.parts[i]
		o.Parts = append(o.Parts, pack.Part{Shape: p.shape.Shape(), Periods: periods(p.period), Leg: p.leg, Name: p.name})
	}
	return o
}

// periods is a period as a list of them; nil where both ends are open.
func periods(p protected.Period) []pack.Period {
	if p.From.IsZero() && p.Until.IsZero() {
		return nil
	}
	return []pack.Period{pack.PeriodOf(p.From, p.Until)}
}
