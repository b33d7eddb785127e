package proof

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/transparency-dev/formats/witness"

	"truce"
)

// Bounds of a policy file.
const (
	MaxPolicy    = 256 << 10 // bytes
	maxPolicyOf  = 64        // logs, witnesses, groups: of each
	quorumNone   = "none"    // predefined: no cosignature is needed
	ahead        = 5 * time.Minute
	stubWitness  = "http://witness.invalid/" // the library demands an address; ours are kept apart
	policySpaces = " \t"
)

// Policy says which logs are believed, which witnesses there are, and which of
// them must have cosigned a checkpoint before it counts (C2SP tlog-policy).
type Policy struct {
	Logs      []PolicyLog
	Witnesses []PolicyWitness
	Quorum    string // name of the witness or group; "none" where no cosignature is needed
	group     witness.Group
}

// PolicyLog is a log that a policy believes.
type PolicyLog struct {
	Key    string // "origin+hash+base64"
	Origin string
	URL    string // where to read it; may be empty
}

// PolicyWitness is a witness that a policy knows.
type PolicyWitness struct {
	Name string // in this policy alone
	Key  *CosignerKey
	URL  string // submission prefix of C2SP tlog-witness; may be empty
}

// ParsePolicy reads a policy file. Beyond the syntax it refuses what makes a
// quorum mean less than it says: one key twice, a witness with the key of a log,
// a name in two groups, a threshold out of bounds. Errors are CodeInvalid (or
// CodeTooLarge) with the line in Row.
func ParsePolicy(data []byte) (*Policy, error) {
	if len(data) > MaxPolicy {
		return nil, truce.E(truce.CodeTooLarge, "a policy has at most %d bytes, this one %d", MaxPolicy, len(data))
	}
	r := &policyReader{keys: map[string]string{}, names: map[string]string{}, used: map[string]bool{}}
	row := 0
	for line := range strings.Lines(string(data)) {
		row++
		if err := r.line(strings.TrimSuffix(line, "\n")); err != nil {
			err.Row = row
			return nil, err
		}
	}
	return r.finish()
}

// policyReader gathers a policy, and writes it once more with names and
// addresses of its own, as the library's parser takes it.
type policyReader struct {
	Policy
	keys  map[string]string // bare public key -> what it is
	names map[string]string // name -> name in plain
	used  map[string]bool   // names that are members of a group
	plain strings.Builder
	count map[string]int
}

func badPolicy(format string, args ...any) *truce.Error {
	return truce.E(truce.CodeInvalid, format, args...).WithHint("see C2SP tlog-policy: log, witness, group and quorum lines")
}

func (r *policyReader) line(line string) *truce.Error {
	if strings.ContainsFunc(line, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
		return badPolicy("the line holds a control character; lines end with a line feed alone")
	}
	line = strings.Trim(line, policySpaces)
	if line == "" || line[0] == '#' {
		return nil
	}
	words := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' })
	if r.count == nil {
		r.count = map[string]int{}
	}
	if r.count[words[0]]++; r.count[words[0]] > maxPolicyOf {
		return badPolicy("more than %d lines of the kind %q", maxPolicyOf, clip(words[0]))
	}
	switch words[0] {
	case "log":
		return r.log(words[1:])
	case "witness":
		return r.witness(words[1:])
	case "group":
		return r.makeGroup(words[1:])
	case "quorum":
		return r.quorum(words[1:])
	}
	return badPolicy("%q is no kind of line", clip(words[0]))
}

func (r *policyReader) log(words []string) *truce.Error {
	if len(words) != 1 && len(words) != 2 {
		return badPolicy("a log line has a key and, perhaps, an address")
	}
	verifier, key, err := logVerifier(words[0])
	if err != nil {
		return badPolicy("the key of the log: %v", err)
	}
	if err := r.claim(key, "a log"); err != nil {
		return err
	}
	address, bad := policyAddress(words[1:])
	if bad != nil {
		return bad
	}
	r.Logs = append(r.Logs, PolicyLog{words[0], verifier.Name(), address})
	return nil
}

// claim holds that no two lines have one key, whatever they call it.
func (r *policyReader) claim(key []byte, what string) *truce.Error {
	if was, ok := r.keys[string(key)]; ok {
		return badPolicy("the key stands in this policy already, as that of %s", was)
	}
	r.keys[string(key)] = what
	return nil
}

func policyAddress(words []string) (string, *truce.Error) {
	if len(words) == 0 {
		return "", nil
	}
	u, err := url.Parse(words[0])
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", badPolicy("the address is not an http or https URL")
	}
	return strings.TrimSuffix(words[0], "/"), nil
}

func (r *policyReader) witness(words []string) *truce.Error {
	if len(words) != 2 && len(words) != 3 {
		return badPolicy("a witness line has a name, a key and, perhaps, an address")
	}
	key, err := ParseCosignerKey(words[1])
	if err != nil {
		return badPolicy("the key of the witness %q: %v", clip(words[0]), err)
	}
	if err := r.claim(key.raw, "a witness"); err != nil {
		return err
	}
	address, bad := policyAddress(words[2:])
	if bad != nil {
		return bad
	}
	plain, bad := r.define(words[0])
	if bad != nil {
		return bad
	}
	fmt.Fprintf(&r.plain, "witness %s %s %s\n", plain, key.Key, stubWitness+plain)
	r.Witnesses = append(r.Witnesses, PolicyWitness{words[0], key, address})
	return nil
}

// define gives a new name its name in plain.
func (r *policyReader) define(name string) (string, *truce.Error) {
	if name == quorumNone {
		return "", badPolicy("the name %q is taken: it stands for no witness", name)
	}
	if _, ok := r.names[name]; ok {
		return "", badPolicy("the name %q stands for something else already", clip(name))
	}
	plain := "n" + strconv.Itoa(len(r.names))
	r.names[name] = plain
	return plain, nil
}

func (r *policyReader) makeGroup(words []string) *truce.Error {
	if len(words) < 3 {
		return badPolicy("a group line has a name, a threshold and at least one member")
	}
	name, members := words[0], words[2:]
	k, err := threshold(words[1], len(members))
	if err != nil {
		return err
	}
	plain := make([]string, len(members))
	for i, m := range members {
		p, ok := r.names[m]
		if !ok {
			return badPolicy("the member %q is not defined above", clip(m))
		}
		if r.used[m] {
			return badPolicy("the name %q is a member already: each may stand in one group only", clip(m))
		}
		r.used[m], plain[i] = true, p
	}
	own, err := r.define(name)
	if err != nil {
		return err
	}
	fmt.Fprintf(&r.plain, "group %s %d %s\n", own, k, strings.Join(plain, " "))
	return nil
}

func threshold(word string, members int) (int, *truce.Error) {
	switch word {
	case "all":
		return members, nil
	case "any":
		return 1, nil
	}
	k, err := strconv.Atoi(word)
	if err != nil || k < 1 || k > members || strconv.Itoa(k) != word {
		return 0, badPolicy("the threshold is neither all, any nor a number from 1 to %d", members)
	}
	return k, nil
}

func (r *policyReader) quorum(words []string) *truce.Error {
	if len(words) != 1 || r.Quorum != "" {
		return badPolicy("a policy has one quorum line, with one name")
	}
	plain, ok := r.names[words[0]]
	if words[0] == quorumNone {
		plain, ok = quorumNone, true
	}
	if !ok {
		return badPolicy("the quorum %q is not defined above", clip(words[0]))
	}
	r.Quorum = words[0]
	fmt.Fprintf(&r.plain, "quorum %s\n", plain)
	return nil
}

func (r *policyReader) finish() (*Policy, error) {
	if r.Quorum == "" {
		return nil, badPolicy("the policy has no quorum line").WithHint(`"quorum none" asks for no cosignature`)
	}
	group, err := witness.ParsePolicy([]byte(r.plain.String()))
	if err != nil {
		return nil, truce.Wrap(truce.CodeInvalid, err, "the policy cannot be read")
	}
	r.group = group
	p := r.Policy
	return &p, nil
}

// Judgement is what a policy says of one checkpoint.
type Judgement struct {
	Met      bool          // the quorum has cosigned
	Fresh    bool          // the quorum has cosigned, each of it within the age asked for
	Cosigned []Cosignature // by witnesses of the policy, in its order
	Missing  []string      // names, in the policy, of those that have not
}

// Newest is the time of the newest cosignature; zero without one.
func (j *Judgement) Newest() (t time.Time) {
	for _, c := range j.Cosigned {
		if c.At.After(t) {
			t = c.At
		}
	}
	return t
}

// Open opens a checkpoint signed by one of the policy's logs, as OpenCheckpoint
// does. It does not ask for the quorum; Judge does.
func (p *Policy) Open(signed []byte) (*Checkpoint, error) {
	key, err := p.KeyOf(signed)
	if err != nil {
		return nil, err
	}
	return OpenCheckpoint(signed, key)
}

// KeyOf is the key of the policy's log that the checkpoint names as its origin;
// CodeTampered where the policy has none.
func (p *Policy) KeyOf(signed []byte) (string, error) {
	origin, _, _ := bytes.Cut(signed[:min(len(signed), 1024)], []byte("\n"))
	i := slices.IndexFunc(p.Logs, func(l PolicyLog) bool { return l.Origin == string(origin) })
	if i < 0 {
		return "", tampered("the policy does not know the log %q", clip(strings.ToValidUTF8(string(origin), "?"))).
			WithHint("the logs that it knows: %s", strings.Join(p.origins(), ", "))
	}
	return p.Logs[i].Key, nil
}

func (p *Policy) origins() []string {
	out := make([]string, len(p.Logs))
	for i, l := range p.Logs {
		out[i] = l.Origin
	}
	return out
}

// Judge says whether the witnesses of p have cosigned cp, a checkpoint that was
// opened. A cosignature is fresh when it was made at most maxAge before now; one
// from more than five minutes ahead of now is not. maxAge 0 asks for no age.
func (p *Policy) Judge(cp *Checkpoint, now time.Time, maxAge time.Duration) *Judgement {
	j := &Judgement{}
	var fresh []Cosignature
	for _, w := range p.Witnesses {
		c, ok := w.Key.Of(cp)
		if !ok {
			j.Missing = append(j.Missing, w.Name)
			continue
		}
		j.Cosigned = append(j.Cosigned, c)
		if age := now.Sub(c.At); maxAge == 0 || age <= maxAge && age >= -ahead {
			fresh = append(fresh, c)
		}
	}
	j.Met = p.group.Satisfied(bare(cp, j.Cosigned))
	j.Fresh = j.Met && p.group.Satisfied(bare(cp, fresh))
	return j
}

// bare is the checkpoint with these cosignatures and no other signature: a
// library that counts may then take its time with each.
func bare(cp *Checkpoint, list []Cosignature) []byte {
	text, _ := splitNote(cp.Note)
	out := slices.Concat(text, []byte("\n"))
	for _, c := range list {
		out = append(out, c.Line...)
	}
	return out
}
