package sourcing

import (
	"context"
	"fmt"
	"sort"

	"liuhen/internal/pg"
)

// Counts says what became of the rows of a file.
type Counts struct {
	Accepted  int64 `db:"accepted"`
	Changed   int64 `db:"changed"`
	Unchanged int64 `db:"unchanged"`
	Rejected  int64 `db:"rejected"`
}

// Rows returns how many rows were dealt with.
func (c Counts) Rows() int64 { return c.Accepted + c.Changed + c.Unchanged + c.Rejected }

func (c Counts) plus(d Counts) Counts {
	return Counts{c.Accepted + d.Accepted, c.Changed + d.Changed, c.Unchanged + d.Unchanged, c.Rejected + d.Rejected}
}

// order is what a chunk is merged for.
type order struct {
	id     int64 // of the import
	source int64
	branch int64
	each   bool // somebody asks what became of each row
}

// mergeChunk takes a staged chunk over, in the transaction it was staged in, and
// returns what became of its rows and which were rejected, by line. One import
// merges at a time, in all processes.
func mergeChunk(ctx context.Context, tx *pg.Tx, p *plan, c *chunk, by order) (Counts, []Reject, error) {
	var n Counts
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(7301, 1)"); err != nil {
		return n, nil, fmt.Errorf("wait for other imports: %w", err)
	}
	for i := range p.outputs {
		o := &p.outputs[i]
		var err error
		if o.entity.word == "customer" {
			m := &customerMerge{out: o, source: by.source, id: by.id, branch: by.branch, plan: p, documents: p.documents()}
			if err = m.run(ctx, tx); err == nil {
				err = keepHeld(ctx, tx, p, c, m)
			}
		} else {
			m := newMerge(i, o)
			m.alone = !by.each && len(p.outputs) == 1 && !o.entity.single()
			err = m.run(ctx, tx, by.source, by.id)
		}
		if err != nil {
			return n, nil, fmt.Errorf("merge %s: %w", o.entity.word, err)
		}
	}
	if err := beside(ctx, tx, p, by.source); err != nil {
		return n, nil, fmt.Errorf("recompute: %w", err)
	}
	return settle(ctx, tx, c)
}

// settle counts the outcomes of a chunk; what is rejected for what it refers to
// joins what could not be converted.
func settle(ctx context.Context, tx *pg.Tx, c *chunk) (n Counts, rejects []Reject, err error) {
	const counts = `
		SELECT
			COALESCE(sum(r.rows) FILTER (WHERE r.rank = 2), 0)::bigint AS accepted,
			COALESCE(sum(r.rows) FILTER (WHERE r.rank = 1), 0)::bigint AS changed,
			COALESCE(sum(r.rows) FILTER (WHERE r.rank = 0), 0)::bigint AS unchanged,
			COALESCE(sum(r.rows) FILTER (WHERE r.rank = 3), 0)::bigint AS rejected
		FROM (
			SELECT
				max(o.rank) AS rank,
				max(o.rows) AS rows
			FROM outcome AS o
			GROUP BY o.row
		) AS r`
	if err := tx.Get(ctx, &n, counts); err != nil {
		return n, nil, err
	}
	if n.Rejected > 0 {
		const q = `
			SELECT DISTINCT ON (o.line)
				o.line,
				COALESCE(o.column_name, '') AS column_name,
				o.reason
			FROM outcome AS o
			WHERE o.rank = 3
			ORDER BY
				o.line,
				o.part`
		if err := tx.Select(ctx, &rejects, q); err != nil {
			return n, nil, err
		}
	}
	n.Rejected += int64(len(c.rejects))
	n.Unchanged += c.rows - n.Rows()
	rejects = append(rejects, c.rejects...)
	sort.Slice(rejects, func(i, j int) bool { return rejects[i].Line < rejects[j].Line })
	return n, rejects, nil
}
