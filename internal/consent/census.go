package consent

import (
	"context"
	"math"
	"time"

	"liuhen/internal/pg"
)

// census counts the customers of a scope. A manager's few hundred are counted one
// by one; of branches the kept counts are summed up. Both are read as c, with the
// columns branch_id and n.
type census struct {
	scope  string // on c, with $1
	arg    int64
	branch int64 // $2, 0 for all
	own    bool  // the customers of one manager
}

// where is the condition on a table of counts or on customers.
func (c census) where() string { return c.scope + ` AND ($2::bigint = 0 OR c.branch_id = $2)` }

// from returns what stands in FROM and the condition on it: the kept counts, or for
// a manager what one by one gives them.
func (c census) from(kept, oneByOne string) string {
	if c.own {
		return `(` + oneByOne + ` WHERE ` + c.where() + `) AS c WHERE true`
	}
	return kept + ` AS c WHERE ` + c.where()
}

// lines reads the branches with how many customers they have.
func (c census) lines(ctx context.Context, tx *pg.Tx, o *Overview) error {
	q := `
		SELECT
			now() AS at,
			b.id,
			b.name,
			sum(c.n)::bigint AS customers
		FROM customer_count AS c
		JOIN branch AS b ON b.id = c.branch_id
		WHERE ` + c.where() + `
		GROUP BY b.id
		HAVING sum(c.n) > 0
		ORDER BY
			b.code,
			b.id`
	var rows []struct {
		At        time.Time `db:"at"`
		ID        int64     `db:"id"`
		Name      string    `db:"name"`
		Customers int64     `db:"customers"`
	}
	if err := tx.Select(ctx, &rows, q, c.arg, c.branch); err != nil {
		return err
	}
	if len(rows) == 0 && c.branch != 0 {
		return errNoBranch()
	}
	for _, r := range rows {
		o.At = r.At
		o.Lines = append(o.Lines, Line{ID: r.ID, Name: r.Name, Customers: r.Customers, Granted: map[Cell]int64{}})
	}
	return nil
}

// people reads how far the customers of the branches are.
func (c census) people(ctx context.Context, tx *pg.Tx, o *Overview) error {
	q := `
		SELECT
			c.branch_id,
			COALESCE(sum(c.n) FILTER (WHERE c.served OR c.answered), 0)::bigint AS served,
			COALESCE(sum(c.n) FILTER (WHERE c.opened), 0)::bigint AS opened,
			COALESCE(sum(c.n) FILTER (WHERE c.answered), 0)::bigint AS answered,
			COALESCE(sum(c.n) FILTER (WHERE c.answered AND c.agreed), 0)::bigint AS agreed,
			COALESCE(sum(c.n) FILTER (WHERE c.served AND NOT c.answered), 0)::bigint AS silent
		FROM ` + c.from(`consent_people`, `
			SELECT
				c.branch_id,
				k.served_at IS NOT NULL AS served,
				k.opened_at IS NOT NULL AS opened,
				k.answered_at IS NOT NULL AS answered,
				k.granted > 0 AS agreed,
				1 AS n
			FROM customer AS c
			JOIN consent_contact AS k ON k.customer_id = c.id`) + `
		GROUP BY c.branch_id
		ORDER BY c.branch_id`
	var rows []struct {
		Branch int64 `db:"branch_id"`
		People
	}
	if err := tx.Select(ctx, &rows, q, c.arg, c.branch); err != nil {
		return err
	}
	for _, r := range rows {
		if l := o.line(r.Branch); l != nil {
			l.People = r.People
		}
	}
	return nil
}

// cells reads how many customers of the branches have granted which cell, to a
// wording that still counts.
func (c census) cells(ctx context.Context, tx *pg.Tx, o *Overview) error {
	q := `
		SELECT
			c.branch_id,
			c.category,
			c.channel,
			c.wording_no,
			sum(c.n)::bigint AS n
		FROM ` + c.from(`consent_tally`, `
			SELECT
				c.branch_id,
				s.category,
				s.channel,
				s.state,
				s.wording_no,
				1 AS n
			FROM customer AS c
			JOIN consent_state AS s ON s.customer_id = c.id`) + `
			AND c.state = 'granted'
		GROUP BY
			c.branch_id,
			c.category,
			c.channel,
			c.wording_no
		ORDER BY
			c.branch_id,
			c.category,
			c.channel,
			c.wording_no`
	var rows []struct {
		Branch int64 `db:"branch_id"`
		Cell
		Wording int   `db:"wording_no"`
		N       int64 `db:"n"`
	}
	if err := tx.Select(ctx, &rows, q, c.arg, c.branch); err != nil {
		return err
	}
	since, err := asksSince(ctx, tx)
	if err != nil {
		return err
	}
	held := map[int]int64{}
	for _, r := range rows {
		held[r.Wording] += r.N
		if l := o.line(r.Branch); l != nil && r.N > 0 && r.Wording >= since[r.Category] {
			l.Granted[r.Cell] += r.N
		}
	}
	return c.versions(ctx, tx, o, held)
}

// asksSince is the first version under which a grant of each category counts now.
func asksSince(ctx context.Context, tx *pg.Tx) (map[Category]int, error) {
	const q = `
		SELECT
			g.code,
			consent_asks_since(g.code, now()) AS since
		FROM consent_category AS g
		WHERE g.leaf
		ORDER BY g.code`
	var rows []struct {
		Code  Category `db:"code"`
		Since int      `db:"since"`
	}
	if err := tx.Select(ctx, &rows, q); err != nil {
		return nil, err
	}
	out := map[Category]int{}
	for _, r := range rows {
		out[r.Code] = r.Since
	}
	return out, nil
}

// offered reads which cells the wording in force offers.
func (c census) offered(ctx context.Context, tx *pg.Tx, o *Overview) error {
	const q = `
		SELECT
			t.category,
			h.channel
		FROM consent_wording AS w
		JOIN consent_wording_text AS t ON t.wording_id = w.id
		CROSS JOIN unnest(t.channels) AS h (channel)
		WHERE w.no = consent_wording_at(now())
		ORDER BY
			t.category,
			h.channel`
	var cells []Cell
	if err := tx.Select(ctx, &cells, q); err != nil {
		return err
	}
	o.Offered = map[Cell]bool{}
	for _, cell := range cells {
		o.Offered[cell] = true
	}
	return nil
}

// soon counts the customers of whom a consent runs out within soonDays.
func (c census) soon(ctx context.Context, tx *pg.Tx, o *Overview) error {
	q := `
		SELECT count(DISTINCT s.customer_id)
		FROM consent_state AS s
		JOIN customer AS c ON c.id = s.customer_id
		WHERE s.expires_on > current_date
			AND s.expires_on <= current_date + $3::int
			AND ` + c.where()
	return tx.Get(ctx, &o.Soon, q, c.arg, c.branch, soonDays)
}

// weeks reads the course of the last weeks, the present one last.
func (c census) weeks(ctx context.Context, tx *pg.Tx, o *Overview) error {
	q := `
		SELECT
			w.first,
			COALESCE(sum(d.n) FILTER (WHERE d.kind = 'agreed'), 0)::bigint AS agreed,
			COALESCE(sum(d.n) FILTER (WHERE d.kind = 'refused'), 0)::bigint AS refused,
			COALESCE(sum(d.n) FILTER (WHERE d.kind = 'withdrawn'), 0)::bigint AS withdrawn
		FROM (
			SELECT (date_trunc('week', now() AT TIME ZONE 'Asia/Shanghai') - make_interval(weeks => g))::date AS first
			FROM generate_series(0, $3::int - 1) AS g
		) AS w
		LEFT JOIN (
			SELECT
				c.day,
				c.kind,
				c.n
			FROM ` + c.from(`consent_daily`, `
				SELECT
					c.branch_id,
					(a.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
					(
						SELECT CASE WHEN bool_or(e.kind = 'granted') THEN 'agreed' WHEN bool_or(e.kind = 'withdrawn') THEN 'withdrawn' WHEN bool_or(e.kind = 'refused') THEN 'refused' END
						FROM consent_event AS e
						WHERE e.act_id = a.id
					) AS kind,
					1 AS n
				FROM customer AS c
				JOIN consent_act AS a ON a.customer_id = c.id AND a.at > now() - make_interval(weeks => $3::int)`) + `
				AND c.day >= current_date - 7 * $3::int
		) AS d ON d.day >= w.first AND d.day < w.first + 7
		GROUP BY w.first
		ORDER BY w.first`
	return tx.Select(ctx, &o.Weeks, q, c.arg, c.branch, weeksShown)
}

// taken reads the latest withdrawals.
func (c census) taken(ctx context.Context, tx *pg.Tx, o *Overview) (err error) {
	o.Taken, err = c.withdrawals(ctx, tx, math.MaxInt64, latest)
	return err
}

// withdrawals reads so many withdrawals that were written down before an event,
// the newest first.
func (c census) withdrawals(ctx context.Context, tx *pg.Tx, before int64, most int) ([]Taken, error) {
	q := `
		SELECT
			e.id,
			e.at,
			extract(epoch FROM a.recorded_at - e.at)::bigint AS lag,
			c.no,
			c.name,
			COALESCE(m.name, '') AS manager,
			COALESCE(e.category, '') AS category,
			COALESCE(e.channel, '') AS channel,
			a.method,
			a.reason
		FROM consent_event AS e
		JOIN consent_act AS a ON a.id = e.act_id
		JOIN customer AS c ON c.id = e.customer_id
		LEFT JOIN staff AS m ON m.id = c.manager_id
		WHERE e.kind = 'withdrawn'
			AND e.id < $3
			AND ` + c.where() + `
		ORDER BY e.id DESC
		LIMIT $4`
	var list []Taken
	err := tx.Select(ctx, &list, q, c.arg, c.branch, before, most)
	return list, err
}

// versions reads the wordings, under each of which so many cells are granted.
func (c census) versions(ctx context.Context, tx *pg.Tx, o *Overview, held map[int]int64) error {
	const q = `
		SELECT
			w.no,
			w.in_force_from,
			w.no = COALESCE(consent_wording_at(now()), 0) AS current,
			EXISTS (SELECT FROM consent_wording_text AS t WHERE t.wording_id = w.id AND t.ask_again) AS ask_again
		FROM consent_wording AS w
		WHERE w.no IS NOT NULL
		ORDER BY w.no DESC
		LIMIT 6`
	if err := tx.Select(ctx, &o.Versions, q); err != nil {
		return err
	}
	for i := range o.Versions {
		o.Versions[i].Cells = held[o.Versions[i].No]
	}
	return nil
}
