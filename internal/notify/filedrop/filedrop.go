package filedrop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"truce"
	"truce/internal/durable"
	"truce/internal/notify"
	"truce/internal/notify/webhook"
	"truce/internal/view/inbox"
	"truce/proof"
)

// Options say where files may be written and with which key they are signed.
type Options struct {
	Root   string       // folder below which the folders of desks lie
	Signer proof.Signer // of the register
}

// Sender writes files. It may be used by many goroutines.
type Sender struct{ Options }

// New makes a sender.
func New(o Options) *Sender { return &Sender{o} }

// Kind is "file".
func (*Sender) Kind() string { return "file" }

// folderForm is what a desk may give as its address: names of folders, no way out.
var folderForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,4}$`)

const (
	maxAck  = 128 << 10 // bytes of a file with an acknowledgement
	maxAcks = 1000      // files picked up at a time
)

// PayloadType is the type of the envelope in a file: what Payload of package
// webhook says, signed with the register's key.
const PayloadType = "application/vnd.truce.telling+json"

// Send writes the message into the desk's folder, as NUMBER-ID.json: a DSSE
// envelope. A folder that leads out of the root is CodeRefused; a disk that is full
// or not there CodeUnavailable.
func (s *Sender) Send(_ context.Context, m *notify.Message) (*notify.Reply, error) {
	dir, err := s.folder(m.Channel.Address)
	if err != nil {
		return nil, err
	}
	body, err := webhook.Body(m)
	if err != nil {
		return nil, err
	}
	e, err := proof.Sign(PayloadType, body, s.Signer)
	if err != nil {
		return nil, err
	}
	number := int64(0)
	if m.Line != nil {
		number = m.Line.Entry
	}
	name := filepath.Join(dir, fmt.Sprintf("%012d-%s.json", number, m.ID))
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		if err := durable.Replace(name, e.JSON(), 0o640); err != nil {
			return nil, err
		}
	}
	return &notify.Reply{Detail: "file written"}, nil
}

// folder is the folder of a desk, made where it is not there.
func (s *Sender) folder(address string) (string, error) {
	if s.Root == "" || !folderForm.MatchString(address) || slices.Contains(strings.Split(address, "/"), "acks") {
		return "", truce.E(truce.CodeRefused, "the address of the line is no folder below the drop folder").WithHint("names of letters, digits, '-', '_' and '.', with / between")
	}
	dir := filepath.Join(s.Root, filepath.FromSlash(address))
	if err := os.MkdirAll(filepath.Join(dir, "acks"), 0o750); err != nil {
		return "", truce.Wrap(truce.CodeUnavailable, err, "the folder cannot be made")
	}
	real, err := filepath.EvalSymlinks(dir)
	root, err2 := filepath.EvalSymlinks(s.Root)
	if err != nil || err2 != nil || real != root && !strings.HasPrefix(real, root+string(filepath.Separator)) {
		return "", truce.E(truce.CodeRefused, "the folder of the line leads out of the drop folder")
	}
	return dir, nil
}

// Collect hands in what acknowledgements lie in the folder "acks" of a desk. A file
// that was taken is renamed to .taken, one that is no acknowledgement or that the
// register refuses to .refused, so that it is seen once and stays to be looked at;
// one that could not be decided lies there for the next time.
func (s *Sender) Collect(_ context.Context, c inbox.Channel, handIn func(envelope []byte) error) error {
	dir, err := s.folder(c.Address)
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, "acks")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return truce.Wrap(truce.CodeUnavailable, err, "the folder of acknowledgements cannot be read")
	}
	for _, f := range entries[:min(len(entries), maxAcks)] {
		if !f.Type().IsRegular() || !strings.HasSuffix(f.Name(), ".json") {
			continue
		}
		name, became := filepath.Join(dir, f.Name()), ".taken"
		data, ok := readAck(name, f, c.Key)
		if !ok {
			became = ".refused"
		} else if err := handIn(data); undecided(err) {
			continue
		} else if err != nil {
			became = ".refused"
		}
		if err := os.Rename(name, name+became); err != nil {
			return truce.Wrap(truce.CodeUnavailable, err, "a file of the folder of acknowledgements cannot be renamed")
		}
	}
	return nil
}

// undecided reports whether handing in may have another end the next time.
func undecided(err error) bool {
	c := truce.CodeOf(err)
	return c == truce.CodeUnavailable || c == truce.CodeBusy || c == truce.CodeInternal
}

func readAck(name string, f fs.DirEntry, key string) ([]byte, bool) {
	info, err := f.Info()
	if err != nil || info.Size() > maxAck {
		return nil, false
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, false
	}
	reply, err := json.Marshal(map[string][]json.RawMessage{"acks": {data}})
	if err != nil {
		return nil, false
	}
	acks := webhook.Acks(reply, key)
	if len(acks) != 1 {
		return nil, false
	}
	return acks[0], true
}
