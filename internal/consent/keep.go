package consent

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// checkStep is how many customer ids one statement of a check compares.
const checkStep = 10_000

// Keeper keeps the projection honest and the tally short, beside the pages.
type Keeper struct {
	db     *pg.DB
	log    *slog.Logger
	differ atomic.Int64
}

// NewKeeper returns the keeper of the database.
func NewKeeper(db *pg.DB, log *slog.Logger) *Keeper { return &Keeper{db: db, log: log} }

// Differ returns how many cells the last check found to differ, for a gauge.
func (k *Keeper) Differ() int64 { return k.differ.Load() }

// Chores are the nightly check, the folding of the counts, and the lapse of what no
// longer counts.
func (k *Keeper) Chores() []chore.Chore {
	return []chore.Chore{
		{Name: "fold consent tally", Every: 5 * time.Minute, Round: chore.Once(k.Fold)},
		{Name: "lapse consents", Every: 10 * time.Minute, Round: k.Lapse},
		{Name: "check consent ledger", Every: time.Hour, Round: chore.Once(k.nightly)},
	}
}

// nightly checks once a night, between one and five.
func (k *Keeper) nightly(ctx context.Context) error {
	if hour := time.Now().In(pg.Zone()).Hour(); hour < 1 || hour >= 5 {
		return nil
	}
	var done bool
	err := k.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		const q = `
			SELECT EXISTS (
				SELECT
				FROM trail AS t
				WHERE t.action = $1
					AND t.at > now() - interval '12 hours'
			)`
		return tx.Get(ctx, &done, q, string(trail.ConsentChecked))
	})
	if err != nil || done {
		return err
	}
	_, err = k.Check(ctx)
	return err
}

// Difference is a cell whose state is not what the ledger gives.
type Difference struct {
	CustomerID int64    `db:"customer_id"`
	Category   Category `db:"category"`
	Channel    Channel  `db:"channel"`
	Has        Kind     `db:"has"`
	Ought      Kind     `db:"ought"`
}

// Check compares the state of every customer with the ledger, puts the outcome on
// the trail and returns what differs, at most a hundred cells of it. A difference
// is logged and shows in Differ: the program never writes the state, so somebody
// else did.
func (k *Keeper) Check(ctx context.Context) (list []Difference, err error) {
	count, last, cells := int64(0), int64(0), int64(0)
	err = k.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		const q = `
			SELECT
				COALESCE(max(k.customer_id), 0)
			FROM consent_contact AS k`
		return tx.Get(ctx, &last, q)
	})
	for from := int64(0); err == nil && from <= last; from += checkStep {
		var some []Difference
		var compared int64
		some, compared, err = k.compare(ctx, from, from+checkStep-1)
		count, cells = count+int64(len(some)), cells+compared
		list = append(list, some[:min(len(some), 100-len(list))]...)
	}
	if err != nil {
		return nil, fmt.Errorf("check consent ledger: %w", err)
	}
	k.differ.Store(count)
	detail := fmt.Sprintf("核对 %d 项，全部一致", cells)
	if count > 0 {
		k.log.ErrorContext(ctx, "consent state differs from its ledger", "cells", count)
		detail = fmt.Sprintf("核对 %d 项，%d 项不一致", cells, count)
	}
	err = trail.Note(ctx, k.db, staff.Program().Who(), trail.Entry{Action: trail.ConsentChecked, Refused: count > 0, Detail: detail})
	return list, err
}

func (k *Keeper) compare(ctx context.Context, first, last int64) (list []Difference, cells int64, err error) {
	err = k.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		const q = `
			SELECT
				d.customer_id,
				d.category,
				d.channel,
				d.has,
				d.ought
			FROM consent_differences($1, $2) AS d
			ORDER BY
				d.customer_id,
				d.category,
				d.channel`
		if err := tx.Select(ctx, &list, q, first, last); err != nil {
			return err
		}
		return tx.Get(ctx, &cells, `SELECT count(*) FROM consent_state AS s WHERE s.customer_id BETWEEN $1 AND $2`, first, last)
	})
	return list, cells, err
}

// Fold sums the differences of the counts up.
func (k *Keeper) Fold(ctx context.Context) error {
	err := k.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `SELECT fold_consent_tally()`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `SELECT fold_consent_counts()`)
		return err
	})
	if err != nil {
		return fmt.Errorf("fold consent tally: %w", err)
	}
	return nil
}
