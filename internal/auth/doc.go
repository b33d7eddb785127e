// Package auth stands beside stage 5 OUT and answers two questions for every
// read: who is asking, and what may they see. It reads the views of parties and
// of objects and writes nothing; what it remembers (sessions, used challenges) is
// in memory, bounded, and gone after a restart.
//
// Who is asking: a party signs a challenge with one of its listed keys and has a
// token for a quarter of an hour. There are no passwords and no keys of parties
// on the server. A token falls with the key: when a revocation is in the log, the
// next request with the token is refused.
//
// What they may see: one table of field groups by relation (domain.md 3.1).
package auth
