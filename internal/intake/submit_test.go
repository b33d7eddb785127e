package intake_test

import (
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"

	"truce"
	"truce/internal/compose"
	"truce/internal/intake"
	"truce/internal/view/agreement"
	"truce/internal/view/inbox"
	"truce/internal/view/protected"
	"truce/proof"
)

func TestSubmitEndToEnd(t *testing.T) {
	r := newRegister(t)
	r.enrol("msf", truce.RoleHumanitarian)
	subject, version := r.site("msf")
	r.must(r.by("cell", truce.VerificationRecord, subject, map[string]any{"version": version, "step": "imagery", "result": "matches"}))
	r.replayed()
	if n := r.size(); n != 6 {
		t.Errorf("%d entries, want 6", n)
	}
}

// brokenLog stands for a fault of ours.
type brokenLog struct{ intake.Log }

func (brokenLog) Head() *proof.Checkpoint { panic("broken") }

func TestAFaultOfOursRefusesOneEnvelope(t *testing.T) {
	s := newScene(t)
	broken := intake.New(intake.Config{Ledger: brokenLog{s.log}, DB: s.db, Parties: parties, Objects: protected.View{}, Telling: []intake.Telling{protected.Told}, Desks: inbox.View{}, Agreements: agreement.View{}, Origin: origin, Workers: 2})
	var envelopes [][]byte
	for i := range 6 {
		var opts []compose.Option
		if i == 3 {
			opts = append(opts, compose.Seen(1, s.log.Head().RootText()))
		}
		envelopes = append(envelopes, s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(i), opts...))
	}
	for i, res := range broken.Submit(t.Context(), envelopes) {
		if want := map[int]truce.Code{3: truce.CodeInternal}[i]; truce.CodeOf(res.Err) != want {
			t.Errorf("envelope %d: %v, want %q", i, res.Err, want)
		}
	}
}

// TestSplitViewIsLogged: the evidence is told to the operator, without a word of
// what the statement says.
func TestSplitViewIsLogged(t *testing.T) {
	s := newScene(t)
	var text strings.Builder
	in := intake.New(intake.Config{Ledger: s.log, DB: s.db, Parties: parties, Objects: protected.View{}, Telling: []intake.Telling{protected.Told}, Desks: inbox.View{}, Agreements: agreement.View{}, Origin: origin,
		Logger: slog.New(slog.NewTextHandler(&text, nil))})
	forged := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for _, size := range []int64{2, 999} {
		text.Reset()
		in.Submit(t.Context(), [][]byte{s.by("msf", truce.SiteRegister, compose.NewSubject("site"), site(7), compose.Seen(size, forged))})
		if !strings.Contains(text.String(), "level=WARN") || !strings.Contains(text.String(), "author=msf") {
			t.Errorf("seen %d: the log says %q", size, text.String())
		}
		if strings.Contains(text.String(), "Hospital") || strings.Contains(text.String(), "37.1") {
			t.Errorf("the log holds what the statement says: %q", text.String())
		}
	}
}
