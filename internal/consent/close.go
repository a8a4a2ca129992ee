package consent

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Close records in one step that a customer wants no more of a category, or of
// everything: what was agreed to is withdrawn, what was not is refused. No reason
// is needed (个人信息保护法 第十五条). It is for everybody who sees the customer, and
// returns the code of the receipt, NotFound outside the scope.
func (d *Desk) Close(ctx context.Context, by *staff.Member, no string, c Category, reason string) (receipt string, err error) {
	if err := authz.Check(by, authz.SeeCustomers); err != nil {
		return "", fmt.Errorf("withdraw consent: %w", err)
	}
	reason = strings.TrimSpace(reason)
	var f fault.Fields
	f.Require(c == Everything || c.Known(), "category", "没有这个类别。")
	f.Require(line(reason, 200), "reason", "说明最多 200 个字，写在一行里。")
	if err := f.Err(); err != nil {
		return "", fmt.Errorf("withdraw consent: %w", err)
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := customer.Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		kind, err := closing(ctx, tx, ref.ID, c)
		if err != nil {
			return err
		}
		receipt, err = record(ctx, tx, by, ref, Record{Said: []Said{{Kind: kind, Category: c}}, Method: BySpoken, Reason: reason})
		return err
	})
	if err != nil {
		return "", d.refused(ctx, by, no, fmt.Errorf("withdraw consent: %w", err))
	}
	return receipt, nil
}

// closing is Withdrawn where something of a category is agreed to, else Refused.
func closing(ctx context.Context, tx *pg.Tx, customerID int64, c Category) (Kind, error) {
	const q = `
		SELECT EXISTS (
			SELECT
			FROM consent_state AS s
			JOIN consent_category AS g ON g.code = s.category
			WHERE s.customer_id = $1
				AND s.state = 'granted'
				AND ($2 = '' OR $2 IN (g.code, g.parent))
		)`
	var open bool
	if err := tx.Get(ctx, &open, q, customerID, string(c)); err != nil {
		return "", err
	}
	if open {
		return Withdrawn, nil
	}
	return Refused, nil
}
