package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"truce"
	"truce/bench/workload"
	"truce/client"
	"truce/geo"
	"truce/internal/app"
	"truce/internal/compose"
	"truce/proof"
)

const origin = "bench.example/register"

// site is a zone of the workload that a register takes as a site.
type site struct {
	shape       geo.Shape
	from, until int64 // Unix milliseconds; until math.MaxInt64: no end
}

// sites are the first n zones that are no corridors: a site has no buffer.
func sites(g *workload.Generator, n int) (out []site) {
	var z workload.Zone
	for i := 0; len(out) < n; i++ {
		if g.Zone(i, &z); z.Kind != workload.Corridor {
			out = append(out, site{z.Shape(), z.From, z.Until})
		}
	}
	return out
}

func (s *site) body(i int) map[string]any {
	date := func(ms int64) map[string]any {
		return map[string]any{"at": time.UnixMilli(ms).UTC().Format(time.RFC3339), "precision": "exact"}
	}
	body := map[string]any{"names": []truce.Name{{Text: fmt.Sprintf("Health centre number %d", i), Lang: "en"}}, "function": "clinic", "geometry": s.shape, "validFrom": date(s.from)}
	if s.until != math.MaxInt64 {
		body["validUntil"] = date(s.until)
	}
	return body
}

// served is a register in a temporary folder, served over HTTP on this machine.
type served struct {
	dir    string
	reg    *app.Register
	client *client.Client
	wire   *wire
	stop   context.CancelFunc
	done   chan error
}

// serve registers sites and serves them.
func serve(ctx context.Context, all []site) (*served, error) {
	dir, err := os.MkdirTemp("", "truce-http-")
	if err != nil {
		return nil, err
	}
	s := &served{dir: dir, done: make(chan error, 1)}
	if err := s.start(ctx, all); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *served) start(ctx context.Context, all []site) (err error) {
	folder := app.Folder(filepath.Join(s.dir, "register"))
	if err := app.Create(ctx, folder, app.Founding{Origin: origin}, nil); err != nil {
		return err
	}
	if s.reg, err = app.Open(ctx, folder, app.Options{}); err != nil {
		return err
	}
	party, signer, err := s.reg.Registrar(ctx)
	if err != nil {
		return err
	}
	if err := s.register(ctx, party, signer, all); err != nil {
		return err
	}
	return s.listen(ctx, signer)
}

// listen serves the register and makes a client that signs in with the signer's key.
func (s *served) listen(ctx context.Context, signer proof.Signer) (err error) {
	ctx, stop := context.WithCancel(ctx)
	url := make(chan string, 1)
	go func() {
		s.done <- s.reg.Serve(ctx, app.ServeOptions{Addr: "127.0.0.1:0", Ready: func(u string) { url <- u }})
	}()
	select {
	case u := <-url:
		s.wire, s.stop = &wire{}, stop
		s.client, err = client.New(u, client.Options{LogKey: s.reg.LogKey, Signer: signer, HTTP: &http.Client{Transport: s.wire, Timeout: 10 * time.Minute}})
		return err
	case err := <-s.done:
		stop()
		return err
	}
}

// register puts sites into the log, a thousand at a time.
func (s *served) register(ctx context.Context, party truce.PartyID, signer proof.Signer, all []site) error {
	for from := 0; from < len(all); from += 1000 {
		var texts [][]byte
		for i := from; i < min(from+1000, len(all)); i++ {
			st, err := compose.Statement(truce.SiteRegister, origin, party, compose.NewSubject("site"), all[i].body(i))
			if err != nil {
				return err
			}
			e, err := compose.Sign(st, signer)
			if err != nil {
				return err
			}
			texts = append(texts, e.JSON())
		}
		for i, r := range s.reg.Intake.Submit(ctx, texts) {
			if r.Err != nil {
				return fmt.Errorf("site %d: %w (%s)", from+i, r.Err, truce.HintOf(r.Err))
			}
		}
	}
	return nil
}

func (s *served) close() {
	if s.stop != nil {
		s.stop()
		<-s.done
	}
	if s.reg != nil {
		s.reg.Close()
	}
	os.RemoveAll(s.dir)
}

// wire keeps the last check that was sent, so that it can be sent again without the
// client's own work of making and verifying.
type wire struct{ last atomic.Pointer[http.Request] }

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/v1/check" && r.GetBody != nil {
		w.last.Store(r)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// again sends the last check again and reads the whole answer.
func (w *wire) again(ctx context.Context) (bytes int64, err error) {
	r := w.last.Load().Clone(ctx)
	if r.Body, err = w.last.Load().GetBody(); err != nil {
		return 0, err
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("status %s", res.Status)
	}
	return io.Copy(io.Discard, res.Body)
}
