package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"truce"
	"truce/geo"
	"truce/internal/told"
	"truce/internal/view"
	"truce/internal/view/inbox"
)

// fake is a register in memory: what survives when the notifier is killed.
type fake struct {
	mu      sync.Mutex
	parties []truce.PartyState
	desks   []*inbox.Desk
	feeds   map[truce.PartyID][]Line
	times   map[int64]time.Time // of entries
	said    []inbox.Said
	places  map[string]*Place
	grounds map[string]*told.Ground // where subjects are; others are nowhere
	lostFor int                     // so many times a ground cannot be read
	size    int64
	grown   chan struct{}
	broken  func() error // fault of the log, where there is one
	acks    int
}

func newFake() *fake {
	return &fake{feeds: map[truce.PartyID][]Line{}, times: map[int64]time.Time{}, places: map[string]*Place{}, grown: make(chan struct{})}
}

func (f *fake) grow() int64 {
	f.times[f.size] = time.Now()
	f.size++
	close(f.grown)
	f.grown = make(chan struct{})
	return f.size - 1
}

func (f *fake) Parties(context.Context) ([]truce.PartyState, error) { return f.parties, nil }

func (f *fake) Desks(context.Context) ([]*inbox.Desk, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.desks), nil
}

func (f *fake) Feed(_ context.Context, p truce.PartyState, after int64, limit int) (out []Line, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.feeds[p.ID] {
		if l.Entry > after && len(out) < limit {
			out = append(out, l)
		}
	}
	return out, nil
}

func (f *fake) Lines(_ context.Context, p truce.PartyState, after, size int64, limit int) (out []told.Line, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.feeds[p.ID] {
		if l.Entry > after && l.Entry < size && len(out) < limit {
			out = append(out, told.Line{Telling: view.Telling{Entry: l.Entry, Subject: l.Subject, Version: l.Version, What: l.What, At: f.times[l.Entry]}, Own: true})
		}
	}
	return out, nil
}

func (f *fake) Newest(_ context.Context, p truce.PartyState) (int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if lines := f.feeds[p.ID]; len(lines) > 0 {
		return lines[len(lines)-1].Entry, nil
	}
	return truce.NoEntry, nil
}

func (f *fake) KindOf(context.Context, string) (string, bool, error) { return "site", false, nil }

func (f *fake) TimeOf(_ context.Context, entry int64) (time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.times[entry], nil
}

func (f *fake) Said(_ context.Context, q inbox.Filter) (out []inbox.Said, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := slices.Clone(f.said)
	if q.Newest {
		slices.Reverse(all)
	}
	for _, s := range all {
		fits := (q.Object == "" || s.Kind.Object() == q.Object) && (q.Subject == "" || s.Subject == q.Subject) && (q.Party == "" || s.Party == q.Party)
		if fits && s.Entry > q.After && s.Entry < q.AsOf && (q.Limit == 0 || len(out) < q.Limit) {
			out = append(out, s)
		}
	}
	return out, nil
}

func (f *fake) OpenAlarms(context.Context) (out []inbox.Said, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.said {
		ended := slices.ContainsFunc(f.said, func(e inbox.Said) bool { return e.Kind == truce.AlarmEnd && e.Ref == s.ID })
		if s.Kind == truce.AlarmRaise && !ended {
			out = append(out, s)
		}
	}
	return out, nil
}

func (f *fake) Size() int64 { f.mu.Lock(); defer f.mu.Unlock(); return f.size }

func (f *fake) Changed() <-chan struct{} { f.mu.Lock(); defer f.mu.Unlock(); return f.grown }

func (f *fake) Place(_ context.Context, subject string) (*Place, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.places[subject], nil
}

func (f *fake) Ground(_ context.Context, subject string) (*told.Ground, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lostFor > 0 {
		f.lostFor--
		return nil, truce.E(truce.CodeUnavailable, "the view cannot be read")
	}
	if g := f.grounds[subject]; g != nil {
		return g, nil
	}
	return &told.Ground{Kind: "site"}, nil
}

func (f *fake) State(_ context.Context, kind truce.Kind, subject string, body any) error {
	if f.broken != nil {
		if err := f.broken(); err != nil {
			return err
		}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var b struct{ Recipient, Version string }
	if err := json.Unmarshal(raw, &b); err != nil {
		return err
	}
	f.say(kind, subject, cmp.Or(b.Recipient, "cell"), b.Version, raw)
	if p := f.places[subject]; p != nil && kind == truce.ChallengeOpen {
		p.Said = append(p.Said, body.(map[string]any)["text"].(string))
	}
	return nil
}

func (f *fake) HandIn(_ context.Context, envelopes [][]byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.acks += len(envelopes)
	return nil
}

// say puts a statement into the log; f is locked.
func (f *fake) say(kind truce.Kind, subject, party, ref string, body []byte) string {
	n := f.grow()
	id := fmt.Sprintf("%064x", n)
	f.said = append(f.said, inbox.Said{Entry: n, Kind: kind, Subject: subject, Author: party, Party: party, ID: id, Ref: ref, At: time.Now(), Body: body})
	return id
}

// tell adds a line to the feed of parties.
func (f *fake) tell(what, subject string, to ...truce.PartyID) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.grow()
	id := fmt.Sprintf("%064x", n)
	for _, p := range to {
		f.feeds[p] = append(f.feeds[p], Line{Entry: n, Subject: subject, What: what, Version: id, Answer: true, Item: json.RawMessage(`{}`)})
	}
	return id
}

// entryOf is the entry whose statement id tell gave.
func entryOf(id string) (n int64) {
	fmt.Sscanf(id, "%x", &n)
	return n
}

func (f *fake) party(id truce.PartyID, role truce.Role, desks ...*inbox.Desk) {
	f.parties = append(f.parties, truce.PartyState{ID: id, Role: role, Withdrawn: truce.NoEntry})
	for i, d := range desks {
		d.Party, d.ID, d.First = id, fmt.Sprintf("desk-%s-%d", id, i), int64(i)
		f.desks = append(f.desks, d)
	}
}

func desk(order int, kinds ...string) *inbox.Desk {
	d := &inbox.Desk{Entry: truce.NoEntry, Content: inbox.DeskContent{Order: order}}
	for _, k := range kinds {
		d.Content.Channels = append(d.Content.Channels, inbox.Channel{Kind: k, Address: k})
	}
	return d
}

// line is a receiver: it counts each delivery id once.
type receiver struct {
	kind string
	mu   sync.Mutex
	got  map[string][]string // by desk: what was new, in order
	ids  map[string]bool
	fail func(m *Message) error
	lost func() bool // it was stored, and the answer does not arrive
	took time.Duration
	seen int // messages, repeated ones too
}

func newReceiver(kind string) *receiver {
	return &receiver{kind: kind, got: map[string][]string{}, ids: map[string]bool{}}
}

func (r *receiver) Kind() string { return r.kind }

func (r *receiver) Send(ctx context.Context, m *Message) (*Reply, error) {
	if r.took > 0 {
		pause(ctx, r.took)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		if err := r.fail(m); err != nil {
			return nil, err
		}
	}
	r.seen++
	if !r.ids[m.ID] {
		r.ids[m.ID] = true
		text := m.Reason
		if m.Line != nil {
			text += fmt.Sprint(" ", m.Line.Entry)
		}
		r.got[m.Desk.ID] = append(r.got[m.Desk.ID], text)
	}
	if r.lost != nil && r.lost() {
		return nil, truce.E(truce.CodeUnavailable, "the line was cut")
	}
	return &Reply{}, nil
}

// again is how many messages came that were there already.
func (r *receiver) again() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen - len(r.ids)
}

// life is one process: once it is dead it writes nothing any more, whatever it had sent.
type life struct {
	*fake
	dead atomic.Bool
}

func (l *life) State(ctx context.Context, kind truce.Kind, subject string, body any) error {
	if l.dead.Load() {
		return truce.E(truce.CodeUnavailable, "the process is dead")
	}
	return l.fake.State(ctx, kind, subject, body)
}

// lives sets a notifier going whose clock is off by skew, and gives what kills it
// between two instructions.
func (f *fake) lives(skew time.Duration, senders ...Sender) (kill func()) {
	l := &life{fake: f}
	end := running(New(Config{Register: "register.example/t", Directory: f, Feeds: f, Records: f, Log: f, Pen: l, Places: f, Senders: senders, Rules: []told.Rule{},
		Now: func() time.Time { return time.Now().Add(skew) }}))
	return func() { l.dead.Store(true); end() }
}

func (r *receiver) all(desk string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.got[desk], ", ")
}

func (f *fake) notifier(rules []told.Rule, senders ...Sender) *Notifier {
	return New(Config{Register: "register.example/t", Directory: f, Feeds: f, Records: f, Log: f, Pen: f, Places: f, Senders: senders, Rules: rules})
}

// running sets a notifier going and gives what ends it.
func running(n *Notifier) (kill func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { n.Run(ctx); close(done) }()
	return func() { cancel(); <-done }
}

// TestDeadLine: a line that is dead delays no other; when it lives again it gets
// all of it, in order.
func TestDeadLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook", "email"))
		f.party("group", truce.RoleParty, desk(0, "webhook"))
		hook, mail := newReceiver("webhook"), newReceiver("email")
		dead := true
		hook.fail = func(m *Message) error {
			if dead && m.Party == "army" {
				return truce.E(truce.CodeUnavailable, "no answer")
			}
			return nil
		}
		defer running(f.notifier(nil, hook, mail))()
		for range 3 {
			f.tell(view.ToldNew, "site-a", "army", "group")
		}
		time.Sleep(time.Second)
		if hook.all("desk-group-0") != "release 0, release 1, release 2" || mail.all("desk-army-0") != "release 0, release 1, release 2" || hook.all("desk-army-0") != "" {
			t.Errorf("%q %q %q", hook.all("desk-group-0"), mail.all("desk-army-0"), hook.all("desk-army-0"))
		}
		time.Sleep(10 * time.Minute)
		hook.mu.Lock()
		dead = false
		hook.mu.Unlock()
		time.Sleep(time.Hour)
		if got := hook.all("desk-army-0"); got != "release 0, release 1, release 2" {
			t.Errorf("after it lives again: %q", got)
		}
		failed := 0
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, s := range f.said {
			if r, _ := readRecord(s); r.Outcome == "failed" && r.Recipient == "army" && r.Detail == "no answer" {
				failed++
			}
		}
		if failed < 3 || failed > 20 {
			t.Errorf("%d attempts on record", failed)
		}
	})
}

// TestAlarm: to every desk over every line at once, whatever stands still.
func TestAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.party("army", truce.RoleParty, desk(0, "webhook", "email"), desk(1, "webhook"), desk(2, "voice"))
		f.party("group", truce.RoleParty, desk(0, "webhook"))
		hook, mail := newReceiver("webhook"), newReceiver("email")
		hook.fail = func(m *Message) error {
			if m.Reason == "release" {
				return truce.E(truce.CodeUnavailable, "stands still")
			}
			return nil
		}
		defer running(f.notifier(nil, hook, mail))()
		f.tell(view.ToldNew, "site-a", "army")
		time.Sleep(time.Minute)
		f.mu.Lock()
		id := f.say(truce.AlarmRaise, "site-a", "aid", "", []byte(`{"what":"under-fire"}`))
		n := f.size - 1
		f.feeds["army"] = append(f.feeds["army"], Line{Entry: n, Subject: "site-a", What: view.ToldAlarm, Version: id})
		f.mu.Unlock()
		time.Sleep(time.Second)
		want := fmt.Sprint("alarm ", n)
		if hook.all("desk-army-0") != want || hook.all("desk-army-1") != want || !strings.HasSuffix(mail.all("desk-army-0"), want) || hook.all("desk-group-0") != "" {
			t.Errorf("%q %q %q %q", hook.all("desk-army-0"), hook.all("desk-army-1"), mail.all("desk-army-0"), hook.all("desk-group-0"))
		}
	})
}

// TestEscalation: reminder, next desk, guarantors, in their time, once each; the
// guarantor is not told of what.
func TestEscalation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		senior := desk(9, "email")
		senior.Content.Senior = true
		f.party("army", truce.RoleParty, desk(0, "email"), desk(1, "email"), senior)
		f.party("chair", truce.RoleGuarantor, desk(0, "email"))
		mail := newReceiver("email")
		var lists []*Message
		mail.fail = func(m *Message) error {
			if m.Reason == "list" {
				lists = append(lists, m)
			}
			return nil
		}
		rules, err := told.ParseRules("A site is to be received within 1h; else the desk is reminded.\nA site is to be received within 2h; else the next desk is told.\n" +
			"A site is to be received within 3h; else the guarantors are told.\nA site is to be received within 3h; else the seniors are told.")
		if err != nil {
			t.Fatal(err)
		}
		kill := running(f.notifier(rules, mail))
		f.tell(view.ToldNew, "site-a", "army")
		steps := []struct {
			after             time.Duration
			first, next, last string
		}{{59 * time.Minute, "release 0", "", ""}, {2 * time.Minute, "release 0, reminder 0", "", ""}, {time.Hour, "release 0, reminder 0", "escalation 0", ""}, {time.Hour, "release 0, reminder 0", "escalation 0", "list"}, {24 * time.Hour, "release 0, reminder 0", "escalation 0", "list"}}
		for _, s := range steps {
			time.Sleep(s.after)
			if mail.all("desk-army-0") != s.first || mail.all("desk-army-1") != s.next || mail.all("desk-chair-0") != s.last || mail.all("desk-army-2") != s.last {
				t.Errorf("%v: %q %q %q %q", s.after, mail.all("desk-army-0"), mail.all("desk-army-1"), mail.all("desk-chair-0"), mail.all("desk-army-2"))
			}
		}
		kill()
		kill = running(f.notifier(rules, mail)) // a restart repeats nothing
		time.Sleep(time.Hour)
		kill()
		if len(lists) != 2 {
			t.Errorf("%d lists", len(lists))
		}
		for _, m := range lists {
			if m.Why == "" || len(m.Waiting) != 1 || (m.Waiting[0].Subject == "") != (m.Party == "chair") {
				t.Errorf("%s: %+v", m.Party, m.Waiting)
			}
		}
	})
}

// TestReadBack: a place that is stored elsewhere contests the entry, once.
func TestReadBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.places["site-a"] = &Place{Version: "v2", Content: "v", Shape: geo.PointShape(geo.Point{Lat: 36.2, Lon: 37.1}, 0)}
		say := func(coord string) {
			f.mu.Lock()
			f.say(truce.AckReadBack, "site-a", "army", "v", []byte(`{"version":"v","coord":{"entered":"`+coord+`"}}`))
			f.mu.Unlock()
		}
		challenges := func() int {
			f.mu.Lock()
			defer f.mu.Unlock()
			return len(f.places["site-a"].Said)
		}
		kill := running(f.notifier(nil))
		say("36.2000, 37.1000")
		time.Sleep(time.Second)
		if challenges() != 0 {
			t.Error("what matches is contested")
		}
		say("36.2000, 37.2000")
		say("nonsense")
		time.Sleep(time.Second)
		kill()
		kill = running(f.notifier(nil))
		time.Sleep(time.Second)
		kill()
		if challenges() != 2 {
			t.Errorf("%d challenges: %v", challenges(), f.places["site-a"].Said)
		}
	})
}

// TestSchedules: over many schedules of failures, slow lines, answers that are lost,
// faults of the log, clocks that are minutes off and kills at any moment, between
// sending and recording too, every line of the feed reaches every desk, in order, and
// none counts twice.
func TestSchedules(t *testing.T) {
	schedules := 1000
	if testing.Short() {
		schedules = 60
	}
	if n, err := strconv.Atoi(os.Getenv("TRUCE_SCHEDULES")); err == nil { // thousands, where there is time
		schedules = n
	}
	again := 0
	for seed := range schedules {
		synctest.Test(t, func(t *testing.T) { again += schedule(t, uint64(seed)) })
	}
	if again < schedules/10 {
		t.Errorf("%d messages in all came twice: the schedules kill nothing between sending and recording", again)
	}
}

// schedule goes through one of them, and gives how many messages came twice.
func schedule(t *testing.T, seed uint64) (again int) {
	rng := rand.New(rand.NewPCG(seed, 7))
	f := newFake()
	f.party("army", truce.RoleParty, desk(0, "webhook", "email"))
	f.party("group", truce.RoleParty, desk(0, "webhook"))
	var mu sync.Mutex
	calm := false // at the end nothing fails any more: the longest wait is an hour then
	chance := func(p float64) bool { mu.Lock(); defer mu.Unlock(); return rng.Float64() < p && !calm }
	roll := func(n int) int { mu.Lock(); defer mu.Unlock(); return rng.IntN(n) }
	hook, mail := newReceiver("webhook"), newReceiver("email")
	hook.took, mail.took = time.Duration(rng.IntN(3000))*time.Millisecond, time.Duration(rng.IntN(300))*time.Millisecond
	flaky := func(m *Message) error {
		if chance(0.3) {
			return truce.E(truce.CodeUnavailable, "fails now and then")
		}
		return nil
	}
	hook.fail, mail.fail = flaky, flaky
	lost := func() bool { return chance(0.1) }
	hook.lost, mail.lost = lost, lost
	skew := func() time.Duration { return time.Duration(roll(1200)-600) * time.Second }
	f.broken = func() error {
		if chance(0.1) {
			return truce.E(truce.CodeUnavailable, "the disk is full")
		}
		return nil
	}
	kill := f.lives(skew(), hook, mail)
	want := map[string][]string{}
	for range 1 + roll(6) {
		to := []truce.PartyID{"army", "group"}[:1+roll(2)]
		n := entryOf(f.tell(view.ToldNew, "site-a", to...))
		for _, p := range to {
			want["desk-"+p+"-0"] = append(want["desk-"+p+"-0"], fmt.Sprint("release ", n))
		}
		time.Sleep(time.Duration(roll(20)) * time.Second)
		if roll(2) == 0 {
			kill() // the process dies at some moment; what it had not recorded is forgotten
			time.Sleep(time.Duration(roll(100)) * time.Second)
			kill = f.lives(skew(), hook, mail)
		}
	}
	mu.Lock()
	calm = true
	mu.Unlock()
	time.Sleep(2 * time.Hour)
	kill()
	for id, lines := range want {
		all := strings.Join(lines, ", ")
		if hook.all(id) != all || id == "desk-army-0" && mail.all(id) != all {
			t.Fatalf("seed %d, %s: %q and %q, want %q", seed, id, hook.all(id), mail.all(id), all)
		}
	}
	return hook.again() + mail.again()
}
