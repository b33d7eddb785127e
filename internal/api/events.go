package api

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"truce"
)

const (
	heartbeat   = 20 * time.Second // between comments that keep a quiet stream open
	retryAfter  = 3 * time.Second  // after which a client asks again
	eventsAtOne = 256              // entries looked at between two writes
)

// events is a stream of the entries that the viewer may see: server-sent events
// whose id is the entry number.
func (c *call) events() error {
	return c.stream(func(next, size int64) (int64, []byte, error) {
		seen, last, err := c.looking().entries(next, min(size, next+eventsAtOne), eventsAtOne)
		if err != nil {
			return next, nil, err
		}
		var b bytes.Buffer
		for _, v := range seen {
			fmt.Fprintf(&b, "id: %d\nevent: entry\ndata: %s\n\n", v.Entry, encodeJSON(v))
		}
		return last + 1, b.Bytes(), nil
	})
}

// rendering gives the events of the entries from next on and below size, and the
// entry to go on with.
type rendering func(next, size int64) (int64, []byte, error)

// stream sends server-sent events as the log grows. Last-Event-ID, or after, says
// which entry was seen last.
func (c *call) stream(render rendering) error {
	next, err := c.nextEvent()
	if err != nil {
		return err
	}
	gate, holder := c.streams, c.viewer.Party
	if holder == "" {
		gate, holder = c.visitors, network(c.r.RemoteAddr).String()
	}
	if !gate.enter(holder) {
		c.Metrics.Refused("streams")
		return truce.E(truce.CodeBusy, "too many event streams are open").WithHint("close one, or try again later")
	}
	defer gate.leave(holder)
	c.Metrics.Stream(1)
	defer c.Metrics.Stream(-1)
	// A deadline for reading would end the stream: net/http goes on reading to
	// notice when the client goes.
	_ = http.NewResponseController(c.w).SetReadDeadline(time.Time{})
	h := c.w.Header()
	h.Set("Content-Type", mediaEvents)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // a proxy must not gather events
	c.w.WriteHeader(http.StatusOK)
	return c.tell(next, render)
}

// nextEvent is the number of the first entry to tell: the one after the last one
// seen, and without that the next one there will be.
func (c *call) nextEvent() (int64, error) {
	head := c.Log.Head().Size
	if text := c.r.Header.Get("Last-Event-ID"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < -1 || n >= head {
			return 0, truce.E(truce.CodeUsage, "Last-Event-ID is not the number of an entry of this log").At("Last-Event-ID").
				WithHint("the log has %d entries", head)
		}
		return n + 1, nil
	}
	n, err := c.number("after", head-1, -1, max(head-1, 0))
	return n + 1, err
}

// tell writes events until the client goes, its sign-in ends or the server does.
func (c *call) tell(next int64, render rendering) error {
	if err := c.flush([]byte(fmt.Sprintf("retry: %d\n\n", retryAfter.Milliseconds()))); err != nil {
		return nil // the client has gone
	}
	quiet := time.NewTicker(heartbeat)
	defer quiet.Stop()
	for {
		grown := c.Log.Changed() // before Head: nothing is missed
		var err error
		if next, err = c.tellUpTo(next, c.Log.Head().Size, render); err != nil {
			return err
		}
		select {
		case <-grown:
		case <-quiet.C:
			err = c.flush([]byte(": as of " + strconv.FormatInt(next, 10) + "\n\n"))
		case <-c.ctx.Done():
			return nil
		case <-c.closing:
			return nil
		}
		if err != nil || !c.stillSignedIn() {
			return nil
		}
	}
}

// stillSignedIn asks again who asks: a stream must not outlive its token.
func (c *call) stillSignedIn() bool {
	if c.viewer.Party == "" {
		return true
	}
	token, _ := bearer(c.r)
	s, err := c.Sessions.Who(c.ctx, token)
	return err == nil && s.Viewer() == c.viewer
}

// tellUpTo writes the events of the entries from next to size, exclusive.
func (c *call) tellUpTo(next, size int64, render rendering) (int64, error) {
	for next < size {
		select {
		case <-c.ctx.Done():
			return next, nil
		case <-c.closing:
			return next, nil
		default:
		}
		then, events, err := render(next, size)
		if err != nil {
			return next, err
		}
		if next = then; len(events) > 0 && c.flush(events) != nil {
			return next, nil
		}
	}
	return next, nil
}

// flush writes at once, giving the client a minute to read.
func (c *call) flush(b []byte) error {
	c.writeDeadline(writeTime)
	if _, err := c.w.Write(b); err != nil {
		return err
	}
	_ = http.NewResponseController(c.w).Flush() // what cannot flush has nothing to flush
	return nil
}
