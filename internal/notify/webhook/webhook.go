package webhook

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"truce"
	"truce/internal/notify"
	"truce/internal/outbound"
	"truce/proof"
)

// Options say with which key messages are signed and where they may go.
type Options struct {
	Signer       proof.Signer // of the register; receivers verify with its public key
	AllowPrivate bool         // see outbound.Options
	AllowHTTP    bool         // addresses without TLS too
}

// Sender posts messages. It may be used by many goroutines.
type Sender struct {
	Options
	http *http.Client
}

// New makes a sender.
func New(o Options) *Sender {
	client := outbound.Client(outbound.Options{AllowPrivate: o.AllowPrivate, Timeout: 15 * time.Second, Idle: 10 * time.Second})
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a receiver does not send us elsewhere
	return &Sender{o, client}
}

// Kind is "webhook".
func (*Sender) Kind() string { return "webhook" }

// maxReply bounds what a receiver may answer, in bytes; maxAcks how many
// acknowledgements it may hold.
const (
	maxReply = 256 << 10
	maxAcks  = 32
)

// Payload is what is posted. Its data is the line of the feed as GET /v1/feed has
// it, or a list of what is unacknowledged.
type Payload struct {
	Type      string        `json:"type"` // truce.line, truce.alarm, truce.reminder or truce.list
	Timestamp time.Time     `json:"timestamp"`
	Register  string        `json:"register"`
	Party     truce.PartyID `json:"party"` // that is told
	Desk      string        `json:"desk"`
	Reason    string        `json:"reason"`             // see docs/kinds.md, delivery.record
	Why       string        `json:"why,omitempty"`      // the rule that caused it
	Exercise  bool          `json:"exercise,omitempty"` // nothing of it is meant
	Data      any           `json:"data"`
}

// Body is the payload of a message.
func Body(m *notify.Message) ([]byte, error) {
	p := Payload{Type: "truce.line", Timestamp: m.At, Register: m.Register, Party: m.Party, Desk: m.Desk.ID, Reason: m.Reason, Why: m.Why, Exercise: m.Exercise}
	switch {
	case m.Line == nil:
		p.Type, p.Data = "truce.list", m.Waiting
	case m.Reason == "alarm":
		p.Type, p.Data = "truce.alarm", m.Line.Item
	case m.Reason == "reminder" || m.Reason == "escalation":
		p.Type, p.Data = "truce.reminder", m.Line.Item
	default:
		p.Data = m.Line.Item
	}
	return json.Marshal(p)
}

// Send posts a message once. A receiver that says that it will never take it (400,
// 410, 413, 422) and an address that nothing may go to are CodeRefused; all else
// that is not 2xx is CodeUnavailable.
func (s *Sender) Send(ctx context.Context, m *notify.Message) (*notify.Reply, error) {
	req, err := s.request(ctx, m)
	if err != nil {
		return nil, err
	}
	res, err := s.http.Do(req)
	if err != nil {
		if ours, ok := errors.AsType[*truce.Error](err); ok {
			return nil, ours
		}
		return nil, truce.Wrap(truce.CodeUnavailable, err, "the receiver does not answer")
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply+1))
	if err := answered(res.StatusCode); err != nil {
		return nil, err
	}
	r := &notify.Reply{Detail: "status " + strconv.Itoa(res.StatusCode)}
	if err == nil && len(body) <= maxReply {
		r.Acks = Acks(body, m.Channel.Key)
	}
	return r, nil
}

// answered is nil for a message that was taken.
func answered(status int) error {
	switch {
	case status/100 == 2:
		return nil
	case slices.Contains([]int{http.StatusBadRequest, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}, status):
		return truce.E(truce.CodeRefused, "the receiver refuses it with status %d", status)
	}
	return truce.E(truce.CodeUnavailable, "the receiver answers with status %d", status)
}

// request is the message as an HTTP request, signed.
func (s *Sender) request(ctx context.Context, m *notify.Message) (*http.Request, error) {
	u, err := url.Parse(m.Channel.Address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !(u.Scheme == "http" && s.AllowHTTP) {
		return nil, truce.E(truce.CodeRefused, "the address of the line is no https URL without credentials").WithHint("the party amends its desk")
	}
	body, err := Body(m)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, truce.E(truce.CodeRefused, "the address of the line cannot be used")
	}
	signature, err := Sign(s.Signer, m.ID, m.At, body)
	if err != nil {
		return nil, err
	}
	h := req.Header
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "truce")
	h.Set("Webhook-Id", m.ID)
	h.Set("Webhook-Timestamp", strconv.FormatInt(m.At.Unix(), 10))
	h.Set("Webhook-Signature", signature)
	return req, nil
}

// Sign is the value of the header webhook-signature: "v1a," and the base64 of the
// Ed25519 signature over id, time in Unix seconds and body, with dots between
// (Standard Webhooks, "signature scheme").
func Sign(signer proof.Signer, id string, at time.Time, body []byte) (string, error) {
	sig, err := signer.Sign(signed(id, strconv.FormatInt(at.Unix(), 10), body))
	if err != nil {
		return "", truce.Wrap(truce.CodeInternal, err, "a message cannot be signed")
	}
	return "v1a," + base64.StdEncoding.EncodeToString(sig), nil
}

func signed(id, timestamp string, body []byte) []byte {
	return append(fmt.Appendf(nil, "%s.%s.", id, timestamp), body...)
}

// Acks are the signed acknowledgements in a reply. With a key, only those that it
// signed count. What cannot be read is passed over: the message was taken.
func Acks(body []byte, key string) [][]byte {
	var reply struct {
		Acks []json.RawMessage `json:"acks"`
	}
	if truce.CheckJSON(body, truce.MaxDepth) != nil || json.Unmarshal(body, &reply) != nil {
		return nil
	}
	var out [][]byte
	for _, raw := range reply.Acks[:min(len(reply.Acks), maxAcks)] {
		e, err := proof.ParseEnvelope(raw)
		if err != nil {
			continue
		}
		ours := key == "" || slices.ContainsFunc(e.Signatures, func(s proof.Signature) bool { return s.KeyID == key })
		if ours && isAck(e) {
			out = append(out, raw)
		}
	}
	return out
}

// isAck: a reply is for acknowledgements, nothing else comes in this way.
func isAck(e *proof.Envelope) bool {
	s, err := truce.ParseStatement(e.Payload)
	return err == nil && s.Kind.Object() == "ack"
}
