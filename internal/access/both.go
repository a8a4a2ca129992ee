package access

import (
	"context"

	"liuhen/internal/approval"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Both returns the steps of what both the superior of by and compliance must
// agree to, in this order; one step where the superior is of compliance. It
// returns a Conflict fault if nobody can decide.
func Both(ctx context.Context, tx *pg.Tx, by *staff.Member) ([]approval.Route, error) {
	first, err := approverFor(ctx, tx, by.ID)
	if err != nil {
		return nil, err
	}
	return route(ctx, tx, by, ByCompliance, first)
}
