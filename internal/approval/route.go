package approval

import (
	"context"

	"github.com/lib/pq"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Route sends a step to its approver and says why to them: 您是申请人的直接上级.
type Route struct {
	ApproverID int64  `db:"approver_id"`
	Because    string `db:"because"`
	// BehalfID is for whom the approver stands in; 0 when for nobody.
	BehalfID int64 `db:"behalf_id"`
	// Pool is the role of which anybody could have been asked; empty where it is
	// the superior.
	Pool staff.Role `db:"pool"`
}

// SomeoneElse returns the route to an able person other than by who has one of
// the roles: the one with the fewest decisions waiting, or their deputy while
// they are away. It is for what two people must agree on without one being the
// other's superior. It returns a Conflict fault that names the roles if there is
// nobody else.
func SomeoneElse(ctx context.Context, tx *pg.Tx, by *staff.Member, because string, roles ...staff.Role) (Route, error) {
	words, labels := make([]string, len(roles)), ""
	for i, r := range roles {
		words[i] = string(r)
		if i > 0 {
			labels += "或"
		}
		labels += r.Label()
	}
	route, err := ofPool(ctx, tx, by.ID, 0, words)
	route.Because = because + route.Because
	if pg.IsNoRows(err) {
		return Route{}, fault.Newf(fault.Conflict, "没有另一位%s可以复核，请联系管理员增设。", labels).Because("four-eyes")
	}
	return route, err
}

// ofPool returns the route to one of the roles who decides for the requester,
// other than the person not; Because says for whom they stand in.
func ofPool(ctx context.Context, tx *pg.Tx, requester, not int64, roles []string) (Route, error) {
	const q = `
		SELECT
			i.approver_id,
			COALESCE(i.behalf_id, 0) AS behalf_id,
			CASE WHEN i.behalf_id IS NULL THEN '' ELSE '（您代' || s.name || '审批）' END AS because,
			s.role AS pool
		FROM staff AS s
		CROSS JOIN LATERAL stands_in(s.id, $2) AS i
		WHERE s.role = ANY ($1)
			AND i.approver_id <> $3
		ORDER BY
			(
				SELECT count(*)
				FROM approval_step AS t
				WHERE t.approver_id = i.approver_id
					AND t.state = 'pending'
			),
			i.behalf_id IS NOT NULL,
			s.id
		LIMIT 1`
	var r Route
	err := tx.Get(ctx, &r, q, pq.Array(roles), requester, not)
	return r, err
}

// Superior returns the route to the nearest superior above a person, at most ten
// levels up, who can decide a request of the requester, or to their deputy; and
// how many levels up that is. Nobody is a route to 0. The caller says why it is
// theirs.
func Superior(ctx context.Context, tx *pg.Tx, above, requester int64) (r Route, level int, err error) {
	const q = `
		WITH RECURSIVE above AS (
			SELECT
				s.superior_id AS id,
				1 AS level
			FROM staff AS s
			WHERE s.id = $1
			UNION ALL
			SELECT
				s.superior_id,
				a.level + 1
			FROM above AS a
			JOIN staff AS s ON s.id = a.id
			WHERE a.level < 10
		)
		SELECT
			a.level,
			i.approver_id,
			COALESCE(i.behalf_id, 0) AS behalf_id
		FROM above AS a
		CROSS JOIN LATERAL stands_in(a.id, $2) AS i
		ORDER BY a.level
		LIMIT 1`
	var row struct {
		Level int `db:"level"`
		Route
	}
	err = tx.Get(ctx, &row, q, above, requester)
	if pg.IsNoRows(err) {
		return Route{}, 0, nil
	}
	return row.Route, row.Level, err
}
