package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
)

// sessions measures what the session layer takes away from the list page. The
// site has no door that goes around sign-in, so the layer is measured by itself
// around an answer that costs nothing, against that answer alone, and the time
// it adds to a request is taken off the page's.
func (b *bench) sessions(ctx context.Context) error {
	list, err := b.visitor(ctx, oneManager, func(*rand.Rand) string { return "/customers" })
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/with", b.portal.SessionLayer)
	mux.HandleFunc("/without", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	return serveHandler(mux, func(addr string) error {
		figure := func(v visit) side {
			return func(ctx context.Context) (float64, error) {
				r, err := v.run(ctx, clients, b.size.Round)
				return r.perSecond(), err
			}
		}
		at := func(path string) visit {
			return visit{addr: addr, cookie: list.cookie, path: func(*rand.Rand) string { return path }}
		}
		with, without, err := alternate(ctx, b.size.Rounds, figure(at("/with")), figure(at("/without")))
		if err != nil {
			return fmt.Errorf("sessions: %w", err)
		}
		page, _, err := alternate(ctx, b.size.Rounds, figure(list), nothing)
		if err != nil {
			return fmt.Errorf("sessions: %w", err)
		}
		return b.print(ratioLine("客户列表页 / 扣除单独测得的会话层用时", "次/秒", page, lessLayer(page, with, without), AtLeast, 0.85))
	})
}

// lessLayer returns how many requests a second a page would answer without a
// layer, from the rates of the page, of the layer around nothing, and of nothing.
func lessLayer(page, with, without float64) float64 {
	added := max(0, 1/with-1/without)
	return 1 / max(1/page-added, 1e-9)
}

// nothing stands where there is no peer to run.
func nothing(context.Context) (float64, error) { return 0, nil }
