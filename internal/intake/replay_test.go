package intake_test

import (
	"flag"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"truce"
	"truce/internal/compose"
)

// Each check makes a whole register on disk; -rapid.checks asks for more.
func init() { flag.Set("rapid.checks", "25") }

// TestReplayOfAnything: whatever statements come in, taken or refused, erasures
// among them, the views are the same after they are dropped and replayed, though
// the replay no longer has the content of what was erased.
func TestReplayOfAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newScene(t)
		s.enrol("wfp", truce.RoleHumanitarian)
		d := &drawing{scene: s, rt: rt, version: map[string]string{s.subject: s.version}, subjects: []string{s.subject}}
		for range rapid.IntRange(1, 25).Draw(rt, "acts") {
			d.act()
		}
		s.replayed()
		if _, err := s.log.Verify(t.Context(), nil); err != nil {
			rt.Fatal(err)
		}
	})
}

// drawing is a scene with random acts.
type drawing struct {
	*scene
	rt         *rapid.T
	subjects   []string
	version    map[string]string // newest of each subject
	challenges []string
}

var drawnKinds = []truce.Kind{truce.SiteRegister, truce.SiteRegister, truce.SiteAmend, truce.SiteWithdraw, truce.SiteRevalidate,
	truce.VerificationRecord, truce.ChallengeOpen, truce.ChallengeAnswer, truce.ChallengeClose, truce.ConsentGive, truce.ConsentWithdraw,
	truce.ReleaseGive, truce.ReleaseEnd, truce.EraseContent, truce.PartyAmend, truce.KeyRevoke}

func (d *drawing) act() {
	kind := rapid.SampledFrom(drawnKinds).Draw(d.rt, "kind")
	author := rapid.SampledFrom([]string{"msf", "cell", "wfp", "syria"}).Draw(d.rt, "author")
	subject := rapid.SampledFrom(d.subjects).Draw(d.rt, "subject")
	var opts []compose.Option
	switch {
	case kind == truce.SiteRegister:
		subject = fmt.Sprintf("site-%d", len(d.subjects))
	case kind == truce.PartyAmend || kind == truce.KeyRevoke:
		subject = author
	case kind.Object() == "site":
		opts = append(opts, compose.Replaces(d.version[subject]))
	}
	res := d.in.Submit(d.t.Context(), [][]byte{d.by(author, kind, subject, d.body(kind, author, subject), opts...)})[0]
	if res.Err != nil {
		return
	}
	if kind.Object() == "site" {
		d.version[subject] = res.ID
	}
	switch kind {
	case truce.SiteRegister:
		d.subjects = append(d.subjects, subject)
	case truce.ChallengeOpen:
		d.challenges = append(d.challenges, res.ID)
	}
}

func (d *drawing) body(kind truce.Kind, author, subject string) any {
	challenge := rapid.SampledFrom(append([]string{d.scene.version}, d.challenges...)).Draw(d.rt, "challenge")
	switch kind {
	case truce.SiteRegister, truce.SiteAmend:
		return site(rapid.IntRange(0, 3).Draw(d.rt, "n"))
	case truce.VerificationRecord, truce.ChallengeOpen:
		return map[truce.Kind]map[string]any{
			truce.VerificationRecord: {"version": d.version[subject], "step": rapid.SampledFrom([]string{"read-back", "imagery"}).Draw(d.rt, "step"), "result": "matches"},
			truce.ChallengeOpen:      {"version": d.version[subject], "reason": "closed", "text": "x"},
		}[kind]
	case truce.ChallengeAnswer:
		return map[string]any{"challenge": challenge, "text": "x"}
	case truce.ChallengeClose:
		return map[string]any{"challenge": challenge, "outcome": "not-upheld"}
	case truce.PartyAmend:
		return map[string]any{"names": []truce.Name{{Text: "new"}}, "role": "humanitarian"}
	case truce.KeyRevoke:
		return compose.Revocation{Key: key(rapid.SampledFrom([]string{author + "-key", author + "-root", "nobody"}).Draw(d.rt, "key")).KeyID()}
	case truce.SiteWithdraw, truce.EraseContent:
		return map[string]any{"reason": "error"}
	case truce.SiteRevalidate:
		return map[string]any{"revalidateBy": "2017-01-01"}
	}
	return to(rapid.SampledFrom([]string{"wfp", "syria"}).Draw(d.rt, "recipient"))
}

// TestManySubmitters: statements of many submitters at once are all taken, each
// once, and the order in which they came is the order that a replay sees.
func TestManySubmitters(t *testing.T) {
	s := newScene(t)
	const submitters, each = 16, 10
	var batches [submitters][][]byte
	for i := range batches {
		for j := range each {
			batches[i] = append(batches[i], s.by("msf", truce.SiteRegister, fmt.Sprintf("site-%d-%d", i, j), site(j)))
		}
		batches[i] = append(batches[i], s.by("msf", truce.SiteRegister, "site-of-all", site(i)))
	}
	before := s.size()
	var group sync.WaitGroup
	var mu sync.Mutex
	taken, conflicts := map[int64]bool{}, 0
	for _, batch := range batches {
		group.Go(func() {
			for _, res := range s.in.Submit(t.Context(), batch) {
				mu.Lock()
				switch {
				case res.Err == nil:
					taken[res.Number] = true
				case truce.CodeOf(res.Err) == truce.CodeConflict:
					conflicts++
				default:
					t.Error(res.Err)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if want := submitters*each + 1; len(taken) != want || s.size() != before+int64(want) || conflicts != submitters-1 {
		t.Errorf("%d taken, log of %d after %d, %d conflicts", len(taken), s.size(), before, conflicts)
	}
	s.replayed()
}
