package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"truce"
	"truce/internal/told"
	"truce/internal/view/inbox"
)

// Message is one thing that a desk is told over one line.
type Message struct {
	ID       string        // of the delivery: the same at every attempt and after a restart
	Attempt  int           // from 1
	Register string        // origin of the register
	Party    truce.PartyID // that is told
	Desk     *inbox.Desk
	Channel  inbox.Channel
	Reason   string // see truce.DeliveryReasons
	Why      string // the rule that caused it, as a sentence; empty for what is simply told
	Line     *Line  // what it tells of; nil for a list
	Waiting  []Open // of a list: what is unacknowledged
	At       time.Time
	Exercise bool // nothing of it is meant
}

// Line is a line of a party's feed with all that the party may read of it.
type Line struct {
	Entry   int64
	Subject string
	What    string // see view.ToldNew and the others
	Version string // statement id to acknowledge
	Answer  bool   // an acknowledgement is waited for
	Status  truce.Status
	Item    json.RawMessage
}

// Open is something that a party has not acknowledged.
type Open struct {
	Party   truce.PartyID `json:"party"`
	Subject string        `json:"subject,omitempty"` // only to those who may know of it
	Entry   int64         `json:"entry"`             // that told it
	Since   time.Time     `json:"since"`
}

// Reply is what a receiver said to a message that it took.
type Reply struct {
	Detail string   // for the record; no addresses
	Acks   [][]byte // signed acknowledgements (DSSE envelopes), to be handed in
}

// Sender sends messages over one kind of line.
type Sender interface {
	// Kind is the kind of line, see truce.ChannelCodes.
	Kind() string
	// Send tries once. An error of CodeRefused or CodeInvalid means that trying
	// again will not help; any other that it may.
	Send(ctx context.Context, m *Message) (*Reply, error)
}

// Collector is a Sender to whose lines acknowledgements come by themselves.
type Collector interface {
	// Collect hands in what came over a line since the last time.
	Collect(ctx context.Context, c inbox.Channel, handIn func(envelope []byte) error) error
}

// deliveryID is made of what is delivered and to whom, so that it is the same
// after a restart.
func deliveryID(desk, channel, address string, entry int64, reason string) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d %q", desk, channel, address, entry, reason))
	return hex.EncodeToString(h[:16])
}

// final reports whether trying again will not help.
func final(err error) bool {
	c := truce.CodeOf(err)
	return c == truce.CodeRefused || c == truce.CodeInvalid
}

// Directory tells who takes part and where their desks are.
type Directory interface {
	Parties(ctx context.Context) ([]truce.PartyState, error)
	Desks(ctx context.Context) ([]*inbox.Desk, error)
}

// Feeds tell what a party was told.
type Feeds interface {
	// Feed is the party's feed behind an entry, at most limit lines, as the party may
	// read it.
	Feed(ctx context.Context, p truce.PartyState, after int64, limit int) ([]Line, error)
	// Lines are those of them that name the party or its role, below a size of the
	// log and without content.
	Lines(ctx context.Context, p truce.PartyState, after, size int64, limit int) ([]told.Line, error)
	// Newest is the entry of the last line of the party's feed, or truce.NoEntry.
	Newest(ctx context.Context, p truce.PartyState) (int64, error)
	// KindOf tells what a subject is, see told.KindOf.
	KindOf(ctx context.Context, subject string) (kind string, emergency bool, err error)
}

// Records are the statements of telling.
type Records interface {
	Said(ctx context.Context, f inbox.Filter) ([]inbox.Said, error)
	// OpenAlarms are those that were raised and not ended.
	OpenAlarms(ctx context.Context) ([]inbox.Said, error)
}

// Log is the log as it grows.
type Log interface {
	// Size is the number of entries; Changed is closed when there are more.
	Size() int64
	Changed() <-chan struct{}
	// TimeOf is when an entry was received.
	TimeOf(ctx context.Context, entry int64) (time.Time, error)
}

// Pen states things as the registrar.
type Pen interface {
	// State signs and hands in a statement about a subject, whose status it takes on.
	State(ctx context.Context, kind truce.Kind, subject string, body any) error
	// HandIn hands in envelopes that others signed, and tells what was refused.
	HandIn(ctx context.Context, envelopes [][]byte) error
}
