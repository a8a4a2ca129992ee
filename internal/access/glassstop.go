package access

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// stopped is a break-glass of which nothing is open any more.
type stopped struct {
	ApprovalID int64          `db:"approval_id"`
	StaffName  string         `db:"staff_name"`
	CustomerID int64          `db:"customer_id"`
	CustomerNo string         `db:"customer_no"`
	OpenedAt   time.Time      `db:"opened_at"`
	EndedAt    time.Time      `db:"ended_at"`
	Early      bool           `db:"early"`
	Groups     pq.StringArray `db:"groups"`
}

// StopGlass writes the end of each break-glass that is over on the trail, in the
// name of the program, once. It may be run at any time by any process.
func (d *Desk) StopGlass(ctx context.Context) error {
	program := staff.Program()
	err := d.db.InTx(ctx, program.Actor(), func(tx *pg.Tx) error {
		const q = `
			UPDATE break_glass AS b
			SET stopped_at = now()
			FROM staff AS s, customer AS c, access_request AS r
			WHERE b.stopped_at IS NULL
				AND s.id = b.staff_id
				AND c.id = b.customer_id
				AND r.approval_id = b.approval_id
				AND NOT EXISTS (
					SELECT
					FROM access_grant AS g
					WHERE g.approval_id = b.approval_id
						AND g.ended_at IS NULL
						AND g.expires_at > now()
				)
			RETURNING
				b.approval_id,
				s.name AS staff_name,
				b.customer_id,
				c.no AS customer_no,
				b.opened_at,
				(SELECT max(COALESCE(g.ended_at, g.expires_at)) FROM access_grant AS g WHERE g.approval_id = b.approval_id) AS ended_at,
				(SELECT bool_and(g.ended_at IS NOT NULL) FROM access_grant AS g WHERE g.approval_id = b.approval_id) AS early,
				r.groups`
		var over []stopped
		if err := tx.Select(ctx, &over, q); err != nil {
			return err
		}
		for _, o := range over {
			if err := trail.Write(ctx, tx, program.Who(), o.entry()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("stop break-glass: %w", err)
	}
	return nil
}

func (o stopped) entry() trail.Entry {
	how := "到时自动收回"
	if o.Early {
		how = "提前结束"
	}
	lasted := int(o.EndedAt.Sub(o.OpenedAt).Round(time.Minute).Minutes())
	return trail.Entry{
		Action: trail.GlassStopped, CustomerID: o.CustomerID, CustomerNo: o.CustomerNo, ApprovalID: o.ApprovalID, Groups: o.Groups,
		Detail: fmt.Sprintf("%s 的紧急调阅于 %s 结束，%s，历时 %d 分钟", o.StaffName, o.EndedAt.In(pg.Zone()).Format("15:04:05"), how, lasted),
	}
}
