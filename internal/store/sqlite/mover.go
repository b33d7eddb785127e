package sqlite

import (
	"context"
	"sync/atomic"

	"truce/internal/store"
)

// walPages is the length of the write-ahead log, in pages of 4 KiB, from which on
// it is moved into the file: 64 MiB. The longer it is, the more often a page of
// an index is written to it before it is moved once.
const walPages = 16384

// lookEvery is after how many statements that write the length of the log is
// looked at.
const lookEvery = 256

// mover moves the write-ahead log into the file on a connection of its own, while
// the writer goes on: that takes some 30 ms for 64 MiB, in which nothing would
// be answered. What is written meanwhile is left over; the writer itself moves
// that little, so that the log can begin anew at its first page.
type mover struct {
	c      *conn
	limit  int64         // see walPages
	every  int           // see lookEvery
	busyMS int           // what the writer's patience is otherwise, see Options
	wake   chan struct{} // holds one
	done   chan struct{} // closed when the mover has stopped
	rest   atomic.Bool   // only little is left
	unseen int           // statements that wrote since the last look; belongs to who holds the writer
}

// startMover opens the mover's connection.
func (db *DB) startMover() error {
	c, err := db.connect(moves)
	if err != nil {
		return err
	}
	m := &mover{c: c, limit: walPages, every: lookEvery, busyMS: db.opt.BusyMS, wake: make(chan struct{}, 1), done: make(chan struct{})}
	db.mover = m
	go m.run()
	return nil
}

func (m *mover) run() {
	defer close(m.done)
	for range m.wake {
		m.rest.Store(m.move())
	}
}

// move moves what can be moved, and reports whether the writer is to move the
// rest: little is left, or the log grows faster than it is moved and the writer
// has to stand still for once. Where nothing moves, readers of older snapshots
// are in the way, or the disk: then the next look asks again.
func (m *mover) move() bool {
	for before := int64(-1); ; {
		log, moved, err := m.c.checkpoint("PASSIVE")
		switch {
		case err != nil || moved <= before:
			return false
		case log-moved < m.limit/4 || before >= 0 && log > 3*m.limit:
			return true
		}
		before = moved
	}
}

func (m *mover) stop() error {
	if m == nil {
		return nil
	}
	close(m.wake)
	<-m.done
	return m.c.close()
}

// committed is called by who holds the writer c, after a commit of so many
// statements that write.
func (m *mover) committed(c *conn, writes int) {
	if m.unseen += writes; m.unseen >= m.every {
		m.look(c)
	}
}

// look sees to it that the log does not get long.
func (m *mover) look(c *conn) {
	m.unseen = 0
	if m.rest.CompareAndSwap(true, false) {
		c.patience(restMS)
		c.checkpoint("RESTART") // what cannot be done now is done when the log has grown again
		c.patience(m.busyMS)
		return
	}
	if log, moved, err := c.checkpoint("NOOP"); err == nil && log-moved > m.limit {
		select {
		case m.wake <- struct{}{}:
		default: // it is at it
		}
	}
}

// restMS is how long the writer waits for readers of older snapshots, in
// milliseconds, so that the log can begin anew.
const restMS = 5

// checkpoint runs one checkpoint (https://sqlite.org/pragma.html#pragma_wal_checkpoint)
// and gives how many pages the log has and how many of them are in the file.
func (c *conn) checkpoint(how string) (log, moved int64, err error) {
	var busy int64
	_, err = store.One(context.Background(), &tx{c: c, stop: context.Background()},
		"PRAGMA wal_checkpoint("+how+")", nil, &busy, &log, &moved)
	return log, moved, err
}
