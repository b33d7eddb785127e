package app

import "strings"

// plainWord are the characters that no shell obeys.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:"

// ShellWord is a path as it can be typed into a shell: in quotation marks where it
// holds spaces or anything else that a shell would obey.
func ShellWord(path string) string {
	if path != "" && strings.Trim(path, plainWord) == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
