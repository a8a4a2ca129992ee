package customer

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// suggestRows is how many customers the search box offers.
const suggestRows = 8

// Suggest returns the customers in the scope of by that best match what is
// being typed, at most eight, and records the look-up. The best match first: a
// whole customer number, a whole mobile or certificate number, a name, initials
// or reading, the beginning of a customer number, a tail, part of a name.
func (b *Book) Suggest(ctx context.Context, by *staff.Member, typed string) ([]Row, error) {
	condition, arg, err := Scope(by)
	if err != nil {
		return nil, err
	}
	t := readTerm(typed, b.search)
	if len(t.meanings) == 0 {
		return nil, nil
	}
	var rows []Row
	err = b.db.InTxSoon(ctx, by.Actor(), func(tx *pg.Tx) error {
		text, args := suggestSQL(newWhere(condition, arg), t)
		rows = nil
		if err := tx.Select(ctx, &rows, text, args...); err != nil {
			return err
		}
		detail := fmt.Sprintf("边输边查：按%s查找%s，列出 %d 位", strings.Join(t.kinds(), "或"), t.quoted(), len(rows))
		return listed(ctx, tx, by, detail)
	})
	if err != nil {
		return nil, fmt.Errorf("suggest customers: %w", err)
	}
	return rows, nil
}

// suggestSQL returns the statement for a term. Within a rank who was contacted
// last comes first.
func suggestSQL(w *where, t term) (string, []any) {
	var rank strings.Builder
	for i, condition := range w.andAny(t) {
		rank.WriteString("\n\t\t\tWHEN " + condition + " THEN " + strconv.Itoa(t.meanings[i].rank))
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
		CASE` + rank.String() + `
		END,
		c.last_contact_at DESC NULLS LAST,
		c.id DESC
	LIMIT ` + strconv.Itoa(suggestRows), w.args
}
