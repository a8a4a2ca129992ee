package access

import (
	"context"
	"errors"
	"fmt"
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

// Desk takes requests for access and hands grants back.
type Desk struct{ db *pg.DB }

// NewDesk returns a desk over the database.
func NewDesk(db *pg.DB) *Desk { return &Desk{db: db} }

// Request asks the superior of by to open groups of the customer with the
// number. Groups already open or pending are not asked for again, and a returned
// request that covers a group is amended and submitted again; Outcome says which
// is which. It returns NotFound for a customer outside the scope of by, Invalid
// on group, purpose, reason and minutes, and Conflict if nobody can approve.
func (d *Desk) Request(ctx context.Context, by *staff.Member, no string, ask Ask) (Outcome, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return Outcome{}, err
	}
	var o Outcome
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		o, err = request(ctx, tx, by, no, ask)
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

func request(ctx context.Context, tx *pg.Tx, by *staff.Member, no string, ask Ask) (Outcome, error) {
	file, err := customer.Locate(ctx, tx, by, no)
	if err != nil {
		return Outcome{}, err
	}
	ask, err = ask.checked(file.Name)
	if err != nil {
		return Outcome{}, err
	}
	if err := oneAtATime(ctx, tx, by.ID, file.ID); err != nil {
		return Outcome{}, err
	}
	all, err := standing(ctx, tx, by.ID, file.ID)
	if err != nil {
		return Outcome{}, err
	}
	o, returned := ask.plan(all)
	if len(o.Asked) == 0 && len(returned) == 0 {
		return o, nil
	}
	if o.Approver, err = approverFor(ctx, tx, by.ID); err != nil {
		return Outcome{}, err
	}
	for _, r := range returned {
		o.Resubmitted = append(o.Resubmitted, r.Groups...)
		o.ApprovalID = r.ApprovalID
		if err := again(ctx, tx, by, r, ask, o.Approver); err != nil {
			return Outcome{}, err
		}
	}
	if len(o.Asked) > 0 {
		ask.Groups = o.Asked
		if o.ApprovalID, err = submit(ctx, tx, by, file, ask, o.Approver); err != nil {
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

// submit puts a new request before the approver.
func submit(ctx context.Context, tx *pg.Tx, by *staff.Member, file customer.Ref, ask Ask, to Approver) (int64, error) {
	id, err := approval.Submit(ctx, tx, by, approval.Draft{
		Kind:       Kind,
		CustomerID: file.ID,
		Title:      "调阅 " + file.Name + "的" + Labels(ask.Groups),
		Steps:      []approval.Route{{ApproverID: to.ID, Because: because(by, to)}},
	})
	if err != nil {
		return 0, err
	}
	const q = `
		INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes)
		VALUES ($1, $2, $3, $4, $5, $6)`
	if _, err := tx.Exec(ctx, q, id, file.ID, pq.Array(words(ask.Groups)), string(ask.Purpose), ask.Reason, ask.Minutes); err != nil {
		return 0, err
	}
	return id, trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.AccessRequested, CustomerID: file.ID, CustomerNo: file.No, ApprovalID: id,
		Groups: words(ask.Groups), Detail: said(ask),
	})
}

func said(a Ask) string {
	return fmt.Sprintf("%s，%d 分钟：%s", a.Purpose.Label(), a.Minutes, a.Reason)
}

// again amends a returned request and sends it through its step anew.
func again(ctx context.Context, tx *pg.Tx, by *staff.Member, returned Status, ask Ask, to Approver) error {
	a, err := approval.LockReturned(ctx, tx, by, returned.ApprovalID)
	if err != nil {
		return err
	}
	const q = `
		UPDATE access_request
		SET purpose = $2,
			reason = $3,
			minutes = $4
		WHERE approval_id = $1`
	if _, err := tx.Exec(ctx, q, a.ID, string(ask.Purpose), ask.Reason, ask.Minutes); err != nil {
		return err
	}
	if err := approval.Resubmit(ctx, tx, by, a, []approval.Route{{ApproverID: to.ID, Because: because(by, to)}}); err != nil {
		return err
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.ApprovalAgain, CustomerID: a.CustomerID, CustomerNo: a.CustomerNo, ApprovalID: a.ID,
		Groups: words(returned.Groups), Detail: said(ask),
	})
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
