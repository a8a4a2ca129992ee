package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"liuhen/internal/pg"
)

// page is one page of the portal to measure against its own SQL.
type page struct {
	what     string
	username string
	path     func(*rand.Rand) string
	sample   string  // the path the SQL is recorded with
	subject  subject // the customer of sample and those to draw from
}

// pages are the pages of the measurement.
func (b *bench) pages() []page {
	always := func(path string) func(*rand.Rand) string { return func(*rand.Rand) string { return path } }
	portfolio := min(b.size.Portfolio, b.size.Customers/2)
	return []page{
		{
			what:     fmt.Sprintf("客户列表页，客户经理名下 %d 位", portfolio),
			username: oneManager, path: always("/customers"), sample: "/customers",
		},
		{
			what:     "客户列表页，合规看全部客户",
			username: withoutGrants, path: always("/customers"), sample: "/customers",
		},
		{
			what:     "客户档案页，全部遮蔽",
			username: withoutGrants, path: b.anybody.path(""), sample: b.anybody.sample(""), subject: b.anybody,
		},
	}
}

// path draws a customer of the range for each request.
func (s subject) path(rest string) func(*rand.Rand) string {
	return func(r *rand.Rand) string {
		id := s.from + r.Int64N(s.to-s.from+1)
		return "/customers/" + strconv.FormatInt(id+s.no-s.id, 10) + rest
	}
}

// sample is the path of the subject itself.
func (s subject) sample(rest string) string {
	return "/customers/" + strconv.FormatInt(s.no, 10) + rest
}

// againstSQL measures a page against pgbench playing the same statements: one
// line of the ratio and one of the slowest hundredth, with pgbench's own beside
// it, which says how much of it is the machine and the database.
func (b *bench) againstSQL(ctx context.Context, p page) error {
	statements, err := b.db.tap(ctx, b.portal, p.username, p.sample)
	if err != nil {
		return err
	}
	actor, err := b.db.actor(ctx, p.username)
	if err != nil {
		return err
	}
	v, err := b.visitor(ctx, p.username, p.path)
	if err != nil {
		return err
	}
	var slowest, theirSlowest []float64
	ours := func(ctx context.Context) (float64, error) {
		r, err := v.run(ctx, clients, b.size.Round)
		slowest = append(slowest, milliseconds(percentile(r.latencies, 99)))
		return r.perSecond(), err
	}
	peer := func(ctx context.Context) (float64, error) {
		text, variables := script(statements, p.subject, b.portal.Key.Claim(pg.Actor(actor), time.Now()))
		got, err := b.pgbench.run(ctx, text, variables, b.size.Round)
		theirSlowest = append(theirSlowest, milliseconds(got.slowest))
		return got.perSecond, err
	}
	mine, theirs, err := alternate(ctx, b.size.Rounds, ours, peer)
	if err != nil {
		return fmt.Errorf("%s: %w", p.what, err)
	}
	what := fmt.Sprintf("%s / pgbench 同样 %d 条语句", p.what, len(statements))
	if err := b.print(ratioLine(what, "次/秒", mine, theirs, AtLeast, 0.35)); err != nil {
		return err
	}
	tail := absoluteLine(p.what+"，"+strconv.Itoa(clients)+" 路 p99", "毫秒", median(slowest[1:]), AtMost, 25)
	return b.print(tail.beside(median(theirSlowest[1:])))
}

// visitor returns a signed-in visit to the running site.
func (b *bench) visitor(ctx context.Context, username string, path func(*rand.Rand) string) (visit, error) {
	v, err := signIn(ctx, b.addr, username)
	v.path = path
	return v, err
}
