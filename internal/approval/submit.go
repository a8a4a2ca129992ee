package approval

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Submit adds a request in the name of by, who acts in tx, and wakes its first
// approver. The kind has checked what is asked for and writes the trail. A
// route to the requester is a Forbidden fault, one to somebody who approves
// nothing a Conflict.
func Submit(ctx context.Context, tx *pg.Tx, by *staff.Member, d Draft) (int64, error) {
	if err := authz.Check(by, authz.SignedIn); err != nil {
		return 0, err
	}
	if len(d.Steps) == 0 {
		return 0, errors.New("submit request: it has no steps")
	}
	const q = `
		INSERT INTO approval (kind, requester_id, customer_id, title, facts, link)
		VALUES ($1, $2, NULLIF($3::bigint, 0), $4, $5::jsonb, $6)
		RETURNING id`
	facts, err := factsJSON(d.Facts)
	if err != nil {
		return 0, fmt.Errorf("submit request: %w", err)
	}
	var id int64
	if err := tx.Get(ctx, &id, q, string(d.Kind), by.ID, d.CustomerID, d.Title, facts, d.Link); err != nil {
		return 0, fmt.Errorf("submit request: %w", err)
	}
	for i, route := range d.Steps {
		if err := addStep(ctx, tx, id, i+1, route); err != nil {
			return 0, fmt.Errorf("submit request %d: %w", id, err)
		}
	}
	if err := happened(ctx, tx, id, by.ID, WasSubmitted, ""); err != nil {
		return 0, fmt.Errorf("submit request %d: %w", id, err)
	}
	return id, wake(ctx, tx, d.Steps[0].ApproverID)
}

// addStep adds a step; the first one begins to wait.
func addStep(ctx context.Context, tx *pg.Tx, id int64, position int, r Route) error {
	const q = `
		INSERT INTO approval_step (approval_id, position, approver_id, because, behalf_id, pool, state, waiting_since)
		VALUES (
			$1,
			$2,
			$3,
			$4,
			NULLIF($6::bigint, 0),
			$7,
			CASE WHEN $5::boolean THEN 'pending' ELSE 'later' END,
			CASE WHEN $5::boolean THEN now() END
		)`
	_, err := tx.Exec(ctx, q, id, position, r.ApproverID, r.Because, position == 1, r.BehalfID, string(r.Pool))
	return violation(err)
}

// LockReturned loads a request of by that lies returned and holds it, so that
// its kind can amend what is asked for before Resubmit. It returns NotFound for
// somebody else's request and Conflict for one that is not returned.
func LockReturned(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64) (Approval, error) {
	a, err := lock(ctx, tx, id)
	if err != nil {
		return a, fmt.Errorf("lock request %d: %w", id, err)
	}
	if a.RequesterID != by.ID {
		return a, fault.New(fault.NotFound, noSuch)
	}
	if a.State == Pending {
		return a, fault.New(fault.Conflict, "这件申请正在审批，不需要重新提交。")
	}
	if !CanMove(a.State, Pending) {
		return a, alreadyDone(ctx, tx, a)
	}
	return a, nil
}

// Resubmit sends a request that LockReturned holds through its steps again from
// the first, by as many routes as it has steps, or more. The kind writes the trail.
func Resubmit(ctx context.Context, tx *pg.Tx, by *staff.Member, a Approval, routes []Route) error {
	had, err := Steps(ctx, tx, a.ID)
	if err != nil {
		return fmt.Errorf("resubmit request %d: %w", a.ID, err)
	}
	if len(routes) < len(had) {
		return fmt.Errorf("resubmit request %d: %d routes for %d steps", a.ID, len(routes), len(had))
	}
	for i := range had {
		if err := resetStep(ctx, tx, a.ID, i+1, routes[i]); err != nil {
			return fmt.Errorf("resubmit request %d: %w", a.ID, err)
		}
	}
	if err := moved(ctx, tx, a.ID, Pending, 1); err != nil {
		return fmt.Errorf("resubmit request %d: %w", a.ID, err)
	}
	for i := len(had); i < len(routes); i++ {
		if err := addStep(ctx, tx, a.ID, i+1, routes[i]); err != nil {
			return fmt.Errorf("resubmit request %d: %w", a.ID, err)
		}
	}
	if err := happened(ctx, tx, a.ID, by.ID, WasResubmitted, ""); err != nil {
		return fmt.Errorf("resubmit request %d: %w", a.ID, err)
	}
	return wake(ctx, tx, routes[0].ApproverID)
}

// resetStep makes a step undecided again; what was decided is in the events.
func resetStep(ctx context.Context, tx *pg.Tx, id int64, position int, r Route) error {
	const q = `
		UPDATE approval_step
		SET approver_id = $3,
			because = $4,
			behalf_id = NULLIF($6::bigint, 0),
			pool = $7,
			state = CASE WHEN $5::boolean THEN 'pending' ELSE 'later' END,
			waiting_since = CASE WHEN $5::boolean THEN now() END,
			decided_at = NULL,
			comment = ''
		WHERE approval_id = $1
			AND position = $2`
	n, err := tx.Exec(ctx, q, id, position, r.ApproverID, r.Because, position == 1, r.BehalfID, string(r.Pool))
	if err == nil && n == 0 {
		return fmt.Errorf("request %d has no step %d", id, position)
	}
	return violation(err)
}

// wake tells a person's open pages that their inbox has changed.
func wake(ctx context.Context, tx *pg.Tx, staffID int64) error {
	return tx.Notify(ctx, "inbox", strconv.FormatInt(staffID, 10))
}

// tellRequester tells the requester's open pages about the customer that what
// they may see has changed; of a request about none, that it has moved.
func tellRequester(ctx context.Context, tx *pg.Tx, a Approval) error {
	if a.CustomerNo == "" {
		return wake(ctx, tx, a.RequesterID)
	}
	return tx.Notify(ctx, "grant", strconv.FormatInt(a.RequesterID, 10)+"/"+a.CustomerNo)
}
