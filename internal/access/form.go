package access

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// form is an ask that is in order, with whom it goes to by which version of the
// policy.
type form struct {
	Ask
	file    customer.Ref
	version int
	way     Way
	to      Approver
}

// submit puts a new request before its approvers.
func (f form) submit(ctx context.Context, tx *pg.Tx, by *staff.Member) (int64, error) {
	steps, err := route(ctx, tx, by, f.way, f.to)
	if err != nil {
		return 0, err
	}
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind:       Kind,
		CustomerID: f.file.ID,
		Title:      "调阅 " + f.file.Name + "的" + Labels(f.Groups),
		Steps:      steps,
	})
	if err != nil {
		return 0, err
	}
	const q = `
		INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes, task, policy_version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	if _, err := tx.Exec(ctx, q, id, f.file.ID, pq.Array(words(f.Groups)), string(f.Purpose), f.Reason, f.Minutes, f.Task, f.version); err != nil {
		return 0, err
	}
	return id, trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.AccessRequested, CustomerID: f.file.ID, CustomerNo: f.file.No, ApprovalID: id,
		Groups: words(f.Groups), Detail: f.said(),
	})
}

// said is how the trail tells the ask.
func (f form) said() string {
	task := ""
	if f.Task != "" {
		task = "，工单 " + f.Task
	}
	return fmt.Sprintf("%s，%d 分钟%s：%s", f.Purpose.Label(), f.Minutes, task, f.Reason)
}

// again amends a returned request and sends it through its steps anew. Who once
// had a say keeps it: a request that went to compliance goes there again.
func (f form) again(ctx context.Context, tx *pg.Tx, by *staff.Member, returned Status) error {
	a, err := approval.LockReturned(ctx, tx, by, returned.ApprovalID)
	if err != nil {
		return err
	}
	had, err := approval.Steps(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	way := f.way
	if len(had) > 1 {
		way = ByCompliance
	}
	steps, err := route(ctx, tx, by, way, f.to)
	if err != nil {
		return err
	}
	const q = `
		UPDATE access_request
		SET purpose = $2,
			reason = $3,
			minutes = $4,
			task = $5,
			policy_version = $6,
			granted_groups = NULL,
			granted_minutes = NULL
		WHERE approval_id = $1`
	if _, err := tx.Exec(ctx, q, a.ID, string(f.Purpose), f.Reason, f.Minutes, f.Task, f.version); err != nil {
		return err
	}
	if err := approval.Resubmit(ctx, tx, by, a, steps); err != nil {
		return err
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ApprovalAgain, CustomerID: a.CustomerID, CustomerNo: a.CustomerNo, ApprovalID: a.ID,
		Groups: words(returned.Groups), Detail: f.said(),
	})
}
