package pg

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// statementsKept is how many prepared statements a connection keeps. The portal
// has fewer distinct texts than this; a text that is built from user input
// would push the others out, which is one more reason not to build any.
const statementsKept = 200

// connector opens connections that prepare each statement with arguments once
// and run it again by name. Parsing and planning are most of what a look-up
// costs: a page of the customer's file was three times slower without.
type connector struct{ driver.Connector }

func newConnector(dsn string) (driver.Connector, error) {
	c, err := pq.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	return connector{c}, nil
}

// Connect opens a connection.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	raw, ok := conn.(pqConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("pg: %T lacks what a connection needs", conn), conn.Close())
	}
	return &preparedConn{pqConn: raw, known: map[string]*list.Element{}, recent: list.New()}, nil
}

// pqConn is what a connection of lib/pq can do.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// pqStmt is what a prepared statement of lib/pq can do.
type pqStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// preparedConn is a connection with its prepared statements, the most recently
// used first.
type preparedConn struct {
	pqConn
	known  map[string]*list.Element
	recent *list.List
}

type knownStmt struct {
	text string
	stmt pqStmt
}

// QueryContext runs a query, prepared if it has arguments.
func (c *preparedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(args) == 0 {
		return c.pqConn.QueryContext(ctx, query, args)
	}
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	return rows, c.forgetStale(query, err)
}

// ExecContext runs a statement, prepared if it has arguments.
func (c *preparedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(args) == 0 {
		return c.pqConn.ExecContext(ctx, query, args)
	}
	s, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	res, err := s.ExecContext(ctx, args)
	return res, c.forgetStale(query, err)
}

// prepared returns the statement for text, preparing it at first use.
func (c *preparedConn) prepared(ctx context.Context, text string) (pqStmt, error) {
	if e, ok := c.known[text]; ok {
		c.recent.MoveToFront(e)
		return e.Value.(*knownStmt).stmt, nil
	}
	raw, err := c.pqConn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s, ok := raw.(pqStmt)
	if !ok {
		return nil, errors.Join(fmt.Errorf("pg: %T cannot be run again", raw), raw.Close())
	}
	if c.recent.Len() == statementsKept {
		if err := c.forget(c.recent.Back()); err != nil {
			return nil, err
		}
	}
	c.known[text] = c.recent.PushFront(&knownStmt{text: text, stmt: s})
	return s, nil
}

// forgetStale drops a statement whose tables have changed since it was
// prepared; the transaction is then run again (lostRace) and prepares it anew.
func (c *preparedConn) forgetStale(text string, err error) error {
	if e, ok := c.known[text]; ok && planIsStale(err) {
		return errors.Join(err, c.forget(e))
	}
	return err
}

func (c *preparedConn) forget(e *list.Element) error {
	known := c.recent.Remove(e).(*knownStmt)
	delete(c.known, known.text)
	return known.stmt.Close()
}

// planIsStale reports whether err says that a prepared statement no longer fits
// the tables it was prepared for.
func planIsStale(err error) bool {
	e := pq.As(err, pqerror.FeatureNotSupported)
	return e != nil && e.Message == "cached plan must not change result type"
}
