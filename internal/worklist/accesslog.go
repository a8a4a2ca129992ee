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
	"liuhen/internal/trail"
)

// AccessQuery chooses requests for access, or looks at customers.
type AccessQuery struct {
	People bool           // of the people the viewer oversees, not the viewer's own
	State  approval.State // of requests; empty for all
	After  string         // Next of the page before, empty for the first
}

// Oversees reports whether by has people whose access is theirs to watch: the
// head of a branch those of the branch and below, compliance everybody.
func Oversees(by *staff.Member) bool {
	return by.Role == staff.Supervisor || by.Role == staff.Compliance
}

// watched returns the condition on staff AS s that chooses whose access is
// listed; $1 is the argument of the viewer's scope, $2 the viewer.
func (q AccessQuery) watched(by *staff.Member) string {
	switch {
	case !q.People || !Oversees(by):
		return `s.id = $2`
	case by.Role == staff.Compliance:
		return `s.id <> $2`
	default:
		return `s.id <> $2 AND s.branch_id IN (` + customer.Below + `)`
	}
}

// AccessLine is one request that opens something, as a list shows it.
type AccessLine struct {
	ApprovalID   int64          `db:"id"`
	Kind         approval.Kind  `db:"kind"`
	State        approval.State `db:"state"`
	Title        string         `db:"title"` // empty where it names a customer outside the viewer's scope
	StaffNo      string         `db:"staff_no"`
	StaffName    string         `db:"staff_name"`
	CustomerNo   string         `db:"customer_no"` // empty when about none, and outside the viewer's scope
	CustomerName string         `db:"customer_name"`
	GroupWords   pq.StringArray `db:"groups"`
	Purpose      access.Purpose `db:"purpose"`
	Minutes      int            `db:"minutes"`
	SubmittedAt  time.Time      `db:"submitted_at"`
	ClosedAt     *time.Time     `db:"closed_at"`
	By           string         `db:"approver"` // who decides, or decided
	Comment      string         `db:"comment"`
}

// Groups returns the field groups that are asked for.
func (l AccessLine) Groups() []access.Group { return groupsOf(l.GroupWords) }

// AccessLines is a page of requests, newest first.
type AccessLines struct {
	Rows []AccessLine
	Next string // AccessQuery.After of the next page, empty at the end
}

// AccessRequests returns a page of requests for access, break-glass and exports
// of by or of the people by oversees; the latter goes on the trail. It returns
// Forbidden to who asks for no access and Invalid for a place that is none.
func (l *Lists) AccessRequests(ctx context.Context, by *staff.Member, q AccessQuery) (AccessLines, error) {
	scope, arg, place, err := q.start(by)
	if err != nil {
		return AccessLines{}, err
	}
	visible := `(s.id = $2 OR c.id IS NULL OR ` + scope + `)`
	text := `
		SELECT
			a.id,
			a.kind,
			a.state,
			CASE WHEN ` + visible + ` THEN a.title ELSE '' END AS title,
			s.no AS staff_no,
			s.name AS staff_name,
			CASE WHEN ` + visible + ` THEN COALESCE(c.no, '') ELSE '' END AS customer_no,
			CASE WHEN ` + visible + ` THEN COALESCE(c.name, '') ELSE '' END AS customer_name,
			COALESCE(r.groups, '{}') AS groups,
			COALESCE(r.purpose, '') AS purpose,
			COALESCE(r.minutes, 0) AS minutes,
			a.submitted_at,
			a.closed_at,
			p.name AS approver,
			t.comment
		FROM approval AS a
		JOIN staff AS s ON s.id = a.requester_id
		JOIN approval_step AS t ON t.approval_id = a.id AND t.position = a.step
		JOIN staff AS p ON p.id = t.approver_id
		LEFT JOIN customer AS c ON c.id = a.customer_id
		LEFT JOIN access_request AS r ON r.approval_id = a.id AND r.customer_id = a.customer_id
		WHERE ` + q.watched(by) + `
			AND $1::bigint IS NOT NULL
			AND a.kind IN ('access', 'access_many', 'break_glass', 'export')
			AND ($3 = '' OR a.state = $3)
			AND (a.submitted_at, a.id) < ($4, $5)
		ORDER BY
			a.submitted_at DESC,
			a.id DESC
		LIMIT $6`
	var page AccessLines
	err = l.watching(ctx, by, q, "下属的调阅申请", func(tx *pg.Tx) error {
		return tx.Select(ctx, &page.Rows, text, arg, by.ID, string(q.State), place.at, place.id, pageSize+1)
	})
	if err != nil {
		return AccessLines{}, fmt.Errorf("requests for access: %w", err)
	}
	if len(page.Rows) > pageSize {
		page.Rows = page.Rows[:pageSize]
		last := page.Rows[pageSize-1]
		page.Next = cursor{at: last.SubmittedAt, id: last.ApprovalID}.String()
	}
	return page, nil
}

// start reads the scope of by and the place that q begins at.
func (q AccessQuery) start(by *staff.Member) (scope string, arg int64, place cursor, err error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return "", 0, cursor{}, err
	}
	if scope, arg, err = customer.Scope(by); err != nil {
		return "", 0, cursor{}, err
	}
	place, moved, err := parseCursor(q.After)
	if !moved {
		place = cursor{at: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	return scope, arg, place, err
}

// watching runs read; that somebody looked at what others do is put on record.
func (l *Lists) watching(ctx context.Context, by *staff.Member, q AccessQuery, what string, read func(*pg.Tx) error) error {
	if !q.People || !Oversees(by) {
		return l.db.Read(ctx, by.Actor(), read)
	}
	return l.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := read(tx); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.AccessViewed, Detail: what})
	})
}
