package sourcing

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/pg"
)

// customerMerge takes the rows of the first staging table over into customer.
// A row's customer is found by the source's number, then by the customer
// number, then by the certificate's token; who is not found is added.
type customerMerge struct {
	out    *output
	source int64
	id     int64 // of the import
	branch int64 // for new customers whose row names none
	plan   *plan
	// documents are the outputs with the documents of the rows' customers.
	documents []int
}

func (m *customerMerge) run(ctx context.Context, tx *pg.Tx) error {
	steps := []func() (string, []any){m.part, m.find, m.measure, m.join, m.clash, m.fresh, m.mask, m.add, m.settle, m.follow, m.hold, m.open, m.obey, m.change, m.link, m.note}
	for _, step := range steps {
		query, args := step()
		if query == "" {
			continue
		}
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

// check is a reason to reject a row of customers.
type check struct{ condition, column, reason string }

func (m *customerMerge) checks() []check {
	var list []check
	if m.out.has("no") {
		list = append(list,
			check{"s.no IS NOT NULL AND cn.id IS NULL", m.out.label("no"), "没有这个客户号"},
			check{"cs.customer_id <> cn.id", m.out.label("no"), "客户号与来源系统的编号对不上"})
	}
	if m.out.has("branch_code") {
		list = append(list, check{"s.branch_code IS NOT NULL AND b.id IS NULL", m.out.label("branch_code"), "没有这个机构号"})
	}
	if m.out.has("manager_no") {
		list = append(list, check{"s.manager_no IS NOT NULL AND mg.id IS NULL", m.out.label("manager_no"), "没有这个工号"})
	}
	return append(list, check{m.known() + " <> cc.id", m.out.label("external_no"), "证件号属于另一位客户"})
}

// clashCheck is the bad of rows that claim one document for two customers.
func (m *customerMerge) clashCheck() int { return len(m.checks()) + 1 }

func (m *customerMerge) known() string {
	if m.out.has("no") {
		return "COALESCE(cs.customer_id, cn.id)"
	}
	return "cs.customer_id"
}

// find looks each row's customer up.
func (m *customerMerge) find() (string, []any) {
	joins, branch, manager := "", "NULL::bigint", "NULL::bigint"
	if m.out.has("no") {
		joins += "\n\tLEFT JOIN customer AS cn ON cn.no = s.no"
	}
	if m.out.has("branch_code") {
		joins += "\n\tLEFT JOIN branch AS b ON b.code = s.branch_code"
		branch = "b.id"
	}
	if m.out.has("manager_no") {
		joins += "\n\tLEFT JOIN staff AS mg ON mg.no = s.manager_no"
		manager = "mg.id"
	}
	bad := "CASE"
	for i, c := range m.checks() {
		bad += fmt.Sprintf(" WHEN %s THEN %d", c.condition, i+1)
	}
	return fmt.Sprintf(`
		CREATE TEMP TABLE found ON COMMIT DROP AS
		SELECT
			s.row,
			s.line,
			s.ctid AS spot,
			s.external_no,
			s.token,
			COALESCE(%s, cc.id) AS customer_id,
			%s AS branch_id,
			%s AS manager_id,
			cs.customer_id IS NULL AS linked,
			%s ELSE 0 END AS bad,
			false AS fresh,
			false AS changed
		FROM stage_0 AS s
		LEFT JOIN customer_source AS cs ON cs.source_id = %d AND cs.external_no = s.external_no
		LEFT JOIN customer AS cc ON cc.certificate_token = s.token%s`,
		m.known(), branch, manager, bad, m.source, joins), nil
}

// measure tells the planner of what was found: it would otherwise take a
// condition such as bad = 0 for a rare one and join row by row.
func (m *customerMerge) measure() (string, []any) { return "ANALYZE found", nil }

// join gives rows that are not found the customer of another row of the chunk
// with the same document.
func (m *customerMerge) join() (string, []any) {
	return `
		UPDATE found AS f
		SET customer_id = o.customer_id
		FROM found AS o
		WHERE f.customer_id IS NULL
			AND o.token = f.token
			AND o.customer_id IS NOT NULL
			AND o.bad = 0`, nil
}

// clash rejects rows that give the document of one customer to another.
func (m *customerMerge) clash() (string, []any) {
	return `
		UPDATE found AS f
		SET bad = $1::integer
		FROM found AS o
		WHERE o.token = f.token
			AND o.row < f.row
			AND o.customer_id <> f.customer_id
			AND f.bad = 0`, []any{m.clashCheck()}
}

// fresh numbers the customers to be added, one for each document.
func (m *customerMerge) fresh() (string, []any) {
	return `
		CREATE TEMP TABLE fresh ON COMMIT DROP AS
		SELECT
			w.row,
			nextval('customer_no_seq')::text AS no
		FROM (
			SELECT min(f.row) AS row
			FROM found AS f
			WHERE f.customer_id IS NULL
				AND f.bad = 0
			GROUP BY COALESCE(encode(f.token, 'hex'), f.row::text)
			ORDER BY min(f.row)
		) AS w`, nil
}

// veil is what is masked of the new customers, by their row.
func (m *customerMerge) veil() veil {
	return m.plan.veiled("s.row", func(i int) string {
		return fmt.Sprintf(`
			FROM stage_%d AS s
			JOIN fresh AS n ON n.row = s.row`, i)
	})
}

// mask gathers what is masked of the new customers, and tells the planner of it:
// it would otherwise take what is grouped for a few rows and join row by row.
func (m *customerMerge) mask() (string, []any) {
	v := m.veil()
	if len(v.columns) == 0 {
		return "", nil
	}
	return "ANALYZE fresh; CREATE TEMP TABLE veil ON COMMIT DROP AS " + v.sql + "; ANALYZE veil", nil
}

// columns lists the open columns that the file fills, with the SQL of their
// values for a new customer (s is the staged row, f what was found for it).
func (m *customerMerge) columns(weakToo bool) []pair {
	var list []pair
	for i, c := range m.out.cols[:m.out.mapped] {
		if m.out.weak[i] && !weakToo {
			continue
		}
		switch c.name {
		case "external_no", "no":
		case "branch_code":
			list = append(list, pair{"branch_id", "f.branch_id"})
		case "manager_no":
			list = append(list, pair{"manager_id", "f.manager_id"})
		case "birth_date":
			list = append(list, pair{"birth_band", "s.birth_band"})
		default:
			list = append(list, pair{c.name, "s." + c.name})
		}
	}
	return list
}

// add inserts the new customers in the order of the file, with the masked forms of
// what their rows say.
func (m *customerMerge) add() (string, []any) {
	columns := []string{"no", "pinyin", "initials"}
	values := []string{"n.no", "s.pinyin", "s.initials"}
	branch := false
	for _, p := range m.columns(true) {
		switch p.column {
		case "branch_id":
			p.value, branch = fmt.Sprintf("COALESCE(f.branch_id, %d)", m.branch), true
		case "occupation", "residence":
			p.value = "COALESCE(" + p.value + ", '')"
		case "manager_id":
			if !m.out.has("managed_since") {
				columns, values = append(columns, "managed_since"), append(values, "CASE WHEN f.manager_id IS NOT NULL THEN current_date END")
			}
		}
		columns, values = append(columns, p.column), append(values, p.value)
	}
	for _, d := range disputed() {
		if m.says(d.column) {
			columns, values = append(columns, d.value), append(values, fmt.Sprintf("CASE WHEN s.%s IS NOT NULL THEN %d END", d.column, m.source))
		}
	}
	if !branch {
		columns, values = append(columns, "branch_id"), append(values, fmt.Sprint(m.branch))
	}
	masked := ""
	for _, c := range m.veil().columns {
		value := "COALESCE(v." + c + ", '')"
		if strings.HasSuffix(c, "_token") {
			value = "v." + c
		}
		columns, values = append(columns, c), append(values, value)
		masked = "\n\t\tLEFT JOIN veil AS v ON v.key = n.row"
	}
	return fmt.Sprintf(`
		INSERT INTO customer (%s)
		SELECT %s
		FROM fresh AS n
		JOIN found AS f ON f.row = n.row
		JOIN stage_0 AS s ON s.row = n.row%s
		ORDER BY n.row`, strings.Join(columns, ", "), strings.Join(values, ", "), masked), nil
}

// settle notes the new customers as found.
func (m *customerMerge) settle() (string, []any) {
	return `
		UPDATE found AS f
		SET customer_id = c.id,
			fresh = true
		FROM fresh AS n
		JOIN customer AS c ON c.no = n.no
		WHERE f.row = n.row`, nil
}

// follow gives the other rows of a new customer's document the customer.
func (m *customerMerge) follow() (string, []any) { return m.join() }
