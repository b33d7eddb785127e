package api

import (
	"bytes"
	"net/http"

	"truce/internal/obs"
)

// alive answers as long as the process does.
func (c *call) alive() error {
	c.w.Header().Set("Cache-Control", "no-store")
	return c.send(http.StatusOK, mediaText, []byte("ok\n"))
}

// ready asks every probe. verbose lists them; a fault is listed in any case.
func (c *call) ready() error {
	verbose, err := c.flag("verbose")
	if err != nil {
		return err
	}
	c.w.Header().Set("Cache-Control", "no-store")
	findings, ok := obs.Examine(c.ctx, c.Probes)
	status, end := http.StatusOK, "ok\n"
	if !ok {
		status, end = http.StatusServiceUnavailable, "not ready\n"
	}
	var b bytes.Buffer
	if verbose || !ok {
		if err := obs.WriteFindings(&b, findings); err != nil {
			return err
		}
	}
	b.WriteString(end)
	return c.send(status, mediaText, b.Bytes())
}

// metrics answers in the text format of Prometheus.
func (c *call) metrics() error {
	c.w.Header().Set("Cache-Control", "no-store")
	c.Metrics.Handler().ServeHTTP(c.w, c.r)
	return nil
}
