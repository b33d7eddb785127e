package api

import (
	"bytes"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// worthCompressing is the size of a body, in bytes, from which gzip pays: less
// fits into one packet anyway.
const worthCompressing = 1400

// compresses reports whether an answer of that media type may be compressed. One
// with an entity tag is not: its tag stands for the bytes as they are.
func (c *call) compresses(media string) bool {
	return c.w.Header().Get("ETag") == "" && takesGzip(c.r.Header.Get("Accept-Encoding")) &&
		(c.packs || strings.HasPrefix(media, "text/") || media == mediaJSON || media == mediaNDJSON)
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3): gzip named and not with q=0.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.ReplaceAll(weight, " ", ""), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}

// gzips compress at the fastest level: the next ones cost several times as much, and
// lists of JSON are hardly a sixth shorter for it.
var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // a level that there is
	return z
}}

func compressed(body [][]byte) [][]byte {
	var b bytes.Buffer
	z := gzips.Get().(*gzip.Writer)
	defer gzips.Put(z)
	z.Reset(&b)
	for _, piece := range body {
		z.Write(piece) // a buffer does not fail
	}
	z.Close()
	return [][]byte{b.Bytes()}
}
