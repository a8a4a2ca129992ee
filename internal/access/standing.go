package access

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
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

// Standing reads into s how each closed group of a customer stands towards by:
// open, pending, returned, lately rejected or expired, or locked; and who would
// be asked to open it. It returns Forbidden for a role that asks for nothing.
func (d *Desk) Standing(by *staff.Member, s *Standing) customer.Part {
	return func(ctx context.Context, tx *pg.Tx, of customer.Ref) error {
		if err := authz.Check(by, authz.RequestAccess); err != nil {
			return err
		}
		p, err := d.policies.in(ctx, tx)
		if err != nil {
			return err
		}
		if *s, err = standing(ctx, tx, by.ID, of.ID); err != nil {
			return fmt.Errorf("standing of customer %d: %w", of.ID, err)
		}
		s.Rules = p.table(Facts{Role: by.Role, Relation: s.Relation})
		if s.Approver, err = nearest(ctx, tx, by.ID); err != nil {
			return fmt.Errorf("approver: %w", err)
		}
		return nil
	}
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

// standing tells how each group stands and what the person is to the customer,
// in one statement: every page of a file asks.
func standing(ctx context.Context, tx *pg.Tx, staffID, customerID int64) (Standing, error) {
	const q = `
		SELECT
			COALESCE(access_relation($1, $2), '') AS relation,
			(SELECT json_agg(x) FROM (` + recentGrants + `) AS x) AS grants,
			(SELECT json_agg(x) FROM (` + recentRequests + `) AS x) AS requests`
	var row struct {
		Relation Relation            `db:"relation"`
		Grants   pg.List[grantRow]   `db:"grants"`
		Requests pg.List[requestRow] `db:"requests"`
	}
	if err := tx.Get(ctx, &row, q, staffID, customerID, lately.Seconds()); err != nil {
		return Standing{}, err
	}
	s := Standing{Groups: map[Group]Status{}, Relation: row.Relation}
	for _, g := range Groups() {
		s.Groups[g] = stands(g, row.Grants, row.Requests)
	}
	return s, nil
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
	ID         int64     `db:"id" json:"id"`
	ApprovalID int64     `db:"approval_id" json:"approval_id"`
	Group      Group     `db:"field_group" json:"field_group"`
	GrantedAt  time.Time `db:"granted_at" json:"granted_at"`
	Until      time.Time `db:"until" json:"until"`
	Live       bool      `db:"live" json:"live"`
	EndReason  string    `db:"end_reason" json:"end_reason"`
	By         string    `db:"approver" json:"approver"`
	Purpose    Purpose   `db:"purpose" json:"purpose"`
	Watched    *float64  `db:"watched" json:"watched"` // seconds; nil if never looked at
	Narrowed   bool      `db:"narrowed" json:"narrowed"`
	Urgent     bool      `db:"urgent" json:"urgent"`
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

// recentGrants reads the live or latest grant of each group, of person $1 to
// customer $2, that was live within the last $3 seconds.
const recentGrants = `
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

// requestRow is a request with the step it stands at.
type requestRow struct {
	ApprovalID  int64          `db:"approval_id" json:"approval_id"`
	State       State          `db:"state" json:"state"`
	Many        bool           `db:"many" json:"many"`
	ClosedAt    *time.Time     `db:"closed_at" json:"closed_at"`
	SubmittedAt time.Time      `db:"submitted_at" json:"submitted_at"`
	Groups      pq.StringArray `db:"groups" json:"groups"`
	Purpose     Purpose        `db:"purpose" json:"purpose"`
	Reason      string         `db:"reason" json:"reason"`
	Minutes     int            `db:"minutes" json:"minutes"`
	Task        string         `db:"task" json:"task"`
	By          string         `db:"approver" json:"approver"`
	Able        bool           `db:"able" json:"able"`
	DecidedAt   *time.Time     `db:"decided_at" json:"decided_at"`
	Comment     string         `db:"comment" json:"comment"`
	RemindedAt  *time.Time     `db:"reminded_at" json:"reminded_at"`
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

// recentRequests reads the open requests of person $1 to customer $2 and those
// rejected within the last $3 seconds, newest first; of those for several
// customers the ones that wait.
const recentRequests = `
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
