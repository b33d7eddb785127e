package api

import (
	"context"
	"log/slog"
	"time"

	"truce"
	"truce/internal/auth"
	"truce/internal/check"
	"truce/internal/ledger"
	"truce/internal/obs"
	"truce/internal/store"
	"truce/internal/told"
	"truce/internal/view/agreement"
	"truce/internal/view/protected"
	"truce/proof"
)

// Snapshots gives consistent readings of the views.
type Snapshots interface {
	View(ctx context.Context, fn func(store.Reader) error) error
}

// Intake takes statements. It answers in the order asked; one that is refused
// does not hinder another.
type Intake interface {
	Submit(ctx context.Context, envelopes [][]byte) []ledger.Result
}

// Log gives entries and says when there are more.
type Log interface {
	// Head is the newest signed checkpoint.
	Head() *proof.Checkpoint
	// Entry is the entry of that number, CodeNotFound where there is none.
	Entry(ctx context.Context, number int64) (*ledger.Entry, error)
	// EntryByID is the entry of the statement of that id, CodeNotFound where there is none.
	EntryByID(ctx context.Context, id string) (*ledger.Entry, error)
	// Changed is closed when the log has grown.
	Changed() <-chan struct{}
}

// Entries gives many entries at once.
type Entries interface {
	// ByID finds the entries of statement ids that likely stand at the numbers near;
	// nil for those that are not there.
	ByID(ctx context.Context, r store.Reader, ids []string, near []int64) ([]*ledger.Unread, error)
}

// Proofs gives what others verify the log with.
type Proofs interface {
	// Receipt is the receipt of an entry, without vouchers.
	Receipt(ctx context.Context, number int64, withContent bool) (*proof.Receipt, error)
	// ReceiptUnder is the receipt under an earlier head of the log.
	ReceiptUnder(ctx context.Context, number int64, withContent bool, cp *proof.Checkpoint) (*proof.Receipt, error)
	// Voucher is an entry, with its content, proved under the checkpoint of the receipt.
	Voucher(ctx context.Context, number int64, receipt *proof.Receipt) (*proof.Voucher, error)
	// Tile is a tile or entry bundle by its path below /log/ (C2SP tlog-tiles);
	// immutable says that it will never be other bytes.
	Tile(ctx context.Context, path string) (data []byte, immutable bool, err error)
}

// Parties tells who is who, as known at the log size asOf.
type Parties interface {
	Party(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) (*truce.PartyState, error)
	Parties(ctx context.Context, r store.Reader, asOf int64) ([]truce.PartyState, error)
	Keys(ctx context.Context, r store.Reader, id truce.PartyID, asOf int64) ([]truce.KeyState, error)
	// Vouchers are the entries that prove that a key counted for a party just
	// before entry number.
	Vouchers(ctx context.Context, r store.Reader, id truce.PartyID, keyID string, number int64) ([]int64, error)
}

// Objects tells what is registered, as known at the log size asOf.
type Objects interface {
	Object(ctx context.Context, r store.Reader, subject string, asOf int64) (*protected.Object, error)
	Page(ctx context.Context, r store.Reader, asOf int64, f protected.Filter, after int64, limit int) ([]*protected.Object, error)
	Entries(ctx context.Context, r store.Reader, subject string, asOf int64) ([]int64, error)
	Versions(ctx context.Context, r store.Reader, subject string, asOf, after int64, limit int) ([]protected.Version, error)
}

// Histories tells what is registered of many objects at once, by subject, as known
// at the log size asOf.
type Histories interface {
	Histories(ctx context.Context, r store.Reader, subjects []string, asOf int64) (map[string]*protected.History, error)
}

// Agreements tells what is registered of agreements and windows, as known at the
// log size asOf.
type Agreements interface {
	Record(ctx context.Context, r store.Reader, subject string, asOf int64) (*agreement.Record, error)
	Page(ctx context.Context, r store.Reader, asOf int64, f agreement.Filter, after int64, limit int) ([]*agreement.Record, error)
	Entries(ctx context.Context, r store.Reader, subject string, asOf int64) ([]int64, error)
}

// Checker says what is registered at places, and keeps nothing of what it was asked.
type Checker interface {
	// CheckEach calls tell for every stretch of queries, with the number of its first
	// one, by several goroutines at a time. results are only good until tell returns.
	CheckEach(ctx context.Context, queries []check.Query, tell func(first int, results []check.Result))
}

// Config is what the interface is made of. Everything is needed, but Import,
// Probes, Metrics, Logger, Now and Limits.
type Config struct {
	Origin   string // of the register
	Exercise bool   // the register is an exercise
	LogKey   string // public key of the log: "origin+hash+base64"
	Version  string // of the program

	DB         Snapshots
	Intake     Intake
	Log        Log
	Entries    Entries
	Proofs     Proofs
	Parties    Parties
	Objects    Objects
	Histories  Histories
	Agreements Agreements
	InForce    InForce
	Check      Checker
	Told       told.Views // who was told what
	Answers    Answers    // links in messages; nil for none
	Replays    Replays    // has desks told again; nil where nobody is told
	Packs      Packer     // makes packs; none are given when nil
	Sessions   *auth.Sessions

	Probes  []obs.Probe
	Metrics *obs.Metrics     // counts nothing when nil
	Logger  *slog.Logger     // discards when nil
	Now     func() time.Time // time.Now when nil
	Limits  Limits

	Heads  Heads  // which heads are shown; every one when nil
	Cosign Cosign // answers as a witness; nil where the server is none
}

// Limits bound what one server takes on. A member that is 0 has the default.
type Limits struct {
	InFlight int           // requests at one time, streams not counted; 256
	Streams  int           // event streams at one time; 512
	PerParty int           // event streams of one party, or of one address of the public; 8
	Sending  time.Duration // a request has to arrive within; 30 s
	Rate     float64       // requests a second from one address (IPv6: one /64), with bursts of twice that; 500; negative = no bound. This machine has none
}

const (
	maxQuery     = 4 << 10   // bytes of a query string
	maxJSON      = 1 << 20   // bytes of a JSON body
	maxLine      = 128 << 10 // bytes of a line in a stream
	maxStream    = 512 << 20 // bytes of a stream of lines
	maxLines     = 1 << 18   // lines in a stream
	maxImport    = 64 << 20  // bytes of a file to import
	maxHeaders   = 32 << 10  // bytes of the headers of a request
	writeTime    = 60 * time.Second
	lineTime     = 60 * time.Second // between two lines of a stream
	idleTime     = 2 * time.Minute
	shutdownTime = 10 * time.Second
)

func (c *Config) defaults() {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	l := &c.Limits
	l.InFlight = orElse(l.InFlight, 256)
	l.Streams = orElse(l.Streams, 512)
	l.PerParty = orElse(l.PerParty, 8)
	l.Rate = orElse(l.Rate, 500)
	l.Sending = orElse(l.Sending, 30*time.Second)
}

func orElse[T int | float64 | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}
