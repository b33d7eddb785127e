package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

func (k *kit) verify() (*Report, error) { return Verify(k.t.Context(), k.cfg, nil) }

func TestVerify(t *testing.T) {
	k := newKit(t)
	empty, err := k.l.Verify(t.Context(), nil)
	must(t, err)
	if empty.Size != 0 || empty.Checkpoints != 1 {
		t.Errorf("an empty log: %+v", empty)
	}
	k.fill(0, 1500)
	k.put(1500)
	k.l.Append(t.Context(), []Candidate{k.statement(truce.EraseContent, "site-7", "erase", 0)})
	last := int64(-1)
	report, err := k.l.Verify(t.Context(), func(done, total int64) {
		if done <= last || total != 1502 {
			t.Errorf("progress: %d of %d after %d", done, total, last)
		}
		last = done
	})
	must(t, err)
	head := k.l.Head()
	if report.Size != 1502 || report.Root != head.Root || report.Erased != 1 || report.Signatures != 1501 ||
		report.Tiles != 5 || report.Checkpoints != 2 || report.HeadFile != 1502 || last != 1502 {
		t.Errorf("the report is %+v", report)
	}
}

// TestTampering changes one thing each and wants it named.
func TestTampering(t *testing.T) {
	k := newKit(t)
	k.fill(0, 600)
	k.l.Append(t.Context(), []Candidate{k.statement(truce.EraseContent, "site-7", "erase", 0)})
	k.stop()
	whole, err := os.ReadFile(k.path())
	must(t, err)
	other := k.statement(truce.SiteRegister, "site-300", "changed", 0)
	for name, c := range map[string]struct {
		query string
		args  []any
		want  string
	}{
		"record":          {"UPDATE entry SET record = ? WHERE number = 300", []any{other.Envelope.Record()}, "entry 300: its content does not match its commitment"},
		"one byte":        {"UPDATE entry SET record = CAST(replace(CAST(record AS TEXT), 'word-300', 'word-301') AS BLOB) WHERE number = 300", nil, "entry 300:"},
		"salt":            {"UPDATE entry SET salt = zeroblob(32) WHERE number = 300", nil, "entry 300: its content does not match"},
		"short salt":      {"UPDATE entry SET salt = zeroblob(31) WHERE number = 300", nil, "entry 300: its salt"},
		"commitment":      {"UPDATE entry SET commitment = zeroblob(32) WHERE number = 300", nil, "entry 300:"},
		"of an erased":    {"UPDATE entry SET commitment = zeroblob(32) WHERE number = 7", nil, "entry 7: its leaf is not the one in tile 0/0"},
		"short":           {"UPDATE entry SET commitment = zeroblob(3) WHERE number = 300", nil, "entry 300:"},
		"time":            {"UPDATE entry SET time = time - 1 WHERE number = 511", nil, "entry 511:"},
		"last time":       {"UPDATE entry SET time = time + 1 WHERE number = 600", nil, "entry 600: its content does not match"},
		"time of erased":  {"UPDATE entry SET time = time - 1 WHERE number = 7", nil, "entry 7:"},
		"id":              {"UPDATE entry SET id = zeroblob(32) WHERE number = 300", nil, "entry 300: its id is not that of its content"},
		"quiet erasure":   {"UPDATE entry SET record = NULL, salt = NULL WHERE number = 300", nil, "entry 300: its content is gone"},
		"false erasure":   {"UPDATE entry SET record = NULL, salt = NULL, erased_by = 301 WHERE number = 300", nil, "entry 300: it is marked as erased by entry 301"},
		"no erasure":      {"UPDATE entry SET erased_by = 600 WHERE number = 300", nil, "entry 300:"},
		"gap":             {"DELETE FROM entry WHERE number = 300", nil, "entry 300 is missing"},
		"cut off":         {"DELETE FROM entry WHERE number = 600", nil, "the newest entry is 599"},
		"one more":        {"INSERT INTO entry SELECT 601, time, zeroblob(32), commitment, NULL, salt, record FROM entry WHERE number = 599", nil, "the newest entry is 601"},
		"two swapped":     {"UPDATE entry SET number = CASE number WHEN 10 THEN -11 ELSE -10 END WHERE number IN (10, 11)", nil, "entry 10"},
		"full tile":       {"UPDATE tile SET data = zeroblob(8192) WHERE level = 0 AND n = 1", nil, "tile 0/1: hash 0"},
		"short tile":      {"UPDATE tile SET data = zeroblob(64) WHERE level = 0 AND n = 1", nil, "tile 0/1"},
		"odd tile":        {"UPDATE tile SET data = zeroblob(65) WHERE level = 0 AND n = 1", nil, "tile 0/1"},
		"no tile":         {"DELETE FROM tile WHERE level = 0 AND n = 1", nil, "tile 0/1"},
		"checkpoint":      {"UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), '601', '602') AS BLOB) WHERE size = 601", nil, "checkpoint of size 601"},
		"checkpoint size": {"UPDATE checkpoint SET size = 602 WHERE size = 601", nil, "checkpoint of size 602: its text says 601"},
		"old checkpoint":  {"UPDATE checkpoint SET note = zeroblob(10) WHERE size = 0", nil, "checkpoint of size 0"},
		"no checkpoint":   {"DELETE FROM checkpoint", nil, "no checkpoint"},
		"log key":         {"UPDATE meta SET value = value || 'x' WHERE name = 'key'", nil, "log key"},
		"schema":          {"UPDATE meta SET value = 'x' WHERE name = 'schema'", nil, "schema"},
	} {
		t.Run(name, func(t *testing.T) {
			must(t, os.WriteFile(k.path(), whole, 0o600))
			k.openDB()
			defer k.db.Close()
			must(t, k.db.Update(t.Context(), func(tx store.Tx) error {
				n, err := tx.Exec(t.Context(), c.query, c.args...)
				if err == nil && n == 0 {
					err = errors.New("the test changes nothing")
				}
				if name == "two swapped" && err == nil {
					_, err = tx.Exec(t.Context(), "UPDATE entry SET number = -number WHERE number < 0")
				}
				return err
			}))
			_, err := k.verify()
			wantCode(t, "verify", err, truce.CodeTampered)
			if err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("verify says %q, want %q in it", err, c.want)
			}
		})
	}
}

// TestUpperTile: what a tile above the lowest level is compared with is the
// tiles below it; a log that has such a full tile is too long for a test.
func TestUpperTile(t *testing.T) {
	right := bytes.Repeat([]byte{7}, tileBytes)
	wrong := bytes.Clone(right)
	wrong[9*32+5] ^= 1
	var a audit
	a.compareTile(tile{1, 3, right}, right)
	if a.finding != nil {
		t.Errorf("equal tiles: %v", a.finding.tile)
	}
	a.compareTile(tile{1, 3, right}, wrong)
	if want := "tile 1/3: hash 9 is not the one that the entries lead to"; a.finding == nil || a.finding.tile.Error() != want || a.finding.entries.Error() != want {
		t.Errorf("the finding is %+v", a.finding)
	}
}

// TestForgery: somebody with the database, but not the log key, writes a
// statement of their own into it and mends commitment, id, leaf and tiles.
func TestForgery(t *testing.T) {
	k := newKit(t)
	k.fill(0, 300)
	forged := k.statement(truce.SiteRegister, "site-5", "forged", 0)
	unsigned := *forged.Envelope
	unsigned.Signatures = []proof.Signature{{KeyID: unsigned.Signatures[0].KeyID, Sig: make([]byte, 64)}}
	for name, env := range map[string]*proof.Envelope{"signed by its author": forged.Envelope, "not signed": &unsigned} {
		must(t, k.db.Update(t.Context(), func(tx store.Tx) error { return k.forge(tx, 5, env) }))
		_, err := k.verify()
		wantCode(t, name, err, truce.CodeTampered)
		want := "its root is not the one that the entries lead to"
		if name == "not signed" {
			want = "entry 5"
		}
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: verify says %q, want %q in it", name, err, want)
		}
		k.l.Close()
		_, err = Open(t.Context(), k.cfg)
		wantCode(t, name+": open", err, truce.CodeTampered)
	}
}

// forge rewrites entry n and every hash above it.
func (k *kit) forge(tx store.Tx, n int64, env *proof.Envelope) error {
	ctx := context.Background()
	rows, err := readRows(ctx, tx, 0, 300)
	if err != nil {
		return err
	}
	e := rows[n].entry()
	e.Record = env.Record()
	commitment := e.Commitment()
	rows[n].commitment = commitment[:]
	if _, err := tx.Exec(ctx, "UPDATE entry SET id = ?, commitment = ?, record = ? WHERE number = ?",
		mustHex(k.t, env.ID()), commitment[:], e.Record, n); err != nil {
		return err
	}
	var tree edge
	var full []tile
	for i := range rows {
		full = append(full, tree.append(proof.LeafHash(rows[i].leaf()))...)
	}
	return writeTiles(ctx, tx, full)
}

func mustHex(t testing.TB, s string) []byte {
	t.Helper()
	var out []byte
	_, err := fmt.Sscanf(s, "%x", &out)
	must(t, err)
	return out
}

// TestEveryByte flips bytes all over the database file: either Verify finds it,
// or what is stored is the same to the last bit.
func TestEveryByte(t *testing.T) {
	k := newKit(t)
	k.fill(0, 300)
	k.l.Append(t.Context(), []Candidate{k.statement(truce.EraseContent, "site-7", "erase", 0)})
	before := k.dump()
	k.stop()
	whole, err := os.ReadFile(k.path())
	must(t, err)
	rng := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 60 {
		broken := bytes.Clone(whole)
		at := rng.IntN(len(broken))
		broken[at] ^= 1 << rng.IntN(8)
		must(t, os.WriteFile(k.path(), broken, 0o600))
		switch err := k.reopenAndVerify(); {
		case err == nil:
			if k.dump() != before {
				t.Errorf("byte %d was changed, and Verify does not see it", at)
			}
		case truce.CodeOf(err) == truce.CodeTampered:
			found++
		default:
			t.Errorf("byte %d: %v", at, err)
		}
		k.db.Close()
	}
	if found < 20 {
		t.Errorf("only %d of 60 changes were found; most bytes of the file count", found)
	}
}

func (k *kit) reopenAndVerify() error {
	db, err := openSQLite(k.path())
	if err != nil {
		return err
	}
	k.db, k.cfg.DB = db, db
	_, err = k.verify()
	return err
}

// dump is all that the ledger stores, as text.
func (k *kit) dump() string {
	var b strings.Builder
	must(k.t, k.db.View(k.t.Context(), func(r store.Reader) error {
		for _, query := range []string{"SELECT number, time, id, commitment, erased_by, salt, record FROM entry ORDER BY number",
			"SELECT level, n, data, 0, 0, 0, 0 FROM tile ORDER BY level, n", "SELECT size, note, 0, 0, 0, 0, 0 FROM checkpoint ORDER BY size",
			"SELECT name, value, 0, 0, 0, 0, 0 FROM meta ORDER BY name"} {
			rows, err := r.Query(k.t.Context(), query)
			if err != nil {
				return err
			}
			for rows.Next() {
				var v [7]any
				must(k.t, rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]))
				fmt.Fprintln(&b, v[:]...)
			}
			must(k.t, rows.Err())
		}
		return nil
	}))
	return b.String()
}

func TestHeadFile(t *testing.T) {
	k := newKit(t)
	k.fill(0, 10)
	k.stop()
	small, err := os.ReadFile(k.cfg.HeadPath)
	must(t, err)
	old, err := os.ReadFile(k.path())
	must(t, err)
	must(t, k.start())
	k.fill(10, 10)
	head, note := k.l.Head(), k.l.Head().Note
	k.stop()
	twin, err := proof.SignCheckpoint(k.cfg.Signer, 15, head.Root)
	must(t, err)
	for what, c := range map[string]struct {
		head []byte
		want string
	}{
		"missing":       {nil, "missing"},
		"empty":         {[]byte{}, "head file"},
		"changed":       {bytes.Replace(note, []byte("\n20\n"), []byte("\n21\n"), 1), "head file"},
		"of other root": {twin.Note, "head file: at size 15"},
		"too long":      {bytes.Repeat([]byte("x"), maxHead+1), "head file"},
	} {
		os.Remove(k.cfg.HeadPath)
		if c.head != nil {
			must(t, os.WriteFile(k.cfg.HeadPath, c.head, 0o644))
		}
		err := k.start()
		wantCode(t, what, err, truce.CodeTampered)
		if err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q", what, err)
		}
		_, err = k.verify()
		wantCode(t, what+": verify", err, truce.CodeTampered)
		k.db.Close()
	}
	must(t, os.WriteFile(k.cfg.HeadPath, small, 0o644)) // the crash came before the head file was written
	must(t, k.start())
	if now, err := os.ReadFile(k.cfg.HeadPath); err != nil || !bytes.Equal(now, note) {
		t.Errorf("the head file was not brought up to date: %v", err)
	}
	k.stop()
	must(t, os.WriteFile(k.path(), old, 0o600))
	err = k.start()
	wantCode(t, "an older database", err, truce.CodeTampered)
	if want := "an older copy of the database was put back (head file says 20, database has 10)"; err == nil || err.Error() != want {
		t.Errorf("an older database: %v", err)
	}
	k.db.Close()
}

func TestAcceptMissingHead(t *testing.T) {
	k := newKit(t)
	k.fill(0, 10)
	k.stop()
	must(t, os.Remove(k.cfg.HeadPath))
	k.cfg.AcceptMissingHead = true
	must(t, k.start())
	if _, err := os.Stat(k.cfg.HeadPath); err != nil {
		t.Error(err)
	}
	k.put(11)
}

func TestForeign(t *testing.T) {
	k := newKit(t)
	k.put(1)
	k.stop()
	mine := k.cfg
	skey, vkey, err := proof.NewLogKey("register.example/other")
	must(t, err)
	k.cfg.Signer, err = note.NewSigner(skey)
	must(t, err)
	k.cfg.Origin, k.cfg.Verifier = "register.example/other", vkey
	wantCode(t, "another register", k.start(), truce.CodeTampered)
	k.db.Close()
	k.cfg.Origin = origin
	wantCode(t, "keys of another", k.start(), truce.CodeInvalid)
	k.db.Close()
	_, k.cfg.Verifier, err = proof.NewLogKey(origin)
	must(t, err)
	k.cfg.Signer = nil
	wantCode(t, "another key of the same name", k.start(), truce.CodeTampered)
	k.db.Close()
	k.cfg = mine
	k.openDB()
	must(t, k.db.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE meta SET value = '2' WHERE name = 'schema'")
		return err
	}))
	k.db.Close()
	wantCode(t, "a newer schema", k.start(), truce.CodeUnavailable)
	k.db.Close()
	db, err := openSQLite(k.path() + "2")
	must(t, err)
	defer db.Close()
	k.cfg.DB = db
	_, err = Open(t.Context(), k.cfg)
	wantCode(t, "an empty database", err, truce.CodeNotFound)
}
