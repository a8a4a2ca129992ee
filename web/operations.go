package web

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// healthz answers while the process runs.
func (s *shell) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyz answers 200 while the database does.
func (s *shell) readyz(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 2*time.Second)
	defer cancel()
	if err := s.DB.Ping(ctx); err != nil {
		s.Log.WarnContext(ctx, "not ready", "error", err)
		return c.String(http.StatusServiceUnavailable, "database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}

// metrics serves the figures to programs on this machine only, and to nobody
// whom a proxy brings.
func (s *shell) metrics(c echo.Context) error {
	forwarded := c.Request().Header.Get(echo.HeaderXForwardedFor) != "" || c.Request().Header.Get("Forwarded") != ""
	if ip := net.ParseIP(c.RealIP()); ip == nil || !ip.IsLoopback() || forwarded {
		return echo.ErrNotFound
	}
	promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}).ServeHTTP(c.Response(), c.Request())
	return nil
}

// measured counts requests and their time by route and status. Routes are
// patterns, so no customer number becomes a label.
func (s *shell) measured(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		err := next(c)
		if c.Path() != "/live" {
			labels := prometheus.Labels{"method": c.Request().Method, "route": c.Path(), "status": strconv.Itoa(c.Response().Status)}
			s.took.With(labels).Observe(time.Since(start).Seconds())
		}
		return err
	}
}

// newTook registers the histogram of request times.
func newTook(r *prometheus.Registry) *prometheus.HistogramVec {
	return promauto.With(r).NewHistogramVec(prometheus.HistogramOpts{
		Name:    "liuhen_http_request_seconds",
		Help:    "Time to answer a request, by route pattern and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
	}, []string{"method", "route", "status"})
}

// newStuck registers the gauge of requests that nobody can decide, for an alarm.
func newStuck(r *prometheus.Registry, stuck func() int) {
	promauto.With(r).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "liuhen_approval_steps_stuck",
		Help: "Approval steps that wait for somebody who cannot decide and whom nobody stands in for.",
	}, func() float64 { return float64(stuck()) })
}

// newDiffer registers the gauge of consents whose state is not what their ledger
// gives. It is nought.
func newDiffer(r *prometheus.Registry, differ func() int64) {
	promauto.With(r).NewGaugeFunc(prometheus.GaugeOpts{
		Name: "liuhen_consent_cells_differ",
		Help: "Cells whose state differs from the ledger of consent, at the last check.",
	}, func() float64 { return float64(differ()) })
}
