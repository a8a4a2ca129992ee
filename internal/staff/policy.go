package staff

import (
	"context"
	"fmt"
	"slices"

	"liuhen/internal/pg"
)

// RoleSafety is how the people of a role sign in.
type RoleSafety struct {
	Role     Role `db:"role"`
	Required bool `db:"code_required"` // a one-time code besides the password
	People   int  `db:"people"`        // active people of the role
	Set      int  `db:"set"`           // of those, with one-time codes
	Must     int  `db:"must"`          // of those, who must change the password first
}

// SignInPolicy returns how each role signs in, in the order of Roles.
func (d *Directory) SignInPolicy(ctx context.Context, by *Member) ([]RoleSafety, error) {
	if err := mayManage(by); err != nil {
		return nil, fmt.Errorf("sign-in policy: %w", err)
	}
	const q = `
		SELECT
			p.role,
			p.code_required,
			count(s.id) AS people,
			count(code_confirmed_at(s.id)) AS set,
			count(s.id) FILTER (WHERE s.must_change_password) AS must
		FROM signin_policy AS p
		LEFT JOIN staff AS s ON s.role = p.role AND s.disabled_at IS NULL
		GROUP BY
			p.role,
			p.code_required
		ORDER BY p.role`
	var list []RoleSafety
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Select(ctx, &list, q) })
	if err != nil {
		return nil, fmt.Errorf("sign-in policy: %w", err)
	}
	slices.SortFunc(list, func(a, b RoleSafety) int {
		return slices.Index(Roles(), a.Role) - slices.Index(Roles(), b.Role)
	})
	return list, nil
}
