package sourcing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// checkpoint notes in the chunk's transaction that the rows up to here are
// done. It fails with errLost if the import is somebody else's by now, so no
// chunk is ever merged twice.
func (r *run) checkpoint(ctx context.Context, tx *pg.Tx, done Counts, rejects []Reject) error {
	const q = `
		UPDATE import_job
		SET rows_done = $4::bigint,
			accepted = $5::bigint,
			changed = $6::bigint,
			unchanged = $7::bigint,
			rejected = $8::bigint,
			bytes_done = $9::bigint,
			step = 'merge',
			heartbeat_at = clock_timestamp(),
			attempts = 1
		WHERE id = $1
			AND worker = $2
			AND state = 'running'
			AND rows_done = $3::bigint
		RETURNING cancel_requested_at IS NOT NULL`
	var cancel bool
	err := tx.Get(ctx, &cancel, q, r.job.ID, r.worker, r.job.RowsDone, done.Rows(),
		done.Accepted, done.Changed, done.Unchanged, done.Rejected, r.bytes.Load())
	if pg.IsNoRows(err) {
		return errLost
	}
	if err != nil {
		return err
	}
	if cancel {
		r.cancel.Store(true)
	}
	rows := make([][]any, len(rejects))
	for i, reject := range rejects {
		rows[i] = []any{r.job.ID, reject.Line, reject.Column, reject.Reason}
	}
	if err := copyRows(ctx, tx, "COPY import_reject (import_id, line, column_name, reason) FROM STDIN", rows); err != nil {
		return err
	}
	return tx.Notify(ctx, "import", strconv.FormatInt(r.job.ID, 10))
}

// forget drops a chunk's temporary tables where its transaction goes on.
func forget(ctx context.Context, tx *pg.Tx, p *plan) error {
	tables := []string{"outcome", "touched"}
	if p.people() && slices.ContainsFunc(p.outputs, func(o output) bool { return shown(o.entity.word) != nil }) {
		tables = append(tables, "veil")
	}
	for i, o := range p.outputs {
		tables = append(tables, fmt.Sprintf("stage_%d", i))
		if o.entity.word == "customer" {
			tables = append(tables, "found", "fresh")
		}
	}
	_, err := tx.Exec(ctx, "DROP TABLE "+strings.Join(tables, ", "))
	return err
}

// restart sets a rehearsal back to its beginning.
func (r *run) restart(ctx context.Context) error {
	const q = `
		UPDATE import_job
		SET rows_done = 0,
			accepted = 0,
			changed = 0,
			unchanged = 0,
			rejected = 0
		WHERE id = $1
			AND worker = $2
			AND state = 'running'`
	r.job.Counts, r.job.RowsDone = Counts{}, 0
	return r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, q, r.job.ID, r.worker); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM import_reject WHERE import_id = $1`, r.job.ID)
		return err
	})
}

// reload reads the job anew.
func (r *run) reload(ctx context.Context) error {
	return r.in.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		j, err := r.in.jobByID(ctx, tx, r.job.ID)
		if err == nil {
			r.job = j
		}
		return err
	})
}

// release gives the lease back, so that another process goes on at once.
func (r *run) release(ctx context.Context) error {
	const q = `
		UPDATE import_job
		SET state = 'queued',
			worker = NULL,
			heartbeat_at = NULL,
			attempts = GREATEST(attempts - 1, 0)
		WHERE id = $1
			AND worker = $2
			AND state = 'running'`
	return r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(ctx, q, r.job.ID, r.worker)
		return err
	})
}

// end closes the job, puts it on the trail and removes the file, but for one
// that was only rehearsed.
func (r *run) end(ctx context.Context, state State, sentence string) error {
	ctx = context.WithoutCancel(ctx)
	const q = `
		UPDATE import_job
		SET state = $3,
			step = 'end',
			error = $4,
			ended_at = clock_timestamp(),
			worker = NULL,
			heartbeat_at = NULL
		WHERE id = $1
			AND worker = $2
			AND state = 'running'`
	err := r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, q, r.job.ID, r.worker, string(state), sentence)
		if err != nil {
			return err
		}
		if n == 0 {
			return errLost
		}
		if err := r.trailEnd(ctx, tx); err != nil {
			return err
		}
		return tx.Notify(ctx, "import", strconv.FormatInt(r.job.ID, 10))
	})
	if err != nil {
		return err
	}
	if r.job.DryRun && state == Done {
		return nil // it waits for people to go on with it or not, see expire
	}
	return drop(r.in.path(r.job.ID))
}

func (r *run) trailEnd(ctx context.Context, tx *pg.Tx) error {
	j, err := r.in.jobByID(ctx, tx, r.job.ID)
	if err != nil {
		return err
	}
	detail := fmt.Sprintf("导入 %d（%s，由 %s 发起）%s：新增 %d，变更 %d，不变 %d，拒绝 %d",
		j.ID, j.Title, j.CreatedName, j.State.Label(), j.Accepted, j.Changed, j.Unchanged, j.Rejected)
	return trail.Write(ctx, tx, staff.Program().Who(), trail.Entry{Action: trail.ImportFinished, Detail: detail})
}
