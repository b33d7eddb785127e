package cli

import (
	"context"
	"slices"
	"time"

	"truce"
	"truce/internal/store"
	"truce/internal/told"
)

// showTold tells who was told of what and what they answered: the university
// hospital, what stays open, the day of the convoy and the alarm.
func (d *demonstration) showTold(ctx context.Context) error {
	l := &local{app: d.reg}
	for _, part := range []struct {
		title, id string
		print     func(*told.Telling)
	}{
		{"Who was told of the university hospital, and what did they answer? Received, read back, passed on and in use are different things.", d.played.Hospital, d.sh.printTelling},
		{"The day of the convoy, and what it waits for at 08:30. It is a list of facts; it permits nothing.", d.played.Convoy, d.sh.printDay},
		{"The alarm for Al-Razi hospital, with the clock of every call and every answer:", d.played.Razi, d.sh.printAlarms},
	} {
		t, err := l.tellingAt(ctx, part.id, clocks{forceAt: convoyLeaves})
		if err != nil {
			return err
		}
		d.sh.printf("\n%s\n\n", part.title)
		part.print(t)
	}
	if err := d.showDesks(ctx, l); err != nil {
		return err
	}
	return d.showGaps(ctx, l)
}

// convoyLeaves is when the convoy is about to leave: 08:30, Damascus time.
var convoyLeaves = time.Date(2016, 8, 15, 5, 30, 0, 0, time.UTC)

// showDesks tells which desks there are and which of their lines were answered.
func (d *demonstration) showDesks(ctx context.Context, l *local) error {
	desks, err := l.Desks(ctx)
	if err != nil {
		return err
	}
	d.sh.printf("\nDuty desks, by role and not by person, and who is on duty there now:\n\n")
	d.sh.deskTable(desks)
	return nil
}

// showGaps tells what is missing in the telling, by object, and what stays open with
// one recipient.
func (d *demonstration) showGaps(ctx context.Context, l *local) error {
	gaps, err := l.Gaps(ctx)
	if err != nil {
		return err
	}
	never, waiting := 0, 0
	for _, g := range gaps {
		never += len(g.NotTold)
		waiting += len(g.Unacknowledged)
	}
	d.sh.printf("\nWhat is missing: %d objects; %d times a side was never told, %d times nobody answered. One of them, the shelter in Hamdaniya:\n\n", len(gaps), never, waiting)
	d.sh.gapTable(slices.DeleteFunc(gaps, func(g *told.Gap) bool { return g.ID != d.played.Shelter }))
	return nil
}

// partyCount is how many parties the register has.
func (d *demonstration) partyCount(ctx context.Context) (n int, err error) {
	err = d.reg.DB.View(ctx, func(r store.Reader) error {
		all, err := d.reg.Parties.Parties(ctx, r, truce.Now)
		n = len(all)
		return err
	})
	return n, err
}
