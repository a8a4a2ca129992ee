package bench

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// tagGrowth is what rules of tags look at beside the synthetic customers.
//
//go:embed grow_tags.sql
var tagGrowth string

// Evaluated is what an evaluation of rules came to.
type Evaluated struct {
	Rules, Gained, Lost int64
}

// Tags measures the evaluation of rules over customers: the first one, which
// writes every tag, and those after it, when one customer in twenty has changed.
// It returns ErrMissed if a target was missed and the size is enforced.
func Tags(ctx context.Context, o Options) (err error) {
	b := &bench{options: o, size: o.Size.ForTags()}
	folder, err := makeFolder()
	if err != nil {
		return err
	}
	defer func() { err = finish(err, func() error { return os.RemoveAll(folder) }) }()
	if b.portal, err = o.Open(ctx, filepath.Join(folder, "tags")); err != nil {
		return err
	}
	defer func() { err = finish(err, b.portal.Close) }()
	b.portal.Data = "合成客户，每位两笔持仓、十笔流水、两条咨询，四分之一有贷款，五分之二有卡"
	if b.db, err = openDatabase(b.portal.Server); err != nil {
		return err
	}
	defer func() { err = finish(err, b.db.Close) }()
	b.note(fmt.Sprintf("加入 %d 位合成客户", b.size.Customers))
	if err := b.db.grow(ctx, b.size); err != nil {
		return err
	}
	for _, text := range []string{tagGrowth, `VACUUM (ANALYZE)`, `CHECKPOINT`} {
		if _, err := b.db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("grow what rules look at: %w", err)
		}
	}
	if err := b.evaluations(ctx); err != nil {
		return err
	}
	return b.conclude(ctx)
}

// evaluations runs the rules for everybody, again and again, and then for the
// customer of one note.
func (b *bench) evaluations(ctx context.Context) error {
	if err := b.portal.SupplyTags(ctx); err != nil {
		return err
	}
	first, took, err := b.evaluate(ctx)
	if err != nil {
		return err
	}
	scale := fmt.Sprintf("%d 条规则 × %d 位客户", first.Rules, b.size.Customers)
	if err := b.print(Line{What: fmt.Sprintf("首次评估 %s，写入 %d 个标签及依据", scale, first.Gained), Unit: "秒", Ours: round(took.Seconds()), OK: true}); err != nil {
		return err
	}
	var again []float64
	var moved int64
	for i := range b.size.Rounds {
		if _, err := b.db.ExecContext(ctx, someChange, i); err != nil {
			return fmt.Errorf("change customers: %w", err)
		}
		e, took, err := b.evaluate(ctx)
		if err != nil {
			return err
		}
		again, moved = append(again, took.Seconds()), e.Gained+e.Lost
	}
	if moved == 0 {
		return fmt.Errorf("no tag came or went: the rules were not evaluated")
	}
	what := fmt.Sprintf("重新评估 %s，每二十位客户变一位（%d 个标签变动）", scale, moved)
	if err := b.print(absoluteLine(what, "秒", median(again), AtMost, 5)); err != nil {
		return err
	}
	return b.oneNote(ctx)
}

// someChange gives one customer in twenty another grade and another last contact.
const someChange = `
	UPDATE customer
	SET grade = 1 + (grade + 1) % 5,
		last_contact_at = CASE WHEN $1 % 2 = 0 THEN now() ELSE now() - interval '200 days' END
	WHERE no::bigint % 20 = $1 % 20`

// evaluate has all rules evaluated for everybody.
func (b *bench) evaluate(ctx context.Context) (Evaluated, time.Duration, error) {
	if _, err := b.db.ExecContext(ctx, `
		INSERT INTO tag_touched (customer_id) VALUES (NULL);
		INSERT INTO tag_due (cause) VALUES ('import')`); err != nil {
		return Evaluated{}, 0, err
	}
	begun := time.Now()
	e, err := b.portal.SettleTags(ctx)
	return e, time.Since(begun), err
}

// oneNote measures what follows on a note: all rules for its customer.
func (b *bench) oneNote(ctx context.Context) error {
	var took []float64
	for range b.size.Looks / 20 {
		const note = `
			INSERT INTO consultation (customer_id, at, via, body, staff_id)
			SELECT
				c.id,
				now(),
				'phone',
				'客户又问债券基金。',
				(SELECT min(s.id) FROM staff AS s)
			FROM customer AS c
			WHERE c.no = (50000000 + 1 + floor(random() * $1))::text`
		if _, err := b.db.ExecContext(ctx, note, b.size.Customers); err != nil {
			return err
		}
		begun := time.Now()
		if _, err := b.portal.SettleTags(ctx); err != nil {
			return err
		}
		took = append(took, milliseconds(time.Since(begun)))
	}
	return b.print(absoluteLine("记下一次咨询后，其客户的全部规则", "毫秒", median(took), AtMost, 100))
}
