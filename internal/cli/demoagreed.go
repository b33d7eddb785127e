package cli

import (
	"context"
	"time"

	"truce/geo"
	"truce/internal/inforce"
)

// showAgreed tells the pause, the corridor by the Castello road and the cessation of
// hostilities as they stood at half past ten, Damascus time, on 12 August 2016.
func (d *demonstration) showAgreed(ctx context.Context) error {
	at := time.Date(2016, 8, 12, 7, 30, 0, 0, time.UTC)
	a, err := d.reg.InForce.Now(ctx, inforce.Query{At: at, Shape: geo.PointShape(geo.Point{Lat: 36.2070, Lon: 37.1740}, 10), Viewer: d.viewer()})
	if err != nil {
		return err
	}
	d.sh.printf("\nWhat held in the town at %s?\n", timeText(&at))
	for i := range a.Agreements {
		if x := &a.Agreements[i]; x.ID == d.played.Cessation {
			d.sh.printf("\n")
			d.sh.agreementText(x)
		}
	}
	for i := range a.Windows {
		if w := &a.Windows[i]; w.ID == d.played.Pause {
			d.sh.printf("\n")
			d.sh.windowText(w)
		}
	}
	d.sh.printf("\nFour corridors were announced too; none is ready: no times were stated, and the other sides have neither accepted nor said what is on the road.\n")
	return nil
}
