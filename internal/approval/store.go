package approval

import (
	"context"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

const noSuch = "没有这件申请，或您无权查看。"

// lock loads a request and holds it until the transaction ends, so that two
// approvers decide one after the other.
func lock(ctx context.Context, tx *pg.Tx, id int64) (Approval, error) {
	const q = `
		SELECT
			a.id,
			a.kind,
			a.state,
			a.requester_id,
			COALESCE(a.customer_id, 0) AS customer_id,
			COALESCE(c.no, '') AS customer_no,
			a.title,
			a.step,
			a.submitted_at,
			a.closed_at
		FROM approval AS a
		LEFT JOIN customer AS c ON c.id = a.customer_id
		WHERE a.id = $1
		FOR UPDATE OF a`
	var a Approval
	err := tx.Get(ctx, &a, q, id)
	return a, pg.OrNotFound(err, noSuch)
}

// Steps returns the steps of a request in their order.
func Steps(ctx context.Context, tx *pg.Tx, id int64) ([]Step, error) {
	const q = `
		SELECT
			s.position,
			s.approver_id,
			p.name || COALESCE((SELECT '（代 ' || z.name || '）' FROM staff AS z WHERE z.id = s.behalf_id), '') AS approver_name,
			s.behalf_id IS NOT NULL AS stands_in,
			p.disabled_at IS NULL AND p.role IN ('supervisor', 'risk', 'compliance') AS approver_able,
			s.because,
			s.state,
			s.waiting_since,
			s.decided_at,
			s.comment
		FROM approval_step AS s
		JOIN staff AS p ON p.id = s.approver_id
		WHERE s.approval_id = $1
		ORDER BY s.position`
	var steps []Step
	err := tx.Select(ctx, &steps, q, id)
	return steps, err
}

// Events returns what happened to a request, oldest first.
func Events(ctx context.Context, tx *pg.Tx, id int64) ([]Event, error) {
	const q = `
		SELECT
			e.id,
			e.at,
			COALESCE(e.staff_id, 0) AS staff_id,
			COALESCE(p.name, '系统') || COALESCE((
				SELECT '（代 ' || z.name || '）'
				FROM approval_step AS s
				JOIN staff AS z ON z.id = s.behalf_id
				WHERE s.approval_id = e.approval_id
					AND s.approver_id = e.staff_id
					AND e.kind IN ('approved', 'rejected', 'returned')
				ORDER BY s.position
				LIMIT 1
			), '') AS staff_name,
			e.kind,
			e.comment
		FROM approval_event AS e
		LEFT JOIN staff AS p ON p.id = e.staff_id
		WHERE e.approval_id = $1
		ORDER BY e.id`
	var events []Event
	err := tx.Select(ctx, &events, q, id)
	return events, err
}

// moved saves that a request stands in another state, or at another step.
func moved(ctx context.Context, tx *pg.Tx, id int64, to State, step int) error {
	const q = `
		UPDATE approval
		SET state = $2,
			step = $3,
			submitted_at = CASE WHEN $2::text = 'pending' AND state = 'returned' THEN now() ELSE submitted_at END,
			closed_at = CASE WHEN $4::boolean THEN now() END
		WHERE id = $1`
	_, err := tx.Exec(ctx, q, id, string(to), step, to.Closed())
	return violation(err)
}

// dropSteps ends the steps that nobody needs to decide any more.
func dropSteps(ctx context.Context, tx *pg.Tx, id int64) error {
	const q = `
		UPDATE approval_step
		SET state = 'dropped'
		WHERE approval_id = $1
			AND state IN ('later', 'pending')`
	_, err := tx.Exec(ctx, q, id)
	return violation(err)
}

// happened writes a line of the request's history.
func happened(ctx context.Context, tx *pg.Tx, id, by int64, kind EventKind, comment string) error {
	const q = `
		INSERT INTO approval_event (approval_id, staff_id, kind, comment)
		VALUES ($1, $2, $3, $4)`
	_, err := tx.Exec(ctx, q, id, by, string(kind), comment)
	return err
}

// alreadyDone says why a request that is no longer open to whoever asks is so,
// from its last event.
func alreadyDone(ctx context.Context, tx *pg.Tx, a Approval) error {
	events, err := Events(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		at := e.At.In(pg.Zone()).Format("15:04")
		switch e.Kind {
		case WasApproved, WasRejected, WasReturned:
			return fault.Newf(fault.Conflict, "这件申请已由 %s 在 %s 处理。", e.StaffName, at)
		case WasWithdrawn:
			return fault.Newf(fault.Conflict, "这件申请已在 %s 撤回。", at)
		}
	}
	return fault.New(fault.Conflict, "这件申请的状态刚刚变了，请刷新后再看。")
}
