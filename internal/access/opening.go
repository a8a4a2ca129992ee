package access

import (
	"context"
	"fmt"

	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Kind is the approval kind of access requests.
const Kind = approval.Access

// Often is how many requests of one person for the same group of one customer
// within a week stand out.
const Often = 4

// Opening is what the approval of an access request brings about: one grant for
// each group, from now for as long as was asked.
type Opening struct{}

// Apply opens the grants of a, in the transaction and in the name of its
// approver. It returns a Conflict fault if the customer has meanwhile left the
// requester's scope.
func (Opening) Apply(ctx context.Context, tx *pg.Tx, _ *staff.Member, a approval.Approval) error {
	requester, err := member(ctx, tx, a.RequesterID)
	if err != nil {
		return err
	}
	_, err = customer.Locate(ctx, tx, requester, a.CustomerNo)
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Forbidden:
		return fault.Wrap(fault.Conflict, "这位客户已不在申请人的服务范围内，不能批准，请拒绝。", err)
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `SELECT open_access_grants($1)`, a.ID); err != nil {
		return fmt.Errorf("open grants: %w", err)
	}
	return nil
}

// member loads what a scope depends on.
func member(ctx context.Context, tx *pg.Tx, id int64) (*staff.Member, error) {
	const q = `
		SELECT
			s.id,
			s.role,
			s.branch_id,
			s.disabled_at
		FROM staff AS s
		WHERE s.id = $1`
	var m staff.Member
	if err := tx.Get(ctx, &m, q, id); err != nil {
		return nil, err
	}
	return &m, nil
}

// Mark returns the red mark of a request: that the person has asked for the
// same group of the same customer Often times or more within a week.
func (Opening) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	const q = `
		SELECT count(*)
		FROM approval AS a
		JOIN access_request AS t ON t.approval_id = a.id
		JOIN access_request AS r ON r.customer_id = t.customer_id AND r.groups && t.groups
		JOIN approval AS o ON o.id = r.approval_id
		WHERE a.id = $1
			AND o.requester_id = a.requester_id
			AND o.id <= a.id
			AND o.submitted_at > a.submitted_at - interval '7 days'`
	var n int
	if err := tx.Get(ctx, &n, q, a.ID); err != nil {
		return "", err
	}
	return RedMark(n), nil
}

// RedMark says what stands out about the nth request within a week, empty if
// nothing does.
func RedMark(n int) string {
	if n < Often {
		return ""
	}
	return fmt.Sprintf("近 7 天第 %d 次调阅", n)
}
