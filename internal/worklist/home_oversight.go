package worklist

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// OversightHome is how access to closed groups goes in the whole institution.
type OversightHome struct {
	Waiting  int         // decisions that wait for the viewer
	Days     []DayCount  // requests for access, the last 14 days, oldest first
	Revealed []GroupSeen // reveals of today, one for each group
	Reveals  int         // lines of the trail that Revealed counts the groups of
	Grants   Grants
	Refusals Refusals
}

// DayCount is how often something happened on a day.
type DayCount struct {
	Day   time.Time `db:"day"`
	Count int       `db:"n"`
}

// GroupSeen is how often a closed group was revealed, and to how many people.
type GroupSeen struct {
	Group  access.Group `db:"field_group"`
	Count  int          `db:"n"`
	People int          `db:"people"`
}

func oversightHome(ctx context.Context, tx *pg.Tx, by *staff.Member) (*OversightHome, error) {
	var home OversightHome
	pending, err := waiting(ctx, tx, by)
	if err != nil {
		return nil, err
	}
	home.Waiting = pending.Count
	if err := tx.Select(ctx, &home.Days, daysSQL, string(trail.AccessRequested)); err != nil {
		return nil, fmt.Errorf("requests a day: %w", err)
	}
	if err := tx.Select(ctx, &home.Revealed, revealedSQL, string(trail.GroupRevealed)); err != nil {
		return nil, fmt.Errorf("reveals: %w", err)
	}
	const reveals = `
		SELECT count(*)
		FROM trail AS t
		WHERE t.action = $1
			AND t.at >= current_date`
	if err := tx.Get(ctx, &home.Reveals, reveals, string(trail.GroupRevealed)); err != nil {
		return nil, fmt.Errorf("reveals: %w", err)
	}
	all := grantScope{holders: `$1::bigint IS NOT NULL`, visible: `true`, arg: by.ID}
	if home.Grants, err = grants(ctx, tx, all, 2*top); err != nil {
		return nil, err
	}
	if home.Refusals, err = refusals(ctx, tx, `true`); err != nil {
		return nil, err
	}
	return &home, nil
}

// daysSQL counts the lines of an action on each of the last 14 days.
const daysSQL = `
		SELECT
			d.day::date AS day,
			count(t.id) AS n
		FROM generate_series(current_date - 13, current_date, interval '1 day') AS d (day)
		LEFT JOIN trail AS t ON t.action = $1
			AND t.at >= d.day
			AND t.at < d.day + interval '1 day'
		GROUP BY d.day
		ORDER BY d.day`

// revealedSQL counts the lines of today that name each group.
const revealedSQL = `
		SELECT
			g.field_group,
			count(t.id) AS n,
			count(DISTINCT t.staff_id) AS people
		FROM unnest(ARRAY['contact', 'identity', 'assets', 'transactions']) WITH ORDINALITY AS g (field_group, place)
		LEFT JOIN trail AS t ON t.action = $1
			AND t.at >= current_date
			AND g.field_group = ANY (t.groups)
			AND NOT t.refused
		GROUP BY
			g.field_group,
			g.place
		ORDER BY g.place`
