package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Amending is a request for several customers that was sent back, as its
// requester amends it: what was asked, what was said to it, and the customers
// that are still the requester's to see. The groups stay as they were asked for.
type Amending struct {
	Chosen
	ApprovalID int64
	Ask        Ask
	By         string // who sent it back
	Comment    string // what they said
	Gone       int    // customers that have left the requester's scope
}

// Amend returns the request of by with the id as it can be amended. It returns
// NotFound for somebody else's, or one for a single customer, and Conflict for one
// that was not sent back.
func (d *Desk) Amend(ctx context.Context, by *staff.Member, id int64) (Amending, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return Amending{}, err
	}
	var m Amending
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		m, _, err = d.returnedMany(ctx, tx, by, id)
		if err == nil {
			m.Approver, err = nearest(ctx, tx, by.ID)
		}
		return err
	})
	if err != nil {
		return Amending{}, fmt.Errorf("amend request %d: %w", id, err)
	}
	return m, nil
}

// returnedMany holds a request for several customers that was sent back and tells
// what was asked.
func (d *Desk) returnedMany(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64) (Amending, approval.Approval, error) {
	a, err := approval.LockReturned(ctx, tx, by, id)
	if err == nil && a.Kind != approval.AccessMany {
		err = fault.New(fault.NotFound, "没有这件申请。")
	}
	if err != nil {
		return Amending{}, a, err
	}
	const q = `
		SELECT` + requestColumns + `,
			r.groups AS asked_groups,
			c.no,
			sees_customer(a.requester_id, c.id) AS sees` + requestTables + `
		JOIN customer AS c ON c.id = r.customer_id
		WHERE a.id = $1
		ORDER BY c.no`
	var rows []struct {
		requestRow
		Asked pq.StringArray `db:"asked_groups"`
		No    string         `db:"no"`
		Sees  bool           `db:"sees"`
	}
	if err := tx.Select(ctx, &rows, q, id); err != nil {
		return Amending{}, a, fmt.Errorf("customers of the request: %w", err)
	}
	m := Amending{ApprovalID: id}
	var nos []string
	for _, r := range rows {
		s := r.status()
		m.Ask = Ask{Groups: parseGroups(r.Asked), Purpose: s.Purpose, Reason: s.Reason, Minutes: s.Minutes, Task: s.Task}
		m.By, m.Comment = s.By, s.Comment
		if r.Sees {
			nos = append(nos, r.No)
		}
	}
	m.Gone = len(rows) - len(nos)
	if len(nos) == 0 {
		return m, a, fault.New(fault.Conflict, "申请里的客户都已不在您的服务范围内，请撤回这件申请。").Because("scope")
	}
	if m.Customers, err = customer.LocateAll(ctx, tx, by, nos); err != nil {
		return m, a, err
	}
	p, err := d.policies.in(ctx, tx)
	if err != nil {
		return m, a, err
	}
	m.Most = p.Many
	return m, a, nil
}

// AmendMany sends a request for several customers that was sent back through its
// steps anew, with another purpose, reason, time or task, for those of its
// customers that are kept. It returns Invalid on customer, purpose, reason,
// minutes and task, and otherwise the faults of Amend and RequestMany.
func (d *Desk) AmendMany(ctx context.Context, by *staff.Member, id int64, kept []string, ask Ask) (ManyOutcome, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return ManyOutcome{}, err
	}
	var o ManyOutcome
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		o, err = d.amendMany(ctx, tx, by, id, kept, ask)
		return err
	})
	if err != nil {
		return ManyOutcome{}, fmt.Errorf("amend request %d: %w", id, err)
	}
	return o, nil
}

func (d *Desk) amendMany(ctx context.Context, tx *pg.Tx, by *staff.Member, id int64, kept []string, ask Ask) (ManyOutcome, error) {
	m, a, err := d.returnedMany(ctx, tx, by, id)
	if err != nil {
		return ManyOutcome{}, err
	}
	if m.Customers, err = m.keeping(kept); err != nil {
		return ManyOutcome{}, err
	}
	ask.Groups = m.Ask.Groups
	p, err := d.policies.in(ctx, tx)
	if err != nil {
		return ManyOutcome{}, err
	}
	if m.Rule, err = p.strictest(ctx, tx, by, m.ids(), ask); err != nil {
		return ManyOutcome{}, err
	}
	if ask, err = ask.checked("", m.Rule); err != nil {
		return ManyOutcome{}, err
	}
	o := ManyOutcome{ApprovalID: id, Asked: len(m.Customers)}
	if o.Approver, err = approverFor(ctx, tx, by.ID); err != nil {
		return ManyOutcome{}, err
	}
	steps, err := route(ctx, tx, by, ByCompliance, o.Approver)
	if err != nil {
		return ManyOutcome{}, err
	}
	const q = `
		UPDATE access_request
		SET purpose = $2,
			reason = $3,
			minutes = $4,
			task = $5,
			policy_version = $6,
			granted_groups = NULL,
			granted_minutes = NULL,
			left_out = customer_id <> ALL ($7)
		WHERE approval_id = $1`
	if _, err := tx.Exec(ctx, q, id, string(ask.Purpose), ask.Reason, ask.Minutes, ask.Task, p.Version, pq.Array(m.ids())); err != nil {
		return ManyOutcome{}, err
	}
	if err := approval.Resubmit(ctx, tx, by, a, steps); err != nil {
		return ManyOutcome{}, err
	}
	return o, m.tell(ctx, tx, by, ask)
}

// tell writes for each customer that the request was sent again, and tells the
// open pages.
func (m Amending) tell(ctx context.Context, tx *pg.Tx, by *staff.Member, ask Ask) error {
	said := form{Ask: ask}.said()
	for _, f := range m.Customers {
		err := trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.ApprovalAgain, CustomerID: f.ID, CustomerNo: f.No, ApprovalID: m.ApprovalID,
			Groups: words(ask.Groups), Detail: fmt.Sprintf("%d 位客户一并申请，%s", len(m.Customers), said),
		})
		if err != nil {
			return err
		}
		if err := tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+f.No); err != nil {
			return err
		}
	}
	return nil
}

// keeping are the customers with the numbers, or an Invalid fault on customer if
// there is none, if one is not of the request, or if they are too many.
func (m Amending) keeping(kept []string) ([]customer.Row, error) {
	var f fault.Fields
	var rows []customer.Row
	for _, r := range m.Customers {
		if slices.Contains(kept, r.No) {
			rows = append(rows, r)
		}
	}
	for _, no := range kept {
		known := slices.ContainsFunc(m.Customers, func(r customer.Row) bool { return r.No == no })
		f.Require(known, "customer", "有客户不在申请里，只能移除，不能增加；要加客户，请另行申请。")
	}
	f.Require(len(rows) > 0, "customer", "请至少保留一位客户；都不看了，请撤回这件申请。")
	f.Require(len(rows) <= 1 || m.Most > 0, "customer", "现行调阅政策不允许一次申请多位客户，请撤回后逐位申请。")
	f.Require(len(rows) <= m.Most || m.Most == 0, "customer", fmt.Sprintf("按调阅政策，一次最多 %d 位客户，现在 %d 位。", m.Most, len(rows)))
	return rows, f.Err()
}
