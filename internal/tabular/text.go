package tabular

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"truce"
)

var (
	bomUTF8    = []byte("\xef\xbb\xbf")
	bomUTF16LE = []byte("\xff\xfe")
	bomUTF16BE = []byte("\xfe\xff")
)

// charsets are the encodings that can be named for a file without a byte
// order mark. None of them is ever guessed: a wrong guess changes names.
var charsets = map[string]encoding.Encoding{
	"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"utf-16be":     unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
	"iso-8859-1":   charmap.ISO8859_1,
	"latin1":       charmap.ISO8859_1,
	"windows-1250": charmap.Windows1250,
	"windows-1251": charmap.Windows1251,
	"windows-1252": charmap.Windows1252,
	"windows-1253": charmap.Windows1253,
	"windows-1254": charmap.Windows1254,
	"windows-1255": charmap.Windows1255,
	"windows-1256": charmap.Windows1256,
	"windows-1257": charmap.Windows1257,
	"windows-1258": charmap.Windows1258,
}

const charsetHint = "save it as UTF-8, or name its encoding: windows-1256 (Arabic), windows-1251 (Cyrillic) or windows-1252 (western)"

// charset finds an encoding by its name; nil stands for UTF-8.
func charset(name string) (encoding.Encoding, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return nil, nil
	}
	if e, ok := charsets[name]; ok {
		return e, nil
	}
	return nil, truce.E(truce.CodeInvalid, "the encoding %.40q is not known", name).WithHint(charsetHint)
}

// decodeText gives the UTF-8 of r without byte order mark. A mark wins over
// the declared encoding.
func decodeText(r *bufio.Reader, declared string) (io.Reader, error) {
	enc, err := charset(declared)
	if err != nil {
		return nil, err
	}
	head, err := r.Peek(3)
	if err != nil && len(head) == 0 {
		return nil, asError(err)
	}
	skip := 0
	switch {
	case bytes.HasPrefix(head, bomUTF8):
		enc, skip = nil, len(bomUTF8)
	case bytes.HasPrefix(head, bomUTF16LE):
		enc, skip = charsets["utf-16le"], len(bomUTF16LE)
	case bytes.HasPrefix(head, bomUTF16BE):
		enc, skip = charsets["utf-16be"], len(bomUTF16BE)
	}
	if _, err := r.Discard(skip); err != nil {
		return nil, asError(err)
	}
	if enc == nil {
		return r, nil
	}
	return enc.NewDecoder().Reader(r), nil
}

func isUTF16(head []byte, opts Options) bool {
	return bytes.HasPrefix(head, bomUTF16LE) || bytes.HasPrefix(head, bomUTF16BE) ||
		strings.HasPrefix(strings.ToLower(opts.Charset), "utf-16")
}

// checkText refuses bytes that are not text of people: broken UTF-8 and
// control characters other than tab and line ends.
func checkText(b []byte) error {
	if !utf8.Valid(b) {
		return truce.E(truce.CodeInvalid, "the text is not UTF-8").WithHint(charsetHint)
	}
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return truce.E(truce.CodeInvalid, "the text holds the control character %#02x", c).
				WithHint("remove it; it cannot be seen but changes what is stored")
		}
	}
	return nil
}

const lostLetters = "the replacement character U+FFFD stands in the text: letters were lost in an earlier conversion"

// textNotes says what a reader should know about text that is usable.
func textNotes(b []byte) []string {
	if bytes.Contains(b, []byte("\ufffd")) {
		return []string{lostLetters}
	}
	return nil
}
