package ledger

import (
	"errors"
	"strings"
	"testing"

	"truce"
	"truce/internal/store"
	"truce/proof"
)

func (k *kit) erase(subject string, n int) Result {
	k.t.Helper()
	r := k.l.Append(k.t.Context(), []Candidate{k.statement(truce.EraseContent, subject, "erase", n)})[0]
	must(k.t, r.Err)
	return r
}

func TestErase(t *testing.T) {
	k := newKit(t)
	secret := "the-place-" + strings.Repeat("nobody-may-know-", 400)
	first := k.statement(truce.SiteRegister, "hidden", secret, 1)
	must(t, k.l.Append(t.Context(), []Candidate{first, k.statement(truce.SiteRegister, "other", "stays", 2)})[0].Err)
	before, err := k.l.Receipt(t.Context(), 0, true)
	must(t, err)
	k.erase("hidden", 3)
	e, err := k.l.Entry(t.Context(), 0)
	must(t, err)
	if !e.Erased() || e.Statement != nil || e.ID != first.ID {
		t.Errorf("after the erasure: %+v", e)
	}
	after, err := k.l.Receipt(t.Context(), 0, true)
	must(t, err)
	if after.Entry.Record != nil || string(after.Leaf()) != string(before.Leaf()) {
		t.Error("the receipt after the erasure does not prove the same leaf without the content")
	}
	_, err = k.l.Voucher(t.Context(), 0, after)
	wantCode(t, "a voucher", err, truce.CodeGone)
	if r := k.l.Append(t.Context(), []Candidate{first})[0]; r.Err != nil || !r.Known || r.Number != 0 {
		t.Errorf("the erased statement once more: %+v", r)
	}
	if report, err := k.l.Verify(t.Context(), nil); err != nil || report.Erased != 1 {
		t.Errorf("verify: %+v, %v", report, err)
	}
	if file := grep(t, k.dir, "nobody-may-know"); file != "" {
		t.Errorf("the content is still in %s", file)
	}
}

// TestEraseBesideReaders: a reader of an older snapshot keeps the journal from
// being cleaned; the ledger does it once the reader is gone.
func TestEraseBesideReaders(t *testing.T) {
	k := newKit(t)
	k.fill(0, 3)
	must(t, k.db.View(t.Context(), func(r store.Reader) error {
		_, err := oneRow(t.Context(), r, "SELECT "+rowColumns+" FROM entry WHERE number = ?", 0)
		k.erase("site-1", 0)
		return err
	}))
	k.put(10) // cleaning is tried again with each group, and once a second
	if file := grep(t, k.dir, "word-1\""); file != "" {
		t.Errorf("the content is still in %s", file)
	}
}

func TestEraseOutOfOrder(t *testing.T) {
	for _, n := range []int64{-1, 0, 1, 99} {
		k := newKit(t, func(c *Config) { c.Follower = eraser(n) })
		r := k.l.Append(t.Context(), []Candidate{k.statement(truce.EraseContent, "s", "erase", 1)})[0]
		wantCode(t, "erasing itself or what is not there", r.Err, truce.CodeInternal)
		if k.l.Head().Size != 0 {
			t.Errorf("the log has %d entries", k.l.Head().Size)
		}
	}
}

func TestReplayOfErased(t *testing.T) {
	k := newKit(t)
	k.fill(0, 3)
	k.erase("site-1", 0)
	var erased []int64
	must(t, k.db.View(t.Context(), func(r store.Reader) error {
		return k.l.Replay(t.Context(), r, 0, 4, func(e *Entry) error {
			if e.Erased() != (e.Statement == nil) {
				return errors.New("half erased")
			}
			if e.Erased() {
				erased = append(erased, e.Number)
			}
			return nil
		})
	}))
	if len(erased) != 1 || erased[0] != 1 {
		t.Errorf("erased are %v", erased)
	}
}

func TestBackupAndRestore(t *testing.T) {
	k := newKit(t)
	k.fill(0, 600)
	k.erase("site-9", 0)
	saved := Copy{k.dir + "/saved.db", k.dir + "/saved.head"}
	head, err := k.l.Backup(t.Context(), saved)
	must(t, err)
	_, err = k.l.Backup(t.Context(), saved)
	wantCode(t, "over a backup", err, truce.CodeConflict)
	k.fill(600, 5)
	to := Copy{k.dir + "/new.db", k.dir + "/new.head"}
	open := func(path string) (store.DB, error) { return openSQLite(path) }
	report, err := Restore(t.Context(), k.cfg, saved, to, open, nil)
	must(t, err)
	if report.Size != 601 || report.Root != head.Root {
		t.Errorf("restored: %+v", report)
	}
	_, err = Restore(t.Context(), k.cfg, saved, to, open, nil)
	wantCode(t, "over a register", err, truce.CodeConflict)
	k.restoreRefusals(saved, open)
	k.stop()
	db, err := openSQLite(to.Database)
	must(t, err)
	defer db.Close()
	cfg := k.cfg
	cfg.DB, cfg.HeadPath = db, to.Head
	l, err := Open(t.Context(), cfg)
	must(t, err)
	defer l.Close()
	r := l.Append(t.Context(), []Candidate{k.statement(truce.SiteRegister, "s", "after", 1)})[0]
	if r.Err != nil || r.Number != 601 {
		t.Errorf("the next entry: %+v", r)
	}
}

// restoreRefusals: an older backup beside a newer head, and a damaged one.
func (k *kit) restoreRefusals(saved Copy, open func(string) (store.DB, error)) {
	t := k.t
	t.Helper()
	_, err := Restore(t.Context(), k.cfg, saved, Copy{k.dir + "/third.db", k.cfg.HeadPath}, open, nil)
	wantCode(t, "older than the head file", err, truce.CodeTampered)
	db, err := openSQLite(saved.Database)
	must(t, err)
	must(t, db.Update(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE entry SET salt = zeroblob(32) WHERE number = 44")
		return err
	}))
	must(t, db.Close())
	_, err = Restore(t.Context(), k.cfg, saved, Copy{k.dir + "/third.db", k.dir + "/third.head"}, open, nil)
	wantCode(t, "damaged", err, truce.CodeTampered)
	if err == nil || !strings.Contains(err.Error(), "entry 44") {
		t.Errorf("damaged: %v", err)
	}
	if left := grepNames(t, k.dir, "third"); left != "" {
		t.Errorf("a refused restore left %s", left)
	}
}

func TestReceiptOfDamage(t *testing.T) {
	k := newKit(t)
	k.fill(0, 300)
	must(t, k.db.Update(t.Context(), func(tx store.Tx) error {
		tx.Exec(t.Context(), "UPDATE entry SET salt = zeroblob(32) WHERE number = 5")
		_, err := tx.Exec(t.Context(), "UPDATE entry SET time = time + 1 WHERE number = 7")
		return err
	}))
	for n, content := range map[int64]bool{5: true, 7: false} {
		_, err := k.l.Receipt(t.Context(), n, content)
		wantCode(t, "a receipt", err, truce.CodeTampered)
	}
	_, err := k.l.Entry(t.Context(), 5)
	wantCode(t, "reading", err, truce.CodeTampered)
	err = k.db.View(t.Context(), func(r store.Reader) error {
		return k.l.Replay(t.Context(), r, 0, 300, func(*Entry) error { return nil })
	})
	wantCode(t, "a replay", err, truce.CodeTampered)
}

// TestReceiptRoundTrip: the receipt is one that package proof reads back.
func TestReceiptRoundTrip(t *testing.T) {
	k := newKit(t)
	k.fill(0, 20)
	r, err := k.l.Receipt(t.Context(), 11, true)
	must(t, err)
	v, err := k.l.Voucher(t.Context(), 2, r)
	must(t, err)
	r.Vouchers = []proof.Voucher{*v}
	again, err := proof.ParseReceipt(r.Marshal())
	must(t, err)
	if string(again.Leaf()) != string(r.Leaf()) || len(again.Vouchers) != 1 {
		t.Error("the receipt reads back as another")
	}
}
