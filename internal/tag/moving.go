package tag

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"liuhen/internal/pg"
)

// findChanged fills changed. What a customer has and what the rules say are a bit
// for each rule, so one pass over the customers and one over their tags do for
// all rules, and who stays as they are is not written down.
func (p *pass) findChanged(ctx context.Context) error {
	if _, err := p.tx.Exec(ctx, "CREATE TEMPORARY TABLE changed (\n\tcustomer_id bigint NOT NULL,\n\thad bigint NOT NULL,\n\thas bigint NOT NULL"+p.declared()+"\n) ON COMMIT DROP"); err != nil {
		return err
	}
	within, of := "", ""
	if p.some != nil {
		of = p.arg(pqArray(p.some), "bigint[]")
		within = "\n\tWHERE t.customer_id = ANY (" + of + ")"
	}
	rules := p.arg(p.ids(), "bigint[]")
	facts := p.query(of) // before given: it asks for arguments, too
	q := strings.NewReplacer(
		"{given}", p.given(), "{facts}", facts, "{columns}", p.columns(), "{bits}", p.bits(), "{rules}", rules, "{within}", within,
	).Replace(findChanged)
	_, err := p.tx.Exec(ctx, q, p.args...)
	return err
}

// bits sets a bit for each rule whose condition holds.
func (p *pass) bits() string {
	bits := make([]string, len(p.rules))
	for i, r := range p.rules {
		bits[i] = fmt.Sprintf("CASE WHEN %s THEN bigint '%d' ELSE 0 END", r.test, int64(1)<<i)
	}
	return strings.Join(bits, "\n\t\t| ")
}

const findChanged = `
INSERT INTO changed
WITH given AS ({given}),
rule AS (
	SELECT
		r.id,
		1::bigint << (r.place - 1)::int AS bit
	FROM unnest({rules}) WITH ORDINALITY AS r (id, place)
),
before AS (
	SELECT
		t.customer_id,
		bit_or(r.bit) AS had
	FROM rule_tag AS t
	JOIN rule AS r ON r.id = t.rule_id{within}
	GROUP BY t.customer_id
),
fact AS (
	{facts}
),
now AS (
	SELECT
		f.customer_id,
		{bits} AS has{columns}
	FROM fact AS f
)
SELECT
	f.customer_id,
	COALESCE(b.had, 0),
	f.has{columns}
FROM now AS f
LEFT JOIN before AS b ON b.customer_id = f.customer_id
WHERE f.has <> COALESCE(b.had, 0)`

// listMoved fills moved, and returns how many tags come by rule.
func (p *pass) listMoved(ctx context.Context) (map[int64]int64, error) {
	const moved = `
		CREATE TEMPORARY TABLE moved (
			customer_id bigint  NOT NULL,
			rule_id     bigint  NOT NULL,
			gains       boolean NOT NULL
		) ON COMMIT DROP`
	if _, err := p.tx.Exec(ctx, moved); err != nil {
		return nil, err
	}
	const fill = `
		INSERT INTO moved (customer_id, rule_id, gains)
		SELECT
			c.customer_id,
			r.id,
			(c.has >> (r.place - 1)::int) & 1 = 1
		FROM changed AS c
		JOIN unnest($1::bigint[]) WITH ORDINALITY AS r (id, place) ON ((c.had # c.has) >> (r.place - 1)::int) & 1 = 1`
	if _, err := p.tx.Exec(ctx, fill, p.ids()); err != nil {
		return nil, err
	}
	const count = `
		SELECT
			m.rule_id,
			count(*) AS n
		FROM moved AS m
		WHERE m.gains
		GROUP BY m.rule_id
		ORDER BY m.rule_id`
	var rows []struct {
		RuleID int64 `db:"rule_id"`
		N      int64 `db:"n"`
	}
	err := p.tx.Select(ctx, &rows, count)
	gains := make(map[int64]int64, len(rows))
	for _, r := range rows {
		gains[r.RuleID] = r.N
	}
	return gains, err
}

// close ends the tags that go. Each is looked up by the index that holds it
// unique, whatever the planner believes of a table that grows while it looks.
func (p *pass) close(ctx context.Context) (int64, error) {
	const q = `
		UPDATE customer_tag AS t
		SET until = now(),
			ended = 'gone'
		WHERE t.id = ANY (
			ARRAY(
				SELECT (
					SELECT o.id
					FROM customer_tag AS o
					WHERE o.rule_id = m.rule_id
						AND o.customer_id = m.customer_id
						AND o.until IS NULL
				)
				FROM moved AS m
				WHERE NOT m.gains
			)
		)`
	return p.tx.Exec(ctx, q)
}

// gain adds the tags that come of the rule with the bit, with their evidence.
func (p *pass) gain(ctx context.Context, r published, bit int) error {
	n := len(p.args)
	q := strings.NewReplacer(
		"{given}", p.given(),
		"{rule}", "$"+strconv.Itoa(n+1)+"::bigint",
		"{version}", "$"+strconv.Itoa(n+2)+"::smallint",
		"{group}", "$"+strconv.Itoa(n+3)+"::text",
		"{bit}", strconv.Itoa(bit),
		"{evidence}", r.evidenceRows(),
	).Replace(gainRule)
	_, err := p.tx.Exec(ctx, q, append(slices.Clone(p.args), r.RuleID, r.Version, string(r.Group))...)
	return err
}

const gainRule = `
WITH given AS ({given}),
gained AS (
	INSERT INTO customer_tag (customer_id, rule_id, version, field_group)
	SELECT
		c.customer_id,
		{rule},
		{version},
		{group}
	FROM changed AS c
	WHERE ((c.has & ~c.had) >> {bit}) & 1 = 1
	RETURNING
		id,
		customer_id
)
INSERT INTO customer_tag_evidence (tag_id, customer_id, field_group, body)
SELECT
	n.id,
	n.customer_id,
	e.field_group,
	e.body
FROM gained AS n
JOIN changed AS f ON f.customer_id = n.customer_id
CROSS JOIN LATERAL ({evidence}) AS e (field_group, body)
WHERE e.body <> ''`

// noteCounts keeps beside each rule how many have its tag, and when it was
// evaluated.
func (p *pass) noteCounts(ctx context.Context) error {
	const q = `
		UPDATE tag_rule AS r
		SET tagged = r.tagged + COALESCE(m.n, 0),
			evaluated_at = now()
		FROM unnest($1::bigint[]) AS e (id)
		LEFT JOIN (
			SELECT
				m.rule_id,
				sum(CASE WHEN m.gains THEN 1 ELSE -1 END) AS n
			FROM moved AS m
			GROUP BY m.rule_id
		) AS m ON m.rule_id = e.id
		WHERE r.id = e.id`
	_, err := p.tx.Exec(ctx, q, p.ids())
	return err
}

// closeRetired closes the tags of rules that have no version in force any more.
func closeRetired(ctx context.Context, tx *pg.Tx) (int64, error) {
	const q = `
		UPDATE customer_tag AS t
		SET until = now(),
			ended = 'retired'
		WHERE t.until IS NULL
			AND t.rule_id IN (
				SELECT r.id
				FROM tag_rule AS r
				WHERE r.tagged > 0
					AND NOT EXISTS (
						SELECT
						FROM tag_rule_version AS v
						WHERE v.rule_id = r.id
							AND v.state = 'published'
					)
			)`
	lost, err := tx.Exec(ctx, q)
	if err != nil || lost == 0 {
		return lost, err
	}
	_, err = tx.Exec(ctx, `
		UPDATE tag_rule AS r
		SET tagged = 0
		WHERE r.tagged > 0
			AND NOT EXISTS (
				SELECT
				FROM tag_rule_version AS v
				WHERE v.rule_id = r.id
					AND v.state = 'published'
			)`)
	return lost, err
}
