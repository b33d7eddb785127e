// Package filedrop is a kind of line of internal/notify (stage 4 USE): it is handed
// a message and writes it as a signed file into a folder, for data diodes, shared
// folders and USB sticks; and it picks up the acknowledgements that come back in
// the folder "acks" beside it. Files appear whole or not at all, and the same
// message is the same file, however often it is sent.
package filedrop
