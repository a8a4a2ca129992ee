package access

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// ByPolicy stands where an approver's name would for what the policy opened
// without asking anybody.
const ByPolicy = "政策免审批"

// Open opens a group of the customer with the number to by at once, where the
// policy in force exempts how by stands to the customer. It returns NotFound for
// a customer outside the scope of by, and Conflict where the policy asks for an
// approval or the group is open already.
func (d *Desk) Open(ctx context.Context, by *staff.Member, no string, g Group) error {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return err
	}
	if !g.Known() {
		return fmt.Errorf("open group %q: %w", g, fault.New(fault.NotFound, "没有这个信息分组。"))
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		file, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		if err := exempt(ctx, tx, by, file, g, PurposesFor(g)[0]); err != nil {
			return err
		}
		return tx.Notify(ctx, "grant", strconv.FormatInt(by.ID, 10)+"/"+file.No)
	})
	if kind := fault.KindOf(err); err != nil && (kind == fault.NotFound || kind == fault.Conflict) {
		entry := trail.Entry{Action: trail.AccessExempted, Refused: true, CustomerNo: no, Groups: words([]Group{g}), Detail: fault.As(err).Sentence}
		err = errors.Join(err, trail.Note(ctx, d.db, by.Who(), entry))
	}
	if err != nil {
		return fmt.Errorf("open %s of customer %s: %w", g, no, err)
	}
	return nil
}

// exempt opens one group by the policy and writes it on the trail. That the
// policy says so is checked by the database.
func exempt(ctx context.Context, tx *pg.Tx, by *staff.Member, file customer.Ref, g Group, purpose Purpose) error {
	var id int64
	if err := tx.Get(ctx, &id, `SELECT open_exempt_grant($1, $2, $3)`, file.ID, string(g), string(purpose)); err != nil {
		return violation(err)
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.AccessExempted, CustomerID: file.ID, CustomerNo: file.No, ApprovalID: id,
		Groups: words([]Group{g}), Detail: "按调阅政策免审批打开「" + g.Label() + "」",
	})
}
