package access

import (
	"context"
	"fmt"

	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Versions is the policy as its page shows it.
type Versions struct {
	Shown   Policy   // the version asked for
	Current Policy   // the one in force
	Pending *Policy  // a proposal that waits for the second person; nil for none
	Past    []Policy // every version that was in force, newest first, without lines
}

// Versions returns the version of the policy with the number, 0 for the one in
// force, and what came before and may come next. It returns NotFound for a
// number that never was.
func (ps *Policies) Versions(ctx context.Context, by *staff.Member, version int) (Versions, error) {
	if err := authz.Check(by, authz.ReadPolicy); err != nil {
		return Versions{}, err
	}
	var v Versions
	err := ps.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		if v.Current, err = loadPolicy(ctx, tx, inForce); err != nil {
			return err
		}
		if v.Shown = v.Current; version != 0 && version != v.Current.Version {
			v.Shown, err = loadPolicy(ctx, tx, `
		WHERE p.version = $1`, version)
			if err != nil {
				return pg.OrNotFound(err, "没有这个版本的调阅政策。")
			}
		}
		if v.Pending, err = pendingPolicy(ctx, tx); err != nil {
			return err
		}
		return tx.Select(ctx, &v.Past, policyColumns+`
		WHERE p.version IS NOT NULL
		ORDER BY p.version DESC
		LIMIT 100`)
	})
	if err != nil {
		return Versions{}, fmt.Errorf("versions of the access policy: %w", err)
	}
	return v, nil
}

// inForce chooses the version in force.
const inForce = `
		WHERE p.version IS NOT NULL
		ORDER BY p.version DESC
		LIMIT 1`

// pendingPolicy is the proposal that waits; nil if there is none.
func pendingPolicy(ctx context.Context, tx *pg.Tx) (*Policy, error) {
	p, err := loadPolicy(ctx, tx, `
		JOIN approval AS v ON v.id = p.approval_id
		WHERE p.version IS NULL
			AND v.state = 'pending'
		ORDER BY p.id DESC
		LIMIT 1`)
	if pg.IsNoRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &p, nil
}
