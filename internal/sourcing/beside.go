package sourcing

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"liuhen/internal/customer"
	"liuhen/internal/pg"
)

// beside recomputes what stands beside closed values in the open part of a file
// — masks, tokens, bands, last contact, grade — for the customers that a chunk
// touched, and notes the time of sync of their blocks.
func beside(ctx context.Context, tx *pg.Tx, p *plan, source int64) error {
	if err := touch(ctx, tx, p); err != nil {
		return err
	}
	if err := masks(ctx, tx, p); err != nil {
		return err
	}
	sums, blocks := false, map[string][]int64{}
	for i := range p.outputs {
		o := &p.outputs[i]
		for _, query := range besideSQL(i, o.entity.word) {
			if _, err := tx.Exec(ctx, query); err != nil {
				return err
			}
		}
		switch o.entity.word {
		case "account", "party", "transaction", "holding":
			sums = true
		}
		blocks[o.entity.block] = append(blocks[o.entity.block], int64(i))
	}
	for block, parts := range blocks {
		if err := syncBlock(ctx, tx, parts, block, source); err != nil {
			return err
		}
	}
	if sums {
		return bands(ctx, tx)
	}
	return nil
}

// touch gathers whom and what the chunk has touched: few customers and accounts
// beside many rows. The planner is told of them, and of the rows where these are
// joined to their values: it would otherwise take part = 1 or rank = 2 for rare.
func touch(ctx context.Context, tx *pg.Tx, p *plan) error {
	const q = `
		CREATE TEMP TABLE touched ON COMMIT DROP AS
		SELECT
			o.part,
			o.customer_id,
			o.account_id,
			max(o.rank) AS rank
		FROM outcome AS o
		WHERE o.rank < 3
		GROUP BY
			o.part,
			o.customer_id,
			o.account_id;
		ANALYZE touched`
	if _, err := tx.Exec(ctx, q); err != nil {
		return err
	}
	for i := range p.outputs {
		if p.outputs[i].entity.single() {
			_, err := tx.Exec(ctx, "ANALYZE outcome")
			return err
		}
	}
	return nil
}

// single reports whether what follows the entity's merge asks for what became
// of single rows.
func (e entity) single() bool {
	switch e.word {
	case "contact_point", "identity_document", "party":
		return true
	}
	return false
}

// besideSQL returns the statements that follow the merge of an entity.
func besideSQL(part int, word string) []string {
	switch word {
	case "party":
		return []string{ownerSQL(part)}
	case "transaction":
		return []string{balanceSQL}
	case "consultation":
		return []string{contactSQL}
	case "assessment":
		return []string{gradeSQL}
	}
	return nil
}

// ownerSQL gives an account to its owner.
func ownerSQL(part int) string {
	return fmt.Sprintf(`
		UPDATE account AS a
		SET customer_id = o.customer_id
		FROM outcome AS o
		JOIN stage_%d AS s ON s.ctid = o.spot
		WHERE o.part = %d
			AND o.rank < 3
			AND s.role = 'owner'
			AND a.id = o.account_id
			AND a.customer_id IS DISTINCT FROM o.customer_id`, part, part)
}

// balanceSQL moves an account's balance on to that of its newest transaction.
// Only transactions of the day of its balance and later are looked at, so that
// a chunk costs the same however many there are already. The day is a CASE
// because row-level security lets no COALESCE near an index.
const balanceSQL = `
	UPDATE account AS a
	SET balance = n.balance,
		balance_on = n.booked_on,
		synced_at = now()
	FROM (
		SELECT DISTINCT
			o.account_id,
			o.customer_id
		FROM touched AS o
		WHERE o.rank IN (1, 2)
			AND o.account_id IS NOT NULL
	) AS o
	JOIN account AS was ON was.id = o.account_id
	CROSS JOIN LATERAL (
		SELECT
			t.balance,
			t.booked_on
		FROM bank_transaction AS t
		WHERE t.customer_id = o.customer_id
			AND t.booked_on >= CASE WHEN was.balance_on IS NULL THEN '-infinity'::date ELSE was.balance_on END
			AND t.account_id = o.account_id
			AND t.balance IS NOT NULL
		ORDER BY
			t.booked_on DESC,
			t.id DESC
		LIMIT 1
	) AS n
	WHERE a.id = o.account_id
		AND (a.balance, a.balance_on) IS DISTINCT FROM (n.balance, n.booked_on)`

// contactSQL notes when and how a customer was last spoken with.
const contactSQL = `
	UPDATE customer AS c
	SET last_contact_at = n.at,
		last_contact_via = n.via
	FROM (
		SELECT DISTINCT o.customer_id
		FROM touched AS o
		WHERE o.rank IN (1, 2)
	) AS o
	CROSS JOIN LATERAL (
		SELECT
			t.at,
			t.via
		FROM consultation AS t
		WHERE t.customer_id = o.customer_id
		ORDER BY
			t.at DESC,
			t.id DESC
		LIMIT 1
	) AS n
	WHERE c.id = o.customer_id
		AND (c.last_contact_at IS NULL OR c.last_contact_at < n.at)`

// gradeSQL takes the grade of the newest assessment over.
const gradeSQL = `
	UPDATE customer AS c
	SET grade = n.grade,
		graded_on = n.assessed_on,
		grade_until = n.valid_until
	FROM (
		SELECT DISTINCT o.customer_id
		FROM touched AS o
		WHERE o.rank IN (1, 2)
	) AS o
	CROSS JOIN LATERAL (
		SELECT
			t.grade,
			t.assessed_on,
			t.valid_until
		FROM risk_assessment AS t
		WHERE t.customer_id = o.customer_id
		ORDER BY
			t.assessed_on DESC,
			t.id DESC
		LIMIT 1
	) AS n
	WHERE c.id = o.customer_id
		AND (c.grade, c.graded_on, c.grade_until) IS DISTINCT FROM (n.grade, n.assessed_on, n.valid_until)`

// syncBlock notes the source and the time for the blocks of all customers the
// chunk speaks of, also where nothing has changed, and for the source as a
// whole; a chunk whose rows were all rejected makes nothing fresh.
func syncBlock(ctx context.Context, tx *pg.Tx, parts []int64, block string, source int64) error {
	const q = `
		INSERT INTO customer_block (customer_id, block, source_id, synced_at)
		SELECT DISTINCT
			o.customer_id,
			$2,
			$3::smallint,
			now()
		FROM touched AS o
		WHERE o.part = ANY ($1::smallint[])
			AND o.customer_id IS NOT NULL
		ON CONFLICT (customer_id, block, source_id) DO UPDATE
		SET synced_at = EXCLUDED.synced_at`
	if _, err := tx.Exec(ctx, q, pq.Array(parts), block, source); err != nil {
		return err
	}
	const fresh = `
		INSERT INTO source_block (source_id, block, synced_at)
		SELECT
			$3::smallint,
			$2,
			now()
		WHERE EXISTS (
			SELECT
			FROM touched AS o
			WHERE o.part = ANY ($1::smallint[])
		)
		ON CONFLICT (source_id, block) DO UPDATE
		SET synced_at = EXCLUDED.synced_at`
	_, err := tx.Exec(ctx, fresh, pq.Array(parts), block, source)
	return err
}

// bands recomputes the asset bands from balances and holdings.
func bands(ctx context.Context, tx *pg.Tx) error {
	const sums = `
		SELECT
			t.customer_id AS id,
			LEAST((COALESCE(a.sum, 0) + COALESCE(h.sum, 0)) * 100, 9000000000000000000)::bigint AS fen
		FROM (
			SELECT DISTINCT o.customer_id
			FROM touched AS o
			WHERE o.rank IN (1, 2)
				AND o.customer_id IS NOT NULL
		) AS t
		CROSS JOIN LATERAL (
			SELECT sum(a.balance) AS sum
			FROM account AS a
			WHERE a.customer_id = t.customer_id
		) AS a
		CROSS JOIN LATERAL (
			SELECT sum(h.value) AS sum
			FROM holding AS h
			WHERE h.customer_id = t.customer_id
		) AS h
		WHERE a.sum IS NOT NULL
			OR h.sum IS NOT NULL`
	var list []struct {
		ID  int64 `db:"id"`
		Fen int64 `db:"fen"`
	}
	if err := tx.Select(ctx, &list, sums); err != nil || len(list) == 0 {
		return err
	}
	ids, to := make([]int64, len(list)), make([]int64, len(list))
	for i, row := range list {
		ids[i], to[i] = row.ID, int64(customer.BandOfFen(row.Fen))
	}
	const q = `
		UPDATE customer AS c
		SET asset_band = n.band
		FROM unnest($1::bigint[], $2::smallint[]) AS n (id, band)
		WHERE c.id = n.id
			AND c.asset_band IS DISTINCT FROM n.band`
	_, err := tx.Exec(ctx, q, pq.Array(ids), pq.Array(to))
	return err
}
