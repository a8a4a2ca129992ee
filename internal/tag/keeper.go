package tag

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/pg"
)

// poll is how often a process looks for evaluations that it was not told of.
const poll = 5 * time.Second

// Keeper keeps the tags of customers as the rules would have them. It is safe
// for use by several goroutines and, on one database, by several processes.
type Keeper struct {
	db   *pg.DB
	log  *slog.Logger
	bell chore.Bell
}

// NewKeeper returns a keeper over db.
func NewKeeper(db *pg.DB, log *slog.Logger) *Keeper {
	return &Keeper{db: db, log: log, bell: chore.NewBell()}
}

// Wake lets the chore look at once.
func (k *Keeper) Wake() { k.bell.Ring() }

// Chore evaluates what is due.
func (k *Keeper) Chore() chore.Chore {
	return chore.Chore{Name: "evaluate tags", Every: poll, Bell: k.bell, Round: func(ctx context.Context) (bool, error) {
		run, err := k.Settle(ctx)
		return run != nil, err
	}}
}

// Run is one evaluation.
type Run struct {
	ID        int64     `db:"id"`
	Cause     string    `db:"cause"`
	At        time.Time `db:"at"`
	Rules     int64     `db:"rules"`
	Customers *int64    `db:"customers"` // nil for all there are
	Gained    int64     `db:"gained"`
	Lost      int64     `db:"lost"`
	TookMS    int64     `db:"took_ms"`
}

// Settle evaluates what is due now: what tag_due asks for and, once a day, every
// rule for everybody, because windows of time move on at midnight. It returns
// nil where nothing was due or another process is at it.
func (k *Keeper) Settle(ctx context.Context) (*Run, error) {
	var run *Run
	err := k.db.InTx(ctx, pg.System, func(tx *pg.Tx) (err error) {
		run, err = k.settle(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("settle tags: %w", err)
	}
	return run, nil
}

func (k *Keeper) settle(ctx context.Context, tx *pg.Tx) (*Run, error) {
	asked, err := anythingDue(ctx, tx)
	if err != nil || !asked {
		return nil, err
	}
	var mine bool
	if err := tx.Get(ctx, &mine, `SELECT pg_try_advisory_xact_lock(hashtextextended('tags', 0))`); err != nil || !mine {
		return nil, err
	}
	w, err := takeDue(ctx, tx)
	if err != nil || w.cause == "" {
		return nil, err
	}
	begun := time.Now()
	c, err := k.do(ctx, tx, w)
	if err != nil {
		return nil, err
	}
	run := &Run{Cause: w.cause, Rules: c.Rules, Gained: c.Gained, Lost: c.Lost, TookMS: time.Since(begun).Milliseconds()}
	if w.some != nil {
		run.Customers = new(int64(len(w.some)))
	}
	const q = `
		INSERT INTO tag_run (cause, rules, customers, gained, lost, took_ms)
		VALUES ($1, $2, $3, $4, $5, $6)
		RETURNING
			id,
			cause,
			at,
			rules,
			customers,
			gained,
			lost,
			took_ms`
	err = tx.Get(ctx, run, q, run.Cause, run.Rules, run.Customers, run.Gained, run.Lost, run.TookMS)
	return run, err
}

// anythingDue asks cheaply, before the lock is tried for.
func anythingDue(ctx context.Context, tx *pg.Tx) (asked bool, err error) {
	err = tx.Get(ctx, &asked, `SELECT EXISTS (SELECT FROM tag_due) OR `+dayDue)
	return asked, err
}

// dayDue holds until every rule has been evaluated for everybody today.
const dayDue = `NOT EXISTS (
	SELECT
	FROM tag_run AS r
	WHERE r.at >= date_trunc('day', now())
		AND r.cause IN ('day', 'import')
		AND r.customers IS NULL
)`

// mostApart is how many customers are at most evaluated apart from the others;
// for more, everybody costs no more.
const mostApart = 5000

// work is what one evaluation is to do.
type work struct {
	cause string  // empty for nothing
	rules []int64 // nil for all
	some  []int64 // customers, nil for all
}

// due is a row of tag_due.
type due struct {
	Cause      string `db:"cause"`
	RuleID     *int64 `db:"rule_id"`
	CustomerID *int64 `db:"customer_id"`
}

// takeDue removes what is asked for and puts it together into one piece of work.
func takeDue(ctx context.Context, tx *pg.Tx) (w work, err error) {
	var day bool
	if err := tx.Get(ctx, &day, `SELECT `+dayDue); err != nil {
		return w, err
	}
	var asked []due
	const q = `
		DELETE FROM tag_due
		RETURNING
			cause,
			rule_id,
			customer_id`
	if err := tx.Select(ctx, &asked, q); err != nil {
		return w, err
	}
	var touched []int64
	if day || slices.ContainsFunc(asked, func(d due) bool { return d.Cause == "import" }) {
		if touched, err = takeTouched(ctx, tx); err != nil {
			return w, err
		}
	}
	if day {
		return work{cause: "day"}, nil
	}
	return together(asked, touched), nil
}

// takeTouched removes what imports have noted and returns it: customers, one more
// than mostApart where there are more, and 0 where everybody is meant.
func takeTouched(ctx context.Context, tx *pg.Tx) (some []int64, err error) {
	const q = `
		WITH gone AS (
			DELETE FROM tag_touched
			RETURNING customer_id
		)
		SELECT DISTINCT COALESCE(g.customer_id, 0) AS id
		FROM gone AS g
		ORDER BY id
		LIMIT $1`
	err = tx.Select(ctx, &some, q, mostApart+1)
	return some, err
}

// together is the one piece of work that does all that was asked for: some rules
// for everybody, all rules for some customers, all for everybody, or nothing.
func together(asked []due, touched []int64) work {
	w := work{some: touched}
	for _, d := range asked {
		switch {
		case d.RuleID != nil:
			w.rules = append(w.rules, *d.RuleID)
		case d.CustomerID != nil:
			w.some = append(w.some, *d.CustomerID)
		}
		if w.cause != "import" {
			w.cause = d.Cause
		}
	}
	slices.Sort(w.some)
	w.some = slices.Compact(w.some)
	switch {
	case len(w.some) > mostApart, slices.Contains(w.some, 0), len(w.some) > 0 && w.rules != nil:
		return work{cause: w.cause}
	case len(w.some) > 0:
		return w
	case w.rules != nil:
		return work{cause: w.cause, rules: w.rules}
	default:
		return work{}
	}
}

func (k *Keeper) do(ctx context.Context, tx *pg.Tx, w work) (change, error) {
	all, err := loadPublished(ctx, tx)
	if err != nil {
		return change{}, err
	}
	rules := slices.DeleteFunc(all, func(r published) bool { return w.rules != nil && !slices.Contains(w.rules, r.RuleID) })
	c, err := evaluate(ctx, tx, rules, w.some)
	if broken := (*brokenError)(nil); errors.As(err, &broken) {
		k.log.ErrorContext(ctx, "evaluate tags", "error", broken)
	} else if err != nil {
		return change{}, err
	}
	lost, err := closeRetired(ctx, tx)
	c.Lost += lost
	return c, err
}
