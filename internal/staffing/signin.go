package staffing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// RequireCodes proposes that exactly the roles sign in with one-time codes: their
// people set them up at the next sign-in after compliance has agreed. A role that
// is none is Invalid on role; a change of nothing, or one while another waits, is
// a Conflict.
func (o *Office) RequireCodes(ctx context.Context, by *staff.Member, roles []staff.Role) (Outcome, error) {
	now, err := o.people.SignInPolicy(ctx, by)
	if err != nil {
		return Outcome{}, fmt.Errorf("require codes: %w", err)
	}
	for _, r := range roles {
		if !slices.Contains(staff.Roles(), r) {
			return Outcome{}, fmt.Errorf("require codes: %w", invalid("role", "没有这个角色。"))
		}
	}
	differs := slices.DeleteFunc(now, func(r staff.RoleSafety) bool { return r.Required == slices.Contains(roles, r.Role) })
	if len(differs) == 0 {
		return Outcome{}, fmt.Errorf("require codes: %w", fault.New(fault.Conflict, "登录要求没有变动。"))
	}
	var out Outcome
	err = o.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := refuseSecondSignIn(ctx, tx); err != nil {
			return err
		}
		out, err = submitSignIn(ctx, tx, by, differs)
		return err
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("require codes: %w", err)
	}
	return out, nil
}

// WaitingSignIn returns the proposal about signing in that waits, if there is one.
func (o *Office) WaitingSignIn(ctx context.Context, by *staff.Member) ([]Change, error) {
	var list []Change
	err := o.db.Read(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		list, err = waitingSignIn(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("waiting sign-in policy: %w", err)
	}
	return list, nil
}

func waitingSignIn(ctx context.Context, tx *pg.Tx) ([]Change, error) {
	return changes(ctx, tx, approval.SignInChange, `
		WHERE a.state IN ('pending', 'returned')`)
}

// refuseSecondSignIn returns a Conflict while another proposal waits.
func refuseSecondSignIn(ctx context.Context, tx *pg.Tx) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('signin', 0))`); err != nil {
		return err
	}
	waiting, err := waitingSignIn(ctx, tx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return fault.Newf(fault.Conflict, "登录要求的一项变动已在等 %s 复核，请等结果，或先撤回。", waiting[0].Approver).Because("second-person")
}

func submitSignIn(ctx context.Context, tx *pg.Tx, by *staff.Member, differs []staff.RoleSafety) (Outcome, error) {
	route, err := approval.SomeoneElse(ctx, tx, by, "登录要求的变动由您复核", staff.Compliance)
	if err != nil {
		return Outcome{}, err
	}
	draft := approval.Draft{Kind: approval.SignInChange, Steps: []approval.Route{route}}
	var labels []string
	for _, r := range differs {
		labels = append(labels, r.Role.Label())
		draft.Facts = append(draft.Facts, approval.Fact{Label: r.Role.Label() + fmt.Sprintf("（%d 人）", r.People), Before: needs(r.Required), After: needs(!r.Required)})
	}
	draft.Title = "变更登录要求：" + strings.Join(labels, "、")
	out := Outcome{}
	if out.Approval, err = approval.Submit(ctx, tx, by, draft); err != nil {
		return Outcome{}, err
	}
	const line = `
		INSERT INTO signin_change (approval_id, role, code_required)
		VALUES ($1, $2, $3)`
	for _, r := range differs {
		if _, err := tx.Exec(ctx, line, out.Approval, string(r.Role), !r.Required); err != nil {
			return Outcome{}, err
		}
	}
	if err := tx.Get(ctx, &out.Approver, `SELECT s.name FROM staff AS s WHERE s.id = $1`, route.ApproverID); err != nil {
		return Outcome{}, err
	}
	return out, trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.SignInPolicyChanged, ApprovalID: out.Approval, Detail: "提出" + draft.Title})
}

func needs(code bool) string {
	if code {
		return "密码和动态码"
	}
	return "密码"
}

// SignInEffect is the approval.Effect of how roles sign in.
type SignInEffect struct{}

// Apply puts what was proposed in force. What is in force already is a Conflict
// and undoes the decision.
func (SignInEffect) Apply(ctx context.Context, tx *pg.Tx, by *staff.Member, a approval.Approval) error {
	if _, err := tx.Exec(ctx, `SELECT apply_signin_change($1)`, a.ID); err != nil {
		return pg.Constraints{
			"signin_change_nothing": fault.New(fault.Conflict, "登录要求已经是这样，请拒绝这项申请。"),
		}.Fault(err)
	}
	entry := trail.Entry{Action: trail.SignInPolicyChanged, ApprovalID: a.ID, Detail: "复核同意，已生效：" + a.Title}
	if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
		return err
	}
	return tx.Notify(ctx, "signin", "0")
}

// Mark returns why a change stands out: one that takes the second factor from a
// role is looked at by itself.
func (SignInEffect) Mark(ctx context.Context, tx *pg.Tx, a approval.Approval) (string, error) {
	var off bool
	err := tx.Get(ctx, &off, `SELECT EXISTS (SELECT FROM signin_change AS c WHERE c.approval_id = $1 AND NOT c.code_required)`, a.ID)
	if err != nil || !off {
		return "", err
	}
	return "不再要求动态码", nil
}
