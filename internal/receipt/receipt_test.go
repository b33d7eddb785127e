package receipt_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"testing"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/internal/receipt"
	"truce/proof"
)

const origin = "receipt.example/register"

// world is a register with keys of parties beside it.
type world struct {
	*testing.T
	reg  *app.Register
	keys map[string]proof.Signer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := app.Folder(t.TempDir() + "/register")
	if err := app.Create(t.Context(), dir, app.Founding{Origin: origin}, nil); err != nil {
		t.Fatal(err)
	}
	reg, err := app.Open(t.Context(), dir, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reg.Close() })
	_, key, err := reg.Registrar(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return &world{t, reg, map[string]proof.Signer{"registrar": key}}
}

func (w *world) newKey() proof.Signer {
	w.Helper()
	_, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	return proof.NewSigner(priv)
}

// submit hands e in and gives the number of its entry.
func (w *world) submit(e *proof.Envelope, err error) int64 {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	res := w.reg.Intake.Submit(w.Context(), [][]byte{e.JSON()})[0]
	if res.Err != nil {
		w.Fatal(res.Err)
	}
	return res.Number
}

func (w *world) say(author string, kind truce.Kind, subject string, body any, more ...proof.Signer) int64 {
	w.Helper()
	st, err := compose.Statement(kind, origin, author, subject, body)
	if err != nil {
		w.Fatal(err)
	}
	return w.submit(compose.Sign(st, append([]proof.Signer{w.keys[author]}, more...)...))
}

// enrol has by enrol a party with a root and one key.
func (w *world) enrol(by, id string, role truce.Role) {
	w.Helper()
	root, key := w.newKey(), w.newKey()
	w.say(by, truce.PartyEnrol, id, compose.Enrolment{Names: []truce.Name{{Text: id}}, Role: role, Root: compose.RootOf(1, root)}, root)
	w.submit(compose.ListKeys(origin, id, []proof.Signer{root}, []compose.SigningKey{{Signer: key, Scopes: truce.Scopes()}}))
	w.keys[id] = key
}

func (w *world) site(author string) int64 {
	w.Helper()
	return w.say(author, truce.SiteRegister, compose.NewSubject("site"), map[string]any{
		"function": "hospital", "geometry": map[string]any{"type": "Point", "coordinates": []float64{37.1, 36.2}}})
}

// Whoever enrolled the author, and whoever enrolled that registrar, the receipt
// shows it down to entry 0, offline.
func TestMakeProvesTheAuthor(t *testing.T) {
	w := newWorld(t)
	w.enrol("registrar", "second-cell", truce.RoleRegistrar)
	w.enrol("second-cell", "agency", truce.RoleHumanitarian)
	numbers := []int64{w.site("registrar"), w.site("agency")}
	for n := range w.reg.Ledger.Head().Size {
		numbers = append(numbers, n)
	}
	for _, n := range numbers {
		r, err := w.reg.Receipt(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		v, err := proof.VerifyReceipt(r.Marshal(), w.reg.LogKey)
		if err != nil || !v.AuthorProven {
			t.Errorf("entry %d: proven %v, %v", n, v != nil && v.AuthorProven, err)
		}
	}
}

// Where one voucher may not be handed over there are none: the receipt then says
// which key signed, and not whose it is.
func TestMakeWithoutVouchers(t *testing.T) {
	w := newWorld(t)
	w.enrol("registrar", "agency", truce.RoleHumanitarian)
	n := w.site("agency")
	m := receipt.Maker{Log: w.reg.Ledger, Parties: w.reg.Parties, DB: w.reg.DB}
	no := func(s *truce.Statement) bool { return s.Kind != truce.PartyEnrol }
	r, err := m.Make(context.Background(), n, true, no)
	if err != nil {
		t.Fatal(err)
	}
	v, err := proof.VerifyReceipt(r.Marshal(), w.reg.LogKey)
	if err != nil || v.AuthorProven || len(r.Vouchers) != 0 || v.Statement == nil {
		t.Errorf("%+v, %v", v, err)
	}
	r, err = m.Make(context.Background(), n, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = proof.VerifyReceipt(r.Marshal(), w.reg.LogKey); err != nil || !v.Withheld || v.Statement != nil {
		t.Errorf("without content: %+v, %v", v, err)
	}
}
