package intake_test

import (
	"testing"

	"truce"
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
