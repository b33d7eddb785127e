package ledger

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// Config is what a ledger is opened with.
type Config struct {
	DB       store.DB         // where entries, hashes and checkpoints lie, with the views beside them
	Origin   string           // name of the register; what the log key is named
	Signer   note.Signer      // the log's secret key; nil opens for reading only
	Verifier string           // the log's public key: "origin+hash+base64"
	HeadPath string           // file outside the database that keeps the last signed head
	Follower Follower         // what works entries into views; nil for none
	Now      func() time.Time // clock; nil is time.Now
	Rand     io.Reader        // salts; nil is crypto/rand
	Logger   *slog.Logger     // nil discards

	// Copy opens a copy of another register's log, see CreateCopy.
	Copy bool

	// AcceptMissingHead writes a new head file where none is. Only a person who
	// knows why it is missing may say so: an older database cannot be told from
	// the newest one without it.
	AcceptMissingHead bool
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// check holds what can be told without the database.
func (c Config) check() error {
	if !truce.ValidOrigin(c.Origin) {
		return truce.E(truce.CodeInvalid, "%q cannot name a register", c.Origin).
			WithHint("use a host and path without a scheme, such as register.example/aleppo")
	}
	v, err := note.NewVerifier(c.Verifier)
	if err != nil {
		return truce.Wrap(truce.CodeInvalid, err, "the log's public key cannot be read")
	}
	if v.Name() != c.Origin {
		return truce.E(truce.CodeInvalid, "the log's public key is of %q, the register of %q", v.Name(), c.Origin)
	}
	if c.Signer != nil && c.Copy {
		return truce.E(truce.CodeInvalid, "a copy of a log is signed by nobody here")
	}
	if c.Signer != nil && (c.Signer.Name() != v.Name() || c.Signer.KeyHash() != v.KeyHash()) {
		return truce.E(truce.CodeInvalid, "the log's secret and public key do not belong together")
	}
	return nil
}

// schemaVersion is the layout of the tables below. A ledger opens its own and
// every earlier one.
const schemaVersion = 1

// The tables. The record stands last, so that reading the columns before it
// does not walk through a long one.
var schema = []string{
	`CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
	// number from 0; time in milliseconds since 1970-01-01 UTC; id, commitment
	// and salt 32 bytes; salt and record NULL once erased, erased_by then the
	// number of the entry that did it.
	`CREATE TABLE entry (number INTEGER PRIMARY KEY, time BIGINT NOT NULL, id BLOB NOT NULL UNIQUE,
		commitment BLOB NOT NULL, erased_by BIGINT, salt BLOB, record BLOB)`,
	// Merkle hashes as C2SP tlog-tiles of height 8: the n-th full tile of a level, 256
	// hashes of 32 bytes.
	`CREATE TABLE tile (level BIGINT NOT NULL, n BIGINT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (level, n))`,
	// signed notes: the newest, and the last one of each earlier UTC day.
	`CREATE TABLE checkpoint (size INTEGER PRIMARY KEY, day BIGINT NOT NULL, note BLOB NOT NULL)`,
}

// Create makes an empty log in cfg.DB with a signed checkpoint of size 0 and its
// head file, and opens it. It needs cfg.Signer. Where a log or a head file is
// already, it is CodeConflict.
func Create(ctx context.Context, cfg Config) (*Ledger, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Signer == nil {
		return nil, truce.E(truce.CodeInvalid, "a new log needs its secret key")
	}
	head, err := readHeadFile(cfg.HeadPath)
	if err == nil && head != nil {
		err = truce.E(truce.CodeConflict, "there is a head file of a register already").
			WithHint("take an empty folder")
	}
	if err != nil {
		return nil, err
	}
	if err := cfg.DB.Update(ctx, cfg.fill); err != nil {
		return nil, err
	}
	cfg.AcceptMissingHead = true
	return Open(ctx, cfg)
}

// fill makes the tables and the first checkpoint.
func (c Config) fill(tx store.Tx) error {
	ctx := context.Background()
	if _, err := readMeta(ctx, tx); err == nil {
		return truce.E(truce.CodeConflict, "the database holds a register already").WithHint("take an empty folder")
	}
	for _, s := range schema {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{"schema": strconv.Itoa(schemaVersion), "origin": c.Origin, "key": c.Verifier} {
		if _, err := tx.Exec(ctx, "INSERT INTO meta (name, value) VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	var empty edge
	cp, err := proof.SignCheckpoint(c.Signer, 0, empty.root())
	if err != nil {
		return err
	}
	return insertCheckpoint(ctx, tx, cp, dayOf(c.Now()))
}

// dayOf is the UTC day of t, counted from 1970-01-01.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

func insertCheckpoint(ctx context.Context, tx store.Tx, cp *proof.Checkpoint, day int64) error {
	_, err := tx.Exec(ctx, "INSERT INTO checkpoint (size, day, note) VALUES (?, ?, ?)", cp.Size, day, cp.Note)
	return err
}

// readMeta reads the table meta. Where it is missing the error is CodeNotFound.
func readMeta(ctx context.Context, r store.Reader) (map[string]string, error) {
	rows, err := r.Query(ctx, "SELECT name, value FROM meta")
	if err != nil {
		if noMeta(err) {
			err = truce.Wrap(truce.CodeNotFound, err, "the database holds no register").
				WithHint("make one with: truce init")
		}
		return nil, err
	}
	defer rows.Close()
	meta := map[string]string{}
	for rows.Next() {
		var name, value any
		if err := rows.Scan(&name, &value); err != nil {
			return nil, err
		}
		n, ok1 := name.(string)
		v, ok2 := value.(string)
		if !ok1 || !ok2 {
			return nil, tampered("the table meta holds something else than text")
		}
		meta[n] = v
	}
	return meta, rows.Err()
}
