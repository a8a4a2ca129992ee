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

// check reads the whole file once before anything is written: it must be readable
// without C3 data and have rows. Then the number of rows is known.
func (r *run) check(ctx context.Context, m *Mapping) (err error) {
	r.bytes.Store(0)
	f, doc, p, err := r.open(m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := r.step(ctx, "check", 0, p.ignored, ""); err != nil {
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
	return r.step(ctx, "merge", n, p.ignored, doc.records.encoding())
}

// step notes where the run is; rows and enc are known once
// the file has been checked.
func (r *run) step(ctx context.Context, step string, rows int64, ignored []string, enc Encoding) error {
	const q = `
		UPDATE import_job
		SET step = $3,
			rows_total = NULLIF($4::bigint, 0),
			rows_checked = $4::bigint,
			ignored = $5,
			encoding = $6
		WHERE id = $1
			AND worker = $2
			AND state = 'running'`
	return r.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, q, r.job.ID, r.worker, step, rows, pq.Array(append([]string{}, ignored...)), string(enc))
		if err == nil && n == 0 {
			return errLost
		}
		return err
	})
}

// chunks calls merge with each chunk behind the rows already done. Reading and
// converting goes on while a chunk is merged.
func (r *run) chunks(ctx context.Context, m *Mapping, merge func(*plan, *chunk) error) (err error) {
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
		if err := merge(p, c); err != nil {
			return err
		}
	}
	return ctx.Err()
}
