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
	ApproverID int64
	Because    string
}

// SomeoneElse returns the route to an able person other than by who has one of
// the roles: the one with the fewest decisions waiting. It is for what two people
// must agree on without one being the other's superior. It returns a Conflict
// fault that names the roles if there is nobody else.
func SomeoneElse(ctx context.Context, tx *pg.Tx, by *staff.Member, because string, roles ...staff.Role) (Route, error) {
	const q = `
		SELECT s.id
		FROM staff AS s
		WHERE s.role = ANY ($1)
			AND s.id <> $2
			AND s.disabled_at IS NULL
		ORDER BY
			(
				SELECT count(*)
				FROM approval_step AS t
				WHERE t.approver_id = s.id
					AND t.state = 'pending'
			),
			s.id
		LIMIT 1`
	words, labels := make([]string, len(roles)), ""
	for i, r := range roles {
		words[i] = string(r)
		if i > 0 {
			labels += "或"
		}
		labels += r.Label()
	}
	route := Route{Because: because}
	err := tx.Get(ctx, &route.ApproverID, q, pq.Array(words), by.ID)
	if pg.IsNoRows(err) {
		return Route{}, fault.Newf(fault.Conflict, "没有另一位%s可以复核，请联系管理员增设。", labels).Because("four-eyes")
	}
	return route, err
}
