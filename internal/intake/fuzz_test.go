package intake_test

import (
	"bytes"
	"testing"

	"truce"
	"truce/internal/compose"
	"truce/proof"
)

// FuzzSubmit hands in anything, and payloads that are anything but signed by a
// key in use. Nothing panics, refusals have a code that blames the input, and
// the log and its views stay consistent.
func FuzzSubmit(f *testing.F) {
	s := newScene(f)
	s.enrol("wfp", truce.RoleHumanitarian)
	seeds := [][]byte{nil, []byte("{}"), []byte(`{"payloadType":"x","payload":"","signatures":[]}`)}
	for _, spec := range truce.Kinds() {
		if spec.Signers == truce.ByKey {
			subject, body := s.plausible("msf", spec.Kind)
			seeds = append(seeds, s.make(spec.Kind, "msf", subject, body, "msf-key"))
		}
	}
	seeds = append(seeds, s.make(truce.KeyRoot, "msf", "msf", *compose.RootOf(1, key("x")), "msf-root x"))
	for _, seed := range seeds {
		f.Add(seed)
		if env, err := proof.ParseEnvelope(seed); err == nil {
			f.Add(env.Payload)
			f.Add(bytes.ReplaceAll(env.Payload, []byte("site"), []byte("area")))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s.take(t, data)
		if len(data) == 0 {
			return
		}
		if env, err := proof.Sign(truce.PayloadType, data, key("msf-key")); err == nil {
			s.take(t, env.JSON())
		}
	})
}

// take submits and holds the answer against the log.
func (s *scene) take(t *testing.T, envelope []byte) {
	size := s.size()
	res := s.in.Submit(t.Context(), [][]byte{envelope})[0]
	grew := s.size() - size
	switch code := truce.CodeOf(res.Err); {
	case code == truce.CodeInternal || code == truce.CodeUnavailable:
		t.Fatalf("%v", res.Err)
	case res.Err != nil && grew != 0, res.Err == nil && !res.Known && grew != 1:
		t.Fatalf("the answer is %+v and the log grew by %d", res, grew)
	case res.Err == nil:
		if e, err := s.log.Entry(t.Context(), res.Number); err != nil || e.ID != res.ID {
			t.Fatalf("entry %d is %+v, %v", res.Number, e, err)
		}
	}
}
