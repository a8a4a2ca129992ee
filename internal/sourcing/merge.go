package sourcing

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/pg"
)

// The ranks of an outcome. A row of the file counts with the highest of what
// its parts came to.
const (
	rankUnchanged = 0
	rankChanged   = 1
	rankNew       = 2
	rankRejected  = 3
)

// merge is the statement that takes the rows of one staging table over into
// their table: what is not there yet is added, what differs is changed and its
// former values kept in value_history, and what refers to something unknown is
// rejected. It notes in outcome what became of each row.
type merge struct {
	part    int
	out     *output
	joins   []string
	bad     []string // conditions under which a row is rejected, in order
	columns []string // what is shown beside the line for each
	reasons []string
	owner   string // SQL for the customer, empty if the entity does not tell
	account string // SQL for the account, empty if there is none
	values  []pair // target column and SQL for its value
	alone   bool   // the file makes nothing else of a row, and nobody asks for single rows
	unmet   bool   // no row of the chunk can be there yet
}

type pair struct{ column, value string }

// newMerge works out how the rows of an output find what they refer to.
func newMerge(part int, o *output) *merge {
	m := &merge{part: part, out: o}
	var owners []string
	if o.own {
		m.joins = append(m.joins, "JOIN found AS f ON f.row = s.row AND f.bad = 0")
		owners = append(owners, "f.customer_id")
	}
	for _, c := range o.cols[:o.mapped] {
		if c.ref {
			owners = append(owners, m.refer(c.name)...)
		} else if c.name != "external_no" {
			m.values = append(m.values, pair{c.name, "s." + c.name})
		}
	}
	if len(owners) > 0 {
		m.owner = "COALESCE(" + strings.Join(owners, ", ") + ")"
		if !o.entity.anyone {
			m.reject(m.owner+" IS NULL", o.ownerLabel(), o.ownerReason())
		}
	}
	if o.entity.word == "identity_document" {
		m.reject("EXISTS (SELECT FROM customer AS other WHERE other.certificate_token = s.token AND other.id <> "+m.owner+")",
			o.label("number"), "证件号已属于另一位客户")
	}
	return m
}

// refer joins what a reference names, looked up once for all rows that name it, rejects rows whose reference is unknown,
// and returns the SQL that leads to a customer.
func (m *merge) refer(name string) []string {
	label := m.out.label(name)
	join := func(table, as, columns string) {
		m.joins = append(m.joins, fmt.Sprintf(`LEFT JOIN (
		SELECT r.%[1]s, %[2]s
		FROM (SELECT DISTINCT s.%[1]s FROM stage_%[3]d AS s) AS r
		CROSS JOIN LATERAL (SELECT %[2]s FROM %[4]s AS x WHERE x.source_id = $1::smallint AND x.external_no = r.%[1]s LIMIT 1) AS x
	) AS %[5]s ON %[5]s.%[1]s = s.%[1]s`,
			name, columns, m.part, table, as))
	}
	switch name {
	case "customer_ref":
		join("customer_source", "cs", "x.customer_id")
		m.reject("s.customer_ref IS NOT NULL AND cs.customer_id IS NULL", label, "没有这位客户，请先导入客户")
		return []string{"cs.customer_id"}
	case "customer_no":
		m.joins = append(m.joins, "LEFT JOIN customer AS cn ON cn.no = s.customer_no")
		m.reject("s.customer_no IS NOT NULL AND cn.id IS NULL", label, "没有这个客户号")
		return []string{"cn.id"}
	case "account_ref":
		join("account", "a", "x.id, x.customer_id")
		m.reject("s.account_ref IS NOT NULL AND a.id IS NULL", label, "没有这个账户，请先导入账户")
		m.account = "a.id"
		if m.out.entity.word == "party" {
			return nil
		}
		return []string{"a.customer_id"}
	case "party_ref":
		join("account_party", "p", "x.id, x.customer_id, x.account_id")
		m.reject("s.party_ref IS NOT NULL AND p.id IS NULL", label, "没有这条账户关系，请先导入账户关系")
		m.account = "p.account_id"
		return []string{"p.customer_id"}
	case "card_ref":
		join("card", "k", "x.id, x.customer_id")
		m.reject("s.card_ref IS NOT NULL AND k.id IS NULL", label, "没有这张卡，请先导入卡")
		return []string{"k.customer_id"}
	case "staff_no":
		m.joins = append(m.joins, "LEFT JOIN staff AS st ON st.no = s.staff_no")
		m.reject("s.staff_no IS NOT NULL AND st.id IS NULL", label, "没有这个工号")
		m.values = append(m.values, pair{"staff_id", "st.id"})
	}
	return nil
}

func (m *merge) reject(condition, column, reason string) {
	m.bad = append(m.bad, condition)
	m.columns = append(m.columns, column)
	m.reasons = append(m.reasons, reason)
}

// ownerLabel and ownerReason explain a row whose customer is not known.
func (o *output) ownerLabel() string {
	for _, c := range o.cols[:o.mapped] {
		if c.ref && c.name != "staff_no" {
			return o.label(c.name)
		}
	}
	return ""
}

func (o *output) ownerReason() string {
	if o.has("account_ref") {
		return "账户还没有户主，请先导入账户关系"
	}
	return "没有说明属于哪位客户"
}

// run executes the statement for source within import id.
func (m *merge) run(ctx context.Context, tx *pg.Tx, source int64, id int64) (err error) {
	if m.out.entity.key[0] == "external_no" {
		if m.unmet, err = m.meetsNone(ctx, tx, source); err != nil {
			return err
		}
	}
	args := []any{source, id}
	if m.unmet {
		args = args[:1] // nothing changes, so there is no history to keep
	}
	_, err = tx.Exec(ctx, m.sql(), args...)
	return err
}

// meetsNone reports whether the table has none of the chunk's numbers, as far as
// a look at its numbers between the least and the greatest of the chunk can tell.
// Files bring new numbers most of the time; then no row needs to be looked up.
func (m *merge) meetsNone(ctx context.Context, tx *pg.Tx, source int64) (none bool, err error) {
	const most = 20_000 // more are not looked at: looking the rows up is no dearer then
	q := fmt.Sprintf(`
		WITH near AS MATERIALIZED (
			SELECT x.external_no
			FROM (
				SELECT
					min(s.external_no) AS least,
					max(s.external_no) AS greatest
				FROM stage_%[2]d AS s
			) AS e
			CROSS JOIN LATERAL (
				SELECT x.external_no
				FROM %[1]s AS x
				WHERE x.source_id = $1::smallint
					AND x.external_no >= e.least
					AND x.external_no <= e.greatest
				LIMIT %[3]d
			) AS x
		)
		SELECT (SELECT count(*) FROM near) < %[3]d AND NOT EXISTS (
			SELECT
			FROM near AS n
			JOIN stage_%[2]d AS s ON s.external_no = n.external_no
		)`, m.out.entity.table, m.part, most)
	err = tx.Get(ctx, &none, q, source)
	return none, err
}

// sql writes the statement. $1 is the source, $2 the import, which is not asked
// for where no row can be there yet.
func (m *merge) sql() string {
	e := m.out.entity
	stored := m.values
	if m.account != "" {
		stored = append(stored[:len(stored):len(stored)], pair{"account_id", "s.account_id"})
	}
	if m.owner != "" && e.key[0] != "customer_id" {
		stored = append(stored[:len(stored):len(stored)], pair{"customer_id", "s.new_owner"})
	}
	var w mergeText
	w.seen(m, stored)
	if !m.unmet {
		w.past(e, stored)
		w.update(e, stored)
	}
	w.insert(e, m, stored)
	w.outcome(m)
	return w.String()
}
