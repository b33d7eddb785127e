package check

import (
	"context"
	"encoding/json"
)

// Agreed tells what was agreed about the place and the time of a query, as known at
// a log size and as far as its viewer may know it: each agreement and each window
// as JSON, in the form of package inforce. Of a period it tells all that applies at
// some instant of it, with the parts in which it does. Lists are never nil.
type Agreed interface {
	Agreed(ctx context.Context, q Query, size int64) (agreements, windows []json.RawMessage, err error)
}
