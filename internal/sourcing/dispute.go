package sourcing

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// disputed are the columns of a customer that one source does not change when
// another said them, with where it is noted who did.
func disputed() []pair {
	return []pair{{"name", "name_source"}, {"gender", "gender_source"}, {"birth_band", "birth_source"}}
}

// says reports whether the file has a word of its own on a disputed column.
func (m *customerMerge) says(column string) bool {
	for _, p := range m.columns(false) {
		if p.column == column {
			return true
		}
	}
	return false
}

// heldCheck is the bad of rows that wait for a person.
func (m *customerMerge) heldCheck() int { return m.clashCheck() + 1 }

// part sets rows whose document was decided to be another person's apart from
// that person: they go without it.
func (m *customerMerge) part() (string, []any) {
	drop := ""
	for _, i := range m.documents {
		drop += fmt.Sprintf(`,
		gone_%[1]d AS (
			DELETE FROM stage_%[1]d AS d
			USING apart AS a
			WHERE d.row = a.row
		)`, i)
	}
	return fmt.Sprintf(`
		WITH apart AS (
			SELECT s.row
			FROM stage_0 AS s
			JOIN source_rule AS r ON r.source_id = $1::smallint AND r.external_no = s.external_no AND r.field = 'certificate'
		)%s
		UPDATE stage_0 AS s
		SET token = NULL
		FROM apart AS a
		WHERE s.row = a.row`, drop), []any{m.source}
}

// hold stops rows that contradict what another source said of their customer,
// or that bring another name under a document that is known, unless it was
// decided before what to do with just that.
func (m *customerMerge) hold() (string, []any) {
	var differ []string
	for _, d := range disputed() {
		if !m.says(d.column) {
			continue
		}
		differ = append(differ, fmt.Sprintf(`(
				s.%[1]s <> c.%[1]s
				AND c.%[2]s IS NOT NULL
				AND (c.%[2]s <> $1::smallint OR (f.linked AND '%[1]s' = 'name'))
				AND NOT EXISTS (
					SELECT
					FROM source_rule AS r
					WHERE r.source_id = $1::smallint
						AND r.external_no = s.external_no
						AND r.field = '%[1]s'
						AND r.value = s.%[1]s::text
				)
			)`, d.column, d.value))
	}
	if len(differ) == 0 {
		return "", nil
	}
	return fmt.Sprintf(`
		UPDATE found AS f
		SET bad = $2::integer
		FROM stage_0 AS s, customer AS c
		WHERE s.row = f.row
			AND c.id = f.customer_id
			AND f.bad = 0
			AND NOT f.fresh
			AND (%s)`, strings.Join(differ, " OR ")), []any{m.source, m.heldCheck()}
}

// open writes the rows that were stopped down as conflicts; one that is open
// already is brought up to date.
func (m *customerMerge) open() (string, []any) {
	if len(m.columns(false)) == 0 {
		return "", nil
	}
	var told, kept, sources []string
	for _, d := range disputed() {
		if m.says(d.column) {
			kept = append(kept, fmt.Sprintf("'%[1]s', c.%[1]s", d.column))
			told = append(told, fmt.Sprintf("'%[1]s', s.%[1]s", d.column))
			sources = append(sources, fmt.Sprintf("CASE WHEN s.%[1]s <> c.%[1]s THEN c.%[2]s END", d.column, d.value))
		}
	}
	if len(kept) == 0 {
		return "", nil
	}
	return fmt.Sprintf(`
		INSERT INTO source_conflict (
			source_id, external_no, customer_id, kind, kept, told, kept_source, import_id, branch_id, line
		)
		SELECT DISTINCT ON (f.external_no)
			$1::smallint,
			f.external_no,
			f.customer_id,
			CASE WHEN f.linked AND f.token = c.certificate_token THEN 'identity' ELSE 'field' END,
			jsonb_strip_nulls(jsonb_build_object(%s)),
			jsonb_strip_nulls(jsonb_build_object(%s)),
			COALESCE(%s),
			$2::bigint,
			$3::bigint,
			f.line
		FROM found AS f
		JOIN stage_0 AS s ON s.row = f.row
		JOIN customer AS c ON c.id = f.customer_id
		WHERE f.bad = $4::integer
		ORDER BY
			f.external_no,
			f.row DESC
		ON CONFLICT (source_id, external_no) WHERE state = 'open' DO UPDATE
		SET kind = EXCLUDED.kind,
			kept = EXCLUDED.kept,
			told = EXCLUDED.told,
			kept_source = EXCLUDED.kept_source,
			import_id = EXCLUDED.import_id,
			branch_id = EXCLUDED.branch_id,
			line = EXCLUDED.line`, strings.Join(kept, ", "), strings.Join(told, ", "), strings.Join(sources, ", ")),
		[]any{m.source, m.id, m.branch, m.heldCheck()}
}

// obey takes back what a row says where it was decided to keep what there is.
func (m *customerMerge) obey() (string, []any) {
	var sets []string
	for _, d := range disputed() {
		if !m.says(d.column) {
			continue
		}
		kept := fmt.Sprintf(`EXISTS (
				SELECT
				FROM source_rule AS r
				WHERE r.source_id = $1::smallint
					AND r.external_no = s.external_no
					AND r.field = '%[1]s'
					AND r.verdict = 'keep'
					AND r.value = s.%[1]s::text
			)`, d.column)
		sets = append(sets, fmt.Sprintf("%[1]s = CASE WHEN %[2]s THEN c.%[1]s ELSE s.%[1]s END", d.column, kept))
		if d.column == "name" {
			sets = append(sets, fmt.Sprintf("pinyin = CASE WHEN %[1]s THEN c.pinyin ELSE s.pinyin END, initials = CASE WHEN %[1]s THEN c.initials ELSE s.initials END", kept))
		}
	}
	if len(sets) == 0 {
		return "", nil
	}
	return fmt.Sprintf(`
		UPDATE stage_0 AS s
		SET %s
		FROM found AS f
		JOIN customer AS c ON c.id = f.customer_id
		WHERE f.row = s.row
			AND f.bad = 0
			AND EXISTS (
				SELECT
				FROM source_rule AS r
				WHERE r.source_id = $1::smallint
					AND r.external_no = s.external_no
					AND r.verdict = 'keep'
			)`, strings.Join(sets, ",\n\t\t\t")), []any{m.source}
}

// keepHeld keeps the rows that were stopped, as the file has them.
func keepHeld(ctx context.Context, tx *pg.Tx, p *plan, c *chunk, m *customerMerge) error {
	const q = `
		SELECT
			k.id,
			f.row
		FROM found AS f
		JOIN source_conflict AS k ON k.source_id = $1 AND k.external_no = f.external_no AND k.state = 'open' AND k.line = f.line
		WHERE f.bad = $2::integer
		ORDER BY f.row`
	var held []struct {
		ID  int64 `db:"id"`
		Row int64 `db:"row"`
	}
	if err := tx.Select(ctx, &held, q, m.source, m.heldCheck()); err != nil {
		return err
	}
	const keep = `
		INSERT INTO source_conflict_row (conflict_id, mapping, header, fields)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT (conflict_id) DO UPDATE
		SET mapping = EXCLUDED.mapping,
			header = EXCLUDED.header,
			fields = EXCLUDED.fields`
	for _, h := range held {
		if _, err := tx.Exec(ctx, keep, h.ID, p.mapping.ref(), pq.Array(p.header), pq.Array(c.raw[h.Row])); err != nil {
			return err
		}
	}
	if len(held) == 0 {
		return nil
	}
	return tx.Notify(ctx, "conflict", "0")
}
