package bench

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// consentGrowth is what customers said, on top of growth.
//
//go:embed grow_consents.sql
var consentGrowth string

// Consents measures the pages that count consents, each asked for again and again
// by one person, and the lists behind their figures. It returns ErrMissed if a
// target was missed and the size is enforced.
func Consents(ctx context.Context, o Options) (err error) {
	b := &bench{options: o, size: o.Size}
	folder, err := makeFolder()
	if err != nil {
		return err
	}
	defer func() { err = finish(err, func() error { return os.RemoveAll(folder) }) }()
	if b.portal, err = o.Open(ctx, filepath.Join(folder, "consents")); err != nil {
		return err
	}
	defer func() { err = finish(err, b.portal.Close) }()
	b.portal.Data = "合成客户，每位至多 35 个类别×渠道的授权"
	if b.db, err = openDatabase(b.portal.Server); err != nil {
		return err
	}
	defer func() { err = finish(err, b.db.Close) }()
	b.note(fmt.Sprintf("加入 %d 位合成客户及其授权", b.size.Customers))
	if err := b.db.grow(ctx, b.size); err != nil {
		return err
	}
	for _, text := range []string{consentGrowth, `VACUUM (ANALYZE)`, `CHECKPOINT`} {
		if _, err := b.db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("grow consents: %w", err)
		}
	}
	err = serving(ctx, b.portal, func(addr string) error {
		b.addr = addr
		return b.counted(ctx)
	})
	if err != nil {
		return err
	}
	return b.conclude(ctx)
}

// counted measures the pages.
func (b *bench) counted(ctx context.Context) error {
	for _, p := range []struct {
		what, username, path string
		target               float64 // 0 for none
	}{
		{"授权总览，全行", withoutGrants, "/consents", 150},
		{"授权总览，客户经理名下", oneManager, "/consents", 150},
		{"名单：同意公募×单聊，全行", withoutGrants, "/customers?granted=fund.chat", 0},
		{"名单：尚未征询，全行", withoutGrants, "/customers?consent=unasked", 0},
		{"名单：同意公募×单聊，客户经理名下", oneManager, "/customers?granted=fund.chat", 0},
		{"撤回名单，全行", withoutGrants, "/consents/withdrawals", 0},
	} {
		v, err := b.visitor(ctx, p.username, func(*rand.Rand) string { return p.path })
		if err != nil {
			return err
		}
		var all []float64
		for range b.size.Rounds {
			r, err := v.run(ctx, 1, b.size.Round)
			if err != nil {
				return fmt.Errorf("%s: %w", p.what, err)
			}
			all = append(all, milliseconds(percentile(r.latencies, 95)))
		}
		line := absoluteLine(p.what+"，p95", "毫秒", median(all), AtMost, p.target)
		if p.target == 0 {
			line.Bound, line.OK = "", true
		}
		if err := b.print(line); err != nil {
			return err
		}
	}
	return nil
}
