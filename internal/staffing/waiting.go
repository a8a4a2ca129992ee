package staffing

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Change is a proposal that waits for its second person.
type Change struct {
	ID          int64     `db:"id"` // of the approval
	Title       string    `db:"title"`
	State       string    `db:"state"` // pending or returned
	SubmittedAt time.Time `db:"submitted_at"`
	Requester   string    `db:"requester"`
	RequesterID int64     `db:"requester_id"`
	Approver    string    `db:"approver"`
}

// Waiting returns the proposals that wait, oldest first; with a person's id only
// those about the person.
func (o *Office) Waiting(ctx context.Context, by *staff.Member, person int64) ([]Change, error) {
	if err := authz.Check(by, authz.ManageStaff); err != nil {
		return nil, fmt.Errorf("waiting changes: %w", err)
	}
	var list []Change
	err := o.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		list, err = changes(ctx, tx, approval.StaffChange, `
		WHERE a.state IN ('pending', 'returned')
			AND ($1::bigint = 0 OR EXISTS (
				SELECT
				FROM staff_change AS c
				WHERE c.approval_id = a.id
					AND c.staff_id = $1::bigint
			))`, person)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("waiting changes: %w", err)
	}
	for i := range list {
		list[i].SubmittedAt = list[i].SubmittedAt.In(pg.Zone())
	}
	return list, nil
}

// changes reads the requests of a kind that where chooses.
func changes(ctx context.Context, tx *pg.Tx, kind approval.Kind, where string, args ...any) ([]Change, error) {
	q := `
		SELECT
			a.id,
			a.title,
			a.state,
			a.submitted_at,
			r.name AS requester,
			r.id AS requester_id,
			p.name AS approver
		FROM approval AS a
		JOIN staff AS r ON r.id = a.requester_id
		JOIN approval_step AS s ON s.approval_id = a.id AND s.position = a.step
		JOIN staff AS p ON p.id = s.approver_id` + where + `
			AND a.kind = '` + string(kind) + `'
		ORDER BY
			a.submitted_at,
			a.id`
	var list []Change
	err := tx.Select(ctx, &list, q, args...)
	return list, err
}
