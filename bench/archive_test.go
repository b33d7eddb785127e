package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"truce"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/proof"
)

// archiveVersion changes when what buildArchive writes does.
const archiveVersion = 3

// archive is a data folder with a log of entries() entries. It is made once and
// kept below TRUCE_BENCH_DIR, or the system's folder for temporary files: a
// million takes minutes and 2 GB.
func archive(b testing.TB) app.Folder {
	b.Helper()
	base := os.Getenv("TRUCE_BENCH_DIR")
	if base == "" {
		base = os.TempDir()
	}
	path := filepath.Join(base, fmt.Sprintf("truce-bench-%d-%d", archiveVersion, entries()))
	if _, err := os.Stat(path); err == nil {
		return app.Folder(path)
	}
	half := path + ".making"
	must(b, os.RemoveAll(half))
	buildArchive(b, app.Folder(half))
	must(b, os.Rename(half, path))
	return app.Folder(path)
}

// batchSize is how many envelopes are submitted at once.
const batchSize = 1000

// buildArchive fills a register up to entries() entries. The next batch is
// signed while one is submitted.
func buildArchive(b testing.TB, dir app.Folder) {
	b.Helper()
	must(b, app.Create(context.Background(), dir, app.Founding{Origin: registerOrigin}, nil))
	reg, err := app.Open(context.Background(), dir, app.Options{})
	must(b, err)
	defer reg.Close()
	w := &writer{author: registrar(b, reg)}
	must(b, reg.Intake.Submit(context.Background(), [][]byte{w.enrol()})[0].Err)
	begin, cpu := time.Now(), cpuTime()
	batches := make(chan [][]byte, 2)
	go func() {
		defer close(batches)
		for n := entries() - int(reg.Ledger.Head().Size); n > 0; n -= batchSize {
			batches <- w.batch(min(n, batchSize))
		}
	}()
	for batch := range batches {
		for _, res := range reg.Intake.Submit(context.Background(), batch) {
			must(b, res.Err)
		}
	}
	took := time.Since(begin)
	b.Logf("%d entries made, signed and registered in batches of %d: %s, %.0f/s, %.0f µs of processor time each", entries(), batchSize,
		took.Round(time.Millisecond), float64(entries())/took.Seconds(), float64((cpuTime()-cpu).Microseconds())/float64(entries()))
}

// writer makes the statements of a register in use: of 20, 13 new sites, 4
// amendments, a revalidation, a verification and a release, all of sites that
// were there before.
type writer struct {
	author
	mu    sync.Mutex
	count int
	sites []version
}

// version is a site and its newest version.
type version struct{ subject, id string }

const recipient = truce.PartyID("wfp")

func (w *writer) batch(n int) [][]byte {
	plans := make([]func() *proof.Envelope, n)
	for i := range plans {
		plans[i] = w.plan()
	}
	out := make([][]byte, n)
	eachInParallel(n, func(i int) { out[i] = plans[i]().JSON() })
	return out
}

func (w *writer) made(kind truce.Kind, subject string, body any, opts ...compose.Option) *proof.Envelope {
	e, err := w.sign(kind, subject, body, opts...)
	if err != nil {
		panic(err) // the statements of a benchmark are right
	}
	return e
}

func (w *writer) enrol() []byte {
	_, hash := compose.NewInvitation()
	return w.made(truce.PartyEnrol, string(recipient), map[string]any{"names": []truce.Name{{Text: "Recipient"}}, "role": "humanitarian",
		"invitation": hash, "invitationUntil": time.Now().AddDate(1, 0, 0).UTC().Format(time.RFC3339)}).JSON()
}

// plan decides what comes next; what it gives makes it. A site that is changed
// is taken out of the batch's hands: its newest version is not known before it
// is signed.
func (w *writer) plan() func() *proof.Envelope {
	w.count++
	i := w.count
	kind := i % 20
	if len(w.sites) < 2*batchSize || kind < 13 {
		return func() *proof.Envelope { return w.register(i) }
	}
	at := rand.IntN(len(w.sites))
	site := w.sites[at]
	if kind < 18 { // it changes the version
		w.sites[at] = w.sites[len(w.sites)-1]
		w.sites = w.sites[:len(w.sites)-1]
	}
	return func() *proof.Envelope { return w.about(kind, i, site) }
}

func (w *writer) register(i int) *proof.Envelope {
	subject := compose.NewSubject("site")
	e := w.made(truce.SiteRegister, subject, siteBody(i))
	w.keep(version{subject, e.ID()})
	return e
}

func (w *writer) keep(v version) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sites = append(w.sites, v)
}

func (w *writer) about(kind, i int, site version) *proof.Envelope {
	switch kind {
	case 17:
		e := w.made(truce.SiteRevalidate, site.subject, map[string]any{"revalidateBy": "2031-01"}, compose.Replaces(site.id))
		w.keep(version{site.subject, e.ID()})
		return e
	case 18:
		return w.made(truce.VerificationRecord, site.subject, map[string]any{"version": site.id, "step": "read-back", "result": "matches"})
	case 19:
		return w.made(truce.ReleaseGive, site.subject, compose.Recipients{Recipients: []string{string(recipient)}})
	}
	e := w.made(truce.SiteAmend, site.subject, siteBody(i), compose.Replaces(site.id))
	w.keep(version{site.subject, e.ID()})
	return e
}
