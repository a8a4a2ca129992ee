package worklist

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// ManagerHome is what a customer manager begins the day with. Everything in it
// is about the manager's own customers.
type ManagerHome struct {
	Figures  ManagerFigures
	Grants   Grants
	Requests []OwnRequest // open ones, the longest waiting first
	Quiet    []QuietCustomer
	Expiring []ExpiringGrade
	Viewed   []ViewedFile
}

// ManagerFigures count the manager's customers.
type ManagerFigures struct {
	Customers int `db:"customers"`
	Quiet     int `db:"quiet"`    // contacted, but not for 90 days
	Never     int `db:"never"`    // no contact on record
	Expiring  int `db:"expiring"` // risk assessment ends within 30 days
}

// OwnRequest is an open request of the viewer.
type OwnRequest struct {
	ID           int64          `db:"id"`
	State        approval.State `db:"state"` // pending or returned
	CustomerNo   string         `db:"customer_no"`
	CustomerName string         `db:"customer_name"`
	Groups       []access.Group `db:"-"`
	With         string         `db:"with_name"` // who decides, or who returned it
	Since        time.Time      `db:"since"`     // waits or lies returned since
}

// QuietCustomer is a customer nobody was in contact with for 90 days or ever.
type QuietCustomer struct {
	No            string     `db:"no"`
	Name          string     `db:"name"`
	Grade         *int16     `db:"grade"`
	AssetBand     *int16     `db:"asset_band"`
	LastContactAt *time.Time `db:"last_contact_at"` // nil: never
}

// ExpiringGrade is a customer whose risk assessment ends within 30 days.
type ExpiringGrade struct {
	No    string    `db:"no"`
	Name  string    `db:"name"`
	Grade *int16    `db:"grade"`
	Until time.Time `db:"grade_until"`
	Days  int       `db:"days"` // 0 is today
}

// ViewedFile is a file the viewer opened lately.
type ViewedFile struct {
	No   string    `db:"no"`
	Name string    `db:"name"`
	At   time.Time `db:"at"`
}

// top is how many rows a list of the workbench shows.
const top = 8

func managerHome(ctx context.Context, tx *pg.Tx, by *staff.Member) (*ManagerHome, error) {
	var home ManagerHome
	const figures = `
		SELECT
			count(*) AS customers,
			count(*) FILTER (WHERE c.last_contact_at < now() - interval '90 days') AS quiet,
			count(*) FILTER (WHERE c.last_contact_at IS NULL) AS never,
			count(*) FILTER (WHERE c.grade_until BETWEEN current_date AND current_date + 30) AS expiring
		FROM customer AS c
		WHERE c.manager_id = $1`
	if err := tx.Get(ctx, &home.Figures, figures, by.ID); err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	own := grantScope{holders: `s.id = $1 AND c.manager_id = $1`, visible: `true`, arg: by.ID}
	var err error
	if home.Grants, err = grants(ctx, tx, own, top); err != nil {
		return nil, err
	}
	if home.Requests, err = ownRequests(ctx, tx, by); err != nil {
		return nil, err
	}
	for _, list := range []struct {
		of   string
		dest any
		q    string
	}{
		{"quiet customers", &home.Quiet, quietSQL},
		{"expiring assessments", &home.Expiring, expiringSQL},
		{"files viewed", &home.Viewed, viewedSQL},
	} {
		if err := tx.Select(ctx, list.dest, list.q, by.ID, top); err != nil {
			return nil, fmt.Errorf("%s: %w", list.of, err)
		}
	}
	return &home, nil
}

// ownRequests reads the requests of by that are not closed.
func ownRequests(ctx context.Context, tx *pg.Tx, by *staff.Member) ([]OwnRequest, error) {
	const q = `
		SELECT
			a.id,
			a.state,
			c.no AS customer_no,
			c.name AS customer_name,
			r.groups,
			COALESCE(p.name, '') AS with_name,
			COALESCE(s.decided_at, s.waiting_since, a.submitted_at) AS since
		FROM approval AS a
		JOIN access_request AS r ON r.approval_id = a.id AND r.customer_id = a.customer_id
		JOIN customer AS c ON c.id = a.customer_id
		LEFT JOIN approval_step AS s ON s.approval_id = a.id AND s.position = a.step
		LEFT JOIN staff AS p ON p.id = s.approver_id
		WHERE a.requester_id = $1
			AND a.state IN ('pending', 'returned')
			AND c.manager_id = $1
		ORDER BY
			since,
			a.id
		LIMIT $2`
	var rows []struct {
		OwnRequest
		Groups pq.StringArray `db:"groups"`
	}
	if err := tx.Select(ctx, &rows, q, by.ID, top); err != nil {
		return nil, fmt.Errorf("own requests: %w", err)
	}
	all := make([]OwnRequest, len(rows))
	for i, r := range rows {
		all[i] = r.OwnRequest
		all[i].Groups = groupsOf(r.Groups)
	}
	return all, nil
}

func groupsOf(names []string) []access.Group {
	groups := make([]access.Group, len(names))
	for i, n := range names {
		groups[i] = access.Group(n)
	}
	return groups
}

// The lists of a manager: $1 is the manager, $2 how many rows.
const (
	quietSQL = `
		SELECT
			c.no,
			c.name,
			c.grade,
			c.asset_band,
			c.last_contact_at
		FROM customer AS c
		WHERE c.manager_id = $1
			AND (c.last_contact_at IS NULL OR c.last_contact_at < now() - interval '90 days')
		ORDER BY
			c.asset_band DESC NULLS LAST,
			c.last_contact_at NULLS FIRST,
			c.id
		LIMIT $2`
	expiringSQL = `
		SELECT
			c.no,
			c.name,
			c.grade,
			c.grade_until,
			c.grade_until - current_date AS days
		FROM customer AS c
		WHERE c.manager_id = $1
			AND c.grade_until BETWEEN current_date AND current_date + 30
		ORDER BY
			c.grade_until,
			c.id
		LIMIT $2`
	viewedSQL = `
		SELECT
			c.no,
			c.name,
			v.at
		FROM (
			SELECT
				t.customer_id,
				max(t.at) AS at
			FROM (
				SELECT
					l.customer_id,
					l.at
				FROM trail AS l
				WHERE l.staff_id = $1
					AND l.action = '` + string(trail.FileViewed) + `'
					AND NOT l.refused
					AND l.at > now() - interval '30 days'
				ORDER BY
					l.at DESC,
					l.id DESC
				LIMIT 300
			) AS t
			GROUP BY t.customer_id
		) AS v
		JOIN customer AS c ON c.id = v.customer_id
		WHERE c.manager_id = $1
		ORDER BY
			v.at DESC,
			c.id
		LIMIT $2`
)
