package customer

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// viewActions are the actions of the trail by which somebody sees something of
// a customer, separated by spaces.
const viewActions = string(trail.FileViewed + " " + trail.GroupRevealed + " " + trail.ApprovalViewed + " " + trail.AccessViewed)

// Viewer is a person who looked at a customer within thirty days.
type Viewer struct {
	Name    string         `json:"staff_name"`
	Role    string         `json:"staff_role"`
	Last    time.Time      `json:"last"`
	Times   int64          `json:"times"`
	Groups  pq.StringArray `json:"groups"`  // closed groups seen open
	Refused bool           `json:"refused"` // was refused every time
}

// viewersSQL reads who looked at customer $1 within thirty days, by the
// viewActions $2, the latest first.
const viewersSQL = `
		SELECT
			max(t.staff_name) AS staff_name,
			max(t.staff_role) AS staff_role,
			max(t.at) AS last,
			count(*) AS times,
			ARRAY(
				SELECT DISTINCT g.word
				FROM trail AS u
				CROSS JOIN LATERAL unnest(u.groups) AS g (word)
				WHERE u.customer_id = $1
					AND u.staff_id = t.staff_id
					AND u.action = 'customer.revealed'
					AND u.at > now() - interval '30 days'
				ORDER BY g.word
			) AS groups,
			bool_and(t.refused) AS refused
		FROM trail AS t
		WHERE t.customer_id = $1
			AND t.staff_id IS NOT NULL
			AND t.at > now() - interval '30 days'
			AND t.action = ANY(string_to_array($2, ' '))
		GROUP BY t.staff_id
		ORDER BY
			max(t.at) DESC,
			t.staff_id
		LIMIT 6`

// View is one look at a customer.
type View struct {
	ID      int64          `db:"id"`
	At      time.Time      `db:"at"`
	Name    string         `db:"staff_name"`
	StaffNo string         `db:"staff_no"`
	Role    string         `db:"staff_role"`
	Action  trail.Action   `db:"action"`
	Refused bool           `db:"refused"`
	Groups  pq.StringArray `db:"groups"`
}

// Views is a page of who looked at a customer, newest first.
type Views struct {
	Customer Ref
	Rows     []View
	Next     string // the cursor of the page after; empty on the last
}

// viewRows is how many looks a page has.
const viewRows = 50

// Views returns a page of who looked at a customer, refused tries included. It
// returns NotFound outside the scope.
func (b *Book) Views(ctx context.Context, by *staff.Member, no, cursor string) (Views, error) {
	after, moved, err := readPosition(cursor, isTimeKey)
	if err != nil {
		return Views{}, err
	}
	if !moved {
		after = position{Key: "infinity"}
	}
	var views Views
	err = b.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		ref, err := Locate(ctx, tx, by, no)
		if err != nil {
			return err
		}
		views = Views{Customer: ref}
		return views.load(ctx, tx, after)
	})
	if err != nil {
		return Views{}, b.refused(ctx, by, no, fmt.Errorf("views of customer: %w", err))
	}
	return views, nil
}

func (v *Views) load(ctx context.Context, tx *pg.Tx, after position) error {
	q := `
		SELECT
			t.id,
			t.at,
			t.staff_name,
			t.staff_no,
			t.staff_role,
			t.action,
			t.refused,
			t.groups
		FROM trail AS t
		WHERE t.customer_id = $1
			AND t.action = ANY(string_to_array($2, ' '))
			AND (t.at, t.id) < ($3::timestamptz, $4::bigint)
		ORDER BY
			t.at DESC,
			t.id DESC
		LIMIT ` + strconv.Itoa(viewRows+1)
	if err := tx.Select(ctx, &v.Rows, q, v.Customer.ID, viewActions, after.Key, after.ID); err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	if len(v.Rows) > viewRows {
		v.Rows = v.Rows[:viewRows]
		last := v.Rows[viewRows-1]
		v.Next = position{Key: timeKey(&last.At), ID: last.ID}.String()
	}
	return nil
}
