// Package sqlite is the embedded store beside the flow: it keeps what ledger
// and views write in one SQLite file, and reads it back for everybody. It
// implements store.DB on modernc.org/sqlite (no cgo): write-ahead log, every
// commit flushed to the disk, erased content overwritten with zeros, one
// connection that writes, a few that read snapshots, and one that moves the
// write-ahead log into the file meanwhile.
//
// Only package app opens it; everything else sees store.DB.
package sqlite
