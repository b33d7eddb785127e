package api

import (
	"net/http"
	"time"

	"truce"
	"truce/internal/ledger"
	"truce/proof"
)

// Accepted is what became of a statement that is in the log.
type Accepted struct {
	ID         string    `json:"id" doc:"statement id"`
	Entry      int64     `json:"entry" doc:"number in the log"`
	Received   time.Time `json:"received" doc:"by the register's clock, UTC"`
	Known      bool      `json:"known" doc:"it was there already; number and time are those of then"`
	Checkpoint string    `json:"checkpoint,omitempty" doc:"signed head of the log that covers it"`
	Receipt    string    `json:"receipt" doc:"path of its receipt"`
	Proof      string    `json:"proof,omitempty" doc:"the receipt itself (C2SP tlog-proof), with ?receipt=1"`
}

// SignedStatement is a DSSE envelope (github.com/secure-systems-lab/dsse, v1.0.2).
// It is read by package proof; the type is here for the documents.
type SignedStatement struct {
	PayloadType string          `json:"payloadType" doc:"application/vnd.truce.statement+json; of a sign-in application/vnd.truce.signin+json"`
	Payload     string          `json:"payload" doc:"what was signed, standard base64 with padding"`
	Signatures  []SignatureLine `json:"signatures"`
}

// SignatureLine is one signature of an envelope.
type SignatureLine struct {
	KeyID string `json:"keyid" doc:"ed25519: and 43 characters of base64url"`
	Sig   string `json:"sig" doc:"Ed25519 over the DSSE pre-authentication encoding, standard base64 with padding"`
}

// putStatement takes one statement under its id.
func (c *call) putStatement() error {
	id := c.r.PathValue("id")
	if !truce.IsStatementID(id) {
		return truce.E(truce.CodeInvalid, "a statement id has 64 hex digits").At("id").
			WithHint("it is the SHA-256 of the DSSE pre-authentication encoding")
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	return c.submitOne(data, id)
}

// postStatements takes one statement, or a stream of them.
func (c *call) postStatements() error {
	if c.media == mediaNDJSON {
		return c.submitStream()
	}
	data, err := c.body()
	if err != nil {
		return err
	}
	return c.submitOne(data, "")
}

// submitOne hands one envelope to intake and answers with what became of it. id
// is the one it must have, or "".
func (c *call) submitOne(data []byte, id string) error {
	withReceipt, err := c.flag("receipt")
	if err != nil {
		return err
	}
	envelope, err := proof.ParseEnvelope(data)
	if err != nil {
		return err
	}
	if id != "" && envelope.ID() != id {
		return truce.E(truce.CodeInvalid, "the statement does not have the id in the path").At("id").
			WithHint("its id is %s", envelope.ID())
	}
	// Once it is queued it is logged, whether or not the client waits for that.
	res := c.Intake.Submit(c.detached(), [][]byte{data})[0]
	c.count(res)
	if res.Err != nil {
		return res.Err
	}
	out := c.accepted(res)
	out.Checkpoint = string(c.Log.Head().Note)
	if withReceipt {
		text, err := c.receiptOf(res.Number, true)
		if err != nil {
			return err
		}
		out.Proof = string(text)
	}
	c.w.Header().Set("Location", "/v1/statements/"+res.ID)
	return c.json(statusOf(res), out)
}

func (c *call) accepted(res ledger.Result) Accepted {
	return Accepted{ID: res.ID, Entry: res.Number, Received: res.Time, Known: res.Known, Receipt: "/v1/statements/" + res.ID + "/receipt"}
}

func statusOf(res ledger.Result) int {
	if res.Known {
		return http.StatusOK
	}
	return http.StatusCreated
}

// count counts a statement by what became of it.
func (c *call) count(res ledger.Result) {
	result := "accepted"
	switch {
	case res.Err != nil:
		result = string(truce.CodeOf(res.Err))
	case res.Known:
		result = "known"
	}
	c.Metrics.Statement(result)
}

// meant demands that an envelope is a change of the object that the path names.
func meant(data []byte, kind, id string) error {
	envelope, err := proof.ParseEnvelope(data)
	if err != nil {
		return err
	}
	s, err := truce.ParseStatement(envelope.Payload)
	if err != nil {
		return err
	}
	switch {
	case s.Subject != id:
		return truce.E(truce.CodeInvalid, "the statement is about another object than the path").At("/subject")
	case s.Kind.Object() != kind || s.Kind.Act() == "register":
		return truce.E(truce.CodeInvalid, "a %s cannot be put here", s.Kind).At("/kind").
			WithHint("put %[1]s.amend, %[1]s.withdraw or %[1]s.revalidate here, others to /v1/statements", kind)
	}
	return nil
}
