package obs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"log/slog"

	"truce"
)

// LogOptions say how much is logged, and in which form.
type LogOptions struct {
	Level slog.Level // least level that is written; the zero value is info
	Text  bool       // key=value lines for a person; JSON otherwise
}

// NewLogger writes one line an event to w. Times are in UTC.
func NewLogger(w io.Writer, o LogOptions) *slog.Logger {
	ho := &slog.HandlerOptions{Level: o.Level, ReplaceAttr: utc}
	if o.Text {
		return slog.New(traced{slog.NewTextHandler(w, ho)})
	}
	return slog.New(traced{slog.NewJSONHandler(w, ho)})
}

func utc(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && a.Key == slog.TimeKey {
		return slog.Time(slog.TimeKey, a.Value.Time().UTC())
	}
	return a
}

// traced adds the trace id of the request, where the context has one.
type traced struct{ slog.Handler }

func (h traced) Handle(ctx context.Context, r slog.Record) error {
	if id := Trace(ctx); id != "" {
		r.AddAttrs(slog.String("trace", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traced) WithAttrs(attrs []slog.Attr) slog.Handler { return traced{h.Handler.WithAttrs(attrs)} }
func (h traced) WithGroup(name string) slog.Handler       { return traced{h.Handler.WithGroup(name)} }

type traceKey struct{}

// WithTrace gives ctx the id under which a request is found in the logs.
func WithTrace(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, traceKey{}, id)
}

// Trace is the id that WithTrace gave, or "".
func Trace(ctx context.Context) string {
	id, _ := ctx.Value(traceKey{}).(string)
	return id
}

// NewTrace is a fresh trace id: 64 random bits as 16 hex digits.
func NewTrace() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Err is what may be logged of an error. The message of an error about input
// quotes that input, which can be a place: of those only the code is kept. Faults of ours, of the disk and of the log are kept whole.
func Err(err error) slog.Attr {
	if err == nil {
		return slog.Attr{}
	}
	code := truce.CodeOf(err)
	attrs := []any{slog.String("code", string(code))}
	if !quotesInput(code) {
		attrs = append(attrs, slog.String("message", err.Error()))
	}
	return slog.Group("error", attrs...)
}

// quotesInput reports whether errors of class c may repeat what somebody typed.
func quotesInput(c truce.Code) bool {
	switch c {
	case truce.CodeUnavailable, truce.CodeTampered, truce.CodeInternal, truce.CodeBusy:
		return false
	}
	return true
}
