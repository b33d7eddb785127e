package proof

import (
	"compress/gzip"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

const origin = "register.example/aleppo"

// testKey is the key of a seed of 32 equal bytes.
func testKey(n byte) Signer {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = n
	}
	return NewSigner(ed25519.NewKeyFromSeed(seed))
}

// sharedFile reads a third-party vector file (JSON, gzip), or skips the test.
func sharedFile(t testing.TB, path string, into any) {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", filepath.FromSlash(path)))
	if err != nil {
		t.Skip("the shared vectors are not on this machine")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// register is a log in memory, with the statements of a small scenario.
type register struct {
	t       testing.TB
	signer  note.Signer
	vkey    string
	entries []Entry
	hashes  []tlog.Hash
}

func (r *register) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = r.hashes[n]
	}
	return out, nil
}

func newRegister(t testing.TB) *register {
	t.Helper()
	skey, vkey := fixedLogKey(t)
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	return &register{t: t, signer: signer, vkey: vkey}
}

// say appends a statement and gives its number. The frame is a JSON object whose
// members change the ordinary frame.
func (r *register) say(kind truce.Kind, author, subject, body string, signers ...Signer) int64 {
	r.t.Helper()
	return r.sayIn(origin, kind, author, subject, body, signers...)
}

func (r *register) sayIn(register string, kind truce.Kind, author, subject, body string, signers ...Signer) int64 {
	r.t.Helper()
	payload, err := json.Marshal(truce.Statement{Kind: kind, Register: register, Author: author, Subject: subject,
		MadeAt: time.Date(2016, 8, 10, 9, 0, 0, 0, time.UTC), Status: truce.Actual, Nonce: "0123456789abcdef", Body: json.RawMessage(body)})
	if err != nil {
		r.t.Fatal(err)
	}
	return r.log(truce.PayloadType, payload, signers...)
}

func (r *register) log(payloadType string, payload []byte, signers ...Signer) int64 {
	r.t.Helper()
	env, err := Sign(payloadType, payload, signers...)
	if err != nil {
		r.t.Fatal(err)
	}
	return r.append(env.Record())
}

func (r *register) append(record []byte) int64 {
	r.t.Helper()
	n := int64(len(r.entries))
	e := Entry{Number: n, Time: time.Date(2016, 8, 11, 7, 0, int(n), 250e6, time.UTC), Salt: [32]byte{byte(n), 1, 2, 3}, Record: record}
	hashes, err := tlog.StoredHashes(n, e.Leaf(), r)
	if err != nil {
		r.t.Fatal(err)
	}
	r.entries, r.hashes = append(r.entries, e), append(r.hashes, hashes...)
	return n
}

func (r *register) checkpoint() *Checkpoint {
	r.t.Helper()
	root, err := tlog.TreeHash(int64(len(r.entries)), r)
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := SignCheckpoint(r.signer, int64(len(r.entries)), root)
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *register) path(n int64) []tlog.Hash {
	r.t.Helper()
	p, err := tlog.ProveRecord(int64(len(r.entries)), n, r)
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

func (r *register) receipt(n int64, vouchers ...int64) *Receipt {
	r.t.Helper()
	out := &Receipt{Entry: r.entries[n], Proof: r.path(n), Checkpoint: r.checkpoint().Note}
	for _, v := range vouchers {
		out.Vouchers = append(out.Vouchers, Voucher{Entry: r.entries[v], Proof: r.path(v)})
	}
	return out
}

// Keys of the scenario.
var (
	cellRoot1, cellRoot2, cellKey        = testKey(1), testKey(2), testKey(3)
	aidRoot1, aidRoot2, aidRoot3, aidKey = testKey(4), testKey(5), testKey(6), testKey(7)
	monRoot, monKey, strangerKey         = testKey(8), testKey(9), testKey(10)
	nextRoot1, nextRoot2, nextKey        = testKey(11), testKey(12), testKey(13)
)

func ids(signers ...Signer) []string {
	out := make([]string, len(signers))
	for i, s := range signers {
		out[i] = s.KeyID()
	}
	return out
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func rootBody(threshold int, invitation string, keys ...Signer) string {
	return text(truce.Root{Threshold: threshold, Keys: ids(keys...), Invitation: invitation})
}

func listBody(scope truce.Scope, keys ...Signer) string {
	var list []truce.ListedKey
	for _, k := range keys {
		list = append(list, truce.ListedKey{Key: k.KeyID(), Scopes: []truce.Scope{scope, truce.ScopeVerify}})
	}
	return text(map[string]any{"keys": list})
}

func enrolBodyText(role truce.Role, more string) string {
	return `{"names":[{"text":"a party"}],"role":"` + string(role) + `",` + more + `}`
}

const siteBody = `{"names":[{"text":"مشفى القدس","lang":"ar"}],"function":"hospital",` +
	`"geometry":{"type":"Point","coordinates":[37.1,36.2],"accuracyM":200}}`

// Entries of the scenario, by number.
const (
	genesis, cellList, aidEnrol, aidList, aidSite, monEnrol, monFirstRoot, monList, monChallenge = 0, 1, 2, 3, 4, 5, 6, 7, 8
)

// scenario is a register with a cell, an aid organisation enrolled with its
// root, and a monitor that was invited.
func scenario(t testing.TB) *register {
	t.Helper()
	r := newRegister(t)
	r.say(truce.PartyEnrol, "cell", "cell", enrolBodyText(truce.RoleRegistrar, `"root":`+rootBody(2, "", cellRoot1, cellRoot2)), cellRoot1, cellRoot2)
	r.say(truce.KeyList, "cell", "cell", listBody(truce.ScopeAdminister, cellKey), cellRoot1, cellRoot2, cellKey)
	r.say(truce.PartyEnrol, "cell", "aid", enrolBodyText(truce.RoleHumanitarian, `"root":`+rootBody(2, "", aidRoot1, aidRoot2, aidRoot3)), cellKey, aidRoot1, aidRoot2, aidRoot3)
	r.say(truce.KeyList, "aid", "aid", listBody(truce.ScopeSubmit, aidKey), aidRoot1, aidRoot3, aidKey)
	r.say(truce.SiteRegister, "aid", "site-quds", siteBody, aidKey)
	r.say(truce.PartyEnrol, "cell", "mon", enrolBodyText(truce.RoleMonitor, `"invitation":"`+truce.InvitationHash("a-one-use-code")+`"`), cellKey)
	r.say(truce.KeyRoot, "mon", "mon", rootBody(1, "a-one-use-code", monRoot), monRoot)
	r.say(truce.KeyList, "mon", "mon", listBody(truce.ScopeReport, monKey), monRoot, monKey)
	r.say(truce.ChallengeOpen, "mon", "site-quds", `{"version":"`+r.id(aidSite)+`","reason":"wrong-position","text":"200 m further north"}`, monKey)
	return r
}

func (r *register) id(n int64) string {
	r.t.Helper()
	env, err := ParseRecord(r.entries[n].Record)
	if err != nil {
		r.t.Fatal(err)
	}
	return env.ID()
}

// fixedLogKey is the log key of the seed of 32 bytes 0x64.
func fixedLogKey(t testing.TB) (skey, vkey string) {
	t.Helper()
	skey, vkey, err := note.GenerateKey(sameByte(0x64), origin)
	if err != nil {
		t.Fatal(err)
	}
	return skey, vkey
}

// sameByte is a reader of one byte, over and over.
type sameByte byte

func (b sameByte) Read(p []byte) (int, error) {
	copy(p, slices.Repeat([]byte{byte(b)}, len(p)))
	return len(p), nil
}

// wantCode fails unless err has the code and its text holds part.
func wantCode(t *testing.T, err error, code truce.Code, part string) {
	t.Helper()
	if truce.CodeOf(err) != code {
		t.Fatalf("error %v has the code %q, want %q", err, truce.CodeOf(err), code)
	}
	if !contains(err.Error(), part) {
		t.Fatalf("error %q does not say %q", err, part)
	}
}
