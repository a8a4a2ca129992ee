package tag

import (
	"context"
	"fmt"
	"slices"
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

// loadPublished loads the versions in force.
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

// abreast is how many rules are compared in one pass, each a bit of a bigint.
const abreast = 62

// evaluate puts the tags of the rules right, of all customers when some is nil,
// abreast rules at a time. A rule that cannot be compiled is left as it is and
// named in the error, which does not keep the others back.
func evaluate(ctx context.Context, tx *pg.Tx, rules []published, some []int64) (change, error) {
	var total change
	var broken []string
	if err := planFor(ctx, tx, some == nil); err != nil {
		return total, err
	}
	for few := range slices.Chunk(rules, abreast) {
		p := newPass(tx, few, some)
		broken = append(broken, p.broken...)
		c, err := p.run(ctx)
		if err != nil {
			return total, err
		}
		total = change{total.Rules + c.Rules, total.Gained + c.Gained, total.Lost + c.Lost}
	}
	if broken != nil {
		return total, &brokenError{broken}
	}
	return total, nil
}

// brokenError names rules whose stored condition this program does not know.
type brokenError struct{ rules []string }

func (e *brokenError) Error() string { return "rules left as they are: " + strings.Join(e.rules, "; ") }

// planFor tells the planner what it cannot know of a run over everybody: sets are
// put together by hashing, in memory. It cannot estimate what a condition leaves
// over, takes it for next to nothing, and would go through all customers for each.
func planFor(ctx context.Context, tx *pg.Tx, everybody bool) error {
	if !everybody {
		return nil
	}
	_, err := tx.Exec(ctx, `SET LOCAL work_mem = '96MB'; SET LOCAL enable_nestloop = off`)
	return err
}

// pass evaluates some rules together. It makes two temporary tables: changed has
// the customers of whom any of these tags comes or goes, with the facts that the
// evidence is written of, and moved a row for each such tag.
type pass struct {
	gathering
	tx     *pg.Tx
	rules  []published // at most abreast
	some   []int64     // customers, nil for all
	broken []string    // what is wrong with rules left out
}

func newPass(tx *pg.Tx, rules []published, some []int64) *pass {
	p := &pass{tx: tx, some: some}
	for _, r := range rules {
		n, err := ParseNode(r.Condition)
		if err == nil {
			r.compiled, err = p.compile(n)
		}
		if err != nil {
			p.broken = append(p.broken, fmt.Sprintf("%d: %v", r.RuleID, err))
			continue
		}
		p.rules = append(p.rules, r)
	}
	return p
}

func (p *pass) run(ctx context.Context) (change, error) {
	if len(p.rules) == 0 {
		return change{}, nil
	}
	total := change{Rules: int64(len(p.rules))}
	if err := p.findChanged(ctx); err != nil {
		return total, fmt.Errorf("find who changes: %w", err)
	}
	gains, err := p.listMoved(ctx)
	if err != nil {
		return total, fmt.Errorf("list what moves: %w", err)
	}
	if total.Lost, err = p.close(ctx); err != nil {
		return total, fmt.Errorf("close tags: %w", err)
	}
	for bit, r := range p.rules {
		if gains[r.RuleID] == 0 {
			continue
		}
		total.Gained += gains[r.RuleID]
		if err := p.gain(ctx, r, bit); err != nil {
			return total, fmt.Errorf("rule %d: %w", r.RuleID, err)
		}
	}
	if err := p.noteCounts(ctx); err != nil {
		return total, fmt.Errorf("note counts: %w", err)
	}
	_, err = p.tx.Exec(ctx, `DROP TABLE changed, moved`)
	return total, err
}

// ids are the rules of the pass, in the order of their bits.
func (p *pass) ids() string {
	ids := make([]int64, len(p.rules))
	for i, r := range p.rules {
		ids[i] = r.RuleID
	}
	return pqArray(ids)
}
