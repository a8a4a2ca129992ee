package sourcing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Problem is a kind of problem with the rows of an import.
type Problem struct {
	Column string        `db:"column_name"`
	Reason string        `db:"reason"`
	Count  int64         `db:"count"`
	Lines  pq.Int64Array `db:"lines"` // of the first rows that have it
}

// problemsSQL counts the rejected rows of an import by column and reason.
const problemsSQL = `
	SELECT
		r.column_name,
		r.reason,
		count(*) AS count,
		(array_agg(r.line ORDER BY r.line))[1:8] AS lines
	FROM import_reject AS r
	WHERE r.import_id = $1
	GROUP BY
		r.column_name,
		r.reason
	ORDER BY
		count(*) DESC,
		r.column_name,
		r.reason
	LIMIT 100`

// rehearsed adds to the report of a dry run what it found and whether its file
// still waits to be imported.
func (in *Intake) rehearsed(ctx context.Context, tx *pg.Tx, r *Report) error {
	if !r.DryRun || r.State != Done {
		return nil
	}
	err := tx.Get(ctx, &r.FollowedBy, `SELECT COALESCE(max(j.id), 0) FROM import_job AS j WHERE j.rehearsal_id = $1`, r.ID)
	if err != nil || r.FollowedBy != 0 {
		return err
	}
	info, err := os.Stat(in.path(r.ID))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	r.Waits = r.Now.Sub(*r.EndedAt) < keptFor && info.Size() == r.Size
	m, err := in.mappingIn(ctx, tx, r.Mapping)
	if err != nil {
		return nil //nolint:nilerr // a mapping that is gone shows no rows
	}
	err = withFile(in.path(r.ID), r.Sheet, func(d *document) error {
		p, err := bind(m, d.header, in.key)
		if err == nil {
			r.Preview, err = preview(p, d)
		}
		return err
	})
	if errors.Is(err, os.ErrNotExist) {
		r.Waits = false // it has been gone on with meanwhile
		return nil
	}
	return err
}

// Proceed imports the file of a dry run, once.
func (in *Intake) Proceed(ctx context.Context, by *staff.Member, id int64) (*Job, error) {
	r, err := in.Job(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if !r.Waits {
		return nil, fault.New(fault.Conflict, "这次试导入的文件已经导入、放弃或过了一天，请重新上传。")
	}
	m, err := in.mapping(ctx, r.Mapping)
	if err != nil {
		return nil, fmt.Errorf("go on from dry run %d: %w", id, err)
	}
	job, err := in.enter(ctx, by, entry{
		upload:    Upload{Source: r.SourceCode, FileName: r.FileName, Sheet: r.Sheet, BranchID: r.BranchID, Via: r.Via},
		mapping:   m,
		kept:      upload{path: in.path(id), sum: r.SHA256, size: r.Size},
		rehearsal: id,
	})
	if err != nil {
		return nil, fmt.Errorf("go on from dry run %d: %w", id, err)
	}
	in.bell.Ring()
	return job, nil
}

// Discard forgets the file of a dry run that is not to be imported.
func (in *Intake) Discard(ctx context.Context, by *staff.Member, id int64) error {
	r, err := in.Job(ctx, by, id)
	if err != nil {
		return err
	}
	if !r.Waits {
		return fault.New(fault.Conflict, "这次试导入的文件已经不在了。")
	}
	err = in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ImportCancelled, Detail: fmt.Sprintf("放弃试导入 %d 的文件：%s", id, r.Title)})
	})
	if err != nil {
		return fmt.Errorf("discard dry run %d: %w", id, err)
	}
	return drop(in.path(id))
}

// AnswersKept is how long the machine interface remembers the answer to a key.
const AnswersKept = 30 * 24 * time.Hour

// expire removes what is kept for a time only: drafts, the files of dry runs,
// answers of the machine interface, alarms of the watched folder, and what
// uploads that were cut off have left.
func (in *Intake) expire(ctx context.Context) error {
	in.sweep()
	var drafts, runs []int64
	err := in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		const old = `
			DELETE FROM import_draft
			WHERE created_at <= clock_timestamp() - make_interval(secs => $1::float8)
			RETURNING id`
		if err := tx.Select(ctx, &drafts, old, keptFor.Seconds()); err != nil {
			return err
		}
		const answers = `
			DELETE FROM api_answer
			WHERE created_at <= clock_timestamp() - make_interval(secs => $1::float8)`
		if _, err := tx.Exec(ctx, answers, AnswersKept.Seconds()); err != nil {
			return err
		}
		const raised = `
			DELETE FROM folder_alarm
			WHERE raised_at <= clock_timestamp() - make_interval(secs => $1::float8)`
		if _, err := tx.Exec(ctx, raised, AnswersKept.Seconds()); err != nil {
			return err
		}
		const rehearsals = `
			SELECT j.id
			FROM import_job AS j
			WHERE j.dry_run
				AND j.state = 'done'
				AND j.ended_at BETWEEN clock_timestamp() - interval '30 days' AND clock_timestamp() - make_interval(secs => $1::float8)
			ORDER BY j.id`
		return tx.Select(ctx, &runs, rehearsals, keptFor.Seconds())
	})
	if err != nil {
		return fmt.Errorf("expire: %w", err)
	}
	for _, id := range drafts {
		err = errors.Join(err, drop(in.draftPath(id)))
	}
	for _, id := range runs {
		err = errors.Join(err, drop(in.path(id)))
	}
	return err
}
