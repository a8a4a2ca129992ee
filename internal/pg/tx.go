package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"

	"liuhen/internal/fault"
)

// Tx is a transaction in progress. It is used by one goroutine and only inside
// the function it was handed to.
type Tx struct {
	conn   *sqlx.Conn
	actor  Actor
	failed error // the first statement that failed, which dooms the transaction
}

// Actor returns who acts in the transaction.
func (tx *Tx) Actor() Actor { return tx.actor }

// Get scans the first row of the query into dest, a pointer to a struct with db
// tags or to a scalar. It returns an error for which IsNoRows holds if there is
// none.
func (tx *Tx) Get(ctx context.Context, dest any, query string, args ...any) error {
	return tx.note(ctx, tx.conn.GetContext(ctx, dest, query, args...))
}

// Select scans all rows of the query into dest, a pointer to a slice.
func (tx *Tx) Select(ctx context.Context, dest any, query string, args ...any) error {
	return tx.note(ctx, tx.conn.SelectContext(ctx, dest, query, args...))
}

// Rows runs the query and returns its rows, to be closed by the caller.
func (tx *Tx) Rows(ctx context.Context, query string, args ...any) (*sqlx.Rows, error) {
	rows, err := tx.conn.QueryxContext(ctx, query, args...)
	return rows, tx.note(ctx, err)
}

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.conn.ExecContext(ctx, query, args...)
	if err := tx.note(ctx, err); err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return n, tx.note(ctx, err)
}

// Prepare prepares a statement on the transaction's connection; COPY … FROM
// STDIN is run through it. The caller closes it.
func (tx *Tx) Prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	stmt, err := tx.conn.PrepareContext(ctx, query)
	return stmt, tx.note(ctx, err)
}

// Notify tells every listening process of the portal that topic has news of
// key, once the transaction commits. The payload carries no customer data.
func (tx *Tx) Notify(ctx context.Context, topic, key string) error {
	_, err := tx.Exec(ctx, `SELECT pg_notify('liuhen', $1)`, topic+":"+key)
	return err
}

// note remembers a failed statement and explains one cut short by its deadline.
func (tx *Tx) note(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if tx.failed == nil {
		tx.failed = err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	return err
}

// IsNoRows reports whether err says that a query found no row.
func IsNoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// OrNotFound turns "no row" into a NotFound fault with the sentence and leaves
// any other error as it is.
func OrNotFound(err error, sentence string) error {
	if IsNoRows(err) {
		return fault.Wrap(fault.NotFound, sentence, err)
	}
	return err
}
