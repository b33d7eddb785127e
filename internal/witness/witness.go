package witness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"truce"
	"truce/internal/durable"
	"truce/proof"
)

// Media types of answers.
const (
	MediaText = "text/plain; charset=utf-8"
	MediaSize = "text/x.tlog.size" // of the size in a 409
)

// maxState bounds a state file, in bytes.
const maxState = 1 << 20

// Config is what a witness is made of.
type Config struct {
	Dir      string // folder of its memory, one file a log; it is made where it is missing
	Cosigner *proof.Cosigner
	Logs     []string         // keys of the logs that it cosigns for: "origin+hash+base64"
	Now      func() time.Time // time.Now when nil
	// Conflict is told of two heads of one size with different roots, both
	// signed by the log; nil tells nobody.
	Conflict func(older, newer *proof.Checkpoint)
}

// Witness answers add-checkpoint. It is safe for use by many goroutines.
type Witness struct {
	cfg  Config
	logs map[string]*watched // by origin
}

// watched is one log.
type watched struct {
	key  string
	path string
	mu   sync.Mutex        // held from the comparison until the new head is on the disk
	last *proof.Checkpoint // cosigned last; nil before the first
}

// New makes a witness with the memory that lies in its folder. A memory that
// cannot be read, or was not signed by the log, is CodeTampered.
func New(cfg Config) (*Witness, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the folder of the witness cannot be made")
	}
	w := &Witness{cfg: cfg, logs: map[string]*watched{}}
	for _, key := range cfg.Logs {
		origin, _, err := proof.ParseLogKey(key)
		if err != nil {
			return nil, err
		}
		if w.logs[origin] != nil {
			return nil, truce.E(truce.CodeInvalid, "the witness has two keys for the log %q", origin)
		}
		sum := sha256.Sum256([]byte(origin)) // an origin can hold what a file name cannot
		l := &watched{key: key, path: filepath.Join(cfg.Dir, hex.EncodeToString(sum[:])+".note")}
		if err := l.load(); err != nil {
			return nil, err
		}
		w.logs[origin] = l
	}
	return w, nil
}

func (l *watched) load() error {
	data, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || len(data) > maxState {
		return truce.Wrap(truce.CodeUnavailable, err, "the memory of the witness cannot be read")
	}
	if l.last, err = proof.OpenCheckpoint(data, l.key); err != nil {
		return truce.Wrap(truce.CodeTampered, err, "the memory of the witness").
			WithHint("a witness without its memory must not go on: retire its key")
	}
	return nil
}

// Key is the public key of the witness, as policies hold it.
func (w *Witness) Key() string { return w.cfg.Cosigner.Key() }

// Last is the head of a log that was cosigned last; nil where there is none.
func (w *Witness) Last(origin string) *proof.Checkpoint {
	l := w.logs[origin]
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// Reply is an answer to add-checkpoint.
type Reply struct {
	Status int    // HTTP status
	Media  string // content type
	Body   []byte
}

func say(status int, text string) Reply {
	return Reply{status, MediaText, []byte(text + "\n")}
}

func sizeOf(cp *proof.Checkpoint) int64 {
	if cp == nil {
		return 0
	}
	return cp.Size
}

// AddCheckpoint answers one request as C2SP tlog-witness v1.0 says: 400 for what
// is not formed right, 404 for a log that it does not know, 403 without a valid
// signature of the log, 409 with the size of the last head where the asker
// believes in another one, or where the same size has another root, 422 where
// the proof does not hold, and 200 with a cosignature once the new head is on
// the disk. A disk that fails is a 500, without a cosignature.
func (w *Witness) AddCheckpoint(body []byte) Reply {
	r, err := parseRequest(body)
	if err != nil {
		return say(http.StatusBadRequest, "the request is not formed right")
	}
	origin, _, _ := bytes.Cut(r.note, []byte("\n"))
	l := w.logs[string(origin)]
	if l == nil {
		return say(http.StatusNotFound, "this witness does not know the log")
	}
	cp, err := proof.OpenCheckpoint(r.note, l.key)
	if err != nil {
		return say(http.StatusForbidden, "no valid signature of the log")
	}
	if r.old > cp.Size {
		return say(http.StatusBadRequest, "the old size is larger than the checkpoint's")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return w.decide(l, r, cp.LogOnly())
}

// decide compares and persists; the caller holds the lock of l.
func (w *Witness) decide(l *watched, r *request, cp *proof.Checkpoint) Reply {
	conflict := Reply{http.StatusConflict, MediaSize, []byte(strconv.FormatInt(sizeOf(l.last), 10) + "\n")}
	if r.old != sizeOf(l.last) {
		w.compare(l.last, cp)
		return conflict
	}
	if l.last == nil || l.last.Size == 0 {
		if len(r.proof) > 0 {
			return say(http.StatusUnprocessableEntity, "a first checkpoint needs no proof")
		}
	} else if cp.Size == l.last.Size && cp.Root != l.last.Root {
		w.compare(l.last, cp)
		return conflict
	} else if err := proof.CheckConsistency(l.last, cp, r.proof); err != nil {
		return say(http.StatusUnprocessableEntity, "the proof does not lead from the last checkpoint to this one")
	}
	if cp.Size == 0 && !cp.IsEmpty() {
		return say(http.StatusUnprocessableEntity, "an empty log has one root only")
	}
	if err := durable.Replace(l.path, cp.Note, 0o600); err != nil {
		return say(http.StatusInternalServerError, "the checkpoint cannot be kept")
	}
	l.last = cp
	return Reply{http.StatusOK, MediaText, []byte(w.cfg.Cosigner.Cosign(cp, w.cfg.Now()).Line)}
}

// compare tells of two heads of one size that contradict each other.
func (w *Witness) compare(last, cp *proof.Checkpoint) {
	if w.cfg.Conflict != nil && last != nil && last.Size == cp.Size && last.Root != cp.Root {
		w.cfg.Conflict(last, cp)
	}
}
