package customer

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Ref names a customer to other domains.
type Ref struct {
	ID        int64  `db:"id"`
	No        string `db:"no"`
	Name      string `db:"name"`
	BranchID  int64  `db:"branch_id"`
	ManagerID int64  `db:"manager_id"` // 0 while nobody looks after the customer
}

// outOfScope is what a person hears of a customer that does not exist and of
// one somebody else serves: the answer must not tell the two apart.
const outOfScope = "没有这位客户，或不在您的服务范围内。"

// someOutOfScope is the same of one among several.
const someOutOfScope = "所选客户里有的不存在，或不在您的服务范围内。"

// Below selects the ids of branch $1 and of everything under it.
const Below = `
			WITH RECURSIVE below AS (
				SELECT b.id
				FROM branch AS b
				WHERE b.id = $1
				UNION
				SELECT b.id
				FROM branch AS b
				JOIN below ON b.parent_id = below.id
			)
			SELECT below.id
			FROM below
		`

// Scope returns the condition on customer AS c (and on customer_count AS c) that
// holds for the customers by may see, and its one argument, which stands at $1:
// a manager sees the own
// customers, a supervisor those of the own branch and of the teams below it,
// risk control, compliance and the program all. Every other role sees none.
// It is the only place where this is written down. It returns Forbidden for a
// role that sees no customers.
func Scope(by *staff.Member) (condition string, arg int64, err error) {
	if err := authz.Check(by, authz.SeeCustomers); err != nil {
		return "", 0, err
	}
	switch by.Role {
	case staff.Manager:
		return `c.manager_id = $1`, by.ID, nil
	case staff.Supervisor:
		return `c.branch_id IN (` + Below + `)`, by.BranchID, nil
	case staff.Risk, staff.Compliance, staff.Program().Role:
		return `$1::bigint IS NOT NULL`, by.ID, nil
	default:
		return "", 0, fault.New(fault.Forbidden, "您的角色不能查看客户。").Because("role")
	}
}

// Locate returns the customer with the number if by may see it. It returns a
// NotFound fault for a customer that does not exist or lies outside the scope of
// by, and Forbidden for a role that sees no customers.
func Locate(ctx context.Context, tx *pg.Tx, by *staff.Member, no string) (Ref, error) {
	var ref Ref
	condition, arg, err := Scope(by)
	if err != nil {
		return ref, err
	}
	if !isNo(no) {
		return ref, fault.New(fault.NotFound, outOfScope).Because("scope")
	}
	q := `
		SELECT
			c.id,
			c.no,
			c.name,
			c.branch_id,
			COALESCE(c.manager_id, 0) AS manager_id
		FROM customer AS c
		WHERE ` + condition + `
			AND c.no = $2`
	err = tx.Get(ctx, &ref, q, arg, no)
	if pg.IsNoRows(err) {
		return Ref{}, fault.Wrap(fault.NotFound, outOfScope, err).Because("scope")
	}
	if err != nil {
		return Ref{}, fmt.Errorf("locate customer: %w", err)
	}
	return ref, nil
}

// LocateAll returns the customers with the numbers, by number, if by may see each
// of them. It returns the same faults as Locate if one of them is not to be seen.
func LocateAll(ctx context.Context, tx *pg.Tx, by *staff.Member, nos []string) ([]Row, error) {
	condition, arg, err := Scope(by)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(nos, func(no string) bool { return !isNo(no) }) {
		return nil, fault.New(fault.NotFound, someOutOfScope).Because("scope")
	}
	q := `
		SELECT
			c.id,
			c.no,
			c.name,
			c.grade,
			c.asset_band,
			b.name AS branch
		FROM customer AS c
		JOIN branch AS b ON b.id = c.branch_id
		WHERE ` + condition + `
			AND c.no = ANY ($2)
		ORDER BY c.no`
	var rows []Row
	if err := tx.Select(ctx, &rows, q, arg, pq.Array(nos)); err != nil {
		return nil, fmt.Errorf("locate customers: %w", err)
	}
	if len(rows) != len(nos) {
		return nil, fault.New(fault.NotFound, someOutOfScope).Because("scope")
	}
	return rows, nil
}

// isNo reports whether s has the form of a customer number: eight digits.
func isNo(s string) bool {
	if len(s) != 8 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
