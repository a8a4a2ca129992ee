package sourcing

import (
	"context"
	"errors"
	"sync"

	"liuhen/internal/pg"
)

// mergeAll merges chunk by chunk, each in a transaction with its checkpoint.
// Merges follow each other strictly; the next chunk is staged meanwhile, in a
// transaction of its own.
func (r *run) mergeAll(ctx context.Context, m *Mapping) error {
	ctx, stop := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	var waiting *turn
	err := r.chunks(ctx, m, func(p *plan, c *chunk) error {
		before := waiting
		waiting = r.queue(ctx, &work, p, c)
		return r.take(ctx, before)
	})
	if err != nil {
		return err
	}
	return r.take(ctx, waiting)
}

// turn is a chunk on its way: it is staged at once and merged when it is called.
type turn struct {
	called chan struct{} // closed once the chunk before is committed
	ended  chan error    // of its transaction
	done   Counts        // of the whole file, with the chunk
}

// queue begins the transaction of a chunk. It is rolled back if ctx ends first.
func (r *run) queue(ctx context.Context, work *sync.WaitGroup, p *plan, c *chunk) *turn {
	t := &turn{called: make(chan struct{}), ended: make(chan error, 1)}
	merge := func(tx *pg.Tx) error {
		if err := stageChunk(ctx, tx, p, c); err != nil {
			return err
		}
		select {
		case <-t.called:
		case <-ctx.Done():
			return ctx.Err()
		}
		n, rejects, err := mergeChunk(ctx, tx, p, c, r.order())
		if err != nil {
			return err
		}
		t.done = r.job.Counts.plus(n)
		return r.checkpoint(ctx, tx, t.done, rejects)
	}
	work.Go(func() { t.ended <- r.in.db.InTx(ctx, pg.System, merge) })
	return t
}

// take calls a chunk and waits for its commit; nil is none to call.
func (r *run) take(ctx context.Context, t *turn) error {
	if t == nil {
		return nil
	}
	if r.cancel.Load() {
		return errCancelled
	}
	close(t.called)
	if err := <-t.ended; err != nil {
		return err
	}
	return r.advance(ctx, t.done)
}

// advance notes that the rows up to here are done, and tells so.
func (r *run) advance(ctx context.Context, done Counts) error {
	r.job.Counts, r.job.RowsDone = done, done.Rows()
	if r.progress == nil {
		return nil
	}
	if err := r.reload(ctx); err != nil {
		return err
	}
	r.progress(r.job)
	return nil
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
		err := r.chunks(ctx, m, func(p *plan, c *chunk) error {
			if err := stageChunk(ctx, tx, p, c); err != nil {
				return err
			}
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
			if err != nil {
				return err
			}
			return r.advance(ctx, done)
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
