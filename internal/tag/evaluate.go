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
// is nil, and puts each rule's tags right. A rule that cannot be compiled is left
// as it is and named in the error, which does not keep the others back.
func evaluate(ctx context.Context, tx *pg.Tx, rules []published, some []int64) (change, error) {
	g, good, broken := compileAll(rules)
	if len(good) == 0 {
		return change{}, broken
	}
	if err := gather(ctx, tx, g, some); err != nil {
		return change{}, fmt.Errorf("gather facts: %w", err)
	}
	total := change{Rules: int64(len(good))}
	for _, r := range good {
		c, err := apply(ctx, tx, g, r, some != nil)
		if err != nil {
			return change{}, fmt.Errorf("evaluate rule %d: %w", r.RuleID, err)
		}
		total.Gained += c.Gained
		total.Lost += c.Lost
	}
	_, err := tx.Exec(ctx, `DROP TABLE fact`)
	if err != nil {
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

// gather fills the temporary table fact, which is gone with the transaction.
func gather(ctx context.Context, tx *pg.Tx, g *gathering, some []int64) error {
	if _, err := tx.Exec(ctx, `SET LOCAL work_mem = '96MB'`); err != nil {
		return err
	}
	create := "CREATE TEMPORARY TABLE fact (\n\tcustomer_id bigint NOT NULL" + g.columns() + "\n) ON COMMIT DROP"
	if _, err := tx.Exec(ctx, create); err != nil {
		return err
	}
	place, args := "", g.args
	if some != nil {
		args = append(slices.Clone(args), pqArray(some))
		place = "$" + strconv.Itoa(len(args)) + "::bigint[]"
	}
	fill := "INSERT INTO fact\nWITH given AS (" + g.given() + ")\n" + g.query(place)
	if _, err := tx.Exec(ctx, fill, args...); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `ANALYZE fact`)
	return err
}

// apply adds the tags of one rule that are new, with their evidence, and closes
// those whose reason is gone.
func apply(ctx context.Context, tx *pg.Tx, g *gathering, r published, some bool) (change, error) {
	args := append(slices.Clone(g.args), r.RuleID, r.Version, string(r.Group))
	n := len(g.args)
	fill := strings.NewReplacer(
		"{given}", g.given(),
		"{test}", r.test,
		"{rule}", "$"+strconv.Itoa(n+1)+"::bigint",
		"{version}", "$"+strconv.Itoa(n+2)+"::smallint",
		"{group}", "$"+strconv.Itoa(n+3)+"::text",
		"{within}", lookedAt(some),
		"{evidence}", evidenceRows(r.compiled),
	)
	var c struct {
		Gained  int64 `db:"gained"`
		Lost    int64 `db:"lost"`
		Matched int64 `db:"matched"`
	}
	if err := tx.Get(ctx, &c, fill.Replace(applyRule), args...); err != nil {
		return change{}, err
	}
	tagged := `tagged + $2::bigint`
	count := c.Gained - c.Lost
	if !some {
		tagged, count = `$2::bigint`, c.Matched
	}
	_, err := tx.Exec(ctx, `UPDATE tag_rule SET tagged = `+tagged+`, evaluated_at = now() WHERE id = $1`, r.RuleID, count)
	return change{Gained: c.Gained, Lost: c.Lost}, err
}

const applyRule = `
WITH given AS ({given}),
matched AS MATERIALIZED (
	SELECT f.customer_id
	FROM fact AS f
	WHERE {test}
),
gone AS (
	UPDATE customer_tag AS t
	SET until = now(),
		ended = 'gone'
	WHERE t.rule_id = {rule}
		AND t.until IS NULL{within}
		AND NOT EXISTS (
			SELECT
			FROM matched AS m
			WHERE m.customer_id = t.customer_id
		)
	RETURNING t.id
),
gained AS (
	INSERT INTO customer_tag (customer_id, rule_id, version, field_group)
	SELECT
		m.customer_id,
		{rule},
		{version},
		{group}
	FROM matched AS m
	WHERE NOT EXISTS (
		SELECT
		FROM customer_tag AS t
		WHERE t.rule_id = {rule}
			AND t.customer_id = m.customer_id
			AND t.until IS NULL
	)
	RETURNING
		id,
		customer_id
),
noted AS (
	INSERT INTO customer_tag_evidence (tag_id, customer_id, field_group, body)
	SELECT
		n.id,
		n.customer_id,
		e.field_group,
		e.body
	FROM gained AS n
	JOIN fact AS f ON f.customer_id = n.customer_id
	CROSS JOIN LATERAL ({evidence}) AS e (field_group, body)
	WHERE e.body <> ''
)
SELECT
	(SELECT count(*) FROM gained) AS gained,
	(SELECT count(*) FROM gone) AS lost,
	(SELECT count(*) FROM matched) AS matched`

// lookedAt holds what may go to the customers that were looked at.
func lookedAt(some bool) string {
	if !some {
		return ""
	}
	return "\n\t\tAND t.customer_id IN (SELECT f.customer_id FROM fact AS f)"
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
