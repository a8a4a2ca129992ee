package access

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
)

// Narrow keeps what an approver left of an access request: fewer groups, less
// time. The database holds that it is never more than stood before.
func (Opening) Narrow(ctx context.Context, tx *pg.Tx, a approval.Approval, left approval.Left) (string, error) {
	const load = `
		SELECT
			COALESCE(r.granted_groups, r.groups) AS groups,
			COALESCE(r.granted_minutes, r.minutes) AS minutes
		FROM access_request AS r
		WHERE r.approval_id = $1
		ORDER BY r.customer_id
		FOR UPDATE`
	var rows []struct {
		Groups  pq.StringArray `db:"groups"`
		Minutes int            `db:"minutes"`
	}
	if err := tx.Select(ctx, &rows, load, a.ID); err != nil {
		return "", fmt.Errorf("load access request: %w", err)
	}
	if len(rows) == 0 {
		return "", fmt.Errorf("request %d asks for nothing", a.ID)
	}
	stood := rows[0]
	groups, minutes, err := narrowed(parseGroups(stood.Groups), stood.Minutes, left)
	if err != nil {
		return "", err
	}
	fewer, err := leaveOut(ctx, tx, a, left.Customers)
	if err != nil || len(groups) == len(stood.Groups) && minutes == stood.Minutes {
		return fewer, err
	}
	const save = `
		UPDATE access_request
		SET granted_groups = $2,
			granted_minutes = $3
		WHERE approval_id = $1`
	if _, err := tx.Exec(ctx, save, a.ID, pq.Array(words(groups)), minutes); err != nil {
		return "", fmt.Errorf("narrow access request: %w", err)
	}
	return fewer + fmt.Sprintf("，缩小为%s、%d 分钟", Labels(groups), minutes), nil
}

// narrowed is the rule: what is left of the groups and minutes that stood, or an
// Invalid fault on group or minutes.
func narrowed(stood []Group, most int, left approval.Left) ([]Group, int, error) {
	var f fault.Fields
	groups, minutes := stood, most
	if len(left.Groups) > 0 {
		groups = parseGroups(left.Groups)
		f.Require(len(groups) > 0, "group", "请至少保留一个信息分组；都不该看的，请拒绝。")
		for _, g := range groups {
			f.Require(slices.Contains(stood, g), "group", "「"+g.Label()+"」不在申请范围里，只能缩小，不能增加。")
		}
	}
	if left.Minutes != 0 {
		minutes = left.Minutes
		f.Require(minutes >= MinMinutes && minutes <= most, "minutes", fmt.Sprintf("时长为 %d 到 %d 分钟，只能缩短。", MinMinutes, most))
	}
	return groups, minutes, f.Err()
}
