package sourcing

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// poll is how often a process looks for imports that it was not told of:
// queued by another process, or left behind by one that died.
const poll = 2 * time.Second

// Chores are what goes on of sourcing beside the pages: queued imports are run,
// one after the other, those whose process died are taken over, and what has been
// decided of conflicts is merged; what is kept for a time is forgotten; and the
// watched folder is looked into, unless it is empty.
func (in *Intake) Chores(watched string) []chore.Chore {
	list := []chore.Chore{
		{Name: "run imports", Every: poll, Bell: in.bell, Round: in.next},
		{Name: "forget what imports kept", Every: time.Hour, Round: chore.Once(in.expire)},
	}
	if watched != "" {
		w := in.watcher(watched, settles)
		list = append(list, chore.Chore{Name: "look into the watched folder", Every: poll, Round: chore.Once(w.scan)})
	}
	return list
}

// next runs the next import there is, or merges what has been decided.
func (in *Intake) next(ctx context.Context) (more bool, err error) {
	worker := workerName()
	j, err := in.claim(ctx, worker)
	if err != nil {
		return false, bare(err)
	}
	if j != nil {
		in.run(ctx, j, worker, nil)
		return true, nil
	}
	return false, bare(in.mergeDecided(ctx))
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
