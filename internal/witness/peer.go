package witness

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"truce"
	"truce/proof"
)

// maxReply bounds what a witness may answer, in bytes.
const maxReply = 64 << 10

// peer is a witness of the policy, as the register sees it.
type peer struct {
	name    string
	key     *proof.CosignerKey
	url     string // of add-checkpoint
	http    *http.Client
	busy    atomic.Bool
	failing atomic.Bool  // the last answer was none; said once
	size    atomic.Int64 // of the head that it cosigned last, as far as is known
}

// cosign asks for a cosignature of head. A witness that has seen another head
// than we thought says so, and is asked once more. One that has seen more than
// there is holds evidence against this log: CodeTampered.
func (p *peer) cosign(ctx context.Context, log Log, head *proof.Checkpoint) (c proof.Cosignature, err error) {
	old := min(p.size.Load(), head.Size)
	for range 2 {
		reply, status, err := p.submit(ctx, log, head, old)
		if err != nil {
			return c, err
		}
		switch status {
		case http.StatusOK:
			if c, err = p.key.ReadReply(head, reply); err == nil {
				p.size.Store(head.Size)
			}
			return c, err
		case http.StatusConflict:
			if old, err = p.seen(reply, old, head); err != nil {
				return c, err
			}
		default:
			return c, refused(status)
		}
	}
	return c, truce.E(truce.CodeBusy, "the witness has seen another head again")
}

func refused(status int) error {
	if status == http.StatusUnprocessableEntity {
		return truce.E(truce.CodeTampered, "the witness says that the log does not continue what it has seen")
	}
	return truce.E(truce.CodeUnavailable, "the witness answers %d %s", status, http.StatusText(status))
}

// seen reads the size out of a 409.
func (p *peer) seen(reply []byte, old int64, head *proof.Checkpoint) (int64, error) {
	text := strings.TrimSuffix(string(reply[:min(len(reply), 32)]), "\n")
	size, err := strconv.ParseInt(text, 10, 64)
	if err != nil || size < 0 {
		return 0, truce.E(truce.CodeUnavailable, "the witness does not say which head it has seen")
	}
	switch {
	case size > head.Size:
		return 0, truce.E(truce.CodeConflict, "the witness has cosigned %d entries, this head has %d", size, head.Size)
	case size == old:
		return 0, truce.E(truce.CodeTampered, "the witness has cosigned another root for %d entries", size)
	}
	p.size.Store(size)
	return size, nil
}

func (p *peer) submit(ctx context.Context, log Log, head *proof.Checkpoint, old int64) (reply []byte, status int, err error) {
	r := request{old: old, note: head.LogOnly().Note}
	if old > 0 && old < head.Size {
		if r.proof, err = log.ConsistencyProof(ctx, old, head.Size); err != nil {
			return nil, 0, err
		}
	}
	return p.post(ctx, r.body())
}

func (p *peer) post(ctx context.Context, body []byte) (reply []byte, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return nil, 0, truce.Wrap(truce.CodeInvalid, err, "the request to the witness cannot be made")
	}
	req.Header.Set("Content-Type", MediaText)
	req.Header.Set("User-Agent", "truce-register")
	res, err := p.http.Do(req)
	if err != nil {
		if ours, ok := errors.AsType[*truce.Error](err); ok {
			return nil, 0, ours
		}
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // without the address
		}
		return nil, 0, truce.Wrap(truce.CodeUnavailable, err, "the witness cannot be reached")
	}
	defer res.Body.Close()
	reply, err = io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	if err != nil || len(reply) > maxReply {
		return nil, 0, truce.Wrap(truce.CodeUnavailable, err, "the witness answers too much, or not to the end")
	}
	return reply, res.StatusCode, nil
}

// trouble says once that a witness does not cosign, and evidence each time.
func (p *peer) trouble(ctx context.Context, log *slog.Logger, err error) {
	if truce.CodeOf(err) == truce.CodeTampered {
		log.ErrorContext(ctx, "a witness refuses the log", "witness", p.name, "error", err)
	}
	if !p.failing.Swap(true) {
		log.WarnContext(ctx, "a witness does not cosign", "witness", p.name, "error", err)
	}
}
