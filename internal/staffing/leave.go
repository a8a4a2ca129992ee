package staffing

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// leave lets a person go: those below come under the successor, the account is
// disabled, and triggers end sessions, grants and requests with it.
func leave(ctx context.Context, tx *pg.Tx, by, m *staff.Member, h Handover) (string, error) {
	if n := utf8.RuneCountInString(h.Reason); n < 2 || n > 200 {
		return "", invalid("reason", "请填写离职原因，2 到 200 个字。")
	}
	if err := staff.KeepsAnAdmin(ctx, tx, m); err != nil {
		return "", err
	}
	below, err := succeed(ctx, tx, m, h.Successor)
	if err != nil {
		return "", err
	}
	const q = `
		UPDATE staff
		SET disabled_at = COALESCE(disabled_at, now()),
			left_on = current_date
		WHERE id = $1
			AND left_on IS NULL`
	n, err := tx.Exec(ctx, q, m.ID)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", fault.New(fault.Conflict, m.Name+"已经办理离职。")
	}
	said := fmt.Sprintf("%s（%s）已离职%s，登录、调阅授权和未决申请一并结束。", m.Name, m.No, below)
	return said, trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.StaffLeft, Detail: said + "原因：" + h.Reason})
}

// succeed puts the people below a person under the successor, and says so.
func succeed(ctx context.Context, tx *pg.Tx, m *staff.Member, no string) (string, error) {
	const count = `
		SELECT count(*)
		FROM staff AS s
		WHERE s.superior_id = $1
			AND s.disabled_at IS NULL`
	var below int
	if err := tx.Get(ctx, &below, count, m.ID); err != nil || below == 0 {
		return "", err
	}
	if strings.TrimSpace(no) == "" {
		return "", invalid("successor", fmt.Sprintf("有 %d 位下属，请填写接任上级的工号（主管、风控或合规）。", below))
	}
	to, err := successor(ctx, tx, m.ID, no)
	if err != nil {
		return "", err
	}
	const q = `
		UPDATE staff
		SET superior_id = CASE WHEN id = $2 THEN NULLIF($3::bigint, 0) ELSE $2::bigint END
		WHERE superior_id = $1
			AND disabled_at IS NULL`
	_, err = tx.Exec(ctx, q, m.ID, to.ID, m.SuperiorID)
	return fmt.Sprintf("，%d 位下属改由%s管理", below, to.Name), err
}

// heir is who takes the people of somebody over.
type heir struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// successor finds who takes the people of a person over, by the staff number.
func successor(ctx context.Context, tx *pg.Tx, person int64, no string) (to heir, err error) {
	no = strings.TrimSpace(norm.NFKC.String(strings.ToValidUTF8(no, "?")))
	const find = `
		SELECT
			s.id,
			s.name
		FROM staff AS s
		WHERE s.no = $1
			AND s.id <> $2
			AND s.disabled_at IS NULL
			AND s.role IN ('supervisor', 'risk', 'compliance')`
	err = tx.Get(ctx, &to, find, strings.ReplaceAll(no, "\x00", "?"), person)
	if pg.IsNoRows(err) {
		return to, invalid("successor", "接任上级须是在用的主管、风控或合规，请核对工号。")
	}
	return to, err
}

// handoverViolation says what the database held against a handover or a leave.
func handoverViolation(err error) error {
	field := func(name, sentence string) *fault.Error { return fault.As(invalid(name, sentence)) }
	return pg.Constraints{
		"staff_customers_remain":    field("receivers", "名下还有客户没有接手人，不能办理离职。请移交全部客户。"),
		"staff_subordinates_remain": field("successor", "还有下属没有接任的上级，请填写工号。"),
		"handover_receiver":         field("receivers", "接手人须是在用的客户经理或主管。"),
	}.Fault(err)
}
