package sourcing

import (
	"context"
	"fmt"

	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// ConflictPage is the queue of conflicts and what was decided of late.
type ConflictPage struct {
	Open    []Conflict // the longest waiting first, at most ConflictsShown
	More    bool       // there are more that wait
	Decided []Conflict // the latest first, at most ConflictsShown
}

// ConflictsShown is how many conflicts each part of a ConflictPage holds.
const ConflictsShown = 20

const conflictSQL = `
	SELECT
		k.id,
		k.kind,
		c.no AS customer_no,
		c.name AS customer_name,
		b.name AS branch_name,
		k.external_no,
		t.name AS told_by,
		o.name AS kept_by,
		k.kept,
		k.told,
		k.import_id,
		k.line,
		k.opened_at,
		k.state,
		COALESCE(k.verdict, '') AS verdict,
		COALESCE(k.reason, '') AS reason,
		COALESCE(d.name, '') AS decided_by,
		k.decided_at,
		k.outcome
	FROM source_conflict AS k
	JOIN customer AS c ON c.id = k.customer_id
	JOIN branch AS b ON b.id = c.branch_id
	JOIN source_system AS t ON t.id = k.source_id
	JOIN source_system AS o ON o.id = k.kept_source
	LEFT JOIN staff AS d ON d.id = k.decided_by`

// Conflicts returns what waits for by and what was decided of it of late: for
// compliance all, for a supervisor the customers of the own branch and below
// (source_conflict_seen holds it).
func (in *Intake) Conflicts(ctx context.Context, by *staff.Member) (ConflictPage, error) {
	var page ConflictPage
	if err := authz.Check(by, authz.SettleConflicts); err != nil {
		return page, err
	}
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		const open = conflictSQL + `
			WHERE k.state = 'open'
			ORDER BY k.id
			LIMIT $1::integer`
		if err := tx.Select(ctx, &page.Open, open, ConflictsShown+1); err != nil {
			return err
		}
		const decided = conflictSQL + `
			WHERE k.state <> 'open'
			ORDER BY
				k.decided_at DESC,
				k.id DESC
			LIMIT $1::integer`
		return tx.Select(ctx, &page.Decided, decided, ConflictsShown)
	})
	if err != nil {
		return page, fmt.Errorf("list conflicts: %w", err)
	}
	if len(page.Open) > ConflictsShown {
		page.Open, page.More = page.Open[:ConflictsShown], true
	}
	return page, nil
}
