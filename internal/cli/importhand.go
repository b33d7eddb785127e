package cli

import (
	"errors"

	"truce"
	"truce/internal/tabular"
)

// flush hands in what is signed, once the batch before it has landed. The next
// one is signed while the register works on it.
func (im *importing) flush() error {
	if err := im.land(); err != nil || len(im.next.signed) == 0 {
		return err
	}
	batch := im.next
	im.next, im.flying = handIn{}, make(chan handedIn, 1)
	flying := im.flying
	go func() { flying <- handedIn{batch, im.r.Submit(im.ctx, batch.signed)} }()
	return nil
}

// land waits for the batch that is with the register. What the register refuses
// becomes a rejected row; where it takes nothing at all now, the import ends.
func (im *importing) land() error {
	if im.flying == nil {
		return nil
	}
	batch := <-im.flying
	im.flying = nil
	for i, res := range batch.results {
		switch truce.CodeOf(res.Err) {
		case "":
			continue
		case truce.CodeUnavailable, truce.CodeTampered, truce.CodeInternal, truce.CodeSignIn, truce.CodeBusy:
			return im.stopped(res.Err)
		}
		im.refuse(batch.drafts[i], res.Err)
	}
	im.handled += len(batch.drafts)
	im.bar.of(int64(im.handled), int64(im.rows))
	return nil
}

func (im *importing) stopped(err error) error {
	if im.ctx.Err() != nil {
		return im.ctx.Err()
	}
	if e, ok := errors.AsType[*truce.Error](err); ok && e.Hint == "" {
		return e.WithHint("what was registered stays; import the list again to go on")
	}
	return err
}

// refuse takes note of a row that the register did not take.
func (im *importing) refuse(d tabular.Draft, err error) {
	e := tabular.RowError{Row: d.Row, Code: string(truce.CodeOf(err)), Message: err.Error(), Hint: truce.HintOf(err)}
	if ours, ok := errors.AsType[*truce.Error](err); ok {
		e.Field, e.Message = ours.Field, ours.Message
	}
	if d.Action == tabular.Amend {
		e.Hint = orElse(e.Hint, "what is registered stays as it was")
	}
	im.refusedOf[d.Action]++
	im.refused[d.Row] = append(im.refused[d.Row], e)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
