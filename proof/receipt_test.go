package proof

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"

	library "github.com/transparency-dev/formats/proof"
	"golang.org/x/mod/sumdb/tlog"

	"truce"
)

func TestVerifyReceipt(t *testing.T) {
	r := scenario(t)
	receipt := r.receipt(aidSite, genesis, cellList, aidEnrol, aidList)
	v, err := VerifyReceipt(receipt.Marshal(), r.vkey+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if v.Origin != origin || v.Size != 9 || v.ID != r.id(aidSite) || v.Withheld || !v.AuthorProven {
		t.Errorf("verified as %+v", v)
	}
	if v.Statement.Kind != truce.SiteRegister || v.Statement.Author != "aid" || v.Statement.Subject != "site-quds" {
		t.Errorf("read as %+v", v.Statement)
	}
	if !v.Entry.Time.Equal(r.entries[aidSite].Time) || v.Commitment != r.entries[aidSite].Commitment() || v.Root != r.checkpoint().Root {
		t.Error("time, commitment or root differ")
	}
	want := []SignerInfo{{Key: aidKey.KeyID(), Party: "aid", Use: UseListed, ListedIn: aidList, Scopes: []truce.Scope{truce.ScopeSubmit, truce.ScopeVerify}}}
	if !reflect.DeepEqual(v.Signers, want) {
		t.Errorf("signers %+v, want %+v", v.Signers, want)
	}
	if want := []string{CaveatRevocation, CaveatLater, CaveatOneView, CaveatClaimedTime}; !slices.Equal(v.Caveats, want) {
		t.Errorf("caveats %q", v.Caveats)
	}
}

// Every entry of the scenario has a receipt that shows who signed in which capacity.
func TestVerifyReceiptOfEveryKind(t *testing.T) {
	r := scenario(t)
	for n, c := range map[int64]struct {
		vouchers []int64
		uses     []Use
	}{
		genesis:      {nil, []Use{UseNew, UseNew}},
		cellList:     {[]int64{0}, []Use{UseRoot, UseRoot, UseNew}},
		aidEnrol:     {[]int64{0, 1}, []Use{UseListed, UseNew, UseNew, UseNew}},
		aidList:      {[]int64{0, 1, 2}, []Use{UseRoot, UseRoot, UseNew}},
		aidSite:      {[]int64{0, 1, 2, 3}, []Use{UseListed}},
		monEnrol:     {[]int64{0, 1}, []Use{UseListed}},
		monFirstRoot: {[]int64{0, 1, 5}, []Use{UseNew}},
		monList:      {[]int64{0, 1, 5, 6}, []Use{UseRoot, UseNew}},
		monChallenge: {[]int64{0, 1, 5, 6, 7}, []Use{UseListed}},
	} {
		v, err := VerifyReceipt(r.receipt(n, c.vouchers...).Marshal(), r.vkey)
		if err != nil || !v.AuthorProven {
			t.Errorf("entry %d: %v", n, err)
			continue
		}
		var uses []Use
		for _, s := range v.Signers {
			uses = append(uses, s.Use)
		}
		slices.Sort(uses)
		slices.Sort(c.uses)
		if !slices.Equal(uses, c.uses) {
			t.Errorf("entry %d: signed as %q, want %q", n, uses, c.uses)
		}
	}
}

func TestVerifyReceiptWithoutVouchers(t *testing.T) {
	r := scenario(t)
	v, err := VerifyReceipt(r.receipt(aidSite).Marshal(), r.vkey)
	if err != nil || v.AuthorProven || !slices.Contains(v.Caveats, CaveatNoVouchers) {
		t.Fatalf("%+v, %v", v, err)
	}
	if want := []SignerInfo{{Key: aidKey.KeyID(), ListedIn: truce.NoEntry}}; !reflect.DeepEqual(v.Signers, want) {
		t.Errorf("signers %+v", v.Signers)
	}
}

// The content can be left out: the receipt then shows the fact alone.
func TestVerifyReceiptWithheld(t *testing.T) {
	r := scenario(t)
	full := r.receipt(aidSite, genesis)
	receipt := &Receipt{Entry: Entry{Number: aidSite, Time: full.Entry.Time}, Commitment: full.Entry.Commitment(), Proof: full.Proof, Checkpoint: full.Checkpoint}
	if !bytes.Equal(receipt.Leaf(), full.Leaf()) {
		t.Fatal("the leaf depends on the content being there")
	}
	data := receipt.Marshal()
	v, err := VerifyReceipt(data, r.vkey)
	if err != nil || !v.Withheld || v.AuthorProven || v.Statement != nil || v.Caveats[0] != CaveatWithheld {
		t.Fatalf("%+v, %v", v, err)
	}
	back, err := ParseReceipt(data)
	if err != nil || back.Entry.Record != nil || back.Entry.Salt != [32]byte{} || back.Commitment != full.Entry.Commitment() {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestReceiptRoundTrip(t *testing.T) {
	r := scenario(t)
	want := r.receipt(monChallenge, 0, 1, 5, 6, 7)
	got, err := ParseReceipt(want.Marshal())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v: got %+v, want %+v", err, got, want)
	}
}

// The library for C2SP tlog-proof reads our file, and what it reads leads to the
// root. oracle/ has the library for Merkle proofs say so too.
func TestReceiptOracle(t *testing.T) {
	r := scenario(t)
	var p library.TLogProof
	if err := p.Unmarshal(r.receipt(aidSite, 0, 1).Marshal()); err != nil {
		t.Fatal(err)
	}
	c, err := OpenCheckpoint(p.Checkpoint, r.vkey)
	if err != nil {
		t.Fatal(err)
	}
	path := make([]tlog.Hash, len(p.Hashes))
	for i := range p.Hashes {
		path[i] = p.Hashes[i]
	}
	leaf := tlog.RecordHash(r.entries[aidSite].Leaf())
	if err := tlog.CheckRecord(path, c.Size, c.Root, int64(p.Index), leaf); err != nil {
		t.Error(err)
	}
}

// Whatever byte is changed, lost or added: evidence of tampering, never a
// verified receipt, never another class of error.
func TestEveryByteCounts(t *testing.T) {
	r := scenario(t)
	cosigned := append(r.checkpoint().Note, "— witness.example/w "+base64.StdEncoding.EncodeToString(make([]byte, 76))+"\n"...)
	small, large := r.receipt(aidSite), r.receipt(aidSite, 0, 1, 2, 3)
	small.Checkpoint = cosigned
	data := small.Marshal()
	v, err := VerifyReceipt(data, r.vkey)
	if err != nil || !slices.Contains(v.Caveats, CaveatCosigners) {
		t.Fatalf("%+v, %v", v, err)
	}
	try := func(what string, i int, data []byte) {
		if _, err := VerifyReceipt(data, r.vkey); truce.CodeOf(err) != truce.CodeTampered {
			t.Fatalf("byte %d %s: %v", i, what, err)
		}
	}
	for i := range data {
		for bit := range 8 {
			data[i] ^= 1 << bit
			try("changed", i, data)
			data[i] ^= 1 << bit
		}
		try("lost", i, slices.Delete(slices.Clone(data), i, i+1))
		try("doubled", i, slices.Insert(slices.Clone(data), i, data[i]^1))
		try("and all after it lost", i, data[:i])
	}
	data = large.Marshal()
	for i := range data {
		data[i] ^= 1 << (i % 8)
		try("of the file with vouchers changed", i, data)
		data[i] ^= 1 << (i % 8)
	}
}

// The JSON in the extra line has one spelling; a file that was rebuilt around
// another one, with its own checksums right, is refused too.
func TestParseReceiptRefuses(t *testing.T) {
	r := scenario(t)
	good := string(r.receipt(aidSite, 0).Marshal())
	line := strings.Split(good, "\n")[1]
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "extra "))
	if err != nil {
		t.Fatal(err)
	}
	withExtra := func(old, new string) string {
		bent := strings.Replace(string(extra), old, new, 1)
		if bent == string(extra) {
			t.Fatalf("%q is not in the extra line", old)
		}
		return strings.Replace(good, line, "extra "+base64.StdEncoding.EncodeToString([]byte(bent)), 1)
	}
	for _, c := range []struct{ name, data, part string }{
		{"empty", "", "not a receipt"},
		{"no extra line", strings.Replace(good, line+"\n", "", 1), "not a receipt"},
		{"two extra lines", strings.Replace(good, line, line+"\n"+line, 1), "not a log proof"},
		{"line ends of another system", strings.ReplaceAll(good, "\n", "\r\n"), "not a receipt"},
		{"no index", strings.Replace(good, "index", "number", 1), "not a log proof"},
		{"huge index", strings.Replace(good, "index 4", "index 18446744073709551615", 1), "not a log proof"},
		{"index with zeros", strings.Replace(good, "index 4", "index 04", 1), "not written as"},
		{"not JSON", withExtra("{", "["), "damaged"},
		{"other format", withExtra(receiptFormat, "truce-receipt-v9"), "format"},
		{"other case", withExtra(`"time"`, `"Time"`), "not written as"},
		{"space", withExtra(`"time":`, `"time": `), "not written as"},
		{"unknown member", withExtra(`{"format"`, `{"more":1,"format"`), "not written as"},
		{"twice", withExtra(`"time"`, `"format":"x","time"`), "damaged"},
		{"deep", withExtra(`{"format"`, `{"more":[[[[]]]],"format"`), "damaged"},
		{"no record", withExtra(`"record"`, `"recorr"`), "either"},
		{"both", withExtra(`"salt"`, `"commitment":"AAAA","salt"`), "either"},
		{"short salt", withExtra(`"salt":"`, `"salt":"AAAA`), "salt"},
		{"time", withExtra(`"time":"2016`, `"time":"16`), "time"},
		{"time of a voucher", withExtra(`"time":"2016-08-11T07:00:00.250Z"`, `"time":"never"`), "time"},
		{"hash of a voucher", withExtra(`"proof":["`, `"proof":["AAAA`), "hash"},
		{"wrong type", withExtra(`"number":0`, `"number":"0"`), "format"},
		{"checkpoint", withExtra(`"checkpoint":"`, `"checkpoint":"AAAA`), "checkpoint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseReceipt([]byte(c.data))
			wantCode(t, err, truce.CodeTampered, c.part)
		})
	}
	_, err = ParseReceipt(make([]byte, MaxReceipt+1))
	wantCode(t, err, truce.CodeTooLarge, "at most")
}

// A statement of full size, with a voucher of full size, fits; the library's
// limit of 64 KiB a line does not hold for us.
func TestReceiptLarge(t *testing.T) {
	r := newRegister(t)
	filler := bytes.Repeat([]byte("x"), truce.MaxStatement)
	r.log("text/plain", filler, cellRoot1)
	r.log("text/plain", filler, cellRoot1)
	data := r.receipt(1, 0).Marshal()
	got, err := ParseReceipt(data)
	if err != nil || len(data) > MaxReceipt || len(got.Vouchers) != 1 {
		t.Fatalf("%d bytes: %v", len(data), err)
	}
}

// What an honest register does not log, with a proof that it was logged.
func TestVerifyReceiptOfABadEntry(t *testing.T) {
	for _, c := range []struct {
		name string
		log  func(r *register) int64
		code truce.Code
		part string
	}{
		{"for another register", func(r *register) int64 {
			return r.sayIn("other.example/x", truce.SiteRegister, "aid", "site-2", siteBody, aidKey)
		}, truce.CodeTampered, "signed for the register"},
		{"signature changed", func(r *register) int64 {
			record := bytes.Clone(r.entries[aidSite].Record)
			record[len(record)-1] ^= 1
			return r.append(record)
		}, truce.CodeTampered, "not every signature"},
		{"no record", func(r *register) int64 { return r.append([]byte("nothing")) }, truce.CodeTampered, "no record"},
		{"no statement", func(r *register) int64 { return r.log("text/plain", []byte("hello"), aidKey) }, truce.CodeTampered, "no statement"},
		{"statement of a later version", func(r *register) int64 {
			return r.say("site.celebrate", "aid", "site-2", "{}", aidKey)
		}, truce.CodeInvalid, "cannot read its statement"},
		{"stranger", func(r *register) int64 {
			return r.say(truce.SiteRegister, "aid", "site-2", siteBody, strangerKey)
		}, truce.CodeTampered, strangerKey.KeyID()},
		{"stranger beside", func(r *register) int64 {
			return r.say(truce.SiteRegister, "aid", "site-2", siteBody, aidKey, strangerKey)
		}, truce.CodeTampered, strangerKey.KeyID()},
		{"key of another party", func(r *register) int64 {
			return r.say(truce.SiteRegister, "aid", "site-2", siteBody, cellKey)
		}, truce.CodeTampered, cellKey.KeyID()},
		{"root key", func(r *register) int64 {
			return r.say(truce.SiteRegister, "aid", "site-2", siteBody, aidRoot1)
		}, truce.CodeTampered, aidRoot1.KeyID()},
		{"scope", func(r *register) int64 {
			return r.say(truce.SiteRegister, "cell", "site-2", siteBody, cellKey)
		}, truce.CodeTampered, "could sign"},
		{"party that is not enrolled", func(r *register) int64 {
			return r.say(truce.SiteRegister, "nobody", "site-2", siteBody, aidKey)
		}, truce.CodeTampered, "could sign"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scenario(t)
			n := c.log(r)
			_, err := VerifyReceipt(r.receipt(n, genesis, cellList, aidEnrol, aidList).Marshal(), r.vkey)
			wantCode(t, err, c.code, c.part)
		})
	}
}

func TestVerifyReceiptExercise(t *testing.T) {
	r := newRegister(t)
	payload := `{"kind":"party.withdraw","register":"` + origin + `","author":"aid","subject":"aid","madeAt":"2016-08-10T09:00:00Z",` +
		`"status":"exercise","nonce":"0123456789abcdef","body":{"reason":"left"}}`
	r.append([]byte("genesis"))
	n := r.log(truce.PayloadType, []byte(payload), aidKey)
	v, err := VerifyReceipt(r.receipt(n).Marshal(), r.vkey)
	if err != nil || !slices.Contains(v.Caveats, CaveatNotActual) {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestVerifyReceiptOtherLog(t *testing.T) {
	r := scenario(t)
	data := r.receipt(aidSite).Marshal()
	_, other, err := NewLogKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	_, err = VerifyReceipt(data, other)
	wantCode(t, err, truce.CodeTampered, "not signed by the log")
	_, err = VerifyReceipt(data, "no key")
	wantCode(t, err, truce.CodeInvalid, "log key")
	moved := r.receipt(aidSite)
	moved.Proof = r.path(aidList)
	_, err = VerifyReceipt(moved.Marshal(), r.vkey)
	wantCode(t, err, truce.CodeTampered, "does not lead to the root")
}

func FuzzParseReceipt(f *testing.F) {
	r := scenario(f)
	withheld := &Receipt{Entry: Entry{Number: 1, Time: r.entries[1].Time}, Commitment: r.entries[1].Commitment(), Proof: r.path(1), Checkpoint: r.checkpoint().Note}
	f.Add(r.receipt(genesis).Marshal())
	f.Add(r.receipt(aidSite, 0, 1, 2, 3).Marshal())
	f.Add(withheld.Marshal())
	f.Add([]byte(proofHeader + "extra e30=\nindex 0\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseReceipt(data)
		if err != nil {
			if truce.CodeOf(err) != truce.CodeTampered {
				t.Fatalf("the error is no evidence: %v", err)
			}
			return
		}
		if !bytes.Equal(got.Marshal(), data) {
			t.Fatal("a receipt is accepted that Marshal would write in another way")
		}
		_, _ = VerifyReceipt(data, r.vkey)
	})
}
