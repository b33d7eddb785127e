package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"truce"
	"truce/internal/compose"
)

// A stream of statements with every kind of bad line between good ones: one
// answer a line, in order, and the good ones are in the log.
func TestStreamOfStatements(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("relief", truce.RoleHumanitarian)
	good := func(id string) string { return string(w.say(truce.SiteRegister, "relief", id, site(36, 37)).JSON()) }
	foreign := w.say(truce.SiteRegister, "relief", "site-x", site(36, 37))
	foreign.Signatures[0].Sig[5] ^= 1
	first := good("site-1")
	lines := []string{
		first, "{", good("site-2"), "", string(foreign.JSON()), strings.Repeat("x", maxLine+10), good("site-3"), first,
		good("site-1"), "[]", strings.Repeat("[", 5000), good("site-4"),
	}
	want := []struct {
		line, status int
		code         string
	}{{1, 201, ""}, {2, 422, "invalid"}, {3, 201, ""}, {5, 403, "unsigned"}, {6, 413, "too_large"}, {7, 201, ""}, {8, 200, ""},
		{9, 409, "conflict"}, {10, 422, "invalid"}, {11, 422, "invalid"}, {12, 201, ""}}
	before := w.log.Head().Size
	res := w.do("POST", "/v1/statements", "", []byte(strings.Join(lines, "\n")), "Content-Type", mediaNDJSON)
	if res.status != 200 || res.header.Get("Content-Type") != mediaNDJSON {
		t.Fatal(res.status, res.header)
	}
	answers := bytes.Split(bytes.TrimSpace(res.body), []byte("\n"))
	if len(answers) != len(want) {
		t.Fatalf("%d answers:\n%s", len(answers), res.body)
	}
	for i, c := range want {
		var l LineResult
		w.must(json.Unmarshal(answers[i], &l))
		code := ""
		if l.Problem != nil {
			code = l.Problem.Code
		}
		if l.Line != c.line || l.Status != c.status || code != c.code || (l.Entry != nil) != (c.code == "") {
			t.Errorf("answer %d: %s, want %+v", i, answers[i], c)
		}
	}
	if grown := w.log.Head().Size - before; grown != 4 {
		t.Errorf("%d entries", grown)
	}
}

// Whoever waits for each answer before the next line has it at once.
func TestStreamAnswersAsItReads(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	in, out := io.Pipe()
	req, err := http.NewRequest("POST", w.http.URL+"/v1/statements", in)
	w.must(err)
	req.Header.Set("Content-Type", mediaNDJSON)
	answered := make(chan *http.Response, 1)
	go func() {
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
		}
		answered <- res
	}()
	var lines *bufio.Scanner
	for i := range 5 {
		fmt.Fprintf(out, "%s\n", w.say(truce.SiteRegister, "cell", fmt.Sprint("site-", i), site(36, 37)).JSON())
		if lines == nil {
			lines = bufio.NewScanner((<-answered).Body)
		}
		if !lines.Scan() || !strings.Contains(lines.Text(), `"status":201`) {
			t.Fatal(lines.Text(), lines.Err())
		}
	}
	out.Close()
	if lines.Scan() {
		t.Error("an answer too many:", lines.Text())
	}
}

func TestStreamHasAnEnd(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	many := "x\n" + strings.Repeat("\n", maxLines+5)
	res := w.do("POST", "/v1/statements", "", []byte(many), "Content-Type", mediaNDJSON)
	last := res.body[bytes.LastIndexByte(bytes.TrimSpace(res.body), '\n')+1:]
	var l LineResult
	if err := json.Unmarshal(last, &l); err != nil || l.Line != 0 || l.Problem == nil || l.Problem.Code != "too_large" {
		t.Errorf("%s %v", last, err)
	}
}

// event is one event as a client reads it.
type event struct {
	id   int64
	data StatementView
}

// events opens a stream and gives what comes on a channel.
func (w *world) events(ctx context.Context, query, lastID, as string) <-chan event {
	w.Helper()
	req, err := http.NewRequestWithContext(ctx, "GET", w.http.URL+"/v1/events"+query, nil)
	w.must(err)
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	if as != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(as))
	}
	res, err := http.DefaultClient.Do(req)
	w.must(err)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != mediaEvents {
		w.Fatal(res.Status, res.Header)
	}
	out := make(chan event, 100)
	go func() {
		defer close(out)
		defer res.Body.Close()
		var e event
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			if id, ok := strings.CutPrefix(s.Text(), "id: "); ok {
				fmt.Sscan(id, &e.id)
			}
			if data, ok := strings.CutPrefix(s.Text(), "data: "); ok {
				json.Unmarshal([]byte(data), &e.data)
				out <- e
			}
		}
	}()
	return out
}

func (w *world) next(events <-chan event) event {
	w.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			w.Fatal("the stream ended")
		}
		return e
	case <-time.After(20 * time.Second):
		w.Fatal("no event")
	}
	return event{}
}

// Resuming goes on exactly: each entry once, none missing, in order.
func TestEventsResume(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	for i := range 6 {
		w.state(truce.SiteRegister, "cell", fmt.Sprint("site-", i), site(36, 37))
	}
	ctx, cancel := context.WithCancel(t.Context())
	stream := w.events(ctx, "?after=-1", "", "cell")
	for want := range int64(5) {
		if e := w.next(stream); e.id != want || e.data.Entry != want {
			t.Fatalf("%+v, want %d", e, want)
		}
	}
	cancel()
	again := w.events(t.Context(), "", "4", "cell")
	w.state(truce.SiteRegister, "cell", "site-new", site(36, 37))
	for want := int64(5); want < 9; want++ {
		e := w.next(again)
		if e.id != want || e.data.Body != nil {
			t.Fatalf("%+v, want %d", e, want)
		}
	}
	fresh := w.events(t.Context(), "", "", "cell")
	w.state(truce.SiteRegister, "cell", "site-newest", site(36, 37))
	if e := w.next(fresh); e.id != 9 || e.data.Subject != "site-newest" {
		t.Errorf("%+v", e)
	}
}

// Each sees its own entries: nothing hints at the others but the numbers that
// are left out, as they are for everybody who reads the log.
func TestEventsShowWhatIsSeen(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("north", truce.RoleParty)
	public, north := w.events(t.Context(), "", "", ""), w.events(t.Context(), "", "", "north")
	w.state(truce.SiteRegister, "cell", "site-hidden", site(36, 37))
	w.state(truce.SiteRegister, "cell", "site-north", site(36, 37), compose.To("party:north"))
	w.state(truce.SiteRegister, "cell", "site-public", site(36, 37), compose.To("public"))
	if e := w.next(public); e.data.Subject != "site-public" || e.data.Author != "" {
		t.Errorf("the public is told of %+v", e)
	}
	if e := w.next(north); e.data.Subject != "site-north" {
		t.Errorf("north is told of %+v", e)
	}
	w.state(truce.ReleaseGive, "cell", "site-hidden", to("north"))
	w.next(north) // site-public
	if e := w.next(north); e.data.Kind != truce.ReleaseGive || e.data.Subject != "site-hidden" {
		t.Errorf("north is told of %+v", e)
	}
}

func TestEventsEndWithTheKey(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1})
	w.enrol("north", truce.RoleParty)
	stream := w.events(t.Context(), "", "", "north")
	w.state(truce.KeyRevoke, "cell", "north", map[string]string{"key": key("north").KeyID()})
	for {
		select {
		case _, open := <-stream:
			if !open {
				return
			}
		case <-time.After(20 * time.Second):
			t.Fatal("the stream goes on")
		}
	}
}

func TestEventStreamsAreBounded(t *testing.T) {
	w := newWorld(t, Limits{Rate: -1, Streams: 8, PerParty: 2})
	ctx, cancel := context.WithCancel(t.Context())
	for _, who := range []string{"", "cell"} {
		w.events(ctx, "", "", who)
		w.events(ctx, "", "", who)
		if p := w.problem(w.get("/v1/events", who)); p.Code != "busy" || p.Status != 429 {
			t.Errorf("%q: %+v", who, p)
		}
	}
	cancel()
	for range 100 {
		if w.api.streams.enter("cell") {
			w.api.streams.leave("cell")
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("places are not given back")
}

func TestGates(t *testing.T) {
	g := newGates(4, 2)
	for i, want := range []bool{true, true, false} {
		if g.enter("a") != want {
			t.Errorf("a enters %d", i)
		}
	}
	if !g.enterAny("a") || !g.enter("b") || g.enter("c") || g.enterAny("a") {
		t.Error("four places are not kept")
	}
	g.leave("a")
	if !g.enter("c") || g.enter("b") {
		t.Error("a place is not given back")
	}
}
