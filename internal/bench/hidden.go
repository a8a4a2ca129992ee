package bench

import (
	"context"
	"fmt"
	"time"
)

// policies measures a file whose four closed groups are all open, read through
// row-level security, against the same page with the policies switched off.
func (b *bench) policies(ctx context.Context) error {
	v, err := b.visitor(ctx, withMany, b.opened.path(""))
	if err != nil {
		return err
	}
	with := func(hidden bool) side {
		return func(ctx context.Context) (float64, error) {
			if err := b.db.hide(ctx, hidden); err != nil {
				return 0, err
			}
			r, err := v.run(ctx, clients, b.size.Round)
			return r.perSecond(), err
		}
	}
	ours, peer, err := alternate(ctx, b.size.Rounds, with(true), with(false))
	if err := finish(err, func() error { return b.db.hide(ctx, true) }); err != nil {
		return fmt.Errorf("policies: %w", err)
	}
	return b.print(ratioLine("客户档案页，四组已开放 / 同页关闭行级安全", "次/秒", ours, peer, AtLeast, 0.7))
}

// manyGrants compares how long one open section of the same ten customers takes
// for a person with very many live grants and for one with ten. The requests
// alternate one by one.
func (b *bench) manyGrants(ctx context.Context) error {
	path := b.fewest.path("/sections/assets")
	many, err := b.visitor(ctx, withMany, path)
	if err != nil {
		return err
	}
	few, err := b.visitor(ctx, withFewGrants, path)
	if err != nil {
		return err
	}
	var ours, peer []float64
	for round := range b.size.Rounds + 1 {
		m, f, err := takeTurns(ctx, many, few, b.size.Looks)
		if err != nil {
			return fmt.Errorf("many grants: %w", err)
		}
		if round > 0 {
			ours, peer = append(ours, m), append(peer, f)
		}
	}
	what := fmt.Sprintf("开放的资产分组，持 %d 份在期授权的人 / 持 10 份的人", b.size.grants())
	return b.print(ratioLine(what, "毫秒", median(ours), median(peer), AtMost, 1.2))
}

// takeTurns asks n times over one connection each, in turn, and returns the
// median times in milliseconds.
func takeTurns(ctx context.Context, a, b visit, n int) (ofA, ofB float64, err error) {
	rnd := newRandom()
	one, err := a.dial(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer one.close()
	other, err := b.dial(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer other.close()
	var left, right []time.Duration
	for range n {
		path := a.path(rnd)
		l, _, err := one.get(path)
		if err != nil {
			return 0, 0, err
		}
		r, _, err := other.get(path)
		if err != nil {
			return 0, 0, err
		}
		left, right = append(left, l), append(right, r)
	}
	return milliseconds(percentile(left, 50)), milliseconds(percentile(right, 50)), ctx.Err()
}
