package worklist

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Home is the workbench of one person. Exactly one of its parts is set, the one
// of the person's role. It holds nothing of a closed group.
type Home struct {
	Now        time.Time // the database's clock, in the institution's zone
	Manager    *ManagerHome
	Supervisor *SupervisorHome
	Oversight  *OversightHome // risk control and compliance
	Admin      *AdminHome
	Auditor    *AuditorHome
}

// LiveGrant is a grant in force.
type LiveGrant struct {
	ID           int64          `db:"id"`
	StaffNo      string         `db:"staff_no"`
	StaffName    string         `db:"staff_name"`
	Branch       string         `db:"branch"`
	CustomerNo   string         `db:"customer_no"` // empty outside the viewer's scope
	CustomerName string         `db:"customer_name"`
	Group        access.Group   `db:"field_group"`
	Purpose      access.Purpose `db:"purpose"`
	ApprovedBy   string         `db:"approved_by"`
	Until        time.Time      `db:"expires_at"`
	Urgent       bool           `db:"urgent"` // opened by break-glass, not by an approval
}

// Grants are grants in force, the first to end first: Count of them, and the
// first few.
type Grants struct {
	Count  int
	People int // how many people hold them
	List   []LiveGrant
}

// Refusal is a try that was refused. It names no customer: whoever tried may
// have met one outside the viewer's scope.
type Refusal struct {
	ID        int64        `db:"id"`
	At        time.Time    `db:"at"`
	StaffNo   string       `db:"staff_no"` // empty before sign-in
	StaffName string       `db:"staff_name"`
	Action    trail.Action `db:"action"`
	Page      string       `db:"page"` // the page refused, for trail.PageRefused
}

// Refusals are the tries refused within the last seven days, newest first:
// Count of them, and the first few.
type Refusals struct {
	Count int
	List  []Refusal
}

// Home returns the workbench of by. It returns Forbidden to who may not sign in.
func (l *Lists) Home(ctx context.Context, by *staff.Member) (Home, error) {
	if err := authz.Check(by, authz.SignedIn); err != nil {
		return Home{}, fmt.Errorf("workbench: %w", err)
	}
	var home Home
	err := l.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		home = Home{}
		if err := tx.Get(ctx, &home.Now, `SELECT now()`); err != nil {
			return err
		}
		home.Now = home.Now.In(pg.Zone())
		switch by.Role {
		case staff.Manager:
			home.Manager, err = managerHome(ctx, tx, by)
		case staff.Supervisor:
			home.Supervisor, err = supervisorHome(ctx, tx, by)
		case staff.Risk, staff.Compliance:
			home.Oversight, err = oversightHome(ctx, tx, by)
		case staff.Admin:
			home.Admin, err = adminHome(ctx, tx)
		case staff.Auditor:
			home.Auditor, err = auditorHome(ctx, tx)
		default:
			err = fault.New(fault.Forbidden, "这个角色没有工作台。").Because("role")
		}
		return err
	})
	if err != nil {
		return Home{}, fmt.Errorf("workbench: %w", err)
	}
	return home, nil
}

// grantScope chooses whose grants a workbench lists and which of their customers
// it names: conditions over staff AS s and customer AS c that use $1, arg.
type grantScope struct {
	holders, visible string
	arg              int64
}

// grants reads the grants in force that scope chooses. A grant lasts 480 minutes
// at most, so only what was granted since then is looked at.
func grants(ctx context.Context, tx *pg.Tx, s grantScope, most int) (Grants, error) {
	q := `
		SELECT
			g.id,
			s.no AS staff_no,
			s.name AS staff_name,
			b.name AS branch,
			CASE WHEN ` + s.visible + ` THEN c.no ELSE '' END AS customer_no,
			CASE WHEN ` + s.visible + ` THEN c.name ELSE '' END AS customer_name,
			g.field_group,
			r.purpose,
			r.urgent,
			COALESCE(d.name, '') AS approved_by,
			g.expires_at,
			count(*) OVER () AS total,
			(
				dense_rank() OVER (ORDER BY g.staff_id)
				+ dense_rank() OVER (ORDER BY g.staff_id DESC)
				- 1
			) AS people
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		JOIN access_grant AS g ON g.staff_id = s.id
		JOIN customer AS c ON c.id = g.customer_id
		JOIN access_request AS r ON r.approval_id = g.approval_id AND r.customer_id = g.customer_id
		LEFT JOIN LATERAL (
			SELECT p.name
			FROM approval_step AS x
			JOIN staff AS p ON p.id = x.approver_id
			WHERE x.approval_id = g.approval_id
				AND x.state = 'approved'
			ORDER BY x.position DESC
			LIMIT 1
		) AS d ON true
		WHERE ` + s.holders + `
			AND g.ended_at IS NULL
			AND g.expires_at > now()
			AND g.granted_at > now() - interval '480 minutes'
		ORDER BY
			g.expires_at,
			g.id
		LIMIT $2`
	var rows []struct {
		LiveGrant
		Total  int `db:"total"`
		People int `db:"people"`
	}
	if err := tx.Select(ctx, &rows, q, s.arg, most); err != nil {
		return Grants{}, fmt.Errorf("live grants: %w", err)
	}
	var all Grants
	for _, r := range rows {
		all.Count, all.People = r.Total, r.People
		all.List = append(all.List, r.LiveGrant)
	}
	return all, nil
}
