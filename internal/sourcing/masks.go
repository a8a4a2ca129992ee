package sourcing

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/pg"
)

// masks puts the masked forms of what a chunk brought of contact points and
// documents beside them, in one update of each customer: customers have many
// indexes, and each update writes them all.
func masks(ctx context.Context, tx *pg.Tx, p *plan) error {
	var parts, sets, differs []string
	shows := map[string][]string{
		"contact_point":     {"mobile_mask", "mobile_tail", "mobile_token", "email_mask", "address_mask"},
		"identity_document": {"certificate_kind", "certificate_mask", "certificate_tail", "certificate_token"},
	}
	for i, o := range p.outputs {
		columns, ok := shows[o.entity.word]
		if !ok {
			continue
		}
		for _, c := range columns {
			if set := fmt.Sprintf("%[1]s = COALESCE(n.%[1]s, c.%[1]s)", c); !contains(sets, set) {
				sets = append(sets, set)
				differs = append(differs, fmt.Sprintf("c.%[1]s <> n.%[1]s OR (c.%[1]s IS NULL AND n.%[1]s IS NOT NULL)", c))
			}
		}
		parts = append(parts, fmt.Sprintf(`
			SELECT o.customer_id, s.row, '%s' AS entity, s.kind, s.mask, s.tail, s.token
			FROM outcome AS o
			JOIN stage_%d AS s ON s.row = o.row AND s.ctid = o.spot
			WHERE o.part = %d
				AND o.rank IN (1, 2)`, o.entity.word, i, i))
	}
	if len(parts) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(masksSQL, strings.Join(sets, ", "), strings.Join(parts, "\n\t\t\tUNION ALL"), strings.Join(differs, " OR ")))
	return err
}

const masksSQL = `
	UPDATE customer AS c
	SET %s
	FROM (
		SELECT
			m.customer_id,
			max(m.mask) FILTER (WHERE m.kind = 'mobile') AS mobile_mask,
			max(m.tail) FILTER (WHERE m.kind = 'mobile') AS mobile_tail,
			(array_agg(m.token ORDER BY m.row DESC) FILTER (WHERE m.kind = 'mobile'))[1] AS mobile_token,
			max(m.mask) FILTER (WHERE m.kind = 'email') AS email_mask,
			max(m.mask) FILTER (WHERE m.kind = 'address') AS address_mask,
			(array_agg(m.kind ORDER BY m.row DESC) FILTER (WHERE m.entity = 'identity_document'))[1] AS certificate_kind,
			(array_agg(m.mask ORDER BY m.row DESC) FILTER (WHERE m.entity = 'identity_document'))[1] AS certificate_mask,
			(array_agg(m.tail ORDER BY m.row DESC) FILTER (WHERE m.entity = 'identity_document'))[1] AS certificate_tail,
			(array_agg(m.token ORDER BY m.row DESC) FILTER (WHERE m.entity = 'identity_document'))[1] AS certificate_token
		FROM (%s
		) AS m
		GROUP BY m.customer_id
	) AS n
	WHERE c.id = n.customer_id
		AND (%s)`
