package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"truce"
	"truce/proof"
)

// underPolicy is what --policy and --max-age ask of a checkpoint.
type underPolicy struct {
	file   string
	maxAge time.Duration
	policy *proof.Policy // nil where none is asked for
}

func (u *underPolicy) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&u.file, "policy", "", "file that says which witnesses must have cosigned (C2SP tlog-policy)")
	cmd.Flags().DurationVar(&u.maxAge, "max-age", 0, "with --policy: how old their cosignatures may be")
}

func (u *underPolicy) read(sh *shell) (err error) {
	if u.maxAge != 0 && u.file == "" || u.maxAge < 0 {
		return truce.E(truce.CodeUsage, "--max-age needs --policy, and a time that has passed").WithHint("cosignatures carry times, heads of a log do not")
	}
	u.policy, err = sh.readPolicy(u.file)
	return err
}

// witnessAnswer is one cosignature of a witness that the policy names.
type witnessAnswer struct {
	Name string    `json:"name"` // of its key
	At   time.Time `json:"at"`   // by its clock
}

// witnessedAnswer is what --policy adds to an answer.
type witnessedAnswer struct {
	Quorum   string          `json:"quorum"`
	Cosigned []witnessAnswer `json:"cosigned"`
	Missing  []string        `json:"missing"`
}

// judge wants cp to count under the policy; nil where there is none.
func (u *underPolicy) judge(signed []byte) (*witnessedAnswer, error) {
	if u.policy == nil {
		return nil, nil
	}
	cp, err := u.policy.Open(signed)
	if err != nil {
		return nil, err
	}
	j := u.policy.Judge(cp, time.Now(), u.maxAge)
	if err := j.Err(u.policy); err != nil {
		return nil, err
	}
	a := &witnessedAnswer{Quorum: u.policy.Quorum, Cosigned: []witnessAnswer{}, Missing: append([]string{}, j.Missing...)}
	for _, c := range j.Cosigned {
		a.Cosigned = append(a.Cosigned, witnessAnswer{c.Name, c.At})
	}
	return a, nil
}

// shown judges the head that a server publishes, once it was found to be of the
// history that was seen before.
func (u *underPolicy) shown(ctx context.Context, r *register) (*witnessedAnswer, error) {
	remote, ok := r.identity.(*remote)
	if u.policy == nil || !ok {
		return nil, nil
	}
	if _, err := remote.Update(ctx); err != nil {
		return nil, err
	}
	signed, err := remote.Note(ctx)
	if err != nil {
		return nil, err
	}
	return u.judge(signed)
}

func (sh *shell) tellWitnesses(w *witnessedAnswer) {
	if w == nil {
		return
	}
	sh.printf("The quorum %q has cosigned it:\n", w.Quorum)
	for _, c := range w.Cosigned {
		sh.line("witness", c.Name+", "+timeText(&c.At))
	}
}

// receipt verifies a receipt with the key, or with the policy, and where both
// are given with both.
func (u *underPolicy) receipt(data []byte, vkey string) (*proof.Verified, *witnessedAnswer, error) {
	if u.policy == nil {
		v, err := checkReceipt(data, vkey)
		return v, nil, err
	}
	v, _, err := proof.VerifyReceiptUnder(data, u.policy, time.Now(), u.maxAge)
	if err != nil {
		return nil, nil, err
	}
	if vkey != "" {
		if _, err := checkReceipt(data, vkey); err != nil {
			return nil, nil, err
		}
	}
	r, err := proof.ParseReceipt(data)
	if err != nil {
		return nil, nil, err
	}
	w, err := u.judge(r.Checkpoint)
	return v, w, err
}

// key is the log's key: the one of --log-key, or "" where the policy has it.
func (u *underPolicy) key(file string) (string, error) {
	if file == "" && u.policy != nil {
		return "", nil
	}
	if err := given("log-key", file, "log.pub"); err != nil {
		return "", err
	}
	return readLogKey(file)
}

// findingAnswer is the --json form of `truce verify` of evidence.
type findingAnswer struct {
	Kind    proof.Misconduct `json:"kind"`
	Origin  string           `json:"register"`
	FoundAt time.Time        `json:"foundAt"`
	Told    string           `json:"told"`
	Proven  bool             `json:"proven"` // by signatures of the log alone
	Shows   []string         `json:"shows"`
	Claims  []string         `json:"claims"` // what has to be taken from whoever found it
}

// showEvidence checks evidence and tells what it amounts to. Evidence that holds is
// exit code 7: the log did what it says.
func (sh *shell) showEvidence(file string, data []byte, vkey string) error {
	e, err := proof.ParseEvidence(data)
	if err != nil {
		return inFile(file, err)
	}
	f, err := e.Check(vkey)
	if err != nil {
		return inFile(file, err)
	}
	if sh.json {
		if err := sh.printJSON(findingAnswer{f.Kind, f.Origin, e.FoundAt, e.Told, f.Proven, append([]string{}, f.Shows...), append([]string{}, f.Claims...)}); err != nil {
			return err
		}
		return exitError(truce.ExitTampered)
	}
	sh.printf("The evidence holds: %s of %s.\n", f.Kind, f.Origin)
	for _, s := range f.Shows {
		sh.line("shown", s)
	}
	for _, s := range f.Claims {
		sh.line("claimed", s)
	}
	return exitError(truce.ExitTampered)
}
