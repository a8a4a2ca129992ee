package staff

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// peopleLock makes changes to people wait for each other, so that two of them
// together cannot close a loop or remove the last administrator.
const peopleLock = "staff"

// change loads a person for a change by an administrator, lets act decide and
// save, writes the trail with what act says and tells every process.
func (d *Directory) change(ctx context.Context, by *Member, id int64, act func(*pg.Tx, *Member) (trail.Entry, error)) error {
	if err := mayManage(by); err != nil {
		return err
	}
	err := d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if err := oneAtATime(ctx, tx, peopleLock); err != nil {
			return err
		}
		m, err := member(ctx, tx, id)
		if err != nil {
			return err
		}
		entry, err := act(tx, m)
		if err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, by.Who(), entry); err != nil {
			return err
		}
		return tx.Notify(ctx, "staff", strconv.FormatInt(id, 10))
	})
	d.Evict(id)
	return constraints().Fault(err)
}

// Disable ends a person's access at once: sessions and grants end in the same
// transaction (the trigger staff_change_ends_rights), in every process. Nobody
// disables themselves or the last administrator; a person already disabled is a
// Conflict; reason is 2 to 200 characters for the trail.
func (d *Directory) Disable(ctx context.Context, by *Member, id int64, reason string) error {
	reason = plainText(norm.NFC.String(reason))
	err := d.change(ctx, by, id, func(tx *pg.Tx, m *Member) (trail.Entry, error) {
		if n := utf8.RuneCountInString(reason); n < 2 || n > 200 {
			return trail.Entry{}, invalid("reason", "请填写停用原因，2 到 200 个字。")
		}
		if m.ID == by.ID {
			return trail.Entry{}, fault.New(fault.Conflict, "不能停用自己的账号，请由另一位管理员操作。")
		}
		if !m.Active() {
			return trail.Entry{}, fault.New(fault.Conflict, m.Name+"已经停用。")
		}
		if err := keepAnAdmin(ctx, tx, m); err != nil {
			return trail.Entry{}, err
		}
		_, err := tx.Exec(ctx, `UPDATE staff SET disabled_at = now() WHERE id = $1`, id)
		return trail.Entry{Action: trail.StaffDisabled, Detail: fmt.Sprintf("停用%s（%s）：%s", m.Name, m.No, reason)}, err
	})
	if err != nil {
		return fmt.Errorf("disable person %d: %w", id, err)
	}
	return nil
}

// Post is where a person stands in the institution.
type Post struct {
	Role     Role
	Branch   string // the code of the branch
	Superior string // the staff number; empty at the top
}

// Move gives a person another branch or superior, and in the program's name
// another role; a role that an administrator gives takes a second person, see
// package staffing. Grants end with role or
// branch (the trigger staff_change_ends_rights). Nobody moves themselves; the
// last administrator stays one; nobody stands above their own superior. A post
// that is the one so far is an Invalid fault of the field role.
func (d *Directory) Move(ctx context.Context, by *Member, id int64, to Post) error {
	err := d.change(ctx, by, id, func(tx *pg.Tx, m *Member) (trail.Entry, error) {
		if m.ID == by.ID {
			return trail.Entry{}, fault.New(fault.Conflict, "不能变更自己的岗位，请由另一位管理员操作。")
		}
		if !known(to.Role) {
			return trail.Entry{}, invalid("role", "请选择角色。")
		}
		if to.Role != Admin {
			if err := keepAnAdmin(ctx, tx, m); err != nil {
				return trail.Entry{}, err
			}
		}
		after, err := move(ctx, tx, id, to)
		if err != nil {
			return trail.Entry{}, err
		}
		if m.Role == after.Role && m.BranchID == after.BranchID && m.SuperiorID == after.SuperiorID {
			return trail.Entry{}, invalid("role", "角色、机构和上级都没有变动。")
		}
		return trail.Entry{Action: trail.StaffChanged, Detail: movedWords(m, after)}, nil
	})
	if err != nil {
		return fmt.Errorf("move person %d: %w", id, err)
	}
	return nil
}

// posted checks a post and returns its branch and superior; id is 0 for somebody
// new.
func posted(ctx context.Context, tx *pg.Tx, id int64, to Post) (branch, superior int64, err error) {
	to.Superior = strings.TrimSpace(norm.NFKC.String(to.Superior))
	if to.Role == Manager && to.Superior == "" {
		return 0, 0, invalid("superior", "客户经理须有上级，否则调阅申请无人审批。")
	}
	if branch, err = branchID(ctx, tx, to.Branch); err != nil {
		return 0, 0, err
	}
	if superior, err = superiorID(ctx, tx, to.Superior); err != nil || id == 0 {
		return branch, superior, err
	}
	return branch, superior, refuseLoop(ctx, tx, id, superior)
}

// move saves the post and returns the person after it.
func move(ctx context.Context, tx *pg.Tx, id int64, to Post) (*Member, error) {
	branch, superior, err := posted(ctx, tx, id, to)
	if err != nil {
		return nil, err
	}
	const q = `
		UPDATE staff
		SET role = $2,
			branch_id = $3,
			superior_id = NULLIF($4::bigint, 0)
		WHERE id = $1`
	if _, err := tx.Exec(ctx, q, id, string(to.Role), branch, superior); err != nil {
		return nil, err
	}
	return member(ctx, tx, id)
}

// refuseLoop returns an Invalid fault if the superior is the person or stands
// somewhere below.
func refuseLoop(ctx context.Context, tx *pg.Tx, id, superior int64) error {
	const q = `
		WITH RECURSIVE above AS (
			SELECT $1::bigint AS id
			UNION
			SELECT s.superior_id
			FROM staff AS s
			JOIN above AS a ON a.id = s.id
		)
		SELECT EXISTS (
			SELECT
			FROM above AS a
			WHERE a.id = $2::bigint
		)`
	var loop bool
	if err := tx.Get(ctx, &loop, q, superior, id); err != nil {
		return err
	}
	if loop {
		return invalid("superior", "这样会形成循环：这位上级就是本人或其下级。")
	}
	return nil
}

// keepAnAdmin returns a Conflict if m is the only active administrator.
func keepAnAdmin(ctx context.Context, tx *pg.Tx, m *Member) error {
	if m.Role != Admin || !m.Active() {
		return nil
	}
	const q = `
		SELECT EXISTS (
			SELECT
			FROM staff AS s
			WHERE s.role = 'admin'
				AND s.disabled_at IS NULL
				AND s.id <> $1
		)`
	var other bool
	if err := tx.Get(ctx, &other, q, m.ID); err != nil {
		return err
	}
	if !other {
		return fault.New(fault.Conflict, m.Name+"是最后一位管理员，请先新增另一位。")
	}
	return nil
}

// movedWords says what a move changed.
func movedWords(before, after *Member) string {
	words := fmt.Sprintf("%s（%s）", after.Name, after.No)
	if before.Role != after.Role {
		words += "，角色由" + before.Role.Label() + "改为" + after.Role.Label()
	}
	if before.BranchID != after.BranchID {
		words += "，机构由" + before.BranchName + "改为" + after.BranchName
	}
	if before.SuperiorID != after.SuperiorID {
		words += "，上级已变更"
	}
	return words
}
