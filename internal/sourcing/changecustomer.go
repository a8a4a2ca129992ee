package sourcing

import (
	"fmt"
	"strings"
)

// change brings known customers up to date and keeps what was before. An empty
// cell says nothing about a customer and changes nothing.
func (m *customerMerge) change() (string, []any) {
	columns := m.columns(false)
	if len(columns) == 0 {
		return "", nil
	}
	var sets, news, olds, list []string
	for _, p := range columns {
		sets = append(sets, p.column+" = s.new_"+p.column)
		news = append(news, fmt.Sprintf("COALESCE(%s, c.%s) AS new_%s", p.value, p.column, p.column))
		olds = append(olds, fmt.Sprintf("c.%s IS DISTINCT FROM COALESCE(%s, c.%s)", p.column, p.value, p.column))
		list = append(list, fmt.Sprintf("('%s', to_jsonb(c.%s), c.%s IS DISTINCT FROM s.new_%s)", p.column, p.column, p.column, p.column))
		if p.column == "name" {
			sets = append(sets, "pinyin = s.pinyin", "initials = s.initials")
		}
		for _, d := range disputed() {
			if d.column == p.column {
				sets = append(sets, fmt.Sprintf("%[1]s = CASE WHEN c.%[2]s IS DISTINCT FROM s.new_%[2]s OR c.%[1]s IS NULL THEN %[3]d ELSE c.%[1]s END", d.value, d.column, m.source))
			}
		}
		if p.column == "manager_id" && !m.out.has("managed_since") {
			sets = append(sets, "managed_since = CASE WHEN c.manager_id IS DISTINCT FROM s.new_manager_id THEN current_date ELSE c.managed_since END")
		}
	}
	return fmt.Sprintf(`
		WITH last AS (
			SELECT DISTINCT ON (f.customer_id)
				f.row,
				f.customer_id,
				s.external_no,
				s.pinyin,
				s.initials,
				%s,
				%s AS differs
			FROM found AS f
			JOIN stage_0 AS s ON s.row = f.row
			JOIN customer AS c ON c.id = f.customer_id
			WHERE f.bad = 0
				AND NOT f.fresh
			ORDER BY f.customer_id, f.row DESC
		),
		past AS (
			INSERT INTO value_history (customer_id, field_group, entity, external_no, before, import_id)
			SELECT s.customer_id, 'basic', 'customer', s.external_no, (
				SELECT jsonb_object_agg(v.name, v.old)
				FROM (VALUES %s) AS v (name, old, differs)
				WHERE v.differs
			), $1::bigint
			FROM last AS s
			JOIN customer AS c ON c.id = s.customer_id
			WHERE s.differs
			ORDER BY s.row
		),
		now AS (
			UPDATE customer AS c
			SET %s,
				updated_at = now()
			FROM last AS s
			WHERE s.differs
				AND c.id = s.customer_id
		)
		UPDATE found AS f
		SET changed = true
		FROM last AS s
		WHERE s.differs
			AND f.row = s.row`,
		strings.Join(news, ", "), "("+strings.Join(olds, " OR ")+")", strings.Join(list, ", "), strings.Join(sets, ", ")), []any{m.id}
}

// link remembers the source's number for each customer.
func (m *customerMerge) link() (string, []any) {
	return `
		INSERT INTO customer_source (source_id, external_no, customer_id)
		SELECT
			$1::smallint,
			f.external_no,
			f.customer_id
		FROM found AS f
		WHERE f.linked
			AND f.bad = 0
		ORDER BY f.row
		ON CONFLICT (source_id, external_no) DO NOTHING`, []any{m.source}
}

// note writes down what became of each row.
func (m *customerMerge) note() (string, []any) {
	var columns, reasons []string
	for _, c := range append(m.checks(),
		check{"", m.out.label("external_no"), "证件号在本文件里属于两位客户"},
		check{"", m.out.label("name"), "与已有的客户信息不一致，已转人工裁决"}) {
		columns, reasons = append(columns, c.column), append(reasons, c.reason)
	}
	return fmt.Sprintf(`
		INSERT INTO outcome (part, spot, row, line, rank, column_name, reason, customer_id)
		SELECT
			0,
			s.spot,
			s.row,
			s.line,
			CASE WHEN s.bad > 0 THEN %d WHEN s.fresh OR s.linked THEN %d WHEN s.changed THEN %d ELSE %d END,
			%s,
			%s,
			s.customer_id
		FROM found AS s`, rankRejected, rankNew, rankChanged, rankUnchanged, choose(columns), choose(reasons)), nil
}
