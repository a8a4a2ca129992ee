package module

import (
	"context"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Effect is the approval.Effect of switching modules.
type Effect struct{}

// Apply throws the switch. One that can no longer be thrown is a Conflict and
// undoes the decision.
func (Effect) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	const q = `
		SELECT
			c.code,
			c.in_use
		FROM module_change AS c
		WHERE c.approval_id = $1`
	var change struct {
		Code  Code `db:"code"`
		InUse bool `db:"in_use"`
	}
	if err := tx.Get(ctx, &change, q, a.ID); err != nil {
		return err
	}
	state, err := stateIn(ctx, tx)
	if err != nil {
		return err
	}
	m, _ := Find(change.Code)
	if why := state.refusal(m, change.InUse); why != "" {
		return fault.Newf(fault.Conflict, "不能照原样生效：%s请拒绝，由管理员重新提出。", why)
	}
	if _, err := tx.Exec(ctx, `SELECT apply_module_change($1)`, a.ID); err != nil {
		return err
	}
	entry := trail.Entry{Action: trail.ModulesChanged, ApprovalID: a.ID, Detail: "复核同意，已生效：" + a.Title}
	if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
		return err
	}
	return tx.Notify(ctx, "module", "0")
}

// Mark returns why switching a module stands out: switching one off is looked at
// by itself.
func (Effect) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	var off bool
	err := tx.Get(ctx, &off, `SELECT NOT c.in_use FROM module_change AS c WHERE c.approval_id = $1`, a.ID)
	if err != nil || !off {
		return "", err
	}
	return "停用模块", nil
}
