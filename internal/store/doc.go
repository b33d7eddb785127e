// Package store says how the stages remember things: a database with one
// writer and consistent reads, as three small interfaces. It stands beside the
// flow; ledger and views write through it, everybody reads through it, and only
// package app opens a driver (sqlite below it).
//
// SQL is written by the stage that owns the tables, in the subset that SQLite
// and PostgreSQL share: ? for parameters, BIGINT, TEXT, BLOB, ON CONFLICT.
package store
