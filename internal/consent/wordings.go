package consent

import (
	"context"
	"fmt"
	"slices"

	"liuhen/internal/approval"
	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// Wordings are the versions of the text and what their readers see beside them.
type Wordings struct {
	All     []Wording        // published, newest first
	Current int              // the number of the one in force; 0 before the first
	Shown   Wording          // the one asked for, else that in force
	Changes []approval.Fact  // what Shown changed
	Pending *Wording         // the proposal that waits, if one does
	Holders map[Category]int // customers who agreed to a category, whatever the channel
}

// Wordings returns the versions. No 0 shows the one in force. It returns NotFound
// for a number that no version has.
func (d *Desk) Wordings(ctx context.Context, by *staff.Member, no int) (Wordings, error) {
	if err := authz.Check(by, authz.ReadWordings); err != nil {
		return Wordings{}, fmt.Errorf("wordings: %w", err)
	}
	var w Wordings
	err := d.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return w.load(ctx, tx, no) })
	if err != nil {
		return Wordings{}, fmt.Errorf("wordings: %w", err)
	}
	return w, nil
}

func (w *Wordings) load(ctx context.Context, tx *pg.Tx, no int) (err error) {
	w.All, err = wordings(ctx, tx, `
		WHERE w.no IS NOT NULL
		ORDER BY w.no DESC`)
	if err != nil {
		return err
	}
	if err := tx.Get(ctx, &w.Current, `SELECT COALESCE(consent_wording_at(now()), 0)`); err != nil {
		return err
	}
	if no == 0 {
		no = w.Current
	}
	i := slices.IndexFunc(w.All, func(v Wording) bool { return v.No == no })
	if i < 0 && no != 0 {
		return fault.New(fault.NotFound, "没有这一版授权文本。")
	}
	if i >= 0 {
		w.Shown = w.All[i]
		if i+1 < len(w.All) {
			w.Changes = w.Shown.Changes(w.All[i+1])
		}
	}
	if w.Pending, err = pending(ctx, tx); err != nil {
		return err
	}
	w.Holders, err = holders(ctx, tx)
	return err
}

// pending loads the proposal that waits for its second person, nil if none does.
func pending(ctx context.Context, tx *pg.Tx) (*Wording, error) {
	list, err := wordings(ctx, tx, `
		JOIN approval AS q ON q.id = w.approval_id
		WHERE w.no IS NULL
			AND q.state IN ('pending', 'returned')
		ORDER BY w.id DESC
		LIMIT 1`)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// holders counts the customers whose consent to each category counts.
func holders(ctx context.Context, tx *pg.Tx) (map[Category]int, error) {
	const q = `
		SELECT
			s.category,
			count(DISTINCT s.customer_id) AS n
		FROM consent_state AS s
		JOIN (
			SELECT
				g.code,
				consent_asks_since(g.code, now()) AS asks_since
			FROM consent_category AS g
			WHERE g.leaf
		) AS k ON k.code = s.category
		WHERE s.state = 'granted'
			AND s.wording_no >= k.asks_since
			AND (s.expires_on IS NULL OR s.expires_on > current_date)
		GROUP BY s.category
		ORDER BY s.category`
	var rows []struct {
		Category Category `db:"category"`
		N        int      `db:"n"`
	}
	if err := tx.Select(ctx, &rows, q); err != nil {
		return nil, err
	}
	out := map[Category]int{}
	for _, r := range rows {
		out[r.Category] = r.N
	}
	return out, nil
}
