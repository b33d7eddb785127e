package sheet

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"truce"
)

// Code is what is read back by voice to say which version a desk holds: ten digits
// in groups, the last two of them a check. Digits are heard right in any language;
// a code is bound to the version and to the party, so that reading out the code of
// another proves nothing.
//
// The eight digits are the first 64 bits of SHA-256("truce sheet 1", party, version)
// modulo 10^8; the check is that of ISO/IEC 7064, MOD 97-10: the whole number leaves
// the rest 1. It finds every wrong digit and every two that were exchanged.
func Code(party truce.PartyID, version string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "truce sheet 1\n%s\n%s\n", party, version))
	n := binary.BigEndian.Uint64(sum[:8]) % 100_000_000
	check := 98 - n*100%97
	return fmt.Sprintf("%04d %04d %02d", n/10_000, n%10_000, check)
}

// ParseCode reads a code as it was heard: spaces and hyphens do not count, digits of
// any script do. One that cannot be right is CodeInvalid.
func ParseCode(heard string) (string, error) {
	var digits strings.Builder
	for _, r := range heard {
		if d, ok := digit(r); ok {
			digits.WriteByte('0' + d)
		} else if !strings.ContainsRune(" -–—.\u00a0\u202f", r) {
			return "", truce.E(truce.CodeInvalid, "a code is made of digits").WithHint("ten of them, as printed on the sheet")
		}
	}
	s := digits.String()
	if len(s) != 10 {
		return "", truce.E(truce.CodeInvalid, "a code has ten digits, this one %d", len(s)).WithHint("ask for it to be read again")
	}
	n := uint64(0)
	for _, c := range []byte(s) {
		n = n*10 + uint64(c-'0')
	}
	if n%97 != 1 {
		return "", truce.E(truce.CodeInvalid, "a digit of the code was heard or read wrongly").WithHint("ask for it to be read again")
	}
	return s[:4] + " " + s[4:8] + " " + s[8:], nil
}

// digit reads ASCII, Arabic-Indic and extended Arabic-Indic digits.
func digit(r rune) (byte, bool) {
	for _, zero := range []rune{'0', '\u0660', '\u06f0'} {
		if r >= zero && r <= zero+9 {
			return byte(r - zero), true
		}
	}
	return 0, false
}
