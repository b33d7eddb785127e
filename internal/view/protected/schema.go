package protected

import "truce/internal/view"

// View is the view of protected objects. It holds no state: everything is in
// the tables that it is handed a transaction on. The zero View is ready.
type View struct{}

// Name is the prefix of the tables.
func (View) Name() string { return "protected" }

// Schema creates the tables and their indexes, one SQL statement each, in the
// subset that package store describes.
//
// protected_version holds a row for each register, amend, withdraw and
// revalidate. object is "site", "area" or "movement"; owner and audience are
// those in force with that version; first, content and placed are the entries
// that registered the object, that hold its content, and that moved it last. first
// stands in all three tables of an object, so that lists in order of registration
// read each of them from end to end.
//
// protected_said holds a row for everything else that was said about an object.
// part is "step", "challenge", "consent", "release" or "void" (said, without
// effect); ref is the statement id that it speaks about; first and placed are
// those of the version that was in force then, or truce.NoEntry.
//
// protected_grant holds a row for each recipient of a consent or a release, with
// the entry that ended it or truce.NoEntry.
//
// protected_told holds a row for each member of an audience (a party, a role, the
// public) that an entry told something of an object: the feeds are made of it.
//
// protected_tombstone holds a row for each erasure. Times are milliseconds since
// 1970 UTC, by the log's clock.
func (View) Schema() []string {
	return []string{
		`CREATE TABLE IF NOT EXISTS protected_version (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, object TEXT NOT NULL, act TEXT NOT NULL,
			id TEXT NOT NULL, author TEXT NOT NULL, owner TEXT NOT NULL, at BIGINT NOT NULL, status TEXT NOT NULL,
			audience TEXT NOT NULL, lang TEXT NOT NULL, first BIGINT NOT NULL, content BIGINT NOT NULL,
			placed BIGINT NOT NULL, body BLOB NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS protected_version_subject ON protected_version (subject, entry)`,
		`CREATE INDEX IF NOT EXISTS protected_version_first ON protected_version (first, entry)`,
		`CREATE TABLE IF NOT EXISTS protected_said (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, part TEXT NOT NULL, act TEXT NOT NULL,
			id TEXT NOT NULL, author TEXT NOT NULL, at BIGINT NOT NULL, ref TEXT NOT NULL, first BIGINT NOT NULL,
			placed BIGINT NOT NULL, body BLOB NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS protected_said_first ON protected_said (first, entry)`,
		`CREATE INDEX IF NOT EXISTS protected_said_subject ON protected_said (subject, entry)`,
		`CREATE INDEX IF NOT EXISTS protected_said_challenge ON protected_said (id) WHERE part = 'challenge'`,
		`CREATE TABLE IF NOT EXISTS protected_grant (
			subject TEXT NOT NULL, what TEXT NOT NULL, recipient TEXT NOT NULL, entry BIGINT NOT NULL,
			ended BIGINT NOT NULL, author TEXT NOT NULL, first BIGINT NOT NULL, PRIMARY KEY (subject, what, recipient, entry))`,
		`CREATE INDEX IF NOT EXISTS protected_grant_first ON protected_grant (first, entry)`,
		`CREATE INDEX IF NOT EXISTS protected_grant_recipient ON protected_grant (recipient, what, subject)`,
		`CREATE TABLE IF NOT EXISTS protected_told (
			recipient TEXT NOT NULL, entry BIGINT NOT NULL, subject TEXT NOT NULL, version TEXT NOT NULL, what TEXT NOT NULL,
			at BIGINT NOT NULL, PRIMARY KEY (recipient, entry))`,
		`CREATE INDEX IF NOT EXISTS protected_told_subject ON protected_told (subject, entry)`,
		`CREATE TABLE IF NOT EXISTS protected_tombstone (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, id TEXT NOT NULL, author TEXT NOT NULL,
			at BIGINT NOT NULL, reason TEXT NOT NULL, audience TEXT NOT NULL, status TEXT NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS protected_tombstone_subject ON protected_tombstone (subject, entry)`,
	}
}

// Tables lists the tables with the columns of their primary keys.
func (View) Tables() []view.Table {
	return []view.Table{
		{Name: "protected_version", Order: "entry"},
		{Name: "protected_said", Order: "entry"},
		{Name: "protected_grant", Order: "subject, what, recipient, entry"},
		{Name: "protected_told", Order: "recipient, entry"},
		{Name: "protected_tombstone", Order: "entry"},
	}
}
