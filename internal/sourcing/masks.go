package sourcing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/pg"
)

// shown are the columns of a customer in which what is masked of an entity
// stands; nil for an entity of which nothing does.
func shown(entity string) []string {
	switch entity {
	case "contact_point":
		return []string{"mobile_mask", "mobile_tail", "mobile_token", "email_mask", "address_mask"}
	case "identity_document":
		return []string{"certificate_kind", "certificate_mask", "certificate_tail", "certificate_token"}
	}
	return nil
}

// veil is what a chunk brought of contact points and documents, masked: the
// columns of a customer it fills, and SQL for one row of them for each key.
type veil struct {
	columns []string
	sql     string
}

// veiled gathers what is masked by a key, of those staged rows s of an output that
// the rest of a statement chooses.
func (p *plan) veiled(key string, chosen func(i int) string) veil {
	var v veil
	var parts []string
	for i, o := range p.outputs {
		columns := shown(o.entity.word)
		if columns == nil {
			continue
		}
		for _, c := range columns {
			if !slices.Contains(v.columns, c) {
				v.columns = append(v.columns, c)
			}
		}
		parts = append(parts, fmt.Sprintf(`
			SELECT %s AS key, s.row, '%s' AS entity, s.kind, s.mask, s.tail, s.token%s`, key, o.entity.word, chosen(i)))
	}
	v.sql = fmt.Sprintf(veilSQL, strings.Join(parts, "\n\t\t\tUNION ALL"))
	return v
}

const veilSQL = `
		SELECT
			m.key,
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
		GROUP BY m.key`

// masks puts the masked forms of what a chunk brought of contact points and
// documents beside them, in one update of each customer: customers have many
// indexes, and each update writes them all. New customers have theirs from the
// beginning (customerMerge.add).
func masks(ctx context.Context, tx *pg.Tx, p *plan) error {
	old := ""
	if p.people() {
		old = `
				AND NOT EXISTS (SELECT FROM fresh AS n WHERE n.row = o.row)`
	}
	v := p.veiled("o.customer_id", func(i int) string {
		return fmt.Sprintf(`
			FROM outcome AS o
			JOIN stage_%[1]d AS s ON s.row = o.row AND s.ctid = o.spot
			WHERE o.part = %[1]d
				AND o.rank IN (1, 2)%[2]s`, i, old)
	})
	if len(v.columns) == 0 {
		return nil
	}
	var sets, differs []string
	for _, c := range v.columns {
		sets = append(sets, fmt.Sprintf("%[1]s = COALESCE(n.%[1]s, c.%[1]s)", c))
		differs = append(differs, fmt.Sprintf("c.%[1]s <> n.%[1]s OR (c.%[1]s IS NULL AND n.%[1]s IS NOT NULL)", c))
	}
	_, err := tx.Exec(ctx, fmt.Sprintf(`
	UPDATE customer AS c
	SET %s
	FROM (%s
	) AS n
	WHERE c.id = n.key
		AND (%s)`, strings.Join(sets, ", "), v.sql, strings.Join(differs, " OR ")))
	return err
}
