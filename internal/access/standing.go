package access

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// lately is how long the end of a grant and a rejection are still shown.
const lately = 24 * time.Hour

// Standing is how the closed groups of a customer stand towards a person.
type Standing struct {
	Groups   map[Group]Status           // of every group
	Approver Approver                   // who is asked for what is closed; nobody if no superior can decide
	Relation Relation                   // of the person to the customer
	Rules    map[Group]map[Purpose]Rule // what the policy says about asking
}

// Standing tells how each closed group of a customer stands towards by: open,
// pending, returned, lately rejected or expired, or locked; and who would be
// asked to open it.
func (d *Desk) Standing(ctx context.Context, by *staff.Member, customerID int64) (Standing, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return Standing{}, err
	}
	var s Standing
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		if s.Groups, err = standing(ctx, tx, by.ID, customerID); err != nil {
			return err
		}
		p, f, err := d.facts(ctx, tx, by, customerID, "")
		if err != nil {
			return err
		}
		s.Relation, s.Rules = f.Relation, p.table(f)
		s.Approver, err = nearest(ctx, tx, by.ID)
		return err
	})
	if err != nil {
		return Standing{}, fmt.Errorf("standing of customer %d: %w", customerID, err)
	}
	return s, nil
}

// table lists the rule of every group and purpose.
func (p Policy) table(f Facts) map[Group]map[Purpose]Rule {
	all := map[Group]map[Purpose]Rule{}
	for _, f.Group = range Groups() {
		all[f.Group] = map[Purpose]Rule{}
		for _, f.Purpose = range Purposes() {
			all[f.Group][f.Purpose] = p.Decide(f)
		}
	}
	return all
}

// standing tells how each group stands.
func standing(ctx context.Context, tx *pg.Tx, staffID, customerID int64) (map[Group]Status, error) {
	grants, err := recentGrants(ctx, tx, staffID, customerID)
	if err != nil {
		return nil, err
	}
	requests, err := recentRequests(ctx, tx, staffID, customerID)
	if err != nil {
		return nil, err
	}
	all := map[Group]Status{}
	for _, g := range Groups() {
		all[g] = stands(g, grants, requests)
	}
	return all, nil
}

// stands is the rule: a live grant wins, then an open request, then the later of
// a rejection and of the end of a grant.
func stands(g Group, grants []grantRow, requests []requestRow) Status {
	now := Status{State: Locked}
	for _, row := range grants {
		if row.Group == g {
			now = row.status()
		}
	}
	if now.State == Open {
		return now
	}
	for _, row := range requests {
		if !row.asksFor(g) {
			continue
		}
		s := row.status()
		if s.State != Rejected || s.DecidedAt.After(now.Until) {
			return s
		}
		break
	}
	return now
}

// grantRow is the latest grant of a group.
type grantRow struct {
	ID         int64     `db:"id"`
	ApprovalID int64     `db:"approval_id"`
	Group      Group     `db:"field_group"`
	GrantedAt  time.Time `db:"granted_at"`
	Until      time.Time `db:"until"`
	Live       bool      `db:"live"`
	EndReason  string    `db:"end_reason"`
	By         string    `db:"approver"`
	Purpose    Purpose   `db:"purpose"`
	Watched    *float64  `db:"watched"` // seconds; nil if never looked at
	Narrowed   bool      `db:"narrowed"`
	Urgent     bool      `db:"urgent"`
}

func (r grantRow) status() Status {
	s := Status{
		State: Expired, GrantID: r.ID, ApprovalID: r.ApprovalID, Since: r.GrantedAt, Until: r.Until,
		EndReason: r.EndReason, By: r.By, Purpose: r.Purpose, Narrowed: r.Narrowed, Urgent: r.Urgent,
	}
	if r.Watched != nil {
		s.Looked, s.Watched = true, seconds(*r.Watched)
	}
	if r.Live {
		s.State = Open
	}
	return s
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// watched is how long grant g was looked at: from the first to the last view of
// its group on the trail while it lasted, in seconds; NULL if it never was.
const watched = `
	(
		SELECT EXTRACT(EPOCH FROM max(t.at) - min(t.at))
		FROM trail AS t
		WHERE t.customer_id = g.customer_id
			AND t.staff_id = g.staff_id
			AND t.action = 'customer.revealed'
			AND g.field_group = ANY (t.groups)
			AND t.at BETWEEN g.granted_at AND COALESCE(g.ended_at, g.expires_at)
	)::float8`

// watchedColumn is watched, 0 for what was never looked at.
const watchedColumn = `
	COALESCE(` + watched + `, 0) AS watched`

// approverColumn is who opened grant g.
const approverColumn = `
	COALESCE((
		SELECT p.name || COALESCE((SELECT '（代 ' || z.name || '）' FROM staff AS z WHERE z.id = s.behalf_id), '')
		FROM approval_step AS s
		JOIN staff AS p ON p.id = s.approver_id
		WHERE s.approval_id = g.approval_id
		ORDER BY s.position DESC
		LIMIT 1
	), '政策免审批') AS approver`

// recentGrants returns the live or latest grant of each group that was live
// within the last day.
func recentGrants(ctx context.Context, tx *pg.Tx, staffID, customerID int64) ([]grantRow, error) {
	const q = `
		SELECT DISTINCT ON (g.field_group)
			g.id,
			g.approval_id,
			g.field_group,
			g.granted_at,
			COALESCE(g.ended_at, g.expires_at) AS until,
			g.ended_at IS NULL AND g.expires_at > now() AS live,
			COALESCE(g.end_reason, '') AS end_reason,
			r.purpose,
			r.urgent,
			r.granted_groups IS NOT NULL AS narrowed,` + approverColumn + `,` + watched + ` AS watched
		FROM access_grant AS g
		JOIN access_request AS r ON r.approval_id = g.approval_id AND r.customer_id = g.customer_id
		WHERE g.staff_id = $1
			AND g.customer_id = $2
			AND COALESCE(g.ended_at, g.expires_at) > now() - make_interval(secs => $3)
		ORDER BY
			g.field_group,
			COALESCE(g.ended_at, g.expires_at) DESC,
			g.id DESC`
	var rows []grantRow
	err := tx.Select(ctx, &rows, q, staffID, customerID, lately.Seconds())
	return rows, err
}

// requestRow is a request with the step it stands at.
type requestRow struct {
	ApprovalID  int64          `db:"approval_id"`
	State       State          `db:"state"`
	Many        bool           `db:"many"`
	ClosedAt    *time.Time     `db:"closed_at"`
	SubmittedAt time.Time      `db:"submitted_at"`
	Groups      pq.StringArray `db:"groups"`
	Purpose     Purpose        `db:"purpose"`
	Reason      string         `db:"reason"`
	Minutes     int            `db:"minutes"`
	Task        string         `db:"task"`
	By          string         `db:"approver"`
	Able        bool           `db:"able"`
	DecidedAt   *time.Time     `db:"decided_at"`
	Comment     string         `db:"comment"`
	RemindedAt  *time.Time     `db:"reminded_at"`
}

func (r requestRow) asksFor(g Group) bool {
	for _, have := range r.Groups {
		if have == string(g) {
			return true
		}
	}
	return false
}

func (r requestRow) status() Status {
	s := Status{
		State: r.State, ApprovalID: r.ApprovalID, Since: r.SubmittedAt, By: r.By, Comment: r.Comment,
		Stuck:  r.State == Pending && !r.Able,
		Many:   r.Many,
		Groups: parseGroups(r.Groups), Purpose: r.Purpose, Reason: r.Reason, Minutes: r.Minutes, Task: r.Task,
	}
	if r.DecidedAt != nil {
		s.DecidedAt = *r.DecidedAt
	}
	if r.RemindedAt != nil {
		s.Reminded = *r.RemindedAt
	}
	return s
}

// requestColumns reads a requestRow from approval a, access_request r, the
// current approval_step s and its approver p.
const requestColumns = `
	a.id AS approval_id,
	a.state,
	a.kind = 'access_many' AS many,
	a.closed_at,
	a.submitted_at,
	COALESCE(r.granted_groups, r.groups) AS groups,
	r.purpose,
	r.reason,
	COALESCE(r.granted_minutes, r.minutes) AS minutes,
	r.task,
	p.name || COALESCE((SELECT '（代 ' || z.name || '）' FROM staff AS z WHERE z.id = s.behalf_id), '') AS approver,
	p.disabled_at IS NULL AND p.role IN ('supervisor', 'risk', 'compliance') AS able,
	s.decided_at,
	s.comment,
	(
		SELECT max(e.at)
		FROM approval_event AS e
		WHERE e.approval_id = a.id
			AND e.kind = 'reminded'
	) AS reminded_at`

const requestTables = `
	FROM approval AS a
	JOIN access_request AS r ON r.approval_id = a.id
	JOIN approval_step AS s ON s.approval_id = a.id AND s.position = a.step
	JOIN staff AS p ON p.id = s.approver_id`

// recentRequests returns the open requests and those rejected within the last
// day, newest first; of those for several customers the ones that wait.
func recentRequests(ctx context.Context, tx *pg.Tx, staffID, customerID int64) ([]requestRow, error) {
	const q = `
		SELECT` + requestColumns + requestTables + `
		WHERE a.requester_id = $1
			AND a.customer_id = $2
			AND a.kind = 'access'
			AND (a.state IN ('pending', 'returned') OR a.state = 'rejected' AND a.closed_at > now() - make_interval(secs => $3))
		UNION ALL
		SELECT` + requestColumns + requestTables + `
		WHERE a.requester_id = $1
			AND a.customer_id IS NULL
			AND a.kind = 'access_many'
			AND a.state = 'pending'
			AND r.customer_id = $2
			AND NOT r.left_out
		ORDER BY
			closed_at DESC NULLS FIRST,
			approval_id DESC`
	var rows []requestRow
	err := tx.Select(ctx, &rows, q, staffID, customerID, lately.Seconds())
	return rows, err
}
