package api

import (
	"context"

	"truce/internal/auth"
)

// Lines gives what somebody was told behind the entry after, at most limit lines,
// as GET /v1/feed answers it to that viewer: what goes out by other ways than
// being asked for shows no more than that.
func (s *Server) Lines(ctx context.Context, v auth.Viewer, after int64, limit int) ([]*FeedItem, error) {
	c := &call{Server: s, ctx: ctx, viewer: v}
	return c.told(after, s.Log.Head().Size, limit, false)
}
