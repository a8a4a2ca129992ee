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
	if a.Kind == approval.AccessMany {
		return openMany(ctx, tx, requester, a)
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
		WHERE a.id = $1`
	var c Circumstances
	err = tx.Get(ctx, &c, q, a.ID)
	return p.Red(c), err
}

// CircumstanceColumns reads Circumstances from approval a: of a request for
// several customers what stands out about any of them.
const CircumstanceColumns = `
	a.submitted_at,
	COALESCE((
		SELECT access_relation(a.requester_id, r.customer_id)
		FROM access_request AS r
		WHERE r.approval_id = a.id
			AND NOT r.left_out
		ORDER BY array_position(ARRAY['other', 'former', 'branch', 'managing'], access_relation(a.requester_id, r.customer_id))
		LIMIT 1
	), '') AS relation,
	COALESCE((
		SELECT bool_and(in_branch(x.branch_id, (SELECT y.branch_id FROM staff AS y WHERE y.id = a.requester_id)))
		FROM access_request AS r
		JOIN customer AS x ON x.id = r.customer_id
		WHERE r.approval_id = a.id
			AND NOT r.left_out
	), false) AS in_branch,
	COALESCE((
		SELECT max(` + weekOf + `)
		FROM access_request AS r
		WHERE r.approval_id = a.id
			AND NOT r.left_out
	), 0) AS week,
	(
		SELECT count(DISTINCT t.customer_id)
		FROM approval AS o
		JOIN access_request AS t ON t.approval_id = o.id
		WHERE o.requester_id = a.requester_id
			AND o.kind IN ('access', 'access_many')
			AND o.submitted_at > a.submitted_at - interval '1 day'
			AND o.submitted_at <= a.submitted_at
	) AS files_a_day`

// weekOf counts the requests for a group of access_request r of approval a, and
// for its customer, in the seven days before, itself included.
const weekOf = `(
			SELECT count(*)
			FROM approval AS o
			JOIN access_request AS t ON t.approval_id = o.id
			WHERE o.requester_id = a.requester_id
				AND t.customer_id = r.customer_id
				AND o.id <= a.id
				AND o.submitted_at > a.submitted_at - interval '7 days'
				AND t.groups && r.groups
		)`
