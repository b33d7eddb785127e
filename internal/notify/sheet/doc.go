// Package sheet is a kind of line of internal/notify (stage 4 USE): it is handed what
// a party was told and draws printed sheets of A4: every entry with its place in
// decimal degrees, in degrees, minutes and seconds, and in MGRS, a code to read back
// by voice, and a QR code of the statement id, so that a stranger can prove which
// version was handed over. It does no input or output.
package sheet
