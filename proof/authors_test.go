package proof

import (
	"testing"

	"truce"
)

// TestUntoldRevocation: a register that tells in part of a revocation is held to it, of
// root keys as of those in use.
func TestUntoldRevocation(t *testing.T) {
	k := NewKeyring("log")
	k.ring.parties["aid"] = &standing{root: truce.Root{Threshold: 1, Keys: []string{"root-a", "root-b"}},
		listed: map[string]listing{"a": {scopes: []truce.Scope{truce.ScopeSubmit}}, "b": {scopes: []truce.Scope{truce.ScopeSubmit}}}}
	k.Untold(truce.KeyRevoke, "aid", []byte(`{"key":"root-a"}`))
	k.Untold(truce.KeyRevoke, "aid", []byte(`{"key":"a"}`))
	k.Untold(truce.KeyRevoke, "aid", []byte(`{}`)) // which key is not told
	for key, want := range map[string]bool{"root-a": false, "root-b": true} {
		if _, ok := k.ring.rootKey("aid")(key); ok != want {
			t.Errorf("%s may sign as a root key: %v", key, ok)
		}
	}
	for key, want := range map[string]bool{"a": false, "b": true} {
		if _, ok := k.ring.listedKey("aid", truce.ScopeSubmit)(key); ok != want {
			t.Errorf("%s may sign: %v", key, ok)
		}
	}
}
