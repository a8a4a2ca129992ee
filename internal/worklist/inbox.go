package worklist

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// View is one of the lists of approvals a person has.
type View string

// The views.
const (
	Mine      View = "mine"      // wait for one's decision, longest first
	Done      View = "done"      // decided by one, latest first
	Submitted View = "submitted" // asked for by one, latest first
)

// pageSize is how many requests one page of a list holds.
const pageSize = 50

// Query chooses a list and a place in it.
type Query struct {
	View  View
	Kind  approval.Kind // empty for all
	After string        // Page.Next of the page before, empty for the first
}

// Item is one request in a list.
type Item struct {
	ID              int64          `db:"id"`
	Kind            approval.Kind  `db:"kind"`
	State           approval.State `db:"state"`
	Title           string         `db:"title"`
	Because         string         `db:"because"`
	ApproverName    string         `db:"approver_name"`
	RequesterID     int64          `db:"requester_id"`
	RequesterName   string         `db:"requester_name"`
	RequesterNo     string         `db:"requester_no"`
	RequesterRole   staff.Role     `db:"requester_role"`
	RequesterBranch string         `db:"requester_branch"`
	CustomerID      int64          `db:"customer_id"` // 0 when about none
	CustomerNo      string         `db:"customer_no"`
	CustomerName    string         `db:"customer_name"`
	GradeNumber     *int16         `db:"grade"`
	BandNumber      *int16         `db:"asset_band"`
	Manages         bool           `db:"manages"`   // the requester looks after the customer
	Several         int            `db:"customers"` // of a request for several customers, how many are left
	GroupWords      pq.StringArray `db:"groups"`
	Purpose         access.Purpose `db:"purpose"`
	Minutes         int            `db:"minutes"`
	Reason          string         `db:"reason"`
	Task            string         `db:"task"`
	GrantedWords    pq.StringArray `db:"granted_groups"`  // what earlier approvers left; nil as asked
	GrantedMinutes  int            `db:"granted_minutes"` // the same; 0 as asked
	Since           time.Time      `db:"since"`           // the time the list is in order of
	access.Circumstances
	Due     *time.Time `db:"review_due"` // break-glass: until when it has to be reviewed
	Overdue bool       `db:"overdue"`    // break-glass: it was not
	Marks   []string   `db:"-"`          // what stands out, by the policy in force
}

// Groups returns the field groups an access request asks for.
func (i Item) Groups() []access.Group { return groupsOf(i.GroupWords) }

// Left returns the groups and minutes that stand: as asked, or what earlier
// approvers left of it.
func (i Item) Left() (groups []access.Group, minutes int) {
	if i.GrantedMinutes == 0 {
		return i.Groups(), i.Minutes
	}
	return groupsOf(i.GrantedWords), i.GrantedMinutes
}

// Grade returns the customer's risk grade as the file shows it.
func (i Item) Grade() string { return customer.GradeLabel(i.GradeNumber) }

// Band returns the band of the customer's assets.
func (i Item) Band() string { return customer.BandLabel(i.BandNumber) }

// Red joins the red marks of the request, which keep it out of batches.
func (i Item) Red() string { return strings.Join(i.Marks, "、") }

// opens reports whether the request opens groups of customers.
func (i *Item) opens() bool {
	return i.Kind == approval.Access || i.Kind == approval.AccessMany || i.Kind == approval.BreakGlass
}

// mark notes what stands out about a request that opens something.
func (i *Item) mark(p *access.Policy) {
	if i.opens() {
		i.Marks = p.Of(i.Circumstances)
	}
}

// Page is one page of a list.
type Page struct {
	Items   []Item
	Next    string        // Query.After of the next page, empty at the end
	Handled int           // decided by the person today
	Usual   time.Duration // the mean time of those decisions
}

// itemColumns reads an Item from approval a, the approval_step s that the list
// is about and what belongs to them; since is left to the list.
const itemColumns = `
	a.id,
	a.kind,
	a.state,
	a.title,
	s.because,
	p.name || COALESCE((SELECT '（代 ' || z.name || '）' FROM staff AS z WHERE z.id = s.behalf_id), '') AS approver_name,
	a.requester_id,
	q.name AS requester_name,
	q.no AS requester_no,
	q.role AS requester_role,
	b.name AS requester_branch,
	COALESCE(c.id, 0) AS customer_id,
	COALESCE(c.no, '') AS customer_no,
	COALESCE(c.name, '') AS customer_name,
	c.grade,
	c.asset_band,
	COALESCE(c.manager_id = a.requester_id, false) AS manages,
	CASE WHEN a.kind = 'access_many' THEN COALESCE(r.customers, 0) ELSE 0 END AS customers,
	COALESCE(r.groups, '{}') AS groups,
	COALESCE(r.purpose, '') AS purpose,
	COALESCE(r.minutes, 0) AS minutes,
	COALESCE(r.reason, '') AS reason,
	COALESCE(r.task, '') AS task,
	COALESCE(r.granted_groups, '{}') AS granted_groups,
	COALESCE(r.granted_minutes, 0) AS granted_minutes,
	bg.review_due,
	COALESCE(a.state = 'pending' AND bg.review_due < now(), false) AS overdue,` + access.CircumstanceColumns

const itemTables = `
	JOIN staff AS p ON p.id = s.approver_id
	JOIN staff AS q ON q.id = a.requester_id
	JOIN branch AS b ON b.id = q.branch_id
	LEFT JOIN customer AS c ON c.id = a.customer_id
	LEFT JOIN LATERAL (
		SELECT
			x.groups,
			x.purpose,
			x.minutes,
			x.reason,
			x.task,
			x.granted_groups,
			x.granted_minutes,
			count(*) OVER () AS customers
		FROM access_request AS x
		WHERE x.approval_id = a.id
			AND NOT x.left_out
		ORDER BY x.customer_id
		LIMIT 1
	) AS r ON true
	LEFT JOIN break_glass AS bg ON bg.approval_id = a.id`

// Each list, in the order of the index that serves it. $1 is the person, $2 the
// kind or empty, $3 and $4 the place, $5 how many.
const (
	mineQuery = `
		SELECT` + itemColumns + `,
			s.waiting_since AS since
		FROM approval_step AS s
		JOIN approval AS a ON a.id = s.approval_id` + itemTables + `
		WHERE s.approver_id = $1
			AND s.state = 'pending'
			AND ($2 = '' OR a.kind = $2)
			AND (s.waiting_since, s.approval_id) > ($3, $4)
		ORDER BY
			s.waiting_since,
			s.approval_id
		LIMIT $5`
	doneQuery = `
		SELECT` + itemColumns + `,
			s.decided_at AS since
		FROM approval_step AS s
		JOIN approval AS a ON a.id = s.approval_id` + itemTables + `
		WHERE s.approver_id = $1
			AND s.decided_at IS NOT NULL
			AND ($2 = '' OR a.kind = $2)
			AND (s.decided_at, s.approval_id) < ($3, $4)
		ORDER BY
			s.decided_at DESC,
			s.approval_id DESC
		LIMIT $5`
	submittedQuery = `
		SELECT` + itemColumns + `,
			a.submitted_at AS since
		FROM approval AS a
		JOIN approval_step AS s ON s.approval_id = a.id AND s.position = a.step` + itemTables + `
		WHERE a.requester_id = $1
			AND ($2 = '' OR a.kind = $2)
			AND (a.submitted_at, a.id) < ($3, $4)
		ORDER BY
			a.submitted_at DESC,
			a.id DESC
		LIMIT $5`
)

// Inbox returns one page of a list of approvals of by. It returns Forbidden to
// who has no such list and Invalid for a place that is none.
func (l *Lists) Inbox(ctx context.Context, by *staff.Member, q Query) (Page, error) {
	need, query, start := authz.Approve, mineQuery, cursor{at: time.Unix(0, 0)}
	end := cursor{at: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
	switch q.View {
	case Done:
		query, start = doneQuery, end
	case Submitted:
		need, query, start = authz.Submit, submittedQuery, end
	}
	if err := authz.Check(by, need); err != nil {
		return Page{}, err
	}
	after, ok, err := parseCursor(q.After)
	if err != nil {
		return Page{}, err
	}
	if ok {
		start = after
	}
	policy, err := l.policies.Current(ctx)
	if err != nil {
		return Page{}, fmt.Errorf("list approvals: %w", err)
	}
	var page Page
	err = l.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := tx.Select(ctx, &page.Items, query, by.ID, string(q.Kind), start.at, start.id, pageSize+1); err != nil {
			return err
		}
		page.Handled, page.Usual, err = today(ctx, tx, by.ID)
		return err
	})
	if err != nil {
		return Page{}, fmt.Errorf("list approvals: %w", err)
	}
	if len(page.Items) > pageSize {
		page.Items = page.Items[:pageSize]
		last := page.Items[pageSize-1]
		page.Next = cursor{at: last.Since, id: last.ID}.String()
	}
	for n := range page.Items {
		page.Items[n].mark(policy)
	}
	return page, nil
}

// today counts what a person has decided today, and the mean time it took.
func today(ctx context.Context, tx *pg.Tx, staffID int64) (int, time.Duration, error) {
	const q = `
		SELECT
			count(*) AS handled,
			COALESCE(avg(EXTRACT(EPOCH FROM s.decided_at - s.waiting_since)), 0)::float8 AS mean_seconds
		FROM approval_step AS s
		WHERE s.approver_id = $1
			AND s.decided_at >= $2`
	var row struct {
		Handled int     `db:"handled"`
		Seconds float64 `db:"mean_seconds"`
	}
	now := time.Now().In(pg.Zone())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	err := tx.Get(ctx, &row, q, staffID, midnight)
	return row.Handled, time.Duration(row.Seconds * float64(time.Second)), err
}

// InboxCount returns how many decisions wait for by.
func (l *Lists) InboxCount(ctx context.Context, by *staff.Member) (int, error) {
	if err := authz.Check(by, authz.Approve); err != nil {
		return 0, err
	}
	const q = `
		SELECT count(*)
		FROM approval_step AS s
		WHERE s.approver_id = $1
			AND s.state = 'pending'`
	var n int
	err := l.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Get(ctx, &n, q, by.ID) })
	if err != nil {
		return 0, fmt.Errorf("count inbox: %w", err)
	}
	return n, nil
}

// Next returns the request that waits for by after the request id, in the order
// of the inbox and round to its start; 0 if no other waits.
func (l *Lists) Next(ctx context.Context, by *staff.Member, id int64) (int64, error) {
	if err := authz.Check(by, authz.Approve); err != nil {
		return 0, err
	}
	const q = `
		SELECT s.approval_id
		FROM approval_step AS s
		WHERE s.approver_id = $1
			AND s.state = 'pending'
			AND s.approval_id <> $2
		ORDER BY
			(s.waiting_since, s.approval_id) > (
				SELECT
					max(t.waiting_since),
					$2::bigint
				FROM approval_step AS t
				WHERE t.approval_id = $2
					AND t.approver_id = $1
			) DESC NULLS LAST,
			s.waiting_since,
			s.approval_id
		LIMIT 1`
	var next int64
	err := l.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Get(ctx, &next, q, by.ID, id) })
	if pg.IsNoRows(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("next approval: %w", err)
	}
	return next, nil
}
