// Package chore is what a process does beside its pages, again and again: take up
// imports, evaluate tags, move requests on, sweep. Every process that serves the
// portal runs every chore; what one of them takes up the others leave alone, by a
// lease or a lock of the chore's own.
package chore

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Chore is one thing to do.
type Chore struct {
	Name  string        // what the log calls it
	Every time.Duration // the longest between two rounds
	Bell  Bell          // begins a round at once; nil where nobody rings
	// While holds a round back for as long as it is false; nil for always.
	While func(context.Context) (bool, error)
	// Round does what there is to do now. It reports whether there may be more, which
	// is then done without a wait. An error is logged, once until it changes, and the next
	// round tries again.
	Round func(context.Context) (more bool, err error)
}

// Once is a round after which there is nothing more.
func Once(do func(context.Context) error) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) { return false, do(ctx) }
}

// Run does rounds until ctx ends, and returns when the last is over.
func (c Chore) Run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(c.Every)
	defer tick.Stop()
	failing := ""
	for ctx.Err() == nil {
		more, err := c.round(ctx)
		if err == nil {
			failing = ""
		} else if ctx.Err() == nil && err.Error() != failing {
			failing = err.Error()
			log.ErrorContext(ctx, "chore failed", "chore", c.Name, "error", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-c.Bell:
		}
	}
}

func (c Chore) round(ctx context.Context) (more bool, err error) {
	if c.While != nil {
		if now, err := c.While(ctx); err != nil || !now {
			return false, err
		}
	}
	return c.Round(ctx)
}

// RunAll runs chores beside each other until ctx ends, and returns when all of
// them have.
func RunAll(ctx context.Context, log *slog.Logger, chores ...Chore) {
	var all sync.WaitGroup
	for _, c := range chores {
		all.Go(func() { c.Run(ctx, log) })
	}
	all.Wait()
}

// Bell lets a chore begin its next round at once.
type Bell chan struct{}

// NewBell returns a bell.
func NewBell() Bell { return make(Bell, 1) }

// Ring never waits: rung while a round is under way, it begins one more.
func (b Bell) Ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}
