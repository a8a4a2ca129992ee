package sourcing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Settle decides a conflict in the name of by, keeps the decision as a rule for
// the next imports, and merges the row that waited. Who may not see the conflict
// hears that there is none; one that is decided already is a Conflict fault;
// reason is 10 to 500 characters. The merge is a transaction of its own: if the
// process dies before it, Work does it.
func (in *Intake) Settle(ctx context.Context, by *staff.Member, id int64, v Verdict, reason string) error {
	if err := authz.Check(by, authz.SettleConflicts); err != nil {
		return err
	}
	reason = plain(reason)
	var wrong fault.Fields
	wrong.Require(utf8.RuneCountInString(reason) >= 10 && utf8.RuneCountInString(reason) <= 500, "reason", "请写明依据，10 到 500 个字，例如核对了哪份证件或问了谁。")
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		c, err := conflictByID(ctx, tx, id)
		if err != nil {
			return err
		}
		wrong.Require(slices.Contains(c.Verdicts(), v), "verdict", "请选择如何处理。")
		if err := wrong.Err(); err != nil {
			return err
		}
		if c.State != "open" {
			return fault.New(fault.Conflict, "这个冲突已经由"+c.DecidedBy+"处理。")
		}
		if err := c.writeRules(ctx, tx, by, v); err != nil {
			return err
		}
		const q = `
			UPDATE source_conflict
			SET state = 'decided',
				verdict = $2,
				reason = $3,
				decided_by = $4,
				decided_at = clock_timestamp()
			WHERE id = $1`
		if _, err := tx.Exec(ctx, q, id, string(v), reason, by.ID); err != nil {
			return err
		}
		detail := fmt.Sprintf("%s与%s的%s，决定：%s。依据：%s", c.KeptBy, c.ToldBy, c.Kind.Label(), v.Label(), reason)
		err = trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ConflictSettled, CustomerID: c.customerID, CustomerNo: c.CustomerNo, Detail: detail})
		if err != nil {
			return err
		}
		return tx.Notify(ctx, "conflict", strconv.FormatInt(id, 10))
	})
	if err != nil {
		return fmt.Errorf("settle conflict %d: %w", id, err)
	}
	return in.mergeDecided(ctx)
}

// conflictByID locks a conflict that who acts may see.
func conflictByID(ctx context.Context, tx *pg.Tx, id int64) (*Conflict, error) {
	var ids struct {
		SourceID   int64 `db:"source_id"`
		CustomerID int64 `db:"customer_id"`
	}
	const lock = `
		SELECT
			k.source_id,
			k.customer_id
		FROM source_conflict AS k
		WHERE k.id = $1
		FOR UPDATE`
	if err := tx.Get(ctx, &ids, lock, id); err != nil {
		return nil, pg.OrNotFound(err, "没有这个冲突，或不在您的范围内。")
	}
	var c Conflict
	err := tx.Get(ctx, &c, conflictSQL+"\nWHERE k.id = $1", id)
	c.sourceID, c.customerID = ids.SourceID, ids.CustomerID
	return &c, err
}

// writeRules keeps the decision for each field that differs. Where the new
// value is taken, the source that said otherwise is not asked again either: it
// keeps saying what it said until it changes its mind.
func (c *Conflict) writeRules(ctx context.Context, tx *pg.Tx, by *staff.Member, v Verdict) error {
	const upsert = `
		ON CONFLICT (source_id, external_no, field) DO UPDATE
		SET value = EXCLUDED.value,
			verdict = EXCLUDED.verdict,
			conflict_id = EXCLUDED.conflict_id,
			decided_by = EXCLUDED.decided_by,
			decided_at = EXCLUDED.decided_at`
	const rule = `
		INSERT INTO source_rule (source_id, external_no, field, value, verdict, conflict_id, decided_by)
		VALUES ($1::smallint, $2, $3, $4, $5, $6, $7)` + upsert
	if v == Apart {
		_, err := tx.Exec(ctx, rule, c.sourceID, c.ExternalNo, "certificate", "", string(v), c.ID, by.ID)
		return err
	}
	const other = `
		INSERT INTO source_rule (source_id, external_no, field, value, verdict, conflict_id, decided_by)
		SELECT s.source_id, s.external_no, $2, $3, 'keep', $4, $5
		FROM customer_source AS s
		JOIN source_conflict AS k ON k.id = $4 AND s.source_id = k.kept_source
		WHERE s.customer_id = $1
			AND (s.source_id, s.external_no) <> (k.source_id, k.external_no)
		ORDER BY s.external_no` + upsert
	for _, d := range c.Differences() {
		if !d.Differ {
			continue
		}
		if _, err := tx.Exec(ctx, rule, c.sourceID, c.ExternalNo, d.Field, d.Told, string(v), c.ID, by.ID); err != nil {
			return err
		}
		if v != Take {
			continue
		}
		if _, err := tx.Exec(ctx, other, c.customerID, d.Field, d.Kept, c.ID, by.ID); err != nil {
			return err
		}
	}
	return nil
}
