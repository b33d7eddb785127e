package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"truce"
)

// delimiters are the ones that are looked for; the first wins a tie.
var delimiters = []byte{',', ';', '\t', '|'}

// openCSV reads a table of text with delimiters.
func openCSV(br *bufio.Reader, opts Options) (*Source, error) {
	text, err := decodeText(br, opts.Charset)
	if err != nil {
		return nil, err
	}
	ahead := bufio.NewReaderSize(text, 64<<10)
	head, err := ahead.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, asError(err)
	}
	delim, skip, err := delimiter(head, opts)
	if err != nil {
		return nil, err
	}
	if _, err := ahead.Discard(skip); err != nil {
		return nil, asError(err)
	}
	t := &table{lines: newRecordReader(ahead, delim), full: true}
	if err := t.findHeader(opts.HeaderRow); err != nil {
		return nil, err
	}
	return &Source{format: CSV, header: t.header, rows: t}, nil
}

// delimiter is the declared delimiter, or the one of a first line "sep=;" as
// Excel writes it (then with the bytes to skip), or the one found most often
// in the header.
func delimiter(head []byte, opts Options) (byte, int, error) {
	if opts.Delimiter != 0 {
		return declaredDelimiter(opts.Delimiter)
	}
	line := head[:firstLine(head)]
	word := strings.ToLower(strings.TrimRight(string(line), "\r\n"))
	if rest, ok := strings.CutPrefix(word, "sep="); ok && len(rest) == 1 && isDelimiter(rest[0]) {
		return rest[0], len(line), nil
	}
	return sniffDelimiter(head, opts.HeaderRow), 0, nil
}

func declaredDelimiter(r rune) (byte, int, error) {
	if r < 0x80 && isDelimiter(byte(r)) {
		return byte(r), 0, nil
	}
	return 0, 0, truce.E(truce.CodeUsage, "the delimiter %q is not known", r).WithHint("use one of , ; | or a tab")
}

func isDelimiter(c byte) bool { return slices.Contains(delimiters, c) }

// sniffDelimiter counts delimiters outside quotation marks in the header: the
// row given, or the first row that is not blank.
func sniffDelimiter(head []byte, headerRow int) byte {
	best, most := delimiters[0], 0
	line := headerLine(head, headerRow)
	for _, d := range delimiters {
		if n := bytes.Count(line, []byte{d}); n > most {
			best, most = d, n
		}
	}
	return best
}

// headerLine is the line that is counted, without what is quoted in it.
func headerLine(head []byte, row int) []byte {
	var line []byte
	quoted := false
	number := 1
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '\n' || c == '\r'):
			if number >= row && len(bytes.TrimSpace(line)) > 0 {
				return line
			}
			line = line[:0]
			if c == '\n' {
				number++
			}
		case !quoted:
			line = append(line, c)
		}
	}
	return line
}
