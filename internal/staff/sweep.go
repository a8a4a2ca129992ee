package staff

import (
	"context"
	"fmt"

	"liuhen/internal/pg"
)

// Sweep removes what no longer serves: sessions over for an hour or idle for a
// day, and tries to sign in of a month ago (the trail keeps them). It may be
// run at any time by any process; once an hour is enough.
func (d *Directory) Sweep(ctx context.Context) error {
	const sessions = `
		DELETE FROM session
		WHERE expires_at < now() - interval '1 hour'
			OR seen_at < now() - interval '1 day'`
	const attempts = `
		DELETE FROM signin_attempt
		WHERE at < now() - interval '30 days'`
	err := d.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, sessions); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, attempts)
		return err
	})
	if err != nil {
		return fmt.Errorf("sweep sessions and sign-in attempts: %w", err)
	}
	return nil
}
