package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Desk takes requests for access and hands grants back.
type Desk struct {
	db       *pg.DB
	policies *Policies
}

// NewDesk returns a desk over the database that goes by the policy in force.
func NewDesk(db *pg.DB, policies *Policies) *Desk { return &Desk{db: db, policies: policies} }

// Request asks the superior of by to open groups of the customer with the
// number. Groups already open or pending are not asked for again, and a returned
// request that covers a group is amended and submitted again; Outcome says which
// is which. The policy says who is asked, for how long at most, and whether a task
// must be named. It returns NotFound for a customer outside the scope of by,
// Invalid on group, purpose, reason, minutes and task, and Conflict if nobody can
// approve.
func (d *Desk) Request(ctx context.Context, by *staff.Member, no string, ask Ask) (Outcome, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return Outcome{}, err
	}
	var o Outcome
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		o, err = d.request(ctx, tx, by, no, ask)
		return err
	})
	if fault.KindOf(err) == fault.NotFound {
		entry := trail.Entry{Action: trail.AccessRequested, Refused: true, CustomerNo: no, Groups: words(inOrder(ask.Groups)), Detail: fault.As(err).Sentence}
		err = errors.Join(err, trail.Note(ctx, d.db, by.Who(), entry))
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("request access to customer %s: %w", no, err)
	}
	return o, nil
}

func (d *Desk) request(ctx context.Context, tx *pg.Tx, by *staff.Member, no string, ask Ask) (Outcome, error) {
	file, err := customer.Locate(ctx, tx, by, no)
	if err != nil {
		return Outcome{}, err
	}
	if err := oneAtATime(ctx, tx, by.ID, file.ID); err != nil {
		return Outcome{}, err
	}
	now, err := standing(ctx, tx, by.ID, file.ID)
	if err != nil {
		return Outcome{}, err
	}
	o, returned := ask.plan(now.Groups)
	p, err := d.policies.in(ctx, tx)
	if err != nil {
		return Outcome{}, err
	}
	asked := slices.Concat(ask.Groups, o.Asked)
	for _, r := range returned {
		asked = append(asked, r.Groups...)
	}
	rule := p.Together(Facts{Role: by.Role, Relation: now.Relation, Purpose: ask.Purpose}, asked)
	if ask, err = ask.checked(file.Name, rule); err != nil {
		return Outcome{}, err
	}
	if len(o.Asked) == 0 && len(returned) == 0 {
		return o, nil
	}
	if rule.Way == Exempt && len(returned) == 0 {
		return o.open(ctx, tx, by, file, ask.Purpose)
	}
	if o.Approver, err = approverFor(ctx, tx, by.ID); err != nil {
		return Outcome{}, err
	}
	form := form{Ask: ask, file: file, version: p.Version, way: rule.Way, to: o.Approver}
	o.Second = rule.Way == ByCompliance && staff.Role(o.Approver.Role) != staff.Compliance
	for _, r := range returned {
		o.Resubmitted = append(o.Resubmitted, r.Groups...)
		o.ApprovalID = r.ApprovalID
		if err := form.again(ctx, tx, by, r); err != nil {
			return Outcome{}, err
		}
	}
	if len(o.Asked) > 0 {
		form.Groups = o.Asked
		if o.ApprovalID, err = form.submit(ctx, tx, by); err != nil {
			return Outcome{}, err
		}
	}
	return o, tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+file.No)
}

// open opens what was asked for at once, because the policy exempts all of it.
func (o Outcome) open(ctx context.Context, tx *pg.Tx, by *staff.Member, file customer.Ref, purpose Purpose) (Outcome, error) {
	o.Asked, o.Opened = nil, o.Asked
	for _, g := range o.Opened {
		if err := exempt(ctx, tx, by, file, g, purpose); err != nil {
			return Outcome{}, err
		}
	}
	return o, tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+file.No)
}

// oneAtATime holds back a second request of the person for the customer until
// this transaction ends, so that pressing twice asks once.
func oneAtATime(ctx context.Context, tx *pg.Tx, staffID, customerID int64) error {
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, fmt.Sprintf("access/%d/%d", staffID, customerID))
	return err
}

// HandBack ends a live grant of by before its time. It returns NotFound for
// somebody else's grant and Conflict for one that has ended.
func (d *Desk) HandBack(ctx context.Context, by *staff.Member, grantID int64) error {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return err
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error { return handBack(ctx, tx, by, grantID) })
	if err != nil {
		return fmt.Errorf("hand back grant %d: %w", grantID, err)
	}
	return nil
}

func handBack(ctx context.Context, tx *pg.Tx, by *staff.Member, grantID int64) error {
	const load = `
		SELECT
			g.customer_id,
			c.no,
			g.approval_id,
			g.field_group,
			g.ended_at IS NULL AND g.expires_at > now() AS live
		FROM access_grant AS g
		JOIN customer AS c ON c.id = g.customer_id
		WHERE g.id = $1
			AND g.staff_id = $2
		FOR UPDATE OF g`
	var g struct {
		CustomerID int64  `db:"customer_id"`
		No         string `db:"no"`
		ApprovalID int64  `db:"approval_id"`
		Group      Group  `db:"field_group"`
		Live       bool   `db:"live"`
	}
	if err := tx.Get(ctx, &g, load, grantID, by.ID); err != nil {
		return pg.OrNotFound(err, "没有这项授权。")
	}
	if !g.Live {
		return fault.New(fault.Conflict, "这项授权已经结束，不用归还。")
	}
	const end = `
		UPDATE access_grant
		SET ended_at = now(),
			end_reason = 'handed_back'
		WHERE id = $1`
	if _, err := tx.Exec(ctx, end, grantID); err != nil {
		return err
	}
	err := trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.AccessReturned, CustomerID: g.CustomerID, CustomerNo: g.No, ApprovalID: g.ApprovalID,
		Groups: []string{string(g.Group)}, Detail: "提前归还「" + g.Group.Label() + "」",
	})
	if err != nil {
		return err
	}
	return tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+g.No)
}
