package consent

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/pg"
)

// actRows is how many acts a page of the history has.
const actRows = 30

// Act is one moment with a customer: what was said, how, by what evidence.
type Act struct {
	ID         int64
	At         time.Time
	RecordedAt time.Time
	Method     Method
	Evidence   string
	Reason     string
	Staff      string // who wrote it down; empty for the customer and the program
	Address    string
	Device     string
	Receipt    string
	Wording    int
	Said       []Said
	Personal   *bool
}

// Summary says in few words what the act said.
func (a Act) Summary() string {
	words := summary(a.Said)
	if a.Personal != nil {
		choice := "不要个性化推荐"
		if *a.Personal {
			choice = "开启个性化推荐"
		}
		words = strings.TrimPrefix(words+"，"+choice, "，")
	}
	return words
}

const actColumns = `
		SELECT
			a.id,
			a.at,
			a.recorded_at,
			a.method,
			a.evidence,
			a.reason,
			COALESCE(m.name, '') AS staff,
			COALESCE(host(a.address), '') AS address,
			a.device,
			COALESCE(a.receipt, '') AS receipt,
			COALESCE((SELECT max(e.wording_no) FROM consent_event AS e WHERE e.act_id = a.id), 0) AS wording,
			(
				SELECT json_agg(x)
				FROM (
					SELECT
						e.kind,
						COALESCE(e.category, '') AS category,
						COALESCE(e.channel, '') AS channel
					FROM consent_event AS e
					WHERE e.act_id = a.id
					ORDER BY e.id
				) AS x
			) AS said,
			(
				SELECT h.agreed
				FROM consent_choice AS h
				WHERE h.act_id = a.id
					AND h.customer_id = a.customer_id
					AND h.subject = 'personal'
				ORDER BY h.id DESC
				LIMIT 1
			) AS personal
		FROM consent_act AS a
		LEFT JOIN staff AS m ON m.id = a.staff_id`

// actRow is an act as it is read.
type actRow struct {
	ID         int64         `db:"id"`
	At         time.Time     `db:"at"`
	RecordedAt time.Time     `db:"recorded_at"`
	Method     Method        `db:"method"`
	Evidence   string        `db:"evidence"`
	Reason     string        `db:"reason"`
	Staff      string        `db:"staff"`
	Address    string        `db:"address"`
	Device     string        `db:"device"`
	Receipt    string        `db:"receipt"`
	Wording    int           `db:"wording"`
	Said       pg.List[Said] `db:"said"`
	Personal   *bool         `db:"personal"`
}

func (r actRow) act() Act {
	return Act{
		ID: r.ID, At: r.At, RecordedAt: r.RecordedAt, Method: r.Method, Evidence: r.Evidence, Reason: r.Reason,
		Staff: r.Staff, Address: r.Address, Device: r.Device, Receipt: r.Receipt, Wording: r.Wording, Said: r.Said, Personal: r.Personal,
	}
}

// loadActs reads a page of what happened, newest first, up to the moment the file
// speaks of.
func (f *File) loadActs(ctx context.Context, tx *pg.Tx, before int64) error {
	q := actColumns + `
		WHERE a.customer_id = $1
			AND a.recorded_at <= $2
			AND ($3::bigint = 0 OR a.id < $3::bigint)
		ORDER BY a.id DESC
		LIMIT ` + strconv.Itoa(actRows+1)
	var rows []actRow
	if err := tx.Select(ctx, &rows, q, f.Customer.ID, f.At, before); err != nil {
		return fmt.Errorf("acts: %w", err)
	}
	if len(rows) > actRows {
		rows = rows[:actRows]
		f.Next = rows[actRows-1].ID
	}
	for _, r := range rows {
		f.Acts = append(f.Acts, r.act())
	}
	return nil
}
