package sourcing

import (
	"context"
	"fmt"
	"hash/maphash"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// mergeDecided merges the rows whose conflicts were decided and that still
// wait, each in a transaction of its own.
func (in *Intake) mergeDecided(ctx context.Context) error {
	for {
		more := false
		err := in.db.InTx(ctx, pg.System, func(tx *pg.Tx) (err error) {
			more, err = in.mergeOne(ctx, tx)
			return err
		})
		if err != nil || !more {
			return bare(err)
		}
	}
}

// waiting is a row whose conflict was decided.
type waiting struct {
	ID       int64          `db:"id"`
	SourceID int64          `db:"source_id"`
	BranchID int64          `db:"branch_id"`
	ImportID int64          `db:"import_id"`
	Line     int64          `db:"line"`
	Mapping  string         `db:"mapping"`
	Header   pq.StringArray `db:"header"`
	Fields   pq.StringArray `db:"fields"`
}

// mergeOne merges the oldest row that waits, through the mapping it came by, and
// forgets it. It reports whether there was one.
func (in *Intake) mergeOne(ctx context.Context, tx *pg.Tx) (bool, error) {
	const q = `
		SELECT
			k.id,
			k.source_id,
			k.branch_id,
			k.import_id,
			k.line,
			r.mapping,
			r.header,
			r.fields
		FROM source_conflict AS k
		JOIN source_conflict_row AS r ON r.conflict_id = k.id
		WHERE k.state = 'decided'
		ORDER BY k.id
		LIMIT 1
		FOR UPDATE OF k SKIP LOCKED`
	var w waiting
	err := tx.Get(ctx, &w, q)
	if pg.IsNoRows(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	outcome, err := in.mergeRow(ctx, tx, w)
	if err != nil {
		return false, fmt.Errorf("merge the row of conflict %d: %w", w.ID, err)
	}
	if _, err := tx.Exec(ctx, `UPDATE source_conflict SET state = 'merged', outcome = $2 WHERE id = $1`, w.ID, outcome); err != nil {
		return false, err
	}
	_, err = tx.Exec(ctx, `DELETE FROM source_conflict_row WHERE conflict_id = $1`, w.ID)
	return true, err
}

// mergeRow merges one row as a chunk of its own and says why it was rejected, if
// it was.
func (in *Intake) mergeRow(ctx context.Context, tx *pg.Tx, w waiting) (string, error) {
	m, err := in.mappingIn(ctx, tx, w.Mapping)
	if err != nil {
		return "这种文件的映射已经不在，请重新导入文件", nil
	}
	p, err := bind(m, w.Header, in.key)
	if err != nil {
		return "这种文件的映射已经改变，请重新导入文件", nil
	}
	rows := &itemRecords{header: w.Header, rows: []record{{line: w.Line, fields: w.Fields}}}
	work := &producer{plan: p, doc: &document{header: w.Header, records: rows}, size: 1, seed: maphash.MakeSeed()}
	c := work.chunk()
	if err := stageChunk(ctx, tx, p, c); err != nil {
		return "", err
	}
	_, rejects, err := mergeChunk(ctx, tx, p, c, order{id: w.ImportID, source: w.SourceID, branch: w.BranchID})
	if err != nil {
		return "", err
	}
	for _, r := range rejects {
		return r.Reason, forget(ctx, tx, p)
	}
	return "", forget(ctx, tx, p)
}
