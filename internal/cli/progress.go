package cli

import (
	"fmt"
	"strings"
	"time"
)

// bar shows the progress of long work on standard error, where that is a
// terminal; elsewhere it is silent. A nil bar shows nothing.
type bar struct {
	sh    *shell
	what  string
	begun time.Time
	shown time.Time
	drawn bool
}

const (
	barWidth = 30
	barDelay = 400 * time.Millisecond // short work shows no bar at all
	barEvery = 100 * time.Millisecond
)

func (sh *shell) progress(what string) *bar {
	if !sh.Terminal || sh.quiet {
		return nil
	}
	return &bar{sh: sh, what: what, begun: time.Now()}
}

// of draws that done of total is done; a total of 0 is not known yet.
func (b *bar) of(done, total int64) {
	if b == nil {
		return
	}
	now := time.Now()
	if now.Sub(b.begun) < barDelay || now.Sub(b.shown) < barEvery && done != total {
		return
	}
	b.shown, b.drawn = now, true
	fmt.Fprintf(b.sh.Err, "\r\x1b[K%s %s", b.what, barText(done, total))
}

func barText(done, total int64) string {
	if total <= 0 {
		return fmt.Sprint(done)
	}
	full := int(min(done, total) * barWidth / total)
	return fmt.Sprintf("[%s%s] %d of %d", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), done, total)
}

// end takes the bar away.
func (b *bar) end() {
	if b != nil && b.drawn {
		fmt.Fprint(b.sh.Err, "\r\x1b[K")
		b.drawn = false
	}
}
