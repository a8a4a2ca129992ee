package pg

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// DB is a pool of connections of the program's role. It is safe for use by
// several goroutines.
type DB struct {
	pool *sqlx.DB
	dsn  string
	key  ActorKey
}

// Open connects to the database that dsn names (lib/pq key=value or URL form)
// as the program's role and proves actors with key. It fails if the server does
// not answer, and refuses a role that owns the tables or bypasses row-level
// security, because nothing would be hidden from it.
func Open(ctx context.Context, dsn string, key ActorKey) (*DB, error) {
	// One round trip a statement, and times as the institution reads them.
	dsn = withParam(dsn, "binary_parameters", "yes")
	dsn = withParam(dsn, "timezone", "Asia/Shanghai")
	// Every statement here is short; compiling one costs more than running it.
	dsn = withParam(dsn, "jit", "off")
	c, err := newConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	pool := sqlx.NewDb(sql.OpenDB(c), "postgres")
	if err := pool.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), pool.Close())
	}
	pool.SetMaxOpenConns(24)
	pool.SetMaxIdleConns(24)
	pool.SetConnMaxLifetime(time.Hour)
	db := &DB{pool: pool, dsn: dsn, key: key}
	if err := db.refuseStrongRole(ctx); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

// withParam appends a connection parameter to either form of dsn.
func withParam(dsn, name, value string) string {
	if !strings.Contains(dsn, "://") {
		return dsn + " " + name + "=" + value
	}
	if strings.Contains(dsn, "?") {
		return dsn + "&" + name + "=" + value
	}
	return dsn + "?" + name + "=" + value
}

func (db *DB) refuseStrongRole(ctx context.Context) error {
	const q = `
		SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
			SELECT
			FROM pg_class AS c
			WHERE c.relname = 'contact_point'
				AND pg_has_role(current_user, c.relowner, 'MEMBER')
		)
		FROM pg_roles AS r
		WHERE r.rolname = current_user`
	var strong bool
	if err := db.pool.GetContext(ctx, &strong, q); err != nil {
		return fmt.Errorf("look at the database role: %w", err)
	}
	if strong {
		return errors.New("数据库角色权限过大：程序必须使用不拥有表、不绕过行级安全的角色（见 README「两个数据库角色」）")
	}
	return nil
}

// Close closes the pool.
func (db *DB) Close() error { return db.pool.Close() }

// DSN returns the connection string the pool was opened with.
func (db *DB) DSN() string { return db.dsn }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.PingContext(ctx) }

// InTx runs fn in one read-committed transaction in the name of actor and
// commits if fn returns nil. A transaction that lost a serialization race or a
// deadlock is run again, up to three times in all, so fn must not have effects
// outside tx. A statement that failed inside fn fails the transaction even if
// fn swallows its error.
func (db *DB) InTx(ctx context.Context, actor Actor, fn func(*Tx) error) error {
	return db.run(ctx, actor, "BEGIN", fn)
}

// InTxSoon is InTx for a transaction that is not waited for on disk: a crash of
// the server can lose those of its last half second, whole. It is for records
// of looking at open data and for nothing else.
func (db *DB) InTxSoon(ctx context.Context, actor Actor, fn func(*Tx) error) error {
	return db.run(ctx, actor, "BEGIN; SET LOCAL synchronous_commit = off", fn)
}

// Read is InTx for a transaction that writes nothing; the database refuses
// writes in it.
func (db *DB) Read(ctx context.Context, actor Actor, fn func(*Tx) error) error {
	return db.run(ctx, actor, "BEGIN READ ONLY", fn)
}

func (db *DB) run(ctx context.Context, actor Actor, begin string, fn func(*Tx) error) error {
	const tries = 3
	for try := 1; ; try++ {
		err := db.once(ctx, actor, begin, fn)
		if err == nil || try == tries || !lostRace(err) {
			return err
		}
	}
}

// lostRace reports whether err asks for the transaction to be run again.
func lostRace(err error) bool {
	return pq.As(err, pqerror.TRSerializationFailure, pqerror.TRDeadlockDetected) != nil || planIsStale(err)
}

// once begins, says who acts in the same message, runs fn and ends the
// transaction. A connection whose transaction cannot be ended is thrown away.
func (db *DB) once(ctx context.Context, actor Actor, begin string, fn func(*Tx) error) (err error) {
	conn, err := db.pool.Connx(ctx)
	if err != nil {
		return fmt.Errorf("take a connection: %w", err)
	}
	tx := &Tx{conn: conn, actor: actor}
	done := false
	defer func() {
		if !done {
			err = errors.Join(err, tx.rollback(ctx))
		}
		err = errors.Join(err, closeConn(conn))
	}()
	open := begin
	if actor != Nobody {
		open += "; SET LOCAL liuhen.actor = '" + db.key.Claim(actor, time.Now()) + "'"
	}
	if _, err := conn.ExecContext(ctx, open); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return fmt.Errorf("a statement failed and was ignored: %w", tx.failed)
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	done = true
	return nil
}

func (tx *Tx) rollback(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := tx.conn.ExecContext(ctx, "ROLLBACK"); err == nil {
		return nil
	}
	// The connection's state is unknown: the pool must not hand it on.
	err := tx.conn.Raw(func(any) error { return driver.ErrBadConn })
	if errors.Is(err, driver.ErrBadConn) {
		return nil
	}
	return err
}

// closeConn returns the connection to the pool; one already thrown away is fine.
func closeConn(conn *sqlx.Conn) error {
	err := conn.Close()
	if errors.Is(err, driver.ErrBadConn) || err != nil && strings.Contains(err.Error(), "already closed") {
		return nil
	}
	return err
}
