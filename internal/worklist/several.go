package worklist

import (
	"context"
	"fmt"
	"strings"

	"liuhen/internal/access"
	"liuhen/internal/customer"
	"liuhen/internal/pg"
)

// Named is one customer of a request for several.
type Named struct {
	No          string          `db:"no"`
	Name        string          `db:"name"`
	GradeNumber *int16          `db:"grade"`
	BandNumber  *int16          `db:"asset_band"`
	Branch      string          `db:"branch"`
	Relation    access.Relation `db:"relation"` // of the requester to the customer
	InBranch    bool            `db:"in_branch"`
	Week        int             `db:"week"`
	LeftOut     bool            `db:"left_out"` // an approver took the customer out
	Marks       []string        `db:"-"`        // what stands out about this one
}

// Grade returns the customer's risk grade as the file shows it.
func (n Named) Grade() string { return customer.GradeLabel(n.GradeNumber) }

// Band returns the band of the customer's assets.
func (n Named) Band() string { return customer.BandLabel(n.BandNumber) }

// Red joins the marks.
func (n Named) Red() string { return strings.Join(n.Marks, "、") }

// several fills in what an approver needs to decide a request for several
// customers: who they are, and what stands out about each.
func (d *Detail) several(ctx context.Context, tx *pg.Tx, policy *access.Policy) error {
	const q = `
		SELECT
			c.no,
			c.name,
			c.grade,
			c.asset_band,
			b.name AS branch,
			COALESCE(access_relation($2, c.id), '') AS relation,
			in_branch(c.branch_id, (SELECT y.branch_id FROM staff AS y WHERE y.id = $2)) AS in_branch,
			(
				SELECT count(*)
				FROM approval AS o
				JOIN access_request AS t ON t.approval_id = o.id
				WHERE o.requester_id = $2
					AND t.customer_id = c.id
					AND o.id <= $1
					AND o.submitted_at > $3::timestamptz - interval '7 days'
					AND t.groups && r.groups
			) AS week,
			r.left_out
		FROM access_request AS r
		JOIN customer AS c ON c.id = r.customer_id
		JOIN branch AS b ON b.id = c.branch_id
		WHERE r.approval_id = $1
		ORDER BY c.no`
	if err := tx.Select(ctx, &d.Named, q, d.ID, d.RequesterID, d.SubmittedAt); err != nil {
		return fmt.Errorf("customers of request %d: %w", d.ID, err)
	}
	d.mark(policy)
	d.Policy = policy.Version
	d.Rule = access.Rule{Way: access.ByCompliance, Max: access.MaxMinutes, Suggested: access.MaxMinutes}
	daytime := policy.Marks
	daytime.QuietFrom, daytime.QuietTo, daytime.Files = 0, 0, 0 // these are of the request, not of one customer
	for i, n := range d.Named {
		rule := policy.Together(access.Facts{Role: d.RequesterRole, Relation: n.Relation, Purpose: d.Purpose}, d.Groups())
		d.Rule.Max, d.Rule.Suggested = min(d.Rule.Max, rule.Max), min(d.Rule.Suggested, rule.Suggested)
		d.Rule.Task = d.Rule.Task || rule.Task
		d.Named[i].Marks = daytime.Of(access.Circumstances{SubmittedAt: d.SubmittedAt, Relation: n.Relation, InBranch: n.InBranch, Week: n.Week})
	}
	d.Checks = severalChecks(d.Named, facts{Circumstances: d.Circumstances, Marks: policy.Marks})
	return nil
}

// severalChecks are checks of all the customers together.
func severalChecks(list []Named, f facts) []Check {
	managed, inside, left := 0, 0, 0
	for _, n := range list {
		if n.LeftOut {
			continue
		}
		left++
		if n.Relation == access.Managing {
			managed++
		}
		if n.InBranch {
			inside++
		}
	}
	manages := Check{Text: "全部由申请人主办"}
	if managed < left {
		manages = Check{Weight: weight(f.Unserved && (f.Relation == access.Former || f.Relation == access.Stranger)), Text: fmt.Sprintf("%d 位不是申请人主办", left-managed)}
	}
	branch := Check{Text: "全部归属申请人所在机构"}
	if inside < left {
		branch = Check{Weight: weight(f.Outside), Text: fmt.Sprintf("%d 位不归属申请人所在机构", left-inside)}
	}
	often := f.frequency()
	if f.Week > 1 {
		often.Text = fmt.Sprintf("其中有客户近 7 天第 %d 次申请这类信息", f.Week)
	}
	return []Check{manages, branch, often, f.files(), f.hours()}
}
