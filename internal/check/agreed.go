package check

import (
	"context"
	"encoding/json"
)

// Agreed tells what was agreed about the place and the time of a query, as known at
// a log size and as far as its viewer may know it: each agreement and each window
// as JSON, in the form of package inforce. Of a period it tells how things stand at
// its beginning. Lists are never nil.
type Agreed interface {
	Agreed(ctx context.Context, q Query, size int64) (agreements, windows []json.RawMessage, err error)
}
