package demo_test

import (
	"context"
	"testing"

	"truce"
	"truce/geo"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/demo"
	"truce/internal/store"
	"truce/internal/view/protected"
)

// play makes the demo's register in a temporary folder.
func play(t *testing.T) (*app.Register, *demo.Played) {
	t.Helper()
	ctx := context.Background()
	dir := app.Folder(t.TempDir() + "/demo")
	f := app.Founding{Origin: "demo.example/aleppo", Party: demo.Registrar, Name: demo.RegistrarName, Exercise: true}
	if err := app.Create(ctx, dir, f, nil); err != nil {
		t.Fatal(err)
	}
	reg, err := app.Open(ctx, dir, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reg.Close() })
	played, err := demo.Play(ctx, reg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return reg, played
}

// The whole scenario is taken, all of it marked as an exercise; the erased
// clinic is gone in content, the slip is corrected and no longer contested.
func TestScenario(t *testing.T) {
	reg, played := play(t)
	ctx := context.Background()
	objects, parties := 0, 0
	err := reg.DB.View(ctx, func(q store.Reader) error {
		all, err := reg.Parties.Parties(ctx, q, truce.Now)
		parties = len(all)
		if err != nil {
			return err
		}
		slip, err := reg.Objects.Object(ctx, q, played.Corrected, truce.Now)
		if err != nil {
			return err
		}
		if slip.Contested() || slip.Verification().Step != "recipient-read-back" || slip.Challenges[0].Outcome != "corrected" {
			t.Errorf("the slip stands as %+v", slip.Verification())
		}
		gone, err := reg.Objects.Object(ctx, q, played.Erased, truce.Now)
		if err == nil && gone.Erased == nil {
			t.Error("the clinic is not erased")
		}
		return reg.Objects.Each(ctx, q, truce.Now, protected.Filter{}, func(o *protected.Object) error {
			objects++
			if o.Status != truce.Exercise {
				t.Errorf("%s is not marked as an exercise", o.Subject)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if objects != 12 || parties != 10 {
		t.Errorf("%d objects, %d parties", objects, parties)
	}
}

// Who sees what: the co-chairs were told of the hospital, the government was not.
func TestScenarioIsDisclosedAsReleased(t *testing.T) {
	reg, _ := play(t)
	hospital := geo.PointShape(geo.Point{Lat: 36.2128, Lon: 37.1166}, 0)
	for _, c := range []struct {
		viewer auth.Viewer
		want   int
	}{
		{auth.Viewer{Party: demo.Registrar, Role: truce.RoleRegistrar}, 1},
		{auth.Viewer{Party: "russian-federation", Role: truce.RoleGuarantor}, 1},
		{auth.Viewer{Party: "government-of-syria", Role: truce.RoleParty}, 0},
		{auth.Viewer{Role: truce.RolePublic}, 0},
	} {
		a, err := reg.Check.Check(context.Background(), check.Query{Shape: hospital, RadiusM: 500, Viewer: c.viewer})
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Protections) != c.want {
			t.Errorf("%s: %d protections, want %d", c.viewer.Party, len(a.Protections), c.want)
		}
		for _, p := range a.Protections {
			if !p.Exercise {
				t.Errorf("%s is not marked as an exercise", p.ID)
			}
		}
	}
}
