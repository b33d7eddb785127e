package obs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"truce"
)

func TestLogsHoldNoInput(t *testing.T) {
	var b bytes.Buffer
	log := NewLogger(&b, LogOptions{})
	quoted := truce.E(truce.CodeInvalid, "%q is not a coordinate", "36.2128, 37.1166").At("/queries/3/at")
	log.Warn("refused", Err(quoted))
	log.Warn("refused", Err(truce.Wrap(truce.CodeNotFound, quoted, "nothing")))
	if strings.Contains(b.String(), "36.2128") || strings.Contains(b.String(), "queries") {
		t.Fatalf("the log repeats what was typed: %s", b.String())
	}
	if !strings.Contains(b.String(), `"code":"invalid"`) {
		t.Fatalf("the code is missing: %s", b.String())
	}
}

func TestLogsKeepFaultsOfOurs(t *testing.T) {
	var b bytes.Buffer
	ctx := WithTrace(context.Background(), "abc123")
	NewLogger(&b, LogOptions{}).With("part", "api").ErrorContext(ctx, "failed", Err(truce.Wrap(truce.CodeUnavailable, errors.New("disk full"), "cannot write")))
	var line struct {
		Trace, Part string
		Error       struct{ Code, Message string }
	}
	if err := json.Unmarshal(b.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line.Trace != "abc123" || line.Part != "api" || line.Error.Code != "unavailable" || line.Error.Message != "cannot write: disk full" {
		t.Fatalf("%+v", line)
	}
}

func TestTextLogAndNoError(t *testing.T) {
	var b bytes.Buffer
	NewLogger(&b, LogOptions{Text: true}).Info("started", Err(nil))
	if !strings.Contains(b.String(), "msg=started") || strings.Contains(b.String(), "error") {
		t.Fatal(b.String())
	}
}

func TestMetricsText(t *testing.T) {
	m := NewMetrics()
	m.Watch(func() int64 { return 42 }, func() map[string]int64 { return map[string]int64{"protected": 3} })
	m.Statement("accepted")
	m.Request("/v1/sites/{id}", "GET", 200, time.Millisecond)
	m.Checked(7, time.Millisecond)
	m.Stream(1)
	m.Refused("rate")
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{
		"truce_log_size 42",
		`truce_view_lag_entries{view="protected"} 3`,
		`truce_statements_total{result="accepted"} 1`,
		`truce_http_request_seconds_count{method="GET",route="/v1/sites/{id}",status="200"} 1`,
		"truce_check_seconds_count 1",
		"truce_checks_total 7",
		"truce_event_streams 1",
		`truce_http_refused_total{reason="rate"} 1`,
	} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("missing: %s", line)
		}
	}
}

func TestNilMetricsCountNothing(t *testing.T) {
	var m *Metrics
	m.Statement("b")
	m.Request("a", "b", 200, 0)
	m.Checked(1, 0)
	m.Stream(1)
	m.Refused("x")
}

func TestExamine(t *testing.T) {
	good := Probe{Name: "log", Look: func(context.Context) error { return nil }}
	bad := Probe{Name: "disk", Look: func(context.Context) error { return truce.E(truce.CodeUnavailable, "1 MB left") }}
	if _, ok := Examine(context.Background(), []Probe{good}); !ok {
		t.Fatal("a good probe is reported as bad")
	}
	findings, ok := Examine(context.Background(), []Probe{good, bad})
	var b bytes.Buffer
	if err := WriteFindings(&b, findings); err != nil || ok {
		t.Fatal(ok, err)
	}
	if b.String() != "[+]log ok\n[-]disk failed: 1 MB left\n" {
		t.Fatal(b.String())
	}
	telling := Probe{Name: "check", Look: func(context.Context) error { return nil }, Tell: func() string { return "lags 2 entries" }}
	findings, _ = Examine(context.Background(), []Probe{telling})
	if b.Reset(); WriteFindings(&b, findings) != nil || b.String() != "[+]check ok: lags 2 entries\n" {
		t.Errorf("%q", b.String())
	}
}

func TestAStuckProbeDoesNotHoldTheAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	release := make(chan struct{})
	defer close(release)
	stuck := Probe{Name: "disk", Look: func(context.Context) error { <-release; return nil }}
	if findings, ok := Examine(ctx, []Probe{stuck}); ok || truce.CodeOf(findings[0].Err) != truce.CodeUnavailable {
		t.Fatal(findings)
	}
}
