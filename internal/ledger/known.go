package ledger

import (
	"context"
	"strings"
	"time"
)

// idsAtOnce is how many ids one query looks up.
const idsAtOnce = 32

var (
	findOne  = "SELECT id, number, time FROM entry WHERE id = ?"
	findMany = "SELECT id, number, time FROM entry WHERE id IN (?" + strings.Repeat(", ?", idsAtOnce-1) + ")"
)

// lookUp finds which of the pieces are in the log already, where they came in
// batches: an import that is done again is answered without being admitted. Of
// single ones see one. A chunk that is not full repeats its last id, so that the
// database sees one statement.
func (g *group) lookUp(ctx context.Context, pieces []*piece) error {
	var batch []*piece
	for _, p := range pieces {
		if p.batch {
			batch = append(batch, p)
		}
	}
	for from := 0; from < len(batch); from += idsAtOnce {
		args := make([]any, idsAtOnce)
		for i := range args {
			args[i] = batch[min(from+i, len(batch)-1)].id
		}
		if err := g.find(ctx, findMany, args); err != nil {
			return err
		}
	}
	return nil
}

func (g *group) find(ctx context.Context, query string, ids []any) error {
	rows, err := g.tx.Query(ctx, query, ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id blob
		var number, ms int64
		if err := rows.Scan(&id, &number, &ms); err != nil {
			return err
		}
		g.known[string(id)] = earlier{number, time.UnixMilli(ms).UTC()}
	}
	return rows.Err()
}
