package consent

import (
	"context"
	"fmt"
	"time"

	"liuhen/internal/pg"
)

// lapseStep is how many customers one transaction lets consents lapse of.
const lapseStep = 500

// Lapse writes down of some customers which consents no longer count: those that
// ran out, and those to a wording that is asked for again. A consent stops
// counting by itself, at its moment; the ledger is told so that history and counts
// say it too. It reports whether there may be more.
func (k *Keeper) Lapse(ctx context.Context) (more bool, err error) {
	customers := 0
	err = k.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		var over []overCell
		customers = 0
		if err := tx.Select(ctx, &over, overSQL, lapseStep); err != nil {
			return err
		}
		var entries []Entry
		for _, c := range over {
			last := len(entries) - 1
			if last < 0 || entries[last].CustomerID != c.CustomerID {
				customers++
			}
			if reason := c.reason(); last < 0 || entries[last].CustomerID != c.CustomerID || !entries[last].At.Equal(c.At) || entries[last].Reason != reason {
				entries = append(entries, Entry{CustomerID: c.CustomerID, At: c.At, Method: ByProgram, Reason: reason})
				last++
			}
			entries[last].Said = append(entries[last].Said, Said{Kind: Lapsed, Category: c.Category, Channel: c.Channel})
		}
		if len(entries) == 0 {
			return nil
		}
		return Enter(ctx, tx, entries)
	})
	if err != nil {
		return false, fmt.Errorf("lapse consents: %w", err)
	}
	return customers >= lapseStep, nil
}

// overCell is a grant that no longer counts.
type overCell struct {
	CustomerID int64     `db:"customer_id"`
	Category   Category  `db:"category"`
	Channel    Channel   `db:"channel"`
	At         time.Time `db:"at"`
	Again      bool      `db:"again"` // a newer wording asks again
}

func (c overCell) reason() string {
	if c.Again {
		return "授权文本更新，须重新征询"
	}
	return "到期"
}

// overSQL reads what no longer counts of the next customers, $1 or a few more, and
// since when: the beginning of the day it ran out, or the moment of the wording that
// asks again. What was granted anew meanwhile is newer and stays.
const overSQL = `
	WITH leaf AS MATERIALIZED (
		SELECT
			g.code,
			consent_asks_since(g.code, now()) AS since
		FROM consent_category AS g
		WHERE g.leaf
	), outdated AS (
		SELECT
			l.code,
			l.since
		FROM leaf AS l
		WHERE EXISTS (
			SELECT
			FROM consent_tally AS t
			WHERE t.category = l.code
				AND t.state = 'granted'
				AND t.wording_no < l.since
			GROUP BY t.wording_no
			HAVING sum(t.n) > 0
		)
	), late AS (
		(
			SELECT s.customer_id
			FROM consent_state AS s
			WHERE s.state = 'granted'
				AND s.expires_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date
			ORDER BY
				s.expires_on,
				s.customer_id
			LIMIT $1
		)
		UNION
		SELECT h.customer_id
		FROM outdated AS o
		CROSS JOIN LATERAL (
			SELECT s.customer_id
			FROM consent_state AS s
			WHERE s.category = o.code
				AND s.state = 'granted'
				AND s.wording_no < o.since
			ORDER BY s.customer_id
			LIMIT $1
		) AS h
	), over AS (
		SELECT
			s.customer_id,
			s.category,
			s.channel,
			(
				SELECT min(w.in_force_from)
				FROM consent_wording AS w
				JOIN consent_wording_text AS t ON t.wording_id = w.id
				WHERE w.no > s.wording_no
					AND w.in_force_from <= now()
					AND t.category = s.category
					AND t.ask_again
			) AS again_at,
			CASE
				WHEN s.expires_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date THEN s.expires_on::timestamp AT TIME ZONE 'Asia/Shanghai'
			END AS expired_at
		FROM consent_state AS s
		WHERE s.customer_id IN (SELECT late.customer_id FROM late)
			AND s.state = 'granted'
	)
	SELECT
		o.customer_id,
		o.category,
		o.channel,
		LEAST(o.again_at, o.expired_at) AS at,
		COALESCE(o.again_at <= o.expired_at, o.again_at IS NOT NULL) AS again
	FROM over AS o
	WHERE LEAST(o.again_at, o.expired_at) IS NOT NULL
	ORDER BY
		o.customer_id,
		at,
		again,
		o.category,
		o.channel`
