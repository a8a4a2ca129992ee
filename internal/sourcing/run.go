package sourcing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// A run ends early for one of these, or for a fault of the file.
var (
	errCancelled = errors.New("the import was cancelled")
	errLost      = errors.New("another process has taken the import over")
)

// run is one process's work on one import.
type run struct {
	in       *Intake
	job      *Job
	worker   string
	progress func(*Job)
	checked  atomic.Int64 // records of the check so far
	bytes    atomic.Int64 // of the stored file, read so far
	cancel   atomic.Bool  // a person asked for it
}

// maxAttempts is how often an import is tried without getting any further.
const maxAttempts = 4

// run works on j until it ends, is lost or ctx ends, and leaves the job in the
// state that follows.
func (in *Intake) run(ctx context.Context, j *Job, worker string, progress func(*Job)) {
	r := &run{in: in, job: j, worker: worker, progress: progress}
	log := in.log.With("import", j.ID, "mapping", j.Mapping)
	for try := j.Attempts; ; try++ {
		err := r.once(ctx)
		f := fault.As(err)
		switch {
		case err == nil:
			err = r.end(ctx, Done, "")
		case errors.Is(err, errLost):
			log.WarnContext(ctx, "import taken over by another process")
			return
		case errors.Is(err, errCancelled):
			err = r.end(ctx, Cancelled, "")
		case ctx.Err() != nil:
			err = r.release(context.WithoutCancel(ctx))
		case f != nil && f.Kind == fault.Invalid:
			err = r.end(ctx, Failed, f.Sentence)
		case try < maxAttempts:
			log.WarnContext(ctx, "import broke off and is tried again", "error", bare(err))
			time.Sleep(time.Second)
			if err = r.reload(ctx); err == nil {
				continue
			}
		default:
			log.ErrorContext(ctx, "import failed", "error", bare(err))
			err = r.end(ctx, Failed, "导入多次中断，已停下；此前的整批数据已经入库。请联系管理员查看日志后重新导入。")
		}
		if err != nil {
			log.ErrorContext(ctx, "import left as it is", "error", bare(err))
		}
		return
	}
}

// once goes through the file from where the job stands.
func (r *run) once(ctx context.Context) (err error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	beating := make(chan struct{})
	go func() {
		defer close(beating)
		r.beat(ctx, stop)
	}()
	defer func() {
		if cause := context.Cause(ctx); errors.Is(cause, errLost) {
			err = errLost
		}
		stop(nil)
		<-beating
	}()
	m, err := r.in.mapping(ctx, r.job.Mapping)
	if err != nil {
		return err
	}
	if r.job.RowsTotal == 0 {
		if err := r.check(ctx, m); err != nil {
			return err
		}
	}
	if r.job.DryRun {
		return r.rehearse(ctx, m)
	}
	return r.mergeAll(ctx, m)
}

// open opens the job's file and binds its header.
func (r *run) open(m *Mapping) (*os.File, *document, *plan, error) {
	f, err := os.Open(r.in.path(r.job.ID))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, nil, fault.Wrap(fault.Invalid, "上传的文件已不在本机，无法继续。请重新上传。", err)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	doc, err := openDocument(&counted{f, &r.bytes}, r.job.Sheet)
	if err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	p, err := bind(m, doc.header, r.in.key)
	if err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	return f, doc, p, nil
}

// counted counts what is read.
type counted struct {
	f *os.File
	n *atomic.Int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.f.Read(b)
	c.n.Add(int64(n))
	return n, err
}

func (c *counted) ReadAt(b []byte, at int64) (int, error) {
	n, err := c.f.ReadAt(b, at)
	c.n.Add(int64(n))
	return n, err
}

func (c *counted) Stat() (os.FileInfo, error) { return c.f.Stat() }

// beat keeps the lease, tells how far the check is, and hears of a wish to
// cancel, until ctx ends. A lost lease stops the run.
func (r *run) beat(ctx context.Context, stop context.CancelCauseFunc) {
	tick := time.NewTicker(r.in.lease / 8)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		var cancel bool
		err := r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
			const q = `
				UPDATE import_job
				SET heartbeat_at = clock_timestamp(),
					rows_checked = GREATEST(rows_checked, $3::bigint),
					bytes_done = $4::bigint
				WHERE id = $1
					AND worker = $2
					AND state = 'running'
				RETURNING cancel_requested_at IS NOT NULL`
			if err := tx.Get(ctx, &cancel, q, r.job.ID, r.worker, r.checked.Load(), r.bytes.Load()); err != nil {
				return err
			}
			return tx.Notify(ctx, "import", fmt.Sprint(r.job.ID))
		})
		switch {
		case pg.IsNoRows(err):
			stop(errLost)
			return
		case err != nil && ctx.Err() == nil:
			r.in.log.WarnContext(ctx, "import heartbeat", "import", r.job.ID, "error", bare(err))
		case cancel:
			r.cancel.Store(true)
		}
	}
}

// bare strips a database error of its message, which may quote a value of the
// file: the log must not hold customer data.
func bare(err error) error {
	var pe *pq.Error
	if !errors.As(err, &pe) {
		return err
	}
	return fmt.Errorf("database error %s in table %q, constraint %q", pe.Code, pe.Table, pe.Constraint)
}
