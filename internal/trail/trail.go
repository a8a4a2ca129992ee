// Package trail keeps the record of who did or saw what, when. A line is
// written in the transaction of the act it speaks of: if the act does not
// happen, neither does the line, and the other way round. Lines are never
// changed or removed; the database refuses it.
package trail

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/lib/pq"

	"liuhen/internal/pg"
)

// Who is the person a line is about, as they were at the time.
type Who struct {
	StaffID int64 // 0 before sign-in
	No      string
	Name    string
	Role    string
	Address string // the client's IP address; empty on the command line
}

// Entry is what a line says besides who and when.
type Entry struct {
	Action     Action
	Refused    bool // the act was tried and refused
	CustomerID int64
	CustomerNo string
	ApprovalID int64
	Groups     []string // field groups seen or asked for
	Detail     string   // a short Chinese sentence; never a value of a closed group
}

// Write appends a line in tx. The database refuses a line whose Who is not the
// actor of tx. Detail is cut to 1,000 characters.
func Write(ctx context.Context, tx *pg.Tx, who Who, e Entry) error {
	const q = `
		INSERT INTO trail (
			staff_id,
			staff_no,
			staff_name,
			staff_role,
			action,
			refused,
			customer_id,
			customer_no,
			approval_id,
			groups,
			detail,
			address
		)
		VALUES (
			NULLIF($1::bigint, 0), $2, $3, $4, $5, $6,
			NULLIF($7::bigint, 0), $8, NULLIF($9::bigint, 0), $10, $11, NULLIF($12, '')::inet
		)`
	groups := e.Groups
	if groups == nil {
		groups = []string{}
	}
	_, err := tx.Exec(ctx, q, who.StaffID, who.No, who.Name, who.Role, string(e.Action), e.Refused,
		e.CustomerID, e.CustomerNo, e.ApprovalID, pq.Array(groups), cut(e.Detail, 1000), who.Address)
	if err != nil {
		return fmt.Errorf("write trail %s: %w", e.Action, err)
	}
	return nil
}

// cut shortens s to at most n characters of valid UTF-8.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// Line is one line of the trail as it is read back.
type Line struct {
	ID         int64          `db:"id"`
	At         time.Time      `db:"at"`
	StaffID    int64          `db:"staff_id"`
	StaffNo    string         `db:"staff_no"`
	StaffName  string         `db:"staff_name"`
	StaffRole  string         `db:"staff_role"`
	Action     Action         `db:"action"`
	Refused    bool           `db:"refused"`
	CustomerID int64          `db:"customer_id"`
	CustomerNo string         `db:"customer_no"`
	ApprovalID int64          `db:"approval_id"`
	Groups     pq.StringArray `db:"groups"`
	Detail     string         `db:"detail"`
	Address    string         `db:"address"`
}

// Note writes a line in a transaction of its own, for an act that has none:
// a refused try.
func Note(ctx context.Context, db *pg.DB, who Who, e Entry) error {
	return db.InTx(ctx, pg.Actor(who.StaffID), func(tx *pg.Tx) error {
		return Write(ctx, tx, who, e)
	})
}
