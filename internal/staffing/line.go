package staffing

import (
	"context"

	"github.com/lib/pq"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// facts say what a line changes, as the second person reads it.
func (l line) facts() []approval.Fact {
	switch {
	case l.many:
		after := l.hire.Name + "（" + l.hire.No + "），用户名 " + l.hire.Username + "，" + l.place.Branch + "，上级" + orNone(l.place.Superior)
		return []approval.Fact{{Label: l.to.Role.Label(), After: after}}
	case l.what == "hire":
		return []approval.Fact{
			{Label: "新增人员", After: l.hire.Name + "（" + l.hire.No + "），用户名 " + l.hire.Username},
			{Label: "角色", After: l.to.Role.Label()},
			{Label: "机构", After: l.place.Branch},
			{Label: "上级", After: orNone(l.place.Superior)},
		}
	case l.what == "enable":
		return []approval.Fact{
			{Label: "人员", After: l.subject.Name + "（" + l.subject.No + "），" + l.subject.Role.Label() + "，" + l.subject.BranchName},
			{Label: "账号", Before: "停用，自 " + l.subject.DisabledAt.In(pg.Zone()).Format("2006-01-02"), After: "恢复"},
		}
	default:
		facts := []approval.Fact{
			{Label: "人员", After: l.subject.Name + "（" + l.subject.No + "）"},
			{Label: "角色", Before: l.subject.Role.Label(), After: l.to.Role.Label()},
		}
		if l.place.BranchID != l.subject.BranchID {
			facts = append(facts, approval.Fact{Label: "机构", Before: l.subject.BranchName, After: l.place.Branch})
		}
		if l.place.SuperiorID != l.subject.SuperiorID {
			facts = append(facts, approval.Fact{Label: "上级", After: "改为" + orNone(l.place.Superior)})
		}
		return facts
	}
}

func orNone(s string) string {
	if s == "" {
		return "无"
	}
	return s
}

// save writes the line of a request.
func (l line) save(ctx context.Context, tx *pg.Tx, approvalID int64, position int) error {
	const q = `
		INSERT INTO staff_change (
			approval_id, position, what,
			staff_id, was_role, was_branch_id, was_superior_id,
			no, username, name, password_hash,
			role, branch_id, superior_id
		)
		VALUES (
			$1, $2, $3,
			NULLIF($4::bigint, 0), NULLIF($5, ''), NULLIF($6::bigint, 0), NULLIF($7::bigint, 0),
			NULLIF($8, ''), NULLIF($9, ''), NULLIF($10, ''), NULLIF($11, ''),
			NULLIF($12, ''), NULLIF($13::bigint, 0), NULLIF($14::bigint, 0)
		)`
	was := staff.Member{}
	if l.subject != nil {
		was = *l.subject
	}
	_, err := tx.Exec(ctx, q, approvalID, position, l.what, was.ID, string(was.Role), was.BranchID, was.SuperiorID,
		l.hire.No, l.hire.Username, l.hire.Name, l.hash, string(l.to.Role), l.place.BranchID, l.place.SuperiorID)
	return err
}

// secondPerson finds who agrees: compliance, or risk control where compliance has
// nobody whom the change is not about.
func secondPerson(ctx context.Context, tx *pg.Tx, lines []line) (approval.Route, string, error) {
	about := []int64{}
	for _, l := range lines {
		if l.subject != nil {
			about = append(about, l.subject.ID)
		}
	}
	const q = `
		SELECT
			s.id,
			s.name
		FROM staff AS s
		WHERE s.role IN ('compliance', 'risk')
			AND s.disabled_at IS NULL
			AND s.id <> ALL ($1)
		ORDER BY
			s.role,
			(
				SELECT count(*)
				FROM approval_step AS t
				WHERE t.approver_id = s.id
					AND t.state = 'pending'
			),
			s.id
		LIMIT 1`
	var who struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	err := tx.Get(ctx, &who, q, pq.Array(about))
	if pg.IsNoRows(err) {
		return approval.Route{}, "", fault.New(fault.Conflict, "没有合规或风控人员可以复核。请在服务器上用 portal staff add 新增一位合规人员。").Because("second-person")
	}
	return approval.Route{ApproverID: who.ID, Because: "人员变动由您复核"}, who.Name, err
}
