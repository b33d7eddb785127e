package sms

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"truce"
	"truce/internal/notify"
	"truce/internal/outbound"
	"truce/proof"
)

// MaxBytes is how long a text may be, in bytes of the GSM 7-bit alphabet or of
// binary short messages (3GPP TS 23.040: 140 octets).
const MaxBytes = 140

// Options say which gateway sends, and with which key texts are signed.
type Options struct {
	Gateway      string // URL that takes POST {"to","text"} as JSON
	Token        string // sent as Authorization: Bearer; may be empty
	Signer       proof.Signer
	AllowPrivate bool
	AllowHTTP    bool
}

// Sender sends texts. It may be used by many goroutines.
type Sender struct {
	Options
	http *http.Client
}

// New makes a sender.
func New(o Options) *Sender {
	client := outbound.Client(outbound.Options{AllowPrivate: o.AllowPrivate, Timeout: 15 * time.Second, Idle: 10 * time.Second})
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Sender{o, client}
}

// Kind is "sms".
func (*Sender) Kind() string { return "sms" }

// numberForm is a telephone number as ITU-T E.164 has it: + and 7 to 15 digits.
var numberForm = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// Send hands the text to the gateway once. A number that is none is CodeRefused; a
// gateway that does not take the text CodeUnavailable.
func (s *Sender) Send(ctx context.Context, m *notify.Message) (*notify.Reply, error) {
	to := strings.Join(strings.FieldsFunc(m.Channel.Address, func(r rune) bool { return r == ' ' || r == '-' || r == '(' || r == ')' }), "")
	if !numberForm.MatchString(to) {
		return nil, truce.E(truce.CodeRefused, "the address of the line is no telephone number").WithHint("+ and country code, 7 to 15 digits")
	}
	text, err := Text(m, s.Signer)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]string{"to": to, "text": text})
	if err != nil {
		return nil, truce.Wrap(truce.CodeInternal, err, "a text cannot be written")
	}
	if !strings.HasPrefix(s.Gateway, "https://") && !(s.AllowHTTP && strings.HasPrefix(s.Gateway, "http://")) {
		return nil, truce.E(truce.CodeRefused, "the gateway has no https address")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Gateway, bytes.NewReader(body))
	if err != nil {
		return nil, truce.E(truce.CodeRefused, "the address of the gateway cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", m.ID)
	if s.Token != "" {
		req.Header.Set("Authorization", "Bearer "+s.Token)
	}
	return s.do(req)
}

func (s *Sender) do(req *http.Request) (*notify.Reply, error) {
	res, err := s.http.Do(req)
	if err != nil {
		if ours, ok := errors.AsType[*truce.Error](err); ok {
			return nil, ours
		}
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the gateway does not answer")
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // what a gateway says beside its status is not for us
	if res.StatusCode/100 != 2 {
		return nil, truce.E(truce.CodeUnavailable, "the gateway answers with status %d", res.StatusCode)
	}
	return &notify.Reply{Detail: "taken by the gateway, status " + strconv.Itoa(res.StatusCode)}, nil
}

// idDigits is how much of a statement id a text holds: 48 bits, enough to find it
// in a feed; the signature covers all of it.
const idDigits = 12

// Text is the signed reference: "T1 ENTRY WHAT ID SIGNATURE", or "T1 ENTRY list N
// SIGNATURE" for a list of N. The signature is Ed25519 in base64url over what
// signed says.
func Text(m *notify.Message, signer proof.Signer) (string, error) {
	entry, what, id := int64(0), "list", strconv.Itoa(len(m.Waiting))
	if m.Line != nil {
		entry, what, id = m.Line.Entry, m.Line.What, m.Line.Version
	} else {
		for _, w := range m.Waiting {
			entry = max(entry, w.Entry)
		}
	}
	sig, err := signer.Sign(signed(m.Register, m.Party, entry, what, id))
	if err != nil {
		return "", truce.Wrap(truce.CodeInternal, err, "a text cannot be signed")
	}
	text := fmt.Sprintf("T1 %d %s %s %s", entry, what, id[:min(len(id), idDigits)], base64.RawURLEncoding.EncodeToString(sig))
	if len(text) > MaxBytes {
		return "", truce.E(truce.CodeInternal, "a text has %d bytes", len(text))
	}
	return text, nil
}

// signed is what the signature of a text covers.
func signed(register string, party truce.PartyID, entry int64, what, id string) []byte {
	return fmt.Appendf(nil, "truce sms 1\n%s\n%s\n%d\n%s\n%s\n", register, party, entry, what, id)
}

// Reference is what a text refers to.
type Reference struct {
	Entry int64  // of the feed
	What  string // see GET /v1/feed; "list" for a list of what is unacknowledged
	ID    string // the first digits of the statement id; of a list, how many are on it
}

// Verify reads a text and checks it against the statement id that the party's feed
// has at that entry (of a list, the number in the text), with the register's key.
// Errors are CodeInvalid and CodeUnsigned.
func Verify(text, register string, party truce.PartyID, id, keyID string) (*Reference, error) {
	parts := strings.Fields(text)
	if len(text) > MaxBytes || len(parts) != 5 || parts[0] != "T1" {
		return nil, truce.E(truce.CodeInvalid, "the text is not one of the register").WithHint("it begins with T1 and has five parts")
	}
	entry, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil || entry < 0 {
		return nil, truce.E(truce.CodeInvalid, "the text names no entry")
	}
	key, err := proof.ParseKey(keyID)
	if err != nil {
		return nil, err
	}
	sig, err := base64.RawURLEncoding.Strict().DecodeString(parts[4])
	if err != nil || !strings.HasPrefix(id, parts[3]) || !ed25519.Verify(key, signed(register, party, entry, parts[2], id), sig) {
		return nil, truce.E(truce.CodeUnsigned, "the register did not sign that text for this party and statement").WithHint("look into the feed: truce feed pull")
	}
	return &Reference{Entry: entry, What: parts[2], ID: parts[3]}, nil
}
