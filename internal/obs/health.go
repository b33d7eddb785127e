package obs

import (
	"context"
	"fmt"
	"io"
	"time"

	"truce"
)

// Probe looks at one thing that the register needs to serve. It is quick, it may
// be called by several at once, and it says what is wrong in words that hold no
// content of the register.
type Probe struct {
	Name string // "log", "head", "views", "clock", "disk"
	Look func(ctx context.Context) error
	Tell func() string // what there is to tell where all is well; nil for nothing
}

// Finding is what a probe found.
type Finding struct {
	Name string
	Err  error // nil when all is well
	Took time.Duration
	Told string // what there is to tell where all is well
}

// probeTime bounds one probe: a stuck disk must not make the answer late.
const probeTime = 2 * time.Second

// Examine asks every probe in turn. ok is false when one of them found a fault.
func Examine(ctx context.Context, probes []Probe) (findings []Finding, ok bool) {
	ok = true
	for _, p := range probes {
		f := examine(ctx, p)
		ok = ok && f.Err == nil
		findings = append(findings, f)
	}
	return findings, ok
}

func examine(ctx context.Context, p Probe) Finding {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	start := time.Now()
	done := make(chan error, 1)
	go func() { done <- p.Look(ctx) }()
	select {
	case err := <-done:
		f := Finding{Name: p.Name, Err: err, Took: time.Since(start)}
		if err == nil && p.Tell != nil {
			f.Told = p.Tell()
		}
		return f
	case <-ctx.Done():
		return Finding{Name: p.Name, Err: truce.E(truce.CodeUnavailable, "no answer within %s", probeTime), Took: time.Since(start)}
	}
}

// WriteFindings writes one line a finding, "[+]log ok", "[+]check ok: …" or "[-]disk failed: …", as
// operators know it from other servers.
func WriteFindings(w io.Writer, findings []Finding) error {
	for _, f := range findings {
		line := fmt.Sprintf("[+]%s ok\n", f.Name)
		if f.Told != "" {
			line = fmt.Sprintf("[+]%s ok: %s\n", f.Name, f.Told)
		}
		if f.Err != nil {
			line = fmt.Sprintf("[-]%s failed: %v\n", f.Name, f.Err)
		}
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
	}
	return nil
}
