package staff

import (
	"context"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// keepRecovery keeps the hashes of new recovery codes and ends the old ones.
func keepRecovery(ctx context.Context, tx *pg.Tx, id int64, codes []string) error {
	const end = `
		UPDATE staff_recovery_code
		SET used_at = now()
		WHERE staff_id = $1
			AND used_at IS NULL`
	if _, err := tx.Exec(ctx, end, id); err != nil {
		return err
	}
	hashes := make([][]byte, len(codes))
	for i, c := range codes {
		hashes[i] = recoveryHash(id, c)
	}
	const add = `
		INSERT INTO staff_recovery_code (staff_id, hash)
		SELECT
			$1,
			h.hash
		FROM unnest($2::bytea[]) AS h (hash)`
	_, err := tx.Exec(ctx, add, id, pq.Array(hashes))
	return err
}

// useRecovery uses up a recovery code and reports whether it was a good one.
func useRecovery(ctx context.Context, tx *pg.Tx, id int64, typed string) (bool, error) {
	const q = `
		UPDATE staff_recovery_code
		SET used_at = now()
		WHERE staff_id = $1
			AND hash = $2
			AND used_at IS NULL`
	n, err := tx.Exec(ctx, q, id, recoveryHash(id, typed))
	return n == 1, err
}

// recoveryLeft counts the recovery codes that are still good.
func recoveryLeft(ctx context.Context, tx *pg.Tx, id int64) (n int, err error) {
	const q = `
		SELECT count(*)
		FROM staff_recovery_code AS r
		WHERE r.staff_id = $1
			AND r.used_at IS NULL`
	err = tx.Get(ctx, &n, q, id)
	return n, err
}
