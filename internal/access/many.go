package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// ManyOutcome is what became of an ask for several customers.
type ManyOutcome struct {
	ApprovalID int64
	Asked      int // customers the request names
	Passed     int // customers left out, because all of it is open or asked for already
	Approver   Approver
}

// Sentence tells the requester what happened.
func (o ManyOutcome) Sentence() string {
	said := fmt.Sprintf("已为 %d 位客户提交调阅申请，等待 %s 审批，之后由合规审批。", o.Asked, o.Approver.Name)
	if o.Passed > 0 {
		said += fmt.Sprintf("另有 %d 位已经开放或在审批中，没有重复申请。", o.Passed)
	}
	return said
}

// Chosen are the customers that somebody wants to ask about at once.
type Chosen struct {
	Customers []customer.Row
	Rule      Rule // the strictest of what the policy says of each
	Most      int  // customers one request may name; 0 for one only
	Approver  Approver
}

func (c Chosen) ids() []int64 {
	list := make([]int64, len(c.Customers))
	for i, r := range c.Customers {
		list[i] = r.ID
	}
	return list
}

// Choose returns the customers with the numbers, in the order of the list, with
// what the policy asks of a request for the groups of all of them. It returns
// Invalid on customer for too few and too many, and NotFound if one of them is
// not within the scope of by.
func (d *Desk) Choose(ctx context.Context, by *staff.Member, nos []string, ask Ask) (Chosen, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return Chosen{}, err
	}
	var c Chosen
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		if c, err = d.choose(ctx, tx, by, nos, ask); err != nil {
			return err
		}
		c.Approver, err = nearest(ctx, tx, by.ID)
		return err
	})
	if err != nil {
		return Chosen{}, fmt.Errorf("choose customers: %w", err)
	}
	return c, nil
}

// choose is Choose without the approver.
func (d *Desk) choose(ctx context.Context, tx *pg.Tx, by *staff.Member, nos []string, ask Ask) (Chosen, error) {
	nos = slices.Compact(slices.Sorted(slices.Values(nos)))
	p, err := d.policies.in(ctx, tx)
	if err != nil {
		return Chosen{}, err
	}
	c := Chosen{Most: p.Many}
	if len(ask.Groups) == 0 {
		ask.Groups = Groups()
	}
	var f fault.Fields
	f.Require(p.Many > 0, "customer", "现行调阅政策不允许一次申请多位客户，请逐位申请。")
	f.Require(len(nos) >= 2 || p.Many == 0, "customer", "请至少选择 2 位客户；只看一位时，在客户档案里申请。")
	f.Require(len(nos) <= p.Many || p.Many == 0, "customer", fmt.Sprintf("按调阅政策，一次最多 %d 位客户，现在 %d 位。", p.Many, len(nos)))
	if err := f.Err(); err != nil {
		return c, err
	}
	if c.Customers, err = customer.LocateAll(ctx, tx, by, nos); err != nil {
		return c, err
	}
	c.Rule, err = p.strictest(ctx, tx, by, c.ids(), ask)
	return c, err
}

// strictest is the rule for a request for several customers: the superior and
// compliance, the shortest time and a task of what the policy says of each.
func (p Policy) strictest(ctx context.Context, tx *pg.Tx, by *staff.Member, customers []int64, ask Ask) (Rule, error) {
	relations, err := relationsOf(ctx, tx, by.ID, customers)
	if err != nil {
		return Rule{}, err
	}
	rule := Rule{Way: ByCompliance, Max: MaxMinutes, Suggested: MaxMinutes}
	for i, relation := range relations {
		one := p.Together(Facts{Role: by.Role, Relation: relation, Purpose: ask.Purpose}, ask.Groups)
		if i == 0 || one.Max < rule.Max {
			rule.Max = one.Max
		}
		rule.Suggested = min(rule.Suggested, one.Suggested)
		rule.Task = rule.Task || one.Task
	}
	return rule, nil
}

// RequestMany asks the superior of by, and compliance after them, to open the
// same groups of several customers, for one reason. Customers of whom all of it
// is open or asked for already are passed over. It returns Invalid on customer,
// group, purpose, reason, minutes and task, NotFound if one of them is not within
// the scope of by, and Conflict if nothing is left to ask or nobody can approve.
func (d *Desk) RequestMany(ctx context.Context, by *staff.Member, nos []string, ask Ask) (ManyOutcome, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return ManyOutcome{}, err
	}
	var o ManyOutcome
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		o, err = d.requestMany(ctx, tx, by, nos, ask)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		entry := trail.Entry{Action: trail.AccessRequested, Refused: true, Groups: words(inOrder(ask.Groups)), Detail: fault.As(err).Sentence}
		err = errors.Join(err, trail.Note(ctx, d.db, by.Who(), entry))
	}
	if err != nil {
		return ManyOutcome{}, fmt.Errorf("request access to several customers: %w", err)
	}
	return o, nil
}

func (d *Desk) requestMany(ctx context.Context, tx *pg.Tx, by *staff.Member, nos []string, ask Ask) (ManyOutcome, error) {
	c, err := d.choose(ctx, tx, by, nos, ask)
	if err != nil {
		return ManyOutcome{}, err
	}
	if ask, err = ask.checked("", c.Rule); err != nil {
		return ManyOutcome{}, err
	}
	var files []customer.Row
	for _, r := range c.Customers {
		if err := oneAtATime(ctx, tx, by.ID, r.ID); err != nil {
			return ManyOutcome{}, err
		}
		now, err := standing(ctx, tx, by.ID, r.ID)
		if err != nil {
			return ManyOutcome{}, err
		}
		if slices.ContainsFunc(ask.Groups, func(g Group) bool { return now.Groups[g].State != Open && now.Groups[g].State != Pending }) {
			files = append(files, r)
		}
	}
	if len(files) == 0 {
		return ManyOutcome{}, fault.New(fault.Conflict, "所选客户的这些信息都已经开放或在审批中，不用再申请。")
	}
	o := ManyOutcome{Asked: len(files), Passed: len(c.Customers) - len(files)}
	if o.Approver, err = approverFor(ctx, tx, by.ID); err != nil {
		return ManyOutcome{}, err
	}
	o.ApprovalID, err = d.submitMany(ctx, tx, by, files, ask, o.Approver)
	return o, err
}

// submitMany puts the request before its approvers.
func (d *Desk) submitMany(ctx context.Context, tx *pg.Tx, by *staff.Member, files []customer.Row, ask Ask, to Approver) (int64, error) {
	p, err := d.policies.in(ctx, tx)
	if err != nil {
		return 0, err
	}
	steps, err := route(ctx, tx, by, ByCompliance, to)
	if err != nil {
		return 0, err
	}
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind:  approval.AccessMany,
		Title: fmt.Sprintf("调阅 %d 位客户的%s", len(files), Labels(ask.Groups)),
		Steps: steps,
	})
	if err != nil {
		return 0, err
	}
	ids := make([]int64, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	const q = `
		INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes, task, policy_version)
		SELECT $1, c.id, $3, $4, $5, $6, $7, $8
		FROM unnest($2::bigint[]) AS c (id)`
	if _, err := tx.Exec(ctx, q, id, pq.Array(ids), pq.Array(words(ask.Groups)), string(ask.Purpose), ask.Reason, ask.Minutes, ask.Task, p.Version); err != nil {
		return 0, err
	}
	said := form{Ask: ask}.said()
	for _, f := range files {
		err := trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.AccessRequested, CustomerID: f.ID, CustomerNo: f.No, ApprovalID: id,
			Groups: words(ask.Groups), Detail: fmt.Sprintf("%d 位客户一并申请，%s", len(files), said),
		})
		if err != nil {
			return 0, err
		}
		if err := tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+f.No); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// leaveOut takes the customers that the approver did not keep out of a request
// for several, and tells it for the trail. It returns Invalid on customer if
// nobody, or somebody else, is kept.
func leaveOut(ctx context.Context, tx *pg.Tx, a approval.Approval, kept []string) (string, error) {
	if len(kept) == 0 {
		return "", nil
	}
	var stood []string
	const load = `
		SELECT c.no
		FROM access_request AS r
		JOIN customer AS c ON c.id = r.customer_id
		WHERE r.approval_id = $1
			AND NOT r.left_out
		ORDER BY c.no`
	if err := tx.Select(ctx, &stood, load, a.ID); err != nil {
		return "", fmt.Errorf("customers of the request: %w", err)
	}
	left, err := keptOf(stood, kept)
	if err != nil || len(left) == 0 {
		return "", err
	}
	const save = `
		UPDATE access_request AS r
		SET left_out = true
		FROM customer AS c
		WHERE r.approval_id = $1
			AND c.id = r.customer_id
			AND c.no = ANY ($2)`
	if _, err := tx.Exec(ctx, save, a.ID, pq.Array(left)); err != nil {
		return "", fmt.Errorf("leave customers out: %w", err)
	}
	return fmt.Sprintf("，移除 %d 位客户（%s）", len(left), strings.Join(left, "、")), nil
}

// keptOf is the rule: who of those that stood is left out, or an Invalid fault.
func keptOf(stood, kept []string) (left []string, err error) {
	var f fault.Fields
	n := 0
	for _, no := range kept {
		known := slices.Contains(stood, no)
		f.Require(known || no == "", "customer", "有客户不在申请里，只能移除，不能增加。")
		if known {
			n++
		}
	}
	f.Require(n > 0, "customer", "请至少保留一位客户；都不该看的，请拒绝。")
	for _, no := range stood {
		if !slices.Contains(kept, no) {
			left = append(left, no)
		}
	}
	return left, f.Err()
}

// openMany opens the grants of what is left of a request for several customers
// and tells the open pages about each. It returns a Conflict fault that names
// those who have left the requester's scope.
func openMany(ctx context.Context, tx *pg.Tx, requester *staff.Member, a approval.Approval) error {
	const q = `
		SELECT
			c.no,
			sees_customer($2, c.id) AS sees
		FROM access_request AS r
		JOIN customer AS c ON c.id = r.customer_id
		WHERE r.approval_id = $1
			AND NOT r.left_out
		ORDER BY c.no`
	var files []struct {
		No   string `db:"no"`
		Sees bool   `db:"sees"`
	}
	if err := tx.Select(ctx, &files, q, a.ID, requester.ID); err != nil {
		return fmt.Errorf("customers of the request: %w", err)
	}
	var gone []string
	for _, f := range files {
		if !f.Sees {
			gone = append(gone, f.No)
		}
	}
	if len(gone) > 0 {
		return fault.Newf(fault.Conflict, "客户 %s 已不在申请人的服务范围内，请取消勾选后再批准。", strings.Join(gone, "、")).Because("scope")
	}
	if _, err := tx.Exec(ctx, `SELECT open_access_grants($1)`, a.ID); err != nil {
		return violation(err)
	}
	for _, f := range files {
		if err := tx.Notify(ctx, "grant", strconv.FormatInt(requester.ID, 10)+"/"+f.No); err != nil {
			return err
		}
	}
	return nil
}
