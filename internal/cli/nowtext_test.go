package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/i18n"
	"truce/internal/inforce"
)

func stands(states ...string) []inforce.Standing {
	var out []inforce.Standing
	for i, s := range states {
		out = append(out, inforce.Standing{Party: string(rune('a' + i)), State: s, Needed: true})
	}
	return out
}

// No two of the ways to stand read alike, and nothing but the agreement of all reads
// as that.
func TestWhoAgreed(t *testing.T) {
	seen := map[string]string{}
	for _, c := range []struct {
		all    bool
		states string
		want   string
	}{
		{true, "announced accepted", "AGREED BY ALL SIDES"}, {true, "accepted accepted accepted", "AGREED BY ALL SIDES"},
		{false, "announced silent", "ANNOUNCED BY ONE SIDE ONLY"}, {false, "announced", "ANNOUNCED BY ONE SIDE ONLY"}, {true, "announced", "ANNOUNCED BY ONE SIDE ONLY"},
		{false, "announced conditional", "ANNOUNCED BY ONE SIDE ONLY"}, {false, "accepted accepted silent", "NOT AGREED BY ALL"}, {false, "accepted silent", "NOT AGREED BY ALL"},
		{false, "announced rejected", "REJECTED BY A SIDE"}, {false, "accepted suspended", "SUSPENDED BY A SIDE"}, {false, "accepted denounced", "LEFT BY A SIDE"},
		{false, "reported reported", "REPORTED BY OTHERS"}, {false, "silent silent", "AGREED BY NO SIDE YET"},
	} {
		got := whoAgreed(c.all, stands(strings.Fields(c.states)...))
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.states, got, c.want)
		}
		words, _, _ := strings.Cut(got, " (")
		if other, ok := seen[words]; ok && other != c.want {
			t.Errorf("%q stands for %q and %q", words, other, c.want)
		}
		seen[words] = c.want
	}
}

// Every kind of statement about agreements and windows has a command, which is
// named in its own help as it is typed.
func TestEveryActHasACommand(t *testing.T) {
	have := map[truce.Kind]bool{truce.AgreementRegister: true, truce.AgreementAmend: true, truce.AgreementWithdraw: true,
		truce.WindowAnnounce: true, truce.WindowAmend: true, truce.WindowWithdraw: true}
	for _, acts := range [][]agreedAct{agreementActs, windowActs, corridorActs} {
		for _, x := range acts {
			have[x.kind] = true
			cmd := x.command(&shell{})
			if cmd.Short == "" || !strings.Contains(cmd.Example, " "+x.name+" ") {
				t.Errorf("%s: %q %q", x.kind, cmd.Short, cmd.Example)
			}
			for _, flag := range strings.Fields(x.example) {
				if name, ok := strings.CutPrefix(flag, "--"); ok && cmd.Flags().Lookup(name) == nil {
					t.Errorf("%s: the example has --%s, and the command has not", x.kind, name)
				}
			}
		}
	}
	for _, k := range truce.Kinds() {
		switch k.Kind.Object() {
		case "agreement", "window", "corridor", "step":
			if !have[k.Kind] {
				t.Errorf("%s has no command", k.Kind)
			}
		}
	}
}

// What is printed of a pause that one side announced, letter for letter.
func TestNowText(t *testing.T) {
	at := func(h int) *time.Time { v := time.Date(2016, 8, 12, h, 0, 0, 0, time.UTC); return &v }
	a := &nowAnswer{Answer: &inforce.Answer{LogSize: 90, At: *at(8), Retrospective: true, Notice: "A notice.",
		Prohibitions: []inforce.Prohibition{{Act: "shelling", Agreement: "agreement-1", Clause: "c1", Parties: []string{"a", "b"}, AgreedByAll: true, Exceptions: []string{"self-defence"}},
			{Act: "fire", Window: "window-1", Parties: []string{"a"}, Until: at(10)}},
		Agreements: []inforce.Agreement{{ID: "agreement-1", Title: "Cessation \x1b[31m", State: inforce.InForce, AgreedByAll: true, Parties: stands("accepted", "accepted"), InForceFrom: at(0), EndUnknown: true,
			Clauses: []inforce.Clause{{ID: "c1", Modality: "prohibits", Acts: []string{"shelling"}, Bound: []string{"a", "b"}, Exceptions: []string{"self-defence"}}},
			Notices: []inforce.DenunciationInfo{{Party: "b", At: *at(1), Effect: *at(20), Running: true}}, Gaps: []inforce.Gap{{Code: "noTest", Clause: "c1"}}}},
		Windows: []inforce.Window{{ID: "window-1", Title: "Daily pause", Kind: "pause", State: inforce.Open, Open: true, Parties: stands("announced", "silent"), Until: at(10), Next: at(23), Exercise: true,
			Gates:       []inforce.Gate{{Code: "times", Met: true}, {Code: "acceptance", Party: "b", Since: at(1), Text: "two lanes"}},
			Feasibility: []inforce.Feasibility{{By: "relief", Load: 120, Drive: 90, Unload: 120, Return: 90, Needed: 420, Available: 180}},
			Steps:       []inforce.Step{{ID: "s", Side: "a", Category: "civilians", Agreed: 40, Counts: []inforce.Count{{Party: "a", Count: 12}}}}}},
		Conflicts: []inforce.Conflict{{Act: "overflight", A: inforce.Source{Agreement: "agreement-1", Clause: "c1"}, B: inforce.Source{Window: "window-1"}}},
	}}
	var out bytes.Buffer
	(&shell{Streams: Streams{Out: &out}}).printNow(a.Answer)
	path := filepath.Join("testdata", "now.txt")
	want, err := os.ReadFile(path)
	if err != nil || out.String() != string(want) {
		if os.Getenv("TRUCE_WRITE_GOLDEN") != "" {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Errorf("it differs from %s (TRUCE_WRITE_GOLDEN=1 writes it):\n%s", path, out.String())
	}
}

// A part of an answer counts, for the exit code, as the whole of it does: what applies may stand on a later part.
func TestCutApplies(t *testing.T) {
	for _, part := range []span{{}, {limit: 1}, {after: "b"}, {limit: 1, after: "a"}} {
		a := &nowAnswer{Answer: &inforce.Answer{Agreements: []inforce.Agreement{{ID: "a", Entry: 1, State: inforce.Proposed}, {ID: "b", Entry: 2, State: inforce.InForce}, {ID: "c", Entry: 3, State: inforce.Lapsed}}}}
		if err := a.cut(part, i18n.English); err != nil || !a.applies {
			t.Errorf("%+v: %v, %v, %d agreements", part, a.applies, err, len(a.Agreements))
		}
	}
}
