package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
	"liuhen/internal/pg/embedded"
)

// Names in the embedded cluster.
const (
	databaseName = "liuhen"
	ownerRole    = "liuhen_owner"
	appRole      = "liuhen_app"
)

// database is where the portal's data live while the process runs.
type database struct {
	app    string           // connection string of the program's role
	owner  string           // connection string of the owner; empty if not known
	server *embedded.Server // nil for an outside server
}

// openDatabase makes the database reachable: the outside one of the settings,
// or the embedded one, which it starts and furnishes with its roles.
func openDatabase(ctx context.Context, c *config, k *keys, log *slog.Logger) (*database, error) {
	if c.database != "" {
		return &database{app: c.database, owner: c.owner}, nil
	}
	s, err := embedded.Start(ctx, embedded.Options{
		Dir:      filepath.Join(c.data, "pg"),
		Bundle:   c.bundle,
		Logger:   log,
		Settings: serverSettings(usableMemory()),
	})
	if err != nil {
		return nil, err
	}
	d := &database{
		app:    s.DSN(appRole, k.AppPassword, databaseName),
		owner:  s.DSN(ownerRole, k.OwnerPassword, databaseName),
		server: s,
	}
	if err := furnish(ctx, s, k); err != nil {
		return nil, errors.Join(fmt.Errorf("准备内置数据库：%w", err), d.close())
	}
	return d, nil
}

// joinDatabase is openDatabase for a command that may run beside the portal: it
// uses the embedded server that another process already runs.
func joinDatabase(ctx context.Context, c *config, k *keys, log *slog.Logger) (*database, error) {
	d, err := openDatabase(ctx, c, k, log)
	if !errors.Is(err, embedded.ErrInUse) {
		return d, err
	}
	dir := filepath.Join(c.data, "pg")
	app, appErr := embedded.DSN(dir, appRole, k.AppPassword, databaseName)
	owner, ownerErr := embedded.DSN(dir, ownerRole, k.OwnerPassword, databaseName)
	return &database{app: app, owner: owner}, errors.Join(appErr, ownerErr)
}

// close stops the embedded server.
func (d *database) close() error {
	if d.server == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	return d.server.Stop(ctx)
}

// migrate brings the schema up to date, if the owner's connection is known.
func (d *database) migrate(ctx context.Context, k *keys) (int, error) {
	if d.owner == "" {
		return 0, nil
	}
	return pg.Migrate(ctx, d.owner, k.actor)
}

// furnish makes the two roles and the database of an embedded cluster. It may
// be run again at any time.
func furnish(ctx context.Context, s *embedded.Server, k *keys) (err error) {
	db, err := sql.Open("postgres", s.AdminDSN("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for role, password := range map[string]string{ownerRole: k.OwnerPassword, appRole: k.AppPassword} {
		if err := ensureRole(ctx, db, role, password); err != nil {
			return err
		}
	}
	var exists bool
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, databaseName).Scan(&exists); err != nil {
		return err
	}
	if exists {
		return nil
	}
	_, err = db.ExecContext(ctx, "CREATE DATABASE "+databaseName+" OWNER "+ownerRole)
	if err != nil {
		return err
	}
	return ownSchema(ctx, s)
}

func ensureRole(ctx context.Context, db *sql.DB, role, password string) error {
	var exists bool
	if err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, role).Scan(&exists); err != nil {
		return err
	}
	verb := "CREATE"
	if exists {
		verb = "ALTER"
	}
	_, err := db.ExecContext(ctx, verb+" ROLE "+role+" LOGIN PASSWORD "+pq.QuoteLiteral(password))
	return err
}

// ownSchema hands the public schema to the owner, which PostgreSQL 15 and later
// otherwise keep for the superuser.
func ownSchema(ctx context.Context, s *embedded.Server) (err error) {
	db, err := sql.Open("postgres", s.AdminDSN(databaseName))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	_, err = db.ExecContext(ctx, "ALTER SCHEMA public OWNER TO "+ownerRole)
	return err
}

// gone is closed when the embedded server has given up; never for an outside one.
func (d *database) gone() <-chan struct{} {
	if d.server == nil {
		return nil
	}
	return d.server.Done()
}
