package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"liuhen/internal/pg"
	"liuhen/web"
)

// house is an opened installation: its database, its keys and its services.
type house struct {
	log      *slog.Logger
	keys     *keys
	database *database
	db       *pg.DB
	deps     web.Deps
}

// opener reaches the database: openDatabase for the portal itself,
// joinDatabase for a command that may run beside it.
type opener func(context.Context, *config, *keys, *slog.Logger) (*database, error)

// openHouse opens the installation that the settings name and brings its
// database up to date where the owner's connection is known.
func openHouse(ctx context.Context, c *config, in input, reach opener) (h *house, err error) {
	h = &house{log: newLog(c)}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
			h = nil
		}
	}()
	if err := os.MkdirAll(c.data, 0o755); err != nil {
		return h, fmt.Errorf("建数据目录 %s：%w", c.data, err)
	}
	if h.keys, err = loadKeys(c.data, in.getenv); err != nil {
		return h, err
	}
	if h.database, err = reach(ctx, c, h.keys, h.log); err != nil {
		return h, err
	}
	if _, err := h.database.migrate(ctx, h.keys); err != nil {
		return h, fmt.Errorf("升级数据库：%w", err)
	}
	if h.db, err = pg.Open(ctx, h.database.app, h.keys.actor); err != nil {
		return h, err
	}
	if err := h.db.CheckSchema(ctx); err != nil {
		return h, err
	}
	h.deps, err = web.Assemble(h.log, h.db, h.keys.seal, c.data)
	return h, err
}

// close ends what openHouse began, in the opposite order.
func (h *house) close() error {
	var errs []error
	if h.db != nil {
		errs = append(errs, h.db.Close())
	}
	if h.database != nil {
		errs = append(errs, h.database.close())
	}
	return errors.Join(errs...)
}

// newLog returns the program's log, on standard error.
func newLog(c *config) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: c.logLevel}))
}
