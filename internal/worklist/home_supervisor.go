package worklist

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/customer"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// SupervisorHome is what the head of a branch or team looks at: what waits for
// a decision, and what the people of the branch hold and tried.
type SupervisorHome struct {
	Customers int // of the branch and the teams below it
	Waiting   Waiting
	Grants    Grants
	Refusals  Refusals
	Decisions Decisions
}

// Waiting are the steps that wait for the viewer, the longest waiting first:
// Count of them, and the first few.
type Waiting struct {
	Count int
	List  []WaitingStep
}

// WaitingStep is a request that waits for the viewer.
type WaitingStep struct {
	ApprovalID   int64          `db:"id"`
	Title        string         `db:"title"`
	Requester    string         `db:"requester"`
	CustomerName string         `db:"customer_name"` // empty when it is about no customer
	Groups       []access.Group `db:"-"`
	Purpose      access.Purpose `db:"purpose"`
	Since        time.Time      `db:"waiting_since"`
}

// Decisions say how long the viewer's decisions took, this week and the week
// before, counted in seven days back from now. A median is 0 without decisions.
type Decisions struct {
	Count        int     `db:"n"`
	CountBefore  int     `db:"n_before"`
	Median       float64 `db:"median"` // minutes from waiting to decided
	MedianBefore float64 `db:"median_before"`
}

// ownPeople holds for the staff AS s of branch $1 and of those below it.
const ownPeople = `s.branch_id IN (` + customer.Below + `)`

func supervisorHome(ctx context.Context, tx *pg.Tx, by *staff.Member) (*SupervisorHome, error) {
	var home SupervisorHome
	scope, arg, err := customer.Scope(by)
	if err != nil {
		return nil, err
	}
	customers := `
		SELECT count(*)
		FROM customer AS c
		WHERE ` + scope
	if err := tx.Get(ctx, &home.Customers, customers, arg); err != nil {
		return nil, fmt.Errorf("customers: %w", err)
	}
	if home.Waiting, err = waiting(ctx, tx, by); err != nil {
		return nil, err
	}
	branch := grantScope{holders: ownPeople, visible: scope, arg: arg}
	if home.Grants, err = grants(ctx, tx, branch, top); err != nil {
		return nil, err
	}
	const people = `
		SELECT s.id
		FROM staff AS s
		WHERE ` + ownPeople + `
		ORDER BY s.id`
	var ids []int64
	if err := tx.Select(ctx, &ids, people, by.BranchID); err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	if home.Refusals, err = refusals(ctx, tx, `t.staff_id = ANY ($1::bigint[])`, pq.Array(ids)); err != nil {
		return nil, err
	}
	if err := tx.Get(ctx, &home.Decisions, decisionsSQL, by.ID); err != nil {
		return nil, fmt.Errorf("decisions: %w", err)
	}
	return &home, nil
}

const decisionsSQL = `
		SELECT
			count(*) FILTER (WHERE d.recent) AS n,
			count(*) FILTER (WHERE NOT d.recent) AS n_before,
			COALESCE(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.minutes) FILTER (WHERE d.recent), 0) AS median,
			COALESCE(percentile_cont(0.5) WITHIN GROUP (ORDER BY d.minutes) FILTER (WHERE NOT d.recent), 0) AS median_before
		FROM (
			SELECT
				s.decided_at > now() - interval '7 days' AS recent,
				(extract(epoch FROM s.decided_at - s.waiting_since) / 60)::float8 AS minutes
			FROM approval_step AS s
			WHERE s.approver_id = $1
				AND s.decided_at > now() - interval '14 days'
				AND s.waiting_since IS NOT NULL
		) AS d`

// waiting reads the steps that wait for by.
func waiting(ctx context.Context, tx *pg.Tx, by *staff.Member) (Waiting, error) {
	const q = `
		SELECT
			a.id,
			a.title,
			p.name AS requester,
			COALESCE(c.name, '') AS customer_name,
			r.groups,
			COALESCE(r.purpose, '') AS purpose,
			s.waiting_since,
			count(*) OVER () AS total
		FROM approval_step AS s
		JOIN approval AS a ON a.id = s.approval_id
		JOIN staff AS p ON p.id = a.requester_id
		LEFT JOIN access_request AS r ON r.approval_id = a.id AND r.customer_id = a.customer_id
		LEFT JOIN customer AS c ON c.id = a.customer_id
		WHERE s.approver_id = $1
			AND s.state = 'pending'
			AND a.state = 'pending'
		ORDER BY
			s.waiting_since,
			a.id
		LIMIT $2`
	var rows []struct {
		WaitingStep
		Groups pq.StringArray `db:"groups"`
		Total  int            `db:"total"`
	}
	if err := tx.Select(ctx, &rows, q, by.ID, top); err != nil {
		return Waiting{}, fmt.Errorf("waiting steps: %w", err)
	}
	var all Waiting
	for _, r := range rows {
		r.WaitingStep.Groups = groupsOf(r.Groups)
		all.Count = r.Total
		all.List = append(all.List, r.WaitingStep)
	}
	return all, nil
}

// refusals reads the refused tries of the last seven days for which the
// condition over trail AS t holds; args are its arguments from $1.
func refusals(ctx context.Context, tx *pg.Tx, condition string, args ...any) (Refusals, error) {
	q := `
		SELECT
			t.id,
			t.at,
			t.staff_no,
			t.staff_name,
			t.action,
			CASE WHEN t.action = 'page.refused' THEN t.detail ELSE '' END AS page,
			count(*) OVER () AS total
		FROM trail AS t
		WHERE t.refused
			AND t.at >= current_date - 6
			AND ` + condition + `
		ORDER BY
			t.at DESC,
			t.id DESC
		LIMIT ` + fmt.Sprint(top)
	var rows []struct {
		Refusal
		Total int `db:"total"`
	}
	if err := tx.Select(ctx, &rows, q, args...); err != nil {
		return Refusals{}, fmt.Errorf("refused tries: %w", err)
	}
	var all Refusals
	for _, r := range rows {
		all.Count = r.Total
		all.List = append(all.List, r.Refusal)
	}
	return all, nil
}
