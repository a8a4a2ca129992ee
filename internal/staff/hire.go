package staff

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// NewMember is what is filled in to add a person.
type NewMember struct {
	No       string // 4 to 8 digits
	Username string // letters, digits, dot, dash and underscore, a letter first
	Name     string
	Role     Role
	Branch   string // the code of the branch
	Superior string // the staff number; empty at the top
	Password string // to begin with; see CheckPassword
}

// tidy returns n as it is stored, apart from the password.
func (n NewMember) tidy() NewMember {
	for _, s := range []*string{&n.No, &n.Superior, &n.Branch} {
		*s = strings.TrimSpace(norm.NFKC.String(*s))
	}
	n.Username = strings.ToLower(strings.TrimSpace(norm.NFKC.String(n.Username)))
	n.Name = strings.TrimSpace(norm.NFC.String(n.Name))
	return n
}

// Tidied returns n as it is stored, and an Invalid fault naming the fields at
// fault, apart from the password. The formats are those of the constraints of the
// table.
func (n NewMember) Tidied() (NewMember, error) {
	n = n.tidy()
	f := n.faults()
	return n, f.Err()
}

// check returns an Invalid fault naming the fields at fault.
func (n NewMember) check() error {
	f := n.faults()
	if wrong := CheckPassword(n.Password, n.Username, n.No); wrong != "" {
		f.Add("password", wrong)
	}
	return f.Err()
}

// faults says what is wrong with the fields but the password.
func (n NewMember) faults() fault.Fields {
	var f fault.Fields
	f.Require(matches(`^[0-9]{4,8}$`, n.No), "no", "工号是 4 到 8 位数字。")
	f.Require(matches(`^[a-z][a-z0-9._-]{1,39}$`, n.Username), "username", "用户名以小写字母开头，只含字母、数字和 . _ -，2 到 40 位。")
	f.Require(nameable(n.Name, 40), "name", "姓名 1 到 40 个字，不能含特殊控制字符。")
	f.Require(known(n.Role), "role", "请选择角色。")
	f.Require(n.Branch != "", "branch", "请选择机构。")
	f.Require(n.Superior == "" || matches(`^[0-9]{4,8}$`, n.Superior), "superior", "上级填工号，4 到 8 位数字。")
	f.Require(n.Role != Manager || n.Superior != "", "superior", "客户经理须有上级，否则调阅申请无人审批。")
	return f
}

func matches(pattern, s string) bool { return regexp.MustCompile(pattern).MatchString(s) }

// nameable reports whether s, of at most most characters, can stand as a name in
// a line of text: no control signs, and none that turn the writing direction or
// have no width.
func nameable(s string, most int) bool {
	if !utf8.ValidString(s) || s == "" || utf8.RuneCountInString(s) > most {
		return false
	}
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

func known(r Role) bool { return r.Label() != string(r) }

// Add adds a person who can sign in at once with the password, and returns it.
// One that an administrator chose must be changed at the first sign-in. Somebody
// who may approve or administer takes a second person, see package staffing.
// It returns an Invalid fault naming the fields at fault and a Forbidden one
// unless by manages people.
func (d *Directory) Add(ctx context.Context, by *Member, n NewMember) (*Member, error) {
	if err := mayManage(by); err != nil {
		return nil, fmt.Errorf("add person: %w", err)
	}
	n = n.tidy()
	if err := n.check(); err != nil {
		return nil, fmt.Errorf("add person: %w", err)
	}
	hash, err := d.hash(ctx, n.Password)
	if err != nil {
		return nil, fmt.Errorf("add person: %w", err)
	}
	var added *Member
	err = d.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) (err error) {
		added, err = Hire(ctx, tx, by, n, hash)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("add person: %w", constraints().Fault(err))
	}
	return added, nil
}

// Hire adds a person within tx as Add does, with the hash of the password, and
// says so on the trail. What is filled in has been checked; what the database
// holds against it is told by Violation.
func Hire(ctx context.Context, tx *pg.Tx, by *Member, n NewMember, hash string) (*Member, error) {
	added, err := insert(ctx, tx, n, hash)
	if err != nil {
		return nil, err
	}
	return added, trail.Write(ctx, tx, by.Who(), trail.Entry{
		Action: trail.StaffAdded,
		Detail: fmt.Sprintf("%s（%s），%s，%s", added.Name, added.No, added.Role.Label(), added.BranchName),
	})
}

// insert finds the branch and the superior and adds the row.
func insert(ctx context.Context, tx *pg.Tx, n NewMember, hash string) (*Member, error) {
	if err := oneAtATime(ctx, tx, peopleLock); err != nil {
		return nil, err
	}
	branch, err := branchID(ctx, tx, n.Branch)
	if err != nil {
		return nil, err
	}
	superior, err := superiorID(ctx, tx, n.Superior)
	if err != nil {
		return nil, err
	}
	const q = `
		INSERT INTO staff (
			no,
			username,
			name,
			role,
			branch_id,
			superior_id,
			password_hash
		)
		VALUES ($1, $2, $3, $4, $5, NULLIF($6::bigint, 0), $7)
		RETURNING id`
	var id int64
	if err := tx.Get(ctx, &id, q, n.No, n.Username, n.Name, string(n.Role), branch, superior, hash); err != nil {
		return nil, err
	}
	return member(ctx, tx, id)
}

// branchID finds a branch by its code.
func branchID(ctx context.Context, tx *pg.Tx, code string) (id int64, err error) {
	err = tx.Get(ctx, &id, `SELECT b.id FROM branch AS b WHERE b.code = $1 AND b.closed_at IS NULL`, plainText(code))
	if pg.IsNoRows(err) {
		return 0, invalid("branch", "没有这个机构。")
	}
	return id, err
}

// superiorID finds an active person by number who may approve what people below
// ask for; no number is nobody.
func superiorID(ctx context.Context, tx *pg.Tx, no string) (int64, error) {
	if no == "" {
		return 0, nil
	}
	const q = `
		SELECT` + memberColumns + `
		FROM staff AS s
		JOIN branch AS b ON b.id = s.branch_id
		WHERE s.no = $1`
	var m Member
	err := tx.Get(ctx, &m, q, plainText(no))
	switch {
	case pg.IsNoRows(err):
		return 0, invalid("superior", "没有这个工号的人。")
	case err != nil:
		return 0, err
	case !m.Active():
		return 0, invalid("superior", m.Name+"已停用，不能作上级。")
	case m.Role != Supervisor && m.Role != Risk && m.Role != Compliance:
		return 0, invalid("superior", "上级须为主管、风控或合规人员，"+m.Name+"是"+m.Role.Label()+"。")
	}
	return m.ID, nil
}

// invalid is an Invalid fault of one field.
func invalid(field, sentence string) error {
	var f fault.Fields
	f.Add(field, sentence)
	return f.Err()
}

// constraints says what a violation of the table's constraints means.
func constraints() pg.Constraints {
	field := func(name, sentence string) *fault.Error { return fault.As(invalid(name, sentence)) }
	return pg.Constraints{
		"staff_no_unique":        field("no", "这个工号已有人使用。"),
		"staff_username_unique":  field("username", "这个用户名已有人使用。"),
		"staff_no_format":        field("no", "工号是 4 到 8 位数字。"),
		"staff_username_format":  field("username", "用户名以小写字母开头，只含字母、数字和 . _ -，2 到 40 位。"),
		"staff_name_length":      field("name", "姓名 1 到 40 个字。"),
		"staff_role":             field("role", "请选择角色。"),
		"branch_open":            field("branch", "这个机构已撤销。"),
		"staff_second_person":    fault.New(fault.Conflict, "角色的授予和账号的恢复须由另一人复核。").Because("second-person"),
		"staff_not_own_superior": field("superior", "不能作自己的上级。"),
	}
}
