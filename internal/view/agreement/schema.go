package agreement

import "truce/internal/view"

// View is the view of agreements and windows. It holds no state: everything is in
// the tables that it is handed a transaction on. The zero View is ready.
type View struct{}

// Name is the prefix of the tables.
func (View) Name() string { return "agreement" }

// Schema creates the tables and their indexes, one SQL statement each, in the
// subset that package store describes.
//
// agreement_version holds a row for each register, announce, amend and withdraw.
// first, content and terms are the entries that registered the subject, that hold
// its content, and since which its terms have not changed; hash is
// truce.TermsHash of them.
//
// agreement_said holds a row for everything else that was said. version is the
// statement id of the version that it speaks about, terms the number that the
// version has in agreement_version, truce.NoEntry where it is void.
//
// agreement_told holds a row for each member of an audience (a party, a role, the
// public) that an entry told something of an agreement or window: the feeds are
// made of it.
//
// agreement_tombstone holds a row for each erasure. Times are milliseconds since
// 1970 UTC, by the log's clock.
func (View) Schema() []string {
	return []string{
		`CREATE TABLE IF NOT EXISTS agreement_version (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, object TEXT NOT NULL, act TEXT NOT NULL,
			id TEXT NOT NULL, author TEXT NOT NULL, owner TEXT NOT NULL, at BIGINT NOT NULL, status TEXT NOT NULL,
			audience TEXT NOT NULL, lang TEXT NOT NULL, first BIGINT NOT NULL, content BIGINT NOT NULL,
			terms BIGINT NOT NULL, hash TEXT NOT NULL, body BLOB NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS agreement_version_subject ON agreement_version (subject, entry)`,
		`CREATE TABLE IF NOT EXISTS agreement_said (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, author TEXT NOT NULL,
			at BIGINT NOT NULL, version TEXT NOT NULL, terms BIGINT NOT NULL, body BLOB NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS agreement_said_subject ON agreement_said (subject, entry)`,
		`CREATE TABLE IF NOT EXISTS agreement_standing (
			subject TEXT NOT NULL, author TEXT NOT NULL, entry BIGINT NOT NULL, PRIMARY KEY (subject, author, entry))`,
		`CREATE TABLE IF NOT EXISTS agreement_told (
			recipient TEXT NOT NULL, entry BIGINT NOT NULL, subject TEXT NOT NULL, version TEXT NOT NULL, what TEXT NOT NULL,
			at BIGINT NOT NULL, PRIMARY KEY (recipient, entry))`,
		`CREATE INDEX IF NOT EXISTS agreement_told_subject ON agreement_told (subject, entry)`,
		`CREATE TABLE IF NOT EXISTS agreement_tombstone (
			entry BIGINT NOT NULL PRIMARY KEY, subject TEXT NOT NULL, id TEXT NOT NULL, author TEXT NOT NULL,
			at BIGINT NOT NULL, reason TEXT NOT NULL, audience TEXT NOT NULL, status TEXT NOT NULL)`,
		`CREATE INDEX IF NOT EXISTS agreement_tombstone_subject ON agreement_tombstone (subject, entry)`,
	}
}

// Tables lists the tables with the columns of their primary keys.
func (View) Tables() []view.Table {
	return []view.Table{
		{Name: "agreement_version", Order: "entry"},
		{Name: "agreement_said", Order: "entry"},
		{Name: "agreement_standing", Order: "subject, author, entry"},
		{Name: "agreement_told", Order: "recipient, entry"},
		{Name: "agreement_tombstone", Order: "entry"},
	}
}
