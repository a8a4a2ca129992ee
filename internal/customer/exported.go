package customer

import (
	"context"
	"fmt"
	"strconv"

	"github.com/lib/pq"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Exported is a customer as a file that leaves the portal shows it. A closed
// value is there only while a live grant of who acts covers it; its mask always.
type Exported struct {
	Row
	EmailMask       string `db:"email_mask"`
	AddressMask     string `db:"address_mask"`
	CertificateMask string `db:"certificate_mask"`

	Mobile      string
	Email       string
	Address     string
	Certificate string
	Holdings    string // the value of all holdings, in yuan
	Revealed    []string
}

// Found returns how many customers in the scope of by the query finds, and how
// the trail names it. It returns Invalid for a query by a whole number of a closed
// group, which must not be kept with a request.
func (b *Book) Found(ctx context.Context, tx *pg.Tx, by *staff.Member, q Query) (n int64, words string, err error) {
	q = q.understood()
	l, err := b.listing(by, q)
	if err != nil {
		return 0, "", err
	}
	if q.Q != "" && (l.term.typed == "" || MaskText(q.Q) != q.Q) {
		return 0, "", fault.New(fault.Invalid, "不能按手机号、证件号等完整号码导出，请换一个条件。")
	}
	var page Page
	if err := l.counts(ctx, tx, &page); err != nil {
		return 0, "", err
	}
	return page.Found, l.detail(page.Found), nil
}

// Export returns the customers that the query finds, most at most, in its order,
// with the values of the groups that a live grant of by covers. Each that is
// shown goes on the trail. It must run in a transaction in the name of by.
func (b *Book) Export(ctx context.Context, tx *pg.Tx, by *staff.Member, q Query, groups []Group, most int) ([]Exported, error) {
	q.After, q.Before = "", ""
	l, err := b.listing(by, q.understood())
	if err != nil {
		return nil, err
	}
	var rows []Exported
	text, args := l.exportSQL(most)
	if err := tx.Select(ctx, &rows, text, args...); err != nil {
		return nil, fmt.Errorf("export rows: %w", err)
	}
	at := make(map[int64]*Exported, len(rows))
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i], at[rows[i].ID] = rows[i].ID, &rows[i]
	}
	for _, g := range groups {
		if err := reveal(ctx, tx, g, ids, at); err != nil {
			return nil, fmt.Errorf("export group %s: %w", g, err)
		}
	}
	for _, r := range rows {
		if len(r.Revealed) == 0 {
			continue
		}
		entry := trail.Entry{Action: trail.GroupRevealed, CustomerID: r.ID, CustomerNo: r.No, Groups: r.Revealed, Detail: "导出"}
		if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// exportSQL is rowsSQL for a whole list, with the masks.
func (l listing) exportSQL(most int) (string, []any) {
	w := l.filters.clone()
	if len(l.query.Grades) > 0 {
		w.and(`c.grade = ANY(?)`, pq.Array(l.query.Grades))
	}
	way := "ASC"
	if l.order.down {
		way = "DESC"
	}
	return `
	SELECT
		c.id,
		c.no,
		c.name,
		c.pinyin,
		c.grade,
		c.grade_until,
		c.asset_band,
		c.mobile_mask,
		c.email_mask,
		c.address_mask,
		c.certificate_mask,
		c.opened_on,
		c.last_contact_at,
		c.last_contact_via,
		b.name AS branch,
		COALESCE(m.name, '') AS manager
	FROM customer AS c
	JOIN branch AS b ON b.id = c.branch_id
	LEFT JOIN staff AS m ON m.id = c.manager_id
	WHERE ` + w.text() + `
	ORDER BY
		` + l.order.expression + " " + way + `,
		c.id ` + way + `
	LIMIT ` + strconv.Itoa(most), w.args
}

// revealSQL reads, for each group, one value of a kind for each of the customers
// $1. Row-level security leaves what is granted; the grants are asked first, so
// that it looks at nothing else.
func revealSQL(g Group) string {
	granted := `
		AND v.customer_id IN (
			SELECT x.customer_id
			FROM access_grant AS x
			WHERE x.staff_id = (SELECT acting_staff())
				AND x.field_group = '` + string(g) + `'
				AND x.ended_at IS NULL
				AND x.expires_at > now()
		)`
	switch g {
	case ContactGroup:
		return `
	SELECT DISTINCT ON (v.customer_id, v.kind)
		v.customer_id,
		v.kind,
		v.value
	FROM contact_point AS v
	WHERE v.customer_id = ANY ($1)` + granted + `
	ORDER BY
		v.customer_id,
		v.kind,
		v.synced_at DESC,
		v.id`
	case IdentityGroup:
		return `
	SELECT DISTINCT ON (v.customer_id)
		v.customer_id,
		'certificate' AS kind,
		v.number AS value
	FROM identity_document AS v
	WHERE v.customer_id = ANY ($1)` + granted + `
	ORDER BY
		v.customer_id,
		v.synced_at DESC,
		v.id`
	default:
		return `
	SELECT
		v.customer_id,
		'holdings' AS kind,
		sum(v.value)::text AS value
	FROM holding AS v
	WHERE v.customer_id = ANY ($1)` + granted + `
	GROUP BY v.customer_id
	ORDER BY v.customer_id`
	}
}

// reveal puts the granted values of a group beside the masks.
func reveal(ctx context.Context, tx *pg.Tx, g Group, ids []int64, at map[int64]*Exported) error {
	var values []struct {
		CustomerID int64  `db:"customer_id"`
		Kind       string `db:"kind"`
		Value      string `db:"value"`
	}
	if err := tx.Select(ctx, &values, revealSQL(g), pq.Array(ids)); err != nil {
		return err
	}
	for _, v := range values {
		row := at[v.CustomerID]
		switch v.Kind {
		case "mobile":
			row.Mobile = v.Value
		case "email":
			row.Email = v.Value
		case "address":
			row.Address = v.Value
		case "certificate":
			row.Certificate = v.Value
		case "holdings":
			row.Holdings = v.Value
		}
		if n := len(row.Revealed); n == 0 || row.Revealed[n-1] != string(g) {
			row.Revealed = append(row.Revealed, string(g))
		}
	}
	return nil
}
