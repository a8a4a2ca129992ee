package staff

import (
	"context"
	"fmt"
	"strings"
	"time"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// branchRow is a branch as it is changed.
type branchRow struct {
	Branch
	ParentName string     `db:"parent_name"`
	ClosedAt   *time.Time `db:"closed_at"`
}

// branchForChange loads a branch that is open, and keeps others from changing it.
func branchForChange(ctx context.Context, tx *pg.Tx, id int64) (b branchRow, err error) {
	const q = `
		SELECT
			b.id,
			b.code,
			b.name,
			b.kind,
			COALESCE(b.parent_id, 0) AS parent_id,
			COALESCE(p.name, '') AS parent_name,
			b.closed_at
		FROM branch AS b
		LEFT JOIN branch AS p ON p.id = b.parent_id
		WHERE b.id = $1
		FOR UPDATE OF b`
	switch err := tx.Get(ctx, &b, q, id); {
	case err != nil:
		return b, pg.OrNotFound(err, "没有这个机构。")
	case b.ClosedAt != nil:
		return b, fault.Newf(fault.Conflict, "%s已撤销，不能再变动。", b.Name)
	case BranchKind(b.Kind) == HeadOffice:
		return b, fault.New(fault.Conflict, "总部没有上级，也不能撤销。")
	}
	return b, nil
}

// MoveBranch puts a branch, with all below it, under another: supervisors above
// see its customers from then on, those of before no longer, and their grants on
// them end. A parent it cannot stand below is Invalid on parent; the head office
// and a closed branch are a Conflict.
func (d *Directory) MoveBranch(ctx context.Context, by *Member, id int64, parent string) error {
	if err := mayManage(by); err != nil {
		return fmt.Errorf("move branch %d: %w", id, err)
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		b, err := branchForChange(ctx, tx, id)
		if err != nil {
			return err
		}
		above, err := parentOf(ctx, tx, NewBranch{Kind: BranchKind(b.Kind), Parent: parent})
		switch {
		case err != nil:
			return err
		case above.ID == b.ParentID:
			return invalid("parent", "上级没有变动。")
		}
		if _, err := tx.Exec(ctx, `UPDATE branch SET parent_id = $2 WHERE id = $1`, id, above.ID); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.BranchChanged, Detail: fmt.Sprintf("%s（%s）的上级由%s改为%s", b.Name, b.Code, b.ParentName, above.Name),
		})
	})
	if err != nil {
		return fmt.Errorf("move branch %d: %w", id, branchConstraints().Fault(err))
	}
	d.EvictAll()
	return nil
}

// CloseBranch closes a branch for good. While people, customers or open branches
// are in it, that is a Conflict which says what to do first.
func (d *Directory) CloseBranch(ctx context.Context, by *Member, id int64) error {
	if err := mayManage(by); err != nil {
		return fmt.Errorf("close branch %d: %w", id, err)
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		b, err := branchForChange(ctx, tx, id)
		if err != nil {
			return err
		}
		var left struct {
			People    int `db:"people"`
			Customers int `db:"customers"`
			Below     int `db:"below"`
		}
		if err := tx.Get(ctx, &left, `SELECT`+inBranch+`
			FROM branch AS b
			WHERE b.id = $1`, id); err != nil {
			return err
		}
		if first := before(left.People, left.Customers, left.Below); len(first) > 0 {
			return fault.Newf(fault.Conflict, "%s还不能撤销，请先%s。", b.Name, strings.Join(first, "、"))
		}
		if _, err := tx.Exec(ctx, `UPDATE branch SET closed_at = now() WHERE id = $1`, id); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.BranchChanged, Detail: fmt.Sprintf("撤销%s（%s）", b.Name, b.Code)})
	})
	if err != nil {
		return fmt.Errorf("close branch %d: %w", id, branchConstraints().Fault(err))
	}
	d.EvictAll()
	return nil
}

// inBranch counts who and what is in branch b itself.
const inBranch = `
			(
				SELECT count(*)
				FROM staff AS s
				WHERE s.branch_id = b.id
					AND s.disabled_at IS NULL
			) AS people,
			(
				SELECT COALESCE(sum(n.n), 0)
				FROM customer_count AS n
				WHERE n.branch_id = b.id
			) AS customers,
			(
				SELECT count(*)
				FROM branch AS u
				WHERE u.parent_id = b.id
					AND u.closed_at IS NULL
			) AS below`

// before lists what is to be done before a branch closes.
func before(people, customers, below int) []string {
	var first []string
	if people > 0 {
		first = append(first, fmt.Sprintf("调走 %d 名人员", people))
	}
	if customers > 0 {
		first = append(first, fmt.Sprintf("移交 %d 位客户", customers))
	}
	if below > 0 {
		first = append(first, fmt.Sprintf("移走 %d 个下级机构", below))
	}
	return first
}

// Before lists what is to be done before the branch can close; nothing if it can.
func (p Place) Before() []string { return before(p.People, p.Customers, p.Below) }
