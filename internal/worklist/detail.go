package worklist

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// historySince is how far back an approver sees the requester's access.
const historySince = 30 * 24 * time.Hour

// Detail is a request with everything an approver needs to decide it.
type Detail struct {
	Item
	Facts   []approval.Fact // what is decided on, where it is no access request
	Link    string          // where the subject can be read; empty for nowhere
	Steps   []approval.Step
	Events  []approval.Event
	Rule    access.Rule    // what the policy in force says about an access request
	Policy  int            // its version
	History []access.Grant // the requester's grants for this customer, 30 days
	Named   []Named        // the customers of a request for several
	Checks  []Check
	// Decides says that the reader is the one to decide now, Asked that the
	// request is the reader's own.
	Decides bool
	Asked   bool
}

// Detail returns the request with the id to its approvers, its requester,
// compliance and audit, and NotFound to everybody else. The look is on the
// trail.
func (l *Lists) Detail(ctx context.Context, by *staff.Member, id int64) (Detail, error) {
	if err := authz.Check(by, authz.SignedIn); err != nil {
		return Detail{}, err
	}
	policy, err := l.policies.Current(ctx)
	if err != nil {
		return Detail{}, fmt.Errorf("detail of approval %d: %w", id, err)
	}
	var d Detail
	err = l.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		if d, err = detail(ctx, tx, by, id, policy); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.ApprovalViewed, CustomerID: d.CustomerID, CustomerNo: d.CustomerNo, ApprovalID: id, Detail: fmt.Sprintf("申请 %d", id),
		})
	})
	if err != nil {
		return Detail{}, fmt.Errorf("detail of approval %d: %w", id, err)
	}
	return d, nil
}

func detail(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64, policy *access.Policy) (d Detail, err error) {
	const q = `
		SELECT` + itemColumns + `,
			COALESCE(s.waiting_since, a.submitted_at) AS since
		FROM approval AS a
		JOIN approval_step AS s ON s.approval_id = a.id AND s.position = a.step` + itemTables + `
		WHERE a.id = $1`
	if err := tx.Get(ctx, &d.Item, q, id); err != nil {
		return d, pg.OrNotFound(err, "没有这件申请，或您无权查看。")
	}
	if d.Steps, err = approval.Steps(ctx, tx, id); err != nil {
		return d, err
	}
	d.Asked = d.RequesterID == by.ID
	concerned := d.Asked || by.Role == staff.Compliance || by.Role == staff.Auditor
	for i, s := range d.Steps {
		mine := s.ApproverID == by.ID
		d.Steps[i].Because = s.BecauseTo(by.ID)
		concerned = concerned || mine
		d.Decides = d.Decides || mine && s.State == approval.StepPending && d.State == approval.Pending
	}
	if !concerned {
		return d, fault.New(fault.NotFound, "没有这件申请，或您无权查看。")
	}
	if d.Events, err = approval.Events(ctx, tx, id); err != nil {
		return d, err
	}
	if d.Facts, d.Link, err = approval.Facts(ctx, tx, id); err != nil {
		return d, err
	}
	if d.Kind == approval.AccessMany {
		return d, d.several(ctx, tx, policy)
	}
	if d.CustomerID == 0 {
		return d, nil
	}
	if d.History, err = access.History(ctx, tx, d.RequesterID, d.CustomerID, time.Now().Add(-historySince)); err != nil {
		return d, err
	}
	if !d.opens() {
		return d, nil
	}
	d.mark(policy)
	d.Policy = policy.Version
	d.Rule = policy.Together(access.Facts{Role: d.RequesterRole, Relation: d.Relation, Purpose: d.Purpose}, d.Groups())
	d.Checks, err = checked(ctx, tx, d.Item, policy.Marks)
	return d, err
}

// checked loads the facts of an access request and makes its checks.
func checked(ctx context.Context, tx *pg.Tx, i Item, marks access.Marks) ([]Check, error) {
	const q = `
		SELECT
			c.managed_since,
			b.name AS customer_branch
		FROM customer AS c
		JOIN branch AS b ON b.id = c.branch_id
		WHERE c.id = $1`
	f := facts{Circumstances: i.Circumstances, Marks: marks}
	if err := tx.Get(ctx, &f, q, i.CustomerID); err != nil {
		return nil, err
	}
	return checks(f), nil
}
