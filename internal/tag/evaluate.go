package tag

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"liuhen/internal/pg"
)

// published is a version of a rule that is in force.
type published struct {
	RuleID    int64  `db:"rule_id"`
	Version   int    `db:"version"`
	Group     Group  `db:"field_group"`
	Condition string `db:"condition"`
	compiled
}

// change is what an evaluation brought.
type change struct{ Rules, Gained, Lost int64 }

// loadPublished loads the versions in force, those of the rules given or, for
// none given, all.
func loadPublished(ctx context.Context, tx *pg.Tx) ([]published, error) {
	const q = `
		SELECT
			v.rule_id,
			v.version,
			r.field_group,
			v.condition
		FROM tag_rule_version AS v
		JOIN tag_rule AS r ON r.id = v.rule_id
		WHERE v.state = 'published'
		ORDER BY v.rule_id`
	var rules []published
	err := tx.Select(ctx, &rules, q)
	return rules, err
}

// evaluate gathers what the rules need of the customers, all of them when some
// is nil, finds out whose tags come and go, and puts those right. A rule that
// cannot be compiled is left as it is and named in the error, which does not keep
// the others back.
func evaluate(ctx context.Context, tx *pg.Tx, rules []published, some []int64) (change, error) {
	g, good, broken := compileAll(rules)
	if len(good) == 0 {
		return change{}, broken
	}
	if err := gather(ctx, tx, g, some); err != nil {
		return change{}, fmt.Errorf("gather facts: %w", err)
	}
	for part := range slices.Chunk(good, abreast) {
		if err := compare(ctx, tx, g, part, some); err != nil {
			return change{}, fmt.Errorf("compare: %w", err)
		}
	}
	total, err := settleMoved(ctx, tx, g, good)
	if err != nil {
		return change{}, err
	}
	if _, err := tx.Exec(ctx, `DROP TABLE fact, moved`); err != nil {
		return change{}, err
	}
	return total, broken
}

// brokenError names rules whose stored condition this program does not know.
type brokenError struct{ rules []string }

func (e *brokenError) Error() string { return "rules left as they are: " + strings.Join(e.rules, "; ") }

func compileAll(rules []published) (*gathering, []published, error) {
	g := &gathering{}
	var good []published
	var broken []string
	for _, r := range rules {
		n, err := ParseNode(r.Condition)
		if err == nil {
			r.compiled, err = g.compile(n)
		}
		if err != nil {
			broken = append(broken, fmt.Sprintf("%d: %v", r.RuleID, err))
			continue
		}
		good = append(good, r)
	}
	if broken != nil {
		return g, good, &brokenError{broken}
	}
	return g, good, nil
}

// planFor tells the planner what it cannot know of a run: sets are put together
// by hashing, in memory. It cannot estimate what a condition leaves over or what
// the statement itself has just added, takes both for next to nothing, and would
// go through all customers for each of them.
func planFor(ctx context.Context, tx *pg.Tx, everybody bool) error {
	if !everybody {
		return nil
	}
	_, err := tx.Exec(ctx, `SET LOCAL work_mem = '96MB'; SET LOCAL enable_nestloop = off`)
	return err
}

// gather fills the temporary table fact, which is gone with the transaction.
func gather(ctx context.Context, tx *pg.Tx, g *gathering, some []int64) error {
	if err := planFor(ctx, tx, some == nil); err != nil {
		return err
	}
	create := "CREATE TEMPORARY TABLE fact (\n\tcustomer_id bigint NOT NULL" + g.columns() + "\n) ON COMMIT DROP"
	if _, err := tx.Exec(ctx, create); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, createMoved); err != nil {
		return err
	}
	place := ""
	if some != nil {
		place = g.arg(pqArray(some), "bigint[]")
	}
	facts := g.query(place) // before given: it asks for arguments, too
	_, err := tx.Exec(ctx, "INSERT INTO fact\nWITH given AS ("+g.given()+")\n"+facts, g.args...)
	return err
}

// createMoved makes the table of tags that come (gains) or go.
const createMoved = `
	CREATE TEMPORARY TABLE moved (
		customer_id bigint  NOT NULL,
		rule_id     bigint  NOT NULL,
		gains       boolean NOT NULL
	) ON COMMIT DROP`

// abreast is how many rules are compared in one pass, each a bit of a bigint.
const abreast = 62

// compare adds to moved what the rules would change. What a customer has and what
// the rules say are a bit for each rule, so one pass over the customers and one
// over their tags do for all of them, and who stays as they are costs no more.
func compare(ctx context.Context, tx *pg.Tx, g *gathering, rules []published, some []int64) error {
	ids, bits := make([]int64, len(rules)), make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.RuleID
		bits[i] = fmt.Sprintf("CASE WHEN %s THEN %d ELSE 0 END::bigint", r.test, int64(1)<<i)
	}
	args, within := append(slices.Clone(g.args), pqArray(ids)), ""
	if some != nil {
		args = append(args, pqArray(some))
		within = "\n\t\tAND t.customer_id = ANY ($" + strconv.Itoa(len(args)) + "::bigint[])"
	}
	q := strings.NewReplacer(
		"{given}", g.given(), "{within}", within, "{bits}", strings.Join(bits, "\n\t\t| "), "{rules}", "$"+strconv.Itoa(len(g.args)+1)+"::bigint[]",
	).Replace(compareBits)
	_, err := tx.Exec(ctx, q, args...)
	return err
}

const compareBits = `
INSERT INTO moved
WITH given AS ({given}),
rule AS (
	SELECT
		r.id,
		(r.place - 1)::int AS bit
	FROM unnest({rules}) WITH ORDINALITY AS r (id, place)
),
had AS (
	SELECT
		t.customer_id,
		bit_or(1::bigint << r.bit) AS bits
	FROM customer_tag AS t
	JOIN rule AS r ON r.id = t.rule_id
	WHERE t.until IS NULL{within}
	GROUP BY t.customer_id
),
now AS MATERIALIZED (
	SELECT
		f.customer_id,
		{bits} AS bits
	FROM fact AS f
),
other AS MATERIALIZED (
	SELECT
		n.customer_id,
		n.bits,
		n.bits # COALESCE(h.bits, 0) AS changed
	FROM now AS n
	LEFT JOIN had AS h ON h.customer_id = n.customer_id
	WHERE n.bits <> COALESCE(h.bits, 0)
)
SELECT
	o.customer_id,
	r.id,
	(o.bits >> r.bit) & 1 = 1
FROM other AS o
JOIN rule AS r ON (o.changed >> r.bit) & 1 = 1`

// settleMoved closes the tags that go, all at once, and adds those that come, a
// statement a rule, because each has its own evidence.
func settleMoved(ctx context.Context, tx *pg.Tx, g *gathering, rules []published) (change, error) {
	total := change{Rules: int64(len(rules))}
	for _, q := range []string{
		`ANALYZE moved; SET LOCAL enable_nestloop = on`, // from here on the numbers are known
		`DELETE FROM fact AS f
		WHERE NOT EXISTS (
			SELECT
			FROM moved AS m
			WHERE m.customer_id = f.customer_id
				AND m.gains
		)`,
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return total, err
		}
	}
	const gone = `
		UPDATE customer_tag AS t
		SET until = now(),
			ended = 'gone'
		FROM moved AS m
		WHERE NOT m.gains
			AND t.rule_id = m.rule_id
			AND t.customer_id = m.customer_id
			AND t.until IS NULL`
	var err error
	if total.Lost, err = tx.Exec(ctx, gone); err != nil {
		return total, fmt.Errorf("close tags: %w", err)
	}
	counts, err := countMoved(ctx, tx)
	if err != nil {
		return total, err
	}
	for _, r := range rules {
		if counts[r.RuleID] == 0 {
			continue
		}
		total.Gained += counts[r.RuleID]
		if err := gain(ctx, tx, g, r); err != nil {
			return total, fmt.Errorf("rule %d: %w", r.RuleID, err)
		}
	}
	return total, noteCounts(ctx, tx, rules)
}

// countMoved counts the tags that come, by rule.
func countMoved(ctx context.Context, tx *pg.Tx) (map[int64]int64, error) {
	const q = `
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
	if err := tx.Select(ctx, &rows, q); err != nil {
		return nil, err
	}
	counts := make(map[int64]int64, len(rows))
	for _, r := range rows {
		counts[r.RuleID] = r.N
	}
	return counts, nil
}

// gain adds the tags of one rule that come, with their evidence.
func gain(ctx context.Context, tx *pg.Tx, g *gathering, r published) error {
	n := len(g.args)
	q := strings.NewReplacer(
		"{given}", g.given(),
		"{rule}", "$"+strconv.Itoa(n+1)+"::bigint",
		"{version}", "$"+strconv.Itoa(n+2)+"::smallint",
		"{group}", "$"+strconv.Itoa(n+3)+"::text",
		"{evidence}", evidenceRows(r.compiled),
	).Replace(gainRule)
	_, err := tx.Exec(ctx, q, append(slices.Clone(g.args), r.RuleID, r.Version, string(r.Group))...)
	return err
}

const gainRule = `
WITH given AS ({given}),
gained AS (
	INSERT INTO customer_tag (customer_id, rule_id, version, field_group)
	SELECT
		m.customer_id,
		m.rule_id,
		{version},
		{group}
	FROM moved AS m
	WHERE m.rule_id = {rule}
		AND m.gains
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
JOIN fact AS f ON f.customer_id = n.customer_id
CROSS JOIN LATERAL ({evidence}) AS e (field_group, body)
WHERE e.body <> ''`

// noteCounts keeps beside each rule how many have its tag, and when it was
// evaluated.
func noteCounts(ctx context.Context, tx *pg.Tx, rules []published) error {
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
	ids := make([]int64, len(rules))
	for i, r := range rules {
		ids[i] = r.RuleID
	}
	_, err := tx.Exec(ctx, q, pqArray(ids))
	return err
}

// evidenceRows is a row of group and text for each group of the evidence.
func evidenceRows(c compiled) string {
	if len(c.evidence) == 0 {
		return "SELECT NULL::text, NULL::text WHERE false"
	}
	var rows []string
	for _, group := range []Group{Basic, Contact, Identity, Assets, Transactions} {
		if shown := c.evidence[group]; shown != "" {
			rows = append(rows, "('"+string(group)+"', concat_ws('；', "+shown+"))")
		}
	}
	return "VALUES " + strings.Join(rows, ", ")
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
