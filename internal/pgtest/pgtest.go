// Package pgtest gives each test a database of its own: a clone of a template
// that the real migrations made, on a real PostgreSQL server private to the
// test binary. Nothing is mocked, so a test sees the policies, triggers and
// constraints that production sees.
//
// With TEST_DATABASE_URL set (a superuser's connection string) the server named
// there is used instead. With KEEPDB=1 databases are left behind and printed.
package pgtest

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/pg/embedded"
)

const (
	ownerRole = "liuhen_owner"
	password  = "test"
)

// server is the binary's PostgreSQL: started at first use, stopped by Main.
type server struct {
	once     sync.Once
	err      error
	embedded *embedded.Server
	dir      string
	admin    func(database string) string
	key      pg.ActorKey
	prefix   string
	made     atomic.Int64
	cloning  sync.Mutex // CREATE DATABASE … TEMPLATE wants the template to itself
}

// shared is the one server of a test binary; tests of a package share it.
var shared server

// Main runs the tests of a package and stops the server afterwards. Use it as
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		code = 1
	}
	os.Exit(code)
}

// DB is a test's own database.
type DB struct {
	*pg.DB
	t     testing.TB
	Name  string
	Owner *sql.DB // the owner's connection: sees and changes everything
	Key   pg.ActorKey
}

// New returns a fresh, migrated, empty database and drops it when t ends.
func New(t testing.TB) *DB {
	t.Helper()
	ctx := context.Background()
	shared.once.Do(func() { shared.err = shared.start(ctx) })
	if shared.err != nil {
		t.Fatalf("pgtest: %v", shared.err)
	}
	name := fmt.Sprintf("%s_%d", shared.prefix, shared.made.Add(1))
	if err := shared.clone(ctx, name); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	db := &DB{t: t, Name: name, Key: shared.key}
	t.Cleanup(func() { db.drop() })
	var err error
	if db.Owner, err = sql.Open("postgres", shared.admin(name)+" timezone=Asia/Shanghai"); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	if db.DB, err = pg.Open(ctx, AppDSN(db), shared.key); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return db
}

// AppDSN returns the connection string of the program's role for db.
func AppDSN(db *DB) string {
	return replaceUser(shared.admin(db.Name), "liuhen_app", password)
}

// replaceUser appends another user to a key=value string; the last one counts.
func replaceUser(dsn, user, password string) string {
	return dsn + " user=" + user + " password=" + password
}

func (s *server) start(ctx context.Context) error {
	s.key = pg.NewActorKey()
	s.prefix = fmt.Sprintf("t%d", os.Getpid())
	if dsn := os.Getenv("TEST_DATABASE_URL"); dsn != "" {
		s.admin = func(database string) string { return dsn + " dbname=" + database }
	} else if err := s.startEmbedded(ctx); err != nil {
		return err
	}
	return s.makeTemplate(ctx)
}

func (s *server) startEmbedded(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("/tmp", "lh"); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o711); err != nil {
		return err
	}
	s.embedded, err = embedded.Start(ctx, embedded.Options{
		Dir: filepath.Join(s.dir, "pg"),
		Settings: map[string]string{
			"fsync":              "off",
			"synchronous_commit": "off",
			"full_page_writes":   "off",
			"max_connections":    "300",
			"shared_buffers":     "64MB",
		},
	})
	if err != nil {
		return err
	}
	s.admin = s.embedded.AdminDSN
	return nil
}

// makeTemplate migrates the template database as a role that is not superuser,
// so that the migrations are known to need no more than the README asks for.
func (s *server) makeTemplate(ctx context.Context) error {
	if err := s.exec(ctx, "postgres", s.createRoles()); err != nil {
		return fmt.Errorf("create roles: %w", err)
	}
	if err := s.exec(ctx, "postgres", "CREATE DATABASE "+s.prefix+" OWNER "+ownerRole); err != nil {
		return fmt.Errorf("create template: %w", err)
	}
	if err := s.exec(ctx, s.prefix, "ALTER SCHEMA public OWNER TO "+ownerRole); err != nil {
		return err
	}
	owner := replaceUser(s.admin(s.prefix), ownerRole, password)
	_, err := pg.Migrate(ctx, owner, s.key)
	return err
}

func (s *server) createRoles() string {
	return `
		DO $$
		BEGIN
			IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '` + ownerRole + `') THEN
				CREATE ROLE ` + ownerRole + ` LOGIN PASSWORD '` + password + `';
			END IF;
			IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'liuhen_app') THEN
				CREATE ROLE liuhen_app LOGIN PASSWORD '` + password + `';
			END IF;
			ALTER ROLE liuhen_app LOGIN PASSWORD '` + password + `';
		END
		$$`
}

func (s *server) clone(ctx context.Context, name string) error {
	s.cloning.Lock()
	defer s.cloning.Unlock()
	return s.exec(ctx, "postgres", "CREATE DATABASE "+name+" TEMPLATE "+s.prefix+" OWNER "+ownerRole)
}

func (s *server) exec(ctx context.Context, database, query string) error {
	db, err := sql.Open("postgres", s.admin(database))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, query)
	return err
}

func (s *server) stop() error {
	if s.admin == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if s.embedded == nil {
		return s.exec(ctx, "postgres", "DROP DATABASE IF EXISTS "+s.prefix+" WITH (FORCE)")
	}
	if err := s.embedded.Stop(ctx); err != nil {
		return err
	}
	return os.RemoveAll(s.dir)
}

func (db *DB) drop() {
	for _, close := range []func() error{db.closeApp, db.closeOwner} {
		if err := close(); err != nil {
			db.t.Errorf("pgtest: close: %v", err)
		}
	}
	if os.Getenv("KEEPDB") != "" {
		db.t.Logf("kept: psql %q", shared.admin(db.Name))
		return
	}
	if err := shared.exec(context.Background(), "postgres", "DROP DATABASE "+db.Name+" WITH (FORCE)"); err != nil {
		db.t.Errorf("pgtest: drop: %v", err)
	}
}

func (db *DB) closeApp() error {
	if db.DB == nil {
		return nil
	}
	return db.DB.Close()
}

func (db *DB) closeOwner() error {
	if db.Owner == nil {
		return nil
	}
	return db.Owner.Close()
}

// MustExec runs a statement as the owner, past every policy, and fails t if it
// fails.
func (db *DB) MustExec(query string, args ...any) {
	db.t.Helper()
	if _, err := db.Owner.Exec(query, args...); err != nil {
		db.t.Fatalf("exec %.60q: %v", strings.TrimSpace(query), err)
	}
}

// QueryInt returns the one number that a query of the owner yields.
func (db *DB) QueryInt(query string, args ...any) int64 {
	db.t.Helper()
	var n int64
	if err := db.Owner.QueryRow(query, args...).Scan(&n); err != nil {
		db.t.Fatalf("query %.60q: %v", strings.TrimSpace(query), err)
	}
	return n
}

// OwnerDSN returns the connection string of the role that owns db's tables.
func OwnerDSN(db *DB) string {
	return replaceUser(shared.admin(db.Name), ownerRole, password)
}
