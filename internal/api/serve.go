package api

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"truce"
)

// Files name a certificate chain and its private key, both PEM. Empty = no TLS.
type Files struct{ Cert, Key string }

// Serve answers on ln with handler until ctx ends; then it lets requests finish,
// for ten seconds at most, and returns nil. stop is called when the end begins:
// it ends streams (Server.Close). TLS is 1.2 or newer.
func Serve(ctx context.Context, ln net.Listener, handler http.Handler, files Files, logger *slog.Logger, stop func()) error {
	srv := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeaders,
		ErrorLog:          slog.NewLogLogger(quiet{logger.Handler()}, slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	srv.RegisterOnShutdown(stop)
	listen, err := listener(srv, ln, files)
	if err != nil {
		return err
	}
	failed := make(chan error, 1)
	go func() { failed <- listen() }()
	select {
	case err := <-failed:
		return truce.Wrap(truce.CodeUnavailable, err, "the server stopped listening")
	case <-ctx.Done():
	}
	return shutDown(srv)
}

func listener(srv *http.Server, ln net.Listener, files Files) (listen func() error, err error) {
	if files == (Files{}) {
		return func() error { return srv.Serve(ln) }, nil
	}
	cert, err := tls.LoadX509KeyPair(files.Cert, files.Key)
	if err != nil {
		ln.Close()
		return nil, truce.Wrap(truce.CodeUsage, err, "the certificate or its key cannot be read").
			WithHint("both are PEM files; the first certificate is the server's own")
	}
	srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	return func() error { return srv.ServeTLS(ln, "", "") }, nil
}

func shutDown(srv *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	err := srv.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = srv.Close()
	}
	return err
}

// quiet keeps the lines of net/http, which hold addresses and parts of requests,
// to their level alone: that something failed below HTTP.
type quiet struct{ slog.Handler }

// Handle logs that there was an event, without its text.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelInfo {
		r = slog.NewRecord(r.Time, r.Level, "connection failed", 0)
	}
	return q.Handler.Handle(ctx, r)
}
