package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"truce/proof"
)

// Register is what GET /v1 tells of the register.
type Register struct {
	Origin     string            `json:"origin" doc:"name of the register; stands in every statement meant for it"`
	Exercise   bool              `json:"exercise" doc:"true: nothing in it is meant"`
	LogSize    int64             `json:"logSize" doc:"number of entries"`
	Published  int64             `json:"published,omitempty" doc:"entries under the head that is shown at /log/checkpoint, where witnesses have not cosigned the newest one yet"`
	Checkpoint string            `json:"checkpoint" doc:"signed head of the log (C2SP tlog-checkpoint)"`
	LogKey     string            `json:"logKey" doc:"public key of the log; compare it with one that you had from the registrar in another way"`
	Time       time.Time         `json:"time" doc:"the register's clock, UTC"`
	Version    string            `json:"version" doc:"of the program"`
	Notice     string            `json:"notice" doc:"what registration does not do"`
	Links      map[string]string `json:"links"`
}

// caveat stands in every description of the register (guard rail 3).
const caveat = "Registration neither creates protection nor takes it away: civilians and civilian objects are protected by law " +
	"whether or not they are registered. That nothing is registered at a place says nothing about the place."

func (c *call) register_() error {
	head := c.Log.Head()
	return c.json(http.StatusOK, Register{Published: c.heldBack(head), Origin: c.Origin, Exercise: c.Exercise, LogSize: head.Size, Checkpoint: string(head.Note),
		LogKey: c.LogKey, Time: c.Now().UTC().Truncate(time.Millisecond), Version: c.Version, Notice: caveat,
		Links: map[string]string{"statements": "/v1/statements", "check": "/v1/check", "sites": "/v1/sites", "areas": "/v1/areas",
			"movements": "/v1/movements", "now": "/v1/now", "agreements": "/v1/agreements", "windows": "/v1/windows", "waiting": "/v1/waiting", "public": "/v1/public",
			"parties": "/v1/parties", "entries": "/v1/entries", "events": "/v1/events",
			"log": "/log/checkpoint", "documentation": "/docs", "openapi": "/openapi.json"}})
}

// AsOf says as of which state of the log an answer holds.
type AsOf struct {
	LogSize int64  `json:"logSize" doc:"number of entries that the answer knows of"`
	Root    string `json:"root,omitempty" doc:"root hash of the log at that size, base64; absent for an earlier size"`
}

// asOf is size as part of an answer.
func asOf(size int64, head *proof.Checkpoint) AsOf {
	if size == head.Size {
		return AsOf{size, head.RootText()}
	}
	return AsOf{LogSize: size}
}

// tagOf is the strong entity tag of a body.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}
