package worklist

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// maxReviews is how many reviews of break-glass a page shows.
const maxReviews = 50

// Review is one break-glass with how its review stands.
type Review struct {
	ApprovalID   int64          `db:"approval_id"`
	StaffID      int64          `db:"staff_id"`
	StaffNo      string         `db:"staff_no"`
	StaffName    string         `db:"staff_name"`
	Branch       string         `db:"branch"`
	CustomerNo   string         `db:"customer_no"` // empty outside the viewer's scope
	CustomerName string         `db:"customer_name"`
	GroupWords   pq.StringArray `db:"groups"`
	Reason       string         `db:"reason"`
	OpenedAt     time.Time      `db:"opened_at"`
	Live         bool           `db:"live"` // something of it is still open
	Due          time.Time      `db:"review_due"`
	Overdue      bool           `db:"overdue"`
	State        approval.State `db:"state"`
	Reviewer     string         `db:"reviewer"`
	ReviewerID   int64          `db:"reviewer_id"`
	DecidedAt    *time.Time     `db:"decided_at"`
	Comment      string         `db:"comment"`
}

// Groups returns the field groups that were opened.
func (r Review) Groups() []access.Group { return groupsOf(r.GroupWords) }

// concerned holds for the break-glass AS g of staff AS s, reviewed in step AS t,
// that the person of $2 hears of: the own ones, those to review, and by role
// those of the branch and below, or all.
func concerned(by *staff.Member) string {
	const own = `(g.staff_id = $2 OR t.approver_id = $2`
	switch by.Role {
	case staff.Compliance:
		return `$2::bigint IS NOT NULL`
	case staff.Supervisor:
		return own + ` OR s.branch_id IN (` + customer.Below + `))`
	default:
		return own + `)`
	}
}

// Reviews returns the break-glass of the last thirty days that concern by, and
// every one that waits for its review: these first, the one due first before the
// others.
func (l *Lists) Reviews(ctx context.Context, by *staff.Member) ([]Review, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return nil, err
	}
	scope, arg, err := customer.Scope(by)
	if err != nil {
		return nil, err
	}
	visible := `(g.staff_id = $2 OR ` + scope + `)`
	q := `
		SELECT
			g.approval_id,
			g.staff_id,
			s.no AS staff_no,
			s.name AS staff_name,
			b.name AS branch,
			CASE WHEN ` + visible + ` THEN c.no ELSE '' END AS customer_no,
			CASE WHEN ` + visible + ` THEN c.name ELSE '' END AS customer_name,
			r.groups,
			r.reason,
			g.opened_at,
			EXISTS (
				SELECT
				FROM access_grant AS x
				WHERE x.approval_id = g.approval_id
					AND x.ended_at IS NULL
					AND x.expires_at > now()
			) AS live,
			g.review_due,
			a.state = 'pending' AND g.review_due < now() AS overdue,
			a.state,
			p.name AS reviewer,
			p.id AS reviewer_id,
			t.decided_at,
			t.comment
		FROM break_glass AS g
		JOIN approval AS a ON a.id = g.approval_id
		JOIN access_request AS r ON r.approval_id = g.approval_id
		JOIN approval_step AS t ON t.approval_id = g.approval_id AND t.position = a.step
		JOIN staff AS p ON p.id = t.approver_id
		JOIN staff AS s ON s.id = g.staff_id
		JOIN branch AS b ON b.id = s.branch_id
		JOIN customer AS c ON c.id = g.customer_id
		WHERE ` + concerned(by) + `
			AND $1::bigint IS NOT NULL
			AND (a.state = 'pending' OR g.opened_at > now() - interval '30 days')
		ORDER BY
			a.state = 'pending' DESC,
			CASE WHEN a.state = 'pending' THEN g.review_due END,
			g.opened_at DESC,
			g.approval_id DESC
		LIMIT $3`
	var list []Review
	err = l.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Select(ctx, &list, q, arg, by.ID, maxReviews) })
	if err != nil {
		return nil, fmt.Errorf("reviews of break-glass: %w", err)
	}
	return list, nil
}

// OverdueReviews returns how many break-glass that by reviews or oversees are
// past the time of their review.
func (l *Lists) OverdueReviews(ctx context.Context, by *staff.Member) (int, error) {
	if !authz.Allows(by.Role, authz.Approve) {
		return 0, nil
	}
	q := `
		SELECT count(*)
		FROM break_glass AS g
		JOIN approval AS a ON a.id = g.approval_id
		JOIN approval_step AS t ON t.approval_id = g.approval_id AND t.position = a.step
		JOIN staff AS s ON s.id = g.staff_id
		WHERE ` + concerned(by) + `
			AND $1::bigint IS NOT NULL
			AND g.staff_id <> $2
			AND a.state = 'pending'
			AND g.review_due < now()`
	var n int
	err := l.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Get(ctx, &n, q, by.BranchID, by.ID) })
	if err != nil {
		return 0, fmt.Errorf("overdue reviews: %w", err)
	}
	return n, nil
}
