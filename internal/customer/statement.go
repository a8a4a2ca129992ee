package customer

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Transaction is a movement on an account; money out is negative. It is of the
// group transactions.
type Transaction struct {
	ID           int64     `db:"id"`
	BookedOn     time.Time `db:"booked_on"`
	Operation    string    `db:"operation"`
	Amount       string    `db:"amount"`
	Balance      *string   `db:"balance"`
	Purpose      string    `db:"purpose"`
	Counterparty string    `db:"counterparty"`
	Source       string    `db:"source"`
}

// StandingOrder is a payment made again and again. It is of the group
// transactions.
type StandingOrder struct {
	Amount       string `db:"amount"`
	Purpose      string `db:"purpose"`
	Counterparty string `db:"counterparty"`
	Source       string `db:"source"`
}

// Statement is a page of a customer's transactions, newest first.
type Statement struct {
	Rows   []Transaction
	Orders []StandingOrder
	Total  int64  // how many transactions there are
	Next   string // the cursor of the page after; empty on the last
}

// statementRows is how many transactions a page has.
const statementRows = 50

// loadStatement loads the first page for the section of the file.
func loadStatement(ctx context.Context, tx *pg.Tx, customer int64) (Statement, error) {
	var s Statement
	const orders = `
		SELECT
			o.amount::text AS amount,
			o.purpose,
			o.counterparty,
			s.name AS source
		FROM standing_order AS o
		JOIN source_system AS s ON s.id = o.source_id
		WHERE o.customer_id = $1
		ORDER BY
			o.amount DESC,
			o.id
		LIMIT 50`
	if err := tx.Select(ctx, &s.Orders, orders, customer); err != nil {
		return s, fmt.Errorf("standing orders: %w", err)
	}
	const total = `SELECT count(*) FROM bank_transaction AS t WHERE t.customer_id = $1`
	if err := tx.Get(ctx, &s.Total, total, customer); err != nil {
		return s, fmt.Errorf("count transactions: %w", err)
	}
	var err error
	s.Rows, s.Next, err = loadTransactions(ctx, tx, customer, position{Key: "infinity"})
	return s, err
}

// loadTransactions loads the transactions after a position.
func loadTransactions(ctx context.Context, tx *pg.Tx, customer int64, after position) ([]Transaction, string, error) {
	q := `
		SELECT
			t.id,
			t.booked_on,
			t.operation,
			t.amount::text AS amount,
			t.balance::text AS balance,
			t.purpose,
			t.counterparty,
			s.name AS source
		FROM bank_transaction AS t
		JOIN source_system AS s ON s.id = t.source_id
		WHERE t.customer_id = $1
			AND (t.booked_on, t.id) < ($2::date, $3::bigint)
		ORDER BY
			t.booked_on DESC,
			t.id DESC
		LIMIT ` + strconv.Itoa(statementRows+1)
	var rows []Transaction
	if err := tx.Select(ctx, &rows, q, customer, after.Key, after.ID); err != nil {
		return nil, "", fmt.Errorf("transactions: %w", err)
	}
	if len(rows) <= statementRows {
		return rows, "", nil
	}
	rows = rows[:statementRows]
	last := rows[statementRows-1]
	next := position{Key: last.BookedOn.Format(time.DateOnly), ID: last.ID, From: after.From + statementRows}
	return rows, next.String(), nil
}

// Transactions returns a page of the customer's transactions as the section
// transactions: open with its rows while who acts holds a grant, and on record;
// closed and empty if not; and reads the other parts of its page. An empty cursor
// stands for the first page.
func (b *Book) Transactions(ctx context.Context, by *staff.Member, no, cursor string, parts ...Part) (Section, error) {
	after, moved, err := readPosition(cursor, isDayKey)
	if err != nil {
		return Section{}, err
	}
	var section Section
	err = b.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		sections, err := loadSections(ctx, tx, ref, TransactionsGroup)
		if err != nil {
			return err
		}
		section = sections[0]
		if section.Open && moved {
			s := &section.Transactions
			if s.Rows, s.Next, err = loadTransactions(ctx, tx, ref.ID, after); err != nil {
				return err
			}
		}
		if err := read(ctx, tx, ref, parts); err != nil {
			return err
		}
		return revealed(ctx, tx, by, sections)
	})
	if err != nil {
		return Section{}, b.refused(ctx, by, no, fmt.Errorf("transactions of customer: %w", err))
	}
	return section, nil
}
