package sourcing

import (
	"context"
	"fmt"

	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Systems lists the source systems by name with how fresh each is.
func (in *Intake) Systems(ctx context.Context, by *staff.Member) ([]System, error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	var list []System
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		const q = systemSQL + `
			ORDER BY
				s.name,
				s.id`
		if err := tx.Select(ctx, &list, q); err != nil {
			return err
		}
		for i := range list {
			if err := in.freshen(ctx, tx, &list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list source systems: %w", err)
	}
	return list, nil
}

// Alarms lists the files of the last days that the watched folder could not take,
// the newest first, at most AlarmsShown.
func (in *Intake) Alarms(ctx context.Context, by *staff.Member) (list []FolderAlarm, err error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	err = in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		list, err = alarms(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list alarms of the watched folder: %w", err)
	}
	return list, nil
}

// SystemReport is one source system with what it brought of late.
type SystemReport struct {
	System
	Jobs   []Job // at most JobsShown, newest first
	Issued []Token
}

// JobsShown is how many imports and batches a SystemReport holds.
const JobsShown = 20

// System returns one source system by its code.
func (in *Intake) System(ctx context.Context, by *staff.Member, code string) (*SystemReport, error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	var r SystemReport
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		s, err := systemByCode(ctx, tx, code)
		if err != nil {
			return err
		}
		r.System = *s
		if err := in.freshen(ctx, tx, &r.System); err != nil {
			return err
		}
		if err := tx.Select(ctx, &r.Issued, tokensSQL, s.ID); err != nil {
			return err
		}
		const q = "SELECT " + jobColumns + `
			WHERE j.source_id = $1
			ORDER BY j.id DESC
			LIMIT $2::integer`
		return tx.Select(ctx, &r.Jobs, q, s.ID, JobsShown)
	})
	if err != nil {
		return nil, fmt.Errorf("show source %q: %w", code, err)
	}
	for i := range r.Jobs {
		in.entitle(&r.Jobs[i])
	}
	return &r, nil
}

const systemSQL = `
	SELECT
		s.id,
		s.code,
		s.name,
		s.note,
		COALESCE(s.lag_hours, 0) AS lag_hours,
		(
			SELECT count(*)
			FROM source_token AS t
			WHERE t.source_id = s.id
				AND t.revoked_at IS NULL
		) AS tokens,
		clock_timestamp() AS now
	FROM source_system AS s`

// systemByCode reads one source system without its freshness.
func systemByCode(ctx context.Context, tx *pg.Tx, code string) (*System, error) {
	var s System
	err := tx.Get(ctx, &s, systemSQL+"\nWHERE s.code = $1", plain(code))
	if err != nil {
		return nil, pg.OrNotFound(err, "没有这个数据来源。")
	}
	return &s, nil
}

// freshen fills in the blocks of a source, its newest import and its newest
// trouble.
func (in *Intake) freshen(ctx context.Context, tx *pg.Tx, s *System) error {
	const blocks = `
		SELECT
			b.source_id,
			b.block,
			b.synced_at
		FROM source_block AS b
		WHERE b.source_id = $1
		ORDER BY b.block`
	if err := tx.Select(ctx, &s.Blocks, blocks, s.ID); err != nil {
		return err
	}
	s.settle()
	var err error
	if s.Last, err = in.newest(ctx, tx, s.ID, "true"); err != nil {
		return err
	}
	s.Trouble, err = in.newest(ctx, tx, s.ID, "(j.state = 'failed' OR j.rejected > 0)")
	return err
}

// newest returns the newest import of a source under a condition, nil if there
// is none.
func (in *Intake) newest(ctx context.Context, tx *pg.Tx, source int64, condition string) (*Job, error) {
	var j Job
	q := "SELECT " + jobColumns + `
		WHERE j.source_id = $1
			AND ` + condition + `
		ORDER BY j.id DESC
		LIMIT 1`
	err := tx.Get(ctx, &j, q, source)
	if pg.IsNoRows(err) {
		return nil, nil
	}
	in.entitle(&j)
	return &j, err
}
