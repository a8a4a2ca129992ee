package staff

import (
	"context"
	"fmt"

	"liuhen/internal/pg"
)

// Profile is a person with what hangs on the post: it ends, or waits for nobody,
// when the post changes.
type Profile struct {
	Person
	Grants   int `db:"grants"`   // live access grants
	Requests int `db:"requests"` // own requests not yet decided
}

// Profile returns one person as the own page shows one.
func (d *Directory) Profile(ctx context.Context, by *Member, id int64) (Profile, error) {
	if err := mayManage(by); err != nil {
		return Profile{}, fmt.Errorf("profile of person %d: %w", id, err)
	}
	const more = `
		SELECT
			(
				SELECT count(*)
				FROM access_grant AS g
				WHERE g.staff_id = $1
					AND g.ended_at IS NULL
					AND g.expires_at > now()
			) AS grants,
			(
				SELECT count(*)
				FROM approval AS a
				WHERE a.requester_id = $1
					AND a.state IN ('pending', 'returned')
			) AS requests`
	var p Profile
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := tx.Get(ctx, &p.Person, persons+`
		WHERE s.id = $1`, id); err != nil {
			return pg.OrNotFound(err, "没有这个人。")
		}
		return tx.Get(ctx, &p, more, id)
	})
	if err != nil {
		return Profile{}, fmt.Errorf("profile of person %d: %w", id, err)
	}
	return p, nil
}
