package access

import (
	"context"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// approverFor returns who is asked when a person requests access. It returns a
// Conflict fault saying whom to turn to if nobody can decide.
func approverFor(ctx context.Context, tx *pg.Tx, staffID int64) (Approver, error) {
	a, err := nearest(ctx, tx, staffID)
	if err == nil && a.ID == 0 {
		err = nobodyAbove(ctx, tx)
	}
	return a, err
}

// nearest returns the nearest superior of a person who can decide, or the deputy
// while they are away, with their usual time; nobody if there is none.
func nearest(ctx context.Context, tx *pg.Tx, staffID int64) (Approver, error) {
	to, level, err := approval.Superior(ctx, tx, staffID, staffID)
	if err != nil || to.ApproverID == 0 {
		return Approver{}, err
	}
	const q = `
		SELECT
			p.id,
			p.name,
			p.role,
			COALESCE((SELECT z.name FROM staff AS z WHERE z.id = NULLIF($2::bigint, 0)), '') AS behalf,
			COALESCE((
				SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM s.decided_at - s.waiting_since))
				FROM approval_step AS s
				WHERE s.approver_id = p.id
					AND s.decided_at > now() - interval '30 days'
			), 0)::float8 AS usual_seconds
		FROM staff AS p
		WHERE p.id = $1`
	var row struct {
		Approver
		Seconds float64 `db:"usual_seconds"`
	}
	if err := tx.Get(ctx, &row, q, to.ApproverID, to.BehalfID); err != nil {
		return Approver{}, err
	}
	row.Direct, row.BehalfID = level == 1, to.BehalfID
	row.Usual = seconds(row.Seconds).Round(time.Second)
	return row.Approver, nil
}

// nobodyAbove names the administrator who can give the person a superior.
func nobodyAbove(ctx context.Context, tx *pg.Tx) error {
	const q = `
		SELECT s.name
		FROM staff AS s
		WHERE s.role = 'admin'
			AND s.disabled_at IS NULL
		ORDER BY s.id
		LIMIT 1`
	var name string
	if err := tx.Get(ctx, &name, q); err != nil && !pg.IsNoRows(err) {
		return err
	}
	if name == "" {
		return fault.New(fault.Conflict, "没有能审批的上级，请联系管理员为您设置上级。")
	}
	return fault.Newf(fault.Conflict, "没有能审批的上级，请联系管理员 %s 为您设置上级。", name)
}

// route returns the steps of a request of by: the superior, and compliance after
// them where the way asks for it. A superior who is of compliance decides for
// both. It returns Conflict if compliance has nobody else.
func route(ctx context.Context, tx *pg.Tx, by *staff.Member, way Way, first Approver) ([]approval.Route, error) {
	steps := []approval.Route{{ApproverID: first.ID, Because: because(by, first), BehalfID: first.BehalfID}}
	if way != ByCompliance || staff.Role(first.Role) == staff.Compliance {
		return steps, nil
	}
	second, err := approval.SomeoneElse(ctx, tx, by, "调阅政策要求合规一并审批", staff.Compliance)
	return append(steps, second), err
}

// because says to the approver why it is theirs to decide.
func because(by *staff.Member, a Approver) string {
	switch {
	case a.Behalf != "" && a.Direct:
		return "您代" + a.Behalf + "审批，" + a.Behalf + "是" + by.Name + "的直接上级"
	case a.Behalf != "":
		return "您代" + a.Behalf + "审批，" + a.Behalf + "是" + by.Name + "的上级"
	case a.Direct:
		return "您是" + by.Name + "的直接上级"
	}
	return "您是" + by.Name + "的上级，其直接上级现在不能审批"
}
