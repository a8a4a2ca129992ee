package sourcing

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// poll is how often a process looks for imports that it was not told of:
// queued by another process, or left behind by one that died.
const poll = 2 * time.Second

// Work runs queued imports, one after the other, until ctx ends, and takes over
// those whose process died. Every process that serves the portal runs one.
func (in *Intake) Work(ctx context.Context) error {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	var swept time.Time
	for ctx.Err() == nil {
		if time.Since(swept) > time.Hour {
			swept = time.Now()
			in.sweep()
			if err := in.expire(ctx); err != nil && ctx.Err() == nil {
				in.log.WarnContext(ctx, "forget what is kept for a time", "error", bare(err))
			}
		}
		worker := workerName()
		j, err := in.claim(ctx, worker)
		if err != nil && ctx.Err() == nil {
			in.log.WarnContext(ctx, "look for imports", "error", bare(err))
		}
		if j != nil {
			in.run(ctx, j, worker, nil)
			continue
		}
		if err := in.mergeDecided(ctx); err != nil && ctx.Err() == nil {
			in.log.WarnContext(ctx, "merge decided conflicts", "error", bare(err))
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-in.wake:
		}
	}
	return nil
}

// workerName names one run, so that a process that lost its lease and woke up
// again cannot write into the run of another.
func workerName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:8])
}

// claim takes up the oldest import that nobody runs; nil if there is none.
func (in *Intake) claim(ctx context.Context, worker string) (j *Job, err error) {
	err = in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		const q = `
			UPDATE import_job
			SET state = 'running',
				worker = $1,
				heartbeat_at = clock_timestamp(),
				started_at = COALESCE(started_at, clock_timestamp()),
				attempts = attempts + 1
			WHERE id = (
				SELECT w.id
				FROM import_job AS w
				WHERE w.state = 'queued'
					OR (w.state = 'running' AND w.heartbeat_at < clock_timestamp() - make_interval(secs => $2::float8))
				ORDER BY w.id
				LIMIT 1
				FOR UPDATE SKIP LOCKED
			)
			RETURNING id`
		var id int64
		err := tx.Get(ctx, &id, q, worker, in.lease.Seconds())
		if pg.IsNoRows(err) {
			return nil
		}
		if err != nil {
			return err
		}
		j, err = in.jobByID(ctx, tx, id)
		return err
	})
	return j, err
}

// RunNow starts an import and runs it to its end in the calling process,
// telling progress after every chunk. If the process dies, a portal on the same
// database and folder goes on with it. It returns the ended job; a file that
// was refused half-way is a job that Failed, not an error.
func (in *Intake) RunNow(ctx context.Context, by *staff.Member, u Upload, progress func(*Job)) (*Job, error) {
	worker := workerName()
	j, err := in.start(ctx, by, u, worker)
	if err != nil {
		return nil, fmt.Errorf("import %q: %w", u.Mapping, err)
	}
	in.run(ctx, j, worker, progress)
	err = in.db.Read(context.WithoutCancel(ctx), pg.System, func(tx *pg.Tx) error {
		j, err = in.jobByID(context.WithoutCancel(ctx), tx, j.ID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("import %q: %w", u.Mapping, err)
	}
	if !j.State.Over() {
		return j, fmt.Errorf("import %d was interrupted: %w", j.ID, context.Cause(ctx))
	}
	return j, nil
}

// sweep removes what uploads that were cut off have left.
func (in *Intake) sweep() {
	left, err := filepath.Glob(filepath.Join(in.dir, "upload-*"))
	if err != nil {
		return
	}
	for _, path := range left {
		info, err := os.Stat(path)
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour && strings.HasPrefix(filepath.Base(path), "upload-") {
			if err := os.Remove(path); err != nil {
				in.log.Warn("remove a left-over upload", "error", err)
			}
		}
	}
}
