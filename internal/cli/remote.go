package cli

import (
	"context"

	"truce"
)

// openRemote opens a register through its server.
func (w *where) openRemote(context.Context, need) (*register, error) {
	return nil, truce.E(truce.CodeUnavailable, "this build cannot talk to servers")
}
