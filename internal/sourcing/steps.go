package sourcing

import (
	"context"
	"errors"
	"hash/maphash"
	"io"

	"github.com/lib/pq"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// check reads the whole file once before anything is written: it must be UTF-8
// without C3 data and have rows. Then the number of rows is known.
func (r *run) check(ctx context.Context, m *Mapping) (err error) {
	r.bytes.Store(0)
	f, doc, p, err := r.open(m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := r.step(ctx, "check", 0, p.ignored); err != nil {
		return err
	}
	secret := newTracks()
	var n int64
	for ; ; n++ {
		rec, err := doc.records.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = notUTF8(rec)
		}
		if err == nil {
			err = secret.refuse(rec)
		}
		if err != nil {
			return err
		}
		if n%4096 == 0 {
			r.checked.Store(n)
			if r.cancel.Load() {
				return errCancelled
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if n == 0 {
		return fault.New(fault.Invalid, "文件只有表头，没有数据行。")
	}
	r.checked.Store(n)
	r.job.RowsTotal = n
	return r.step(ctx, "merge", n, p.ignored)
}

// step notes where the run is; rows is the number of rows once it is known.
func (r *run) step(ctx context.Context, step string, rows int64, ignored []string) error {
	const q = `
		UPDATE import_job
		SET step = $3,
			rows_total = NULLIF($4::bigint, 0),
			rows_checked = $4::bigint,
			ignored = $5
		WHERE id = $1
			AND worker = $2
			AND state = 'running'`
	return r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, q, r.job.ID, r.worker, step, rows, pq.Array(append([]string{}, ignored...)))
		if err == nil && n == 0 {
			return errLost
		}
		return err
	})
}

// chunks calls merge with each chunk behind the rows already done. Reading and
// converting goes on while a chunk is merged.
func (r *run) chunks(ctx context.Context, m *Mapping, merge func(context.Context, *plan, *chunk) error) (err error) {
	f, doc, p, err := r.open(m)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	pipe := make(chan *chunk, 1)
	defer func() {
		stop()
		for range pipe { // the producer has ended when it is closed
		}
		err = errors.Join(err, f.Close())
	}()
	source := &producer{plan: p, doc: doc, size: r.in.rows, seed: maphash.MakeSeed()}
	go source.produce(ctx, r.job.RowsDone, pipe)
	for c := range pipe {
		if r.cancel.Load() {
			return errCancelled
		}
		if c.err != nil {
			return c.err
		}
		if err := merge(ctx, p, c); err != nil {
			return err
		}
		if r.progress != nil {
			if err := r.reload(ctx); err != nil {
				return err
			}
			r.progress(r.job)
		}
	}
	return ctx.Err()
}

// mergeAll merges chunk by chunk, each in a transaction with its checkpoint.
func (r *run) mergeAll(ctx context.Context, m *Mapping) error {
	return r.chunks(ctx, m, func(ctx context.Context, p *plan, c *chunk) error {
		var done Counts
		err := r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
			n, rejects, err := mergeChunk(ctx, tx, p, c, r.order())
			if err != nil {
				return err
			}
			done = r.job.Counts.plus(n)
			return r.checkpoint(ctx, tx, done, rejects)
		})
		if err == nil {
			r.job.Counts, r.job.RowsDone = done, done.Rows()
		}
		return err
	})
}

func (r *run) order() order {
	return order{id: r.job.ID, source: r.job.SourceID, branch: r.job.BranchID}
}

// errRehearsed rolls a rehearsal back.
var errRehearsed = errors.New("a dry run changes nothing")

// rehearse merges the whole file in one transaction, which is rolled back. Its
// counts are saved beside. An interrupted rehearsal begins anew.
func (r *run) rehearse(ctx context.Context, m *Mapping) error {
	err := r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		if err := r.restart(ctx); err != nil {
			return err
		}
		err := r.chunks(ctx, m, func(ctx context.Context, p *plan, c *chunk) error {
			n, rejects, err := mergeChunk(ctx, tx, p, c, r.order())
			if err != nil {
				return err
			}
			if err := forget(ctx, tx, p); err != nil {
				return err
			}
			done := r.job.Counts.plus(n)
			err = r.in.db.InTx(ctx, pg.System, func(beside *pg.Tx) error {
				return r.checkpoint(ctx, beside, done, rejects)
			})
			if err == nil {
				r.job.Counts, r.job.RowsDone = done, done.Rows()
			}
			return err
		})
		if err != nil {
			return err
		}
		return errRehearsed
	})
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}
