// Package party is a view of stage 3 VIEWS: from the statements about parties and
// keys (party.*, key.*) it works out who is who, which keys count for whom and
// for what, and writes that to the party tables, each row with the entry numbers
// from which and until which it holds. Whoever verifies a signature, decides an
// access or shows a party reads it.
package party
