package staff

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
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

// RequireCodes makes one-time codes compulsory for exactly the roles: their
// people set them up at the next sign-in. A role that is none is Invalid; a
// change of nothing is a Conflict.
func (d *Directory) RequireCodes(ctx context.Context, by *Member, roles []Role) error {
	if err := mayManage(by); err != nil {
		return fmt.Errorf("require codes: %w", err)
	}
	for _, r := range roles {
		if !known(r) {
			return fmt.Errorf("require codes: %w", invalid("role", "没有这个角色。"))
		}
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		said, err := setRequired(ctx, tx, roles)
		if err != nil {
			return err
		}
		if said == "" {
			return fault.New(fault.Conflict, "登录要求没有变动。")
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.SignInPolicyChanged, Detail: said})
	})
	if err != nil {
		return fmt.Errorf("require codes: %w", err)
	}
	d.EvictAll()
	return nil
}

// setRequired saves the policy and says what changed.
func setRequired(ctx context.Context, tx *pg.Tx, roles []Role) (string, error) {
	const q = `
		UPDATE signin_policy
		SET code_required = $2
		WHERE role = $1
			AND code_required <> $2`
	var on, off []string
	for _, r := range Roles() {
		required := slices.Contains(roles, r)
		n, err := tx.Exec(ctx, q, string(r), required)
		switch {
		case err != nil:
			return "", err
		case n == 0:
		case required:
			on = append(on, r.Label())
		default:
			off = append(off, r.Label())
		}
	}
	var said []string
	if len(on) > 0 {
		said = append(said, "须用动态码登录："+strings.Join(on, "、"))
	}
	if len(off) > 0 {
		said = append(said, "不再要求动态码："+strings.Join(off, "、"))
	}
	return strings.Join(said, "；"), nil
}
