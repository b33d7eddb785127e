package ledger

import (
	"context"
	"encoding/json"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// A copy is the log of another register as a mirror keeps it: the same tables,
// with every leaf, and the content of those entries that were handed over. It is
// never signed for and nothing is submitted to it; it grows by Adopt, which takes
// what Stage has put aside.

// notHanded stands in erased_by of an entry whose content this copy was not
// given. Its record is then NULL, or what was told of it in part (see Partial).
const notHanded = -2

// copySchema is the layout of a copy, beside schemaVersion.
const copySchema = 1

// copyTables stand in the place of the table entry of schema, whose id is always
// known, and hold what is under way.
var copyTables = []string{
	`CREATE TABLE entry (number INTEGER PRIMARY KEY, time BIGINT NOT NULL, id BLOB UNIQUE,
		commitment BLOB NOT NULL, erased_by BIGINT, salt BLOB, record BLOB)`,
	// entry bundles of tlog-tiles that were fetched and not adopted yet
	`CREATE TABLE copy_bundle (n INTEGER PRIMARY KEY, data BLOB NOT NULL)`,
	// contents that were fetched, and verified against their leaf; salt NULL for what was told in part
	`CREATE TABLE copy_content (number INTEGER PRIMARY KEY, salt BLOB, record BLOB NOT NULL)`,
	// target: signed head that is being fetched; read: entries below it were asked
	// for; rebuild: the views are not what the entries say; seen: when each head was
	`CREATE TABLE copy_state (name TEXT PRIMARY KEY, value BLOB NOT NULL)`,
	// heads that were adopted, with the time (milliseconds) by the copy's clock
	`CREATE TABLE copy_head (size BIGINT PRIMARY KEY, at BIGINT NOT NULL, note BLOB NOT NULL)`,
}

// CreateCopy makes an empty copy of the log cfg.Origin in cfg.DB and opens it.
// cfg.Copy is implied, and cfg.Signer must be nil. Where a log is already it is
// CodeConflict.
func CreateCopy(ctx context.Context, cfg Config) (*Ledger, error) {
	cfg = cfg.withDefaults()
	cfg.Copy = true
	if err := cfg.check(); err != nil {
		return nil, err
	}
	err := cfg.DB.Update(ctx, func(tx store.Tx) error {
		if _, err := readMeta(ctx, tx); err == nil {
			return truce.E(truce.CodeConflict, "the database holds a register already").WithHint("take an empty folder")
		}
		meta := map[string]string{"schema": strconv.Itoa(schemaVersion), "copy": strconv.Itoa(copySchema), "origin": cfg.Origin, "key": cfg.Verifier}
		return cfg.fillCopy(ctx, tx, meta)
	})
	if err != nil {
		return nil, err
	}
	return Open(ctx, cfg)
}

func (c Config) fillCopy(ctx context.Context, tx store.Tx, meta map[string]string) error {
	tables := append([]string{schema[0], schema[2], schema[3]}, copyTables...)
	for _, s := range tables {
		if _, err := tx.Exec(ctx, s); err != nil {
			return err
		}
	}
	for name, value := range meta {
		if _, err := tx.Exec(ctx, "INSERT INTO meta (name, value) VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	return nil
}

// checkCopy compares what the database is with what it is opened as.
func (c Config) checkCopy(meta map[string]string) error {
	version := meta["copy"]
	switch {
	case version == "" && c.Copy:
		return truce.E(truce.CodeConflict, "the database holds a register, not a copy of one").WithHint("name another folder for the mirror")
	case version != "" && !c.Copy:
		return truce.E(truce.CodeConflict, "the database holds a copy of a register, and cannot be written to as one")
	case version != "" && version != strconv.Itoa(copySchema):
		return truce.E(truce.CodeUnavailable, "another version of truce wrote this copy").WithHint("use the newer version")
	}
	return nil
}

// empty is the head of a copy that has adopted nothing yet. Nobody signed it.
func (c Config) empty() *proof.Checkpoint {
	var e edge
	return &proof.Checkpoint{Origin: c.Origin, Root: e.root()}
}

// firstHead writes the head file of a copy that ended between its first adoption
// and that file. A later one must have it.
func (l *Ledger) firstHead(ctx context.Context) error {
	seen, err := l.Seen(ctx, 2)
	if err != nil {
		return err
	}
	if len(seen) > 1 && !l.cfg.AcceptMissingHead {
		return tampered("the head file of the copy is missing").
			WithHint("without it an older copy of the database cannot be told from the newest; put it back, or make a new mirror")
	}
	return l.publish(l.newest)
}

// IsCopy reports whether the ledger is a copy of another register's log.
func (l *Ledger) IsCopy() bool { return l.cfg.Copy }

// Content is what is handed over of one entry: salt and record, or what may be
// told of it in part (JSON of Partial).
type Content = proof.Handed

// Partial is an entry as it was told in part: some members of the body are left
// out, so that neither signature nor commitment can be checked.
type Partial struct {
	ID       string          `json:"id"`
	Kind     truce.Kind      `json:"kind"`
	Subject  string          `json:"subject"`
	Author   truce.PartyID   `json:"author,omitempty"`
	Status   truce.Status    `json:"status"`
	Replaces string          `json:"replaces,omitempty"`
	Lang     string          `json:"lang,omitempty"`
	Body     json.RawMessage `json:"body,omitempty"`
}

// maxPartial bounds what is told in part of an entry, in bytes.
const maxPartial = 256 << 10

// ParsePartial reads a Partial. Errors are CodeInvalid or CodeTooLarge.
func ParsePartial(data []byte) (*Partial, error) {
	if len(data) > maxPartial {
		return nil, truce.E(truce.CodeTooLarge, "what is told of an entry has at most %d bytes", maxPartial)
	}
	if err := truce.CheckJSON(data, truce.MaxDepth+1); err != nil {
		return nil, err
	}
	var p Partial
	if err := json.Unmarshal(data, &p); err != nil || p.Kind == "" || p.Subject == "" || p.ID != "" && !truce.IsStatementID(p.ID) {
		return nil, truce.E(truce.CodeInvalid, "what is told of an entry has no kind or subject")
	}
	return &p, nil
}

// statement is what was told, in the form of a statement. Statements about
// parties and keys say whose signature counts: told in part they are not used.
func (p *Partial) statement(origin string) *truce.Statement {
	if o := p.Kind.Object(); o == "party" || o == "key" {
		return nil
	}
	return &truce.Statement{Kind: p.Kind, Register: origin, Author: p.Author, Subject: p.Subject, Replaces: p.Replaces,
		Status: p.Status, Lang: p.Lang, Body: p.Body}
}

// CheckContent verifies a content against the leaf of its entry: number, time,
// commitment, signatures, and that the statement was meant for the log of that
// origin. What was told in part is only read. What does not match is CodeTampered.
func CheckContent(origin string, leaf []byte, c *Content) (*truce.Statement, error) {
	number, at, commitment, err := proof.ParseLeaf(leaf)
	if err != nil || number != c.Number {
		return nil, tampered("entry %d: its leaf is that of another entry", c.Number)
	}
	if c.Record == nil {
		p, err := ParsePartial(c.Partial)
		if err != nil {
			return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: what was told of it cannot be read", c.Number)
		}
		return p.statement(origin), nil
	}
	e := proof.Entry{Number: number, Time: at, Salt: c.Salt, Record: c.Record}
	if e.Commitment() != commitment {
		return nil, tampered("entry %d: the content that was handed over is not what the log commits to", c.Number)
	}
	return checkRecord(origin, c)
}

func checkRecord(origin string, c *Content) (*truce.Statement, error) {
	env, err := proof.ParseRecord(c.Record)
	if err == nil {
		err = env.Verify()
	}
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: it stands in the log, and its signatures do not verify", c.Number)
	}
	s, err := truce.ReadStatement(env.Payload)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: it stands in the log, and is no statement", c.Number)
	}
	if s.Register != origin {
		return nil, tampered("entry %d: its statement is meant for another register", c.Number)
	}
	return s, nil
}

// withheld reports whether the content of w was not handed to this copy.
func (w *row) withheld() bool { return w.erasedBy == notHanded }

// held reports whether the content of w is there, whole.
func (w *row) held() bool { return w.record != nil && !w.withheld() }

// checkWithheld sees that nothing stands where nothing was handed over.
func (w *row) checkWithheld() error {
	if w.salt != nil || w.id != nil || len(w.commitment) != 32 {
		return tampered("entry %d: its content was not handed over, and parts of it are there", w.number)
	}
	return nil
}

// parseWithheld reads what was told of an entry in part, if anything.
func (w *row) parseWithheld(origin string) (*Entry, error) {
	e := &Entry{Number: w.number, Time: w.time(), Withheld: true}
	if w.record == nil {
		return e, nil
	}
	p, err := ParsePartial(w.record)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "entry %d: what was told of it cannot be read", w.number)
	}
	e.ID, e.Statement, e.Part = p.ID, p.statement(origin), p
	return e, nil
}

// takes refuses an entry without content in a log that is no copy.
func (l *Ledger) takes(w *row) error {
	if w.withheld() && !l.cfg.Copy {
		return tampered("entry %d: its content is gone, and no later entry erased it", w.number)
	}
	return nil
}

// Leaf is the public line of entry number, which must be under Head.
func (l *Ledger) Leaf(ctx context.Context, number int64) (leaf []byte, err error) {
	if number < 0 || number >= l.Head().Size {
		return nil, truce.E(truce.CodeNotFound, "there is no such entry")
	}
	err = l.cfg.DB.View(ctx, func(r store.Reader) error {
		return eachLeaf(ctx, r, number, number+1, func(b []byte) { leaf = b })
	})
	return leaf, err
}

// LeafProof is the public line of an entry and its inclusion proof under Head.
func (l *Ledger) LeafProof(ctx context.Context, number int64) (leaf []byte, path []tlog.Hash, err error) {
	if leaf, err = l.Leaf(ctx, number); err != nil {
		return nil, nil, err
	}
	path, err = l.InclusionProof(ctx, number, l.Head().Size)
	return leaf, path, err
}
