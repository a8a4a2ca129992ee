package access

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// The limits of the page of one's own access.
const (
	maxShown  = 100
	mineSince = 30 * 24 * time.Hour
)

// Grant is the right of one person to see one group of one customer.
type Grant struct {
	ID           int64     `db:"id"`
	ApprovalID   int64     `db:"approval_id"`
	StaffID      int64     `db:"staff_id"`
	StaffName    string    `db:"staff_name"`
	CustomerNo   string    `db:"customer_no"`
	CustomerName string    `db:"customer_name"`
	Group        Group     `db:"field_group"`
	Purpose      Purpose   `db:"purpose"`
	GrantedAt    time.Time `db:"granted_at"`
	Until        time.Time `db:"until"` // the end, past or to come
	Live         bool      `db:"live"`
	EndReason    string    `db:"end_reason"` // empty while live and when the time ran out
	By           string    `db:"approver"`
	Seconds      float64   `db:"watched"`
	Urgent       bool      `db:"urgent"` // opened by break-glass; By reviews it
}

// Watched is how long the group was looked at under the grant.
func (g Grant) Watched() time.Duration { return seconds(g.Seconds) }

// Request is a request for access as its requester sees it.
type Request struct {
	ApprovalID   int64
	State        approval.State
	CustomerNo   string
	CustomerName string // 3 位客户 for several, who have no number here
	Groups       []Group
	Purpose      Purpose
	Reason       string
	Minutes      int
	SubmittedAt  time.Time
	By           string // who decides or decided
	Stuck        bool   // pending, but By can no longer decide
	DecidedAt    time.Time
	Comment      string
	Reminded     time.Time
}

// Mine is what a person has asked for and may see now.
type Mine struct {
	Live []Grant   // ending soonest first
	Open []Request // pending and returned, newest first
	Past []Grant   // ended within 30 days, latest first
	Shut []Request // rejected and withdrawn within 30 days, latest first
	Team []Grant   // live grants of those who answer to the person
}

// Mine returns the grants and requests of by, and the live grants of the people
// who answer to by. Looking at those goes on the trail.
func (d *Desk) Mine(ctx context.Context, by *staff.Member) (Mine, error) {
	if err := authz.Check(by, authz.RequestAccess); err != nil {
		return Mine{}, err
	}
	var m Mine
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		m, err = mine(ctx, tx, by)
		if err != nil || len(m.Team) == 0 {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.AccessViewed, Detail: fmt.Sprintf("下属在用的授权 %d 项", len(m.Team))})
	})
	if err != nil {
		return Mine{}, fmt.Errorf("own access: %w", err)
	}
	return m, nil
}

func mine(ctx context.Context, tx *pg.Tx, by *staff.Member) (Mine, error) {
	grants, err := grantsOf(ctx, tx, by.ID)
	if err != nil {
		return Mine{}, err
	}
	requests, err := requestsOf(ctx, tx, by.ID)
	if err != nil {
		return Mine{}, err
	}
	team, err := grantsBelow(ctx, tx, by.ID)
	m := Mine{Team: team}
	for _, g := range grants {
		if g.Live {
			m.Live = append(m.Live, g)
		} else {
			m.Past = append(m.Past, g)
		}
	}
	for _, r := range requests {
		if r.State.Closed() {
			m.Shut = append(m.Shut, r)
		} else {
			m.Open = append(m.Open, r)
		}
	}
	return m, err
}

const grantColumns = `
	g.id,
	g.approval_id,
	g.staff_id,
	h.name AS staff_name,
	c.no AS customer_no,
	c.name AS customer_name,
	g.field_group,
	r.purpose,
	r.urgent,
	g.granted_at,
	COALESCE(g.ended_at, g.expires_at) AS until,
	g.ended_at IS NULL AND g.expires_at > now() AS live,
	COALESCE(g.end_reason, '') AS end_reason,` + approverColumn + `,` + watchedColumn

const grantTables = `
	FROM access_grant AS g
	JOIN access_request AS r ON r.approval_id = g.approval_id AND r.customer_id = g.customer_id
	JOIN customer AS c ON c.id = g.customer_id
	JOIN staff AS h ON h.id = g.staff_id`

// grantsOf returns the live grants of a person, ending soonest first, then those
// that ended lately, latest first.
func grantsOf(ctx context.Context, tx *pg.Tx, staffID int64) ([]Grant, error) {
	const q = `
		SELECT` + grantColumns + grantTables + `
		WHERE g.staff_id = $1
			AND g.granted_at > now() - make_interval(secs => $2)
		ORDER BY
			g.ended_at IS NULL AND g.expires_at > now() DESC,
			abs(EXTRACT(EPOCH FROM COALESCE(g.ended_at, g.expires_at) - now())),
			g.id
		LIMIT $3`
	var grants []Grant
	err := tx.Select(ctx, &grants, q, staffID, mineSince.Seconds(), maxShown)
	return grants, err
}

// grantsBelow returns the live grants of everybody below a person.
func grantsBelow(ctx context.Context, tx *pg.Tx, staffID int64) ([]Grant, error) {
	const q = `
		WITH RECURSIVE below AS (
			SELECT
				s.id,
				1 AS level
			FROM staff AS s
			WHERE s.superior_id = $1
			UNION
			SELECT
				s.id,
				b.level + 1
			FROM staff AS s
			JOIN below AS b ON s.superior_id = b.id
			WHERE b.level < 10
		)
		SELECT` + grantColumns + grantTables + `
		WHERE g.staff_id IN (SELECT b.id FROM below AS b)
			AND g.staff_id <> $1
			AND g.ended_at IS NULL
			AND g.expires_at > now()
		ORDER BY
			g.expires_at,
			g.id
		LIMIT $2`
	var grants []Grant
	err := tx.Select(ctx, &grants, q, staffID, maxShown)
	return grants, err
}

// requestsOf returns the open requests of a person, newest first, and those that
// were rejected or withdrawn lately, latest first. What an approved request
// opened is among the grants.
func requestsOf(ctx context.Context, tx *pg.Tx, staffID int64) ([]Request, error) {
	const q = `
		SELECT` + requestColumns + `,
			COALESCE(c.no, '') AS customer_no,
			COALESCE(c.name, (
				SELECT count(*) || ' 位客户'
				FROM access_request AS x
				WHERE x.approval_id = a.id
					AND NOT x.left_out
			)) AS customer_name` + requestTables + `
		LEFT JOIN customer AS c ON c.id = a.customer_id
		WHERE a.requester_id = $1
			AND a.kind IN ('access', 'access_many')
			AND r.customer_id = (
				SELECT min(x.customer_id)
				FROM access_request AS x
				WHERE x.approval_id = a.id
			)
			AND (a.state IN ('pending', 'returned') OR a.state IN ('rejected', 'withdrawn') AND a.closed_at > now() - make_interval(secs => $2))
		ORDER BY
			a.closed_at DESC NULLS FIRST,
			a.submitted_at DESC,
			a.id DESC
		LIMIT $3`
	var rows []struct {
		requestRow
		CustomerNo   string `db:"customer_no"`
		CustomerName string `db:"customer_name"`
	}
	if err := tx.Select(ctx, &rows, q, staffID, mineSince.Seconds(), maxShown); err != nil {
		return nil, err
	}
	requests := make([]Request, len(rows))
	for i, row := range rows {
		s := row.status()
		requests[i] = Request{
			ApprovalID: s.ApprovalID, State: approval.State(s.State), CustomerNo: row.CustomerNo, CustomerName: row.CustomerName,
			Groups: s.Groups, Purpose: s.Purpose, Reason: s.Reason, Minutes: s.Minutes,
			SubmittedAt: s.Since, By: s.By, Stuck: s.Stuck, DecidedAt: s.DecidedAt, Comment: s.Comment, Reminded: s.Reminded,
		}
	}
	return requests, nil
}

// History returns the grants of a person for a customer that began after since,
// latest first.
func History(ctx context.Context, tx *pg.Tx, staffID, customerID int64, since time.Time) ([]Grant, error) {
	const q = `
		SELECT` + grantColumns + grantTables + `
		WHERE g.staff_id = $1
			AND g.customer_id = $2
			AND g.granted_at > $3
		ORDER BY
			g.granted_at DESC,
			g.id DESC
		LIMIT $4`
	var grants []Grant
	err := tx.Select(ctx, &grants, q, staffID, customerID, since, maxShown)
	return grants, err
}
