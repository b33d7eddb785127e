// Package email is a kind of line of internal/notify (stage 4 USE): it is handed a
// message and sends it as e-mail over SMTP, with a link that can be used once to say
// that it was received. It stores nothing: the link holds all that is needed, sealed
// with a key that is made of the register's.
//
// Opening the link shows a page and does nothing, since mail scanners open links;
// pressing the button there answers. What is recorded then is that the link was
// used: it is no signed acknowledgement, and is never shown as one.
package email
