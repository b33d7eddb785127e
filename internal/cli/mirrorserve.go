package cli

import (
	"time"

	"truce"
	"truce/internal/witness"
)

// witnessWait reads --witness-wait: a duration, or "forever".
func witnessWait(text string) (time.Duration, error) {
	if text == "forever" {
		return witness.Forever, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, truce.E(truce.CodeUsage, "--witness-wait %q is no time to wait", plain(text)).WithHint("such as 10s, 0s or forever")
	}
	return d, nil
}
