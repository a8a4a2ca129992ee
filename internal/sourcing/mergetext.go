package sourcing

import (
	"fmt"
	"strings"

	"github.com/lib/pq"
)

// mergeText writes the parts of a merge's statement.
type mergeText struct{ strings.Builder }

// seen finds for each staged row its customer, its account and the row it is
// known by already, and says what is to happen with it.
func (w *mergeText) seen(m *merge, stored []pair) {
	e := m.out.entity
	bad := "0"
	if len(m.bad) > 0 {
		bad = "CASE"
		for i, condition := range m.bad {
			bad += fmt.Sprintf(" WHEN %s THEN %d", condition, i+1)
		}
		bad += " ELSE 0 END"
	}
	distinct, order := "", ""
	if e.key[0] == "customer_id" {
		distinct = "DISTINCT ON (" + m.owner + ", s.kind) "
		order = "\n\tORDER BY " + m.owner + ", s.kind, s.row DESC"
	}
	fmt.Fprintf(w, "WITH told AS (\n\tSELECT %ss.*, s.ctid AS spot, %s AS bad, %s AS owner_id, %s AS account_id%s\n\tFROM stage_%d AS s",
		distinct, bad, or(m.owner, "NULL::bigint"), or(m.account, "NULL::bigint"), m.staffColumn(), m.part)
	for _, join := range m.joins {
		w.WriteString("\n\t" + join)
	}
	fmt.Fprintf(w, "%s\n),\nseen AS MATERIALIZED (\n\tSELECT s.*, ", order)
	if m.unmet {
		fmt.Fprintf(w, "s.owner_id AS new_owner, CASE WHEN s.bad > 0 THEN %d ELSE %d END AS rank\n\tFROM told AS s\n)", rankRejected, rankNew)
		return
	}
	fmt.Fprintf(w, "t.id AS old_id, t.customer_id AS old_customer, %s AS new_owner", newOwner)
	for _, p := range stored {
		fmt.Fprintf(w, ", t.%s AS old_%s", p.column, p.column)
	}
	fmt.Fprintf(w, ",\n\t\tCASE WHEN s.bad > 0 THEN %d WHEN t.id IS NULL THEN %d WHEN %s THEN %d ELSE %d END AS rank",
		rankRejected, rankNew, differs(stored), rankChanged, rankUnchanged)
	fmt.Fprintf(w, "\n\tFROM told AS s\n\t%s\n)", known(e, stored))
}

// known looks the row up by its key. Being lateral with a limit it is an index
// look-up for each row whatever the planner knows of the tables, so a chunk
// costs the same however large its table has grown.
func known(e entity, stored []pair) string {
	columns := []string{"x.id"}
	for _, p := range stored {
		columns = append(columns, "x."+p.column)
	}
	if e.key[0] == "customer_id" || !hasCustomer(stored) {
		columns = append(columns, "x.customer_id")
	}
	where := "x.source_id = $1::smallint"
	for _, k := range e.key {
		if k == "customer_id" {
			where += " AND x.customer_id = s.owner_id"
		} else {
			where += fmt.Sprintf(" AND x.%s = s.%s", k, k)
		}
	}
	return fmt.Sprintf("LEFT JOIN LATERAL (SELECT %s FROM %s AS x WHERE %s LIMIT 1) AS t ON true", strings.Join(columns, ", "), e.table, where)
}

func hasCustomer(stored []pair) bool {
	for _, p := range stored {
		if p.column == "customer_id" {
			return true
		}
	}
	return false
}

// staffColumn carries the looked-up staff member into told.
func (m *merge) staffColumn() string {
	for _, p := range m.values {
		if p.column == "staff_id" {
			return ", st.id AS staff_id"
		}
	}
	return ""
}

// newOwner is the customer of a row after the merge: one that is not named
// leaves the row with whom it has.
const newOwner = "COALESCE(s.owner_id, t.customer_id)"

// differs compares the stored columns. Texts that may not be NULL are compared
// with the empty text.
func differs(stored []pair) string {
	if len(stored) == 0 {
		return "false"
	}
	var olds, news []string
	for _, p := range stored {
		olds = append(olds, "t."+p.column)
		if p.column == "customer_id" {
			news = append(news, newOwner)
		} else {
			news = append(news, p.told())
		}
	}
	return fmt.Sprintf("(%s) IS DISTINCT FROM (%s)", strings.Join(olds, ", "), strings.Join(news, ", "))
}

// told is the new value as it is stored.
func (p pair) told() string {
	switch p.column {
	case "staff_id":
		return "s.staff_id"
	case "kind", "statement", "purpose", "counterparty", "operation", "method":
		return "COALESCE(s." + p.column + ", '')"
	case "currency":
		return "COALESCE(s.currency, 'CNY')"
	}
	return p.value
}

// past keeps the former values of changed rows, only those that differ.
func (w *mergeText) past(e entity, stored []pair) {
	if len(stored) == 0 {
		return
	}
	var list []string
	for _, p := range stored {
		list = append(list, fmt.Sprintf("('%s', to_jsonb(s.old_%s), s.old_%s IS DISTINCT FROM %s)", p.column, p.column, p.column, p.told()))
	}
	external := "s.external_no"
	if e.key[0] != "external_no" {
		external = "s.kind"
	}
	fmt.Fprintf(w, `,
past AS (
	INSERT INTO value_history (customer_id, field_group, entity, external_no, before, import_id)
	SELECT COALESCE(s.old_customer, s.new_owner), '%s', '%s', %s, (
		SELECT jsonb_object_agg(v.name, v.old)
		FROM (VALUES %s) AS v (name, old, differs)
		WHERE v.differs
	), $2::bigint
	FROM seen AS s
	WHERE s.rank = %d
		AND s.new_owner IS NOT NULL
	ORDER BY s.row
)`, e.group, e.word, external, strings.Join(list, ", "), rankChanged)
}

func (w *mergeText) update(e entity, stored []pair) {
	if len(stored) == 0 {
		return
	}
	var sets []string
	for _, p := range stored {
		sets = append(sets, p.column+" = "+p.told())
	}
	if e.synced() {
		sets = append(sets, "synced_at = now()")
	}
	fmt.Fprintf(w, `,
changed AS (
	UPDATE %s AS t
	SET %s
	FROM seen AS s
	WHERE s.rank = %d
		AND t.id = s.old_id
)`, e.table, strings.Join(sets, ", "), rankChanged)
}

func (w *mergeText) insert(e entity, m *merge, stored []pair) {
	columns, values := []string{"source_id"}, []string{"$1::smallint"}
	if e.key[0] == "customer_id" {
		columns, values = append(columns, "customer_id"), append(values, "s.owner_id")
	} else {
		columns, values = append(columns, "external_no"), append(values, "s.external_no")
	}
	for _, p := range stored {
		columns, values = append(columns, p.column), append(values, p.told())
	}
	fmt.Fprintf(w, `,
added AS (
	INSERT INTO %s (%s)
	SELECT %s
	FROM seen AS s
	WHERE s.rank = %d
	ORDER BY s.row
)`, e.table, strings.Join(columns, ", "), strings.Join(values, ", "), rankNew)
}

// outcome notes what became of each row, or, where nobody asks for single rows,
// of those that are alike.
func (w *mergeText) outcome(m *merge) {
	column, reason := "NULL", "NULL"
	if len(m.bad) > 0 {
		column, reason = choose(m.columns), choose(m.reasons)
	}
	spot, row, line, rows, group := "s.spot", "s.row", "s.line", "1", ""
	if m.alone {
		spot, row, line, rows = "NULL::tid", "min(s.row)", "min(s.line)", "count(*)"
		group = fmt.Sprintf("\nGROUP BY s.rank, s.bad, s.new_owner, s.account_id, CASE WHEN s.rank = %d THEN s.row END", rankRejected)
	}
	fmt.Fprintf(w, `
INSERT INTO outcome (part, spot, row, line, rows, rank, column_name, reason, customer_id, account_id)
SELECT %d, %s, %s, %s, %s, s.rank, %s, %s, s.new_owner, s.account_id
FROM seen AS s%s`, m.part, spot, row, line, rows, column, reason, group)
}

// choose picks the bad'th of the words.
func choose(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = pq.QuoteLiteral(word)
	}
	return "(ARRAY[" + strings.Join(quoted, ", ") + "])[s.bad]"
}

// synced reports whether rows of the entity carry the time of their last change.
func (e entity) synced() bool {
	switch e.word {
	case "assessment", "consultation", "card_statement":
		return false
	}
	return true
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
