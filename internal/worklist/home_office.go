package worklist

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// AdminHome is how the portal itself stands: people, sessions, imports. It holds
// no customer data (银监发〔2014〕40号 第十八条).
type AdminHome struct {
	Roles    []RolePeople
	Sessions Sessions
	Running  int // imports queued or running
	Imports  []ImportRow
	Stuck    []Stuck // requests that nobody can decide, by kind
}

// Stuck counts requests of a kind that wait for somebody who cannot decide.
type Stuck struct {
	Kind  approval.Kind `db:"kind"`
	Count int           `db:"n"`
	Since time.Time     `db:"since"`
}

// RolePeople counts the people of a role.
type RolePeople struct {
	Role     staff.Role `db:"role"`
	Active   int        `db:"active"`
	Disabled int        `db:"disabled"`
}

// Sessions count what is signed in now.
type Sessions struct {
	Open   int `db:"open"`
	People int `db:"people"`
}

// ImportRow is one import; its state is as import_job has it.
type ImportRow struct {
	ID       int64      `db:"id"`
	FileName string     `db:"file_name"`
	Source   string     `db:"source"`
	State    string     `db:"state"`
	DryRun   bool       `db:"dry_run"`
	Rows     int64      `db:"rows_done"`
	Rejected int64      `db:"rejected"`
	By       string     `db:"created_name"`
	At       time.Time  `db:"created_at"`
	EndedAt  *time.Time `db:"ended_at"`
}

// AuditorHome is what was put on the trail today, in figures.
type AuditorHome struct {
	Lines   int // of today
	Refused int
	People  int // who left them
	Acts    []ActCount
}

// ActCount is how often an action is on the trail of today.
type ActCount struct {
	Action  trail.Action `db:"action"`
	Count   int          `db:"n"`
	Refused int          `db:"refused"`
}

func adminHome(ctx context.Context, tx *pg.Tx) (*AdminHome, error) {
	var home AdminHome
	const roles = `
		SELECT
			s.role,
			count(*) FILTER (WHERE s.disabled_at IS NULL) AS active,
			count(*) FILTER (WHERE s.disabled_at IS NOT NULL) AS disabled
		FROM staff AS s
		GROUP BY s.role
		ORDER BY array_position(ARRAY['manager', 'supervisor', 'risk', 'compliance', 'admin', 'auditor'], s.role)`
	if err := tx.Select(ctx, &home.Roles, roles); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	const sessions = `
		SELECT
			count(*) AS open,
			count(DISTINCT x.staff_id) AS people
		FROM session AS x
		WHERE x.staff_id IS NOT NULL
			AND x.expires_at > now()
			AND x.seen_at > now() - make_interval(secs => $1)`
	if err := tx.Get(ctx, &home.Sessions, sessions, staff.SessionIdle.Seconds()); err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	const stuck = `
		SELECT
			a.kind,
			count(*) AS n,
			min(s.waiting_since) AS since
		FROM approval_step AS s
		JOIN approval AS a ON a.id = s.approval_id
		WHERE a.state = 'pending'
			AND s.state = 'pending'
			AND NOT EXISTS (
				SELECT
				FROM stands_in(COALESCE(s.behalf_id, s.approver_id), a.requester_id) AS i
				WHERE i.approver_id = s.approver_id
			)
		GROUP BY a.kind
		ORDER BY a.kind`
	if err := tx.Select(ctx, &home.Stuck, stuck); err != nil {
		return nil, fmt.Errorf("stuck requests: %w", err)
	}
	const running = `
		SELECT count(*)
		FROM import_job AS j
		WHERE j.state IN ('queued', 'running')`
	if err := tx.Get(ctx, &home.Running, running); err != nil {
		return nil, fmt.Errorf("running imports: %w", err)
	}
	const imports = `
		SELECT
			j.id,
			j.file_name,
			x.name AS source,
			j.state,
			j.dry_run,
			j.rows_done,
			j.rejected,
			j.created_name,
			j.created_at,
			j.ended_at
		FROM import_job AS j
		JOIN source_system AS x ON x.id = j.source_id
		ORDER BY j.id DESC
		LIMIT $1`
	if err := tx.Select(ctx, &home.Imports, imports, top); err != nil {
		return nil, fmt.Errorf("imports: %w", err)
	}
	return &home, nil
}

func auditorHome(ctx context.Context, tx *pg.Tx) (*AuditorHome, error) {
	var home AuditorHome
	const acts = `
		SELECT
			t.action,
			count(*) AS n,
			count(*) FILTER (WHERE t.refused) AS refused
		FROM trail AS t
		WHERE t.at >= current_date
		GROUP BY t.action
		ORDER BY
			n DESC,
			t.action`
	if err := tx.Select(ctx, &home.Acts, acts); err != nil {
		return nil, fmt.Errorf("acts of today: %w", err)
	}
	for _, a := range home.Acts {
		home.Lines += a.Count
		home.Refused += a.Refused
	}
	const people = `
		SELECT count(DISTINCT t.staff_id)
		FROM trail AS t
		WHERE t.at >= current_date
			AND t.staff_id > 0`
	if err := tx.Get(ctx, &home.People, people); err != nil {
		return nil, fmt.Errorf("people of today: %w", err)
	}
	return &home, nil
}
