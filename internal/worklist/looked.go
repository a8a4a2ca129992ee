package worklist

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Look is what one person saw of one customer within thirty days.
type Look struct {
	StaffNo      string    `db:"staff_no"`
	StaffName    string    `db:"staff_name"`
	CustomerID   int64     `db:"customer_id"`
	CustomerNo   string    `db:"customer_no"` // empty outside the viewer's scope
	CustomerName string    `db:"customer_name"`
	Views        int       `db:"views"`   // of the file
	Reveals      int       `db:"reveals"` // of closed groups
	Last         time.Time `db:"last"`
	Contact      bool      `db:"contact"` // which closed groups were seen
	Identity     bool      `db:"identity"`
	Assets       bool      `db:"assets"`
	Transactions bool      `db:"transactions"`
}

// Groups returns the closed groups that were seen.
func (l Look) Groups() []access.Group {
	var list []access.Group
	for i, seen := range []bool{l.Contact, l.Identity, l.Assets, l.Transactions} {
		if seen {
			list = append(list, access.Groups()[i])
		}
	}
	return list
}

// Looks is a page of looks, the latest first.
type Looks struct {
	Rows []Look
	Next string // AccessQuery.After of the next page, empty at the end
}

// Looked returns which customers by, or the people by oversees, looked at within
// thirty days; the latter goes on the trail. It returns Forbidden to who asks
// for no access and Invalid for a place that is none.
func (l *Lists) Looked(ctx context.Context, by *staff.Member, q AccessQuery) (Looks, error) {
	scope, arg, place, err := q.start(by)
	if err != nil {
		return Looks{}, err
	}
	visible := `(x.staff_id = $2 OR ` + scope + `)`
	text := `
		SELECT
			s.no AS staff_no,
			s.name AS staff_name,
			x.customer_id,
			CASE WHEN ` + visible + ` THEN c.no ELSE '' END AS customer_no,
			CASE WHEN ` + visible + ` THEN c.name ELSE '' END AS customer_name,
			x.views,
			x.reveals,
			x.last,
			x.contact,
			x.identity,
			x.assets,
			x.transactions
		FROM (
			SELECT
				t.staff_id,
				t.customer_id,
				count(*) FILTER (WHERE t.action = '` + string(trail.FileViewed) + `') AS views,
				count(*) FILTER (WHERE t.action = '` + string(trail.GroupRevealed) + `') AS reveals,
				max(t.at) AS last,
				bool_or('contact' = ANY (t.groups)) AS contact,
				bool_or('identity' = ANY (t.groups)) AS identity,
				bool_or('assets' = ANY (t.groups)) AS assets,
				bool_or('transactions' = ANY (t.groups)) AS transactions
			FROM trail AS t
			WHERE t.staff_id IN (
					SELECT s.id
					FROM staff AS s
					WHERE ` + q.watched(by) + `
				)
				AND t.at > now() - interval '30 days'
				AND t.action IN ('` + string(trail.FileViewed) + `', '` + string(trail.GroupRevealed) + `')
				AND NOT t.refused
				AND t.customer_id IS NOT NULL
			GROUP BY
				t.staff_id,
				t.customer_id
		) AS x
		JOIN staff AS s ON s.id = x.staff_id
		JOIN customer AS c ON c.id = x.customer_id
		WHERE $1::bigint IS NOT NULL
			AND (x.last, x.customer_id) < ($3, $4)
		ORDER BY
			x.last DESC,
			x.customer_id DESC,
			x.staff_id DESC
		LIMIT $5`
	var page Looks
	err = l.watching(ctx, by, q, "下属近 30 天看过的客户", func(tx *pg.Tx) error {
		return tx.Select(ctx, &page.Rows, text, arg, by.ID, place.at, place.id, pageSize+1)
	})
	if err != nil {
		return Looks{}, fmt.Errorf("looks: %w", err)
	}
	if len(page.Rows) > pageSize {
		page.Rows = page.Rows[:pageSize]
		last := page.Rows[pageSize-1]
		page.Next = cursor{at: last.Last, id: last.CustomerID}.String()
	}
	return page, nil
}
