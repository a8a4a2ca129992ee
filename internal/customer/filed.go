package customer

import (
	"context"
	"fmt"
	"strconv"

	"github.com/lib/pq"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Filed is one value of a closed group as a file that leaves the portal shows
// it, line by line.
type Filed struct {
	CustomerID int64  `db:"customer_id"`
	Kind       string `db:"kind"` // mobile, resident_id, account, holding, loan, card, transaction …
	Name       string `db:"name"`
	Value      string `db:"value"`
	Note       string `db:"note"`
	Day        string `db:"day"` // 2006-01-02, empty for none
}

// FiledGroup are the values of one group of one customer. Of a group that no live
// grant covers there are none.
type FiledGroup struct {
	Customer Row
	Group    Group
	Open     bool
	Lines    []Filed
}

// Files returns groups of the customers with the numbers: the values of those
// that a live grant of by covers now, which goes on the trail, at most so many
// lines. It returns NotFound if one of the customers is not within the scope of
// by. It must run in a transaction in the name of by.
func (b *Book) Files(ctx context.Context, tx *pg.Tx, by *staff.Member, nos []string, groups []Group, most int) ([]FiledGroup, error) {
	customers, err := LocateAll(ctx, tx, by, nos)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(customers))
	for i, c := range customers {
		ids[i] = c.ID
	}
	var all []FiledGroup
	for _, c := range customers {
		for _, g := range groups {
			all = append(all, FiledGroup{Customer: c, Group: g})
		}
	}
	if err := markOpen(ctx, tx, ids, all); err != nil {
		return nil, err
	}
	for _, g := range groups {
		var lines []Filed
		if err := tx.Select(ctx, &lines, filedSQL(g)+strconv.Itoa(most), pq.Array(ids)); err != nil {
			return nil, fmt.Errorf("file group %s: %w", g, err)
		}
		for i := range all {
			for _, l := range lines {
				if all[i].Group == g && all[i].Open && all[i].Customer.ID == l.CustomerID {
					all[i].Lines = append(all[i].Lines, l)
				}
			}
		}
	}
	return all, filedOnRecord(ctx, tx, by, all)
}

// markOpen notes which of the groups a live grant of who acts covers.
func markOpen(ctx context.Context, tx *pg.Tx, ids []int64, all []FiledGroup) error {
	const q = `
		SELECT
			c.id,
			o.field_group
		FROM unnest($1::bigint[]) AS c (id)
		CROSS JOIN LATERAL open_groups(c.id) AS o
		ORDER BY
			c.id,
			o.field_group`
	var open []struct {
		ID    int64 `db:"id"`
		Group Group `db:"field_group"`
	}
	if err := tx.Select(ctx, &open, q, pq.Array(ids)); err != nil {
		return fmt.Errorf("open groups: %w", err)
	}
	for i := range all {
		for _, o := range open {
			all[i].Open = all[i].Open || o.ID == all[i].Customer.ID && o.Group == all[i].Group
		}
	}
	return nil
}

// filedOnRecord writes, for each customer, which groups were shown.
func filedOnRecord(ctx context.Context, tx *pg.Tx, by *staff.Member, all []FiledGroup) error {
	for i := 0; i < len(all); {
		c, seen := all[i].Customer, []string(nil)
		for ; i < len(all) && all[i].Customer.ID == c.ID; i++ {
			if all[i].Open {
				seen = append(seen, string(all[i].Group))
			}
		}
		if len(seen) == 0 {
			continue
		}
		err := trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.GroupRevealed, CustomerID: c.ID, CustomerNo: c.No, Groups: seen, Detail: "导出"})
		if err != nil {
			return err
		}
	}
	return nil
}

// filedSQL reads a group of the customers $1, up to the number that follows it.
// Row-level security leaves what is granted.
func filedSQL(g Group) string {
	switch g {
	case ContactGroup:
		return `
		SELECT
			v.customer_id,
			v.kind,
			'' AS name,
			v.value,
			'' AS note,
			'' AS day
		FROM contact_point AS v
		WHERE v.customer_id = ANY ($1)
		ORDER BY
			v.customer_id,
			v.kind,
			v.id
		LIMIT `
	case IdentityGroup:
		return `
		SELECT
			v.customer_id,
			v.kind,
			'' AS name,
			v.number AS value,
			'' AS note,
			COALESCE(v.birth_date::text, '') AS day
		FROM identity_document AS v
		WHERE v.customer_id = ANY ($1)
		ORDER BY
			v.customer_id,
			v.id
		LIMIT `
	case TransactionsGroup:
		return `
		SELECT
			v.customer_id,
			CASE WHEN v.amount < 0 THEN 'spent' ELSE 'received' END AS kind,
			v.counterparty AS name,
			abs(v.amount)::text AS value,
			concat_ws(' ', NULLIF(v.operation, ''), NULLIF(v.purpose, '')) AS note,
			v.booked_on::text AS day
		FROM bank_transaction AS v
		WHERE v.customer_id = ANY ($1)
		ORDER BY
			v.customer_id,
			v.booked_on DESC,
			v.id DESC
		LIMIT `
	default:
		return filedAssetsSQL
	}
}

const filedAssetsSQL = `
		SELECT
			x.customer_id,
			x.kind,
			x.name,
			x.value,
			x.note,
			x.day
		FROM (
			SELECT
				a.customer_id,
				1 AS place,
				a.id,
				'account' AS kind,
				a.external_no AS name,
				COALESCE(a.balance::text, '') AS value,
				concat_ws(' ', NULLIF(a.kind, ''), a.currency) AS note,
				COALESCE(a.balance_on::text, '') AS day
			FROM account AS a
			WHERE a.customer_id = ANY ($1)
			UNION ALL
			SELECT
				h.customer_id,
				2,
				h.id,
				'holding',
				h.product_code || ' ' || h.product_name,
				h.value::text,
				h.units::text || ' 份',
				h.valued_on::text
			FROM holding AS h
			WHERE h.customer_id = ANY ($1)
			UNION ALL
			SELECT
				l.customer_id,
				3,
				l.id,
				'loan',
				l.external_no,
				l.principal::text,
				concat_ws(' ', NULLIF(l.kind, ''), l.months::text || ' 期', '月供 ' || l.monthly::text),
				l.granted_on::text
			FROM loan AS l
			WHERE l.customer_id = ANY ($1)
			UNION ALL
			SELECT
				c.customer_id,
				4,
				c.id,
				'card',
				c.external_no,
				COALESCE(c.credit_limit::text, ''),
				c.kind,
				COALESCE(c.issued_on::text, '')
			FROM card AS c
			WHERE c.customer_id = ANY ($1)
		) AS x
		ORDER BY
			x.customer_id,
			x.place,
			x.id
		LIMIT `
