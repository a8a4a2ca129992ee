package tag

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/customer"
	"liuhen/internal/figure"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// few is the count below which a preview does not say how many exactly, where
// the condition looks at a closed group: a condition narrow enough would
// otherwise tell what one customer has.
const few = 10

// Side is one part of a preview.
type Side struct {
	N        int64
	Vague    bool           // N is below few, and not said exactly
	Examples []customer.Ref // at most ten
}

// Count says how many.
func (s Side) Count() string {
	if s.Vague {
		return "不足 " + strconv.Itoa(few) + " 位"
	}
	return figure.Number(s.N) + " 位"
}

// Preview is what publishing a version would change.
type Preview struct {
	Rule             RuleFile
	Gain, Lose, Keep Side
	// Closed are the closed groups the condition looks at: examples are only those
	// customers of whom the viewer holds a grant for all of them.
	Closed []Group
}

// Preview says what publishing the latest version of a rule would change: how
// many customers gain, lose and keep the tag, with examples that by may see. The
// look is on the trail.
func (d *Desk) Preview(ctx context.Context, by *staff.Member, id int64) (Preview, error) {
	if err := authz.Check(by, authz.ManageTags); err != nil {
		return Preview{}, err
	}
	p, sides, err := d.compare(ctx, id, by.ID)
	if err != nil {
		return Preview{}, fmt.Errorf("preview rule %d: %w", id, err)
	}
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		for name, side := range p.sides() {
			if side.Examples, err = refs(ctx, tx, by, sides[name].Examples); err != nil {
				return err
			}
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{
			Action: trail.TagRulePreviewed, Detail: fmt.Sprintf("「%s」第 %d 版：新增 %s，失去 %s，不变 %s",
				p.Rule.Latest().Name, p.Rule.Latest().Version, p.Gain.Count(), p.Lose.Count(), p.Keep.Count()),
		})
	})
	if err != nil {
		return Preview{}, fmt.Errorf("preview rule %d: %w", id, err)
	}
	return p, nil
}

// impact is a preview of nobody's: the counts alone.
func (d *Desk) impact(ctx context.Context, id int64) (Preview, error) {
	p, _, err := d.compare(ctx, id, int64(pg.Nobody))
	return p, err
}

func (p *Preview) sides() map[string]*Side {
	return map[string]*Side{"gain": &p.Gain, "lose": &p.Lose, "keep": &p.Keep}
}

// side is a part of a comparison as it is counted.
type side struct {
	Word     string        `db:"word"`
	N        int64         `db:"n"`
	Examples pq.Int64Array `db:"examples"`
}

// compare evaluates the latest version of a rule beside the tags there are, in
// the program's name and without changing anything. Examples are customers of
// whom the viewer may see every group the condition looks at.
func (d *Desk) compare(ctx context.Context, id, viewer int64) (Preview, map[string]side, error) {
	var p Preview
	var rows []side
	err := d.db.Read(ctx, pg.System, func(tx *pg.Tx) (err error) {
		if p.Rule, err = ruleFile(ctx, tx, id); err != nil {
			return err
		}
		n, err := ParseNode(p.Rule.Latest().Raw)
		if err != nil {
			return err
		}
		p.Closed = closed(append(n.Reads(), p.Rule.Group))
		slices.Sort(p.Closed)
		p.Closed = slices.Compact(p.Closed)
		rows, err = counted(ctx, tx, n, p, viewer)
		return err
	})
	if err != nil {
		return p, nil, err
	}
	sides := map[string]side{}
	for _, s := range rows {
		sides[s.Word] = s
	}
	for word, to := range p.sides() {
		to.N = sides[word].N
		to.Vague = len(p.Closed) > 0 && to.N < few
	}
	return p, sides, nil
}

func counted(ctx context.Context, tx *pg.Tx, n Node, p Preview, viewer int64) ([]side, error) {
	g := &gathering{}
	c, err := g.compile(n)
	if err != nil {
		return nil, err
	}
	if err := planFor(ctx, tx, true); err != nil {
		return nil, err
	}
	facts := g.query("") // before given: it asks for arguments, too
	place := func(i int) string { return "$" + strconv.Itoa(len(g.args)+i) }
	q := strings.NewReplacer(
		"{given}", g.given(), "{fact}", facts, "{test}", c.test,
		"{rule}", place(1)+"::bigint", "{viewer}", place(2)+"::bigint", "{groups}", place(3)+"::text[]",
	).Replace(compareRule)
	args := append(slices.Clone(g.args), p.Rule.ID, viewer, pq.Array(groupWords(p.Closed)))
	var rows []side
	if err := tx.Select(ctx, &rows, q, args...); err != nil {
		return nil, err
	}
	return rows, nil
}

const compareRule = `
WITH given AS ({given}),
fact AS MATERIALIZED ({fact}),
compared AS MATERIALIZED (
	SELECT
		COALESCE(m.customer_id, t.customer_id) AS customer_id,
		CASE
			WHEN t.customer_id IS NULL THEN 'gain'
			WHEN m.customer_id IS NULL THEN 'lose'
			ELSE 'keep'
		END AS word
	FROM (
		SELECT f.customer_id
		FROM fact AS f
		WHERE {test}
	) AS m
	FULL JOIN (
		SELECT t.customer_id
		FROM customer_tag AS t
		WHERE t.rule_id = {rule}
			AND t.until IS NULL
	) AS t ON t.customer_id = m.customer_id
)
SELECT
	c.word,
	count(*) AS n,
	ARRAY(
		SELECT e.customer_id
		FROM compared AS e
		WHERE e.word = c.word
			AND NOT EXISTS (
				SELECT
				FROM unnest({groups}) AS g (field_group)
				WHERE NOT EXISTS (
					SELECT
					FROM access_grant AS a
					WHERE a.staff_id = {viewer}
						AND a.customer_id = e.customer_id
						AND a.field_group = g.field_group
						AND a.ended_at IS NULL
						AND a.expires_at > now()
				)
			)
		ORDER BY e.customer_id
		LIMIT 10
	) AS examples
FROM compared AS c
GROUP BY c.word`

// refs reads the customers by their ids, in the name and the scope of by.
func refs(ctx context.Context, tx *pg.Tx, by *staff.Member, ids []int64) ([]customer.Ref, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	scope, arg, err := customer.Scope(by)
	if err != nil {
		return nil, err
	}
	q := `
		SELECT
			c.id,
			c.no,
			c.name,
			c.branch_id,
			COALESCE(c.manager_id, 0) AS manager_id
		FROM customer AS c
		WHERE ` + scope + `
			AND c.id = ANY ($2)
		ORDER BY c.id`
	var list []customer.Ref
	err = tx.Select(ctx, &list, q, arg, pq.Array(ids))
	return list, err
}
