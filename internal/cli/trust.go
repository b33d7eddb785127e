package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"truce"
	"truce/client"
	"truce/internal/keyfile"
	"truce/proof"
)

// trust is what the answers of a server are held against: the public key of its
// log, and the checkpoint that was seen last.
type trust struct {
	logKey string
	store  client.CheckpointStore
}

// trust takes the public key from --log-key. Without it, it takes the one that
// this machine met first under that address, and says so: a server that shows
// another log later is found out, one that lied from the beginning is not.
func (w *where) trust(ctx context.Context) (*trust, error) {
	t := &trust{}
	dir := w.sh.stateFolder()
	var err error
	if w.logKey != "" {
		t.logKey, err = readLogKey(w.logKey)
	} else {
		t.logKey, err = w.firstMet(ctx, dir)
	}
	if err != nil {
		return nil, err
	}
	if dir != "" {
		t.store = client.FileStore{Path: filepath.Join(dir, "seen-"+fileName(t.logKey))}
	}
	return t, nil
}

// stateFolder is where what was seen of servers is kept (XDG base directories),
// "" where there is no such place.
func (sh *shell) stateFolder() string {
	base := sh.Env("XDG_STATE_HOME")
	if base == "" {
		home := sh.Env("HOME")
		if home == "" {
			home = sh.Env("USERPROFILE")
		}
		if home == "" {
			return ""
		}
		base = filepath.Join(home, ".local", "state")
	}
	dir := filepath.Join(base, "truce")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return dir
}

// fileName is text with what a file name cannot hold replaced.
func fileName(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, text)
}

func (w *where) firstMet(ctx context.Context, dir string) (string, error) {
	u, err := url.Parse(w.server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", truce.E(truce.CodeUsage, "--server is not a URL").WithHint("such as https://register.example or http://127.0.0.1:8448")
	}
	path := filepath.Join(dir, "key-of-"+fileName(u.Host+u.Path))
	if dir != "" {
		vkey, err := readLogKey(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return vkey, err
		}
	}
	vkey, err := askLogKey(ctx, strings.TrimSuffix(w.server, "/")+"/log/pubkey")
	if err != nil {
		return "", err
	}
	w.sh.say("the public key of the log is taken from the server itself: %s", vkey)
	w.sh.say("compare it with the one that the registrar gave you, and name its file with --log-key")
	if dir != "" {
		if err := keyfile.SavePublic(path, vkey); err != nil {
			w.sh.say("it cannot be kept for the next time: %s", err.Error())
		}
	}
	return vkey, nil
}

// askTimeout bounds one question for a key.
const askTimeout = 30 * time.Second

func askLogKey(ctx context.Context, address string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", truce.Wrap(truce.CodeUsage, err, "--server is not a URL")
	}
	asker := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := asker.Do(req)
	if err != nil {
		return "", truce.Wrap(truce.CodeUnavailable, err, "the server cannot be reached").WithHint("check the address, and that truce serve is running")
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	if err != nil || res.StatusCode != http.StatusOK {
		return "", truce.E(truce.CodeUnavailable, "the server does not tell the public key of a log (HTTP %d)", res.StatusCode).
			WithHint("check the address; it may not be a register")
	}
	vkey := strings.TrimSpace(string(data))
	if _, _, err := proof.ParseLogKey(vkey); err != nil {
		return "", err
	}
	return vkey, nil
}
