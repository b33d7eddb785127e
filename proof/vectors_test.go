package proof

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"truce"
)

var update = flag.Bool("update", false, "write the golden files anew")

const vectorFile = "../testdata/vectors/proof.json"

// vectors are test vectors that another implementation can use. Members that
// end in Hex are bytes in hexadecimal; the other texts are UTF-8. The meaning of
// each is in docs/formats.md.
type vectors struct {
	Note     string           `json:"note"`
	Keys     []keyVector      `json:"keys"`
	LogKey   logKeyVector     `json:"logKey"`
	Envelope envelopeVector   `json:"envelope"`
	Refused  []refusedVector  `json:"refusedEnvelopes"`
	Entries  []entryVector    `json:"entries"`
	Head     checkpointVector `json:"checkpoint"`
	Receipts []receiptVector  `json:"receipts"`
}

type keyVector struct {
	SeedHex string `json:"seedHex"`
	KeyID   string `json:"keyid"`
}

type logKeyVector struct {
	SeedHex string `json:"seedHex"`
	Private string `json:"private"`
	Public  string `json:"public"`
}

type envelopeVector struct {
	PayloadType string `json:"payloadType"`
	PayloadHex  string `json:"payloadHex"`
	PAEHex      string `json:"paeHex"`
	ID          string `json:"id"`
	JSON        string `json:"json"`
	RecordHex   string `json:"recordHex"`
}

type refusedVector struct {
	Why  string `json:"why"`
	JSON string `json:"json"`
}

type entryVector struct {
	Number        int64  `json:"number"`
	Time          string `json:"time"`
	SaltHex       string `json:"saltHex"`
	RecordHex     string `json:"recordHex"`
	CommitmentHex string `json:"commitmentHex"`
	Leaf          string `json:"leaf"`
	LeafHashHex   string `json:"leafHashHex"`
}

type checkpointVector struct {
	Size    int64  `json:"size"`
	RootHex string `json:"rootHex"`
	Note    string `json:"note"`
}

type receiptVector struct {
	Name     string `json:"name"`
	Entry    int64  `json:"entry"`
	Vouchers int    `json:"vouchers"`
	Withheld bool   `json:"withheld"`
	ID       string `json:"id,omitempty"`
	File     string `json:"file"`
}

func makeVectors(t *testing.T) *vectors {
	r := scenario(t)
	skey, vkey := fixedLogKey(t)
	v := &vectors{Note: "Test vectors of package truce/proof, see docs/formats.md. Private keys are of repeated bytes: never use them.",
		LogKey: logKeyVector{hex.EncodeToString(bytes.Repeat([]byte{0x64}, 32)), skey, vkey}}
	for n := byte(1); n <= 13; n++ {
		v.Keys = append(v.Keys, keyVector{hex.EncodeToString(bytes.Repeat([]byte{n}, 32)), testKey(n).KeyID()})
	}
	v.Envelope, v.Refused = envelopeVectors(t, r)
	for i := range r.entries {
		e := &r.entries[i]
		commitment, hash := e.Commitment(), LeafHash(e.Leaf())
		v.Entries = append(v.Entries, entryVector{e.Number, e.Time.Format(timeForm), hex.EncodeToString(e.Salt[:]),
			hex.EncodeToString(e.Record), hex.EncodeToString(commitment[:]), string(e.Leaf()), hex.EncodeToString(hash[:])})
	}
	c := r.checkpoint()
	v.Head = checkpointVector{c.Size, hex.EncodeToString(c.Root[:]), string(c.Note)}
	v.Receipts = receiptVectors(r)
	return v
}

func envelopeVectors(t *testing.T, r *register) (envelopeVector, []refusedVector) {
	e, err := ParseRecord(r.entries[aidList].Record) // three signatures
	if err != nil {
		t.Fatal(err)
	}
	good := string(e.JSON())
	v := envelopeVector{e.PayloadType, hex.EncodeToString(e.Payload), hex.EncodeToString(PAE(e.PayloadType, e.Payload)), e.ID(), good, hex.EncodeToString(e.Record())}
	bend := func(why, old, new string) refusedVector {
		bent := bytes.Replace([]byte(good), []byte(old), []byte(new), 1)
		if string(bent) == good {
			t.Fatalf("%s: nothing changes", why)
		}
		return refusedVector{why, string(bent)}
	}
	keys := []string{e.Signatures[0].KeyID, e.Signatures[1].KeyID}
	return v, []refusedVector{
		bend("payload changed", `"payload":"ey`, `"payload":"eyA`),
		bend("payload type changed", "statement+json", "statement+jsom"),
		bend("member name in another case", `"payload":`, `"Payload":`),
		bend("unknown member", `{"payloadType"`, `{"extra":true,"payloadType"`),
		bend("member twice", `{"payloadType"`, `{"payload":"","payloadType"`),
		bend("line end inside base64", `"payload":"ey`, `"payload":"\ney`),
		bend("key twice", keys[1], keys[0]),
		bend("signature of another key", keys[0], testKey(13).KeyID()),
		bend("small-order key", keys[0], KeyID(append([]byte{1}, make([]byte, 31)...))),
		bend("key id with trailing bits set", keys[0], keys[0][:50]+string(keys[0][50]+1)),
	}
}

func receiptVectors(r *register) []receiptVector {
	full := r.receipt(aidSite, genesis, cellList, aidEnrol, aidList)
	bare := r.receipt(aidSite)
	withheld := &Receipt{Entry: Entry{Number: aidSite, Time: full.Entry.Time}, Commitment: full.Entry.Commitment(), Proof: full.Proof, Checkpoint: full.Checkpoint}
	return []receiptVector{
		{"with vouchers", aidSite, 4, false, r.id(aidSite), string(full.Marshal())},
		{"without vouchers", aidSite, 0, false, r.id(aidSite), string(bare.Marshal())},
		{"content withheld", aidSite, 0, true, "", string(withheld.Marshal())},
	}
}

// TestVectors compares what is written today with the golden file.
func TestVectors(t *testing.T) {
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(makeVectors(t)); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(vectorFile), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(vectorFile, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("the formats changed; files of earlier versions may not be read any more")
	}
}

// TestVectorsRead reads what an earlier version wrote, with nothing but the file.
func TestVectorsRead(t *testing.T) {
	data, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	e, err := ParseEnvelope([]byte(v.Envelope.JSON))
	if err != nil || e.Verify() != nil || e.ID() != v.Envelope.ID || hex.EncodeToString(e.Record()) != v.Envelope.RecordHex {
		t.Errorf("the envelope: %v", err)
	}
	for _, c := range v.Refused {
		if e, err := ParseEnvelope([]byte(c.JSON)); err == nil && e.Verify() == nil {
			t.Errorf("accepted: %s", c.Why)
		}
	}
	for _, c := range v.Receipts {
		got, err := VerifyReceipt([]byte(c.File), v.LogKey.Public)
		if err != nil || got.ID != c.ID || got.Entry.Number != c.Entry || got.Withheld != c.Withheld || got.AuthorProven != (c.Vouchers > 0) {
			t.Errorf("receipt %s: %+v, %v", c.Name, got, err)
		}
	}
	if len(v.Receipts) != 3 || len(v.Refused) != 10 || len(v.Entries) != 9 {
		t.Error("vectors are missing")
	}
	if s, err := truce.ParseStatement(e.Payload); err != nil || s.Kind != truce.KeyList {
		t.Errorf("the statement: %v", err)
	}
}
