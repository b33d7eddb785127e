package proof

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"truce"
)

// prove gives what the receipt of the last entry of r shows with these vouchers.
func prove(r *register, vouchers ...int64) (*Verified, error) {
	return VerifyReceipt(r.receipt(int64(len(r.entries))-1, vouchers...).Marshal(), r.vkey)
}

func TestVouchersRefused(t *testing.T) {
	r := scenario(t)
	for _, c := range []struct {
		name     string
		vouchers []int64
		part     string
	}{
		{"no genesis", []int64{cellList, aidEnrol, aidList}, "do not begin with entry 0"},
		{"no list", []int64{genesis, cellList, aidEnrol}, "could sign"},
		{"no enrolment", []int64{genesis, cellList, aidList}, "not show that the party was enrolled"},
		{"no list of the registrar", []int64{genesis, aidEnrol, aidList}, "could sign"},
		{"order", []int64{genesis, cellList, aidList, aidEnrol}, "ascending"},
		{"twice", []int64{genesis, genesis}, "ascending"},
		{"later than the entry", []int64{genesis, cellList, aidEnrol, aidList, monEnrol}, "earlier"},
		{"itself", []int64{genesis, cellList, aidEnrol, aidList, aidSite}, "earlier"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := VerifyReceipt(r.receipt(aidSite, c.vouchers...).Marshal(), r.vkey)
			wantCode(t, err, truce.CodeTampered, c.part)
		})
	}
	_, err := VerifyReceipt(r.receipt(monChallenge, 0, 1, 2, 3, aidSite, 5, 6, 7).Marshal(), r.vkey)
	wantCode(t, err, truce.CodeTampered, "says nothing about keys")
	bent := r.receipt(aidSite, 0, 1, 2, 3)
	bent.Vouchers[2].Proof[0][0] ^= 1
	_, err = VerifyReceipt(bent.Marshal(), r.vkey)
	wantCode(t, err, truce.CodeTampered, "entry 2 does not lead")
}

// Statements about keys that an honest register refuses. Each stands as last
// entry after the scenario; its receipt with all entries about keys is refused.
func TestKeyStatementsRefused(t *testing.T) {
	all := []int64{genesis, cellList, aidEnrol, aidList, monEnrol, monFirstRoot, monList}
	enrol := func(more string) string { return enrolBodyText(truce.RoleParty, more) }
	logKey := testKey(0x64)
	for _, c := range []struct {
		name            string
		kind            truce.Kind
		author, subject string
		body            string
		signers         []Signer
		part            string
	}{
		{"enrolment by another", truce.PartyEnrol, "aid", "new", enrol(`"root":` + rootBody(1, "", nextRoot1)), []Signer{aidKey, nextRoot1}, "only the registrar"},
		{"enrolment again", truce.PartyEnrol, "cell", "aid", enrol(`"root":` + rootBody(1, "", nextRoot1)), []Signer{cellKey, nextRoot1}, "enrolled before"},
		{"enrolment by new keys alone", truce.PartyEnrol, "cell", "new", enrol(`"root":` + rootBody(1, "", nextRoot1)), []Signer{nextRoot1}, "no key of the registrar"},
		{"no possession", truce.PartyEnrol, "cell", "new", enrol(`"root":` + rootBody(1, "", nextRoot1, nextRoot2)), []Signer{cellKey, nextRoot1}, "did not sign"},
		{"threshold of more than all", truce.PartyEnrol, "cell", "new", enrol(`"root":` + rootBody(2, "", nextRoot1)), []Signer{cellKey, nextRoot1}, "cannot need"},
		{"root key of another party", truce.PartyEnrol, "cell", "new", enrol(`"root":` + rootBody(1, "", aidRoot1)), []Signer{cellKey, aidRoot1}, "already"},
		{"key of another party", truce.KeyList, "aid", "aid", listBody("submit", monKey), []Signer{aidRoot1, aidRoot2, monKey}, "already"},
		{"root key listed", truce.KeyList, "aid", "aid", listBody("submit", aidRoot3), []Signer{aidRoot1, aidRoot2}, "already"},
		{"log key listed", truce.KeyList, "aid", "aid", listBody("submit", logKey), []Signer{aidRoot1, aidRoot2, logKey}, "the log"},
		{"one of two roots", truce.KeyList, "aid", "aid", listBody("submit", nextKey), []Signer{aidRoot1, nextKey}, "1 of the 2"},
		{"list by no root", truce.KeyList, "aid", "aid", listBody("submit", nextKey), []Signer{nextKey}, "0 of the 2"},
		{"list by the registrar", truce.KeyList, "cell", "aid", listBody("submit", nextKey), []Signer{cellRoot1, cellRoot2, nextKey}, "not show"},
		{"list with a stranger", truce.KeyList, "aid", "aid", listBody("submit", nextKey), []Signer{aidRoot1, aidRoot2, nextKey, strangerKey}, strangerKey.KeyID()},
		{"root by one old key", truce.KeyRoot, "aid", "aid", rootBody(1, "", nextRoot1), []Signer{aidRoot1, nextRoot1}, "neither enough"},
		{"root by new keys alone", truce.KeyRoot, "aid", "aid", rootBody(1, "", nextRoot1), []Signer{nextRoot1}, "neither enough"},
		{"root without the new key", truce.KeyRoot, "aid", "aid", rootBody(1, "", nextRoot1), []Signer{aidRoot1, aidRoot2}, "did not sign"},
		{"root by another party", truce.KeyRoot, "mon", "aid", rootBody(1, "", nextRoot1), []Signer{monKey, nextRoot1}, "not show"},
		{"invitation used again", truce.KeyRoot, "mon", "mon", rootBody(1, "a-one-use-code", nextRoot1), []Signer{nextRoot1}, "neither enough"},
		{"registrar's own root by a key in use", truce.KeyRoot, "cell", "cell", rootBody(1, "", nextRoot1), []Signer{cellKey, nextRoot1}, "could sign"},
		{"revocation by another party", truce.KeyRevoke, "mon", "aid", `{"key":"` + aidKey.KeyID() + `"}`, []Signer{monKey}, "not show"},
		{"revocation without scope", truce.KeyRevoke, "aid", "aid", `{"key":"` + aidKey.KeyID() + `"}`, []Signer{aidKey}, "could sign"},
		{"revocation by too few roots", truce.KeyRevoke, "aid", "aid", `{"key":"` + aidKey.KeyID() + `"}`, []Signer{aidRoot1}, "not enough"},
		{"revocation of another's key", truce.KeyRevoke, "cell", "aid", `{"key":"` + monKey.KeyID() + `"}`, []Signer{cellKey}, "not the party's"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scenario(t)
			r.say(c.kind, c.author, c.subject, c.body, c.signers...)
			_, err := prove(r, all...)
			wantCode(t, err, truce.CodeTampered, c.part)
		})
	}
}

func TestInvitation(t *testing.T) {
	r := scenario(t)
	r.say(truce.PartyEnrol, "cell", "late", enrolBodyText(truce.RoleParty, `"invitation":"`+truce.InvitationHash("another-code")+`"`), cellKey)
	r.say(truce.KeyRoot, "late", "late", rootBody(1, "a-guess", nextRoot1), nextRoot1)
	_, err := prove(r, genesis, cellList, 9)
	wantCode(t, err, truce.CodeTampered, "invitation")
	// The code is for the invited: with it nobody speaks in the registrar's name.
	r.say(truce.KeyRoot, "cell", "late", rootBody(1, "another-code", nextRoot1), nextRoot1)
	_, err = prove(r, genesis, cellList, 9)
	wantCode(t, err, truce.CodeTampered, "invitation")
	r.say(truce.KeyRoot, "late", "late", rootBody(1, "another-code", nextRoot1), nextRoot1)
	if _, err = prove(r, genesis, cellList, 9); err != nil {
		t.Error(err)
	}
}

// A role that may not author a kind does not do so in a receipt either.
func TestRoleOfTheAuthor(t *testing.T) {
	r := scenario(t)
	enrol := r.say(truce.PartyEnrol, "cell", "eye", enrolBodyText(truce.RoleAuditor, `"root":`+rootBody(1, "", nextRoot1)), cellKey, nextRoot1)
	list := r.say(truce.KeyList, "eye", "eye", listBody("submit", nextKey), nextRoot1, nextKey)
	r.say(truce.SiteRegister, "eye", "site-2", siteBody, nextKey)
	_, err := prove(r, genesis, cellList, enrol, list)
	wantCode(t, err, truce.CodeTampered, "role auditor")
}

// What was said of keys for practice vouches for nothing that is meant.
func TestStatusOfVouchers(t *testing.T) {
	as := func(r *register, status truce.Status, kind truce.Kind, author, subject, body string, signers ...Signer) int64 {
		payload, err := json.Marshal(truce.Statement{Kind: kind, Register: origin, Author: author, Subject: subject, MadeAt: time.Date(2016, 8, 10, 9, 0, 0, 0, time.UTC),
			Status: status, Nonce: "0123456789abcdef", Body: json.RawMessage(body)})
		if err != nil {
			t.Fatal(err)
		}
		return r.log(truce.PayloadType, payload, signers...)
	}
	r := scenario(t)
	list := as(r, truce.Exercise, truce.KeyList, "aid", "aid", listBody("submit", nextKey), aidRoot1, aidRoot2, nextKey)
	r.say(truce.SiteRegister, "aid", "site-2", siteBody, nextKey)
	_, err := prove(r, genesis, cellList, aidEnrol, aidList, list)
	wantCode(t, err, truce.CodeTampered, "marked exercise")

	drill := newRegister(t)
	as(drill, truce.Exercise, truce.PartyEnrol, "cell", "cell", enrolBodyText(truce.RoleRegistrar, `"root":`+rootBody(1, "", cellRoot1)), cellRoot1)
	as(drill, truce.Test, truce.KeyList, "cell", "cell", listBody("submit", cellKey), cellRoot1, cellKey)
	as(drill, truce.Test, truce.SiteRegister, "cell", "site-1", siteBody, cellKey)
	if v, err := prove(drill, 0, 1); err != nil || !slices.Contains(v.Caveats, CaveatNotActual) {
		t.Errorf("%+v, %v", v, err)
	}
	drill.say(truce.SiteRegister, "cell", "site-2", siteBody, cellKey)
	_, err = prove(drill, 0, 1)
	wantCode(t, err, truce.CodeTampered, "an exercise")
}

// A registrar that enrols itself later, or is none, begins no chain.
func TestGenesisRefused(t *testing.T) {
	for name, body := range map[string]string{
		"no root":      enrolBodyText(truce.RoleRegistrar, `"notes":"x"`),
		"no registrar": enrolBodyText(truce.RoleParty, `"root":`+rootBody(1, "", cellRoot1)),
	} {
		r := newRegister(t)
		r.say(truce.PartyEnrol, "cell", "cell", body, cellRoot1)
		_, err := prove(r)
		if truce.CodeOf(err) != truce.CodeTampered {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := newRegister(t)
	r.append([]byte("something else"))
	r.say(truce.PartyEnrol, "cell", "cell", enrolBodyText(truce.RoleRegistrar, `"root":`+rootBody(1, "", cellRoot1)), cellRoot1)
	n := r.say(truce.KeyList, "cell", "cell", listBody("submit", cellKey), cellRoot1, cellKey)
	_, err := VerifyReceipt(r.receipt(n, 1).Marshal(), r.vkey)
	wantCode(t, err, truce.CodeTampered, "do not begin with entry 0")
}

// Rotation of the root, of the list, and what follows from a revocation.
func TestRotation(t *testing.T) {
	r := scenario(t)
	all := []int64{genesis, cellList, aidEnrol, aidList}
	root := r.say(truce.KeyRoot, "aid", "aid", rootBody(1, "", nextRoot1, aidRoot1), aidRoot1, aidRoot2, nextRoot1)
	list := r.say(truce.KeyList, "aid", "aid", listBody("submit", nextKey), nextRoot1, nextKey)
	r.say(truce.SiteRegister, "aid", "site-2", siteBody, nextKey)
	v, err := prove(r, append(all, root, list)...)
	if err != nil || !v.AuthorProven || v.Signers[0].ListedIn != list || slices.Contains(v.Caveats, CaveatRestated) {
		t.Fatalf("%+v, %v", v, err)
	}
	_, err = prove(r, append(all, list)...) // the new root is left out
	wantCode(t, err, truce.CodeTampered, "could sign")
	r.say(truce.SiteRegister, "aid", "site-3", siteBody, aidKey)
	_, err = prove(r, append(all, root, list)...) // retired by the newer list
	wantCode(t, err, truce.CodeTampered, aidKey.KeyID())
	revoked := r.say(truce.KeyRevoke, "cell", "aid", `{"key":"`+nextKey.KeyID()+`"}`, cellKey)
	r.say(truce.SiteRegister, "aid", "site-4", siteBody, nextKey)
	_, err = prove(r, append(all, root, list, revoked)...)
	wantCode(t, err, truce.CodeTampered, nextKey.KeyID())
	again := r.say(truce.KeyList, "aid", "aid", listBody("submit", nextKey), nextRoot1, nextKey)
	_, err = prove(r, append(all, root, list, revoked)...)
	wantCode(t, err, truce.CodeTampered, "revoked")
	if int(again) != len(r.entries)-1 {
		t.Fatal("the receipt was not of the last entry")
	}
}

// A party revokes by its root; a root key that is revoked signs no list.
func TestRevocationByRoot(t *testing.T) {
	r := scenario(t)
	all := []int64{genesis, cellList, aidEnrol, aidList}
	n := r.say(truce.KeyRevoke, "aid", "aid", `{"key":"`+aidRoot3.KeyID()+`"}`, aidRoot1, aidRoot2)
	v, err := prove(r, all...)
	if err != nil || v.Signers[0].Use != UseRoot || v.Signers[0].ListedIn != aidEnrol {
		t.Fatalf("%+v, %v", v, err)
	}
	r.say(truce.KeyList, "aid", "aid", listBody("submit", nextKey), aidRoot1, aidRoot3, nextKey)
	_, err = prove(r, append(all, n)...)
	wantCode(t, err, truce.CodeTampered, aidRoot3.KeyID())
}

// The registrar can restate a lost root; whoever relies on it is told.
func TestRestatedRoot(t *testing.T) {
	r := scenario(t)
	all := []int64{genesis, cellList, aidEnrol, aidList}
	n := r.say(truce.KeyRoot, "cell", "aid", rootBody(1, "", nextRoot1), cellKey, nextRoot1)
	list := r.say(truce.KeyList, "aid", "aid", listBody("submit", nextKey), nextRoot1, nextKey)
	r.say(truce.SiteRegister, "aid", "site-2", siteBody, nextKey)
	v, err := prove(r, append(all, n, list)...)
	if err != nil || !slices.Contains(v.Caveats, CaveatRestated) {
		t.Fatalf("%+v, %v", v, err)
	}
}
