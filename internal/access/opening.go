package access

import (
	"context"

	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Kind is the approval kind of access requests.
const Kind = approval.Access

// Opening is what the approval of an access request brings about: one grant for
// each group that was approved, from now for as long as was approved.
type Opening struct{ policies *Policies }

// NewOpening returns the effect, which goes by the policy in force.
func NewOpening(policies *Policies) Opening { return Opening{policies} }

// Apply opens the grants of a, in the transaction and in the name of its
// approver. It returns a Conflict fault if the customer has meanwhile left the
// requester's scope, or if the policy in force no longer allows the request.
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
	_, err = tx.Exec(ctx, `SELECT open_access_grants($1)`, a.ID)
	return violation(err)
}

// violation turns a constraint that the database held against a statement of
// this package into what it means to the user.
func violation(err error) error {
	return pg.Constraints{
		"access_by_policy":      fault.New(fault.Conflict, "调阅政策已经换了版本，这件申请不再符合，请缩短时长，或退回申请人按新政策重新提交。").Because("access-policy"),
		"access_exempt":         fault.New(fault.Conflict, "按现行调阅政策，这项信息须先申请。").Because("access-policy"),
		"access_open_already":   fault.New(fault.Conflict, "这项信息已经打开，不用再打开。"),
		"access_policy_publish": fault.New(fault.Conflict, "这份政策是按旧版本改的，现行版本已经变了，请拒绝，由提议人按现行版本重新提交。").Because("access-policy"),
	}.Fault(err)
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

// Mark returns the red marks of a request, by the thresholds of the policy in
// force.
func (o Opening) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	p, err := o.policies.in(ctx, tx)
	if err != nil {
		return "", err
	}
	const q = `
		SELECT` + CircumstanceColumns + `
		FROM approval AS a
		JOIN access_request AS r ON r.approval_id = a.id
		WHERE a.id = $1`
	var c Circumstances
	err = tx.Get(ctx, &c, q, a.ID)
	return p.Red(c), err
}

// CircumstanceColumns reads Circumstances from approval a and access_request r.
const CircumstanceColumns = `
	a.submitted_at,
	COALESCE(access_relation(a.requester_id, a.customer_id), '') AS relation,
	in_branch(
		(SELECT x.branch_id FROM customer AS x WHERE x.id = a.customer_id),
		(SELECT x.branch_id FROM staff AS x WHERE x.id = a.requester_id)
	) AS in_branch,
	(
		SELECT count(*)
		FROM approval AS o
		JOIN access_request AS t ON t.approval_id = o.id
		WHERE o.requester_id = a.requester_id
			AND o.customer_id = a.customer_id
			AND o.id <= a.id
			AND o.submitted_at > a.submitted_at - interval '7 days'
			AND t.groups && r.groups
	) AS week,
	(
		SELECT count(DISTINCT o.customer_id)
		FROM approval AS o
		WHERE o.requester_id = a.requester_id
			AND o.kind = 'access'
			AND o.submitted_at > a.submitted_at - interval '1 day'
			AND o.submitted_at <= a.submitted_at
	) AS files_a_day`
