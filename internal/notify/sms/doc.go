// Package sms is a kind of line of internal/notify (stage 4 USE): it is handed a
// message and sends a signed reference of at most 140 bytes through the HTTP
// gateway of whoever sends short messages. The reference says that there is
// something and proves that the register says so; it holds nothing of the content,
// no name and no place. It stores nothing.
package sms
