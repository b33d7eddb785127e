package ledger

import (
	"context"
	"strconv"
	"time"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

// Open opens the log in cfg.DB. It looks at the newest checkpoint, the right
// edge of the tree and the head file, not at every entry (Verify does), so that
// it takes the same time at any size. Without cfg.Signer it opens for reading.
//
// It is CodeTampered when these contradict each other, CodeNotFound when the
// database holds no register, CodeConflict when it holds another one, and
// CodeUnavailable when a newer version wrote it.
func Open(ctx context.Context, cfg Config) (*Ledger, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	l := &Ledger{cfg: cfg, queue: make(chan *job, maxQueue), done: make(chan struct{}), scrub: true,
		out: make(chan decided, maxDecided), fell: make(chan struct{}, 1)}
	if err := cfg.DB.View(ctx, func(r store.Reader) error { return l.load(ctx, r) }); err != nil {
		return nil, err
	}
	if err := l.meetHead(ctx); err != nil {
		return nil, err
	}
	if cfg.Signer == nil {
		close(l.done)
		return l, nil
	}
	go l.write()
	go l.answer()
	return l, nil
}

// load reads the state of the writer and sees that it hangs together.
func (l *Ledger) load(ctx context.Context, r store.Reader) error {
	if err := l.checkMeta(ctx, r); err != nil {
		return err
	}
	cp, err := newestCheckpoint(ctx, r, l.cfg)
	if err != nil {
		return err
	}
	if err := l.loadLast(ctx, r, cp.Size); err != nil {
		return err
	}
	e, err := loadEdge(cp.Size, stored{ctx, r})
	if err != nil {
		return err
	}
	if e.root() != cp.Root {
		return tampered("the newest entries and the tiles do not lead to the root of the checkpoint of size %d", cp.Size).
			WithHint("truce log verify says where; restore a backup")
	}
	l.newest = shown{cp, e}
	return nil
}

func (l *Ledger) checkMeta(ctx context.Context, r store.Reader) error {
	meta, err := readMeta(ctx, r)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(meta["schema"])
	switch {
	case err != nil || version < 1:
		return tampered("the database does not say which schema it has")
	case version > schemaVersion:
		return truce.E(truce.CodeUnavailable, "a newer version of truce wrote this register (schema %d, this version knows %d)", version, schemaVersion).
			WithHint("use the newer version")
	case meta["origin"] != l.cfg.Origin:
		return tampered("it is that of %q, and the database holds the register %q", l.cfg.Origin, meta["origin"]).At(OtherLogKey).
			WithHint("put back the files that belong together: log.pub, log.key, head and truce.db are of one register")
	case meta["key"] != l.cfg.Verifier:
		return tampered("the database was made with another one than the one given").At(OtherLogKey).
			WithHint("give the register its own log key, or ask who changed it")
	}
	return l.cfg.checkCopy(meta)
}

// OtherLogKey is the Field of the error of Open where database and log key are
// not of one register.
const OtherLogKey = "log key"

// newestCheckpoint reads the newest checkpoint and checks its signature.
func newestCheckpoint(ctx context.Context, r store.Reader, cfg Config) (*proof.Checkpoint, error) {
	var size int64
	var note blob
	found, err := store.One(ctx, r, "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", nil, &size, &note)
	if err != nil {
		return nil, err
	}
	if !found && cfg.Copy {
		return cfg.empty(), nil
	}
	if !found {
		return nil, tampered("the database has no checkpoint")
	}
	return openStored(size, note, cfg.Verifier)
}

// openStored opens a checkpoint out of the database.
func openStored(size int64, note []byte, verifier string) (*proof.Checkpoint, error) {
	cp, err := proof.OpenCheckpoint(note, verifier)
	if err != nil {
		return nil, truce.Wrap(truce.CodeTampered, err, "checkpoint of size %d", size)
	}
	if cp.Size != size {
		return nil, tampered("checkpoint of size %d: its text says %d", size, cp.Size)
	}
	return cp, nil
}

// loadLast reads when the newest entry came in, and sees that it is the one
// below the checkpoint.
func (l *Ledger) loadLast(ctx context.Context, r store.Reader, size int64) error {
	var number, ms int64
	found, err := store.One(ctx, r, "SELECT number, time FROM entry ORDER BY number DESC LIMIT 1", nil, &number, &ms)
	if err != nil {
		return err
	}
	if !found {
		number = -1
	}
	if number+1 != size {
		return tampered("the newest entry is %d, the checkpoint covers %d entries", number, size)
	}
	l.last = time.UnixMilli(ms).UTC()
	l.day = dayOf(l.last)
	return nil
}

// meetHead compares the database with the head file and brings the file up to date.
func (l *Ledger) meetHead(ctx context.Context) error {
	head, err := readHead(l.cfg.HeadPath, l.cfg.Verifier)
	if err != nil {
		return err
	}
	if head == nil && l.cfg.Copy && l.newest.cp.Size == 0 {
		l.show(l.newest)
		return nil
	}
	if head == nil && l.cfg.Copy {
		return l.firstHead(ctx)
	}
	if head == nil {
		return l.newHead()
	}
	if err := l.compareHead(ctx, head); err != nil {
		return err
	}
	l.show(shown{head, l.newest.edge})
	if head.Size == l.newest.cp.Size || l.cfg.Signer == nil && !l.cfg.Copy {
		return nil
	}
	if err := l.publish(l.newest); err != nil { // it is tried again before the next entry
		l.cfg.Logger.Warn("the head file cannot be brought up to date", "error", err)
	}
	return nil
}

// newHead writes a head file where none was, if that is wanted.
func (l *Ledger) newHead() error {
	if l.cfg.Signer == nil || !l.cfg.AcceptMissingHead {
		return tampered("the head file is missing").
			WithHint("without it an older copy of the database cannot be told from the newest; put it back, or run truce doctor if you know why it is gone")
	}
	return l.publish(l.newest)
}

// compareHead refuses a database that is older than the head file or has
// another history.
func (l *Ledger) compareHead(ctx context.Context, head *proof.Checkpoint) error {
	if head.Size > l.newest.cp.Size {
		return tampered("an older copy of the database was put back (head file says %d, database has %d)", head.Size, l.newest.cp.Size).
			WithHint("find the newest copy; going on would sign a second history over the same numbers")
	}
	root, err := l.rootAt(ctx, head.Size, l.newest.edge)
	if err != nil {
		return err
	}
	if root != head.Root {
		return tampered("head file: at size %d it has another root than the database", head.Size).
			WithHint("the database and the head file are not of the same register, or one was rewritten")
	}
	return nil
}
