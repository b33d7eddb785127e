package truce

import (
	"errors"
	"fmt"
	"testing"
)

// The exit codes and statuses are a contract (design.md 8).
func TestCodeTable(t *testing.T) {
	for code, want := range map[Code][2]int{
		CodeUsage: {2, 400}, CodeNotFound: {3, 404}, CodeRefused: {4, 403}, CodeConflict: {5, 409}, CodeStaleWrite: {5, 412},
		CodeUnavailable: {6, 503}, CodeTampered: {7, 500}, CodeStale: {8, 503}, CodeInvalid: {1, 422}, CodeNoMatch: {5, 428},
		CodeGone: {3, 410}, Code("nonsense"): {1, 500},
	} {
		if code.Exit() != want[0] || code.HTTP() != want[1] {
			t.Errorf("%s: exit %d, status %d", code, code.Exit(), code.HTTP())
		}
	}
	if len(Codes()) != len(surfaces) {
		t.Error("Codes does not list every code")
	}
}

func TestErrorChain(t *testing.T) {
	cause := errors.New("disk")
	err := fmt.Errorf("saving: %w", Wrap(CodeUnavailable, cause, "could not write").At("/x").WithHint("free %d MB", 5))
	if CodeOf(err) != CodeUnavailable || HintOf(err) != "free 5 MB" || !errors.Is(err, cause) {
		t.Errorf("%v: %s, %s", err, CodeOf(err), HintOf(err))
	}
	if CodeOf(nil) != "" || CodeOf(cause) != CodeInternal {
		t.Error("codes of nil and of foreign errors")
	}
}
