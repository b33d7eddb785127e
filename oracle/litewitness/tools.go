//go:build tools

package litewitness

import _ "filippo.io/torchwood/cmd/litewitness" // built and run by the test
