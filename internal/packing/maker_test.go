package packing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/app"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/demo"
	"truce/internal/packing"
	"truce/internal/store"
	"truce/pack"
	"truce/proof"
)

// play makes the register of the demo. Some entries of it are still to be submitted: more does that.
func play(t *testing.T, stop int) (reg *app.Register, more func()) {
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
	var rest [][]byte
	n := 0
	_, err = demo.Play(ctx, reg, func(ctx context.Context, e *proof.Envelope) error {
		if n++; n > stop {
			rest = append(rest, e.JSON())
			return nil
		}
		return reg.Intake.Submit(ctx, [][]byte{e.JSON()})[0].Err
	})
	if err != nil {
		t.Fatal(err)
	}
	return reg, func() {
		for _, e := range rest {
			if err := reg.Intake.Submit(ctx, [][]byte{e})[0].Err; err != nil {
				t.Fatal(err)
			}
		}
	}
}

func viewers(t *testing.T, reg *app.Register) (out []auth.Viewer) {
	t.Helper()
	err := reg.DB.View(context.Background(), func(r store.Reader) error {
		all, err := reg.Parties.Parties(context.Background(), r, truce.Now)
		for _, p := range all {
			out = append(out, auth.Viewer{Party: p.ID, Role: p.Role})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// questions are about places in and round Aleppo and on the way there, at times in and round August 2016.
func questions(r *rand.Rand, n int) (out []check.Query) {
	begin := time.Date(2016, 7, 25, 0, 0, 0, 0, time.UTC)
	for range n {
		p := geo.Point{Lat: 36 + r.Float64()*0.9, Lon: 36.6 + r.Float64()*0.8}
		q := check.Query{Shape: geo.PointShape(p, float64(r.IntN(3)*20)), RadiusM: []float64{0, 100, 5000, 30000}[r.IntN(4)],
			From: begin.Add(time.Duration(r.IntN(40*24*60)) * time.Minute)}
		switch r.IntN(4) {
		case 0:
			q.Shape = geo.CircleShape(p, 1+r.Float64()*5000)
		case 1:
			q.Shape = geo.Shape{Type: geo.TypeLineString, BufferM: 50, Lines: [][]geo.Point{{p, {Lat: p.Lat + 0.1, Lon: p.Lon - 0.1}}}}
		}
		if r.IntN(2) == 0 {
			q.Until = q.From.Add(time.Duration(r.IntN(72)) * time.Hour)
		}
		out = append(out, q)
	}
	return out
}

// A pack tells each party what the register would have told it, of everything, everywhere, at any time.
func TestPackAnswersAsTheRegister(t *testing.T) {
	reg, _ := play(t, 1<<30)
	told, agreed := 0, 0
	for _, v := range viewers(t, reg) {
		p, err := reg.Packs.Pack(context.Background(), v)
		if err != nil {
			t.Fatal(v, err)
		}
		for i, q := range append(questions(rand.New(rand.NewPCG(1, 2)), 300), atEdges(p)...) {
			q.Viewer = v
			want, err := reg.Check.Check(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := p.Check(pack.Query{Shape: q.Shape, RadiusM: q.RadiusM, From: q.From, Until: q.Until}, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if a, b := text(want.Protections), text(got.Protections); a != b {
				t.Fatalf("%s, question %d:\n%s\n%s", v.Party, i, a, b)
			}
			if a, b := text([]any{want.Agreements, want.Windows}), text([]any{got.Agreements, got.Windows}); a != b {
				t.Fatalf("%s, question %d, at %v:\n%s\n%s", v.Party, i, q.From, a, b)
			}
			agreed += len(want.Agreements) + len(want.Windows)
			if text(want.Query) != text(got.Query) || want.AsOf.LogSize != got.AsOf.LogSize || want.AsOf.Root != got.AsOf.Root {
				t.Fatalf("%s, question %d: %+v", v.Party, i, got)
			}
			told += len(want.Protections)
		}
	}
	if told < 1000 || agreed < 1000 {
		t.Errorf("only %d protections and %d agreements were compared", told, agreed)
	}
}

// atEdges are questions in Aleppo at the edges of the signed instants in the pack and of its horizons, and over them.
func atEdges(p *pack.Pack) (out []check.Query) {
	place := geo.PointShape(geo.Point{Lat: 36.2070, Lon: 37.1740}, 10)
	for _, r := range p.Agreed() {
		for _, v := range r.Versions {
			if v.Window == nil || v.Window.Schedule == nil {
				continue
			}
			var edges []int64
			for _, run := range v.Window.Schedule.Runs {
				last := run.From + (run.Count-1)*run.Step
				edges = append(edges, run.From, run.From+run.Length, last, last+run.Length)
			}
			edges = append(edges, v.Window.Schedule.Horizon.Instant().Unix())
			for _, s := range edges {
				for _, d := range []int64{-1, 0, 1} {
					at := time.Unix(s+d, 0).UTC()
					out = append(out, check.Query{Shape: place, From: at}, check.Query{Shape: place, From: at, Until: at.Add(30 * time.Hour)})
				}
			}
		}
	}
	return out
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// A delta leads from every earlier state that a party held to the newest pack, byte by byte.
func TestDelta(t *testing.T) {
	deltas := 0
	for _, stop := range []int{24, 55} {
		reg, more := play(t, stop)
		parties := viewers(t, reg)
		held := map[auth.Viewer]*pack.Pack{}
		for _, v := range parties {
			var err error
			if held[v], err = reg.Packs.Pack(context.Background(), v); err != nil {
				t.Fatal(err)
			}
		}
		more()
		for _, maker := range []*packing.Maker{reg.Packs, reg.Packs.Lasting(time.Hour)} { // the second one has kept nothing
			for _, v := range parties {
				to, delta, err := maker.Delta(context.Background(), v, held[v].LogSize, held[v].Hash())
				if err != nil {
					t.Fatal(err)
				}
				if delta == nil {
					continue
				}
				deltas++
				got, err := pack.Apply(held[v], delta, reg.LogKey)
				if err != nil || !bytes.Equal(got.Bytes(), to.Bytes()) {
					t.Fatalf("%s from %d entries: %v", v.Party, held[v].LogSize, err)
				}
			}
		}
	}
	if deltas < 10 {
		t.Errorf("only %d deltas were made", deltas)
	}
}

func TestWhoHasNoPack(t *testing.T) {
	reg, _ := play(t, 1<<30)
	for _, c := range []struct {
		viewer auth.Viewer
		want   truce.Code
	}{
		{auth.Viewer{Role: truce.RolePublic}, truce.CodeSignIn},
		{auth.Viewer{Party: "court", Role: truce.RoleAuditor}, truce.CodeRefused},
	} {
		if _, err := reg.Packs.Pack(context.Background(), c.viewer); truce.CodeOf(err) != c.want {
			t.Errorf("%v: %v", c.viewer, err)
		}
	}
	p, err := reg.Packs.Pack(context.Background(), auth.Viewer{Party: "nobody-told", Role: truce.RoleParty})
	if err != nil || p.Len() != 0 {
		t.Errorf("who was told nothing has %d objects, %v", p.Len(), err)
	}
	again, _ := reg.Packs.Pack(context.Background(), auth.Viewer{Party: "nobody-told", Role: truce.RoleParty})
	if again != p {
		t.Error("the same pack is made twice")
	}
	signed, err := pack.Open(p.Bytes(), reg.LogKey)
	if err != nil || signed.MaxAgeS != 24*3600 {
		t.Errorf("the pack does not open: %v", err)
	}
}
