package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/module"
	"liuhen/web"
)

// runServe runs the portal until it is told to stop.
func runServe(ctx context.Context, in input) (err error) {
	c := &config{}
	f := c.flags(in, "serve")
	c.serveFlags(in, f)
	if err := c.parse(f, in.args); err != nil {
		return err
	}
	h, err := openHouse(ctx, c, in, openDatabase)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	return h.serve(ctx, c, func(url string) error {
		_, err := fmt.Fprintf(in.out, "留痕已启动：%s\n数据目录：%s\n", url, c.data)
		return err
	})
}

// serve listens, says where with ready, and serves until ctx ends or the
// embedded database gives up. Requests under way get ten seconds to finish.
func (h *house) serve(ctx context.Context, c *config, ready func(url string) error) error {
	collectLess()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h.deps.Firm, h.deps.Secure, h.deps.Proxies = c.firm, c.https, c.proxies
	site := web.New(h.deps)
	if err := h.db.Listen(ctx, h.log, site.Heard, site.Missed); err != nil {
		return err
	}
	var work sync.WaitGroup
	work.Go(func() { chore.RunAll(ctx, h.log, h.chores(c.watch)...) })
	ln, err := net.Listen("tcp", c.addr)
	if err != nil {
		return fmt.Errorf("不能监听 %s（是否已有程序占用？可用 --addr 换一个端口）：%w", c.addr, err)
	}
	server := &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
	}
	server.RegisterOnShutdown(site.Close)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	if err := ready("http://" + ln.Addr().String()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case <-ctx.Done():
	case err = <-served:
	case <-h.database.gone():
		err = fmt.Errorf("内置数据库停止了：%w", h.database.server.Err())
	}
	stopping, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	err = errors.Join(err, server.Shutdown(stopping))
	cancel()
	work.Wait()
	return err
}

// collectLess lets the heap grow to eight times what is live before it is
// collected, within a limit: little lives long here, and at the usual two times
// a busy portal collects a hundred times a second. GOGC and GOMEMLIMIT win.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(700)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(512 << 20)
	}
}

// chores are what goes on beside the pages: imports, the tags of customers while
// their module is in use, the ledger of consent likewise, requests that go to
// somebody else, the stop of break-glass that are over, the sums of whose access is
// usual, and the sweep of sessions that are over.
func (h *house) chores(watched string) []chore.Chore {
	tags := h.deps.TagKeeper.Chore()
	tags.While = h.deps.Modules.While(module.Tags)
	all := h.deps.Intake.Chores(watched)
	for _, c := range h.deps.ConsentKeeper.Chores() {
		c.While = h.deps.Modules.While(module.Consent)
		all = append(all, c)
	}
	return append(all,
		tags,
		h.deps.Router.Chore(),
		chore.Chore{Name: "stop break-glass", Every: time.Minute, Round: chore.Once(h.deps.Desk.StopGlass)},
		chore.Chore{Name: "sum days of access", Every: time.Hour, Round: chore.Once(h.deps.Desk.SumDays)},
		chore.Chore{Name: "sweep sessions", Every: time.Hour, Round: chore.Once(h.deps.People.Sweep)},
	)
}
