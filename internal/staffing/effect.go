package staffing

import (
	"context"
	"strconv"
	"strings"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Effect is the approval.Effect of changes of people.
type Effect struct{}

// Apply puts what was proposed in force. A person who has changed since, or a
// superior who can no longer be one, is a Conflict and undoes the decision.
func (Effect) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	lines, err := proposed(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if err := l.stillPossible(ctx, tx); err != nil {
			return err
		}
	}
	var changed int
	if err := tx.Get(ctx, &changed, `SELECT apply_staff_change($1)`, a.ID); err != nil {
		return violation(err)
	}
	for _, l := range lines {
		if l.StaffID == 0 {
			continue
		}
		if err := tx.Notify(ctx, "staff", strconv.FormatInt(l.StaffID, 10)); err != nil {
			return err
		}
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.StaffChanged, ApprovalID: a.ID, Detail: "复核同意，已生效：" + a.Title})
}

// Mark returns why a change stands out: giving the roles that see every customer
// or run the portal is looked at by itself.
func (Effect) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	lines, err := proposed(ctx, tx, a.ID)
	if err != nil {
		return "", err
	}
	var roles []string
	for _, l := range lines {
		if l.Role == staff.Admin || l.Role == staff.Compliance || l.Role == staff.Risk {
			roles = append(roles, l.Role.Label())
		}
	}
	if len(roles) == 0 {
		return "", nil
	}
	return "授予" + strings.Join(roles, "、") + "角色", nil
}

// proposal is a row of staff_change as it is read back.
type proposal struct {
	StaffID  int64      `db:"staff_id"` // 0 for somebody new
	No       string     `db:"no"`       // of somebody new
	Username string     `db:"username"` // of somebody new
	Role     staff.Role `db:"role"`     // empty where only the account is let in again
	Branch   string     `db:"branch"`   // the code
	Superior string     `db:"superior"` // the staff number
}

func proposed(ctx context.Context, tx *pg.Tx, id int64) ([]proposal, error) {
	const q = `
		SELECT
			COALESCE(c.staff_id, 0) AS staff_id,
			COALESCE(c.no, '') AS no,
			COALESCE(c.username, '') AS username,
			COALESCE(c.role, '') AS role,
			COALESCE(b.code, '') AS branch,
			COALESCE(s.no, '') AS superior
		FROM staff_change AS c
		LEFT JOIN branch AS b ON b.id = c.branch_id
		LEFT JOIN staff AS s ON s.id = c.superior_id
		WHERE c.approval_id = $1
		ORDER BY c.position`
	var list []proposal
	err := tx.Select(ctx, &list, q, id)
	return list, err
}

// stillPossible checks a proposal as it was checked when it was made.
func (p proposal) stillPossible(ctx context.Context, tx *pg.Tx) error {
	if p.Role == "" {
		return nil
	}
	_, err := staff.Placed(ctx, tx, p.StaffID, staff.Post{Role: p.Role, Branch: p.Branch, Superior: p.Superior})
	if f := fault.As(err); f != nil && len(f.Fields) > 0 {
		return fault.Newf(fault.Conflict, "情况已有变化，不能照原样生效：%s请拒绝，由管理员重新提出。", f.Fields[0].Sentence)
	}
	return err
}

// violation says what the database held against a change of people.
func violation(err error) error {
	again := "情况已有变化，不能照原样生效，请拒绝，由管理员重新提出。"
	return pg.Constraints{
		"staff_change_stale":     fault.New(fault.Conflict, again),
		"branch_open":            fault.New(fault.Conflict, "机构已撤销。"+again),
		"staff_customers_remain": fault.New(fault.Conflict, "名下还有客户，须先移交。"+again),
		"staff_no_unique":        fault.New(fault.Conflict, "工号已有人使用，"+again),
		"staff_username_unique":  fault.New(fault.Conflict, "用户名已有人使用，"+again),
	}.Fault(err)
}
